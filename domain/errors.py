"""The four ways to fail, named for what the caller should do next.

Each carries a sentence that a dispatcher could read, and where it helps the field, the
remedy and values that would have been accepted. Only the doors (`api`, `cli`) know how a
failure is shown.
"""

from collections.abc import Sequence


class Texas811Error(Exception):
    """A failure with a sentence for a person: `problem`, and what mends it: `remedy`."""

    def __init__(
        self,
        problem: str,
        *,
        field: str | None = None,
        remedy: str | None = None,
        suggested_values: Sequence[str] = (),
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.field = field
        self.remedy = remedy
        self.suggested_values = tuple(suggested_values)


class NotFoundError(Texas811Error):
    """There is no such thing: stop."""


class RejectedError(Texas811Error):
    """The request cannot be taken as it is: fix it."""


class TooLargeError(RejectedError):
    """The request is beyond a named limit: send less."""


class WrongKindError(RejectedError):
    """The request is of a kind that is not read here: send another kind."""


class MalformedError(RejectedError):
    """The request is not built as its format asks: mend its form."""


class UnknownCallerError(RejectedError):
    """Nobody knows who asks: come with a key that is good."""


class ForbiddenError(RejectedError):
    """Who asks is known, and may not do this: ask with another key."""


class TooManyRequestsError(RejectedError):
    """Too much was asked in too short a time: ask again later."""


class ConflictError(Texas811Error):
    """Somebody else was faster, or the request contradicts an earlier one: read again."""


class DuplicateError(ConflictError):
    """The same was recorded before, and stands: send nothing."""


class UnavailableError(Texas811Error):
    """Something that is needed does not answer: wait, then try again."""

"""What the exit status of a command says: the same in every command, and in `docs/CLI.md`."""

from enum import IntEnum

from domain.errors import (
    ConflictError,
    NotFoundError,
    RejectedError,
    Texas811Error,
    UnavailableError,
)


class Status(IntEnum):
    """How a command has ended.

    2 to 5 are the four ways to fail, 6 to 8 are answers, and 9 says that a person must look. 1
    is left for accidents, so that a script can tell them from a no; `check` alone ends with it
    when it has found something.
    """

    DONE = 0
    FOUND = 1
    REJECTED = 2
    NOT_FOUND = 3
    CONFLICT = 4
    UNAVAILABLE = 5
    INVALID = 6
    JOB_FAILED = 7
    CANCELLED = 8
    WRONG = 9
    INTERRUPTED = 130
    UNREAD = 141


EXIT_STATUS_OF: dict[type[Texas811Error], Status] = {
    RejectedError: Status.REJECTED,
    NotFoundError: Status.NOT_FOUND,
    ConflictError: Status.CONFLICT,
    UnavailableError: Status.UNAVAILABLE,
}


def status_of(failure: Texas811Error) -> Status:
    """Return the status that a failure ends with: that of the nearest of the four."""
    kinds = type(failure).__mro__
    return next(EXIT_STATUS_OF[kind] for kind in kinds if kind in EXIT_STATUS_OF)

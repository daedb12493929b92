"""Which answer of a member is one that stands recorded already.

A copy is refused and changes nothing. The law asks when a member answered: a copy that is taken
later, without a date of its own, would be a later answer, could be late where the first was not,
and would count in the place of what the member said in between. That is what Open Positive
Response refuses duplicates for, too.

An answer that is dated is told by its date. The same member says the same of the same facility at
one moment only once; remarks beside it make no other answer, but the wish for a person at the site
does, because it stops the digging.

An answer without a date is told by all that it says, and from every answer that stands, not from
the latest alone: a batch that is sent again must not bring back a "Marked" that the member has
taken back since. Whoever means a new answer in the same words states its date.
"""

from collections.abc import Hashable, Iterable

from domain.errors import DuplicateError
from domain.responses import MemberResponse, Outcome, code_key

# What an answer says beside what it means.
REMARKS = (
    "response_text",
    "marking_color",
    "marking_instructions",
    "standby_contact",
    "standby_phone",
    "special_instructions",
)


class Recorded:
    """The answers that stand; one is looked for in the same time, however many there are."""

    def __init__(self, responses: Iterable[MemberResponse]) -> None:
        self._dated: set[Hashable] = set()
        self._said: set[Hashable] = set()
        for one in responses:
            self._keep(one)

    def add(self, response: MemberResponse, *, is_dated: bool) -> None:
        """Take in an answer. Raises DuplicateError if it stands already.

        `is_dated` says that its date was stated, and is not that of its recording.
        """
        if is_dated:
            stands = (_meaning(response), response.response_date) in self._dated
        else:
            stands = (_meaning(response), _remarks(response)) in self._said
        if stands:
            about = f" ({response.facility})" if response.facility else ""
            raise DuplicateError(
                f"This answer of {response.member_code}{about} is recorded already.",
                field="response_date" if is_dated else "outcome",
                remedy="Leave it out; if the member answered the same again, state when.",
            )
        self._keep(response)

    def _keep(self, response: MemberResponse) -> None:
        meaning = _meaning(response)
        self._dated.add((meaning, response.response_date))
        self._said.add((meaning, _remarks(response)))


def _meaning(response: MemberResponse) -> Hashable:
    """Return whose answer it is, about what, and what it means, however it is spelt.

    Two codes that mean nothing known here may mean two things.
    """
    is_known = response.outcome is not Outcome.UNKNOWN
    return (
        code_key(response.member_code),
        code_key(response.facility or ""),
        response.outcome,
        "" if is_known else code_key(response.center_code or ""),
        response.requires_standby,
    )


def _remarks(response: MemberResponse) -> Hashable:
    return tuple(getattr(response, name) or "" for name in REMARKS)

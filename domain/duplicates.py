"""Which answer of a member is one that stands recorded already.

A copy is refused and changes nothing. The law asks when a member answered: a copy that is taken
later, without a date of its own, would be a later answer, could be late where the first was not,
and would count in the place of what the member said in between. That is what Open Positive
Response refuses duplicates for, too.

An answer that is dated is told by its date. The same member says the same of the same facility at
one moment only once; remarks beside it make no other answer, but the wish for a person at the site
does, because it stops the digging.

An answer without a date is told by all that it says. One that lets the digging go on is held
against every answer that stands: a batch that is sent again must not bring back a "Marked" that
the member has taken back since. One that stops the digging is held against the latest answer
alone: after the member has said otherwise it may be news, and to lose a conflict costs a pipe,
where a copy of it costs a question. Whoever means a new answer in the same words states its date,
or remarks on it.
"""

from collections.abc import Hashable, Iterable
from datetime import datetime

from domain.errors import DuplicateError
from domain.facilities import facility_key
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


# What an answer is about, if it is no facility; the key of none begins with a blank.
WHOLE = " all that the member has"
ANYTHING = " whatever was answered last"


class Recorded:
    """The answers that stand; one is looked for in the same time, however many there are."""

    def __init__(self, responses: Iterable[MemberResponse]) -> None:
        self._dated: set[Hashable] = set()
        self._said: set[Hashable] = set()
        # By member and what it is about: of equally old ones that which was recorded last.
        self._latest: dict[tuple[str, str], tuple[datetime, int, Hashable]] = {}
        self._kept = 0
        for one in responses:
            self._keep(one)

    def add(self, response: MemberResponse, *, is_dated: bool) -> None:
        """Take in an answer. Raises DuplicateError if it stands already.

        `is_dated` says that its date was stated, and is not that of its recording.
        """
        if is_dated:
            stands = (_meaning(response), response.response_date) in self._dated
        elif response.outcome.is_closing and not response.requires_standby:
            stands = _words(response) in self._said
        else:
            stands = self._counts_now(response)
        if stands:
            about = f" ({response.facility})" if response.facility else ""
            raise DuplicateError(
                f"This answer of {response.member_code}{about} is recorded already.",
                field="response_date" if is_dated else "outcome",
                remedy="Leave it out; if the member answered the same again, state when, or say "
                "so in a comment.",
            )
        self._keep(response)

    def _counts_now(self, response: MemberResponse) -> bool:
        """Are these the words that count about it, and nothing later?"""
        member, about = code_key(response.member_code), _about(response)
        later = (ANYTHING,) if about == WHOLE else (about, WHOLE)
        known = [self._latest[member, one] for one in later if (member, one) in self._latest]
        return bool(known) and max(known)[-1] == _words(response)

    def _keep(self, response: MemberResponse) -> None:
        self._dated.add((_meaning(response), response.response_date))
        self._said.add(_words(response))
        self._kept += 1
        entry = (response.response_date, self._kept, _words(response))
        for about in (_about(response), ANYTHING):
            place = code_key(response.member_code), about
            self._latest[place] = max(entry, self._latest.get(place, entry))


def _about(response: MemberResponse) -> str:
    return facility_key(response.facility) if response.facility else WHOLE


def _words(response: MemberResponse) -> Hashable:
    """Return all that an answer says, apart from when."""
    remarks = tuple(getattr(response, name) or "" for name in REMARKS)
    return _meaning(response), remarks


def _meaning(response: MemberResponse) -> Hashable:
    """Return whose answer it is, about what, and what it means, however it is spelt.

    Two codes that mean nothing known here may mean two things.
    """
    is_known = response.outcome is not Outcome.UNKNOWN
    return (
        code_key(response.member_code),
        _about(response),
        response.outcome,
        "" if is_known else code_key(response.center_code or ""),
        response.requires_standby,
    )

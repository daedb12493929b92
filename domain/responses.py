"""Positive responses: what the members (operators of buried lines) answered to a ticket.

A member answers per facility, and may answer again; the latest answer about a facility counts,
the earlier ones stay as history. What a ticket's answers amount to is computed here and is
never set. Silence is not clearance: only a closing outcome closes.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.errors import RejectedError
from domain.facilities import facility_key, key_among
from domain.moment import Moment, StatedMoment

MEMBER_CODE_CHARACTERS_MAX = 10  # as in Open Ticket
FACILITY_CHARACTERS_MAX = 60
MEMBERS_MAX = 200  # of one ticket
FACILITIES_MAX = 50  # of one member

Facility = Annotated[str, Field(min_length=1, max_length=FACILITY_CHARACTERS_MAX)]


class ResponseType(StrEnum):
    """The specification's five kinds of answer."""

    POSITIVE = "Positive"
    NEGATIVE = "Negative"
    STANDBY = "Standby"
    CLEAR = "Clear"
    DAMAGED = "Damaged"


class ResponseStatus(StrEnum):
    """How far the answers to one ticket have come."""

    PENDING = "Pending"
    PARTIAL = "Partial"
    COMPLETE = "Complete"
    NO_RESPONSE = "No Response"
    DAMAGED = "Damaged"


class Outcome(StrEnum):
    """What an answer means for the digging, whatever words the center has for it."""

    MARKED = "Marked"
    CLEAR = "Clear"
    NO_MARK_NEEDED = "NoMarkNeeded"
    MARKED_TO_METER = "MarkedToMeter"
    SELF_LOCATE = "SelfLocate"
    DELAYED = "Delayed"
    CANNOT_LOCATE = "CannotLocate"
    IN_CONFLICT = "InConflict"
    STANDBY_REQUIRED = "StandbyRequired"
    PARTIAL = "Partial"
    OVERDUE = "Overdue"
    NONE = "None"
    UNKNOWN = "Unknown"

    @property
    def is_closing(self) -> bool:
        """Does this answer close its facility? Every other blocks the digging."""
        return self in CLOSING


CLOSING = frozenset(
    {
        Outcome.MARKED,
        Outcome.CLEAR,
        Outcome.NO_MARK_NEEDED,
        Outcome.MARKED_TO_METER,
        Outcome.SELF_LOCATE,
    }
)

# The center's words for silence: to say that nothing came is no answer.
SILENCE = frozenset({Outcome.OVERDUE, Outcome.NONE})

# The specification's word for each outcome; it has none for an answer that closes nothing.
TYPE_OF = {
    Outcome.MARKED: ResponseType.POSITIVE,
    Outcome.MARKED_TO_METER: ResponseType.POSITIVE,
    Outcome.CLEAR: ResponseType.CLEAR,
    Outcome.NO_MARK_NEEDED: ResponseType.CLEAR,
    Outcome.SELF_LOCATE: ResponseType.CLEAR,
    Outcome.STANDBY_REQUIRED: ResponseType.STANDBY,
}

# And back, for answers that other tools of the customer wrote. What "Negative" denies is not
# known, and "Damaged" is no answer: both stay open.
OUTCOME_OF_TYPE: dict[str, Outcome] = {
    ResponseType.POSITIVE: Outcome.MARKED,
    ResponseType.CLEAR: Outcome.CLEAR,
    ResponseType.STANDBY: Outcome.STANDBY_REQUIRED,
}

# What centers call them, as `code_key` reduces it. An installation adds its own by CENTER_CODES.
OUTCOME_OF_CODE: dict[str, Outcome] = {
    **{outcome.value.lower(): outcome for outcome in Outcome},
    "located": Outcome.MARKED,
    "locatedfacilitiesmarked": Outcome.MARKED,
    "facilitiesmarked": Outcome.MARKED,
    "clearnoconflict": Outcome.CLEAR,
    "noconflict": Outcome.CLEAR,
    "allclear": Outcome.CLEAR,
    "nomarkingneeded": Outcome.NO_MARK_NEEDED,
    "locatedtometer": Outcome.MARKED_TO_METER,
    "locatedtometeronly": Outcome.MARKED_TO_METER,
    "utilitygeneratedticketselflocate": Outcome.SELF_LOCATE,
    "locatedelayed": Outcome.DELAYED,
    "cannotlocatecontactutility": Outcome.CANNOT_LOCATE,
    "conflict": Outcome.IN_CONFLICT,
    "noresponse": Outcome.NONE,
    "responseoverdue": Outcome.OVERDUE,
}

# A code of our table counts only in its bare words: `No, conflict` is not `No conflict`.
BARE = re.compile(
    r"(?!.*\bno *[\u2013\u2014-]+ )(?!.*\bno +[\u2013\u2014-])[\w \u2013\u2014-]+[.]?",
    re.IGNORECASE,
)
ASKING = frozenset("?\u00bf\u061f\uff1f")


def code_key(code: str) -> str:
    """Reduce a center's code or phrase to its letters and digits: `In Conflict`, `inconflict`.

    Of whatever alphabet; what has neither letter nor digit is kept as it is.
    """
    folded = code.casefold()
    return re.sub(r"[\W_]", "", folded) or folded.strip()


def outcome_of(code: str, codes: Mapping[str, Outcome] = OUTCOME_OF_CODE) -> Outcome:
    """Return what a center's code means.

    A code that nobody has mapped stays open, and so does one that asks, as `Clear?`.
    """
    key = code_key(code)
    is_doubtful = key in OUTCOME_OF_CODE and not BARE.fullmatch(code.strip())
    if is_doubtful or ASKING.intersection(code):
        return Outcome.UNKNOWN
    return codes.get(key, Outcome.UNKNOWN)


class Member(BaseModel):
    """A member that the center notified, and the facilities it has at the site.

    `extended_until` is set where the operator declared extraordinary circumstances (251.158).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    code: str = Field(min_length=1, max_length=MEMBER_CODE_CHARACTERS_MAX)
    name: str = Field(default="", max_length=200)
    facilities: list[Facility] = Field(default_factory=list, max_length=FACILITIES_MAX)
    extended_until: StatedMoment | None = None

    def amended(self, said: "Member") -> "Member":
        """Return this member with what is said of it now.

        It keeps the code by which answers and agreements name it, and every facility: one that is
        left out now may still lie in the ground. Raises RejectedError for too many of them.
        """
        fields = said.model_dump(include=said.model_fields_set - {"code"})
        known = {facility_key(one) for one in self.facilities}
        new = [one for one in said.facilities if facility_key(one) not in known]
        if len(self.facilities) + len(new) > FACILITIES_MAX:
            raise RejectedError(
                f"{self.code} can have at most {FACILITIES_MAX} facilities on a ticket.",
                field="facilities",
                remedy="Leave out what lies elsewhere.",
            )
        return self.model_copy(update={**fields, "facilities": [*self.facilities, *new]})


class MemberResponse(BaseModel):
    """One answer of one member; a later answer is another value, never a change of this one.

    `facility` is None where the member answered for all that it has. `is_late` says whether it
    came after it was due, as it was due then. `center_code` is the center's own word.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    member_code: str = Field(max_length=MEMBER_CODE_CHARACTERS_MAX)
    member_name: str = Field(max_length=200)
    facility: str | None = Field(default=None, max_length=FACILITY_CHARACTERS_MAX)
    outcome: Outcome
    center_code: str | None = Field(default=None, max_length=300)
    is_late: bool = False
    response_type: ResponseType
    response_date: Moment
    response_text: str | None = None
    marking_color: str | None = None
    marking_instructions: str | None = None
    clearance_granted: bool = False
    requires_standby: bool = False
    standby_contact: str | None = None
    standby_phone: str | None = None
    special_instructions: str | None = None
    received_at: Moment
    processed_at: Moment | None = None

    @model_validator(mode="before")
    @classmethod
    def _know_the_outcome(cls, given: object) -> object:
        """Derive the outcome of an answer that only has the specification's own word."""
        if not isinstance(given, dict) or given.get("outcome") is not None:
            return given
        return {
            **given,
            "outcome": OUTCOME_OF_TYPE.get(str(given.get("response_type")), Outcome.UNKNOWN),
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one facility of one member stands: its latest answer, or none yet."""

    member: Member
    facility: str | None
    latest: MemberResponse | None

    @property
    def is_answered(self) -> bool:
        """Has the member said anything, whatever it was?"""
        return self.latest is not None and self.latest.outcome not in SILENCE

    @property
    def is_closed(self) -> bool:
        return self.latest is not None and self.latest.outcome.is_closing

    @property
    def name(self) -> str:
        """The member and its facility, as a person says them."""
        return f"{self.member.code} ({self.facility})" if self.facility else self.member.code


def standings(members: Iterable[Member], responses: Sequence[MemberResponse]) -> list[Standing]:
    """Return one row per member and facility, with the latest answer about it."""
    return [row for member in members for row in _rows_of(member, responses)]


def response_status(rows: Sequence[Standing], *, overdue: bool) -> ResponseStatus:
    """Return what the answers amount to; `overdue` says that one is missing and was due.

    Nothing is complete that nobody was asked about: without rows the answers are pending.
    """
    if rows and all(row.is_closed for row in rows):
        return ResponseStatus.COMPLETE
    if overdue:
        return ResponseStatus.NO_RESPONSE
    answered = any(row.is_answered for row in rows)
    return ResponseStatus.PARTIAL if answered else ResponseStatus.PENDING


def find_member(members: Iterable[Member], code: str) -> Member | None:
    """Return the member with this code; codes arrive in any case and with stray blanks."""
    wanted = code_key(code)
    return next((member for member in members if code_key(member.code) == wanted), None)


def due_for(member: Member, due_at: datetime | None) -> datetime | None:
    """Return when this member's answer is due: an extension moves it, and only later."""
    if due_at is None or member.extended_until is None:
        return due_at
    return max(due_at, member.extended_until)


def _rows_of(member: Member, responses: Sequence[MemberResponse]) -> Iterator[Standing]:
    mine = [one for one in responses if code_key(one.member_code) == code_key(member.code)]
    facilities = member.facilities or _named_by(mine)
    listed = [one for one in facilities if one is not None]
    keyed = [(one, key_among(listed, one.facility)) for one in mine]
    for facility in facilities:
        wanted = {None, facility and facility_key(facility)}
        about = [one for one, key in keyed if key in wanted]
        # `max` keeps the first of equals: the answer that was recorded last must win.
        latest = max(reversed(about), key=lambda one: one.response_date, default=None)
        yield Standing(member, facility, latest)


def _named_by(responses: Sequence[MemberResponse]) -> list[str | None]:
    """Return what a member without a list has, as its answers name it.

    An answer for all that it has stays a row of its own: one facility that is marked says nothing
    about the others, which nobody has listed.
    """
    named = {facility_key(one.facility): one.facility for one in responses if one.facility}
    is_whole = not named or any(one.facility is None for one in responses)
    return [*named.values(), *([None] if is_whole else [])]

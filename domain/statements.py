"""What a named person states about a ticket after its submission, kept as it was said.

Each is a value that is added to the ticket and settled later by another value in its place; who
said it and when is part of it. What it means for the digging is decided in `domain.readiness`.
"""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from domain.moment import Moment, StatedMoment

NAME_CHARACTERS_MAX = 200
TEXT_CHARACTERS_MAX = 2_000


class _Statement(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class SiteCheck(_Statement):
    """The checks that must precede every excavation (16 TAC 18.4(c)-(d)).

    `white_lines_verified` is also true where the site needed no white lines.
    """

    checked_at: Moment
    checked_by: str = Field(min_length=1, max_length=NAME_CHARACTERS_MAX)
    ticket_copy_on_site: bool
    place_verified: bool
    white_lines_verified: bool
    no_unmarked_lines_seen: bool


class Standby(_Statement):
    """A member's person at the site, arranged with the excavator (251.151(c))."""

    member_code: str = Field(min_length=1, max_length=10)
    arranged_at: Moment
    arranged_by: str = Field(min_length=1, max_length=NAME_CHARACTERS_MAX)
    contact: str = Field(min_length=1, max_length=NAME_CHARACTERS_MAX)
    meets_at: Moment | None = None


class GroundReason(StrEnum):
    """Why digging may not begin, or must stop, until a second notice (16 TAC 18.4(e))."""

    NO_RESPONSE = "NoResponse"
    ALL_CLEAR_CONTRADICTED = "AllClearContradicted"
    UNMARKED_LINE_SEEN = "UnmarkedLineSeen"
    MARKS_LOST = "MarksLost"


class Ground(_Statement):
    """A ground for a second notice, open until the member has answered it and a person says so.

    That the hours for the answer have passed settles nothing.
    """

    id: str
    reason: GroundReason
    raised_at: Moment
    raised_by: str = Field(min_length=1, max_length=NAME_CHARACTERS_MAX)
    notes: str = Field(min_length=1, max_length=TEXT_CHARACTERS_MAX)
    member_code: str | None = Field(default=None, max_length=10)
    second_notice_number: str | None = Field(default=None, max_length=50)
    answer_due_at: Moment
    settled_at: Moment | None = None
    settled_by: str | None = Field(default=None, max_length=NAME_CHARACTERS_MAX)
    settlement: str | None = Field(default=None, max_length=TEXT_CHARACTERS_MAX)

    @property
    def is_open(self) -> bool:
        return self.settled_at is None


class Damage(_Statement):
    """A damage or exposure of a line: it holds the ticket until the operator releases it.

    Damage includes a scratched coating, weakened support and bad backfill (251.002(4)).
    `center_told_at` and the DigUp ticket's number are known once the center was told.
    """

    id: str
    occurred_at: Moment
    place: str = Field(min_length=1, max_length=TEXT_CHARACTERS_MAX)
    facility: str = Field(min_length=1, max_length=NAME_CHARACTERS_MAX)
    description: str | None = Field(default=None, max_length=TEXT_CHARACTERS_MAX)
    reported_at: Moment
    reported_by: str = Field(min_length=1, max_length=NAME_CHARACTERS_MAX)
    product_released: bool | None = None
    called_911_at: Moment | None = None
    center_told_at: Moment | None = None
    dig_up_ticket_number: str | None = Field(default=None, max_length=50)
    notice_due_at: Moment
    answer_due_at: Moment | None = None
    report_due_at: Moment
    released_at: Moment | None = None
    released_by: str | None = Field(default=None, max_length=NAME_CHARACTERS_MAX)

    @property
    def is_open(self) -> bool:
        return self.released_at is None


class LifeAgreement(_Statement):
    """A written agreement with one operator on a longer life (16 TAC 18.3(f)-(g)).

    It must be signed and dated by both parties, and both keep a copy: `document` says where.
    """

    member_code: str = Field(min_length=1, max_length=10)
    until: StatedMoment
    signed_on: date
    signed_by_excavator: str = Field(min_length=1, max_length=NAME_CHARACTERS_MAX)
    signed_by_operator: str = Field(min_length=1, max_length=NAME_CHARACTERS_MAX)
    document: str = Field(min_length=1, max_length=TEXT_CHARACTERS_MAX)


class Cancellation(_Statement):
    """Why a ticket was given up, and whether the center was told.

    `sent_to_center` is None for a ticket that never reached the center.
    """

    cancelled_at: Moment
    cancelled_by: str = Field(min_length=1, max_length=NAME_CHARACTERS_MAX)
    reason: str = Field(min_length=1, max_length=TEXT_CHARACTERS_MAX)
    sent_to_center: bool | None = None


class Confirmation(_Statement):
    """A named person's word that the packet is right; from here on its fields are locked.

    `emergency_attested` says that the person knows what a false claim costs (251.155(d)).
    `packet_fingerprint` is the SHA-256 of what was confirmed.
    """

    confirmed_at: Moment
    confirmed_by: str = Field(min_length=1, max_length=NAME_CHARACTERS_MAX)
    emergency_attested: bool = False
    packet_fingerprint: str

"""The locate ticket: the facts of a dig, and where the ticket stands.

One model from first draft to expiry. A draft may lack anything; what it lacks is a gap.
A ticket is a value: `revised` gives a new one, and only `Store.commit` makes it true.
"""

from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import Field, JsonValue, model_validator

from domain.facts import PriorityLevel, TicketFacts, TicketType
from domain.gaps import GapSeverity, ValidationGap
from domain.moment import Moment
from domain.responses import Member, MemberResponse, ResponseStatus, Standing, standings
from domain.statements import (
    Cancellation,
    Confirmation,
    Damage,
    Ground,
    LifeAgreement,
    SiteCheck,
    Standby,
)


class TicketStatus(StrEnum):
    """The twelve places in the life of a ticket."""

    DRAFT = "Draft"
    EXTRACTING = "Extracting"
    VALIDATING_FIELDS = "ValidatingFields"
    VALID_PENDING_CONFIRM = "ValidPendingConfirm"
    READY = "Ready"
    SUBMITTED = "Submitted"
    RESPONSES_IN = "ResponsesIn"
    READY_TO_DIG = "ReadyToDig"
    EXPIRING = "Expiring"
    EXPIRED = "Expired"
    CANCELLED = "Cancelled"
    DAMAGED = "Damaged"


class ValidationStatus(StrEnum):
    """Invalid: a required gap is open. Warning: only lesser ones are. Valid: none is."""

    INVALID = "Invalid"
    VALID = "Valid"
    WARNING = "Warning"


class Ticket(TicketFacts):
    """A locate ticket as the specification names it; all moments are UTC.

    `version` counts the commits of this ticket (0: never stored). It is kept under `_meta`
    in the file and is not a field of the ticket's JSON. `gap_count` is derived from the
    gaps; a stored value is read and ignored, so the two cannot disagree.
    """

    id: str = Field(min_length=1, max_length=64)
    version: int = Field(default=0, ge=0, exclude=True)
    status: TicketStatus = TicketStatus.DRAFT
    created_at: Moment
    updated_at: Moment

    # Where it came from.
    work_order_id: str | None = Field(default=None, max_length=64)
    work_order_filename: str | None = Field(default=None, max_length=255)
    extraction_confidence: float = Field(default=0.0, ge=0.0, le=1.0)
    extraction_warnings: list[str] = Field(default_factory=list)

    extracted_at: Moment | None = None
    edited_at: Moment | None = None
    # Fields whose value a person gave or confirmed after the reading: no more questions.
    confirmed_fields: list[str] = Field(default_factory=list)

    # What kind it is: from here on always said.
    ticket_type: TicketType = TicketType.NORMAL
    priority_level: PriorityLevel = PriorityLevel.STANDARD

    # The legal clock.
    requested_at: Moment
    earliest_lawful_start: Moment | None = None
    positive_response_at: Moment | None = None
    expires_at: Moment | None = None
    marking_expires_at: Moment | None = None
    # Ours: the notice and the policy from which every date follows, and the other dates.
    # `center_start_at` is the date that the center computed; the later of the two holds.
    notice_at: Moment | None = None
    policy_version: str | None = Field(default=None, max_length=50)
    center_start_at: Moment | None = None
    response_due_at: Moment | None = None
    no_mark_notice_due_at: Moment | None = None
    refresh_by_at: Moment | None = None

    # What is missing.
    validation_status: ValidationStatus = ValidationStatus.INVALID
    validation_gaps: list[ValidationGap] = Field(default_factory=list)
    gap_count: int = Field(default=0, ge=0)
    last_validated_at: Moment | None = None

    # What the center and its members said.
    response_status: ResponseStatus = ResponseStatus.PENDING
    texas811_ticket_number: str | None = Field(default=None, max_length=50)
    submission_confirmation: str | None = Field(default=None, max_length=100)
    member_responses: list[MemberResponse] = Field(default_factory=list)
    members: list[Member] = Field(default_factory=list, max_length=200)
    # True where the center's list could not be had: then the answers can never be complete.
    member_list_missing: bool = False

    # What named persons stated, and the tickets before and after this one.
    confirmation: Confirmation | None = None
    site_check: SiteCheck | None = None
    standbys: list[Standby] = Field(default_factory=list)
    grounds: list[Ground] = Field(default_factory=list)
    damages: list[Damage] = Field(default_factory=list)
    life_agreements: list[LifeAgreement] = Field(default_factory=list)
    cancellation: Cancellation | None = None
    previous_ticket_id: str | None = Field(default=None, max_length=64)
    superseded_by_number: str | None = Field(default=None, max_length=50)
    closed_at: Moment | None = None  # the work is finished; reminders are silenced

    @model_validator(mode="before")
    @classmethod
    def _count_the_gaps(cls, given: object) -> object:
        """Derive `gap_count`, whatever the input claims."""
        if not isinstance(given, dict):
            return given
        facts: dict[str, JsonValue] = given
        gaps = facts.get("validation_gaps")
        return {
            **facts,
            "gap_count": sum(map(_is_open, gaps if isinstance(gaps, list | tuple) else [])),
        }

    @property
    def open_gaps(self) -> list[ValidationGap]:
        return [gap for gap in self.validation_gaps if gap.is_open]

    @property
    def has_required_gap(self) -> bool:
        return any(gap.severity is GapSeverity.REQUIRED for gap in self.open_gaps)

    @property
    def standings(self) -> list[Standing]:
        """Where each facility of each member stands."""
        return standings(self.members, self.member_responses)

    @property
    def open_grounds(self) -> list[Ground]:
        return [ground for ground in self.grounds if ground.is_open]

    @property
    def open_damages(self) -> list[Damage]:
        return [damage for damage in self.damages if damage.is_open]

    def revised(self, *, now: datetime, **changes: object) -> Self:
        """Return this ticket with some fields changed and checked, updated at `now`.

        Raises pydantic's `ValidationError` if a value does not fit its field.
        """
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate({**values, **changes, "updated_at": now})


def _is_open(gap: object) -> bool:
    """Is this gap, a model or what JSON gave for one, still open?"""
    if isinstance(gap, ValidationGap):
        return gap.is_open
    return isinstance(gap, dict) and gap.get("resolved_at") is None

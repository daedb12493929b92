"""Positive responses: what a member (an operator of buried lines) answered to a ticket."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from domain.moment import Moment


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


class MemberResponse(BaseModel):
    """One answer of one member; a later answer is another value, never a change of this one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    member_code: str = Field(max_length=10)
    member_name: str = Field(max_length=200)
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

"""A conversation of the CustomGPT about one ticket, over several turns."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from domain.moment import Moment


class ConversationState(StrEnum):
    """Where a conversation stands."""

    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    ABANDONED = "abandoned"
    ERROR = "error"


class TicketSession(BaseModel):
    """What has been said so far, and about which ticket."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    session_key: str
    ticket_id: str | None = None
    session_data: dict[str, JsonValue] = Field(default_factory=dict)
    conversation_state: ConversationState = ConversationState.ACTIVE
    current_step: str | None = None
    completed_steps: list[str] = Field(default_factory=list)
    pending_validations: list[str] = Field(default_factory=list)
    messages: list[dict[str, JsonValue]] = Field(default_factory=list)
    extraction_results: dict[str, JsonValue] = Field(default_factory=dict)
    expires_at: Moment
    created_at: Moment
    updated_at: Moment
    last_activity_at: Moment

    def is_lapsed(self, *, now: datetime) -> bool:
        """Has everybody walked away from this conversation?"""
        return now >= self.expires_at

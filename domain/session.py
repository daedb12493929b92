"""A conversation of the CustomGPT about one ticket, over several turns."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from math import isfinite
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from domain.errors import TooLargeError
from domain.moment import Moment

SESSION_BYTES_MAX = 256 * 1024  # of its JSON
MESSAGES_MAX = 500
MESSAGES_PER_TURN_MAX = 50
STEPS_MAX = 200
NAME_CHARACTERS_MAX = 200
FINGERPRINT_CHARACTERS = 16
TEXT_CHARACTERS_MAX = 4_000  # of what is remembered of one turn
LEVELS_MAX = 20  # lists and objects within one another; parsers of JSON give up at some depth
INTEGER_MAX = 2**63 - 1  # what every reader of JSON takes


class ConversationState(StrEnum):
    """Where a conversation stands."""

    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    ABANDONED = "abandoned"
    ERROR = "error"


def _storable(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Return what was given. Raises ValueError for what JSON could not give back."""
    level: list[JsonValue] = [value]
    for _ in range(LEVELS_MAX):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return value
    problem = f"at most {LEVELS_MAX} levels of lists and objects can be kept"
    raise ValueError(problem)


def _inside(value: JsonValue) -> Iterator[JsonValue]:
    match value:
        case dict():
            yield from value.values()
        case list():
            yield from value
        case int() if abs(value) > INTEGER_MAX:
            problem = "so large a number cannot be kept: write it as text"
            raise ValueError(problem)
        case float() if not isfinite(value):
            problem = "a number must be finite"
            raise ValueError(problem)


Storable = Annotated[dict[str, JsonValue], AfterValidator(_storable)]
Name = Annotated[str, Field(max_length=NAME_CHARACTERS_MAX)]
Names = Annotated[list[Name], Field(max_length=STEPS_MAX)]


class TicketSession(BaseModel):
    """What has been said so far, and about which ticket.

    `version` counts the turns; a file that an earlier release wrote has none, and is the first.
    """

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
    version: int = Field(default=1, ge=1)

    @classmethod
    def begun(cls, key: str, *, ticket_id: str | None, now: datetime, lasts: timedelta) -> Self:
        """Return a conversation in which nothing has been said yet."""
        return cls(
            session_key=key,
            ticket_id=ticket_id,
            expires_at=now + lasts,
            created_at=now,
            updated_at=now,
            last_activity_at=now,
        )

    def is_lapsed(self, *, now: datetime) -> bool:
        """Has everybody walked away from this conversation?"""
        return now >= self.expires_at

    def is_as_begun(self, *, ticket_id: str | None) -> bool:
        """Has nothing happened since it was begun for this ticket?"""
        return self.version == 1 and self.ticket_id == ticket_id


class SessionUpdate(BaseModel):
    """What one turn changes.

    `session_data` is merged, key by key, and null takes a key out; `messages` are added behind
    those that are there. What else is given replaces what was said before.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ticket_id: str | None = None
    session_data: Storable = Field(default_factory=dict)
    conversation_state: ConversationState = ConversationState.ACTIVE
    current_step: Name | None = None
    completed_steps: Names = Field(default_factory=list)
    pending_validations: Names = Field(default_factory=list)
    messages: list[Storable] = Field(default_factory=list, max_length=MESSAGES_PER_TURN_MAX)
    extraction_results: Storable = Field(default_factory=dict)


REPLACED = (
    "ticket_id",
    "conversation_state",
    "current_step",
    "completed_steps",
    "pending_validations",
    "extraction_results",
)


def session_fingerprint(session_key: str) -> str:
    """Return by what a conversation is told in logs and histories: nobody can go on with it by that.

    It is the same for the same key: `session-` and the beginning of a SHA-256 (hex).
    """
    digest = hashlib.sha256(f"session/{session_key}".encode()).hexdigest()
    return f"session-{digest[:FINGERPRINT_CHARACTERS]}"


def updated(
    session: TicketSession, update: SessionUpdate, *, now: datetime, lasts: timedelta
) -> TicketSession:
    """Return the conversation after this turn; it lasts on from now.

    Raises TooLargeError where more has been said than is kept of one conversation.
    """
    stated = {
        name: getattr(update, name) for name in REPLACED if name in update.model_fields_set
    }
    data = session.session_data | update.session_data
    after = session.model_copy(
        update={
            **stated,
            "session_data": {name: value for name, value in data.items() if value is not None},
            "messages": [*session.messages, *(_dated(said, now) for said in update.messages)],
        }
    )
    if len(after.messages) > MESSAGES_MAX:
        raise _too_much(f"{MESSAGES_MAX} messages", "messages")
    after = _gone_on(after, now, lasts)
    if not _fits(after):
        raise _too_much(f"{SESSION_BYTES_MAX // 1024} KB", "session")
    return after


def extended(session: TicketSession, *, now: datetime, lasts: timedelta) -> TicketSession:
    """Return the conversation with so much time left; it is never cut short."""
    return _gone_on(session, now, lasts)


def remembered(
    session: TicketSession,
    *,
    ticket_id: str | None,
    step: str | None,
    said: dict[str, JsonValue] | None,
    until: tuple[datetime, timedelta],
) -> TicketSession:
    """Return the conversation after a turn that has taken effect already.

    It cannot be refused any more, so the oldest messages are forgotten where there is no room.
    `until` is now, and how long the conversation lasts on from there.
    """
    now, lasts = until
    steps = [one for one in session.completed_steps if one != step]
    messages = [*session.messages, *([_dated(said, now)] if said else [])]
    after = session.model_copy(
        update={
            "ticket_id": ticket_id or session.ticket_id,
            "current_step": step or session.current_step,
            "completed_steps": [*steps, *([step] if step else [])][-STEPS_MAX:],
            "messages": messages[-MESSAGES_MAX:],
        }
    )
    after = _gone_on(after, now, lasts)
    while after.messages and not _fits(after):
        kept = after.messages[(len(after.messages) + 1) // 2 :]
        after = after.model_copy(update={"messages": kept})
    return after


def _gone_on(session: TicketSession, now: datetime, lasts: timedelta) -> TicketSession:
    return session.model_copy(
        update={
            "expires_at": max(session.expires_at, now + lasts),
            "updated_at": now,
            "last_activity_at": now,
            "version": session.version + 1,
        }
    )


def _dated(message: dict[str, JsonValue], now: datetime) -> dict[str, JsonValue]:
    """Return a message that says when it was said."""
    return {"at": f"{now:%Y-%m-%dT%H:%M:%SZ}", **message}


def _fits(session: TicketSession) -> bool:
    return len(session.model_dump_json().encode()) <= SESSION_BYTES_MAX


def _too_much(limit: str, field: str) -> TooLargeError:
    return TooLargeError(
        f"A conversation may hold at most {limit}.",
        field=field,
        remedy="Leave something out, or start a new one.",
    )

"""The audit event, and the change that carries it.

A `Change` is the only thing that the store can commit: a ticket, and the event that
explains how it came to be so. Neither can be written without the other.
"""

from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from domain.errors import RejectedError
from domain.moment import Moment
from domain.ticket import Ticket

EVENT_NAMESPACE = UUID("0d4b1c0a-6a34-5b7d-8f6e-5f1d0c6f7a21")


class Actor(StrEnum):
    """Who did it."""

    CUSTOM_GPT = "CustomGPT"
    USER = "User"
    SYSTEM = "System"
    TEXAS811_PORTAL = "Texas811Portal"


class Author(BaseModel):
    """Who asks for a change, and by which way it came to us.

    `request_id` is that of the request, as the logs have it; `key_id` that of the API key with
    which it came. `reason` is why it is asked for, where a reason was asked of the person.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    actor: Actor
    name: str | None = None
    reason: str | None = None
    session_id: str | None = None
    ip_address: str | None = None
    user_agent: str | None = None
    request_id: str | None = None
    key_id: str | None = None

    @property
    def way(self) -> dict[str, Any]:
        """By which way it came, as an audit event says it."""
        return self.model_dump(exclude={"actor", "name", "reason"})


# What never matters to a court or a regulator; every other action may.
HOUSEKEEPING = frozenset({"ticket_created", "ticket_validated", "ticket_edited"})

SYSTEM = Author(actor=Actor.SYSTEM)

# What earlier releases did not know is left out where it says nothing: an event lies in its ticket
# and in the log, and the two are compared byte for byte.
UnlessNone = Annotated[str | None, Field(exclude_if=lambda value: value is None)]


def named(by: Author) -> str:
    """Return the name of the person who acts. Raises RejectedError if nobody is named."""
    name = (by.name or "").strip()
    if not name:
        raise RejectedError(
            "Nobody is named.", field="by", remedy="Name the person who does this."
        )
    return name


class AuditEvent(BaseModel):
    """One thing that happened, with the values before and after; never changed afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    ticket_id: str | None = None
    timestamp: Moment
    actor: Actor
    action: str
    from_status: str | None = None
    to_status: str | None = None
    changed_fields: list[str] = Field(default_factory=list)
    field_changes: dict[str, JsonValue] = Field(default_factory=dict)
    session_id: str | None = None
    ip_address: str | None = None
    user_agent: str | None = None
    request_id: UnlessNone = None
    key_id: UnlessNone = None
    notes: str | None = None
    compliance_relevant: bool = False
    legal_hold: bool = False


class Change(BaseModel):
    """A ticket as it shall be, and the event that makes it so: one value, one commit.

    `ticket.version` is the version the change was made from; the store writes the next one.
    """

    model_config = ConfigDict(frozen=True)

    ticket: Ticket
    event: AuditEvent

    @model_validator(mode="after")
    def _speak_of_one_ticket(self) -> Self:
        if self.event.ticket_id != self.ticket.id:
            message = f"the event is about {self.event.ticket_id}, not {self.ticket.id}"
            raise ValueError(message)
        return self


def change(
    before: Ticket | None,
    after: Ticket,
    *,
    by: Author,
    action: str,
    notes: str | None = None,
) -> Change:
    """Return the step from one ticket to the next with the event that explains it.

    `updated_at` of the new ticket is when it happened. The author's reason stands in the notes.
    """
    changes = field_changes(before, after)
    event = AuditEvent(
        id=event_id(after.id, after.version + 1),
        ticket_id=after.id,
        timestamp=after.updated_at,
        actor=by.actor,
        action=action,
        from_status=before.status if before else None,
        to_status=after.status,
        changed_fields=list(changes),
        field_changes=changes,
        notes=with_reason(notes, by),
        compliance_relevant=action not in HOUSEKEEPING,
        **by.way,
    )
    return Change(ticket=after, event=event)


def with_reason(notes: str | None, by: Author) -> str | None:
    """Return what is noted of an event, with the reason of its author where he gave one."""
    return " ".join(filter(None, (notes, by.reason and f"Reason: {by.reason}"))) or None


def event_id(ticket_id: str, version: int) -> str:
    """Return the id of the event that made this version; the same in every rerun."""
    return str(uuid5(EVENT_NAMESPACE, f"{ticket_id}/{version}"))


# These follow from the others or move with every change; to list them would say nothing new.
UNREMARKABLE_FIELDS = frozenset({"version", "updated_at", "validation_gaps"})


def field_changes(before: Ticket | None, after: Ticket) -> dict[str, JsonValue]:
    """Return field -> {"before": ..., "after": ...} for all that differs, as JSON values."""
    new = after.model_dump(mode="json")
    old = before.model_dump(mode="json") if before else {}
    return {
        name: {"before": old.get(name), "after": new[name]}
        for name in new
        if name not in UNREMARKABLE_FIELDS and new[name] != old.get(name, _EMPTY.get(name))
    }


# What a ticket that says nothing holds; a creation event lists only what was said.
_EMPTY: dict[str, JsonValue] = {
    name: field.get_default(call_default_factory=True)
    for name, field in Ticket.model_fields.items()
    if not field.is_required()
}

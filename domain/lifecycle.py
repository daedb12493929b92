"""The life of a ticket: each step is a `Change`, the ticket as it shall be and its event.

Here are the first steps, from a work order to a validated ticket.
"""

from datetime import datetime

from domain.audit import Actor, AuditEvent, Change, event_id, field_changes
from domain.extraction import Extraction
from domain.ticket import Ticket, TicketStatus
from domain.validation import validated
from domain.work_order import WorkOrder

# What a validation may decide about; a ticket beyond these is frozen for its submission.
BEFORE_CONFIRMATION = frozenset(
    {
        TicketStatus.DRAFT,
        TicketStatus.EXTRACTING,
        TicketStatus.VALIDATING_FIELDS,
        TicketStatus.VALID_PENDING_CONFIRM,
    }
)


def open_ticket(order: WorkOrder, extraction: Extraction, *, now: datetime) -> Change:
    """Return the creation of this work order's ticket, read and validated.

    The ticket passes Draft, Extracting and ValidatingFields in this one step, so that it is
    never seen half made; its first visible status is where validation left it.
    """
    draft = Ticket.model_validate(
        {
            **extraction.taken(),
            "id": order.ticket_id,
            "created_at": now,
            "updated_at": now,
            "requested_at": order.requested_at,
            "work_order_id": order.id,
            "work_order_filename": order.filename,
            "extraction_confidence": extraction.confidence,
            "extraction_warnings": [str(warning) for warning in extraction.warnings],
        }
    )
    ticket = _placed(validated(draft, extraction, now=now), now)
    origin = f"work order {order.id}" + (f" ({order.filename})" if order.filename else "")
    event = _event(
        None,
        ticket,
        actor=order.actor,
        action="ticket_created",
        notes=f"Created from {origin}",
    )
    return Change(ticket=ticket, event=event)


def revalidate(
    ticket: Ticket, extraction: Extraction | None, *, now: datetime, actor: Actor = Actor.SYSTEM
) -> Change | None:
    """Return the ticket's validation by the rules of today, or None if it finds nothing new.

    A confirmed ticket keeps its status: its facts are frozen, only its gaps are shown.
    """
    after = validated(ticket, extraction, now=now)
    if ticket.status in BEFORE_CONFIRMATION:
        after = _placed(after, now)
    if ticket.last_validated_at and _standing(after) == _standing(ticket):
        return None
    event = _event(ticket, after, actor=actor, action="ticket_validated")
    return Change(ticket=after, event=event)


def _placed(ticket: Ticket, now: datetime) -> Ticket:
    """Return the ticket where its gaps put it: a draft, or waiting for confirmation."""
    status = (
        TicketStatus.DRAFT if ticket.has_required_gap else TicketStatus.VALID_PENDING_CONFIRM
    )
    return ticket.revised(now=now, status=status)


def _standing(ticket: Ticket) -> tuple[object, ...]:
    """Return what a validation decides about a ticket."""
    return ticket.status, ticket.validation_status, ticket.validation_gaps


def _event(
    before: Ticket | None,
    after: Ticket,
    *,
    actor: Actor,
    action: str,
    notes: str | None = None,
) -> AuditEvent:
    changes = field_changes(before, after)
    return AuditEvent(
        id=event_id(after.id, after.version + 1),
        ticket_id=after.id,
        timestamp=after.updated_at,
        actor=actor,
        action=action,
        from_status=before.status if before else None,
        to_status=after.status,
        changed_fields=list(changes),
        field_changes=changes,
        notes=notes,
    )

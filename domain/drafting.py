"""From a work order to a ticket that a person can confirm: each step is a `Change`."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import ValidationError

from domain.audit import SYSTEM, Author, Change, change
from domain.drawing import drawn
from domain.errors import RejectedError
from domain.extraction import Extraction
from domain.facts import TicketFacts
from domain.lifecycle import DRAFT, EXTRACTING, PENDING, READY, VALIDATING, advance
from domain.start import start_objections
from domain.ticket import Ticket
from domain.validation import validated
from domain.work_order import WorkOrder

VALIDATES = frozenset({DRAFT, VALIDATING, PENDING})


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
            "extraction_warnings": [*map(str, extraction.warnings), *order.left_out],
            "extracted_at": now,
        }
    )
    read = advance(advance(draft, EXTRACTING, now=now), VALIDATING, now=now)
    ticket = placed(read, extraction, now)
    origin = f"work order {order.id}" + (f" ({order.filename})" if order.filename else "")
    return change(
        None,
        ticket,
        by=Author(actor=order.actor, request_id=order.request_id, key_id=order.key_id),
        action="ticket_created",
        notes=f"Created from {origin}",
    )


def revalidate(
    ticket: Ticket, extraction: Extraction | None, *, now: datetime, by: Author = SYSTEM
) -> Change | None:
    """Return the ticket's validation by the rules of today, or None if it finds nothing new.

    A confirmed ticket keeps its status: its facts are frozen, only its gaps are shown.
    """
    if ticket.status in VALIDATES:
        after = placed(_validating(ticket, now), extraction, now)
    else:
        after = validated(ticket, extraction, now=now)
    if ticket.last_validated_at and _standing(after) == _standing(ticket):
        return None
    return change(ticket, after, by=by, action="ticket_validated")


def edit(
    ticket: Ticket,
    stated: Mapping[str, object],
    extraction: Extraction | None,
    *,
    now: datetime,
    by: Author,
) -> Change:
    """Return the ticket with what a person states put in; None unsays a fact.

    It is validated at once: the gaps of other fields are left alone. Raises RejectedError for a
    ticket whose fields are locked, and for a field or a value that there is not.
    """
    refuse_locked(ticket)
    fields = checked_facts(stated)
    # A stated value is confirmed: it is not asked about again. What is unsaid is open again.
    said = {name for name, value in fields.items() if value is not None}
    kept = (set(ticket.confirmed_fields) - set(fields)) | said
    edited = _validating(ticket, now).revised(
        now=now, edited_at=now, confirmed_fields=sorted(kept), **fields
    )
    after = placed(edited, extraction, now)
    named = f"{by.name} stated " if by.name else "Stated: "
    return change(
        ticket,
        after,
        by=by,
        action="ticket_edited",
        notes=f"{named}{', '.join(sorted(fields))}.",
    )


def reopen(
    ticket: Ticket, extraction: Extraction | None, *, now: datetime, by: Author, reason: str
) -> Change:
    """Return the ticket with its fields unlocked; a confirmation is withdrawn.

    Raises RejectedError for a ticket that the center knows already, or that has ended.
    """
    if ticket.status is READY:
        opened = advance(ticket, VALIDATING, now=now).revised(now=now, confirmation=None)
        after = placed(opened, extraction, now)
    else:
        after = advance(ticket, DRAFT, now=now)
    return change(ticket, after, by=by, action="ticket_reopened", notes=reason)


def withdraw_unlawful_start(
    ticket: Ticket, extraction: Extraction | None, *, now: datetime
) -> Change | None:
    """Return a confirmed, unsent ticket reopened because its planned start came too near.

    None if the start is still lawful, or if the ticket does not wait to be sent.
    """
    if ticket.status is not READY:
        return None
    objections = list(start_objections(ticket, now))
    if not objections:
        return None
    return reopen(ticket, extraction, now=now, by=SYSTEM, reason=objections[0].description)


def placed(ticket: Ticket, extraction: Extraction | None, now: datetime) -> Ticket:
    """Return the validated ticket where its gaps put it: a draft, or waiting for a person."""
    looked_at = validated(drawn(ticket, now=now), extraction, now=now)
    return advance(looked_at, DRAFT if looked_at.has_required_gap else PENDING, now=now)


def _validating(ticket: Ticket, now: datetime) -> Ticket:
    return ticket if ticket.status is VALIDATING else advance(ticket, VALIDATING, now=now)


def _standing(ticket: Ticket) -> tuple[object, ...]:
    """Return what a validation decides about a ticket."""
    return ticket.status, ticket.validation_status, ticket.validation_gaps


def checked_facts(stated: Mapping[str, object]) -> dict[str, object]:
    """Return the stated values as their fields hold them.

    Raises RejectedError naming the first field that does not exist or does not fit.
    """
    if not stated:
        raise RejectedError("Nothing is stated.", remedy="State at least one ticket field.")
    try:
        facts = TicketFacts.model_validate(dict(stated))
    except ValidationError as error:
        first = error.errors()[0]
        raise RejectedError(
            f"{first['msg']}.",
            field=".".join(str(part) for part in first["loc"]),
            remedy="Correct the value, or leave the field out.",
        ) from None
    unset = [name for name in ALWAYS_SAID if name in stated and stated[name] is None]
    if unset:
        raise RejectedError(
            f"A ticket always has a {unset[0]}.", field=unset[0], remedy="Name another value."
        )
    return {name: getattr(facts, name) for name in stated}


ALWAYS_SAID = ("ticket_type", "priority_level")


def refuse_locked(ticket: Ticket) -> None:
    """Raise RejectedError, saying what can be done, for a ticket whose fields are locked."""
    if ticket.status in VALIDATES:
        return
    ways = {
        READY: "Reopen it, edit it, and confirm it again.",
        EXTRACTING: "Wait until the reading has ended.",
    }
    raise RejectedError(
        f"The fields of a {ticket.status} ticket are locked.",
        field="status",
        remedy=ways.get(
            ticket.status, "If place, scope or marking change: cancel it and make a new ticket."
        ),
    )

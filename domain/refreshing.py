"""A further ticket for the same site: an update, a second notice, a recall.

The center gives each a number of its own; the chain of previous numbers is kept. The old ticket
stays as it is and lives until its own expiry.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid5

from domain.audit import Author, Change, change
from domain.drafting import placed
from domain.errors import RejectedError
from domain.extraction import Extraction
from domain.facts import TicketFacts, TicketType
from domain.lifecycle import CANCELLED, DAMAGED, EXPIRED, VALIDATING
from domain.ticket import Ticket
from domain.work_order import TICKET_NAMESPACE

# The types of a further ticket for the same site; each is a notice of its own.
FOLLOW_UPS = (
    TicketType.UPDATE,
    TicketType.UPDATE_REMARK,
    TicketType.NORMAL,
    TicketType.NO_RESPONSE,
    TicketType.DIG_UP,
    TicketType.RECALL,
)
# An update extends a life: once that has ended, it takes a new notice of the ordinary type.
EXTENDS_LIFE = frozenset({TicketType.UPDATE, TicketType.UPDATE_REMARK})
# What belongs to the old notice alone and is asked anew.
NOT_CARRIED_OVER = frozenset(
    {"ticket_type", "planned_start_at", "expected_completion_on", "previous_ticket_number"}
)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Which further ticket is wanted: its type, and the how-manieth of this type it is, from 0."""

    kind: TicketType
    number: int = 0


def refresh(
    ticket: Ticket,
    wanted: FollowUp,
    extraction: Extraction | None,
    *,
    now: datetime,
    by: Author,
) -> Change:
    """Return a new ticket for the same site, chained to this one, which stays as it is.

    The old ticket lives until its own expiry. The same request always gives the same new ticket,
    so that one that is repeated makes no second. Raises RejectedError for a
    ticket that the center does not know, a type that is no follow-up, and an update of a
    ticket whose life has ended.
    """
    kind = wanted.kind
    _refuse_refresh(ticket, kind)
    facts = {
        name: value
        for name, value in ticket.stated().items()
        if name not in NOT_CARRIED_OVER and name in TicketFacts.model_fields
    }
    draft = Ticket.model_validate(
        {
            **facts,
            "id": str(uuid5(TICKET_NAMESPACE, f"{ticket.id}/{kind}/{wanted.number}")),
            "status": VALIDATING,
            "ticket_type": kind,
            "created_at": now,
            "updated_at": now,
            "requested_at": now,
            "work_order_id": ticket.work_order_id,
            "work_order_filename": ticket.work_order_filename,
            "extraction_confidence": ticket.extraction_confidence,
            "extracted_at": ticket.extracted_at,
            # What is asked anew was confirmed for the old notice alone.
            "confirmed_fields": sorted(set(ticket.confirmed_fields) - NOT_CARRIED_OVER),
            "previous_ticket_number": ticket.texas811_ticket_number,
            "previous_ticket_id": ticket.id,
        }
    )
    return change(
        None,
        placed(draft, extraction, now),
        by=by,
        action="ticket_created",
        notes=f"{kind} of {ticket.texas811_ticket_number} (ticket {ticket.id}).",
    )


def _refuse_refresh(ticket: Ticket, kind: TicketType) -> None:
    if kind not in FOLLOW_UPS:
        raise RejectedError(
            f"A {kind} ticket does not follow another.",
            field="ticket_type",
            remedy=f"Use one of {', '.join(FOLLOW_UPS)}.",
            suggested_values=FOLLOW_UPS,
        )
    if not ticket.texas811_ticket_number:
        raise RejectedError(
            f"The center does not know this {ticket.status} ticket yet.",
            field="status",
            remedy="Edit the ticket itself, and submit it.",
        )
    if kind in EXTENDS_LIFE and ticket.status in {EXPIRED, CANCELLED, DAMAGED}:
        raise RejectedError(
            f"A {ticket.status} ticket cannot be updated: there is no life to extend.",
            field="ticket_type",
            remedy="Give notice anew with a Normal ticket.",
            suggested_values=[TicketType.NORMAL],
        )

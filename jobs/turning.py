"""Bringing a ticket up to the present: what time has changed is committed, in legal order."""

import logging
from datetime import datetime, timedelta

from domain.audit import Change
from domain.drafting import withdraw_unlawful_start
from domain.extraction import Extraction
from domain.moving import next_turn
from domain.start import start_objections
from domain.ticket import Ticket, TicketStatus
from jobs.job import Env

# A notice that was given in time may be recorded so much later without losing its confirmation.
TIME_TO_RECORD = timedelta(hours=2)
TURNS_MAX = 20  # a ticket has three legal instants and a few members; more is an error of ours

log = logging.getLogger(__name__)


def is_due(ticket: Ticket, now: datetime) -> bool:
    """Has time changed something about this ticket?"""
    if ticket.status is TicketStatus.READY:
        return any(start_objections(ticket, now - TIME_TO_RECORD))
    return next_turn(ticket, now) is not None


async def bring_up_to(env: Env, ticket: Ticket, now: datetime) -> Ticket:
    """Commit every turn that time has made until `now`, and return the ticket as it then is.

    Raises ConflictError if somebody changes the ticket meanwhile: what was committed until then
    is true, and the rest is found again.
    """
    for _turn in range(TURNS_MAX):
        change = await _due_change(env, ticket, now)
        if change is None:
            break
        ticket = await env.store.commit(change)
        log.info(
            "ticket turned: %s",
            change.event.notes,
            extra={"ticket": ticket.id, "status": ticket.status},
        )
    return ticket


async def extraction_of(env: Env, ticket: Ticket) -> Extraction | None:
    """Return what was read from the work order of a ticket, if it came from one."""
    if ticket.work_order_id is None:
        return None
    return await env.store.work_orders.extraction(ticket.work_order_id)


async def _due_change(env: Env, ticket: Ticket, now: datetime) -> Change | None:
    if ticket.status is TicketStatus.READY and is_due(ticket, now):
        return withdraw_unlawful_start(ticket, await extraction_of(env, ticket), now=now)
    return next_turn(ticket, now)

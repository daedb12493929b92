"""A clock that a test sets, and tickets whose dates are near the present."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.ticket import Ticket
from domain.timestamps import timestamps_of
from jobs.job import Env
from tests.builders import make_change, make_ticket
from tests.domain.lives import GAS


def at(env: Env, now: datetime) -> Env:
    """Return the same installation at this moment."""
    return replace(env, clock=lambda: now)


async def stored(env: Env, ticket: Ticket) -> Ticket:
    """Return the ticket as the store holds it from now on."""
    return await env.store.commit(make_change(ticket, now=ticket.updated_at))


def second_notice_given_at(notice_at: datetime, ticket_id: str = "ticket-1") -> Ticket:
    """Return a submitted ticket whose one answer is due four hours after its notice."""
    times: dict[str, Any] = dict.fromkeys(
        ("created_at", "updated_at", "requested_at", "notice_at"), notice_at
    )
    ticket = make_ticket(
        ticket_id,
        **times,
        status="Submitted",
        ticket_type="No Response",
        texas811_ticket_number=f"number-{ticket_id}",
        members=[GAS],
    )
    return ticket.revised(now=notice_at, **timestamps_of(ticket))


ANSWER_HOURS = timedelta(hours=4)

"""Recompute what can be recomputed, and move what time has moved.

For one ticket it is the timer that rings at its next legal instant; for all of them the sweep,
which finds what a lost timer left behind and sets those anew that are due before it comes round
twice. Right when run late, harmless when run twice.
"""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import ClassVar

from domain.errors import ConflictError, UnavailableError
from domain.moment import Moment
from domain.moving import turning_points
from domain.ticket import Ticket
from jobs.job import Cancel, Done, Env, Job, Outcome
from jobs.lanes import Lane
from jobs.turning import bring_up_to, is_due

SWEEP_EVERY_SECONDS = 300
TIMERS_AHEAD = timedelta(seconds=2 * SWEEP_EVERY_SECONDS)

log = logging.getLogger(__name__)


class RecomputeTimestamps(Job):
    """Bring one ticket up to the present, or all of them where none is named.

    `due_at` is the instant for which a timer was set; it only tells one timer from another.
    """

    name: ClassVar[str] = "recompute_timestamps"
    lane: ClassVar[Lane] = "within_30s"
    limited_by: ClassVar[str | None] = "ticket_id"
    seconds_max: ClassVar[float] = 600.0  # for 200,000 tickets, with room
    is_buried: ClassVar[bool] = False  # the sweep is the next attempt

    ticket_id: str | None = None
    due_at: Moment | None = None

    @property
    def key(self) -> str:
        if self.ticket_id is None:
            return "all"
        return (
            f"{self.ticket_id}-{self.due_at:%Y%m%dT%H%M%S}" if self.due_at else self.ticket_id
        )

    async def run(self, env: Env) -> Outcome:
        if self.ticket_id is None:
            return await _sweep(env, self.id)
        ticket = await env.store.tickets.get(self.ticket_id)
        turned = await bring_up_to(env, ticket, env.clock())
        await ring_at_next_turn(env, turned)
        if turned.version == ticket.version:
            return Cancel("time has changed nothing")
        return Done(f"ticket {ticket.id}: {ticket.status} -> {turned.status}")


async def ring_at_next_turn(env: Env, ticket: Ticket) -> bool:
    """Set the timer for the next instant at which this ticket may turn; did the queue take it?

    A queue that is away is no failure: the sweep comes round.
    """
    due_at = _next_turn_at(ticket, env.clock())
    if due_at is None:
        return True
    try:
        await env.queue.put(RecomputeTimestamps(ticket_id=ticket.id, due_at=due_at), at=due_at)
    except UnavailableError as error:
        log.warning("timer not set: %s", error.problem, extra={"ticket": ticket.id})
        return False
    return True


async def _sweep(env: Env, job_id: str) -> Outcome:
    """Bring every ticket up to the present; one that somebody works on is left to him."""
    now, seen, turned, is_ringing = env.clock(), 0, 0, True
    total = await asyncio.to_thread(lambda: sum(1 for _ticket in env.store.tickets.ids()))
    env.board.report(job_id, f"0 of {total} tickets", 0)
    async for batch in env.store.tickets.batches(lambda ticket: _is_near(ticket, now)):
        seen += batch.seen
        for ticket in batch.tickets:
            after = await _swept(env, ticket)
            turned += after.version != ticket.version
            # Once the queue is away it is not asked again: thousands of waits, and of warnings.
            is_ringing = is_ringing and await ring_at_next_turn(env, after)
        # New ones may have come since they were counted, and a damaged one is not seen.
        percent = min(99, 100 * seen // max(1, total))
        env.board.report(job_id, f"{seen} of {total} tickets", percent)
    env.board.report(job_id, f"{seen} of {total} tickets", 100)
    if not turned:
        return Cancel(f"time has changed none of {seen} tickets")
    return Done(f"time has changed {turned} of {seen} tickets")


async def _swept(env: Env, ticket: Ticket) -> Ticket:
    try:
        return await bring_up_to(env, ticket, env.clock())
    except ConflictError:
        return ticket


def _is_near(ticket: Ticket, now: datetime) -> bool:
    """Has time changed this ticket, or will it before the sweep has come round twice?"""
    due_at = _next_turn_at(ticket, now)
    return is_due(ticket, now) or (due_at is not None and due_at <= now + TIMERS_AHEAD)


def _next_turn_at(ticket: Ticket, now: datetime) -> datetime | None:
    return min((at for at in turning_points(ticket) if at > now), default=None)

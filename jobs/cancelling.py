"""Cancelling a work order: the decision of a person, and what follows from it.

The decision is a file; who is at work on the order looks for it, and stops.
"""

import asyncio

from domain.audit import Author
from domain.cancellation import OrderCancellation
from domain.errors import UnavailableError
from jobs.extract_ticket import ExtractTicket, Stage
from jobs.job import Env
from storage.dead_letters import DeadLetter


async def cancel_order(
    env: Env, work_order_id: str, *, by: Author, reason: str
) -> OrderCancellation:
    """Cancel a work order that is no ticket yet, and return the decision that stands.

    To do it again is harmless: the first decision stands, and what a crash kept from following
    it is made good. Raises RejectedError if nobody is named, NotFoundError, ConflictError if
    the ticket exists, and UnavailableError.
    """
    decided = OrderCancellation.made(work_order_id, by=by, reason=reason, now=env.clock())
    stands = await env.store.work_orders.cancel(decided)
    job = ExtractTicket(work_order_id=work_order_id)
    env.board.report(job.id, Stage.CANCELLED, 0)
    letter = await _letter_of(job, env)
    given_up = letter.model_dump(mode="json", exclude_none=True) if letter else None
    event = stands.event(given_up=given_up)
    # After the decision, because the ticket may have been faster; the log is asked only where
    # somebody may have written it there before.
    if stands is decided or not await asyncio.to_thread(env.store.audit.find, event):
        await env.store.note(event)
    if letter:
        # It was a task for a person, who has decided; the log keeps what it said.
        await env.store.dead_letters.forget(job.name, job.key)
    return stands


async def _letter_of(job: ExtractTicket, env: Env) -> DeadLetter | None:
    """Return the letter of an order that was given up; one that is damaged is left to a person."""
    try:
        return await env.store.dead_letters.find(job.name, job.key)
    except UnavailableError:
        return None

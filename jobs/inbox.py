"""The inbox: a work order is made durable, then the bell is rung for it."""

import logging

from domain.errors import UnavailableError
from domain.work_order import Submission, WorkOrder
from jobs.job import Env

log = logging.getLogger(__name__)


async def accept(env: Env, submission: Submission, *, work_order_id: str) -> WorkOrder:
    """Accept a submission: from the moment this returns, it takes effect exactly once.

    Returns the order as stored, an earlier one if the same was accepted under this id before.
    Raises ConflictError if something else was, UnavailableError if the disk does not take it.
    A queue that is away is no failure: what is owed is rung for when it is back. For an order
    that was cancelled nobody is rung.
    """
    order = submission.as_work_order(work_order_id=work_order_id, now=env.clock())
    accepted = await env.store.work_orders.accept(order, submission.document)
    if env.store.work_orders.is_cancelled(accepted.id):
        return accepted
    try:
        await env.queue.put(env.work_on(accepted.id))
    except UnavailableError as error:
        log.warning("accepted, not rung: %s", error.problem, extra={"work_order": accepted.id})
    return accepted

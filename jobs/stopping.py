"""Work that is stopped when the order that it is done for is cancelled."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from domain.cancellation import order_is_cancelled
from storage.work_orders import WorkOrders

LOOK_SECONDS = 0.25

Answer = TypeVar("Answer")


async def unless_cancelled(
    orders: WorkOrders, work_order_id: str, work: Coroutine[Any, Any, Answer]
) -> Answer:
    """Do this for an order and return what it gives.

    If the order is cancelled meanwhile, the work is cancelled too, and waited for until it has
    stopped. Raises ConflictError then.
    """
    task = asyncio.ensure_future(work)
    try:
        while not (await asyncio.wait([task], timeout=LOOK_SECONDS))[0]:
            if orders.is_cancelled(work_order_id):
                raise order_is_cancelled(work_order_id)
    finally:
        if task.cancel():
            await asyncio.gather(task, return_exceptions=True)
    return await task

"""Two who want opposite things of the same orders, each in a process of its own."""

import asyncio
from contextlib import suppress
from pathlib import Path

from domain.audit import Actor, Author
from domain.cancellation import OrderCancellation
from domain.drafting import open_ticket
from domain.errors import ConflictError
from domain.work_order import ticket_id_for
from storage.cancellations import CANCELLED_FILE
from storage.layout import Layout
from storage.store import Store
from tests.builders import LATER, NOW, make_extraction, make_order

DANA = Author(actor=Actor.USER, name="Dana Ruiz")


def cancellation(work_order_id: str = "order-1", **said: str) -> OrderCancellation:
    """Return Dana's decision about an order."""
    reason = said.get("reason", "The pole stays.")
    return OrderCancellation.made(work_order_id, by=DANA, reason=reason, now=LATER)


def ids(count: int) -> list[str]:
    return [f"order-{number}" for number in range(count)]


async def make(store: Store, work_order_id: str) -> bool:
    """Try to make the ticket of an order; was it made?"""
    with suppress(ConflictError):
        await store.commit(open_ticket(make_order(work_order_id), make_extraction(), now=NOW))
        return True
    return False


async def cancel(store: Store, work_order_id: str) -> bool:
    """Try to cancel an order; was it cancelled?"""
    with suppress(ConflictError):
        await store.work_orders.cancel(cancellation(work_order_id))
        return True
    return False


def fate(layout: Layout, work_order_id: str) -> str:
    """Return what became of an order, as it lies on the disk."""
    is_made = layout.ticket(ticket_id_for(work_order_id)).exists()
    is_cancelled = (layout.work_order(work_order_id) / CANCELLED_FILE).exists()
    return {(True, False): "made", (False, True): "cancelled", (False, False): "open"}.get(
        (is_made, is_cancelled), "both"
    )


def make_all(root: Path, work_order_ids: list[str]) -> None:
    """Make the ticket of each order that was not cancelled, in a process of its own."""
    asyncio.run(_all(root, work_order_ids, is_maker=True))


def cancel_all(root: Path, work_order_ids: list[str]) -> None:
    """Cancel each order that is no ticket, in a process of its own."""
    asyncio.run(_all(root, work_order_ids, is_maker=False))


async def _all(root: Path, work_order_ids: list[str], *, is_maker: bool) -> None:
    store = Store(root)
    for work_order_id in work_order_ids:
        await (make if is_maker else cancel)(store, work_order_id)
    await store.close()

"""Orders without a ticket: what is remembered is never older than the last order that came."""

import os
import time
from pathlib import Path

import pytest

from domain.drafting import open_ticket
from storage import unticketed
from storage.layout import Layout
from storage.store import Store
from storage.unticketed import Unticketed
from tests.builders import NOW, make_extraction, make_order

KERNEL_TICK_SECONDS = 0.02


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """To remember after one tick of the kernel's clock, and not after a second."""
    monkeypatch.setattr(unticketed, "TICK_NS", int(KERNEL_TICK_SECONDS * 1e9))


async def accept(store: Store, *names: str) -> None:
    for name in names:
        await store.work_orders.accept(make_order(name), b"")


def rested() -> None:
    """Let more than a tick go by."""
    time.sleep(3 * KERNEL_TICK_SECONDS)


@pytest.mark.usefixtures("quick")
async def test_an_order_that_comes_later_is_found(store: Store, layout: Layout) -> None:
    """What was remembered before it came is worth nothing then."""
    known = Unticketed(layout)
    await accept(store, "order-1")
    rested()
    before = sorted(known.orders())

    await accept(store, "order-2")

    assert before == ["order-1"]
    assert sorted(known.orders()) == ["order-1", "order-2"]


@pytest.mark.usefixtures("quick")
async def test_a_ticket_that_is_made_later_is_seen(store: Store, layout: Layout) -> None:
    """The folder of the orders does not change by it."""
    known = Unticketed(layout)
    await accept(store, "order-1", "order-2")
    rested()
    before = sorted(known.orders())

    await store.commit(open_ticket(make_order("order-1"), make_extraction(), now=NOW))

    assert before == ["order-1", "order-2"]
    assert sorted(known.orders()) == ["order-2"]


@pytest.mark.usefixtures("quick")
async def test_folders_are_not_listed_again_while_no_order_comes(
    store: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To ask every few seconds must cost nothing where nothing has happened."""
    known, listed, real = Unticketed(layout), list[Path](), os.listdir
    await accept(store, "order-1")
    rested()
    known.orders()

    monkeypatch.setattr(os, "listdir", lambda path: listed.append(path) or real(path))
    again = known.orders()

    assert list(again) == ["order-1"]
    assert listed == []


async def test_an_order_of_the_same_tick_is_not_overlooked(
    store: Store, layout: Layout
) -> None:
    """The time of a folder may not change between two orders: within a tick nothing is kept."""
    known = Unticketed(layout)
    await accept(store, "order-1")
    before = sorted(known.orders())
    changed_at = layout.work_orders.stat().st_mtime_ns

    await accept(store, "order-2")
    os.utime(layout.work_orders, ns=(changed_at, changed_at))

    assert before == ["order-1"]
    assert sorted(known.orders()) == ["order-1", "order-2"]

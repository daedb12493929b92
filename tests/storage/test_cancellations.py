"""A work order becomes its ticket or is cancelled: one of the two, whoever comes when."""

import asyncio
import multiprocessing
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.cancellation import OrderCancellation
from domain.drafting import open_ticket
from domain.errors import ConflictError, NotFoundError, RejectedError, UnavailableError
from domain.work_order import ticket_id_for
from storage.failures import DamagedFileError
from storage.layout import Layout
from storage.store import Store
from tests.builders import LATER, NOW, make_change, make_extraction, make_order, make_ticket
from tests.storage.rivals import (
    DANA,
    cancel,
    cancel_all,
    cancellation,
    fate,
    ids,
    make,
    make_all,
)

SECONDS_MAX = 30
TICKET_ID = ticket_id_for("order-1")


@pytest.fixture
async def accepted(store: Store) -> Store:
    """A store with one order."""
    await store.work_orders.accept(make_order(), b"")
    return store


@pytest.fixture
def rename_held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Hold the rename onto a file of this name until it is let go: (it is reached, let it go)."""
    reached, go, real = threading.Event(), threading.Event(), os.replace

    def held_at(name: str) -> tuple[threading.Event, threading.Event]:
        def held(source: Any, target: Any) -> None:
            if Path(target).name == name:
                reached.set()
                go.wait(SECONDS_MAX)
            real(source, target)

        monkeypatch.setattr(os, "replace", held)
        return reached, go

    yield held_at
    go.set()


async def test_a_cancelled_order_becomes_no_ticket(accepted: Store, layout: Layout) -> None:
    """Also not by a job that has read it already and knows nothing of it."""
    await accepted.work_orders.cancel(cancellation())

    with pytest.raises(ConflictError, match="order-1 was cancelled") as refused:
        await accepted.commit(open_ticket(make_order(), make_extraction(), now=NOW))

    assert refused.value.remedy
    assert fate(layout, "order-1") == "cancelled"
    assert await accepted.work_orders.owed() == []


async def test_an_order_that_is_a_ticket_is_not_cancelled(
    accepted: Store, layout: Layout
) -> None:
    """The ticket may be with the center already: it is cancelled in its own way."""
    await make(accepted, "order-1")

    with pytest.raises(ConflictError, match=TICKET_ID) as refused:
        await accepted.work_orders.cancel(cancellation())

    assert f"/tickets/{TICKET_ID}/cancel" in (refused.value.remedy or "")
    assert fate(layout, "order-1") == "made"


@pytest.mark.parametrize("damage", ["damaged", "taken away", "without a note"])
async def test_an_order_whose_ticket_is_damaged_or_gone_is_not_cancelled(
    accepted: Store, layout: Layout, damage: str
) -> None:
    """It was there, and will be restored; the note in its lock is a hint, and may be lost."""
    await make(accepted, "order-1")
    if damage == "without a note":
        layout.ticket_lock(TICKET_ID).unlink()
    elif damage == "damaged":
        layout.ticket(TICKET_ID).write_bytes(b"{")
        layout.ticket_lock(TICKET_ID).write_bytes(b"")
        with pytest.raises(DamagedFileError):
            await Store(layout.root).tickets.get(TICKET_ID)
    else:
        layout.ticket(TICKET_ID).unlink()

    with pytest.raises(ConflictError, match=TICKET_ID):
        await accepted.work_orders.cancel(cancellation())


async def test_the_first_decision_stands(accepted: Store) -> None:
    """A retry finds what the first attempt did, and a second person changes nothing."""
    first = await accepted.work_orders.cancel(cancellation())

    again = await accepted.work_orders.cancel(cancellation(reason="Another reason"))

    assert again == first == await accepted.work_orders.cancellation("order-1")
    assert (again.by, again.reason, again.at) == ("Dana Ruiz", "The pole stays.", LATER)


async def test_a_retry_makes_durable_what_the_first_attempt_may_have_left_unsure(
    accepted: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was cut off between the rename and its sync: the answer must not be taken back."""
    await accepted.work_orders.cancel(cancellation())
    synced: list[int] = []
    real = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    await accepted.work_orders.cancel(cancellation())

    assert synced == [layout.work_order("order-1").stat().st_ino]


async def test_a_disk_that_refuses_the_decision_leaves_the_order_owed(
    accepted: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No answer, no decision: the same request works again."""

    def refuse(*_paths: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        with pytest.raises(UnavailableError, match="No space"):
            await accepted.work_orders.cancel(cancellation())

    assert await accepted.work_orders.owed() == ["order-1"]
    assert [path.name for path in layout.work_order("order-1").iterdir()] == ["order.json"]
    assert await cancel(accepted, "order-1")


async def test_an_order_that_nobody_accepted_cannot_be_cancelled(store: Store) -> None:
    """A decision about nothing would be found by the next who uses the id."""
    with pytest.raises(NotFoundError):
        await store.work_orders.cancel(cancellation())

    assert not store.work_orders.is_cancelled("order-1")


@pytest.mark.parametrize(("by", "reason"), [(" ", "The pole stays."), ("Dana", "  ")])
def test_a_decision_needs_a_person_and_a_reason(by: str, reason: str) -> None:
    """Somebody will ask why nobody came."""
    author = DANA.model_copy(update={"name": by})

    with pytest.raises(RejectedError):
        OrderCancellation.made("order-1", by=author, reason=reason, now=NOW)


async def test_a_further_ticket_of_the_order_is_not_stopped(accepted: Store) -> None:
    """A person asked for it by name; it has another id than the one that was cancelled."""
    await accepted.work_orders.cancel(cancellation())

    further = make_ticket("ticket-2", work_order_id="order-1")

    assert (await accepted.commit(make_change(further))).version == 1


async def test_who_comes_while_the_ticket_is_written_waits_and_is_refused(
    accepted: Store, layout: Layout, rename_held: Callable[[str], Any]
) -> None:
    """He cannot see the ticket yet; the lock tells him to wait for it."""
    reached, go = rename_held(layout.ticket(TICKET_ID).name)
    making = asyncio.create_task(make(accepted, "order-1"))
    await asyncio.to_thread(reached.wait, SECONDS_MAX)

    cancelling = asyncio.create_task(cancel(Store(layout.root), "order-1"))
    await asyncio.sleep(0.1)
    is_waiting = not cancelling.done()
    go.set()

    assert (is_waiting, await making, await cancelling) == (True, True, False)
    assert fate(layout, "order-1") == "made"


async def test_who_comes_while_the_decision_is_written_waits_and_is_refused(
    accepted: Store, layout: Layout, rename_held: Callable[[str], Any]
) -> None:
    """The other way round."""
    reached, go = rename_held("cancelled.json")
    cancelling = asyncio.create_task(cancel(accepted, "order-1"))
    await asyncio.to_thread(reached.wait, SECONDS_MAX)

    making = asyncio.create_task(make(Store(layout.root), "order-1"))
    await asyncio.sleep(0.1)
    is_waiting = not making.done()
    go.set()

    assert (is_waiting, await making, await cancelling) == (True, False, True)
    assert fate(layout, "order-1") == "cancelled"


async def test_of_many_races_each_has_one_winner(store: Store, layout: Layout) -> None:
    """Tasks and threads, sixty orders, four who want each of them."""
    other = Store(layout.root)
    for order in ids(60):
        await store.work_orders.accept(make_order(order), b"")
        answers = await asyncio.gather(
            make(store, order), cancel(other, order), make(other, order), cancel(store, order)
        )
        is_made, is_cancelled = any(answers[::2]), any(answers[1::2])
        told = {(True, False): "made", (False, True): "cancelled"}
        assert fate(layout, order) == told.get((is_made, is_cancelled))


@pytest.mark.slow
async def test_races_of_processes_that_are_killed_have_one_winner_each(
    store: Store, layout: Layout
) -> None:
    """kill -9 in the middle, at times that differ; who comes after them finds one truth."""
    spawn, orders = multiprocessing.get_context("spawn"), ids(240)
    for order in orders:
        await store.work_orders.accept(make_order(order), b"")
    fates: Counter[str] = Counter()
    for round_ in range(4):
        some = orders[round_ * 60 : round_ * 60 + 60]
        arguments = (layout.root, some)
        crew = [spawn.Process(target=work, args=arguments) for work in (make_all, cancel_all)]
        for process in crew:
            process.start()
        async with asyncio.timeout(SECONDS_MAX):
            while all(fate(layout, order) == "open" for order in some[: 5 + 10 * round_]):
                await asyncio.sleep(0.001)
        for process in crew:
            process.kill()
            await asyncio.to_thread(process.join, SECONDS_MAX)
            process.close()
        fates.update(fate(layout, order) for order in some)
    assert fates["both"] == 0
    assert fates["made"] + fates["cancelled"] > 0

    await asyncio.gather(*(make(store, order) for order in orders))

    after = Counter(fate(layout, order) for order in orders)
    assert set(after) <= {"made", "cancelled"}
    assert after["cancelled"] == fates["cancelled"]

"""What is safe to mend is mended at once, in somebody's name; what is not is left as it was."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from domain.audit import Actor, Author
from domain.cancellation import OrderCancellation
from domain.session import TicketSession
from storage.checking import CheckReport
from storage.clock import system_clock
from storage.findings import Kind
from storage.layout import Layout
from storage.repairing import Repairing, Repairs, left_by
from storage.store import Store
from tests.builders import LATER, NOW, make_change, make_order, make_ticket
from tests.saving import save_session
from tests.storage.damage import NUMBER, checked, filled, log_of

DANA = Author(actor=Actor.USER, name="Dana Ruiz")
GARBAGE = b'{"id": "half a rec'
LATE = LATER + timedelta(days=9)
OLD = "tickets/.ticket_a.json.1.0.tmp"


@pytest.fixture
async def full(store: Store) -> Store:
    """A store with something of everything in it."""
    return await filled(store)


async def repaired(store: Store) -> Repairs:
    """Repair a store as a process of its own would."""
    found = await checked(store)
    return await Repairing(Store(store.quarantine.layout.root), by=DANA).mend(found)


def kinds(report: CheckReport) -> set[tuple[str, str]]:
    return {(one.kind, one.file) for one in report.findings} | {
        ("open", one.file) for one in report.damaged
    }


def everything_in(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


async def damage_everything(store: Store, layout: Layout) -> dict[str, bytes]:
    """Damage a store in every way that there is; return what nobody can read, by its file."""
    await add_what_will_be_amiss(store)
    take_away(store, layout)
    leave_over(layout)
    claim = f"numbers/{'0' * 64}.json"
    (layout.tickets / "copies" / "old").mkdir(parents=True)
    unreadable = {
        claim: b"{",
        "tickets/ticket_spoilt.json": GARBAGE,
        "tickets/copies/old/ticket_a.json": b"a copy that a person made",
        "work_orders/order-1/notes.txt": b"remember",
        "work_orders/order-1/extraction.json": GARBAGE,
        "sessions/session_s1.json": GARBAGE,
        "dead_letters/extract_ticket-k.json": GARBAGE,
    }
    for name, content in unreadable.items():
        (layout.root / name).write_bytes(content)
    return unreadable


async def add_what_will_be_amiss(store: Store) -> None:
    gone = await store.commit(make_change(make_ticket("gone")))
    await store.commit(make_change(gone, now=LATER, city="Waco"))
    await store.commit(make_change(make_ticket("orderless", work_order_id="lost-order")))
    await store.commit(make_change(make_ticket("spoilt")))
    late = await store.commit(make_change(make_ticket("late")))
    await store.commit(make_change(late, now=LATE, city="Waco"))
    order = await store.work_orders.accept(make_order("order-2"), b"")
    cancelled = OrderCancellation.made(order.id, by=DANA, reason="Twice.", now=NOW)
    await store.work_orders.cancel(cancelled)  # and nobody comes to tell the log of it
    now = system_clock()
    session = TicketSession.begun("s3", ticket_id="nobody", now=now, lasts=timedelta(1))
    await save_session(store.sessions, session)


def take_away(store: Store, layout: Layout) -> None:
    layout.ticket("gone").unlink()
    store.numbers.path_of(NUMBER).unlink()
    store.numbers.path_of("4711").write_bytes(b'{"number": "4711", "ticket_id": "unwritten"}\n')
    log_of(layout, f"{LATE:%Y%m%d}").write_bytes(b'{"id": "torn off')
    layout.index.write_bytes(b"[]")
    (layout.root / "config/pauses.json").write_bytes(GARBAGE)
    layout.ticket("link").symlink_to("nowhere")


def leave_over(layout: Layout) -> None:
    folder = layout.work_orders / ".order-3.9.9.tmp"
    folder.mkdir()
    (folder / "order.json").write_bytes(b"half")
    (layout.root / OLD).write_bytes(b"half")
    long_ago = (system_clock() - timedelta(hours=30)).timestamp()
    for leftover in (layout.root / OLD, folder):
        os.utime(leftover, (long_ago, long_ago))


async def test_a_store_that_is_damaged_in_every_way_is_mended_as_far_as_can_be(
    full: Store, layout: Layout
) -> None:
    """What is left is what a person must decide, and not a byte is lost by it."""
    unreadable = await damage_everything(full, layout)
    log = {
        name: text for name, text in everything_in(layout.audit).items() if b"torn" not in text
    }

    done = await repaired(full)

    assert done.refused == []
    left = await checked(full)
    assert kinds(left) == {
        ("open", "sessions/session_s1.json"),
        ("open", "dead_letters/extract_ticket-k.json"),
        ("open", "work_orders/order-1/extraction.json"),
        (Kind.DAMAGED, "config/pauses.json"),
        (Kind.LINK, "tickets/ticket_link.json"),
        (Kind.ORDER_MISSING, "work_orders/lost-order"),
        (Kind.SESSION_ORPHANED, "sessions/session_s3.json"),
    }
    kept = {one.file: layout.root / one.kept_as for one in full.quarantine.entries()}
    assert {name: kept[name].read_bytes() for name in unreadable} == unreadable
    for name, text in log.items():
        assert (layout.audit / name).read_bytes().startswith(text)
    assert (layout.root / "config/pauses.json").read_bytes() == GARBAGE
    again = Store(layout.root)
    assert {(await again.tickets.get(id_)).version for id_ in ("gone", "late")} == {2}
    assert await again.numbers.owner(NUMBER) == "numbered"
    assert not (layout.root / OLD).exists()


async def test_a_second_repair_finds_nothing_to_do(full: Store, layout: Layout) -> None:
    """It may stand in a crontab."""
    await damage_everything(full, layout)
    await repaired(full)
    before = everything_in(layout.root)

    assert await repaired(full) == Repairs(done=[], refused=[])

    assert everything_in(layout.root) == before


async def test_a_dry_run_tells_the_same_and_changes_nothing(
    full: Store, layout: Layout
) -> None:
    """Nobody lets a machine mend what he has not read."""
    await damage_everything(full, layout)
    found = await checked(full)
    before = everything_in(layout.root)

    planned = await Repairing(full).plan(found)

    assert everything_in(layout.root) == before
    assert (await repaired(full)).done == planned
    left = {file for _kind, file in kinds(left_by(planned, found))}
    assert left == {file for _kind, file in kinds(await checked(full))}


async def test_a_repair_is_told_in_the_audit_log_by_whom(full: Store, layout: Layout) -> None:
    """A court may ask who has touched the records, and which."""
    (layout.tickets / "stray.txt").write_bytes(b"stray")
    (layout.numbers / f"{'0' * 64}.json").write_bytes(b"{")

    await repaired(full)

    told = (await full.audit.on(system_clock().date())).events
    (event,) = [one for one in told if one.action == "store_repaired"]
    assert event.notes == "Dana Ruiz had the store repaired: 1 files."
    assert event.field_changes["repairs"] == {
        "before": None,
        "after": [
            {"kind": "foreign", "file": "tickets/stray.txt", "done": "moved to the quarantine"}
        ],
    }


async def test_a_day_of_the_log_that_was_altered_is_left_as_it_is(
    full: Store, layout: Layout
) -> None:
    """Written anew it would hang together, and the forgery would be gone."""
    forged = log_of(layout).read_bytes().replace(b"Created", b"Crafted", 1)
    log_of(layout).write_bytes(forged)
    layout.index.write_bytes(b"[]")

    await repaired(full)

    assert log_of(layout).read_bytes().startswith(forged)
    assert Kind.LOG_BROKEN in {one.kind for one in (await checked(full)).findings}


async def test_a_ticket_of_which_a_later_version_is_lost_is_left_to_a_person(
    full: Store, layout: Layout
) -> None:
    """What was changed since would be lost without anybody having said so."""
    created = await full.commit(make_change(make_ticket("t")))
    day = log_of(layout).read_bytes()
    await full.commit(make_change(created, city="Waco"))
    log_of(layout).write_bytes(day)
    layout.ticket("t").write_bytes(GARBAGE)

    done = await repaired(full)

    assert (done.done, done.refused) == ([], [])
    (left,) = (await checked(full)).damaged
    assert (left.ticket_id, left.version, left.is_newest) == ("t", 1, False)

"""Snapshots while others write: each is of one moment, and holds all that was answered before."""

import asyncio
import errno
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from domain.audit import Actor, Author, event_id
from domain.cancellation import OrderCancellation
from domain.errors import ConflictError
from storage.archive_reading import unpack
from storage.backup import Backups
from storage.backup_notes import BackupNote
from storage.cancellations import decode_cancellation
from storage.checking import CheckReport, StoreCheck
from storage.clock import system_clock
from storage.file_locks import sole_owner
from storage.held_files import HeldFiles
from storage.layout import Layout
from storage.log_growth import LogGrowth
from storage.snapshot import snapshot
from storage.store import Store
from tests.builders import LATER, NOW, make_change, make_order, make_ticket
from tests.crash.eyes import events_in
from tests.crash.forked import Forked
from tests.crash.places import fast_directory

WRITERS, BACKUPS = 3, 20
PAUSE_SECONDS = 0.01
NEW_MAX = 30  # of each writer: what is stored must stay small
SHARED = [f"shared-{number}" for number in range(4)]
DANA = Author(actor=Actor.USER, name="Dana Ruiz")


# While many processes write.


async def write(root: Path, name: str, answers: int) -> None:
    """Commit for ever, accept and cancel; each answer is one line, written when it is given."""
    store = Store(root)
    await store.open()

    async def edit(ticket_id: str) -> None:
        while True:
            await asyncio.sleep(PAUSE_SECONDS)
            ticket = await store.tickets.find(ticket_id)
            change = make_change(ticket or make_ticket(ticket_id), **EDIT if ticket else {})
            with suppress(ConflictError):
                written = await store.commit(change)
                os.write(answers, f"{ticket_id} {written.version}\n".encode())

    async def create() -> None:
        for number in range(NEW_MAX):
            ticket_id = f"new-{name}-{number}"
            await store.commit(make_change(make_ticket(ticket_id)))
            os.write(answers, f"{ticket_id} 1\n".encode())

    async def cancel() -> None:
        for number in range(NEW_MAX):
            order = make_order(f"order-{name}-{number}", document=b"x")
            await store.work_orders.accept(order, b"x")
            decided = OrderCancellation.made(order.id, by=DANA, reason="Twice", now=NOW)
            await store.work_orders.cancel(decided)
            await store.note(decided.event())

    await asyncio.gather(create(), cancel(), *map(edit, SHARED))


EDIT = {"now": LATER, "depth_inches": 7}


@pytest.mark.slow
def test_a_backup_made_while_others_write_is_the_store_of_one_moment() -> None:
    """It opens, its check finds nothing, and it lacks nothing that was answered before it began."""
    with fast_directory() as name:
        root, path = Path(name) / "data", Path(name) / "answers"
        answers = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        writers = [
            Forked(lambda _answer, name=name: asyncio.run(write(root, name, answers)))
            for name in map(str, range(WRITERS))
        ]
        while not path.read_bytes().count(b"\n") > 20:
            time.sleep(0.01)
        backups = Backups(Layout(root))
        made = []
        for _number in range(BACKUPS):
            answered = path.stat().st_size
            made.append((backups.make_now("asked"), answered))
        for writer in writers:
            writer.kill()

        for one in made:
            judged(root, path, *one)

    assert len({note.filename for note, _answered in made}) == BACKUPS


def judged(root: Path, answers: Path, note: BackupNote, answered: int) -> None:
    """Hold a backup against itself, and against what was answered before it began."""
    into = root.parent / note.filename
    unpack(root / "backups/daily" / note.filename, into)
    logged = Counter(event.id for event in events_in(into))
    store = Store(into)
    versions = {id_: version_of(store, id_) for id_ in store.tickets.ids()}
    ahead = 0
    for ticket_id, version in versions.items():
        told = [logged.pop(event_id(ticket_id, number), 0) for number in range(1, version + 1)]
        assert told in ([1] * version, [1] * (version - 1) + [0])
        ahead += 1 - told[-1]
    assert set(logged) == set(cancelled_in(into))
    for line in answers.read_bytes()[:answered].decode().splitlines():
        ticket_id, version_answered = line.split()
        assert versions.get(ticket_id, 0) >= int(version_answered)
    settled, report = asyncio.run(recovered(store))
    assert settled == ahead
    assert report.is_clean, report
    assert report.tickets == note.tickets == len(versions)


def version_of(store: Store, ticket_id: str) -> int:
    stored = store.tickets.read(ticket_id)
    assert stored
    return stored.ticket.version


def cancelled_in(root: Path) -> Iterator[str]:
    for path in root.glob("work_orders/*/cancelled.json"):
        yield decode_cancellation(path.read_bytes(), path).event().id


async def recovered(store: Store) -> tuple[int, CheckReport]:
    """Start as a worker does; return what that has settled, and what a check finds then."""
    await store.open()
    settled = await store.recover()
    return settled, await StoreCheck(store, reads_documents=True).run()


# What a snapshot holds.


def taken(layout: Layout) -> dict[str, bytes]:
    """Return what a snapshot has in it, by name."""
    with snapshot(layout, system_clock) as found:
        return {
            source.name: Path(source.path).read_bytes()[
                : source.end.size if source.end else None
            ]
            for source in found.files
        }


async def committed(store: Store, *ticket_ids: str) -> None:
    for ticket_id in ticket_ids:
        await store.commit(make_change(make_ticket(ticket_id)))


async def test_what_is_derived_and_what_is_not_ours_is_not_taken(
    layout: Layout, store: Store
) -> None:
    """A link could lead anywhere, and a temporary file is no file yet."""
    await committed(store, "t1")
    await store.recover()
    (layout.tickets / ".ticket_t1.json.1.1.tmp").write_bytes(b"half")
    (layout.tickets / "ticket_t2.json").symlink_to("/etc/hostname")
    (layout.dead_letters / "who knows.json").write_bytes(b"{}")
    (layout.config / "deep" / "er" / "and" / "deeper").mkdir(parents=True)

    with snapshot(layout, system_clock) as found:
        names = [source.name for source in found.files]

    assert layout.index.exists()
    assert names == ["tickets/ticket_t1.json", "audit/2026-03/audit_20260302.jsonl"]
    assert found.left_out == ["dead_letters/who knows.json", "tickets/ticket_t2.json"]
    assert (found.tickets, found.count, found.last_event) == (1, 2, "20260302/1")
    assert not list(layout.backups.glob(".*"))


async def test_where_there_are_no_hard_links_the_files_are_copied(
    layout: Layout, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not every volume has them."""
    await committed(store, "t1", "t2")
    with_links = taken(layout)

    def refuse(*_names: Any, **_options: Any) -> None:
        raise OSError(errno.EPERM, "there are no links here")

    monkeypatch.setattr(os, "link", refuse)

    assert taken(layout) == with_links
    assert len(with_links) == 3


async def test_a_snapshot_whose_folder_was_swept_is_none(
    layout: Layout, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else every ticket that was not held yet would look as if it had been taken away."""
    await committed(store, "t1")
    real = os.link

    def sweep_first(*names: Any, **options: Any) -> None:
        for folder in layout.backups.glob(".snapshot.*"):
            folder.rmdir()
        real(*names, **options)

    monkeypatch.setattr(os, "link", sweep_first)

    with pytest.raises(FileNotFoundError), snapshot(layout, system_clock):
        pass


async def test_a_ticket_that_is_changed_in_between_is_held_as_the_log_tells(
    layout: Layout, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits for the log meanwhile is one ahead of it, and nobody is behind."""
    await committed(store, "t1", "t2")
    before = await store.tickets.get("t1")
    changed = False
    real = HeldFiles.hold

    def hold(held: HeldFiles, name: str, *args: Any) -> None:
        nonlocal changed
        real(held, name, *args)
        if not changed and name == "tickets/ticket_t1.json":
            changed = True
            store.commit_now(make_change(before, **EDIT))
            store.commit_now(make_change(make_ticket("t3")))

    monkeypatch.setattr(HeldFiles, "hold", hold)
    found = taken(layout)

    assert found["tickets/ticket_t1.json"] == layout.ticket("t1").read_bytes()
    assert "tickets/ticket_t3.json" in found
    assert found["audit/2026-03/audit_20260302.jsonl"].count(b"\n") == 4


async def test_the_last_look_is_taken_while_nobody_can_log(
    layout: Layout, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or a ticket could be two versions ahead of the log; and all looks before hold nobody up."""
    await committed(store, "t1")
    was_free: list[bool] = []
    real = LogGrowth.news

    def news(growth: LogGrowth) -> set[str] | None:
        with sole_owner(layout.audit_lock) as is_free:
            was_free.append(is_free)
        return real(growth)

    monkeypatch.setattr(LogGrowth, "news", news)
    taken(layout)

    assert was_free == [True, True, False]


async def test_a_cancellation_that_the_log_does_not_tell_of_came_later(
    layout: Layout, store: Store
) -> None:
    """With its file and without its line the order would be cancelled by nobody."""
    for name in ("told", "untold"):
        await store.work_orders.accept(make_order(name), b"")
        decided = OrderCancellation.made(name, by=DANA, reason="Twice", now=NOW)
        await store.work_orders.cancel(decided)
        if name == "told":
            await store.note(decided.event())

    names = {name for name in taken(layout) if name.startswith("work_orders")}

    assert names == {
        f"work_orders/{name}"
        for name in ("told/order.json", "told/cancelled.json", "untold/order.json")
    }


async def test_lines_that_were_taken_back_are_noticed(layout: Layout, store: Store) -> None:
    """A full disk takes lines back that somebody has seen; others come in their place."""
    path = layout.audit_day(NOW)
    await committed(store, "t1")
    growth = LogGrowth(layout)
    kept = path.read_bytes()
    await committed(store, "t2")
    seen = growth.news()
    os.truncate(path, len(kept))

    await committed(Store(layout.root), "t3")  # a line as long as the one before

    assert seen == {"t2"}
    assert growth.news() is None
    assert growth.news() == set()
    assert growth.ends["20260302"].size == path.stat().st_size

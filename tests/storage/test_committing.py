"""Many who commit at once: they share their syncs, and each gets his own answer in time."""

import asyncio
import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from domain.errors import ConflictError
from domain.ticket import Ticket
from storage import files
from storage.index import TicketQuery
from storage.layout import Layout
from storage.store import Store
from storage.writing import TicketWriter
from tests.builders import LATER, make_change, make_ticket
from tests.saving import save_session
from tests.storage.test_sessions import make_session
from tests.storage.trouble import recorded

SECONDS_MAX = 30


@pytest.fixture
def sync_held(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, ...]]:
    """Hold the shared sync until it is let go: (it is reached, let it go)."""
    reached, go = threading.Event(), threading.Event()
    real = files.sync_filesystem

    def held(descriptor: int) -> None:
        reached.set()
        go.wait(SECONDS_MAX)
        real(descriptor)

    monkeypatch.setattr(files, "sync_filesystem", held)
    yield reached, go
    go.set()


async def test_those_who_come_together_share_their_syncs(
    store: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty commits one by one are eighty syncs."""
    shared: list[int] = []
    real = files.sync_filesystem
    monkeypatch.setattr(files, "sync_filesystem", lambda fd: (shared.append(fd), real(fd)))
    await store.commit(make_change(make_ticket("first")))  # the day's file is there
    done = recorded(monkeypatch)

    answers = await asyncio.gather(
        *(store.commit(make_change(make_ticket(f"t{number}"))) for number in range(40))
    )

    assert [ticket.version for ticket in answers] == [1] * 40
    assert [call for call, _kind in done].count("replace") == 40
    assert len(shared) + [call for call, _kind in done].count("fsync") <= 20
    assert len((await store.audit.on(answers[0].updated_at.date())).events) == 41
    assert list(store.audit.verify_all()) == []


async def test_a_commit_alone_syncs_its_file_renames_it_and_syncs_the_directory(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this order, and no sync more."""
    await store.commit(make_change(make_ticket("first")))  # the day's file is there
    done = recorded(monkeypatch)

    await store.commit(make_change(make_ticket()))

    assert done == [("fsync", "file"), ("replace", "file"), ("fsync", "directory")]


def test_two_who_want_the_same_tickets_do_not_wait_for_each_other_for_ever(
    layout: Layout,
) -> None:
    """Each holds what the other wants, unless all take their locks in one order."""
    asyncio.run(Store(layout.root).open())
    names = ["a", "b", "c", "d"]

    def write(order: list[str]) -> None:
        writer = Store(layout.root)._writer
        for _round in range(150):
            writer.commit([writer.begun(make_change(make_ticket(name))) for name in order])

    crew = [
        threading.Thread(target=write, args=[order], daemon=True)
        for order in (names, names[::-1])
    ]
    for writer in crew:
        writer.start()
    for writer in crew:
        writer.join(SECONDS_MAX)

    assert not any(writer.is_alive() for writer in crew)


async def test_nobody_is_answered_or_seen_before_his_bytes_are_durable(
    store: Store, sync_held: tuple[threading.Event, ...]
) -> None:
    """To share a sync is no excuse to answer without it."""
    reached, go = sync_held
    created = await store.commit(make_change(make_ticket()))  # its line is not durable yet
    names = ["ticket-1", "t2", "t3"]
    changes = [make_change(created, now=LATER, city="Waco")]
    changes += [make_change(make_ticket(name)) for name in names[1:]]
    tasks = [asyncio.create_task(store.commit(change)) for change in changes]
    await asyncio.to_thread(reached.wait, SECONDS_MAX)

    answered = [task.done() for task in tasks]
    seen = [await store.tickets.find(name) for name in names]
    go.set()
    await asyncio.gather(*tasks)

    assert answered == [False] * 3
    assert seen == [created, None, None]


async def test_of_two_who_change_the_same_version_at_once_the_second_is_told(
    store: Store,
) -> None:
    """They may have come in the same batch: both versions are named."""
    created = await store.commit(make_change(make_ticket()))
    changes = [make_change(created, now=LATER, city=city) for city in ("Waco", "Hays")]

    first, second = await asyncio.gather(*map(store.commit, changes), return_exceptions=True)

    assert isinstance(first, Ticket)
    assert isinstance(second, ConflictError)
    assert second.problem == (
        "Ticket ticket-1 is at version 2; this change was made from version 1."
    )
    assert (await store.tickets.get("ticket-1")).city == "Waco"


async def test_of_two_who_claim_the_same_number_at_once_one_gets_it(store: Store) -> None:
    """Neither is on the disk when the other asks."""
    tickets = [make_ticket(name, texas811_ticket_number="2606100001") for name in "abc"]

    answers = await asyncio.gather(
        *(store.commit(make_change(ticket)) for ticket in tickets), return_exceptions=True
    )

    assert [type(answer) for answer in answers] == [Ticket, ConflictError, ConflictError]


async def test_an_accident_in_the_thread_fails_its_batch_and_not_the_next(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A background writer that died would let everybody wait for ever."""

    def accident(*_given: Any) -> None:
        raise RuntimeError("accident")

    with monkeypatch.context() as patch:
        patch.setattr(TicketWriter, "commit", accident)
        with pytest.raises(RuntimeError, match="accident"):
            await store.commit(make_change(make_ticket()))

    assert (await store.commit(make_change(make_ticket()))).version == 1


async def test_a_store_that_is_closed_has_finished_what_was_begun(store: Store) -> None:
    """Whoever stops the service does not stop a commit."""
    tasks = [
        asyncio.create_task(store.commit(make_change(make_ticket(f"t{number}"))))
        for number in range(5)
    ]
    await asyncio.sleep(0)

    await store.close()

    assert [ticket.version for ticket in await asyncio.gather(*tasks)] == [1] * 5


def test_a_loop_that_is_gone_does_not_disturb_the_others(layout: Layout) -> None:
    """Whoever asked is gone; what he asked for is true."""
    store = Store(layout.root)

    async def leave_at_once() -> None:
        await store.open()
        task = asyncio.create_task(store.commit(make_change(make_ticket("left"))))
        await asyncio.sleep(0)
        task.cancel()

    async def stay() -> Ticket:
        return await store.commit(make_change(make_ticket("stayed")))

    asyncio.run(leave_at_once())

    assert asyncio.run(stay()).version == 1
    assert store.tickets.read("left")


async def test_whoever_reads_does_not_wait_for_those_who_write(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sync may take seconds on a slow disk; readers never wait."""
    await store.commit(make_change(make_ticket()))
    go, real = threading.Event(), os.fsync

    def held(descriptor: int) -> None:
        go.wait(SECONDS_MAX)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", held)
    sessions = [make_session(f"s{number}") for number in range(40)]
    writing = [
        asyncio.create_task(save_session(store.sessions, session)) for session in sessions
    ]
    writing.append(asyncio.create_task(store.commit(make_change(make_ticket("slow")))))
    await asyncio.sleep(0.05)
    try:
        async with asyncio.timeout(SECONDS_MAX / 2):
            seen = await store.tickets.get("ticket-1")
            history = await store.history("ticket-1")
            page = await store.index.find(TicketQuery())
        assert not any(task.done() for task in writing)
    finally:
        go.set()
        await asyncio.gather(*writing)

    assert (seen.id, len(history.events), page.total) == ("ticket-1", 1, 1)

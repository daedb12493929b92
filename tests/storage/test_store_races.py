"""Many at once: tasks, threads and processes over one directory, and none is lost."""

import asyncio
import multiprocessing
import os
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from domain.errors import ConflictError
from storage.layout import Layout
from storage.store import Store
from tests.builders import LATER, NOW, make_change, make_ticket, tickets_in
from tests.storage.processes import dig, dig_deeper

SECONDS_MAX = 30


@pytest.fixture
def replace_held(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, ...]]:
    """Hold every rename of a file until it is let go: (it is reached, let it go)."""
    reached, go = threading.Event(), threading.Event()
    real = os.replace

    def held(*paths: Any) -> None:
        reached.set()
        go.wait(SECONDS_MAX)
        real(*paths)

    monkeypatch.setattr(os, "replace", held)
    yield reached, go
    go.set()


async def until(is_true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(SECONDS_MAX):
        while not await is_true():
            await asyncio.sleep(0.005)


async def test_a_commit_that_is_cancelled_half_way_is_finished_all_the_same(
    store: Store, replace_held: tuple[threading.Event, ...]
) -> None:
    """A time limit may stop the one who waits, and never the write."""
    reached, go = replace_held
    change = make_change(make_ticket())
    task = asyncio.create_task(store.commit(change))
    await asyncio.to_thread(reached.wait, SECONDS_MAX)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    unseen = await store.tickets.find("ticket-1")
    go.set()

    async def is_logged() -> bool:
        return (await store.audit.on(NOW.date())).events == [change.event]

    await until(is_logged)
    assert unseen is None
    assert (await store.tickets.get("ticket-1")).version == 1


async def test_a_commit_that_is_cancelled_at_once_is_whole_or_nothing(store: Store) -> None:
    """Wherever the time limit strikes, ticket and event stay together."""
    tickets = [make_ticket(f"t{number}") for number in range(40)]
    tasks = [asyncio.create_task(store.commit(make_change(ticket))) for ticket in tickets]
    await asyncio.sleep(0)

    for task in tasks[::2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    async def all_are_there() -> bool:
        events = (await store.audit.on(NOW.date())).events
        return len({event.ticket_id for event in events}) == len(events) == 40

    await until(all_are_there)
    assert len(await tickets_in(store)) == 40


async def test_two_who_create_the_same_ticket_create_it_once(store: Store) -> None:
    """A job that is done twice at the same time must not overwrite its twin's ticket."""
    changes = [make_change(make_ticket(city=f"City {number}")) for number in range(10)]

    answers = await asyncio.gather(*map(store.commit, changes), return_exceptions=True)

    conflicts = [answer for answer in answers if isinstance(answer, ConflictError)]
    assert len(conflicts) == 9
    assert await store.tickets.get("ticket-1") in answers
    assert len((await store.history("ticket-1")).events) == 1


async def test_a_reader_never_sees_a_ticket_half_written(store: Store) -> None:
    """Readers take no lock and never wait."""
    ticket = await store.commit(make_change(make_ticket(depth_inches=0, duration_days=0)))

    async def read() -> list[tuple[int | None, int | None]]:
        seen = []
        while not writing.done():
            found = await store.tickets.get("ticket-1")
            seen.append((found.depth_inches, found.duration_days))
        return seen

    async def write() -> None:
        after = ticket
        for number in range(60):
            edits = {"depth_inches": number, "duration_days": number}
            after = await store.commit(make_change(after, now=LATER, **edits))

    writing = asyncio.create_task(write())
    readings = await asyncio.gather(read(), read())
    await writing

    for seen in readings:
        assert all(depth == days for depth, days in seen)
        assert seen == sorted(seen)  # and nobody is taken back in time


@pytest.mark.slow
async def test_two_hundred_commits_on_five_tickets_are_two_hundred_versions(
    store: Store,
) -> None:
    """No change is lost, and none is without its event."""
    names = [f"t{number}" for number in range(5)]
    for name in names:
        await store.commit(make_change(make_ticket(name, depth_inches=0)))
    crew = asyncio.Semaphore(12)

    async def dig_once(name: str) -> None:
        async with crew:
            await dig_deeper(store, name)

    await asyncio.gather(*(dig_once(names[number % 5]) for number in range(200)))

    tickets = await tickets_in(store)
    assert [ticket.version for ticket in tickets] == [41] * 5
    assert [ticket.depth_inches for ticket in tickets] == [40] * 5
    for name in names:
        history = (await store.history(name)).events
        assert len({event.id for event in history}) == len(history) == 41


@pytest.mark.slow
async def test_processes_that_change_the_same_ticket_lose_no_change(
    store: Store, layout: Layout
) -> None:
    """API and workers are processes of one service over one directory."""
    await store.commit(make_change(make_ticket(depth_inches=0)))
    spawn = multiprocessing.get_context("spawn")
    crew = [spawn.Process(target=dig, args=(layout.root, "ticket-1", 25)) for _ in range(2)]

    for process in crew:
        process.start()
    for process in crew:
        await asyncio.to_thread(process.join, SECONDS_MAX)

    assert [process.exitcode for process in crew] == [0, 0]
    ticket = await store.tickets.get("ticket-1")
    assert (ticket.depth_inches, ticket.version) == (50, 51)
    history = (await store.history("ticket-1")).events
    assert len({event.id for event in history}) == len(history) == 51
    for process in crew:
        process.close()

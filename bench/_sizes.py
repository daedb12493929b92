"""Reading, listing, filtering and opening: what they cost with few tickets and with many.

Each size is measured in a process of its own, so that memory can be told; its files are in the
page cache, for the store and for its rivals alike.
"""

import asyncio
import gc
import os
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from _commits import Contest
from _material import NOW, Fleet, filed
from _rivals import PAGE, Raw, Specification, Sqlite, Work

from domain.texas import county_key
from domain.ticket import TicketStatus
from storage.layout import Layout
from storage.queries import TicketQuery
from storage.store import Store

SIZES = (20, 2_000, 20_000, 200_000)
CHUNK = 2_000
READS, QUERIES, COMMITS = 300, 31, 60
MEBIBYTE = 1024 * 1024
EXPIRING = NOW - timedelta(seconds=37 * 15) + timedelta(days=14)  # all but a handful
FILTERS: dict[str, TicketQuery] = {
    "status": TicketQuery(status=TicketStatus.SUBMITTED),
    "county": TicketQuery(county="el paso"),
    "company": TicketQuery(company="line builders 7"),
    "month": TicketQuery(month="2026-12"),
    "expiring": TicketQuery(expiring_before=EXPIRING),
    "text": TicketQuery(text="pecan 107"),
}
IN_TABLE: dict[str, tuple[str, ...]] = {
    "status": ("Submitted",),
    "county": (county_key("el paso"),),
    "company": ("line builders 7",),
    "month": ("2026-12", "2026-13"),
    "expiring": (EXPIRING.isoformat(),),
    "text": ("%107 mesquite%",),
}


class SizeCost(NamedTuple):
    """What things cost with so many tickets: of the store, and of its rivals by name."""

    tickets: int
    build_s: float
    open_s: float
    memory_mb: float
    read_us: dict[str, float]
    list_ms: dict[str, float]
    filter_ms: dict[str, dict[str, float]]
    commit_ms: float
    commit_to_raw: float


def size_costs(root: Path, sizes: Iterable[int]) -> Iterator[SizeCost]:
    """Yield what things cost at each size; the same store grows from one to the next."""
    there = 0
    for size in sizes:
        fill(root, range(there, size))
        there = size
        build_s, _memory = _alone(opening, root)
        open_s, memory_mb = _alone(opening, root)
        yield _alone(measured, root, size)._replace(
            build_s=build_s, open_s=open_s, memory_mb=memory_mb
        )


def fill(root: Path, numbers: range) -> None:
    """Write these tickets as the store would, without the syncs, and put them in the table."""
    layout = Layout(root)
    asyncio.run(_opened(root))
    table = Sqlite(root / "tickets.sqlite")
    for start in numbers[::CHUNK]:
        works = [filed(number) for number in range(start, min(start + CHUNK, numbers.stop))]
        for work in works:
            (layout.tickets / work.name).write_bytes(work.content)
        table.fill(works)
    table.close()
    os.sync()


def opening(root: Path) -> tuple[float, float]:
    """Return the seconds that opening the index takes, and the MiB that it needs.

    Whoever opens it first finds no snapshot that is right, and leaves one.
    """
    store = Store(root)
    before = _resident_bytes()
    began = time.perf_counter()
    store.index.load()
    seconds = time.perf_counter() - began
    memory = (_resident_bytes() - before) / MEBIBYTE
    store.index.save(store.audit.durable_ends())
    return seconds, memory


def measured(root: Path, tickets: int) -> SizeCost:
    """Return what reading, listing, filtering and committing cost."""
    return asyncio.run(_measured(root, tickets))


async def _measured(root: Path, tickets: int) -> SizeCost:
    store, table, files = Store(root), Sqlite(root / "tickets.sqlite"), Specification(root)
    ids = [f"ticket-{(number * 7919) % tickets:06}" for number in range(READS)]
    read_us = {
        "store": 1e6 * await _median(store.tickets.get, ids),
        "store, again": 1e6 * await _median(store.tickets.get, ids[:1] * READS),
        "specification": 1e6 * _median_now(files.read, ids),
        "SQLite": 1e6 * _median_now(table.read, ids),
    }
    # Whoever reads every file is asked less often where that takes long; a filter costs the same.
    few = range(1 if tickets > CHUNK else 5)
    list_ms = {
        "store": 1e3 * await _median(partial(_page, store), [TicketQuery()] * QUERIES),
        "specification": 1e3 * _median_now(lambda _again: files.list(), few),
        "SQLite": 1e3 * _median_now(lambda _again: table.latest(), range(QUERIES)),
    }
    filter_ms = {
        name: {
            "store": 1e3 * await _median(partial(_page, store), [query] * QUERIES),
            "SQLite": 1e3 * _median_now(partial(table.page, name), [IN_TABLE[name]] * QUERIES),
        }
        for name, query in FILTERS.items()
    }
    table.close()
    commit_ms, ratio = await _commits(root, store, tickets)
    await store.close()
    return SizeCost(tickets, 0, 0, 0, read_us, list_ms, filter_ms, commit_ms, ratio)


async def _commits(root: Path, store: Store, tickets: int) -> tuple[float, float]:
    """Return the milliseconds of one commit among so many tickets, and its ratio to the limit."""
    contest, raw = Contest(), Raw(Layout(root).tickets)
    ids = [f"ticket-{number:06}" for number in range(min(tickets, COMMITS))]
    fleet = Fleet([await store.tickets.get(ticket_id) for ticket_id in ids])

    async def commit(work: Work) -> None:
        await store.commit(work.change)

    for number in range(6):
        contest.next_round()
        works = fleet.edits(place % len(ids) for place in range(COMMITS))
        await contest.run("raw", works, raw.commit)
        await contest.run("store", works, commit)
        if number == 0:
            contest.forget()
    for work in works:
        (Layout(root).tickets / f"raw-{work.name}").unlink(missing_ok=True)
    row = next(row for row in contest.rows() if row.way == "store")
    return row.p50_ms, row.to_raw


async def _opened(root: Path) -> Store:
    store = Store(root)
    await store.open()
    return store


async def _page(store: Store, query: TicketQuery) -> None:
    await store.index.find(query, limit=PAGE)


async def _median(act: Callable[[Any], Awaitable[object]], over: Iterable[object]) -> float:
    """Return the seconds that an act takes, over all of these."""
    taken = []
    for one in over:
        began = time.perf_counter()
        await act(one)
        taken.append(time.perf_counter() - began)
    return median(taken)


def _median_now(act: Callable[[Any], object], over: Iterable[object]) -> float:
    taken = []
    for one in over:
        began = time.perf_counter()
        act(one)
        taken.append(time.perf_counter() - began)
    return median(taken)


def _resident_bytes() -> int:
    gc.collect()
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _alone(act: Callable[..., Any], *arguments: object) -> Any:
    """Return what an act answers in a new process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(act, *arguments).result()

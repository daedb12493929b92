"""Commits: one at a time and with many writers, the store beside the limit and its rivals.

The rounds are interleaved, because the speed of a disk wanders: a ratio is that of two ways
in the same round, and the median over the rounds is told.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from _material import Fleet, ticket
from _rivals import ChainedHops, Raw, Specification, Sqlite, Work

from storage.store import Store

FLEET = 1024
BLOCKS, BLOCK = 6, 25  # commits one at a time, in turn with those of the other ways
SPECIFICATION_SHARE = 5  # of a block: its way is slow
CROWDS = {8: 20, 32: 20, 128: 8}  # writers: commits of each in a round
HOPS_SHARE = 4  # of these, a fraction for the slow way
RAW, STORE, AGAIN = "raw", "store", "store, one ticket again and again"
INLINE = "store, without the hop to a thread"
SPECIFICATION, HOPS, SQLITE = "the specification's way", "aiofiles, chained", "SQLite WAL FULL"

Commit = Callable[[Work], Awaitable[object]]


class Row(NamedTuple):
    """What was measured of one way with so many writers."""

    way: str
    writers: int
    per_second: float
    to_raw: float
    p50_ms: float
    p99_ms: float


class Contest:
    """Collects how long commits take, round by round."""

    def __init__(self) -> None:
        self._latencies: dict[tuple[str, int], list[float]] = defaultdict(list)
        self._rounds: list[dict[tuple[str, int], tuple[float, int]]] = []

    def next_round(self) -> None:
        self._rounds.append({})

    async def run(
        self, way: str, works: Sequence[Work], commit: Commit, *, writers: int = 1
    ) -> None:
        """Let so many writers share the work."""
        taken: list[float] = []

        async def write(mine: Sequence[Work]) -> None:
            for work in mine:
                began = time.perf_counter()
                await commit(work)
                taken.append(time.perf_counter() - began)

        began = time.perf_counter()
        await asyncio.gather(*(write(works[first::writers]) for first in range(writers)))
        seconds, count = self._rounds[-1].get((way, writers), (0.0, 0))
        seconds += time.perf_counter() - began
        self._rounds[-1][way, writers] = (seconds, count + len(works))
        self._latencies[way, writers] += taken

    def forget(self) -> None:
        """Leave out what was done to warm up."""
        self._rounds.clear()
        self._latencies.clear()

    def ratio(self, way: tuple[str, int], to: tuple[str, int]) -> float:
        """Return how many times as fast a way is as another: the median over the rounds."""
        return median(self._each(one, to) / self._each(one, way) for one in self._rounds)

    def rows(self) -> list[Row]:
        return [self._row(way) for way in sorted(self._latencies, key=lambda way: way[1])]

    def _row(self, way: tuple[str, int]) -> Row:
        percentiles = quantiles(self._latencies[way], n=100, method="inclusive")
        per_second = median(1 / self._each(one, way) for one in self._rounds)
        to_raw = self.ratio(way, (RAW, 1))
        return Row(*way, per_second, to_raw, percentiles[49] * 1e3, percentiles[98] * 1e3)

    @staticmethod
    def _each(one: dict[tuple[str, int], tuple[float, int]], way: tuple[str, int]) -> float:
        seconds, count = one[way]
        return seconds / count


async def contest(root: Path, *, rounds: int) -> Contest:
    """Let all ways commit the same changes, in so many rounds."""
    ways = await _Ways.opened(root)
    measured = Contest()
    for number in range(rounds + 1):
        measured.next_round()
        await ways.commit_one_at_a_time(measured)
        for writers, each in CROWDS.items():
            await ways.commit_in_a_crowd(measured, writers, each)
        if number == 0:
            measured.forget()
    ways.sqlite.close()
    await ways.store.close()
    return measured


class _Ways:
    """The store and its rivals, side by side on one disk."""

    def __init__(self, root: Path, store: Store) -> None:
        self.store = store
        self.raw = Raw(root / "store" / "tickets")
        self.hops = ChainedHops(root / "store" / "tickets")
        self.sqlite = Sqlite(root / "tickets.sqlite")
        self.specification = Specification(root / "store")
        self.fleet = Fleet(map(ticket, range(FLEET)))

    @classmethod
    async def opened(cls, root: Path) -> "_Ways":
        """Return the ways with a fleet of tickets that the store knows."""
        store = Store(root / "store")
        await store.open()
        ways = cls(root, store)
        await asyncio.gather(*map(ways.commit, ways.fleet.creations()))
        return ways

    async def commit(self, work: Work) -> None:
        await self.store.commit(work.change)

    async def commit_inline(self, work: Work) -> None:
        self.store.commit_now(work.change)

    async def commit_one_at_a_time(self, measured: Contest) -> None:
        # The day's array begins empty in each round: that is when this rival is fastest.
        self.specification.audit.unlink(missing_ok=True)
        for block in range(BLOCKS):
            works = self.fleet.edits(range(block * BLOCK, (block + 1) * BLOCK))
            await measured.run(RAW, works, self.raw.commit)
            await measured.run(STORE, works, self.commit)
            inline = self.fleet.edits(range(block * BLOCK, (block + 1) * BLOCK))
            await measured.run(INLINE, inline, self.commit_inline)
            again = self.fleet.edits([FLEET - 1] * BLOCK)
            await measured.run(AGAIN, again, self.commit)
            await measured.run(SQLITE, works, self.sqlite.commit)
            await measured.run(HOPS, works, self.hops.commit)
            few = works[::SPECIFICATION_SHARE]
            await measured.run(SPECIFICATION, few, self.specification.commit)

    async def commit_in_a_crowd(self, measured: Contest, writers: int, each: int) -> None:
        works = self.fleet.edits(range(writers * each))
        await measured.run(STORE, works, self.commit, writers=writers)
        await measured.run(SQLITE, works, self.sqlite.commit_grouped, writers=writers)
        few = works[: max(writers, len(works) // HOPS_SHARE)]
        await measured.run(HOPS, few, self.hops.commit, writers=writers)

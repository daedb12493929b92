"""Sampling: once a second, how deep the lanes are, how fast the work goes, and what it runs on.

One process does it for all, whoever holds the lock. A second is written down when the next is
over: by then what ended in it has been told. Whatever is not known is left out, never zero.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from datetime import datetime, timedelta
from typing import TypeVar

from domain.errors import Texas811Error, UnavailableError
from jobs.health.said import span
from jobs.job import Env, QueueDepth
from jobs.lanes import Lane
from jobs.notices import Notices
from jobs.queue_state import QueueWatch
from jobs.second import FAILURES, FailureClasses, Look, rates
from storage.attempts_asked import Ended
from storage.examining import living_workers
from storage.failures import disk_trouble
from storage.file_locks import sole_owner
from storage.telemetry import Telemetry
from storage.telemetry_records import Mark, MarkKind, ProcessKind, ProcessRecord
from storage.threads import in_writers_thread

COUNT_EVERY = 10  # looks: to count what is owed may list every order
WORKERS_MAX = 32  # that have a series of their own
TOLD_WITHIN = timedelta(seconds=10)  # a worker tells of itself every second
SILENT_AFTER = timedelta(minutes=1)
SILENT = "not heard of any more"
CLOCK_OFF_MAX = 5.0  # seconds
MARKS_OVER = timedelta(days=30)
WENT_AWAY, BACK = "Redis went away", "Redis is back"
HALF_A_SECOND = timedelta(seconds=0.5)
DAY = timedelta(days=1)

log = logging.getLogger(__name__)

Figures = Callable[[], Mapping[str, float]]
Told = TypeVar("Told")


class Sampler:
    """Samples until it is cancelled, if no other process does. `also` gives figures of this one."""

    def __init__(self, env: Env, *, also: Figures = dict) -> None:
        self._env = env
        self._telemetry = env.store.telemetry
        self._also = also
        self._watch = QueueWatch(env)
        self._classes: FailureClasses | None = None
        self._turn: ExitStack | None = None
        self._place: int | None = None
        self._untold: list[Ended] = []  # of the second that is not over yet
        self._before: Look | None = None
        self._last: Look | None = None
        self._counted: dict[str, float] = {}
        self._looks = 0
        self._counted_at: tuple[datetime, float] | None = None
        self._redis_marks = RedisMarks(self._telemetry)
        self._notices = Notices()

    async def run(self) -> None:
        """Sample once a second."""
        try:
            while True:
                await asyncio.sleep(_seconds_to_next(self._env.clock()))
                await self._sample()
        finally:
            if self._turn:
                self._turn.close()
                self._turn = None

    async def _sample(self) -> None:
        try:
            if await self._has_turn():
                await self.look()
        except Texas811Error as error:
            self._notices.say(f"no sample was taken: {error.problem}")
        except Exception:
            log.critical("the sampler failed; it goes on", exc_info=True)

    async def _has_turn(self) -> bool:
        """Is it this process that samples? If the one that did has ended, it is."""
        if self._turn is None:
            turn = ExitStack()
            lock = self._telemetry.sampler_lock
            with disk_trouble(lock):
                if await asyncio.to_thread(turn.enter_context, sole_owner(lock)):
                    self._turn = turn
                else:
                    turn.close()
        return self._turn is not None

    async def look(self) -> None:
        """Look at everything, and write down the second that the last look has ended.

        Raises UnavailableError if the telemetry cannot be read or written.
        """
        if self._classes is None:
            self._classes = FailureClasses(await self._failures_of_the_day())
        look = await self._look()
        await self._redis_marks.note(look.at, is_away=bool(look.values["redis_away"]))
        self._place, told = await self._telemetry.ended_after(self._place)
        before, last = self._before, self._last
        self._before, self._last = last, look
        if last is None:
            return
        known = [*self._untold, *told]
        # What ends after now has ended before the clock was put back.
        self._untold = [one for one in known if last.at < one.at <= look.at]
        values = {**last.values}
        if before:
            ended = [one for one in known if not last.at < one.at <= look.at]
            values |= rates(before, last, ended, self._classes)
        await self._telemetry.sample(last.at + HALF_A_SECOND, values)

    async def _look(self) -> Look:
        """Return how things are now."""
        now = self._env.clock()
        seconds = asyncio.get_running_loop().time()
        if self._looks % COUNT_EVERY == 0:
            await self._count(now, seconds)
        self._looks += 1
        depths, full, retrying, processes = await asyncio.gather(
            _known(self._env.queue.depths),
            _known(self._telemetry.disk_used_percent),
            self._telemetry.retrying(now),
            self._telemetry.processes(),
        )
        values = {"redis_away": float(depths is None), **self._counted, **self._also()}
        values |= _of_processes(processes, now)
        if full is not None:
            values["disk_used_percent"] = full
        for lane, depth in (depths or {}).items():
            values |= _of_lane(lane, depth, retrying.get(lane, 0))
        present = {lane: _present(depth) for lane, depth in (depths or {}).items()}
        return Look(now, seconds, values, present)

    async def _count(self, now: datetime, seconds: float) -> None:
        """Count what is counted seldom; and note who is not heard of any more."""
        state = await self._watch.look()
        counts = {"owed": state.owed, "dead": state.dead_letters}
        self._counted = {name: count for name, count in counts.items() if count is not None}
        before, self._counted_at = self._counted_at, (now, seconds)
        if (
            before
            and abs((now - before[0]).total_seconds() - seconds + before[1]) > CLOCK_OFF_MAX
        ):
            return  # the clock was set, and nobody may have told of himself by it yet
        root = self._env.store.quarantine.layout.root
        living = await in_writers_thread(living_workers)(root)
        await self._telemetry.note_silent(now - SILENT_AFTER, now, SILENT, living=living)

    async def _failures_of_the_day(self) -> list[str]:
        now = self._env.clock()
        window = await self._telemetry.window(now - DAY, now)
        return [
            name.removeprefix(FAILURES)
            for name, points in window.series.items()
            if name.startswith(FAILURES) and any(points)
        ]


class RedisMarks:
    """Marks that Redis went away, and that it is back, also where that spans a restart of ours.

    Once it does not answer in time is no news; twice in a row is.
    """

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry
        self._is_known = False
        self._away_since: datetime | None = None  # and it is marked
        self._missed_at: datetime | None = None

    async def note(self, at: datetime, *, is_away: bool) -> None:
        """Note how it is now. Raises UnavailableError, and then marks it the next time."""
        if not self._is_known:
            self._away_since, self._is_known = await self._marked(at), True
        if not is_away:
            self._missed_at = None
            if self._away_since:
                said = f"{BACK} after {span(at - self._away_since)}"
                await self._telemetry.mark(Mark(at, MarkKind.REDIS, said))
                self._away_since = None
        elif self._missed_at is None:
            self._missed_at = at
        elif self._away_since is None:
            await self._telemetry.mark(Mark(self._missed_at, MarkKind.REDIS, WENT_AWAY))
            self._away_since = self._missed_at

    async def _marked(self, now: datetime) -> datetime | None:
        """Return when it went away, if the last mark says so."""
        marks = await self._telemetry.marks(now - MARKS_OVER, now)
        told = [mark for mark in marks if mark.kind is MarkKind.REDIS]
        return told[-1].at if told and told[-1].said == WENT_AWAY else None


@asynccontextmanager
async def sampling(env: Env, *, also: Figures = dict) -> AsyncIterator[None]:
    """Sample while the block runs."""
    task = asyncio.create_task(Sampler(env, also=also).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


def _seconds_to_next(now: datetime) -> float:
    """Return how long it is to the next full second; one that is near is let pass."""
    left = 1 - now.microsecond / 1e6
    return left if left >= HALF_A_SECOND.total_seconds() else left + 1


async def _known(ask: Callable[[], Awaitable[Told]]) -> Told | None:
    """Return what is told; it is asked only now, so that who is cancelled before leaves nothing begun."""
    try:
        return await ask()
    except UnavailableError:
        return None


def _of_lane(lane: Lane, depth: QueueDepth, retrying: int) -> dict[str, float]:
    """Return the depth of a lane by the states of its jobs: each job is in one of them."""
    retrying = min(retrying, depth.deferred)
    return {
        f"ready:{lane}": depth.waiting,
        f"scheduled:{lane}": depth.deferred - retrying,
        f"running:{lane}": depth.running,
        f"retrying:{lane}": retrying,
        f"oldest_s:{lane}": depth.oldest_seconds,
    }


def _present(depth: QueueDepth) -> int:
    return depth.waiting + depth.deferred + depth.running


def _of_processes(told: Sequence[ProcessRecord], now: datetime) -> dict[str, float]:
    """Return the places of the workers that live, how many are taken, and the worst syncs.

    A worker's own series has its name, which the one that is started in its place has too.
    """
    living = [one for one in told if now - one.told_at < TOLD_WITHIN]
    workers = [one for one in living if one.kind is ProcessKind.WORKER]
    figures = {
        "slots": float(sum(one.slots for one in workers)),
        "busy": float(sum(len(one.running) for one in workers)),
    }
    # The seconds that its places have worked a second: a rate, so that longer steps hold its mean.
    figures |= {
        f"worked_s_per_s:{one.name}": float(len(one.running)) for one in workers[:WORKERS_MAX]
    }
    for name, each in (
        ("sync_p50_ms", [one.sync_ms_p50 for one in living]),
        ("sync_p99_ms", [one.sync_ms_p99 for one in living]),
    ):
        if known := [one for one in each if one is not None]:
            figures[name] = max(known)
    return figures

"""The schedule: what is rung for because time has passed.

Every worker keeps it, so that none is special. What is due is decided under a lock of the disk:
whoever writes it down first rings. What was written down and not rung for, because a worker died
or Redis was away, is rung for again; the ids of the jobs make that harmless.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import starmap

from domain.errors import UnavailableError
from domain.runs import EntryState, decide, ring_again
from domain.timetable import Entry
from jobs import JOBS
from jobs.job import Env, Job
from jobs.queue import heed_cancellation
from jobs.timetable import TIMETABLE
from storage.schedule_state import DatedRuns, Known, Ticks

LOOK_SECONDS_MAX = 1.0  # so soon a step of the clock is noticed
RETRY_SECONDS = 0.5  # while Redis is away
# A run that has not ended is rung for again every so often: if the queue still has it, that
# changes nothing.
LOST_AFTER = timedelta(minutes=1)
AWAITED_EVERY = timedelta(seconds=5)  # looked at while another run waits for its end
RETRY_AFTER = timedelta(seconds=1)  # while the disk takes nothing
BEGINNING = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)

log = logging.getLogger(__name__)


async def keep_schedule(
    env: Env,
    timetable: Sequence[Entry] = TIMETABLE,
    kinds: Sequence[type[Job]] | None = None,
) -> None:
    """Ring for each entry when it is due, until cancelled; no outage ends it."""
    keeper = ScheduleKeeper(env, timetable, kinds)
    while True:
        heed_cancellation()
        await asyncio.sleep(await keeper.look())


@dataclass(slots=True)
class Due:
    """Runs to ring for: those that are due, and those that may have got lost in the queue.

    `look_at` is when there may be more of them.
    """

    now: list[tuple[Entry, datetime]] = field(default_factory=list)
    perhaps_lost: list[tuple[Entry, datetime]] = field(default_factory=list)
    look_at: datetime = END


class ScheduleKeeper:
    """Keeps the schedule: each `look` rings for what is due then."""

    def __init__(
        self,
        env: Env,
        timetable: Sequence[Entry] = TIMETABLE,
        kinds: Sequence[type[Job]] | None = None,
    ) -> None:
        self._env = env
        self._kinds = {kind.name: kind for kind in (JOBS if kinds is None else kinds)}
        self._state = env.store.schedule
        self._parts = (
            Part([one for one in timetable if one.is_dated], self._state.dated),
            Part([one for one in timetable if not one.is_dated], self._state.ticks),
        )
        self._unrung: dict[str, Job] = {}
        self._troubles: dict[str, str] = {}

    async def look(self) -> float:
        """Ring for what is due, and return after how many seconds to look again."""
        perhaps_lost: list[tuple[Entry, datetime]] = []
        for part in self._parts:
            with self._trouble_said(part.name):
                due = await part.due(self._env.clock())
                perhaps_lost += due.perhaps_lost
                self._unrung |= {job.id: job for job in starmap(self._job, due.now)}
        with self._trouble_said("the queue"):
            if self._unrung:
                await self._env.queue.put(*self._unrung.values())
                self._unrung.clear()
            for entry, due_at in perhaps_lost:
                await self._ring_for_lost(entry, due_at)
        if self._unrung:
            return RETRY_SECONDS
        left = min(part.look_at for part in self._parts) - self._env.clock()
        return min(max(left.total_seconds(), 0.0), LOOK_SECONDS_MAX)

    async def _ring_for_lost(self, entry: Entry, due_at: datetime) -> None:
        """Ring for a run that has not ended; a queue that has it still is not rung twice."""
        job = self._job(entry, due_at)
        if not await self._env.queue.put(job):
            return
        log.warning("the queue had lost a run: rung for again", extra={"job": job.id})
        now = self._env.clock()

        def step(known: Known) -> Known:
            return {**known, entry.job: ring_again(known[entry.job], due_at, now)}

        await self._state.dated.change(step)

    def _job(self, entry: Entry, due_at: datetime) -> Job:
        kind = self._kinds[entry.job]
        return kind.model_validate({"due_at": due_at} if entry.is_dated else {})

    @contextmanager
    def _trouble_said(self, place: str) -> Iterator[None]:
        """Go on after an outage; say it once, and when it is over."""
        try:
            yield
        except UnavailableError as error:
            if self._troubles.get(place) != error.problem:
                log.warning("the schedule waits: %s", error.problem)
            self._troubles[place] = error.problem
        else:
            if self._troubles.pop(place, None):
                log.info("the schedule goes on: %s answers again", place)


class Part:
    """The entries that are remembered in one place; `look_at` is when the next may be due."""

    def __init__(self, entries: Sequence[Entry], memory: DatedRuns | Ticks) -> None:
        self._entries = entries
        self._memory = memory
        self.name = f"the disk for {type(memory).__name__}"
        self._looked_at = BEGINNING
        self.look_at = BEGINNING if entries else END

    async def due(self, now: datetime) -> Due:
        """Return what is to be rung for; it is written down by then, and not returned again.

        Raises UnavailableError if it cannot be written down.
        """
        if self._looked_at <= now < self.look_at or not self._entries:
            return Due()
        if now < self._looked_at:
            log.warning("the clock has stepped back by %s", self._looked_at - now)
        self._looked_at, self.look_at = now, now + RETRY_AFTER
        due = Due()
        await self._memory.change(lambda known: self._decided(known, now, due))
        self.look_at = due.look_at
        return due

    def _decided(self, known: Known, now: datetime, due: Due) -> Known:
        after = dict(known)
        for entry in self._entries:
            decision = decide(entry, known.get(entry.job), now)
            after[entry.job] = decision.progress
            if decision.ring:
                due.now.append((entry, decision.ring))
            due.perhaps_lost += [
                (entry, run.due_at)
                for run in decision.progress.unfinished
                if now - run.rung_at >= LOST_AFTER
            ]
            due.look_at = min(due.look_at, _next_look(entry, decision.progress, now))
        return after


def _next_look(entry: Entry, progress: EntryState, now: datetime) -> datetime:
    next_due_at = entry.when.next_after(now)
    if not progress.unfinished:
        return next_due_at
    return min(next_due_at, now + (AWAITED_EVERY if progress.waiting else LOST_AFTER))

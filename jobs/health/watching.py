"""Watching the service: what is seen of it now, and since when what is wrong is so."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.runs import Run
from jobs.health import seeing
from jobs.health.seen import (
    AuditSeen,
    BackupsSeen,
    DiskSeen,
    LaneSeen,
    Lost,
    OwedSeen,
    RedisAnswer,
    Seen,
)
from jobs.health.sources import Read, Sources
from jobs.health.store_rules import is_nearly_full, takes_nothing
from jobs.health.verdict import Verdict, judge
from jobs.health.work_rules import STUCK_AFTER
from jobs.job import Env
from jobs.lanes import Lane
from jobs.queue_state import Trouble
from jobs.timetable import TIMETABLE
from storage.telemetry_records import ProcessKind, ProcessRecord

LOOK_SECONDS_MIN = 1.0
PATIENCE_SECONDS = 0.7  # so long is one part waited for
# A job that waits a moment longer than its lane promises is no news: a burst does that. From this
# on the lane is late, and is so until the promise is kept again: else it would flap.
LATE_SECONDS_BEYOND = 5.0
TOLD_WITHIN = timedelta(seconds=30)
SILENT = "It has not answered for some seconds."
TOLD_BY_A_CAUSE = frozenset({"volume", "backups"})
QUEUE_SILENT = "The queue does not answer"  # begins what `jobs.queue` says of Redis


class Memory:
    """Since when something is so, as far as this process has seen it begin."""

    def __init__(self) -> None:
        self._began: dict[str, datetime | None] = {}
        self._owed = 0
        self.is_fresh = True  # nothing has been looked at before

    def since(self, what: str, at: datetime, *, is_so: bool) -> datetime | None:
        """Return since when it is so; None if it is not, or was before the first look."""
        return self.known_since(what, None if self.is_fresh else at, is_so=is_so)

    def known_since(self, what: str, began: datetime | None, *, is_so: bool) -> datetime | None:
        """Return since when it is so, which is `began` when it is seen first; None if it is not."""
        if is_so:
            return self._began.setdefault(what, began)
        self._began.pop(what, None)
        return None

    def late_since(self, lane: LaneSeen, at: datetime) -> datetime | None:
        """Return since when the lane does not keep its promise."""
        what, waited = f"late {lane.lane}", lane.oldest_seconds
        grace = 0.0 if what in self._began else LATE_SECONDS_BEYOND
        is_late = waited is not None and waited > lane.target_seconds + grace
        began = at - timedelta(seconds=max(0.0, (waited or 0.0) - lane.target_seconds))
        return self.known_since(what, began, is_so=is_late)

    def owed_unmoved_since(
        self, owed: int, at: datetime, *, made_some: bool
    ) -> datetime | None:
        """Return since when what is owed has not become less."""
        if made_some or owed < self._owed:
            self._began.pop("owed", None)
        self._owed = owed
        return self.known_since("owed", at, is_so=owed > 0)


class Watch:
    """Looks at the whole service, at most once a second for all who ask; one for a process.

    Who asks once, and can wait, gives each part more time: `patience_seconds`.
    """

    def __init__(self, env: Env, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._env = env
        self._sources = Sources(env, patience_seconds)
        self._memory = Memory()
        self._looking: asyncio.Task[Seen] | None = None
        self._looked_at = float("-inf")

    async def look(self) -> Seen:
        """Return what is seen; within a second, also while Redis is away or the disk hangs."""
        now = asyncio.get_running_loop().time()
        is_old = now - self._looked_at >= LOOK_SECONDS_MIN
        if self._looking is None or (is_old and self._looking.done()):
            self._looked_at = now
            self._looking = asyncio.ensure_future(self._look())
        return await asyncio.shield(self._looking)

    async def verdict(self) -> Verdict:
        """Return how things stand now."""
        return judge(await self.look())

    async def _look(self) -> Seen:
        read = await self._sources.read()
        at = self._env.clock()
        lost = _lost(read, at)
        living = _living(read, at)
        workers = [one for one in living if one.kind is ProcessKind.WORKER]
        lanes = seeing.lanes_seen(read.queue, read.pace, read.letters, workers)
        seen = Seen(
            at=at,
            lanes=self._with_lateness(lanes, at),
            redis=self._redis(read, at),
            alive=read.alive,
            unmanned_since=self._unmanned_since(read, lost, at),
            workers=workers,
            processes=living,
            lost=lost,
            schedule=list(seeing.entries_seen(TIMETABLE, read.schedule or {}, at)),
            pauses=(read.queue.paused if read.queue else None) or (),
            disk=self._disk(read, at),
            backups=_backups(read),
            audit=_audit(read),
            owed=self._owed(read, at),
            dead=seeing.dead_seen(read.letters, at) if read.letters else None,
            ran=read.pace.ran if read.pace else None,
            ran_since=read.pace.ran_since if read.pace else None,
            idle_since=self._idle_since(read, at),
            troubles=_troubles(read),
        )
        self._memory.is_fresh = False
        return seen

    def _unmanned_since(self, read: Read, lost: list[Lost], at: datetime) -> datetime | None:
        is_unmanned = read.alive is not None and not read.alive
        died_at = next((one.process.ended_at for one in lost), None)
        if died_at:
            return self._memory.known_since("unmanned", died_at, is_so=is_unmanned)
        return self._memory.since("unmanned", at, is_so=is_unmanned)

    def _with_lateness(
        self, lanes: Mapping[Lane, LaneSeen], at: datetime
    ) -> dict[Lane, LaneSeen]:
        return {
            name: replace(lane, late_since=self._memory.late_since(lane, at))
            for name, lane in lanes.items()
        }

    def _redis(self, read: Read, at: datetime) -> RedisAnswer:
        is_away = read.queue is not None and read.queue.queue == "unavailable"
        since = self._memory.since("redis", at, is_so=is_away)
        if not (read.queue and is_away):
            return RedisAnswer()
        said = [one.problem for one in read.queue.troubles if _is_of_redis(one)]
        return RedisAnswer(next(iter(said), SILENT), since)

    def _disk(self, read: Read, at: datetime) -> DiskSeen | None:
        if trouble := read.troubles.get("volume"):
            disk = DiskSeen(0, 0, 0.0, problem=trouble.problem)
        elif read.volume:
            disk = seeing.disk_seen(read.volume)
        else:
            return None
        refuses = self._memory.since("disk refuses", at, is_so=takes_nothing(disk))
        is_full = self._memory.since("disk full", at, is_so=is_nearly_full(disk))
        return replace(disk, since=refuses or is_full)

    def _owed(self, read: Read, at: datetime) -> OwedSeen | None:
        if read.queue is None or read.queue.owed is None:
            return None
        made_some = read.pace is not None and read.pace.made > 0
        since = self._memory.owed_unmoved_since(read.queue.owed, at, made_some=made_some)
        return OwedSeen(read.queue.owed, since)

    def _idle_since(self, read: Read, at: datetime) -> datetime | None:
        oldest = (read.queue.oldest_seconds if read.queue else None) or 0.0
        has_waited = oldest >= STUCK_AFTER.total_seconds()
        is_idle = has_waited and read.pace is not None and read.pace.is_idle is True
        return self._memory.known_since("idle", at - STUCK_AFTER, is_so=is_idle)


def _living(read: Read, at: datetime) -> list[ProcessRecord]:
    """Return the processes that live: of workers their locks tell, others told of themselves."""
    told = [one for one in (read.processes.told if read.processes else ()) if not one.ended_at]
    return [
        one
        for one in told
        if (
            one.id in read.alive
            if one.kind is ProcessKind.WORKER and read.alive is not None
            else at - one.told_at < TOLD_WITHIN
        )
    ]


def _lost(read: Read, at: datetime) -> list[Lost]:
    if read.processes is None:
        return []
    return seeing.lost_processes(read.processes.told, read.processes.lost_attempts, at)


def _backups(read: Read) -> BackupsSeen | None:
    if trouble := read.troubles.get("backups"):
        return BackupsSeen(problem=trouble.problem)
    kept = read.backups
    return seeing.backups_seen(kept.notes, kept.begun_at) if kept else None


def _audit(read: Read) -> AuditSeen:
    dated = (read.schedule or {}).get("check_store")
    runs: Sequence[Run] = dated.runs if dated else ()
    return seeing.audit_seen(read.fault, read.checks or (), runs)


def _is_of_redis(trouble: Trouble) -> bool:
    return trouble.problem.startswith(QUEUE_SILENT)


def _troubles(read: Read) -> list[Trouble]:
    """Return what could not be told, each once; what a cause of its own tells is left out."""
    found = [
        one for one in (read.queue.troubles if read.queue else ()) if not _is_of_redis(one)
    ]
    found += [one for name, one in read.troubles.items() if name not in TOLD_BY_A_CAUSE]
    told = {read.troubles[name].problem for name in TOLD_BY_A_CAUSE & set(read.troubles)}
    return list({one.problem: one for one in found if one.problem not in told}.values())

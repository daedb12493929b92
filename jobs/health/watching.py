"""Watching the service: what is seen of it now, and since when what is wrong is so."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.runs import Run
from jobs.health import seeing
from jobs.health.history import History, at_least, none_ended
from jobs.health.memory import Memory
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
from jobs.health.store_rules import USED_SHARE_MAX, is_nearly_full, takes_nothing
from jobs.health.verdict import Verdict, judge
from jobs.health.work_rules import STUCK_AFTER
from jobs.job import Env
from jobs.lanes import Lane
from jobs.queue_state import Trouble
from jobs.timetable import TIMETABLE
from storage.telemetry_records import ProcessKind, ProcessRecord

LOOK_SECONDS_MIN = 1.0
PATIENCE_SECONDS = 0.7  # so long is one part waited for
TOLD_WITHIN = timedelta(seconds=30)
SILENT = "It has not answered for some seconds."
TOLD_BY_A_CAUSE = frozenset({"volume", "backups"})
QUEUE_SILENT = "The queue does not answer"  # begins what `jobs.queue` says of Redis


class Watch:
    """Looks at the whole service, at most once a second for all who ask; one for a process.

    Who asks once, and can wait, gives each part more time: `patience_seconds`. Who looks from
    outside the API also sees whether there is one: `is_outside`.
    """

    def __init__(
        self, env: Env, *, patience_seconds: float = PATIENCE_SECONDS, is_outside: bool = False
    ) -> None:
        self._env = env
        self._patience = patience_seconds
        self._is_outside = is_outside
        self._sources = Sources(env, patience_seconds)
        self._memory = Memory()
        self._made_at = env.clock()
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
        # A telemetry that has not answered just now is not asked again.
        patience = self._patience if read.pace else 0.0
        history = History(self._env.store.telemetry, at, patience)
        told = read.processes.told if read.processes else ()
        silent = seeing.silent_workers(told, read.alive, at)
        read = _without(read, silent)
        lost, living = _lost(read, at), _living(read, at)
        workers = [one for one in living if one.kind is ProcessKind.WORKER]
        pauses = (read.queue.paused if read.queue else None) or ()
        is_unserved, served_at = seeing.unserved_since(told, at)
        is_unserved = is_unserved and self._is_outside
        seen = Seen(
            at=at,
            lanes=await self._lanes(read, workers, history),
            redis=await self._redis(read, history),
            alive=read.alive,
            silent=silent,
            unmanned_since=await self._unmanned_since(read, lost, silent, history),
            workers=workers,
            processes=living,
            lost=lost,
            is_unserved=is_unserved,
            unserved_since=await self._unserved_since(served_at, history, is_so=is_unserved),
            schedule=list(seeing.entries_seen(TIMETABLE, read.schedule or {}, at, pauses)),
            pauses=pauses,
            disk=await self._disk(read, history),
            backups=_backups(read),
            audit=_audit(read),
            owed=await self._owed(read, history),
            dead=seeing.dead_seen(read.letters, at) if read.letters else None,
            ran=read.pace.ran if read.pace else None,
            ran_since=read.pace.ran_since if read.pace else None,
            idle_since=await self._idle_since(read, history),
            troubles=_troubles(read),
        )
        self._memory.looked(at)
        return seen

    async def _unmanned_since(
        self,
        read: Read,
        lost: Sequence[Lost],
        silent: Sequence[ProcessRecord],
        history: History,
    ) -> datetime | None:
        is_unmanned = read.alive is not None and not read.alive
        gone_at = [one.told_at for one in silent]
        gone_at += [one.process.ended_at for one in lost if one.process.ended_at]
        return await self._memory.since(
            "unmanned",
            history,
            is_so=is_unmanned,
            asked=lambda now, _next: now["slots"] == 0 if "slots" in now else None,
            latest=max(gone_at, default=None),
        )

    async def _unserved_since(
        self, served_at: datetime | None, history: History, *, is_so: bool
    ) -> datetime | None:
        # It is an API that samples.
        latest = (served_at or await history.last_sampled_at()) if is_so else None
        return await self._memory.since("unserved", history, is_so=is_so, latest=latest)

    async def _lanes(
        self, read: Read, workers: Sequence[ProcessRecord], history: History
    ) -> dict[Lane, LaneSeen]:
        lanes = seeing.lanes_seen(read.queue, read.pace, read.letters, workers)
        return {
            name: replace(lane, late_since=await self._memory.late_since(lane, history))
            for name, lane in lanes.items()
        }

    async def _redis(self, read: Read, history: History) -> RedisAnswer:
        is_away = read.queue is not None and read.queue.queue == "unavailable"
        asked = at_least("redis_away", 1)
        since = await self._memory.since("redis", history, is_so=is_away, asked=asked)
        if not (read.queue and is_away):
            return RedisAnswer()
        said = [one.problem for one in read.queue.troubles if _is_of_redis(one)]
        return RedisAnswer(next(iter(said), SILENT), since)

    async def _disk(self, read: Read, history: History) -> DiskSeen | None:
        if trouble := read.troubles.get("volume"):
            disk = DiskSeen(0, 0, 0.0, problem=trouble.problem)
        elif read.volume:
            disk = seeing.disk_seen(read.volume)
        else:
            return None
        refuses = takes_nothing(disk)
        refuses_since = await self._memory.since(
            "disk refuses",
            history,
            is_so=refuses,
            latest=await self._not_sampled_since(history) if refuses else None,
        )
        full_since = await self._memory.since(
            "disk full",
            history,
            is_so=is_nearly_full(disk),
            asked=at_least("disk_used_percent", 100 * USED_SHARE_MAX),
        )
        return replace(disk, since=refuses_since if refuses else full_since)

    async def _not_sampled_since(self, history: History) -> datetime | None:
        """Return since when nothing was written down any more, if it was while this process lives."""
        last_at = await history.last_sampled_at()
        is_old = last_at is not None and history.at - last_at > seeing.SILENT_AFTER
        return last_at if last_at and is_old and last_at >= self._made_at else None

    async def _owed(self, read: Read, history: History) -> OwedSeen | None:
        if read.queue is None or read.queue.owed is None:
            return None
        owed, made_some = read.queue.owed, read.pace is not None and read.pace.made > 0
        since = await self._memory.owed_unmoved_since(owed, history, made_some=made_some)
        return OwedSeen(owed, since)

    async def _idle_since(self, read: Read, history: History) -> datetime | None:
        oldest = (read.queue.oldest_seconds if read.queue else None) or 0.0
        has_waited = oldest >= STUCK_AFTER.total_seconds()
        return await self._memory.since(
            "idle",
            history,
            is_so=has_waited and read.pace is not None and read.pace.is_idle is True,
            asked=none_ended,
            latest=history.at - STUCK_AFTER,
        )


def _without(read: Read, silent: Sequence[ProcessRecord]) -> Read:
    """Return what was read with those workers not among the living that stand still."""
    still = {one.id for one in silent}
    if read.alive is None or not still:
        return read
    return replace(read, alive=[one for one in read.alive if one not in still])


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
    if kept is None:
        return None
    timetable = TIMETABLE if kept.are_made else ()
    return seeing.backups_seen(kept.notes, kept.begun_at, timetable, has_bucket=kept.has_bucket)


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

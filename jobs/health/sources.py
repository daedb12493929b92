"""Where a watch looks: each part of the service by itself, and all of them at once.

Each part is asked for no more often than it is worth, and waited for no longer than is patient:
while Redis is away or the disk hangs, the rest is still told, and that.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from domain.runs import EntryState
from jobs.health.pace import pace_of
from jobs.health.parts import Part
from jobs.health.seeing import LOST_WITHIN, Pace
from jobs.job import Env
from jobs.queue_state import QueueState, QueueWatch, Trouble
from storage.backup_notes import BackupNote, BackupNotes
from storage.examining import Volume, begun_at, fault_in_log, living_workers, volume_at
from storage.letter_lines import Listed
from storage.telemetry_records import AttemptEnding, AttemptRecord, ProcessRecord
from storage.threads import in_writers_thread

DISK_SECONDS = 2.0  # a look writes a file, durably: no page waits for that
FILES_SECONDS = 2.0
BACKUPS_SECONDS = 30.0
AUDIT_SECONDS = 60.0
LOST_ATTEMPTS_MAX = 200


@dataclass(frozen=True, slots=True)
class Processes:
    """Those that live, those that ended of late, and the attempts that died with them."""

    told: Sequence[ProcessRecord]
    lost_attempts: Sequence[AttemptRecord]


@dataclass(frozen=True, slots=True)
class Backups:
    """What is noted of the backups, and since when there is something that they would keep.

    `has_bucket` says that they are copied, `are_made` that the schedule's entry makes any.
    """

    notes: Sequence[BackupNote]
    begun_at: datetime | None
    has_bucket: bool = False
    are_made: bool = True


@dataclass(frozen=True, slots=True)
class Read:
    """What each part has answered, None where it did not, and why.

    `fault` is what is wrong with the end of the audit log.
    """

    queue: QueueState | None
    alive: Sequence[str] | None
    processes: Processes | None
    pace: Pace | None
    schedule: Mapping[str, EntryState] | None
    volume: Volume | None
    letters: Listed | None
    backups: Backups | None
    fault: str | None
    checks: Sequence[AttemptRecord] | None
    troubles: Mapping[str, Trouble]


class Sources:
    """The parts of one service, as they were last told."""

    def __init__(self, env: Env, patience_seconds: float) -> None:
        self._env = env
        self._patience = patience_seconds
        layout = env.store.quarantine.layout
        self._notes, self._root = BackupNotes(layout), layout.root
        look = QueueWatch(env, patience_seconds=patience_seconds).look
        self._parts: dict[str, Part[Any]] = {
            "queue": Part("The queue", look),
            "alive": Part(
                "The disk", self._in_thread(living_workers), every_seconds=FILES_SECONDS
            ),
            "processes": Part("The telemetry", self._processes),
            "pace": Part("The telemetry", lambda: pace_of(env)),
            "schedule": Part("The schedule", self._schedule, every_seconds=FILES_SECONDS),
            "volume": Part(
                "The disk",
                self._in_thread(volume_at),
                every_seconds=DISK_SECONDS,
                stands_in_seconds=2 * DISK_SECONDS,
            ),
            "letters": Part(
                "The disk", env.store.letter_lines.list, every_seconds=FILES_SECONDS
            ),
            "backups": Part("The disk", self._backups, every_seconds=BACKUPS_SECONDS),
            "fault": Part(
                "The disk", self._in_thread(fault_in_log), every_seconds=AUDIT_SECONDS
            ),
            "checks": Part("The telemetry", self._checks, every_seconds=AUDIT_SECONDS),
        }

    async def read(self) -> Read:
        """Ask all that are due, and return what is known then."""
        told = await asyncio.gather(
            *(part.answer(self._patience) for part in self._parts.values())
        )
        troubles = {name: part.trouble for name, part in self._parts.items()}
        return Read(
            **dict(zip(self._parts, told, strict=True)),
            troubles={name: one for name, one in troubles.items() if one},
        )

    def _in_thread(self, look: Any) -> Any:
        return in_writers_thread(partial(look, self._root))

    async def _processes(self) -> Processes:
        telemetry, now = self._env.store.telemetry, self._env.clock()
        told = await telemetry.processes(ended_since=now - LOST_WITHIN)
        if all(one.ended_at is None for one in told):
            return Processes(told, ())
        lost = await telemetry.attempts(ending=AttemptEnding.LOST, limit=LOST_ATTEMPTS_MAX)
        return Processes(told, lost)

    async def _schedule(self) -> Mapping[str, EntryState]:
        state = self._env.store.schedule
        return {**await state.ticks.read(), **await state.dated.read()}

    async def _backups(self) -> Backups:
        begun = await self._in_thread(begun_at)()
        return Backups(
            await self._notes.list(),
            begun,
            has_bucket=self._env.bucket is not None,
            are_made=self._env.keeping.makes_backups,
        )

    async def _checks(self) -> Sequence[AttemptRecord]:
        return await self._env.store.telemetry.attempts(
            kind="check_store", is_running=False, limit=1
        )

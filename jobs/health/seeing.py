"""From what was read to what is seen: one small function for each part. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile

from domain.recurrence import DailyAt
from domain.runs import EntryState, Run
from domain.timetable import Entry
from jobs import LANE_OF
from jobs.health.seen import (
    AuditSeen,
    BackupsSeen,
    DeadSeen,
    DiskSeen,
    EntrySeen,
    LaneSeen,
    Lost,
)
from jobs.lanes import LANES, PATIENCE_SECONDS, Lane
from jobs.queue_state import LaneState, QueueState
from storage.backup_notes import BackupNote
from storage.examining import Volume
from storage.letter_lines import Listed
from storage.pauses import Pause
from storage.telemetry_records import AttemptRecord, ProcessKind, ProcessRecord

LATE_SECONDS_MIN = 15.0  # a worker that is started anew rings for nothing meanwhile
NEW_LETTERS_WITHIN = timedelta(hours=1)
LOST_WITHIN = timedelta(minutes=1)
EXPECTED_END = "exit status 0"
MAKES_BACKUPS = "nightly_backup"
# How `jobs.check_store` says what it has come to.
CHECKED = re.compile(r"\d+ tickets, (\d+) findings(?:: (.*))?", re.DOTALL)
SILENT_AFTER = timedelta(seconds=10)  # a process tells of itself every second
UNSERVED_AFTER = timedelta(seconds=30)  # a restart of the API takes less


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the work goes: the rates of the last half minute, and what has ended of late.

    `rates` are means, by the names of the series. `retrying` is by lane. `ran` counts the attempts since `ran_since` that found something to do,
    `made` those of them that made tickets. `is_idle`: none has ended for a while, whatever it
    found; None if nobody has looked often enough to know.
    """

    rates: Mapping[str, float] = field(default_factory=dict)
    retrying: Mapping[str, int] = field(default_factory=dict)
    ran: int = 0
    made: int = 0
    ran_since: datetime | None = None
    is_idle: bool | None = None


def lanes_seen(
    state: QueueState | None,
    pace: Pace | None,
    letters: Listed | None,
    workers: Iterable[ProcessRecord],
) -> dict[Lane, LaneSeen]:
    """Return what is known of each lane; `workers` are those that live."""
    slots = sum(worker.slots for worker in workers) or None
    dead = Counter(LANE_OF.get(line.job) for line in letters.lines) if letters else None
    states = {one.lane: one for one in state.lanes} if state else {}
    paused = {
        one.name: one for one in (state.paused if state else None) or () if one.what == "lane"
    }
    return {
        lane: _lane_seen(
            lane,
            states.get(lane),
            pace,
            dead=dead[lane] if dead is not None else None,
            slots=slots,
            paused=paused.get(lane),
        )
        for lane in LANES
    }


def _lane_seen(  # noqa: PLR0913 - what is known of a lane comes from as many places
    lane: Lane,
    state: LaneState | None,
    pace: Pace | None,
    *,
    dead: int | None,
    slots: int | None,
    paused: Pause | None,
) -> LaneSeen:
    rates = pace.rates if pace else {}
    into, out = rates.get(f"in_per_s:{lane}"), rates.get(f"out_per_s:{lane}")
    ready = state.waiting if state else None
    return LaneSeen(
        lane=lane,
        target_seconds=PATIENCE_SECONDS[lane],
        ready=ready,
        scheduled=state.deferred if state else None,
        running=state.running if state else None,
        retrying=pace.retrying.get(lane, 0) if pace else None,
        dead=dead,
        oldest_seconds=state.oldest_seconds if state else None,
        in_per_s=into,
        out_per_s=out,
        empty_in_seconds=None if paused else _empty_in(ready, into, out),
        slots=slots,
        paused=paused,
    )


def _empty_in(ready: int | None, into: float | None, out: float | None) -> float | None:
    """Return after how many seconds nothing would wait any more; None if that does not come."""
    if not ready or into is None or out is None or out <= into:
        return None
    return ready / (out - into)


def disk_seen(volume: Volume) -> DiskSeen:
    """Return how full the volume is, and why it takes no writes."""
    usable = volume.total_bytes - volume.reserved_bytes
    return DiskSeen(
        free_bytes=volume.free_bytes,
        total_bytes=usable,
        used_share=_used(volume.free_bytes, usable) or 0.0,
        used_files_share=_used(volume.free_files, volume.total_files - volume.reserved_files),
        problem=_refusal(volume),
    )


def _used(free: int, usable: int) -> float | None:
    """Return the used share, as df(1) does; None on a file system that knows no such limit."""
    return 1 - free / usable if usable > 0 else None


def _refusal(volume: Volume) -> str | None:
    if not volume.exists:
        return "The directory of the data is not there."
    return f"{volume.probe.problem}." if volume.probe and volume.probe.problem else None


def entries_seen(
    timetable: Iterable[Entry],
    known: Mapping[str, EntryState],
    now: datetime,
    pauses: Sequence[Pause] = (),
) -> Iterator[EntrySeen]:
    """Yield the entries that have been rung for before, and by how much they are late."""
    for entry in timetable:
        if state := known.get(entry.job):
            due_at = entry.when.next_after(state.decided_until)
            yield EntrySeen(
                entry.job,
                due_at,
                max(timedelta(0), now - due_at).total_seconds(),
                _late_seconds_max(entry),
                next((one for one in pauses if holds(one, entry.job)), None),
            )


def holds(pause: Pause, kind: str) -> bool:
    """Are jobs of this kind held by the pause: it is theirs, or that of their lane?"""
    return pause.name == (kind if pause.what == "job" else LANE_OF.get(kind))


def _late_seconds_max(entry: Entry) -> float:
    late_max = entry.late_max.total_seconds()
    if isinstance(entry.when, DailyAt):
        return late_max
    return min(late_max, max(LATE_SECONDS_MIN, entry.when.period.total_seconds()))


def backups_seen(
    notes: Sequence[BackupNote],
    begun_at: datetime | None,
    timetable: Iterable[Entry],
    *,
    has_bucket: bool = False,
) -> BackupsSeen:
    """Return the newest backup; `begun_at` is when there was first something to keep."""
    is_scheduled = any(entry.job == MAKES_BACKUPS for entry in timetable)
    if not notes:
        return BackupsSeen(needed_since=begun_at, is_scheduled=is_scheduled)
    last = notes[-1]
    return BackupsSeen(
        last.filename,
        last.created,
        last.verified_at,
        begun_at,
        is_scheduled=is_scheduled,
        uncopied_since=_uncopied_since(notes) if has_bucket else None,
        undrilled_since=max(
            (note.drilled_at for note in notes if note.drilled_at), default=notes[0].created
        ),
        drill_problem=_drill_problem(notes),
        left_out=last.left_out,
        left_out_first=next(iter(last.left_out_first), ""),
    )


def _drill_problem(notes: Sequence[BackupNote]) -> str | None:
    """Return why a backup could not be restored, if none that is newer could be since."""
    tried = [note for note in notes if note.drilled_at or note.drill_problem]
    if not (tried and tried[-1].drill_problem):
        return None
    return f"{tried[-1].filename}: {tried[-1].drill_problem}"


def _uncopied_since(notes: Sequence[BackupNote]) -> datetime | None:
    """Return when the first backup was made that is newer than all that have been copied."""
    newer = takewhile(lambda note: note.copied_at is None, reversed(notes))
    return min((note.created for note in newer), default=None)


def audit_seen(
    fault: str | None, checks: Iterable[AttemptRecord], runs: Iterable[Run]
) -> AuditSeen:
    """Return what is wrong with the log's end, and what the last whole check has said.

    A check that the schedule rang for is among the runs; one that a person rang for is not.
    """
    ended = [(one.ended_at, one.said) for one in checks if one.ended_at]
    ended += [(run.finished_at, run.said) for run in runs if run.finished_at]
    told = [(at, match) for at, said in ended if (match := CHECKED.search(said))]
    if not told:
        return AuditSeen(fault)
    at, match = max(told, key=lambda pair: pair[0])
    return AuditSeen(fault, int(match[1]), match[2] or "", at)


def dead_seen(letters: Listed, now: datetime) -> DeadSeen:
    """Return how many jobs were given up, and how many of them of late."""
    buried = [line.buried_at for line in letters.lines]
    # One from a time to come was buried before the clock was put back: nobody knows when.
    new = [at for at in buried if timedelta(0) <= now - at < NEW_LETTERS_WITHIN]
    return DeadSeen(len(buried) + len(letters.damaged), len(new), max(new, default=None))


def lost_processes(
    processes: Iterable[ProcessRecord], attempts: Iterable[AttemptRecord], now: datetime
) -> list[Lost]:
    """Return who has died of late without being asked to, the latest first."""
    again = Counter(attempt.worker for attempt in attempts)
    died = [
        (one.ended_at, Lost(one, again[one.id]))
        for one in processes
        if one.ended_at
        and timedelta(0) <= now - one.ended_at < LOST_WITHIN
        and one.ended_by != EXPECTED_END
    ]
    return [lost for _at, lost in sorted(died, key=lambda pair: pair[0], reverse=True)]


def silent_workers(
    told: Sequence[ProcessRecord], alive: Sequence[str] | None, now: datetime
) -> list[ProcessRecord]:
    """Return the workers that live, by their locks, and have told nothing of themselves for long.

    Where nobody tells anything, it is the telemetry that is not written, and the locks are believed.
    """
    if not is_told(told, now):
        return []
    return [one for one in told if one.id in (alive or ()) and now - one.told_at > SILENT_AFTER]


def is_told(told: Iterable[ProcessRecord], now: datetime) -> bool:
    """Is the telemetry written: has any process told of itself just now?"""
    return any(abs(now - one.told_at) <= SILENT_AFTER for one in told)


def unserved_since(
    told: Sequence[ProcessRecord], now: datetime
) -> tuple[bool, datetime | None]:
    """Return whether no API has told of itself for long although workers do, and since when.

    Without a time: none ever did.
    """
    workers = [one for one in told if one.kind is ProcessKind.WORKER]
    at_work = [one for one in workers if not one.ended_at and is_told([one], now)]
    last_at = max((one.told_at for one in told if one.kind is ProcessKind.API), default=None)
    watched_since = last_at or min((one.started_at for one in at_work), default=now)
    return bool(at_work) and now - watched_since > UNSERVED_AFTER, last_at

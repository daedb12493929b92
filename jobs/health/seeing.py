"""From what was read to what is seen: one small function for each part. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

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
from storage.telemetry_records import AttemptRecord, ProcessRecord

LATE_SECONDS_MIN = 15.0  # a worker that is started anew rings for nothing meanwhile
NEW_LETTERS_WITHIN = timedelta(hours=1)
LOST_WITHIN = timedelta(minutes=1)
EXPECTED_END = "exit status 0"
# How `jobs.check_store` says what it has come to.
CHECKED = re.compile(r"\d+ tickets, (\d+) findings(?:: (.*))?", re.DOTALL)
SAMPLE_AGE_MAX = timedelta(seconds=10)  # an older one says nothing of now


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the work goes: the last sample of the series, and what has ended of late.

    `retrying` is by lane. `ran` counts the attempts since `ran_since` that found something to do,
    `made` those of them that made tickets. `is_idle`: none has ended for a while, whatever it
    found; None if nobody has looked often enough to know.
    """

    sample: Mapping[str, float] = field(default_factory=dict)
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
    sample = pace.sample if pace else {}
    into, out = sample.get(f"in_per_s:{lane}"), sample.get(f"out_per_s:{lane}")
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
        empty_in_seconds=_empty_in(ready, into, out),
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
    files = volume.total_files
    return DiskSeen(
        free_bytes=volume.free_bytes,
        total_bytes=volume.total_bytes,
        used_share=_used(volume.free_bytes, volume.total_bytes) or 0.0,
        used_files_share=_used(volume.free_files, files),
        problem=_refusal(volume),
    )


def _used(free: int, total: int) -> float | None:
    """Return the used share; None on a file system that knows no such limit, and says 0."""
    return 1 - free / total if total else None


def _refusal(volume: Volume) -> str | None:
    if not volume.exists:
        return "The directory of the data is not there."
    return f"{volume.probe.problem}." if volume.probe and volume.probe.problem else None


def entries_seen(
    timetable: Iterable[Entry], known: Mapping[str, EntryState], now: datetime
) -> Iterator[EntrySeen]:
    """Yield the entries that have been rung for before, and by how much they are late."""
    for entry in timetable:
        if state := known.get(entry.job):
            due_at = entry.when.next_after(state.decided_until)
            late = max(timedelta(0), now - due_at)
            yield EntrySeen(entry.job, due_at, late.total_seconds(), _late_seconds_max(entry))


def _late_seconds_max(entry: Entry) -> float:
    late_max = entry.late_max.total_seconds()
    if isinstance(entry.when, DailyAt):
        return late_max
    return min(late_max, max(LATE_SECONDS_MIN, entry.when.period.total_seconds()))


def backups_seen(notes: Sequence[BackupNote], begun_at: datetime | None) -> BackupsSeen:
    """Return the newest backup; `begun_at` is when there was first something to keep."""
    if not notes:
        return BackupsSeen(needed_since=begun_at)
    last = notes[-1]
    return BackupsSeen(last.filename, last.created, last.verified_at, begun_at)


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
    new = [at for at in buried if now - at < NEW_LETTERS_WITHIN]
    return DeadSeen(len(buried) + len(letters.damaged), len(new), max(new, default=None))


def lost_processes(
    processes: Iterable[ProcessRecord], attempts: Iterable[AttemptRecord], now: datetime
) -> list[Lost]:
    """Return who has died of late without being asked to, the latest first."""
    again = Counter(attempt.worker for attempt in attempts)
    died = [
        (one.ended_at, Lost(one, again[one.id]))
        for one in processes
        if one.ended_at and now - one.ended_at < LOST_WITHIN and one.ended_by != EXPECTED_END
    ]
    return [lost for _at, lost in sorted(died, key=lambda pair: pair[0], reverse=True)]

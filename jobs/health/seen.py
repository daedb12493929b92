"""What is seen of the whole service at one moment: the facts that a verdict is made of.

None stands for what could not be told, and never a zero; `troubles` say why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from jobs.lanes import Lane
from jobs.queue_state import Trouble
from storage.pauses import Pause
from storage.telemetry_records import ProcessRecord


@dataclass(frozen=True, slots=True)
class LaneSeen:
    """One lane: how many jobs are due, due later, run, failed and come again, were given up.

    `oldest_seconds` is how long the oldest job that is ready has waited, `target_seconds` what the
    lane promises. `in_per_s` and `out_per_s` are the means of the last half minute, None until five
    of its seconds are known; `empty_in_seconds` is when nothing would wait at these rates, None while it does not get less or
    the lane is paused. `slots` are the places of all workers that may work for it. `late_since` is
    since when the promise is broken: see `jobs.health.memory`.
    """

    lane: Lane
    target_seconds: float
    ready: int | None = None
    scheduled: int | None = None
    running: int | None = None
    retrying: int | None = None
    dead: int | None = None
    oldest_seconds: float | None = None
    in_per_s: float | None = None
    out_per_s: float | None = None
    empty_in_seconds: float | None = None
    slots: int | None = None
    paused: Pause | None = None
    late_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class RedisAnswer:
    """Whether Redis answers: `problem` says why not, `since` since when."""

    problem: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """A process that died without having been asked to, and how many of its jobs run again."""

    process: ProcessRecord
    jobs_again: int = 0


@dataclass(frozen=True, slots=True)
class EntrySeen:
    """An entry of the schedule; `late_seconds` is how long it has been due and not rung for.

    `late_seconds_max` is from when on somebody should look; `paused` says why nobody rings.
    """

    job: str
    due_at: datetime
    late_seconds: float
    late_seconds_max: float
    paused: Pause | None = None


@dataclass(frozen=True, slots=True)
class DiskSeen:
    """The volume of the data: used shares (0 to 1), what is free, why it takes no writes.

    Of what the service may fill: blocks that are reserved for others are neither used nor free.
    `used_files_share` is None where the file system has no such limit.
    """

    free_bytes: int
    total_bytes: int
    used_share: float
    used_files_share: float | None = None
    problem: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class BackupsSeen:
    """The newest backup: when it was made, and read back whole. `problem`: why nobody can tell.

    `needed_since` is when there was first something that a backup would keep; None for never.
    `is_scheduled` says that something in the schedule makes them. `uncopied_since` is when the
    first of those was made that are newer than all in the bucket; None if there is none of them, or
    no bucket. `undrilled_since` is when it was last tried whether one can be restored, or when the
    first was made of which that was never tried. `left_out` counts the files that are not in the
    newest, `left_out_first` is the name of one.
    """

    filename: str | None = None
    created_at: datetime | None = None
    verified_at: datetime | None = None
    needed_since: datetime | None = None
    problem: str | None = None
    is_scheduled: bool = False
    uncopied_since: datetime | None = None
    undrilled_since: datetime | None = None
    drill_problem: str | None = None
    left_out: int = 0
    left_out_first: str = ""


@dataclass(frozen=True, slots=True)
class AuditSeen:
    """What is wrong with the end of the audit log, and what the last whole check has found.

    `findings` is how many things it found, `said` its words, `checked_at` when it ended.
    """

    problem: str | None = None
    findings: int = 0
    said: str = ""
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OwedSeen:
    """How many accepted orders have no ticket yet; since when their number did not go down."""

    count: int
    unmoved_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeadSeen:
    """How many dead letters there are, and how many of them came within the last hour."""

    count: int
    new: int = 0
    newest_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that is seen at `at`.

    `alive` are the incarnations of the workers at work: by the locks they hold they live, and they
    are not `silent`, as those are that have told nothing of themselves for a while; `unmanned_since`
    is since when there is none. `workers` is what they told, `processes` the same of every living
    process. `lost` died within the last minute. `is_unserved`: no API has told of itself for a
    while, since `unserved_since`, or never.
    `ran` counts the attempts since `ran_since` that found something to do, `idle_since` is since
    when none has ended although jobs were ready.
    """

    at: datetime
    lanes: Mapping[Lane, LaneSeen]
    redis: RedisAnswer = RedisAnswer()
    alive: Sequence[str] | None = None
    silent: Sequence[ProcessRecord] = ()
    unmanned_since: datetime | None = None
    workers: Sequence[ProcessRecord] = ()
    processes: Sequence[ProcessRecord] = ()
    lost: Sequence[Lost] = ()
    is_unserved: bool = False
    unserved_since: datetime | None = None
    schedule: Sequence[EntrySeen] = ()
    pauses: Sequence[Pause] = ()
    disk: DiskSeen | None = None
    backups: BackupsSeen | None = None
    audit: AuditSeen | None = None
    owed: OwedSeen | None = None
    dead: DeadSeen | None = None
    ran: int | None = None
    ran_since: datetime | None = None
    idle_since: datetime | None = None
    troubles: Sequence[Trouble] = field(default=())

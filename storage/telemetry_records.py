"""What is seen of the work while it is done: attempts, processes, samples, marks.

It is news and no record: nothing that was accepted depends on it, and it may be deleted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class AttemptEnding(StrEnum):
    """How one attempt at a job has ended.

    `NOTHING_TO_DO`: the job found its work done. `RETRY`: it failed and will be tried again.
    `HANDED_BACK`: its worker was told to stop. `BURIED`: it is a dead letter now. `GIVEN_UP`: it
    failed for good, and nothing is lost with it. `LOST`: its worker died under it.
    """

    DONE = "done"
    NOTHING_TO_DO = "nothing to do"
    RETRY = "retry"
    HANDED_BACK = "handed back"
    BURIED = "buried"
    GIVEN_UP = "given up"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One attempt at one job; `token`, the fencing token of its claim, tells it from the others.

    `ended_at` and `ending` are None while it runs. `about` is the id of the work order or ticket
    that the job is about, `error` the class of what it raised, `fingerprint` that of its dead
    letter. `logs` are its lines of the log as JSON, the last of them if there were too many.
    """

    token: int
    job_id: str
    kind: str
    lane: str
    number: int
    worker: str
    enqueued_at: datetime | None
    due_at: datetime
    started_at: datetime
    ended_at: datetime | None = None
    ending: AttemptEnding | None = None
    said: str = ""
    error: str | None = None
    fingerprint: str | None = None
    retry_at: datetime | None = None
    lost_workers: int = 0
    about: str | None = None
    arguments: str = "{}"
    request_id: str | None = None
    trace_id: str | None = None
    logs: Sequence[str] = ()

    @property
    def wait(self) -> timedelta:
        """How long it was due before it was begun."""
        return max(timedelta(0), self.started_at - self.due_at)


class ProcessKind(StrEnum):
    """What a process of the service is for."""

    API = "api"
    WORKER = "worker"
    REDIS = "redis"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class ProcessRecord:
    """A process of the service, as it last told of itself.

    `id` is a worker's incarnation, of others their kind and pid. `ended_at` and `ended_by` ("killed
    by signal 9", "exit status 0") are noted by who saw it end. `sync_ms_p50` and `sync_ms_p99` are how
    long its last writes waited for the disk.
    """

    id: str
    kind: ProcessKind
    name: str
    pid: int
    host: str
    version: str
    started_at: datetime
    told_at: datetime
    slots: int = 0
    running: Sequence[str] = ()
    rss_bytes: int = 0
    loop_lag_ms: float = 0.0
    sync_ms_p50: float | None = None
    sync_ms_p99: float | None = None
    is_draining: bool = False
    ended_at: datetime | None = None
    ended_by: str | None = None


class MarkKind(StrEnum):
    """What may explain a bend in a plot."""

    DEPLOY = "deploy"  # another version began to run
    START = "start"  # the service was started
    STOP = "stop"
    LOST = "lost"  # a process died
    REDIS = "redis"  # Redis went away, or came back


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened to the service itself."""

    at: datetime
    kind: MarkKind
    said: str


@dataclass(frozen=True, slots=True)
class Window:
    """Many series over the same even steps, the earliest first; None where nothing was seen."""

    starts_at: datetime
    step: timedelta
    series: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    marks: Sequence[Mark] = ()

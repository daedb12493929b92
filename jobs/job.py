"""A job: its arguments are the object, `run` does the work.

What a job may touch is its `Env`. A job does not know how it is queued, claimed, retried or
timed; it says how long it may take, how often it may be tried, and what is worth a retry.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol

from pydantic import BaseModel, ConfigDict

from domain.errors import ConflictError, UnavailableError
from domain.extraction import Extraction
from domain.keeping import Keeping
from domain.moment import Moment
from domain.responses import OUTCOME_OF_CODE
from domain.responses import Outcome as ResponseOutcome
from domain.timetable import stamp
from jobs.conversations import Conversations
from jobs.lanes import Lane
from jobs.progress import Board
from jobs.waiting import QueuedJob
from storage.bucket import Bucket
from storage.clock import Clock
from storage.store import Store

DocumentReader = Callable[[bytes, str | None, str | None], Awaitable[Extraction]]
"""Reads a document (bytes, file name, media type) apart from the caller's process."""

HelpedReader = Callable[[bytes, str | None, str | None, Collection[str]], Awaitable[Extraction]]
"""The same with the help of a language model, which is not asked for the fields named last."""


@dataclass(frozen=True, slots=True)
class Done:
    """The job took effect."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """There was nothing to do, and why; it is not a failure."""

    reason: str


Outcome = Done | Cancel


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """How many jobs there are: due and waiting, due later, running now.

    `oldest_seconds` is how long the oldest waiting job has been due.
    """

    waiting: int
    deferred: int
    running: int
    oldest_seconds: float


class Queue(Protocol):
    """The bell: it makes a worker look. What is owed stands in the store, never here."""

    async def put(self, *jobs: "Job", at: datetime | None = None) -> int:
        """Ring for these jobs, now or at a later time; return how many were not waiting already.

        Raises UnavailableError if the queue does not answer.
        """

    async def depth(self) -> QueueDepth:
        """Return the depth of the queue. Raises UnavailableError if it does not answer."""

    async def depths(self) -> Mapping[Lane, QueueDepth]:
        """Return the depth of each lane. Raises UnavailableError if it does not answer."""

    async def first(self, count: int) -> Sequence[QueuedJob]:
        """Return this many of the first jobs of each lane. Raises UnavailableError likewise."""

    async def find(self, job_id: str) -> QueuedJob | None:
        """Return a job that is queued or runs. Raises UnavailableError likewise."""

    async def close(self) -> None:
        """Let go of the connections."""


@dataclass(frozen=True, slots=True)
class Env:
    """Everything a job may use: the store, the bell, the time, the reader, what is owed.

    `work_on` returns the job that makes an accepted order a ticket, by the order's id. On the
    `board` a job says how far it has come; `sessions` keeps conversations. `codes` says what the
    center's response codes mean at this installation, `keeping` how long what is over is kept.
    `bucket` keeps copies of the backups off the volume; None where there is none. `read_helped`
    reads orders with the help of a language model; None where none is named.
    """

    store: Store
    queue: Queue
    clock: Clock
    read: DocumentReader
    owed: "Callable[[], Awaitable[Sequence[Job]]]"
    work_on: "Callable[[str], Job]"
    board: Board
    sessions: Conversations
    codes: Mapping[str, ResponseOutcome] = field(default_factory=lambda: OUTCOME_OF_CODE)
    keeping: Keeping = field(default_factory=Keeping)
    bucket: Bucket | None = None
    read_helped: HelpedReader | None = None


class Job(BaseModel, ABC):
    """The arguments of one piece of work.

    `name` is how the queue knows the kind; renaming it strands what is queued, so it takes
    two deploys. `key` tells one job from another of its kind: a job with the same name and key
    is not queued twice. `lane` says how soon it should begin. An attempt that takes longer than
    `seconds_max`, waiting included, is stopped. After `attempts_max` attempts that failed the job
    is buried as a dead letter, unless `is_buried` says that nothing is lost with it. So it is
    when `lost_workers_max` workers died under it, which is counted apart, and when
    `deadline_seconds_max` have passed since it was queued, if it has such a deadline: for a job
    whose answer nobody would wait for so long. None of ours is such; one that comes again by
    itself must have none, or behind a long backlog it would be given up each time.

    Of the jobs that have the same value in the argument `limited_by`, of whatever kind, at most
    `at_once_max` run at a time, in all workers together; the others keep their places.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str]
    lane: ClassVar[Lane] = "within_1s"
    seconds_max: ClassVar[float] = 30.0
    attempts_max: ClassVar[int] = 5
    lost_workers_max: ClassVar[int] = 5
    deadline_seconds_max: ClassVar[float | None] = None
    is_buried: ClassVar[bool] = True
    limited_by: ClassVar[str | None] = None
    at_once_max: ClassVar[int] = 1
    retry_on: ClassVar[tuple[type[Exception], ...]] = (
        ConflictError,
        UnavailableError,
        TimeoutError,
        OSError,
    )

    @property
    @abstractmethod
    def key(self) -> str:
        """What makes this job one; safe in a file name."""

    @property
    def id(self) -> str:
        """The job's id over all kinds."""
        return f"{self.name}:{self.key}"

    @abstractmethod
    async def run(self, env: Env) -> Outcome:
        """Do the work. Must be harmless when done twice."""


class HouseJob(Job, ABC):
    """A job that keeps the house: nobody waits for it, it may take an hour, and it has a date.

    `due_at` is when the schedule wanted it (UTC), and what makes it one; without it, it is rung
    for by hand.
    """

    lane: ClassVar[Lane] = "whenever"
    seconds_max: ClassVar[float] = 3600.0
    attempts_max: ClassVar[int] = 3

    due_at: Moment | None = None

    @property
    def key(self) -> str:
        return stamp(self.due_at) if self.due_at else "now"

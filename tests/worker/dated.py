"""A job that has a date, and a clock that a test moves."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from arq.connections import ArqRedis

from domain.moment import Moment
from domain.recurrence import Every
from domain.timetable import Entry, stamp
from jobs.job import Done, Env, Job, Outcome
from jobs.lanes import QUEUES, RUNNING_KEY

HOURLY = timedelta(hours=1)


class Ledger(Job):
    """Writes down for which dates it was run, in the memory of the test."""

    name: ClassVar[str] = "ledger"
    dates: ClassVar[list[datetime | None]] = []
    failure: ClassVar[Exception | None] = None

    due_at: Moment | None = None

    @property
    def key(self) -> str:
        return stamp(self.due_at) if self.due_at else "now"

    async def run(self, env: Env) -> Outcome:
        type(self).dates.append(self.due_at)
        if self.failure:
            raise self.failure
        return Done(f"run {len(self.dates)}")


class Chore(Job):
    """Has no date; one is enough at any time."""

    name: ClassVar[str] = "chore"

    @property
    def key(self) -> str:
        return "all"

    async def run(self, env: Env) -> Outcome:
        return Done()


KINDS = (Ledger, Chore)
CHORE = Entry("chore", Every(timedelta(seconds=5)))


def ledger(**policy: Any) -> Entry:
    return Entry("ledger", policy.pop("when", Every(HOURLY)), **policy)


class Clock:
    """Shows what a test says."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def of(self, env: Env) -> Env:
        """Return the same installation by this clock."""
        return replace(env, clock=self)


async def rung(redis: ArqRedis) -> list[str]:
    """Return what is queued, in every lane."""
    found = [await redis.zrange(queue, 0, -1) for queue in QUEUES.values()]
    return sorted(job_id.decode() for lane in found for job_id in lane)


async def take(redis: ArqRedis) -> list[str]:
    """Return what is queued, and take it away as if it had run."""
    found = await rung(redis)
    await redis.delete(*QUEUES.values(), RUNNING_KEY)
    return found

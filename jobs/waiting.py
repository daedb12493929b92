"""Which jobs wait, in the order in which they are due: a look at the first, or at one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from math import isfinite
from typing import Any

import pydantic_core
from redis.asyncio import Redis

from jobs.lanes import LANES, POSTPONED_KEY, QUEUES, RUNNING_KEY, Lane

HOLDER_WORDS = 4  # worker, token, due (ms), queue
RETRY = "arq:retry:"
PAYLOAD = "arq:job:"


class QueuedState(StrEnum):
    """What a job in the queue is doing.

    `PUT_OFF`: it is due, and its kind is paused, unknown to the workers, or others of its ticket
    run.
    """

    WAITING = "waiting"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PUT_OFF = "put off"


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job in the queue; `holder` is the worker that runs it, `tries` the attempts so far.

    `arguments` are None where they were not asked for, or cannot be read.
    """

    job_id: str
    lane: Lane
    due_at: datetime
    state: QueuedState
    holder: str | None = None
    tries: int = 0
    arguments: dict[str, Any] | None = None

    @property
    def kind(self) -> str:
        return self.job_id.partition(":")[0]


async def first_queued(redis: Redis, now_ms: int, count: int) -> list[QueuedJob]:
    """Return this many of the first jobs of each lane that wait or are scheduled."""
    async with redis.pipeline(transaction=False) as pipe:
        pipe.hlen(RUNNING_KEY)
        [running] = await pipe.execute()
    async with redis.pipeline(transaction=False) as pipe:
        for lane in LANES:
            # What runs stands among them, and is passed by.
            pipe.zrange(QUEUES[lane], 0, count + running - 1, withscores=True)
        found = await pipe.execute()
    queued: list[QueuedJob] = []
    for lane, placed in zip(LANES, found, strict=True):
        jobs = await _looked_at(redis, lane, placed, now_ms)
        queued += [job for job in jobs if job.state is not QueuedState.RUNNING][:count]
    return queued


async def find_queued(redis: Redis, now_ms: int, job_id: str) -> QueuedJob | None:
    """Return a job that is queued or runs, with its arguments; None if it is neither."""
    async with redis.pipeline(transaction=False) as pipe:
        for lane in LANES:
            pipe.zscore(QUEUES[lane], job_id)
        pipe.get(f"{PAYLOAD}{job_id}")
        *scores, payload = await pipe.execute()
    for lane, score in zip(LANES, scores, strict=True):
        if score is not None:
            [job] = await _looked_at(redis, lane, [(job_id.encode(), score)], now_ms)
            return _with_arguments(job, payload)
    return None


async def _looked_at(
    redis: Redis, lane: Lane, placed: Sequence[tuple[bytes, float]], now_ms: int
) -> list[QueuedJob]:
    """Return what the hashes beside the queue say of these jobs, which have this place in it."""
    if not placed:
        return []
    ids = [job_id for job_id, _score in placed]
    async with redis.pipeline(transaction=False) as pipe:
        pipe.hmget(RUNNING_KEY, ids)
        pipe.hmget(POSTPONED_KEY, ids)
        pipe.mget([RETRY.encode() + job_id for job_id in ids])
        holders, put_off, tries = await pipe.execute()
    return [
        _job(lane, one, beside, now_ms)
        for one, beside in zip(placed, zip(holders, put_off, tries, strict=True), strict=True)
    ]


def _job(
    lane: Lane,
    placed: tuple[bytes, float],
    beside: Iterable[bytes | None],
    now_ms: int,
) -> QueuedJob:
    job_id, score = placed[0].decode(errors="replace"), placed[1]
    holder, put_off, tries = ((one or b"").decode(errors="replace") for one in beside)
    due_ms, state, worker = score, QueuedState.WAITING, None
    if holder:
        words = holder.split(" ", HOLDER_WORDS - 1)
        worker, state = words[0], QueuedState.RUNNING
        due_ms = _number(words[2]) if len(words) == HOLDER_WORDS else now_ms
    elif put_off:
        due_ms, state = _number(put_off.partition(" ")[0]), QueuedState.PUT_OFF
    elif score > now_ms:
        state = QueuedState.SCHEDULED
    due_at = _moment(due_ms if isfinite(due_ms) else now_ms)
    return QueuedJob(job_id, lane, due_at, state, worker, int(tries) if tries.isdigit() else 0)


def _with_arguments(job: QueuedJob, payload: bytes | None) -> QueuedJob:
    try:
        arguments = dict(pydantic_core.from_json(payload or b"")["k"])
    except (ValueError, TypeError, KeyError):
        return job
    return QueuedJob(
        job.job_id, job.lane, job.due_at, job.state, job.holder, job.tries, arguments
    )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("inf")


def _moment(ms: float) -> datetime:
    """Return a place in the queue as a time; whoever wrote one beyond the calendar, as its end."""
    try:
        return datetime.fromtimestamp(ms / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.max.replace(tzinfo=UTC)

"""How deep the queue is, lane by lane."""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any, NamedTuple

from redis.asyncio import Redis

from jobs.job import QueueDepth
from jobs.lanes import LANES, POSTPONED_KEY, QUEUES, RUNNING_KEY, Lane

HOLDER_WORDS = 4


class _Aside(NamedTuple):
    """The jobs of one queue that stand in a hash beside it: what runs, and who was put off."""

    running: list[bytes]
    postponed_due_ms: list[int]


async def depths(redis: Redis, now_ms: int) -> dict[Lane, QueueDepth]:
    """Return the depth of each lane, at one moment but for one round trip."""
    async with redis.pipeline() as pipe:
        pipe.hgetall(RUNNING_KEY)
        pipe.hgetall(POSTPONED_KEY)
        running, postponed = await pipe.execute()
    asides = _by_queue(running, postponed, now_ms)
    async with redis.pipeline() as pipe:
        for queue, aside in asides.items():
            pipe.zcount(queue, "-inf", now_ms)
            pipe.zcard(queue)
            # What runs stays in the queue: one more than that is one that waits.
            pipe.zrange(queue, 0, len(aside.running), withscores=True)
            pipe.execute_command("ZMSCORE", queue, *(aside.running or [b"-"]))
        found = await pipe.execute()
    return {
        lane: _depth(asides[QUEUES[lane]], _Found(*found[4 * at : 4 * at + 4]), now_ms)
        for at, lane in enumerate(LANES)
    }


def together(each: Iterable[QueueDepth]) -> QueueDepth:
    """Return the depth of all lanes as one."""
    lanes = list(each)
    return QueueDepth(
        sum(lane.waiting for lane in lanes),
        sum(lane.deferred for lane in lanes),
        sum(lane.running for lane in lanes),
        max(lane.oldest_seconds for lane in lanes),
    )


def _by_queue(
    running: Mapping[bytes, bytes], postponed: Mapping[bytes, bytes], now_ms: int
) -> dict[str, _Aside]:
    asides = {queue: _Aside([], []) for queue in QUEUES.values()}
    for job_id, holder in running.items():
        # Worker, token, due, queue. What an earlier release has left says less, and is nobody's.
        told = holder.decode(errors="replace").split(" ", 3)
        if len(told) == HOLDER_WORDS and told[-1] in asides:
            asides[told[-1]].running.append(job_id)
    for place in postponed.values():
        due, _space, queue = place.decode(errors="replace").partition(" ")
        if queue in asides:
            asides[queue].postponed_due_ms.append(_whole(due, now_ms))
    return asides


def _whole(score: str, now_ms: int) -> int:
    """Return a score as a time; whoever wrote none that is one wants it at once."""
    try:
        return int(float(score))
    except (ValueError, OverflowError):
        return now_ms


class _Found(NamedTuple):
    """What was found in one queue: how many are due, and in all; the oldest; what runs there."""

    due: int
    queued: int
    oldest: list[tuple[bytes, float]]
    scores: list[Any]


def _depth(aside: _Aside, found: _Found, now_ms: int) -> QueueDepth:
    running_due = sum(score is not None and score <= now_ms for score in found.scores)
    running_later = sum(score is not None and score > now_ms for score in found.scores)
    put_off = [at for at in aside.postponed_due_ms if at <= now_ms]
    waiting = max(0, found.due - running_due) + len(put_off)
    deferred = max(0, found.queued - found.due - running_later - len(put_off))
    first = (at for job_id, at in found.oldest if job_id not in aside.running and isfinite(at))
    since = min([*first, *put_off], default=now_ms)
    oldest_ms = max(0.0, now_ms - since) if waiting else 0.0
    return QueueDepth(waiting, deferred, len(aside.running), oldest_ms / 1000)

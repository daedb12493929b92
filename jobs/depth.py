"""How deep the queue is, lane by lane."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from redis.asyncio import Redis

from jobs.job import QueueDepth
from jobs.lanes import LANES, POSTPONED_KEY, QUEUE_NAME, QUEUES, RUNNING_KEY, Lane


class _Aside(NamedTuple):
    """The jobs of one queue that stand in a hash beside it: what runs, and who was put off."""

    running: list[bytes]
    postponed_due_ms: list[int]


async def depths(redis: Redis, now_ms: int) -> dict[Lane, QueueDepth]:
    """Return the depth of each lane, at one moment but for one round trip."""
    async with redis.pipeline() as pipe:
        pipe.hgetall(RUNNING_KEY)
        pipe.hgetall(POSTPONED_KEY)
        asides = _by_queue(*await pipe.execute())
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
    running: Mapping[bytes, bytes], postponed: Mapping[bytes, bytes]
) -> dict[str, _Aside]:
    asides = {queue: _Aside([], []) for queue in QUEUES.values()}
    for job_id, holder in running.items():
        queue = holder.decode().rpartition(" ")[2]
        asides.get(queue, asides[QUEUE_NAME]).running.append(job_id)
    for place in postponed.values():
        due, _space, queue = place.decode().partition(" ")
        if queue in asides:
            asides[queue].postponed_due_ms.append(int(due))
    return asides


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
    first = (at for job_id, at in found.oldest if job_id not in aside.running)
    since = min([*first, *put_off], default=now_ms)
    oldest_ms = max(0.0, now_ms - since) if waiting else 0.0
    return QueueDepth(waiting, deferred, len(aside.running), oldest_ms / 1000)

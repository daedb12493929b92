"""A deed that keeps a diary, and how to see that the queue is done with."""

import time

from arq.connections import ArqRedis

from jobs.job import Done, Env, Outcome
from jobs.lanes import QUEUE_NAME, RUNNING_KEY


class Diary:
    """A deed that notes when it was done (monotonic seconds)."""

    def __init__(self) -> None:
        self.done_at: list[float] = []

    async def __call__(self, env: Env) -> Outcome:
        self.done_at.append(time.monotonic())
        return Done()

    async def has_entries(self) -> bool:
        return bool(self.done_at)


async def emptied(redis: ArqRedis) -> bool:
    """Does nothing wait, and nothing run?"""
    return not await redis.zcard(QUEUE_NAME) and not await redis.hlen(RUNNING_KEY)

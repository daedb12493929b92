"""SAQ: `python with_saq.py ask`, and `saq with_saq.settings`."""

import asyncio
from typing import Any

from _shared import PLACES, URL, answer_async, note, side_by_side
from redis.asyncio import Redis
from saq.queue.redis import RedisQueue

queue = RedisQueue(Redis.from_url(URL))


async def append(_ctx: dict[str, Any], *, number: int) -> None:
    """Note that this job runs."""
    del number
    note()


settings = {"queue": queue, "functions": [append], "concurrency": PLACES}


async def ask() -> None:
    """Enqueue what is asked for; nothing is kept of a job that has ended."""
    await queue.connect()

    async def one(number: int) -> None:
        await queue.enqueue("append", number=number, ttl=-1)

    await answer_async(one, side_by_side(one))


if __name__ == "__main__":
    asyncio.run(ask())

"""taskiq-redis: `python with_taskiq.py ask`, and `taskiq worker with_taskiq:broker`."""

import asyncio

from _shared import URL, answer_async, note, side_by_side
from taskiq_redis import RedisStreamBroker

broker = RedisStreamBroker(URL)


@broker.task(task_name="append")
async def append(number: int) -> None:
    """Note that this job runs."""
    del number
    note()


async def ask() -> None:
    """Enqueue what is asked for; the start makes the stream's group anew, for it was flushed."""

    async def one(number: int) -> None:
        await append.kiq(number)

    await answer_async(one, side_by_side(one), ready=broker.startup)


if __name__ == "__main__":
    asyncio.run(ask())

"""streaQ: `python with_streaq.py ask`, and `streaq run with_streaq:worker`."""

import asyncio

from _shared import PLACES, URL, answer_async, note
from streaq import Worker

worker = Worker(redis_url=URL, concurrency=PLACES, anyio_kwargs={"use_uvloop": True})


@worker.task(ttl=0)
async def append(number: int) -> None:
    """Note that this job runs."""
    del number
    note()


async def ask() -> None:
    """Enqueue what is asked for."""

    async def one(number: int) -> None:
        await append.enqueue(number)

    async def batch(count: int) -> None:
        await worker.enqueue_many([append.enqueue(number) for number in range(count)])

    async with worker:
        await answer_async(one, batch)


if __name__ == "__main__":
    asyncio.run(ask())

"""Stock arq: `python with_arq.py ask`, and `arq with_arq.WorkerSettings`."""

import asyncio
from typing import Any

from _shared import PLACES, SOCKET, answer_async, note, side_by_side
from arq import create_pool, func
from arq.connections import RedisSettings


async def append(_ctx: dict[str, Any], number: int) -> None:
    """Note that this job runs."""
    del number
    note()


class WorkerSettings:
    """What the worker is."""

    functions = (func(append, keep_result=0),)
    redis_settings = RedisSettings(unix_socket_path=SOCKET)
    max_jobs = PLACES
    keep_result = 0


async def ask() -> None:
    """Enqueue what is asked for."""
    redis = await create_pool(WorkerSettings.redis_settings)

    async def one(number: int) -> None:
        await redis.enqueue_job("append", number)

    await answer_async(one, side_by_side(one))


if __name__ == "__main__":
    asyncio.run(ask())

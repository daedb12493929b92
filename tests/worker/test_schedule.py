"""The schedule: each tick is rung for once, and no outage ends it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from arq.connections import ArqRedis

from config import Config
from jobs.job import Env
from jobs.queue import QUEUE_NAME, connect, disconnect
from jobs.wiring import make_env
from tests.builders import NOW
from tests.worker.errands import until
from worker import schedule
from worker.redis_server import start_server
from worker.schedule import keep_schedule


@asynccontextmanager
async def keeping(env: Env, times: int = 1) -> AsyncIterator[None]:
    """The schedule, kept by so many workers while the block runs."""
    tasks = [asyncio.create_task(keep_schedule(env)) for _ in range(times)]
    yield
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def ticks(redis: ArqRedis) -> list[int]:
    names = [job_id.decode() for job_id in await redis.zrange(QUEUE_NAME, 0, -1)]
    return sorted(int(name.removeprefix("recover_work:")) for name in names)


async def test_a_tick_is_rung_once_however_many_workers_there_are(
    env: Env, redis: ArqRedis
) -> None:
    """Every worker keeps the schedule, so that none is special and none is missed."""
    still = replace(env, clock=lambda: NOW)

    async with keeping(still, times=4):
        await asyncio.sleep(0.2)

    assert await ticks(redis) == [int(NOW.timestamp())]


async def test_the_next_tick_is_rung_when_it_is_due(
    env: Env, redis: ArqRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is owed is looked for again and again, not only at the start."""
    monkeypatch.setattr(schedule, "RECOVER_EVERY_SECONDS", 1)

    async with keeping(env):
        await asyncio.sleep(2.1)

    first, *rest = await ticks(redis)
    assert len(rest) >= 2
    assert rest == list(range(first + 1, first + 1 + len(rest)))


async def test_the_schedule_goes_on_when_redis_comes_back(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An outage costs the ticks in it; a schedule that died of it would cost all that follow."""
    monkeypatch.setattr(schedule, "RECOVER_EVERY_SECONDS", 1)
    address = f"unix://{tmp_path / 'redis.sock'}"
    env = make_env(config.model_copy(update={"redis_url": address}))
    redis = connect(address)

    async with keeping(env):
        await asyncio.sleep(0.2)
        server = await start_server(tmp_path / "redis.sock")
        await until(lambda: ticks(redis), seconds=3)
        rung = await ticks(redis)

    assert rung
    await env.queue.close()
    await disconnect(redis)
    server.kill()
    await server.wait()


async def test_the_schedule_stops_when_it_is_told_to(env: Env) -> None:
    """A worker that ends waits for it; each turn of the loop is a moment to stop at."""
    for turns in range(40):
        task = asyncio.create_task(keep_schedule(env))
        for _turn in range(turns):
            await asyncio.sleep(0)

        task.cancel()

        stopped, _deaf = await asyncio.wait({task}, timeout=1)
        assert stopped

"""The schedule: each tick is rung for once, and no outage ends it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from arq.connections import ArqRedis

from config import Config
from jobs.job import Env
from jobs.queue import QUEUE_NAME, connect, disconnect
from jobs.wiring import make_env
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


async def rung(redis: ArqRedis) -> list[str]:
    return [job_id.decode() for job_id in await redis.zrange(QUEUE_NAME, 0, -1)]


async def test_recovery_is_queued_once_however_many_workers_ring(
    env: Env, redis: ArqRedis
) -> None:
    """Every worker keeps the schedule, so that none is special and none is missed."""
    async with keeping(env, times=4):
        await asyncio.sleep(0.2)

    assert sorted(await rung(redis)) == ["recompute_timestamps:all", "recover_work:owed"]


async def test_it_is_rung_again_when_the_next_is_due(
    env: Env, redis: ArqRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is owed is looked for again and again, not only at the start."""
    monkeypatch.setattr(schedule, "RECOVER_EVERY_SECONDS", 0.3)

    async with keeping(env):
        await asyncio.sleep(0.1)
        await redis.flushall()
        await until(lambda: rung(redis), seconds=3)

    assert await rung(redis) == ["recover_work:owed"]


async def test_a_backlog_holds_one_of_each_and_not_one_a_tick(
    env: Env, redis: ArqRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an hour without workers the first of them must not find hundreds."""
    monkeypatch.setattr(schedule, "RECOVER_EVERY_SECONDS", 0.02)
    monkeypatch.setattr(schedule, "SWEEP_EVERY_SECONDS", 0.02)

    async with keeping(env):
        await asyncio.sleep(0.5)

    assert sorted(await rung(redis)) == ["recompute_timestamps:all", "recover_work:owed"]


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
        await until(lambda: rung(redis), seconds=3)
        after = await rung(redis)

    assert after
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

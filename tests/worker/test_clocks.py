"""Clocks that differ, and clocks that are put forward or back: no job waits for them, none is doubled."""

import asyncio
from datetime import timedelta

import pytest
from arq.connections import ArqRedis

from config import Config
from jobs.job import Env
from jobs.lanes import LEASES_KEY, QUEUE_NAME
from jobs.queue import ArqQueue, connect
from storage.clock import system_clock
from tests.worker.claims import claimed, now_ms, turn
from tests.worker.errands import Bench, Errand, at_work, errand_that, until
from worker import engine
from worker.claiming import Disposition

HOUR_MS = 3_600_000


async def test_a_clock_that_is_ahead_does_not_make_a_worker_look_again_and_again(
    config: Config, env: Env, redis: ArqRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leases end by Redis's clock: by another they would all have ended long ago."""
    monkeypatch.setattr(engine, "timestamp_ms", lambda: now_ms() + HOUR_MS)
    bench = Bench()
    kind = errand_that(bench)

    async with at_work(config, kind):
        await env.queue.put(kind())
        await bench.begun.wait()
        before = (await redis.info("commandstats"))["cmdstat_evalsha"]["calls"]
        await asyncio.sleep(1)
        looks = (await redis.info("commandstats"))["cmdstat_evalsha"]["calls"] - before
        bench.go_on.set()

    assert looks <= 4


async def test_what_is_due_now_is_due_by_the_clock_of_redis(
    config: Config, redis: ArqRedis
) -> None:
    """An API whose clock is ahead must not make its orders wait until the others are as far."""
    queue = ArqQueue(connect(config.redis_address), lambda: system_clock() + timedelta(hours=1))

    await queue.put(Errand())
    await queue.close()

    assert [claim.job_id for claim in await claimed(redis)] == ["errand:town"]


async def test_a_job_of_before_the_clock_was_put_back_is_brought_forward(
    env: Env, redis: ArqRedis
) -> None:
    """The recovery rings for it every five seconds; else it would wait for the whole step."""
    await env.queue.put(Errand())
    await redis.zadd(QUEUE_NAME, {"errand:town": now_ms() + HOUR_MS})

    assert await env.queue.put(Errand()) == 0

    assert [claim.job_id for claim in await claimed(redis)] == ["errand:town"]


async def test_a_job_that_is_to_be_tried_again_is_not_brought_forward_by_a_ring(
    env: Env, redis: ArqRedis
) -> None:
    """Its pause is meant; one that is longer than any pause is a clock that was put back."""
    await env.queue.put(Errand())
    [claim] = await claimed(redis)
    await turn(redis, ended=[Disposition(claim, "later", now_ms() + 60_000)], free=0)

    await env.queue.put(Errand())
    while_it_pauses = await claimed(redis)
    await redis.zadd(QUEUE_NAME, {"errand:town": now_ms() + HOUR_MS})
    await env.queue.put(Errand())

    assert while_it_pauses == []
    assert len(await claimed(redis)) == 1


async def test_a_job_that_runs_keeps_its_place_whoever_rings(env: Env, redis: ArqRedis) -> None:
    """It stands in the queue at the end of its lease, which is no time to bring forward."""
    await env.queue.put(Errand())
    [_claim] = await claimed(redis)

    assert await env.queue.put(Errand()) == 0

    assert await claimed(redis, "worker-2") == []


async def test_a_timer_keeps_its_time_whoever_sets_it_again(env: Env, redis: ArqRedis) -> None:
    """It is for later on purpose."""
    later = system_clock() + timedelta(hours=1)
    await env.queue.put(Errand(), at=later)

    assert await env.queue.put(Errand(), at=later) == 0

    assert await claimed(redis) == []


async def test_the_lease_of_a_dead_worker_ends_in_time_though_the_clock_was_put_back(
    env: Env, redis: ArqRedis
) -> None:
    """Nobody renews it, and its end is an hour away by the clock of now."""
    await env.queue.put(Errand())
    await claimed(redis, "dead", lease_seconds=0.2)
    await redis.zadd(LEASES_KEY, {"errand:town": now_ms() + HOUR_MS})

    waited = await turn(redis, "worker-2", lease_seconds=0.2)
    await asyncio.sleep(0.25)
    [again] = await claimed(redis, "worker-2", lease_seconds=0.2)

    assert waited.claimed == []
    assert waited.wait_seconds is not None
    assert waited.wait_seconds <= 0.2
    assert again.job_id == "errand:town"


async def test_an_engine_runs_what_was_rung_before_the_clock_was_put_back(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """All together: the job is in the future, and a ring brings it to the worker at once."""
    bench = Bench()
    bench.go_on.set()
    kind = errand_that(bench)
    await env.queue.put(kind())
    await redis.zadd(QUEUE_NAME, {"errand:town": now_ms() + HOUR_MS})

    async with at_work(config, kind):
        await asyncio.sleep(0.1)
        waits = bench.times == 0
        await env.queue.put(kind())
        await until(bench.begun.is_set, seconds=1)

    assert waits

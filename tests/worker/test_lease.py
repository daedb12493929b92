"""The lease: a job has one worker for as long as that lives, and another soon after."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from arq.connections import ArqRedis

from config import Config
from jobs.job import Env
from jobs.queue import QUEUE_NAME, RUNNING_KEY
from tests.worker.errands import Bench, at_work, errand_that, until
from worker import engine
from worker.engine import release

CLAIM = "arq:in-progress:errand:town"
LEASE_SECONDS = 0.6


@pytest.fixture
def short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "LEASE_SECONDS", LEASE_SECONDS)
    monkeypatch.setattr(engine, "RENEW_SECONDS", LEASE_SECONDS / 3)


@asynccontextmanager
async def doomed_worker(config: Config) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker in a process of its own, in the middle of a job that does not end."""
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.worker.doomed", str(LEASE_SECONDS)),
        env={**os.environ, "DATA_DIR": str(config.root), "REDIS_URL": config.redis_address},
        stdout=PIPE,
    )
    assert worker.stdout
    assert await worker.stdout.readline() == b"begun\n"
    try:
        yield worker
    finally:
        if worker.returncode is None:
            worker.kill()
        await worker.communicate()


@pytest.mark.slow
@pytest.mark.usefixtures("short_lease")
async def test_a_job_that_outlasts_its_lease_keeps_its_worker(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """A slow job is not a dead one; a second worker that started it would do it twice."""
    bench = Bench()
    kind = errand_that(bench)

    left_ms = []
    async with at_work(config, kind), at_work(config, kind, name="worker-2"):
        await env.queue.put(kind())
        await bench.begun.wait()
        for _look in range(16):
            await asyncio.sleep(0.1)
            left_ms.append(await redis.pttl(CLAIM))
        bench.go_on.set()
        await until(lambda: _is_free(redis))

    assert min(left_ms) > 0
    assert max(left_ms) <= LEASE_SECONDS * 1000
    assert bench.times == 1


@pytest.mark.slow
async def test_the_job_of_a_dead_worker_runs_again_when_its_lease_ends(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """kill -9 says goodbye to nobody: the lease must end by itself."""
    bench = Bench()
    kind = errand_that(bench)
    await env.queue.put(kind())

    async with doomed_worker(config) as worker, at_work(config, kind):
        await asyncio.sleep(2 * LEASE_SECONDS)
        while_it_lived = bench.times
        worker.kill()
        async with asyncio.timeout(LEASE_SECONDS + 2):
            await bench.begun.wait()
        bench.go_on.set()
        await until(lambda: _is_free(redis))

    assert while_it_lived == 0
    assert bench.times == 1


async def test_the_jobs_of_a_worker_known_to_be_dead_run_at_once(
    config: Config, env: Env, redis: ArqRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The supervisor saw it die; to wait for the lease then would be waiting for nobody."""
    monkeypatch.setattr(engine, "IDLE_SECONDS", 60.0)
    bench = Bench()
    bench.go_on.set()
    kind = errand_that(bench)
    claims = {f"errand:{place}": b"dead" for place in ("town", "market")}
    others = {"errand:harbour": b"worker-2"}
    await env.queue.put(*(kind(place=name) for name in ("town", "market", "harbour")))
    await redis.hset(RUNNING_KEY, mapping={**claims, **others})
    for job_id in [*claims, *others]:
        await redis.set(f"arq:in-progress:{job_id}", b"1", ex=60)

    async with at_work(config, kind):
        await asyncio.sleep(0.1)
        while_held = bench.times
        released = await release(redis, "dead")
        await until(lambda: bench.times == 2, seconds=5)
        await asyncio.sleep(0.1)

    assert (while_held, released, bench.times) == (0, 2, 2)
    assert await redis.hgetall(RUNNING_KEY) == others_as_bytes(others)


async def test_releasing_a_worker_that_held_nothing_changes_nothing(redis: ArqRedis) -> None:
    """Most workers that die are idle."""
    await redis.hset(RUNNING_KEY, mapping={"errand:town": b"worker-2"})

    assert await release(redis, "worker-1") == 0

    assert await redis.keys() == [RUNNING_KEY.encode()]


async def test_a_worker_that_is_told_to_stop_gives_its_job_back(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """A deploy must not cost the lease of every job that it interrupts."""
    bench = Bench()
    kind = errand_that(bench)

    async with at_work(config, kind):
        await env.queue.put(kind())
        await bench.begun.wait()

    assert await _is_free(redis)
    assert await redis.zcard(QUEUE_NAME) == 1


def others_as_bytes(others: dict[str, bytes]) -> dict[bytes, bytes]:
    return {job_id.encode(): holder for job_id, holder in others.items()}


async def _is_free(redis: ArqRedis) -> bool:
    return not await redis.exists(CLAIM) and not await redis.hlen(RUNNING_KEY)

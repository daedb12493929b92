"""The lease: a job has one worker for as long as that lives, and another soon after."""

import asyncio
import os
import signal
import sys
import threading
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from arq.connections import ArqRedis

from config import Config
from jobs.job import Env
from jobs.lanes import LEASES_KEY, QUEUE_NAME, RUNNING_KEY
from jobs.queue import connect, connect_blocking, disconnect
from tests.worker.claims import claimed
from tests.worker.errands import Bench, at_work, errand_that, until
from worker import engine, leasing, settings
from worker.claiming import Claim
from worker.leasing import release

CLAIM = "arq:in-progress:errand:town"
LEASE_SECONDS = 0.6


@pytest.fixture
def short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "LEASE_SECONDS", LEASE_SECONDS)
    monkeypatch.setattr(engine, "RENEW_SECONDS", LEASE_SECONDS / 3)


@asynccontextmanager
async def doomed_worker(config: Config, *how: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker in a process of its own, in the middle of a job that does not end."""
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.worker.doomed", str(LEASE_SECONDS), *how),
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
    await env.queue.put(kind(place="town"), kind(place="market"))
    [*_both] = await claimed(redis, "dead")
    await env.queue.put(kind(place="harbour"))
    [other] = await claimed(redis, "worker-2")

    async with at_work(config, kind):
        await asyncio.sleep(0.1)
        while_held = bench.times
        released = await release(redis, "dead")
        await until(lambda: bench.times == 2, seconds=5)
        await asyncio.sleep(0.1)

    assert (while_held, released, bench.times) == (0, 2, 2)
    assert await redis.hkeys(RUNNING_KEY) == [other.job_id.encode()]


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


@pytest.mark.slow
@pytest.mark.usefixtures("short_lease")
async def test_a_loop_that_is_busy_for_longer_than_the_lease_keeps_its_jobs(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """Reading a large document may hold up everything; it must not start it twice."""
    bench = Bench()
    kind = errand_that(bench)
    looks = []

    def look() -> None:
        """What another worker would find, seen from a thread, while our loop stands still."""
        with connect_blocking(config.redis_address) as other:
            for _look in range(10):
                time.sleep(LEASE_SECONDS / 4)
                looks.append((other.exists(CLAIM), other.zrange(LEASES_KEY, 0, 0)))

    async with at_work(config, kind):
        await env.queue.put(kind())
        await bench.begun.wait()
        looking = threading.Thread(target=look)
        looking.start()
        looking.join()  # the loop does nothing else meanwhile
        await asyncio.sleep(0.1)
        still_held = await redis.hlen(RUNNING_KEY)
        bench.go_on.set()
        await until(lambda: _is_free(redis))

    assert looks == [(1, [b"errand:town"])] * 10
    assert still_held == 1
    assert bench.times == 1


@pytest.mark.slow
@pytest.mark.usefixtures("short_lease")
async def test_a_loop_that_is_dead_loses_its_jobs(
    config: Config, env: Env, redis: ArqRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that renews for ever would hold the jobs of a worker that nobody can wake."""
    monkeypatch.setattr(leasing, "WATCHDOG_SECONDS", LEASE_SECONDS)
    monkeypatch.setattr(settings, "_end_at_once", lambda: None)  # we want to live
    bench = Bench()
    kind = errand_that(bench)

    taken: list[Claim] = []

    async def claim() -> None:
        other = connect(config.redis_address)
        taken.extend(await claimed(other, "worker-2"))
        await disconnect(other)

    def take() -> None:
        """Be another worker, in a thread, after a time in which our loop stands still."""
        time.sleep(3 * LEASE_SECONDS)
        asyncio.run(claim())

    async with at_work(config, kind) as worker:
        await env.queue.put(kind())
        await bench.begun.wait()
        worker.allow_pick_jobs = False
        taking = threading.Thread(target=take)
        taking.start()
        taking.join()  # that is what a dead loop does
        await until(lambda: not worker.tasks)

    assert [claim.job_id for claim in taken] == ["errand:town"]
    assert (await redis.get(CLAIM) or b"").startswith(b"worker-2 ")


@pytest.mark.slow
async def test_a_process_whose_loop_is_dead_is_ended(config: Config, env: Env) -> None:
    """Nobody could stop it, it would do no work, and a supervisor starts a better one."""
    await env.queue.put(errand_that(Bench())())

    async with doomed_worker(config, "deaf") as worker, asyncio.timeout(10 * LEASE_SECONDS):
        status = await worker.wait()

    assert status == os.EX_SOFTWARE


@pytest.mark.slow
async def test_a_worker_that_was_stopped_for_longer_than_its_lease_gives_up(
    config: Config, env: Env, redis: ArqRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGSTOP, or a machine that slept: another has the job now, and it is his to end."""
    monkeypatch.setattr(
        engine, "LEASE_SECONDS", 60.0
    )  # his: a busy machine may not take it back
    bench = Bench()
    kind = errand_that(bench)
    await env.queue.put(kind())

    async with doomed_worker(config) as worker:
        worker.send_signal(signal.SIGSTOP)
        async with at_work(config, kind):
            async with asyncio.timeout(20):
                await bench.begun.wait()
            worker.send_signal(signal.SIGCONT)
            await asyncio.sleep(2 * LEASE_SECONDS)
            holder = await redis.get(CLAIM)
            bench.go_on.set()
            await until(lambda: _is_free(redis))
        still_there = worker.returncode is None

    assert holder.startswith(b"worker-1 ")
    assert bench.times == 1
    assert still_there


@pytest.mark.usefixtures("short_lease")
async def test_a_job_that_another_has_taken_is_stopped(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """Only one of the two can commit it; what the other still does is done for nothing."""
    bench = Bench()
    kind = errand_that(bench)

    async with at_work(config, kind) as working:
        await env.queue.put(kind())
        await bench.begun.wait()
        working.allow_pick_jobs = False
        await redis.zadd(LEASES_KEY, {"errand:town": 0})
        [theirs] = await claimed(redis, "worker-2")
        await until(lambda: not working.tasks, seconds=2)

    assert await redis.get(CLAIM) == f"worker-2 {theirs.token}".encode()


async def test_a_worker_that_stops_spends_no_try_of_the_job(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """Ten deploys in a day must not bury what was never at fault."""
    bench = Bench()
    kind = errand_that(bench)
    await env.queue.put(kind())

    for _deploy in range(3):
        bench.begun.clear()
        async with at_work(config, kind):
            await bench.begun.wait()

    [claim] = await claimed(redis)
    assert (bench.times, claim.tries) == (3, 1)


async def _is_free(redis: ArqRedis) -> bool:
    return not await redis.exists(CLAIM) and not await redis.hlen(RUNNING_KEY)

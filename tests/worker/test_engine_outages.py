"""Redis goes and comes: the engine stays, keeps what it has done, and goes on at once."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from arq.connections import ArqRedis

from config import Config
from jobs.job import Done, Env, Outcome
from jobs.lanes import QUEUE_NAME, RUNNING_KEY
from jobs.queue import connect, disconnect
from jobs.wiring import make_env
from tests.worker.errands import Bench, at_work, errand_that, until
from worker.redis_server import start_server

pytestmark = pytest.mark.slow

BACK_SECONDS_MAX = 1.0


@pytest.fixture
def alone(tmp_path: Path) -> Config:
    """Settings with a Redis that only this test starts and kills."""
    return Config(
        data_dir=tmp_path / "data", redis_url=f"unix://{tmp_path / 'alone' / 'redis.sock'}"
    )


class OwnRedis:
    """A server that a test starts, stops and starts again; each begins with nothing."""

    def __init__(self, config: Config) -> None:
        self._socket = Path(config.redis_address.removeprefix("unix://"))
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> float:
        """Return when it answered (monotonic seconds)."""
        self.process = await start_server(self._socket)
        return time.monotonic()

    async def kill(self) -> None:
        if self.process:
            self.process.kill()
            await self.process.wait()


@pytest.fixture
async def server(alone: Config) -> AsyncIterator[OwnRedis]:
    server = OwnRedis(alone)
    await server.start()
    yield server
    await server.kill()


@asynccontextmanager
async def ringing(config: Config) -> AsyncIterator[Env]:
    env = make_env(config)
    await env.store.open()
    yield env
    await env.queue.close()


@pytest.mark.parametrize("away_seconds", [0.0, 2.5])
async def test_work_goes_on_within_a_second_of_redis_answering(
    alone: Config, server: OwnRedis, away_seconds: float
) -> None:
    """A platform restarts its Redis when it likes; stock arq exits, and is restarted ten times."""
    done_at = []

    async def note(_env: Env) -> Outcome:
        done_at.append(time.monotonic())
        return Done()

    kind = errand_that(note)

    async with ringing(alone) as env, at_work(alone, kind) as engine:
        await env.queue.put(kind(place="before"))
        await until(lambda: done_at)
        await server.kill()
        await asyncio.sleep(away_seconds)
        back_at = await server.start()
        await env.queue.put(kind(place="after"))
        await until(lambda: len(done_at) == 2)
        is_working = not engine.main_task.done()

    assert done_at[1] - back_at < BACK_SECONDS_MAX
    assert is_working


async def test_what_is_owed_is_rung_for_as_soon_as_redis_is_back(
    alone: Config, server: OwnRedis
) -> None:
    """The queue is gone with the old one: whoever waits for the clock waits too long."""
    rung_at = []

    async def ring() -> None:
        rung_at.append(time.monotonic())

    async with at_work(alone, errand_that(Bench())) as engine:
        engine._on_forgotten = ring
        await asyncio.sleep(0.3)
        await server.kill()
        await asyncio.sleep(0.3)
        back_at = await server.start()
        await until(lambda: rung_at)

    assert rung_at[0] - back_at < BACK_SECONDS_MAX
    assert len(rung_at) == 1


async def test_a_job_that_ends_while_redis_is_away_ends_once(
    alone: Config, server: OwnRedis
) -> None:
    """Its end is told when Redis is back; to a new Redis it means nothing, and does no harm."""
    bench = Bench()
    kind = errand_that(bench)

    async with ringing(alone) as env, at_work(alone, kind) as engine:
        engine._on_forgotten = None
        await env.queue.put(kind())
        await bench.begun.wait()
        await server.kill()
        bench.go_on.set()
        await until(lambda: not engine.tasks)
        await server.start()
        await env.queue.put(kind(place="market"))
        await until(lambda: bench.times == 2)
        redis = connect(alone.redis_address)
        await until(lambda: _is_empty(redis))
        await disconnect(redis)

    assert bench.times == 2


async def test_a_job_that_runs_on_while_redis_forgets_it_is_not_begun_again(
    alone: Config, server: OwnRedis
) -> None:
    """It is owed, and so it is rung for anew; the worker that has it goes on with what it does."""
    bench = Bench()
    kind = errand_that(bench)

    async with ringing(alone) as env, at_work(alone, kind) as engine:
        engine._on_forgotten = None
        await env.queue.put(kind())
        await bench.begun.wait()
        await server.kill()
        await server.start()
        await env.queue.put(kind())
        redis = connect(alone.redis_address)
        await until(lambda: redis.hlen(RUNNING_KEY))
        await asyncio.sleep(0.1)
        bench.go_on.set()
        await until(lambda: _is_empty(redis))
        await disconnect(redis)

    assert bench.times == 1


async def test_a_redis_that_hangs_neither_doubles_nor_loses_a_job(
    alone: Config, server: OwnRedis
) -> None:
    """It took the claim and the answer came too late: nobody here has begun what it gave out."""
    bench = Bench()
    bench.go_on.set()
    kind = errand_that(bench)

    async with ringing(alone) as env, at_work(alone, kind) as engine:
        engine._on_forgotten = None
        await asyncio.sleep(0.3)
        for number in range(5):
            await env.queue.put(kind(place=f"town-{number}"))
            server.process.send_signal(signal.SIGSTOP)
            await asyncio.sleep(1.3)
            server.process.send_signal(signal.SIGCONT)
            # Well before its lease could end.
            await until(lambda number=number: bench.times == number + 1, seconds=5)
        redis = connect(alone.redis_address)
        await until(lambda: _is_empty(redis))
        await disconnect(redis)

    assert bench.times == 5


async def _is_empty(redis: ArqRedis) -> bool:
    return not await redis.zcard(QUEUE_NAME) and not await redis.hlen(RUNNING_KEY)

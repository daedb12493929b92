"""One worker by itself, as a platform runs it: Redis comes and goes, and signals are heeded."""

import asyncio
import signal
from pathlib import Path

import pytest

from config import Config
from jobs.lanes import QUEUE_NAME
from tests.flows.kill import order as long_order
from tests.jobs.orders import accepted
from tests.whole import WHOLE
from tests.worker.alone import LASTING, opened, redis_at, until_it_says, until_it_waits, worker
from tests.worker.claims import claimed
from tests.worker.errands import Errand, until
from tests.worker.processes import descendants, left_after

pytestmark = pytest.mark.slow

# How long after a Redis came a worker is told to stop, in seconds: each is a start of two seconds.
STANDS = [0.0, 0.05, 0.1, 0.2, 0.4, 0.8] if WHOLE else [0.0, 0.1, 0.4]


@pytest.fixture
def alone(tmp_path: Path) -> Config:
    """Settings with a Redis that is not there yet."""
    address = f"unix://{tmp_path / 'redis.sock'}"
    return Config(data_dir=tmp_path / "data", redis_url=address)


async def test_a_worker_outlives_its_redis_and_goes_on_with_the_next(alone: Config) -> None:
    """Platforms restart their Redis as they like, and count how often a worker dies."""
    async with opened(alone) as env, worker(alone) as process:
        first = await accepted(env)
        await until_it_waits(process)
        async with redis_at(alone):
            await until(lambda: env.store.tickets.find(first.ticket_id), seconds=20)
        second = await accepted(env)
        await until_it_waits(process)
        async with redis_at(alone):
            await until(lambda: env.store.tickets.find(second.ticket_id), seconds=20)
            still_there = process.returncode is None

    assert still_there


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_worker_that_waits_for_redis_can_be_stopped(
    alone: Config, number: signal.Signals
) -> None:
    """A deploy during an outage must not have to end it by force."""
    async with worker(alone) as process:
        await until_it_waits(process)

        process.send_signal(number)

        async with asyncio.timeout(5):
            assert await process.wait() == 0


async def test_a_worker_that_lost_its_redis_can_be_stopped(alone: Config) -> None:
    """The same, when it had one before."""
    async with worker(alone) as process:
        async with redis_at(alone), opened(alone) as env:
            order = await accepted(env)
            await until(lambda: env.store.tickets.find(order.ticket_id), seconds=20)
        await until_it_waits(process)

        process.terminate()

        async with asyncio.timeout(5):
            assert await process.wait() == 0


@pytest.mark.parametrize("seconds", STANDS)
async def test_a_stop_is_remembered_wherever_the_worker_stands(
    alone: Config, seconds: float
) -> None:
    """Between an engine that has lost its Redis and the next, nobody but us remembers it."""
    async with worker(alone) as process:
        await until_it_waits(process)
        async with redis_at(alone):
            await asyncio.sleep(seconds)
            process.terminate()

        async with asyncio.timeout(5):
            assert await process.wait() == 0


async def test_a_worker_that_is_told_to_stop_finishes_what_it_holds(alone: Config) -> None:
    """Drained and not cut off: the ticket is there, and the status says that all is well."""
    async with opened(alone) as env, redis_at(alone), worker(alone) as process:
        order = await accepted(env, long_order("Caprock"))
        async with asyncio.timeout(20):
            while not (await env.queue.depth()).running:
                await asyncio.sleep(0.02)

        process.terminate()

        async with asyncio.timeout(20):
            status = await process.wait()
        assert status == 0
        assert await env.store.tickets.find(order.ticket_id)


@pytest.mark.parametrize(
    ("drain_seconds", "is_finished"), [("15", True), ("1", False)], ids=["long", "short"]
)
async def test_a_job_of_ten_seconds_is_finished_or_handed_back_by_who_is_stopped(
    alone: Config, drain_seconds: str, *, is_finished: bool
) -> None:
    """SIGTERM in its middle: status 0, no try spent, nothing left running."""
    async with redis_at(alone), opened(alone) as env:
        redis = env.queue._redis
        async with worker(alone, LASTING, "10", drain_seconds) as process:
            await env.queue.put(Errand())
            await until_it_says(process, "begun")
            family = descendants(process.pid)

            process.terminate()

            async with asyncio.timeout(15):
                said, _nothing = await process.communicate()
        keys = set(await redis.keys("arq:*:errand:*"))
        queued = await redis.zscore(QUEUE_NAME, "errand:town")

        assert process.returncode == 0
        assert (b"done" in said) is is_finished
        assert await left_after(family, seconds=1) == set()
        assert (queued is None) is is_finished
        if is_finished:
            assert keys == set()
        else:
            assert keys == {b"arq:job:errand:town", b"arq:retry:errand:town"}
            assert await redis.get("arq:retry:errand:town") == b"0"
            assert [claim.tries for claim in await claimed(redis)] == [1]

"""The engine: woken at once, one worker a job, and nothing in the queue that stops it."""

import asyncio
import time
from datetime import timedelta

import pytest
from arq.connections import ArqRedis, RedisSettings, create_pool

from config import Config
from jobs.job import Done, Env, Outcome
from jobs.lanes import QUEUE_NAME, RUNNING_KEY, WAKE_KEY
from jobs.queue import decode, encode
from tests.worker.claims import now_ms
from tests.worker.diary import Diary, emptied
from tests.worker.errands import Bench, at_work, errand_that, until
from worker import engine, run

ARQ_POLL_SECONDS = 0.5


@pytest.fixture
def no_idle_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on only a wake token, and no look at the clock, can start a job in time."""
    monkeypatch.setattr(engine, "IDLE_SECONDS", 60.0)


@pytest.mark.usefixtures("no_idle_looks")
async def test_a_job_that_is_rung_starts_at_once(config: Config, env: Env) -> None:
    """A person is waiting for the ticket; stock arq would look twice a second."""
    diary = Diary()
    kind = errand_that(diary)

    waits = []
    async with at_work(config, kind):
        for number in range(5):
            diary.done_at.clear()
            rung_at = time.monotonic()
            await env.queue.put(kind(place=f"town-{number}"))
            await until(diary.has_entries, seconds=5)
            waits.append(diary.done_at[0] - rung_at)

    assert sorted(waits)[2] < ARQ_POLL_SECONDS / 5


@pytest.mark.usefixtures("no_idle_looks")
async def test_a_job_rung_before_the_worker_came_starts_when_it_comes(
    config: Config, env: Env
) -> None:
    """The token lies in Redis until somebody takes it, so a ring is not lost on an empty room."""
    diary = Diary()
    kind = errand_that(diary)
    await env.queue.put(kind())

    async with at_work(config, kind):
        await until(diary.has_entries, seconds=5)

    assert len(diary.done_at) == 1


@pytest.mark.usefixtures("no_idle_looks")
async def test_a_job_beyond_the_free_places_starts_when_one_is_free(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """A burst is larger than the bench; whoever gets up wakes the next."""
    bench = Bench()
    kind = errand_that(bench)
    rung = [kind(place=f"town-{number}") for number in range(12)]

    async with at_work(config, kind) as working:
        await env.queue.put(*rung)
        await until(lambda: bench.times == working.max_jobs)
        bench.go_on.set()
        await until(lambda: bench.times == len(rung), seconds=5)
        await until(lambda: emptied(redis))

    assert working.max_jobs < bench.times == len(rung)


async def test_a_job_for_later_runs_when_it_is_due(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """A retry is such a job: neither before its time nor long after."""
    diary = Diary()

    async with at_work(config, errand_that(diary)):
        asked_at = time.monotonic()
        await redis.enqueue_job("errand", place="town", _defer_by=0.3)
        await until(diary.has_entries)

    waited = diary.done_at[0] - asked_at
    assert 0.28 <= waited < 0.3 + 3 * engine.IDLE_SECONDS


async def test_a_stock_client_of_arq_can_ring_for_our_worker(config: Config, env: Env) -> None:
    """Keys and layout are arq's own, so whoever has arq can hand in work."""
    diary = Diary()
    kind = errand_that(diary)
    assert config.redis_url
    stock = await create_pool(
        RedisSettings(unix_socket_path=config.redis_url.removeprefix("unix://")),
        job_serializer=encode,
        job_deserializer=decode,
        default_queue_name=QUEUE_NAME,
    )

    async with at_work(config, kind):
        await stock.enqueue_job("errand", place="market", _job_id="errand:market")
        await until(diary.has_entries)
        await until(lambda: emptied(stock))
    await stock.aclose(close_connection_pool=True)

    assert len(diary.done_at) == 1


async def test_a_job_that_failed_for_now_is_tried_again(
    config: Config, env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole way: raised in the job, deferred in Redis, counted, and run again."""
    monkeypatch.setattr(run, "BACKOFF_SECONDS_BASE", 0.02)
    times = []

    async def fail_twice(_env: Env) -> Outcome:
        times.append("tried")
        if len(times) < 3:
            raise TimeoutError("not yet")
        return Done()

    kind = errand_that(fail_twice)

    async with at_work(config, kind):
        await env.queue.put(kind())
        await until(lambda: len(times) == 3)

    assert await env.store.dead_letters.list() == []


async def test_a_job_that_always_fails_ends_as_one_letter(
    config: Config, env: Env, redis: ArqRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Buried means: a person will see it, and the queue is free of it."""
    monkeypatch.setattr(run, "BACKOFF_SECONDS_BASE", 0.02)

    async def fail(_env: Env) -> Outcome:
        raise TimeoutError("never")

    kind = errand_that(fail, attempts_max=2)

    async with at_work(config, kind):
        await env.queue.put(kind())
        await until(env.store.dead_letters.list)
        await until(lambda: emptied(redis))

    [letter] = await env.store.dead_letters.list()
    assert letter.attempts == 2
    assert await redis.keys("arq:*") == [] or await _only_health_is_left(redis)


async def test_what_runs_and_where_is_known_while_it_runs(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """The supervisor must know what a dead worker held, and nothing that it did not."""
    bench = Bench()
    kind = errand_that(bench)

    async with at_work(config, kind, name="worker-7"):
        await env.queue.put(kind(place="market"))
        await bench.begun.wait()
        during = await redis.hgetall(RUNNING_KEY)
        bench.go_on.set()
        await until(lambda: emptied(redis))

    assert list(during) == [b"errand:market"]
    assert during[b"errand:market"].split()[0] == b"worker-7"
    assert await redis.hgetall(RUNNING_KEY) == {}


@pytest.mark.usefixtures("no_idle_looks")
async def test_a_worker_stops_whenever_it_is_told_to(config: Config, redis: ArqRedis) -> None:
    """A deploy waits for it, then ends it by force. Each turn of the loop is a moment to stop at.

    Before Python 3.12 a cancellation that comes as a command is sent is forgotten.
    """
    kind = errand_that(Diary())

    for turns in range(60):
        await redis.lpush(WAKE_KEY, "1")
        async with at_work(config, kind):
            for _turn in range(turns):
                await asyncio.sleep(0)


async def test_a_worker_that_is_stopped_at_any_moment_holds_nothing(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """Redis may have given out a job whose claim the worker, told to stop, has not heard of."""
    diary = Diary()
    kind = errand_that(diary)

    for turns in range(0, 120, 2):
        await env.queue.put(kind())
        async with at_work(config, kind):
            for _turn in range(turns):
                await asyncio.sleep(0)
        assert not await redis.hlen(RUNNING_KEY)
        due = await redis.zcount(QUEUE_NAME, "-inf", now_ms())
        assert due == await redis.zcard(QUEUE_NAME)


@pytest.mark.usefixtures("no_idle_looks")
async def test_a_job_for_later_is_awaited_by_the_clock_and_not_by_looking(
    config: Config, env: Env
) -> None:
    """Redis says when the next is due; nobody has to ask it in between."""
    diary = Diary()
    kind = errand_that(diary)

    async with at_work(config, kind):
        asked_at = time.monotonic()
        await env.queue.put(kind(), at=env.clock() + timedelta(seconds=0.4))
        await until(diary.has_entries)

    assert 0.38 <= diary.done_at[0] - asked_at < 0.6


@pytest.mark.usefixtures("no_idle_looks")
async def test_a_token_that_a_full_worker_takes_goes_to_one_with_room(
    config: Config, env: Env
) -> None:
    """It listens when its last place is taken; what it hears then is not meant for it."""
    busy, free = Bench(), Diary()
    slow, fast = errand_that(busy), errand_that(free)
    async with at_work(config, slow) as first:
        for number in range(first.max_jobs):  # one by one, so that it listens again each time
            await env.queue.put(slow(place=f"town-{number}"))
            await until(lambda number=number: busy.times == number + 1)
        async with at_work(config, fast, name="worker-2"):
            await asyncio.sleep(0.1)
            for number in range(4):
                free.done_at.clear()
                await env.queue.put(fast(place=f"other-{number}"))
                await until(free.has_entries, seconds=1)
        busy.go_on.set()

    assert busy.times == first.max_jobs


async def test_an_idle_worker_asks_redis_for_little(config: Config, redis: ArqRedis) -> None:
    """At most five commands a second, counting those that the script itself gives."""
    async with at_work(config, errand_that(Diary())):
        await asyncio.sleep(0.5)
        before = await _commands_of(redis)
        await asyncio.sleep(4)
        spent = await _commands_of(redis) - before

    assert spent - 1 <= 5 * 4  # one is our own question


async def _commands_of(redis: ArqRedis) -> int:
    return int((await redis.info("stats"))["total_commands_processed"])


async def _only_health_is_left(redis: ArqRedis) -> bool:
    return {key.rpartition(b":")[2] for key in await redis.keys("arq:*")} <= {b"health-check"}

"""The engine: woken at once, one worker a job, and nothing in the queue that stops it."""

import asyncio
import pickle
import time
from pathlib import Path
from typing import Any

import pytest
from arq.connections import ArqRedis, RedisSettings, create_pool

from config import Config
from jobs.job import Done, Env, Outcome
from jobs.queue import QUEUE_NAME, RUNNING_KEY, WAKE_KEY, decode, encode
from tests.worker.errands import Bench, at_work, errand_that, until
from worker import engine, run

ARQ_POLL_SECONDS = 0.5


class Diary:
    """A deed that notes when it was done (monotonic seconds)."""

    def __init__(self) -> None:
        self.done_at: list[float] = []

    async def __call__(self, env: Env) -> Outcome:
        self.done_at.append(time.monotonic())
        return Done()

    async def has_entries(self) -> bool:
        return bool(self.done_at)


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
        await until(lambda: _emptied(redis))

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
        await until(lambda: _emptied(stock))
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
        await until(lambda: _emptied(redis))

    [letter] = await env.store.dead_letters.list()
    assert letter.attempts == 2
    assert await redis.keys("arq:*") == [] or await _only_health_is_left(redis)


class Trap:
    """Who unpickles it makes a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self._path,))


async def test_nothing_odd_in_the_queue_stops_the_engine(
    config: Config, env: Env, redis: ArqRedis, tmp_path: Path
) -> None:
    """What cannot be run is thrown out with a line in the log, and the next job runs.

    A job whose payload is gone, one that is no JSON, one that is a pickle and one that no
    function answers to: none has a letter, because nothing says what it was; what is owed
    is found in the store and rung for again.
    """
    sprung = tmp_path / "sprung"
    odd = {
        "no-json": b"\x00\xff not json",
        "no-object": b"[1]",
        "pickled": pickle.dumps({"f": "errand", "k": {"place": Trap(sprung)}}),
        "nameless": b"{}",
        "unknown": encode({"t": 1, "f": "mow_the_lawn", "a": [], "k": {}, "et": 0}),
    }
    diary = Diary()
    kind = errand_that(diary)
    for name, payload in odd.items():
        await redis.set(f"arq:job:{name}", payload)
    await redis.zadd(QUEUE_NAME, dict.fromkeys([*odd, "payload-gone"], 1))

    async with at_work(config, kind):
        await env.queue.put(kind())
        await until(diary.has_entries)
        await until(lambda: _emptied(redis))

    assert not sprung.exists()
    assert await env.store.dead_letters.list() == []


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
        await until(lambda: _emptied(redis))

    assert during == {b"errand:market": b"worker-7"}
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


async def _emptied(redis: ArqRedis) -> bool:
    return not await redis.zcard(QUEUE_NAME) and not await redis.hlen(RUNNING_KEY)


async def _only_health_is_left(redis: ArqRedis) -> bool:
    return {key.rpartition(b":")[2] for key in await redis.keys("arq:*")} <= {b"health-check"}

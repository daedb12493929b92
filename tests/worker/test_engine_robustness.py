"""Nothing ordinary stops the engine: odd payloads, failing hooks, old jobs, a clock that steps."""

import asyncio
import pickle
import re
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from arq.connections import ArqRedis
from arq.jobs import Job

from config import Config
from jobs.job import Done, Env, Outcome
from jobs.lanes import QUEUE_NAME, WAKE_KEY
from jobs.queue import ArqQueue, connect, decode, encode
from storage.clock import system_clock
from tests.worker.claims import now_ms
from tests.worker.diary import Diary, emptied
from tests.worker.errands import Bench, at_work, errand_that, until
from worker import engine, performing


class Trap:
    """Who unpickles it makes a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self._path,))


async def test_nothing_odd_in_the_queue_stops_the_engine(
    config: Config, env: Env, redis: ArqRedis, tmp_path: Path
) -> None:
    """What cannot be run has a letter and leaves the queue, and the next job runs.

    A job whose payload is gone, whose name is no text, one that is no JSON, one that is a
    pickle, and shapes that are nearly right: what is owed is found in the store and rung for
    again.
    """
    sprung = tmp_path / "sprung"
    odd = {
        "no-json": b"\x00\xff not json",
        "no-object": b"[1]",
        "pickled": pickle.dumps({"f": "errand", "k": {"place": Trap(sprung)}}),
        "nameless": b"{}",
        "many-names": encode({"t": 1, "f": ["errand"], "a": [], "k": {}, "et": 0}),
        "no-arguments": encode({"t": 1, "f": "errand", "a": 5, "k": {}, "et": 0}),
        "odd-try": encode({"t": "one", "f": "errand", "a": [], "k": {}, "et": 0}),
        "ctx-twice": encode({"t": 1, "f": "errand", "a": [], "k": {"ctx": 1}, "et": 0}),
        "größe": b"[]",
        b"\xed\xa0\x80 no text": b"{}",
        "": b"{}",
    }
    diary = Diary()
    kind = errand_that(diary)
    for name, payload in odd.items():
        key = name if isinstance(name, bytes) else name.encode()
        await redis.set(b"arq:job:" + key, payload)
    await redis.zadd(QUEUE_NAME, dict.fromkeys([*odd, "payload-gone"], 1))

    async with at_work(config, kind):
        await env.queue.put(kind())
        await until(diary.has_entries)
        await until(lambda: emptied(redis))

    assert await redis.keys("arq:[jir]*") == []
    assert not sprung.exists()
    letters = await env.store.dead_letters.list()
    ids = {name if isinstance(name, str) else "\ufffd\ufffd\ufffd no text" for name in odd}
    assert {letter.job_id for letter in letters} == {*ids, "payload-gone"}
    assert {letter.ending for letter in letters} == {"unreadable", "expired", "unknown"}


async def test_an_unknown_job_stays_queued_and_is_said_once_a_minute(
    config: Config, env: Env, redis: ArqRedis, caplog: pytest.LogCaptureFixture
) -> None:
    """A deploy may bring it before the worker that knows it; stock arq would destroy it."""
    payload = encode({"t": None, "f": "mow_the_lawn", "a": [], "k": {}, "et": 1})
    for number in range(3):
        await redis.set(f"arq:job:new-{number}", payload)
        await redis.zadd(QUEUE_NAME, {f"new-{number}": 1})
    diary = Diary()
    kind = errand_that(diary)

    async with at_work(config, kind):
        await env.queue.put(kind())
        await until(diary.has_entries)
        await redis.lpush(WAKE_KEY, "1")
        await asyncio.sleep(0.2)

    mowed = type("Mow", (errand_that(diary),), {"name": "mow_the_lawn"})
    async with at_work(config, mowed):
        await until(lambda: len(diary.done_at) == 4)
        await until(lambda: emptied(redis))

    assert caplog.text.count("no function here answers to 'mow_the_lawn'") == 1


async def test_a_job_that_was_queued_for_weeks_runs(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """After a day stock arq takes the payload away and calls the job expired."""
    diary = Diary()
    kind = errand_that(diary)
    weeks_ago = replace(env, clock=lambda: system_clock() - timedelta(weeks=3))
    queue = ArqQueue(connect(config.redis_address), weeks_ago.clock)
    await queue.put(kind())
    await queue.close()

    async with at_work(config, kind):
        await until(diary.has_entries)

    assert len(diary.done_at) == 1


async def test_hooks_that_fail_change_nothing(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """In stock arq any of them ends the process, and leaves the job behind."""
    diary = Diary()
    kind = errand_that(diary)

    async def fail(_ctx: dict[str, Any]) -> None:
        raise RuntimeError("a hook with a fault")

    async with at_work(config, kind) as working:
        working.on_job_start = working.on_job_end = working.after_job_end = fail
        for number in range(3):
            await env.queue.put(kind(place=f"town-{number}"))
        await until(lambda: len(diary.done_at) == 3)
        await until(lambda: emptied(redis))
        is_working = not working.main_task.done()

    assert is_working


async def test_a_result_too_large_is_not_kept_and_stops_nothing(
    config: Config, env: Env, redis: ArqRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A queue is no store; whoever waits for the result learns that it was too large."""
    monkeypatch.setattr(performing, "RESULT_BYTES_MAX", 400)

    async def deliver(_env: Env) -> Outcome:
        return Done("x" * 1_000)

    kind = errand_that(deliver)

    async with at_work(config, kind) as working:
        working.functions["errand"].keep_result_s = 60
        await redis.enqueue_job("errand", place="town", _job_id="errand:town")
        await until(lambda: redis.exists("arq:result:errand:town"))
        is_working = not working.main_task.done()

    kept = await Job("errand:town", redis, _deserializer=decode).result_info()
    assert kept.success
    assert re.fullmatch(r"a result of \d+ bytes was not kept", kept.result)
    assert 50 <= await redis.ttl("arq:result:errand:town") <= 60
    assert is_working


async def test_a_result_is_kept_as_stock_arq_keeps_it(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """A stock client that waits for the answer gets it."""
    diary = Diary()

    async with at_work(config, errand_that(diary)) as working:
        working.functions["errand"].keep_result_s = 60
        job = await redis.enqueue_job("errand", place="town")
        result = await job.result(timeout=5, poll_delay=0.02)

    assert result == "done: "


async def test_a_redis_that_is_emptied_makes_the_worker_ring_for_what_is_owed(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """The queue is gone with it; the next recovery by the clock would be seconds away."""
    rung = []

    async def ring() -> None:
        rung.append(time.monotonic())

    async with at_work(config, errand_that(Diary())) as working:
        working._on_forgotten = ring
        await asyncio.sleep(0.3)
        before = len(rung)
        flushed_at = time.monotonic()
        await redis.flushall()
        await until(lambda: rung, seconds=2 * engine.IDLE_SECONDS)

    assert before == 0
    assert rung[0] - flushed_at < 1.1 * engine.IDLE_SECONDS


@pytest.mark.parametrize("step", [timedelta(hours=-3), timedelta(hours=3)])
async def test_a_clock_that_steps_ends_no_lease_and_loses_no_job(
    step: timedelta, config: Config, env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leases are counted by Redis, and what is due by either clock is due."""
    bench = Bench()
    kind = errand_that(bench)

    async with at_work(config, kind), at_work(config, kind, name="worker-2"):
        await env.queue.put(kind())
        await bench.begun.wait()
        shifted_ms = int(step.total_seconds() * 1000)
        monkeypatch.setattr(engine, "timestamp_ms", lambda: now_ms() + shifted_ms)
        await asyncio.sleep(2 * engine.IDLE_SECONDS)
        while_shifted = bench.times
        bench.go_on.set()
        await env.queue.put(kind(place="market"))
        await until(lambda: bench.times == 2, seconds=3)

    assert while_shifted == 1

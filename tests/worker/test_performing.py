"""Whatever becomes of an attempt, it ends: a job that nobody can run does not come for ever."""

import asyncio
from typing import Any

import pytest
from arq.connections import ArqRedis
from arq.worker import Retry

from config import Config
from jobs.job import Env
from jobs.lanes import QUEUE_NAME, RUNNING_KEY
from storage.dead_letters import Ending
from tests.worker.diary import Diary, emptied
from tests.worker.errands import at_work, errand_that, until

ODD_TIMES = {
    "microseconds": b"1764000000000000",
    "endless": b"1e999",
    "no-number": b"NaN",
    "before-all": b"-1e17",
}


@pytest.mark.parametrize("when", ODD_TIMES.values(), ids=ODD_TIMES)
async def test_a_job_that_was_queued_at_no_time_is_buried(
    config: Config, env: Env, redis: ArqRedis, when: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """A stock client writes what it likes; the queue is rid of it, and somebody knows."""
    diary = Diary()
    await redis.set("arq:job:odd", b'{"t":1,"f":"errand","a":[],"k":{},"et":' + when + b"}")
    await redis.zadd(QUEUE_NAME, {"odd": 1})

    async with at_work(config, errand_that(diary)):
        await until(lambda: emptied(redis))

    assert diary.done_at == []
    assert "job thrown out: " in caplog.text
    assert "the engine failed" not in caplog.text
    assert [letter.job_id for letter in await env.store.dead_letters.list()] == ["odd"]


async def test_an_attempt_that_fails_as_nobody_foresaw_ends_with_a_letter(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """To be tried again it gives a time that is none: the engine itself stumbles."""
    kind = errand_that(Diary())

    async def stumble(_ctx: Any, **_said: Any) -> None:
        again = Retry()
        again.defer_score = "soon"  # type: ignore[assignment]  # made to stumble
        raise again

    async with at_work(config, kind) as engine:
        engine.functions["errand"].coroutine = stumble  # type: ignore[union-attr]  # made to stumble
        await env.queue.put(kind())
        await until(lambda: emptied(redis))

    [letter] = await env.store.dead_letters.list()
    assert letter.ending is Ending.UNKNOWN
    assert letter.key == "town"


async def test_a_job_of_which_nobody_could_be_told_stays_queued(
    config: Config, redis: ArqRedis, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever the reason: what left the queue without a word would be lost."""
    await redis.set("arq:job:odd", b"no json")
    await redis.zadd(QUEUE_NAME, {"odd": 1})

    async def fail(_job_id: str, _payload: bytes | None) -> None:
        raise ZeroDivisionError

    async with at_work(config, errand_that(Diary())) as engine:
        engine._on_unrun = fail
        await until(lambda: "job kept, untold" in caplog.text)
        await until(lambda: _nothing_runs(redis))
        await asyncio.sleep(0)

    assert await redis.zscore(QUEUE_NAME, "odd")


async def _nothing_runs(redis: ArqRedis) -> bool:
    return not await redis.hlen(RUNNING_KEY)


async def test_a_job_is_told_the_token_of_its_claim(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """By that the counts beside it know the one who has it."""
    kind, told = errand_that(Diary()), list[Any]()

    async def look(ctx: Any, **_said: Any) -> None:
        told.append((ctx["token"], await redis.hget(RUNNING_KEY, ctx["job_id"])))

    async with at_work(config, kind) as engine:
        engine.functions["errand"].coroutine = look  # type: ignore[union-attr]  # made to stumble
        await env.queue.put(kind())
        await until(lambda: emptied(redis))

    [(token, holder)] = told
    assert holder.decode().split(" ")[1] == token

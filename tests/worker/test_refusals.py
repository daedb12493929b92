"""A Redis that answers and refuses, and keys that hold what they should not."""

import asyncio

import pytest
from arq.connections import ArqRedis

from config import Config
from jobs.job import Env
from jobs.lanes import POSTPONED_KEY, QUEUE_NAME, RUNNING_KEY
from tests.worker.claims import claimed, turn
from tests.worker.diary import Diary, emptied
from tests.worker.errands import Bench, Errand, at_work, errand_that, until
from tests.worker.test_groups import KINDS, Guest
from worker.claiming import BLOCKED_MAX, Disposition, Limit


async def test_a_full_redis_still_lets_its_queue_be_emptied(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """It takes nothing new; what it has must be done all the same, or it stays full for ever."""
    diary = Diary()
    kind = errand_that(diary)
    await env.queue.put(*(kind(place=f"town-{number}") for number in range(20)))
    await redis.config_set("maxmemory", "1")
    try:
        async with at_work(config, kind):
            await until(lambda: len(diary.done_at) == 20, seconds=5)
            await until(lambda: emptied(redis))
    finally:
        await redis.config_set("maxmemory", "0")


async def test_a_count_of_tries_that_is_none_stops_neither_its_job_nor_its_neighbours(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """Whoever wrote it: the job counts anew."""
    diary = Diary()
    kind = errand_that(diary)
    await redis.set("arq:retry:errand:town", "many")
    await env.queue.put(kind(), kind(place="harbour"))

    async with at_work(config, kind):
        await until(lambda: len(diary.done_at) == 2, seconds=2)


async def test_a_redis_that_refuses_is_said_to_and_work_goes_on_when_it_does_no_more(
    config: Config, env: Env, redis: ArqRedis, caplog: pytest.LogCaptureFixture
) -> None:
    """A key of ours that holds something else: no waiting mends it, somebody must hear of it."""
    bench = Bench()
    bench.go_on.set()
    kind = errand_that(bench)
    await redis.set(RUNNING_KEY, "what somebody wrote")
    await env.queue.put(kind())

    async with at_work(config, kind):
        await asyncio.sleep(0.5)
        while_refused = bench.times
        await redis.delete(RUNNING_KEY)
        await until(bench.begun.is_set, seconds=2)

    assert while_refused == 0
    assert 1 <= caplog.text.count("Redis refuses to hand out jobs") <= 2
    assert "WRONGTYPE" in caplog.text


async def test_a_job_that_ended_during_an_outage_is_not_run_again(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """Its end was not told yet when Redis came back: it must not be taken for forgotten work."""
    bench = Bench()
    kind = errand_that(bench)

    async with at_work(config, kind) as working:
        await env.queue.put(kind())
        await bench.begun.wait()
        await asyncio.sleep(0.1)
        working._is_away = True  # as after a call that was never answered
        await redis.execute_command("CLIENT", "PAUSE", 400, "ALL")
        working._awake.set()
        await asyncio.sleep(0.1)
        bench.go_on.set()  # while the next call is under way
        await until(lambda: not working.tasks)
        await asyncio.sleep(1)
        queued = await redis.zscore(QUEUE_NAME, "errand:town")

    assert bench.times == 1
    assert queued is None


async def test_who_stands_behind_a_large_group_is_seen(env: Env, redis: ArqRedis) -> None:
    """A thousand jobs of one ticket are no reason for all others to wait."""
    limits = {"errand": Limit("place", 1)}
    await env.queue.put(
        *(Guest(place="town", who=f"guest-{number:04}") for number in range(1000))
    )
    [first] = (await turn(redis, limits=limits, kinds=KINDS)).claimed
    await env.queue.put(Guest(place="harbour", who="dora"))

    others = (await turn(redis, limits=limits, kinds=KINDS)).claimed
    for _look in range(3):
        others += (await turn(redis, limits=limits, kinds=KINDS)).claimed

    assert [claim.job_id for claim in others] == ["errand:harbour-dora"]
    after = await turn(redis, limits=limits, kinds=KINDS, ended=[Disposition(first)])
    assert len(after.claimed) == 1
    assert await redis.hlen(POSTPONED_KEY) > 1000 - 5 * BLOCKED_MAX


async def test_a_job_without_a_payload_stays_until_somebody_has_buried_it(
    env: Env, redis: ArqRedis
) -> None:
    """Its worker may die before the letter is written: then another must find it."""
    await redis.zadd(QUEUE_NAME, {"errand:town": 1})

    [claim] = await claimed(redis)
    again = await claimed(redis, "worker-2")
    await turn(redis, ended=[Disposition(claim)], free=0)

    assert (claim.payload, again) == (b"", [])
    assert await redis.zcard(QUEUE_NAME) == 0


async def test_what_is_put_off_is_kept_however_long_it_takes(env: Env, redis: ArqRedis) -> None:
    """A payload has a life of four weeks; a pause may take longer."""
    await env.queue.put(Errand())

    await turn(redis, kinds=[], paused_kinds=["errand"])

    assert await redis.pttl("arq:job:errand:town") == -1

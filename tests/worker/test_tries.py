"""Tries are counted by whoever has the job: one who lost it without knowing changes nothing."""

import pytest
from arq.connections import ArqRedis

from worker.tries import TRIES_KEY, Tries

JOB_ID = "errand:town"


async def begun(redis: ArqRedis, start: int) -> Tries:
    """Begin the job; the later the start, the higher its token."""
    tries = Tries(redis, JOB_ID, start=start, token=str(start))
    await tries.recall()
    await tries.begin()
    return tries


async def lost_in_the_end(redis: ArqRedis) -> int:
    tries = Tries(redis, JOB_ID, start=9, token=str(9))
    await tries.recall()
    return tries.lost_workers


@pytest.mark.parametrize("deed", ["hand_back", "pause", "fail", "forget", "begin", "recall"])
@pytest.mark.parametrize("first", [1, 2])
async def test_whoever_lost_the_job_does_not_clear_the_mark_of_who_has_it(
    redis: ArqRedis, deed: str, first: int
) -> None:
    """Its worker dies too: each of those starts has cost a worker."""
    zombie = await begun(redis, first)
    heir = await begun(redis, first + 1)

    await getattr(zombie, deed)()

    assert heir.lost_workers == first
    assert await lost_in_the_end(redis) == first + 1
    assert await redis.hget(TRIES_KEY + JOB_ID, "failures") == b"0"


async def test_whoever_has_the_job_clears_his_mark(redis: ArqRedis) -> None:
    """What ended in an orderly way has cost no worker."""
    await begun(redis, 1)
    heir = await begun(redis, 2)

    await heir.fail()

    assert await lost_in_the_end(redis) == 1
    assert await redis.hget(TRIES_KEY + JOB_ID, "failures") == b"1"


async def test_a_count_that_is_none_costs_the_count_and_not_the_job(redis: ArqRedis) -> None:
    """Somebody has written there."""
    await redis.hset(TRIES_KEY + JOB_ID, mapping={"failures": "x", "lost": "", "begun": "0"})

    tries = await begun(redis, 2)

    assert (tries.failures, tries.lost_workers) == (0, 0)

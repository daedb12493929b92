"""Poison: a job that kills its process is given up in time, and takes no other job with it."""

import asyncio
import os
import signal
import sys

import pytest
from arq.connections import ArqRedis

from config import Config
from jobs.job import Env
from jobs.lanes import QUEUE_NAME, RUNNING_KEY
from storage.dead_letters import Ending
from tests.cli.commands import ROOT
from tests.worker.attempts import only_letter
from tests.worker.errands import until
from tests.worker.poisonous import NAME, POISON, Draught
from worker.engine import release

SECONDS_MAX = 60


@pytest.mark.slow
async def test_a_job_that_kills_its_process_is_quarantined_and_its_neighbours_are_done(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """Real processes, killed for real; those beside it died as often at first, and are innocent."""
    places = [POISON, "market", "town", "harbour"]
    await env.queue.put(*(Draught(place=place) for place in places))

    deaths = 0
    async with asyncio.timeout(SECONDS_MAX):
        while await _work_until_dead_or_done(config, redis) == -signal.SIGKILL:
            deaths += 1
            await release(redis, NAME)  # as the supervisor does

    letter = await only_letter(env)
    assert deaths == Draught.lost_workers_max
    assert (letter.key, letter.ending) == (POISON, Ending.POISON)
    assert (letter.attempts, letter.lost_workers) == (0, deaths)


async def _work_until_dead_or_done(config: Config, redis: ArqRedis) -> int:
    """Run a worker until it dies, or nothing is left to do; return how it ended."""
    environ = {"DATA_DIR": str(config.root), "REDIS_URL": config.redis_address}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.worker.poisonous"),
        env={**os.environ, **environ},
        cwd=ROOT,
    )
    ended = asyncio.create_task(process.wait())
    idle = asyncio.create_task(until(lambda: _is_idle(redis), SECONDS_MAX))
    await asyncio.wait({ended, idle}, return_when=asyncio.FIRST_COMPLETED)
    idle.cancel()
    if not ended.done():
        process.terminate()
    return await ended


async def _is_idle(redis: ArqRedis) -> bool:
    waiting, running = await redis.zcard(QUEUE_NAME), await redis.hlen(RUNNING_KEY)
    return not waiting and not running

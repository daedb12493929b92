"""The schedule: what is rung for because time has passed.

Every worker keeps it: to ring twice for the same thing is harmless, and while one recovery is
queued or runs, no second is queued.
"""

import asyncio
import logging
from collections.abc import Callable

from domain.errors import UnavailableError
from jobs.job import Env, Job
from jobs.recompute_timestamps import SWEEP_EVERY_SECONDS, RecomputeTimestamps
from jobs.recover_work import RecoverWork

RECOVER_EVERY_SECONDS = 5

log = logging.getLogger(__name__)


async def keep_schedule(env: Env) -> None:
    """Ring for what is owed and for the sweep, each when it is due; the first time is now."""
    async with asyncio.TaskGroup() as keeping:
        keeping.create_task(_ring(env, RecoverWork(), lambda: RECOVER_EVERY_SECONDS))
        keeping.create_task(_ring(env, RecomputeTimestamps(), lambda: SWEEP_EVERY_SECONDS))


async def _ring(env: Env, job: Job, every_seconds: Callable[[], float]) -> None:
    while True:
        try:
            await env.queue.put(job)
        except UnavailableError as error:
            log.warning("%s not rung: %s", job.name, error.problem)
        await asyncio.sleep(every_seconds())

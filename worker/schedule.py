"""The schedule: what is rung for because time has passed.

Every worker keeps it: to ring twice for the same thing is harmless, and while one recovery is
queued or runs, no second is queued.
"""

import asyncio
import logging

from domain.errors import UnavailableError
from jobs.job import Env
from jobs.recover_work import RecoverWork

RECOVER_EVERY_SECONDS = 5

log = logging.getLogger(__name__)


async def keep_schedule(env: Env) -> None:
    """Ring every `RECOVER_EVERY_SECONDS`, for ever; the first time is now."""
    while True:
        try:
            await env.queue.put(RecoverWork())
        except UnavailableError as error:
            log.warning("recovery not rung: %s", error.problem)
        await asyncio.sleep(RECOVER_EVERY_SECONDS)

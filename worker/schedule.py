"""The schedule: what is rung for because time has passed.

Every worker keeps it. A tick's job carries the tick in its id, so however many workers ring
for it, it is queued once.
"""

import asyncio
import logging

from domain.errors import UnavailableError
from jobs.job import Env
from jobs.recover_work import RecoverWork

RECOVER_EVERY_SECONDS = 5

log = logging.getLogger(__name__)


async def keep_schedule(env: Env) -> None:
    """Ring at each tick, for ever; the first tick is now."""
    while True:
        now = env.clock().timestamp()
        tick = int(now // RECOVER_EVERY_SECONDS) * RECOVER_EVERY_SECONDS
        try:
            await env.queue.put(RecoverWork(tick=tick))
        except UnavailableError as error:
            log.warning("tick not rung: %s", error.problem)
        await asyncio.sleep(tick + RECOVER_EVERY_SECONDS - now)

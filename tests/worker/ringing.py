"""Ringing for the ledger from outside, and what its schedule remembers."""

import asyncio
from datetime import timedelta

from arq.connections import ArqRedis

from config import Config
from domain.recurrence import Every
from domain.runs import Run
from domain.timetable import Entry, Missed
from jobs.awaiting import Ended, Ring, ring_and_wait
from jobs.job import Env
from storage.clock import system_clock
from tests.worker.dated import rung

TEN_MINUTES = Entry("ledger", Every(timedelta(minutes=10)), missed=Missed.ONCE)
LAST = TEN_MINUTES.when.latest_until(system_clock())
DATED = Ring("ledger", TEN_MINUTES.job_id(LAST), {"due_at": LAST.isoformat()})
NOW = Ring("ledger", "ledger:rung-0123456789abcdef")


async def run_of_the_last_date(env: Env) -> Run | None:
    known = await env.store.schedule.dated.read()
    return known["ledger"].run_due(LAST)


async def rings(config: Config, what: Ring, seconds: float = 8) -> Ended:
    """Ring and wait, as another process would."""
    return await asyncio.to_thread(ring_and_wait, config.redis_address, what, seconds=seconds)


async def no_job_is_queued(redis: ArqRedis) -> bool:
    return not await rung(redis)

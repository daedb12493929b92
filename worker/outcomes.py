"""How a job has ended, for those who want to know: the schedule, and whoever waits for it.

A run that has a date is made once: when it has ended is on the disk before the queue lets go of
it, and from then on its id is refused.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from arq.connections import ArqRedis
from redis.exceptions import RedisError

from domain.errors import UnavailableError
from domain.runs import Run, begin
from domain.timetable import dated_run
from jobs.awaiting import Ended, is_awaited, outcome_key
from jobs.job import Env
from storage.schedule_state import Known

OUTCOME_SECONDS = 3600  # how long somebody may ask
SUCCESSES = ("done:", "cancel:")  # what `worker.run` says of a job that need not be tried again

log = logging.getLogger(__name__)


async def accounted(ctx: dict[str, Any], make: Callable[[], Awaitable[str]]) -> str:
    """Make an attempt at a job, and see to it that its end is known where it is asked for.

    An attempt that is to be tried again raises, and has not ended. Most jobs have neither a
    date nor anybody who waits for them, and pay nothing.
    """
    job_id: str = ctx["job_id"]
    if not is_awaited(job_id):
        return await make()
    dated, env = dated_run(job_id), ctx["env"]
    run = await _begun(env, *dated) if dated else None
    if run and run.finished_at:
        said = f"cancel: its run ended at {run.finished_at:%Y-%m-%d %H:%MZ}: {run.said}"
        await tell(ctx["redis"], job_id, Ended(bool(run.succeeded), run.said))
        return said
    said = await make()
    ended = Ended(said.startswith(SUCCESSES), said)
    if run and dated:
        await _note_end(env, *dated, ended)
    await tell(ctx["redis"], job_id, ended)
    return said


async def tell(redis: ArqRedis, job_id: str, ended: Ended) -> None:
    """Tell whoever waits for this job, or asks within an hour, how it has ended.

    A Redis that is away is no failure of the job: who waits will ring again.
    """
    key = outcome_key(job_id)
    try:
        async with redis.pipeline(transaction=True) as pipe:
            pipe.delete(key)
            pipe.rpush(key, bytes(ended))
            pipe.expire(key, OUTCOME_SECONDS)
            await pipe.execute()
    except (RedisError, OSError) as error:
        log.warning("nobody was told of the end: %s", error, extra={"job": job_id})


async def _begun(env: Env, job: str, due_at: datetime) -> Run | None:
    """Return the run of a dated job, noted if it was not; None if the schedule has no such job.

    A disk that does not take the note does not keep the job from running.
    """
    found: list[Run] = []

    def step(known: Known) -> Known:
        if job not in known:
            return known
        progress, run = begin(known[job], due_at, env.clock())
        found.append(run)
        return {**known, job: progress}

    try:
        await env.store.schedule.dated.change(step)
    except UnavailableError as error:
        log.warning("the run is not noted: %s", error.problem)
    return found[0] if found else None


async def _note_end(env: Env, job: str, due_at: datetime, ended: Ended) -> None:
    def step(known: Known) -> Known:
        progress, run = begin(known[job], due_at, env.clock())
        over = run.ended(succeeded=ended.succeeded, said=ended.said, now=env.clock())
        return {**known, job: progress.with_run(over)}

    try:
        await env.store.schedule.dated.change(step)
    except UnavailableError as error:
        # The schedule takes it for under way, then for lost, and rings again.
        log.error("the end of the run is not noted: %s", error.problem)  # noqa: TRY400

"""How a job has ended, for those who want to know: the schedule, and whoever waits for it.

A run that has a date is made once: when it has ended is on the disk before the queue lets go of
it, and from then on its id is refused. While the disk takes no note, the job stays queued: it is
not begun before it is noted, and when it has ended, its end is remembered beside it in Redis, so
that the note alone is made again and not the run.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from arq import Retry
from arq.connections import ArqRedis
from redis.exceptions import RedisError

from domain.errors import UnavailableError
from domain.runs import EntryState, Run, begin
from domain.timetable import dated_run
from jobs.awaiting import Ended, is_awaited, is_shared, outcome_key
from jobs.job import Env
from jobs.timetable import TIMETABLE
from storage.schedule_state import Known
from worker.tries import Tries

OUTCOME_SECONDS = 3600  # how long somebody may ask
SHARED_OUTCOME_SECONDS = 10  # of a job that will be run again: for who waits already
UNNOTED_SECONDS = 30.0  # until a disk that did not take a note is asked again
SUCCESSES = ("done:", "cancel:")  # what `worker.run` says of a job that need not be tried again
DATED_JOBS = frozenset(entry.job for entry in TIMETABLE if entry.is_dated)

log = logging.getLogger(__name__)


async def accounted(ctx: Mapping[Any, Any], make: Callable[[], Awaitable[str]]) -> str:
    """Make an attempt at a job, and see to it that its end is known where it is asked for.

    An attempt that is to be tried again raises, and has not ended. Most jobs have neither a
    date nor anybody who waits for them, and pay nothing. Raises arq's Retry while the disk does
    not take the note of a dated run.
    """
    job_id: str = ctx["job_id"]
    if not is_awaited(job_id):
        return await make()
    if dated := dated_run(job_id):
        return await _made_once(ctx, *dated, make)
    said = await make()
    await tell(ctx["redis"], job_id, _ended(said))
    return said


async def account_for_unrun(ctx: Mapping[Any, Any], reason: str) -> None:
    """See to it that the end of a job is known which the engine will not run, and why.

    Raises UnavailableError if the disk does not take the note: then the job must stay queued.
    """
    job_id: str = ctx["job_id"]
    if not is_awaited(job_id) or "env" not in ctx:
        return
    ended = Ended(succeeded=False, said=f"given up: {reason}")
    if dated := dated_run(job_id):
        said = await Tries.of(ctx).remembered()
        ended = _ended(said) if said else ended
        if run := await _begun(ctx["env"], *dated):
            run = run if run.finished_at else await _noted(ctx["env"], *dated, ended)
            ended = Ended(bool(run.succeeded), run.said)
    await tell(ctx["redis"], job_id, ended)


async def tell(redis: ArqRedis, job_id: str, ended: Ended) -> None:
    """Tell whoever waits for this job, or asks within an hour, how it has ended.

    A Redis that is away is no failure of the job: who waits will ring again.
    """
    key = outcome_key(job_id)
    try:
        async with redis.pipeline(transaction=True) as pipe:
            pipe.delete(key)
            pipe.rpush(key, bytes(ended))
            pipe.expire(key, SHARED_OUTCOME_SECONDS if is_shared(job_id) else OUTCOME_SECONDS)
            await pipe.execute()
    except (RedisError, OSError) as error:
        log.warning("nobody was told of the end: %s", error, extra={"job": job_id})


async def _made_once(
    ctx: Mapping[Any, Any], job: str, due_at: datetime, make: Callable[[], Awaitable[str]]
) -> str:
    """Make the run of this date, unless it has been made, and note and tell how it ended."""
    env, redis, job_id, tries = ctx["env"], ctx["redis"], ctx["job_id"], Tries.of(ctx)
    try:
        run = await _begun(env, job, due_at)
        said = await tries.remembered() if run else None
    except UnavailableError as error:
        await tries.recall()  # or the mark of a worker that died would be cleared uncounted
        await tries.pause()
        log.error("the run waits, for it cannot be noted: %s", error.problem)  # noqa: TRY400 - it says it all
        raise Retry(defer=UNNOTED_SECONDS) from error
    if run and run.finished_at:
        await tell(redis, job_id, Ended(bool(run.succeeded), run.said))
        await tries.forget()
        return f"cancel: its run ended at {run.finished_at:%Y-%m-%d %H:%MZ}: {run.said}"
    is_note_left = said is not None
    if said is None:
        said = await make()
    try:
        if run:
            await _noted(env, job, due_at, _ended(said))
    except UnavailableError as error:
        await tries.remember(said)
        log.error("the end of the run is not noted yet: %s", error.problem)  # noqa: TRY400 - it says it all
        raise Retry(defer=UNNOTED_SECONDS) from error
    if is_note_left:
        await tries.forget()
    await tell(redis, job_id, _ended(said))
    return said


async def _begun(env: Env, job: str, due_at: datetime) -> Run | None:
    """Return the run of a dated job, noted if it was not; None if the schedule has no such job.

    Raises UnavailableError if the disk does not take the note.
    """
    found: list[Run] = []

    def step(known: Known) -> Known:
        if job not in known and job not in DATED_JOBS:
            return known
        state, run = begin(_state(known, job, env), due_at, env.clock())
        found.append(run)
        return {**known, job: state}

    await env.store.schedule.dated.change(step)
    return found[0] if found else None


async def _noted(env: Env, job: str, due_at: datetime, ended: Ended) -> Run:
    """Note how a run has ended, and return it. Raises UnavailableError."""
    found: list[Run] = []

    def step(known: Known) -> Known:
        state, run = begin(_state(known, job, env), due_at, env.clock())
        over = run.ended(succeeded=ended.succeeded, said=ended.said, now=env.clock())
        found.append(over)
        return {**known, job: state.with_run(over)}

    await env.store.schedule.dated.change(step)
    return found[0]


def _state(known: Known, job: str, env: Env) -> EntryState:
    """Return how far an entry has come; if what was known was set aside, it begins anew."""
    return known.get(job) or EntryState(decided_until=env.clock())


def _ended(said: str) -> Ended:
    return Ended(said.startswith(SUCCESSES), said)

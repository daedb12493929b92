"""Attempts at jobs, made as arq would make them, and what became of those before."""

from datetime import datetime
from itertools import count
from typing import Any

from jobs.job import Env, Job
from storage.dead_letters import DeadLetter
from worker.run import runner
from worker.tries import Tries

JOB_ID = "errand:town"

_tokens = count(1)


async def attempt(
    kind: type[Job],
    env: Env,
    *,
    number: int = 1,
    job_id: str = JOB_ID,
    enqueued_at: datetime | None = None,
    **said: Any,
) -> str:
    """Make an attempt as arq would."""
    ctx = {
        "env": env,
        "redis": redis_of(env),
        "job_id": job_id,
        "job_try": number,
        "token": next_token(),
        "enqueue_time": enqueued_at,
    }
    return await runner(kind)(ctx, **said)


async def failed_before(env: Env, *, times: int, job_id: str = JOB_ID) -> None:
    """Let the job have failed so often, each time in its code."""
    for number in range(times):
        tries = Tries(redis_of(env), job_id, start=number + 1, token=next_token())
        await tries.recall()
        await tries.begin()
        await tries.fail()


async def died_before(env: Env, *, times: int, job_id: str = JOB_ID, first: int = 1) -> None:
    """Let the worker of the job have died so often, from its start number `first` on."""
    for number in range(times):
        tries = Tries(redis_of(env), job_id, start=number + first, token=next_token())
        await tries.recall()
        await tries.begin()


def next_token() -> str:
    """Return the token of a claim, higher than all before."""
    return str(next(_tokens))


def redis_of(env: Env) -> Any:
    """Return the connection that arq would give to a job."""
    return env.queue._redis


async def only_letter(env: Env) -> DeadLetter:
    [letter] = await env.store.dead_letters.list()
    return letter

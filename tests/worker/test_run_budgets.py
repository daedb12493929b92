"""Budgets: failures in code, lost workers and time are counted apart."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from arq import Retry

from jobs.job import Done, Env, Job, Outcome
from jobs.queue import ArqQueue, connect
from storage.clock import system_clock
from storage.dead_letters import Ending
from tests.jobs.clocks import at
from tests.worker.attempts import (
    JOB_ID,
    attempt,
    died_before,
    failed_before,
    next_token,
    only_letter,
    redis_of,
)
from tests.worker.errands import Deed, Errand, errand_that
from worker import run
from worker.tries import TRIES_KEY, Tries

QUEUED_AT = datetime(2026, 11, 25, 12, tzinfo=UTC)


async def succeed(_env: Env) -> Outcome:
    return Done("bread bought")


async def time_out(_env: Env) -> Outcome:
    raise TimeoutError("not yet")


class Ran:
    """A deed that counts how often it was done."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self, _env: Env) -> Outcome:
        self.times += 1
        return Done()


def hurried(deed: Deed, *, deadline_seconds: float) -> type[Job]:
    """Return a kind of job that is of no use after so long."""

    class Hurried(Errand):
        deadline_seconds_max: ClassVar[float | None] = deadline_seconds

    Hurried.deed = staticmethod(deed)
    return Hurried


async def test_a_job_whose_worker_died_too_often_is_buried_unrun(env: Env) -> None:
    """A poisonous job would else take one worker after the other with it, for ever."""
    ran = Ran()
    await died_before(env, times=5)

    said = await attempt(errand_that(ran), env, number=6)

    letter = await only_letter(env)
    assert ran.times == 0
    assert said == "buried: its worker died under it 5 times"
    assert (letter.ending, letter.lost_workers, letter.attempts) == (Ending.POISON, 5, 0)
    assert letter.fingerprint


async def test_a_poisonous_job_is_known_before_its_arguments_are_looked_at(env: Env) -> None:
    """They may be what kills."""
    await died_before(env, times=5)

    await attempt(errand_that(succeed), env, number=6, speed="fast")

    assert (await only_letter(env)).ending is Ending.POISON


async def test_a_worker_that_died_costs_no_attempt(env: Env) -> None:
    """arq counts every start; a job that failed once and lost four workers has failed once."""
    await failed_before(env, times=1)
    await died_before(env, times=3, first=2)

    with pytest.raises(Retry):
        await attempt(errand_that(time_out, attempts_max=3), env, number=5)
    await attempt(errand_that(time_out, attempts_max=3), env, number=6)

    letter = await only_letter(env)
    assert (letter.attempts, letter.lost_workers) == (3, 3)
    assert letter.ending is Ending.FAILED


async def test_a_failure_costs_no_worker(env: Env) -> None:
    """Failing in code is honest work: the process lives, and the job is no poison."""
    await failed_before(env, times=20)

    said = await attempt(errand_that(succeed), env, number=21)

    assert said == "done: bread bought"


async def test_a_job_that_was_handed_back_spends_nothing(env: Env) -> None:
    """A deploy cancels what runs; ten deploys are not ten failures."""
    await failed_before(env, times=1)

    for number in range(2, 12):
        begun = asyncio.Event()

        async def sit(_env: Env, begun: asyncio.Event = begun) -> Outcome:
            begun.set()
            await asyncio.Event().wait()
            return Done()

        doing = asyncio.create_task(attempt(errand_that(sit), env, number=number))
        async with asyncio.timeout(5):
            await begun.wait()
        doing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await doing

    tries = Tries(redis_of(env), JOB_ID, start=12, token=next_token())
    await tries.recall()
    assert (tries.failures, tries.lost_workers) == (1, 0)


async def test_what_a_job_that_is_over_has_tried_is_forgotten(env: Env) -> None:
    """The next of the same name begins anew."""
    await failed_before(env, times=2)

    await attempt(errand_that(succeed), env, number=3)

    assert await redis_of(env).keys(f"{TRIES_KEY}*") == []


async def test_a_count_that_is_left_of_an_earlier_job_does_not_count(env: Env) -> None:
    """It may have been left by a worker that died between the work and the tidying up."""
    await failed_before(env, times=4)

    with pytest.raises(Retry):
        await attempt(errand_that(time_out), env, number=1)

    assert await redis_of(env).hget(TRIES_KEY + JOB_ID, "failures") == b"1"


async def test_a_redis_that_was_flushed_gives_a_fresh_budget(env: Env) -> None:
    """It has forgotten the job too: what is owed is rung for anew, and tried a little oftener."""
    await failed_before(env, times=4)
    await redis_of(env).flushall()

    with pytest.raises(Retry):
        await attempt(errand_that(time_out), env, number=1)

    assert await env.store.dead_letters.list() == []


async def test_a_redis_that_is_away_costs_a_count_and_not_the_job(env: Env) -> None:
    """To fail a job because its failures could not be counted would be the greater harm."""
    away = replace(env, queue=ArqQueue(connect("unix:///nowhere.sock"), system_clock))

    said = await attempt(errand_that(succeed), away, number=3)
    with pytest.raises(Retry):
        await attempt(errand_that(time_out), away, number=3)

    assert said == "done: bread bought"


async def test_suspects_are_run_one_at_a_time(env: Env) -> None:
    """Whoever ran beside a poisonous job died with it as often; together they would be condemned."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def sit(_env: Env) -> Outcome:
        begun.set()
        await go_on.wait()
        return Done("sat")

    for job_id in ("errand:one", "errand:two"):
        await died_before(env, times=run.SUSPECT_LOST_WORKERS, job_id=job_id)
    first = asyncio.create_task(attempt(errand_that(sit), env, number=3, job_id="errand:one"))
    await begun.wait()

    with pytest.raises(Retry) as later:
        await attempt(errand_that(succeed), env, number=3, job_id="errand:two")
    go_on.set()

    assert await first == "done: sat"
    assert (later.value.defer_score or 0) >= 1000
    said = await attempt(errand_that(succeed), env, number=4, job_id="errand:two")
    assert said == "done: bread bought"


async def test_a_job_is_not_begun_after_its_deadline(env: Env) -> None:
    """An answer that nobody waits for any more is not worth the work."""
    ran = Ran()
    kind = hurried(ran, deadline_seconds=60)
    late = at(env, QUEUED_AT + timedelta(seconds=60))

    await attempt(kind, late, enqueued_at=QUEUED_AT)

    letter = await only_letter(env)
    assert ran.times == 0
    assert (letter.ending, letter.attempts) == (Ending.LATE, 0)
    assert letter.enqueued_at == QUEUED_AT
    assert "60 s after it was queued" in letter.reason


async def test_no_attempt_is_waited_for_that_would_come_after_the_deadline(
    env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The failure is known now; a person should know it now."""
    monkeypatch.setattr(run, "backoff_seconds", lambda _attempt: 11.0)
    kind = hurried(time_out, deadline_seconds=60)
    late = at(env, QUEUED_AT + timedelta(seconds=50))

    await attempt(kind, late, enqueued_at=QUEUED_AT)

    letter = await only_letter(env)
    assert letter.ending is Ending.LATE
    assert letter.reason.startswith("TimeoutError: not yet; the next attempt would come after")


async def test_before_its_deadline_a_job_is_tried_again(
    env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deadline takes away only what comes too late."""
    monkeypatch.setattr(run, "backoff_seconds", lambda _attempt: 9.0)
    kind = hurried(time_out, deadline_seconds=60)

    with pytest.raises(Retry):
        await attempt(kind, at(env, QUEUED_AT + timedelta(seconds=50)), enqueued_at=QUEUED_AT)


async def test_an_attempt_ends_with_the_deadline(
    env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own time limit may be longer than what is left."""
    # With full jitter the next attempt may come at once, before the deadline has quite passed.
    monkeypatch.setattr(run, "backoff_seconds", lambda _attempt: 1.0)

    async def dawdle(_env: Env) -> Outcome:
        await asyncio.sleep(60)
        return Done()

    kind = hurried(dawdle, deadline_seconds=60)
    late = at(env, QUEUED_AT + timedelta(seconds=59.97))

    async with asyncio.timeout(5):
        await attempt(kind, late, enqueued_at=QUEUED_AT)

    assert (await only_letter(env)).ending is Ending.LATE


async def test_a_job_that_is_deaf_to_its_end_is_buried_when_it_is_ended_by_force(
    env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """arq would drop it without a word, long after its time."""
    monkeypatch.setattr(run, "DEAF_SECONDS", 0.0)
    is_deaf = asyncio.Event()

    async def go_on(_env: Env) -> Outcome:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        is_deaf.set()
        await asyncio.sleep(60)
        return Done()

    doing = asyncio.create_task(attempt(errand_that(go_on, seconds_max=0.02), env))
    await is_deaf.wait()
    doing.cancel()

    assert (await doing).startswith("buried: TimeoutError")
    assert (await only_letter(env)).ending is Ending.TIMED_OUT


async def test_a_disk_that_takes_no_letter_costs_no_worker(env: Env) -> None:
    """The job waits for the disk; while it does, nobody has died under it."""
    letters = env.store.quarantine.layout.dead_letters
    letters.rmdir()
    letters.write_bytes(b"")
    for number in (1, 2, 3):
        with pytest.raises(Retry):
            await attempt(errand_that(succeed), env, number=number, speed="fast")

    letters.unlink()
    letters.mkdir()
    await attempt(errand_that(succeed), env, number=4, speed="fast")

    assert (await only_letter(env)).lost_workers == 0

"""The wrapper round every job: each attempt ends in an outcome, a retry, or a dead letter."""

import asyncio
import logging

import pytest
from arq import Retry
from hypothesis import given
from hypothesis import strategies as st

from config import Config
from domain.errors import UnavailableError
from jobs.job import Cancel, Done, Env, Job, Outcome
from storage.dead_letters import DeadLetter
from tests.worker.errands import errand_that
from worker.run import BACKOFF_SECONDS_BASE, BACKOFF_SECONDS_MAX, backoff_seconds, runner


async def attempt(
    kind: type[Job], env: Env, *, number: int = 1, job_id: str = "errand:town", **said: object
) -> str:
    """Make an attempt as arq would."""
    return await runner(kind)({"env": env, "job_id": job_id, "job_try": number}, **said)


async def only_letter(env: Env) -> DeadLetter:
    [letter] = await env.store.dead_letters.list()
    return letter


async def succeed(_env: Env) -> Outcome:
    return Done("bread bought")


async def find_nothing_to_do(_env: Env) -> Outcome:
    return Cancel("there is bread")


async def find_the_shop_shut(_env: Env) -> Outcome:
    raise UnavailableError("The shop is shut.")


async def stumble(_env: Env) -> Outcome:
    raise ZeroDivisionError("no loaf to share")


async def dawdle(_env: Env) -> Outcome:
    await asyncio.sleep(60)
    return Done("at last")


async def test_a_job_that_took_effect_is_reported_done(env: Env) -> None:
    """What was done is the first thing that somebody who reads the log asks."""
    said = await attempt(errand_that(succeed), env)

    assert said == "done: bread bought"
    assert await env.store.dead_letters.list() == []


async def test_a_job_with_nothing_to_do_is_no_failure(env: Env) -> None:
    """Jobs are rung for twice as a matter of course; the second finds the work done."""
    said = await attempt(errand_that(find_nothing_to_do), env)

    assert said == "cancel: there is bread"
    assert await env.store.dead_letters.list() == []


async def test_arguments_that_do_not_fit_are_buried_as_they_came(env: Env) -> None:
    """Trying again cannot mend them; a person needs to see exactly what was asked."""
    said = await attempt(errand_that(succeed), env, place="town", speed=["fast"])

    letter = await only_letter(env)
    assert said.startswith("buried: its arguments are not valid")
    assert (letter.job, letter.key, letter.attempts) == ("errand", "town", 1)
    assert letter.arguments == {"place": "town", "speed": ["fast"]}
    assert "speed" in letter.reason


async def test_arguments_without_names_are_buried_as_they_came(env: Env) -> None:
    """A stock arq client may send them so; dropped without a letter, nobody would know."""
    run = runner(errand_that(succeed))

    said = await run({"env": env, "job_id": "errand:town", "job_try": 1}, "town", 7)

    assert said.startswith("buried: its arguments are not valid")
    assert "7" in str((await only_letter(env)).arguments)


@pytest.mark.parametrize(
    ("job_id", "key"),
    [("4f0c", "4f0c"), ("errand:../../etc/x", "______etc_x"), ("x" * 99, "x" * 64)],
)
async def test_a_job_with_an_id_of_its_own_is_buried_all_the_same(
    env: Env, config: Config, job_id: str, key: str
) -> None:
    """A stock arq client makes ids as it likes; no id may cost the letter or leave its place."""
    await attempt(errand_that(stumble), env, job_id=job_id)

    assert (await only_letter(env)).key == key
    assert (config.root / "dead_letters" / f"errand-{key}.json").is_file()


@pytest.mark.parametrize("number", [1, 2, 3, 4])
async def test_a_failure_worth_a_retry_is_tried_again_later(env: Env, number: int) -> None:
    """What does not answer now may answer soon; the wait grows, and is not the same for all."""
    kind = errand_that(find_the_shop_shut)

    with pytest.raises(Retry) as again:
        await attempt(kind, env, number=number)

    assert 0 <= (again.value.defer_score or 0) <= BACKOFF_SECONDS_BASE * 2**number * 1000
    assert await env.store.dead_letters.list() == []


@given(attempt=st.integers(1, 1000))
def test_the_wait_before_a_retry_stays_below_its_ceiling(attempt: int) -> None:
    """However often a job has failed, it comes back within minutes, and never at once by rule."""
    waits = [backoff_seconds(attempt) for _ in range(5)]

    assert all(
        0 <= wait <= min(BACKOFF_SECONDS_MAX, BACKOFF_SECONDS_BASE * 2**attempt)
        for wait in waits
    )


def test_the_ceiling_of_the_wait_grows_with_every_attempt() -> None:
    """A shop that was shut twice is likely to be shut for longer."""
    longest = [max(backoff_seconds(number) for _ in range(400)) for number in range(1, 8)]

    assert longest == sorted(longest)
    assert longest[-1] > 20 * longest[0]


async def test_the_last_attempt_that_fails_is_buried(env: Env) -> None:
    """Trying for ever would hide the failure; a letter shows it."""
    said = await attempt(errand_that(find_the_shop_shut), env, number=5)

    letter = await only_letter(env)
    assert said == "buried: UnavailableError: The shop is shut."
    assert letter.reason == "UnavailableError: The shop is shut."
    assert letter.attempts == 5


@pytest.mark.parametrize("number", [5, 6])
async def test_a_job_that_comes_again_by_itself_is_given_up_without_a_letter(
    env: Env, number: int
) -> None:
    """An outage of an hour would else leave a letter for each look at what is owed."""
    kind = errand_that(find_the_shop_shut, is_buried=False)

    said = await attempt(kind, env, number=number)

    assert said.startswith("given up: ")
    assert await env.store.dead_letters.list() == []


async def test_a_failure_that_nobody_foresaw_is_buried_at_once(env: Env) -> None:
    """A defect gives the same result in every attempt; it wants a person, not patience."""
    await attempt(errand_that(stumble), env)

    letter = await only_letter(env)
    assert letter.reason == "ZeroDivisionError: no loaf to share"
    assert letter.attempts == 1


async def test_a_job_that_takes_too_long_is_stopped_and_tried_again(env: Env) -> None:
    """One job that hangs must not hold a place for ever."""
    kind = errand_that(dawdle, seconds_max=0.02)

    with pytest.raises(Retry):
        async with asyncio.timeout(1):
            await attempt(kind, env)


async def test_a_job_that_took_too_long_every_time_says_so_in_its_letter(env: Env) -> None:
    """Whoever reads the letter must learn what happened, and what the limit was."""
    kind = errand_that(dawdle, seconds_max=0.02)

    await attempt(kind, env, number=5)

    reason = (await only_letter(env)).reason
    assert "TimeoutError" in reason
    assert "0.02 s" in reason


async def test_a_job_that_kills_its_worker_each_time_is_buried_unrun(env: Env) -> None:
    """A poisonous job would else take one worker after the other with it, for ever."""
    ran = []

    async def poison(_env: Env) -> Outcome:
        ran.append("again")
        return Done()

    said = await attempt(errand_that(poison), env, number=6)

    assert ran == []
    assert said == "buried: its worker died in every attempt"
    assert (await only_letter(env)).attempts == 6


async def test_a_letter_that_the_disk_refuses_is_not_said_to_be_written(
    env: Env, config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    """To say "buried" where nothing is buried would be the one lie that loses work."""
    (config.root / "dead_letters").rmdir()
    (config.root / "dead_letters").write_text("in the way")

    with caplog.at_level(logging.INFO), pytest.raises(UnavailableError, match="directory"):
        await attempt(errand_that(stumble), env)

    assert not [line for line in caplog.messages if "buried" in line]


async def test_a_cancelled_attempt_leaves_no_letter(env: Env) -> None:
    """A worker that is told to stop gives its jobs back; that is nobody's failure."""
    doing = asyncio.create_task(attempt(errand_that(dawdle), env))
    await asyncio.sleep(0.01)

    doing.cancel()

    with pytest.raises(asyncio.CancelledError):
        await doing
    assert await env.store.dead_letters.list() == []

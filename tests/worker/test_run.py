"""The wrapper round every job: each attempt ends in an outcome, a retry, or a dead letter."""

import asyncio
import logging

import pytest
from arq import Retry
from hypothesis import given
from hypothesis import strategies as st

from config import Config
from domain.errors import UnavailableError
from jobs.job import Cancel, Done, Env, Outcome
from storage.dead_letters import Ending
from tests.worker.attempts import attempt, failed_before, only_letter, redis_of
from tests.worker.errands import Deed, errand_that
from worker.run import BACKOFF_SECONDS_BASE, BACKOFF_SECONDS_MAX, backoff_seconds, runner


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
    assert (letter.ending, letter.job_id) == (Ending.INVALID, "errand:town")
    assert letter.arguments == {"place": "town", "speed": ["fast"]}
    assert "speed" in letter.reason


async def test_arguments_without_names_are_buried_as_they_came(env: Env) -> None:
    """A stock arq client may send them so; dropped without a letter, nobody would know."""
    run = runner(errand_that(succeed))
    ctx = {
        "env": env,
        "redis": redis_of(env),
        "job_id": "errand:town",
        "job_try": 1,
        "token": "1",
    }

    said = await run(ctx, "town", 7)

    assert said.startswith("buried: its arguments are not valid")
    assert "7" in str((await only_letter(env)).arguments)


@pytest.mark.parametrize("job_id", ["4f0c", "errand:../../etc/x", "x" * 99, ""])
async def test_a_job_with_an_id_of_its_own_is_buried_as_the_job_that_it_is(
    env: Env, job_id: str
) -> None:
    """A stock arq client makes ids as it likes; what was asked is the same job all the same."""
    await attempt(errand_that(stumble), env, job_id=job_id, place="market")

    letter = await only_letter(env)
    assert (letter.key, letter.job_id) == ("market", job_id)


@pytest.mark.parametrize("place", ["../../etc/x", "x" * 99, "", "Läufer"])
async def test_a_job_with_a_key_that_is_no_name_is_buried_all_the_same(
    env: Env, config: Config, place: str
) -> None:
    """No key may cost the letter or leave its place, and the letter says what it was."""
    await attempt(errand_that(stumble), env, job_id=f"errand:{place}", place=place)

    letter = await only_letter(env)
    assert (config.root / "dead_letters" / f"errand-{letter.key}.json").is_file()
    assert (letter.job_id, letter.arguments) == (f"errand:{place}", {"place": place})


async def test_keys_of_which_the_same_name_is_left_have_a_letter_each(env: Env) -> None:
    """The second must not take the place of the first."""
    for place in ("a/b", "a:b", "a_b"):
        await attempt(errand_that(stumble), env, job_id=f"errand:{place}", place=place)

    letters = await env.store.dead_letters.list()
    assert {letter.arguments["place"] for letter in letters} == {"a/b", "a:b", "a_b"}


@pytest.mark.parametrize("number", [1, 2, 3, 4])
async def test_a_failure_worth_a_retry_is_tried_again_later(env: Env, number: int) -> None:
    """What does not answer now may answer soon; the wait grows, and is not the same for all."""
    kind = errand_that(find_the_shop_shut)
    await failed_before(env, times=number - 1)

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
    await failed_before(env, times=4)

    said = await attempt(errand_that(find_the_shop_shut), env, number=5)

    letter = await only_letter(env)
    assert said == "buried: UnavailableError: The shop is shut."
    assert letter.reason == "UnavailableError: The shop is shut."
    assert (letter.attempts, letter.lost_workers, letter.ending) == (5, 0, Ending.FAILED)


async def test_a_job_that_comes_again_by_itself_is_given_up_without_a_letter(env: Env) -> None:
    """An outage of an hour would else leave a letter for each look at what is owed."""
    kind = errand_that(find_the_shop_shut, is_buried=False)
    await failed_before(env, times=4)

    said = await attempt(kind, env, number=5)

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
    await failed_before(env, times=4)

    await attempt(kind, env, number=5)

    letter = await only_letter(env)
    assert letter.ending is Ending.TIMED_OUT
    assert "TimeoutError" in letter.reason
    assert "0.02 s" in letter.reason


async def test_a_letter_that_the_disk_refuses_keeps_its_job_in_the_queue(
    env: Env, config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    """To say "buried" where nothing is buried would be the one lie that loses work."""
    (config.root / "dead_letters").rmdir()
    (config.root / "dead_letters").write_text("in the way")

    with caplog.at_level(logging.INFO), pytest.raises(Retry) as again:
        await attempt(errand_that(stumble), env)

    assert (again.value.defer_score or 0) > 1000
    assert not [line for line in caplog.messages if line.startswith("job buried")]


async def test_a_job_whose_letter_was_refused_is_buried_when_the_disk_is_well(
    env: Env, config: Config
) -> None:
    """It has not used up more of its budget by the failure of another."""
    (config.root / "dead_letters").rmdir()
    with pytest.raises(Retry):
        await attempt(errand_that(stumble), env)
    (config.root / "dead_letters").mkdir()

    await attempt(errand_that(stumble), env, number=2)

    letter = await only_letter(env)
    assert letter.lost_workers <= 1


@pytest.mark.parametrize("deed", [succeed, find_nothing_to_do])
async def test_a_job_that_succeeds_after_all_takes_its_letter_away(
    env: Env, deed: Deed
) -> None:
    """A letter is a task for a person; here nothing is left to do."""
    await attempt(errand_that(stumble), env, place="market", job_id="errand:market")
    await attempt(errand_that(stumble), env)

    await attempt(errand_that(deed), env)

    assert (await only_letter(env)).key == "market"


async def test_a_success_is_one_also_where_its_letter_cannot_be_removed(
    env: Env, config: Config
) -> None:
    """What is done is done; to do it again because of a letter would be the wrong way round."""
    (config.root / "dead_letters" / "errand-town.json").mkdir()

    said = await attempt(errand_that(succeed), env)

    assert said == "done: bread bought"


async def test_a_cancellation_that_nobody_asked_for_is_a_failure(env: Env) -> None:
    """Given back to the queue such a job would come again at once, for ever."""

    async def wait_for_something_cancelled(_env: Env) -> Outcome:
        waiting = asyncio.get_running_loop().create_future()
        waiting.cancel()
        return await waiting

    said = await attempt(errand_that(wait_for_something_cancelled), env)

    assert said.startswith("buried: CancelledError")
    assert (await only_letter(env)).ending is Ending.FAILED


async def test_a_cancelled_attempt_leaves_no_letter(env: Env) -> None:
    """A worker that is told to stop gives its jobs back; that is nobody's failure."""
    doing = asyncio.create_task(attempt(errand_that(dawdle), env))
    await asyncio.sleep(0.01)

    doing.cancel()

    with pytest.raises(asyncio.CancelledError):
        await doing
    assert await env.store.dead_letters.list() == []

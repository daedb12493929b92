"""A Redis that is away is asked now and then, by one at a time, and complained of once."""

import asyncio

import pytest
from redis.exceptions import RedisError, ResponseError

from jobs.breaker import Breaker

AWAY_SECONDS = 2.0


class Hands:
    """A clock that a test moves."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def breaker(clock: Hands) -> Breaker:
    return Breaker("each counts for itself", away_seconds=AWAY_SECONDS, clock=clock)


async def asked(breaker: Breaker, failure: Exception | None = None) -> bool:
    """Ask Redis, which fails so or answers; return whether it was asked at all."""
    was_asked = False
    async with breaker.asking(1.0) as is_there:
        was_asked = is_there
        if is_there and failure:
            raise failure
    return was_asked


@pytest.mark.parametrize(
    "failure",
    [RedisError("no"), ResponseError("no"), ConnectionError("no"), TimeoutError()],
    ids=["redis", "refused", "connection", "time"],
)
async def test_a_redis_that_was_away_is_asked_again_after_a_while(
    breaker: Breaker, clock: Hands, failure: Exception
) -> None:
    """And once it has answered, by everybody."""
    first = await asked(breaker, failure)
    meanwhile = [await asked(breaker) for _ in range(3)]
    clock.now += AWAY_SECONDS

    assert first
    assert meanwhile == [False] * 3
    assert [await asked(breaker) for _ in range(3)] == [True] * 3


async def test_one_that_may_be_back_is_asked_by_one_at_a_time(
    breaker: Breaker, clock: Hands
) -> None:
    """The others do not wait for the same answer."""
    await asked(breaker, RedisError("no"))
    clock.now += AWAY_SECONDS

    async with breaker.asking(1.0) as is_there:
        others = [await asked(breaker) for _ in range(3)]

    assert is_there
    assert others == [False] * 3
    assert await asked(breaker)


async def test_an_outage_is_warned_of_once(
    breaker: Breaker, clock: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    """However long it lasts; the next one is another."""
    for _second in range(5):
        await asked(breaker, TimeoutError())
        clock.now += AWAY_SECONDS
    once = caplog.messages.copy()
    await asked(breaker)
    await asked(breaker, RedisError("gone."))

    assert once == ["Redis is away, each counts for itself: TimeoutError"]
    assert caplog.messages == [*once, "Redis is away, each counts for itself: gone"]
    assert {record.levelname for record in caplog.records} == {"WARNING"}


async def test_one_that_says_nothing_is_given_up(breaker: Breaker) -> None:
    """In the time that the block was given."""
    async with breaker.asking(0.001) as is_there:
        await asyncio.Event().wait()

    assert is_there
    assert not await asked(breaker)


async def test_what_is_no_failure_of_redis_is_not_held_back(breaker: Breaker) -> None:
    """And tells nothing of whether Redis is there."""
    with pytest.raises(ValueError, match="ours"):
        await asked(breaker, ValueError("ours"))

    assert await asked(breaker)

"""Requests are counted over any sixty seconds: in Redis for all, and here while it is away."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from config import Config
from jobs.queue import connect, disconnect
from jobs.rates import (
    ANSWER_SECONDS_MAX,
    AWAY_SECONDS,
    COUNT,
    PREFIX,
    SECONDS_COUNTED,
    LocalCounter,
    RedisCounter,
)
from jobs.wiring import make_counter

NOWHERE = "unix:///nowhere/redis.sock"


class Hands:
    """A clock that is moved by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is busy with tests answers late; who shall be given up says so."""
    monkeypatch.setattr("jobs.rates.ANSWER_SECONDS_MAX", 10.0)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def redis(config: Config) -> AsyncIterator[Redis]:
    redis = connect(config.redis_address)
    yield redis
    await disconnect(redis)


async def granted(counter: LocalCounter | RedisCounter, name: str, limit: int, of: int) -> int:
    verdicts = [await counter.count(name, limit) for _ in range(of)]
    return sum(verdict.is_granted for verdict in verdicts)


async def test_as_many_are_granted_as_the_limit_says(clock: Hands) -> None:
    """And the next one is told when to come again."""
    counter = LocalCounter(clock)
    told = [await counter.count("ann", 3) for _ in range(4)]

    assert [verdict.is_granted for verdict in told] == [True, True, True, False]
    assert [verdict.remaining for verdict in told] == [2, 1, 0, 0]
    assert told[-1].reset_seconds == SECONDS_COUNTED


@pytest.mark.parametrize("offset", [0.0, 0.3, 0.999])
async def test_no_sixty_seconds_ever_hold_more_than_the_limit(
    clock: Hands, offset: float
) -> None:
    """Also not round the turn of a minute, where fixed windows grant twice as many."""
    counter, limit = LocalCounter(clock), 5
    clock.now += offset
    times = []
    for _step in range(900):
        if (await counter.count("ann", limit)).is_granted:
            times.append(clock.now)
        clock.now += 0.37

    most = max(sum(start <= time <= start + 60 for time in times) for start in times)
    assert most == limit
    assert len(times) >= limit * 5  # in five and a half minutes


async def test_who_waits_as_long_as_he_was_told_is_let_in(clock: Hands) -> None:
    """Else `Retry-After` would be a lie."""
    counter = LocalCounter(clock)
    for _second in range(5):
        await counter.count("ann", 5)
        clock.now += 7
    refused = await counter.count("ann", 5)
    clock.now += refused.reset_seconds - 1
    early = await counter.count("ann", 5)
    clock.now += 1

    assert not refused.is_granted
    assert not early.is_granted
    assert (await counter.count("ann", 5)).is_granted


async def test_what_is_refused_or_only_looked_at_is_not_counted(clock: Hands) -> None:
    """A client that asks too often gets what it may have all the same."""
    counter = LocalCounter(clock)
    assert await granted(counter, "ann", 2, of=50) == 2
    assert not (await counter.count("ann", 2, asked=0)).is_granted
    clock.now += SECONDS_COUNTED
    looks = [await counter.count("ann", 2, asked=0) for _ in range(5)]

    assert all(look.is_granted and look.remaining == 2 for look in looks)
    assert await granted(counter, "ann", 2, of=50) == 2


async def test_names_are_counted_apart_and_not_for_ever(
    clock: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One client's haste is not another's; a flood of addresses does not fill the memory."""
    monkeypatch.setattr("jobs.rates.NAMES_MAX", 10)
    counter = LocalCounter(clock)
    for number in range(100):
        assert await granted(counter, f"address:{number}", 1, of=2) == 1

    assert len(counter._counts) == 10


async def test_all_processes_count_together(config: Config) -> None:
    """The limit is that of a key, however many processes the installation has."""
    first, second = make_counter(config), make_counter(config)
    told = [await granted(one, "ann", 10, of=6) for one in (first, second, first)]

    assert told == [6, 4, 0]
    assert not (await second.count("ann", 10)).is_granted
    assert await granted(second, "bob", 10, of=20) == 10
    await first.close()
    await second.close()


async def test_who_ask_at_the_same_moment_do_not_slip_through(config: Config) -> None:
    """It is one step in Redis: nobody reads what another is about to change."""
    counters = [make_counter(config) for _ in range(4)]
    verdicts = await asyncio.gather(
        *(counter.count("ann", 25) for counter in counters for _ in range(20))
    )

    assert sum(verdict.is_granted for verdict in verdicts) == 25
    for counter in counters:
        await counter.close()


async def test_redis_and_the_process_count_alike(redis: Redis, clock: Hands) -> None:
    """They take one another's place."""
    script = redis.register_script(COUNT)
    here = LocalCounter(clock)
    for asked in (1, 1, 0, 1, 1, 0):
        is_granted, used, reset = await script(keys=["alike"], args=[3, asked, SECONDS_COUNTED])
        ours = await here.count("alike", 3, asked=asked)
        assert (bool(is_granted), 3 - used) == (ours.is_granted, ours.remaining)
        assert 1 <= reset <= ours.reset_seconds == SECONDS_COUNTED


async def test_redis_forgets_what_is_older_than_a_minute(redis: Redis) -> None:
    """Also what a clock that was put back has left in the future."""
    now, _micros = await redis.time()
    old = {now - SECONDS_COUNTED: 50, now - 1_000: 50, now + 500: 50, now - 30: 2}
    await redis.hset(PREFIX + "ann", mapping={str(second): n for second, n in old.items()})
    counter = RedisCounter(redis)

    verdict = await counter.count("ann", 10)

    assert verdict.is_granted
    assert verdict.remaining == 7
    assert verdict.reset_seconds <= 31
    assert await redis.hlen(PREFIX + "ann") <= 3
    assert 0 < await redis.ttl(PREFIX + "ann") <= SECONDS_COUNTED


async def test_without_redis_each_process_keeps_to_the_limit_by_itself() -> None:
    """Nobody is turned away because of it, and nobody is let in without end."""
    counter = RedisCounter(connect(NOWHERE))

    assert await granted(counter, "ann", 10, of=30) == 10
    await counter.close()


async def test_a_redis_that_vanishes_or_is_emptied_forgets_nothing_here(
    config: Config, redis: Redis
) -> None:
    """The count goes along in the process."""
    counter = make_counter(config)
    assert await granted(counter, "ann", 10, of=10) == 10
    await redis.flushall()

    assert await granted(counter, "ann", 10, of=10) == 0
    await counter.close()


async def test_a_redis_that_is_away_is_not_asked_by_every_request(clock: Hands) -> None:
    """To wait for it each time would make everybody slow; it is asked again after a while."""
    counter = RedisCounter(connect(NOWHERE), clock)
    tries: list[str] = []
    script = counter._script

    async def counted(**given: object) -> object:
        tries.append("asked")
        return await script(**given)

    counter._script = counted
    await granted(counter, "ann", 100, of=20)
    at_first = len(tries)
    clock.now += AWAY_SECONDS
    await granted(counter, "ann", 100, of=20)

    assert (at_first, len(tries)) == (1, 2)
    await counter.close()


async def test_a_redis_that_says_nothing_is_given_up_soon_and_found_again(
    config: Config, clock: Hands, redis: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It accepts the connection and hangs: what a frozen machine looks like from outside."""
    monkeypatch.setattr("jobs.rates.ANSWER_SECONDS_MAX", ANSWER_SECONDS_MAX)
    silent = tmp_path / "silent.sock"
    held: list[asyncio.StreamWriter] = []
    server = await asyncio.start_unix_server(
        lambda _reader, writer: held.append(writer), str(silent)
    )
    counter = RedisCounter(connect(f"unix://{silent}"), clock)
    assert await granted(counter, "ann", 3, of=5) == 3
    for writer in held:
        writer.close()
    server.close()
    silent.unlink()
    silent.symlink_to(config.redis_address.removeprefix("unix://"))

    clock.now += AWAY_SECONDS
    monkeypatch.setattr("jobs.rates.ANSWER_SECONDS_MAX", 10.0)
    assert (await counter.count("bob", 3)).is_granted
    assert await redis.exists(PREFIX + "bob")
    await counter.close()

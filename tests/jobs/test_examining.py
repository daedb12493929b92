"""A look at Redis: what it tells of itself, and of a worker that lives."""

import asyncio
from datetime import timedelta

import pytest

from config import Config
from domain.errors import RejectedError, UnavailableError
from jobs.examining import HEARTBEAT_KEY, HEARTBEAT_SECONDS, look_at_redis
from jobs.queue import connect, disconnect
from storage.clock import system_clock
from tests.conftest import working


async def test_a_redis_tells_its_version_its_settings_and_its_time(config: Config) -> None:
    """What a person would ask for by hand."""
    seen = await look_at_redis(config.redis_address, system_clock)

    assert seen.version.split()[-1][0].isdigit()
    assert 0 < seen.latency_seconds < 1
    assert seen.settings
    assert seen.settings["maxmemory-policy"] == "noeviction"
    assert seen.settings["appendonly"] == "no"
    assert seen.info["connected_clients"] >= 1
    assert abs(seen.ahead_seconds) < 1
    assert seen.heartbeat_seconds is None


async def test_a_clock_that_differs_is_measured_against_ours(config: Config) -> None:
    """A negative number is a Redis that is behind."""
    seen = await look_at_redis(
        config.redis_address, lambda: system_clock() + timedelta(minutes=1)
    )

    assert -61 < seen.ahead_seconds < -59


async def test_a_worker_gives_a_sign_of_life(config: Config) -> None:
    """By the key that the engine itself lays down."""
    redis = connect(config.redis_address)
    try:
        async with working(config):
            while not await redis.exists(HEARTBEAT_KEY):
                await asyncio.sleep(0.01)
            seen = await look_at_redis(config.redis_address, system_clock)
    finally:
        await disconnect(redis)

    assert seen.heartbeat_seconds is not None
    assert 0 <= seen.heartbeat_seconds < HEARTBEAT_SECONDS


@pytest.mark.parametrize(
    ("address", "kind"),
    [("redis://127.0.0.1:1", UnavailableError), ("http://127.0.0.1", RejectedError)],
    ids=["away", "no url"],
)
async def test_what_cannot_be_asked_says_why(address: str, kind: type[Exception]) -> None:
    """Wait, or correct it."""
    with pytest.raises(kind):
        await look_at_redis(address, system_clock)

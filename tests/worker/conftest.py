"""A client of the test's Redis, to look behind the engine's back."""

from collections.abc import AsyncIterator

import pytest
from arq.connections import ArqRedis

from config import Config
from jobs.queue import connect, disconnect


@pytest.fixture
async def redis(config: Config) -> AsyncIterator[ArqRedis]:
    redis = connect(config.redis_address)
    yield redis
    await disconnect(redis)

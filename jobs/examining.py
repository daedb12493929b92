"""What can be seen of Redis at one look: for a person who asks why something does not work."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from redis.exceptions import RedisError, ResponseError

from domain.errors import UnavailableError
from jobs.lanes import QUEUE_NAME
from jobs.queue import connect, disconnect
from jobs.wire import words_of
from storage.clock import Clock

PINGS = 5
ANSWER_SECONDS_MAX = 3.0  # for all questions together
# arq lays this key down at each beat of a worker, to vanish when it has missed one: within 31 s.
HEARTBEAT_KEY = f"{QUEUE_NAME}:health-check"
HEARTBEAT_SECONDS = 31.0
SETTINGS = ("appendonly", "appendfsync", "maxmemory", "maxmemory-policy")


@dataclass(frozen=True, slots=True)
class RedisSeen:
    """What a Redis has told of itself.

    `settings` is None where it does not let us ask. `ahead_seconds` is by how much its clock is
    ahead of ours. `heartbeat_seconds` is how long ago a worker has last given a sign of life,
    None if none has.
    """

    version: str
    latency_seconds: float
    settings: Mapping[str, str] | None
    info: Mapping[str, Any]
    ahead_seconds: float
    heartbeat_seconds: float | None


async def look_at_redis(address: str, clock: Clock) -> RedisSeen:
    """Return what the Redis at this URL tells of itself.

    Raises RejectedError for a URL that is none, and UnavailableError if it does not answer.
    """
    redis = connect(address)
    try:
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            return await _look(redis, clock)
    except (RedisError, OSError, TimeoutError) as error:
        raise UnavailableError(
            f"Redis does not answer: {words_of(error)}.",
            remedy="Start it, or correct REDIS_URL. What was accepted is kept meanwhile.",
        ) from error
    finally:
        await disconnect(redis)


async def _look(redis: Any, clock: Clock) -> RedisSeen:
    latency = min([await _ping(redis) for _ in range(PINGS)])
    before = clock()
    seconds, microseconds = await redis.time()
    ours = before + (clock() - before) / 2
    theirs = datetime.fromtimestamp(seconds, UTC).replace(microsecond=microseconds)
    info = await redis.info()
    left_ms = await redis.pttl(HEARTBEAT_KEY)
    return RedisSeen(
        version=f"{info.get('server_name', 'redis')} {_version(info)}",
        latency_seconds=latency,
        settings=await _settings(redis),
        info=info,
        ahead_seconds=(theirs - ours).total_seconds(),
        heartbeat_seconds=HEARTBEAT_SECONDS - left_ms / 1000 if left_ms > 0 else None,
    )


def _version(info: Mapping[str, Any]) -> str:
    # Valkey says which Redis it behaves like, and beside that which Valkey it is.
    return str(info.get("valkey_version") or info.get("redis_version") or "unknown")


async def _ping(redis: Any) -> float:
    started = time.perf_counter()
    await redis.ping()
    return time.perf_counter() - started


async def _settings(redis: Any) -> Mapping[str, str] | None:
    try:
        found = [await redis.config_get(name) for name in SETTINGS]
    except ResponseError:  # some hosts of Redis let nobody ask
        return None
    return {_text(name): _text(value) for settings in found for name, value in settings.items()}


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value

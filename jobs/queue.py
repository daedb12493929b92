"""The queue: jobs as arq lays them down in Redis, in JSON.

arq's own codec is pickle, which would let whoever can write to Redis run code here. The keys
and the layout stay arq's, so a stock arq client can enqueue for our workers.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pydantic_core
from arq.connections import ArqRedis
from arq.jobs import serialize_job
from redis import Redis
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from domain.errors import RejectedError, UnavailableError
from jobs.carrying import ringing
from jobs.depth import depths, together
from jobs.job import Job, QueueDepth
from jobs.lanes import LANES, QUEUE_NAME, QUEUES, RUNNING_KEY, WAKE_KEY, Lane
from jobs.waiting import QueuedJob, find_queued, first_queued
from jobs.wire import words_of
from storage.clock import Clock

__all__ = [
    "QUEUE_NAME",
    "RUNNING_KEY",
    "WAKE_KEY",
    "ArqQueue",
    "connect",
    "connect_blocking",
    "decode",
    "disconnect",
    "encode",
    "heed_cancellation",
]

PAYLOAD_SECONDS_MAX = 28 * 86_400  # arq's one day would turn a long backlog into failures
ANSWER_SECONDS_MAX = 1.0  # a Redis that does not answer must not hold up a 202
CONNECTIONS_MAX = 64
BATCH_JOBS_MAX = 500
URL_OPTIONS = frozenset({"db", "ssl_ca_certs", "ssl_cert_reqs"})

TOKENS_MAX = 64  # as many workers as one ring can wake
PUT_OFF_MS_MAX = 600_000  # twice as long as the wrapper waits before an attempt
KEEPALIVE = {socket.TCP_KEEPIDLE: 15, socket.TCP_KEEPINTVL: 5, socket.TCP_KEEPCNT: 3}  # seconds

# One round trip rings for a whole batch: a job that is queued or runs already is left alone (the
# queue says so, not the payload, which could have outlived it), and one token wakes one worker.
# What is due now is due by Redis's own clock. If that was put back, a job may stand in the queue
# for a time that is yet to come: who was never begun is brought forward, and who is to be tried
# again, if it is later than any attempt is put off.
# KEYS: queue, wake list. ARGV: due (ms; empty for now), payload's life (ms), tokens at most, the
# longest that an attempt is put off (ms), then job id and payload by turns. Returns how many
# jobs are new.
RING = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local due = ARGV[1] ~= '' and ARGV[1] or string.format('%.0f', now)
local new, late = 0, 0
for i = 5, #ARGV, 2 do
  local id = ARGV[i]
  if redis.call('ZADD', KEYS[1], 'NX', due, id) == 1 then
    redis.call('SET', 'arq:job:' .. id, ARGV[i + 1], 'PX', ARGV[2])
    new = new + 1
  elseif ARGV[1] == '' then
    local ahead = redis.call('ZSCORE', KEYS[1], id) - now
    if ahead > tonumber(ARGV[4])
        or ahead > 0 and redis.call('EXISTS', 'arq:retry:' .. id) == 0 then
      redis.call('ZADD', KEYS[1], due, id)
      late = late + 1
    end
  end
end
for _ = 1, math.min(new + late, ARGV[3] - redis.call('LLEN', KEYS[2])) do
  redis.call('LPUSH', KEYS[2], '1')
end
return new
"""

log = logging.getLogger(__name__)


def encode(message: Mapping[str, Any]) -> bytes:
    """Return arq's message as JSON; an exception in it, which arq passes raw, as its text."""
    return pydantic_core.to_json(message, fallback=repr)


def decode(message: bytes) -> dict[str, Any]:
    """Return arq's message. Raises ValueError if it is not a JSON object."""
    decoded = pydantic_core.from_json(message)
    if not isinstance(decoded, dict):
        problem = "a queued job must be a JSON object"
        raise ValueError(problem)  # noqa: TRY004 - arq turns any error here into a failed job
    return decoded


def connect(address: str, *, answer_seconds_max: float | None = ANSWER_SECONDS_MAX) -> ArqRedis:
    """Return a client for this URL (redis://, rediss:// or unix://); it connects when used.

    redis-py parses the URL, because arq's own parser leaves percent-escapes in passwords. Raises
    RejectedError for a URL that is none.
    """
    with _url_refused():
        pool = ConnectionPool.from_url(
            _without_foreign_options(address), **_options(address, answer_seconds_max)
        )
    return ArqRedis(
        pool,
        job_serializer=encode,
        job_deserializer=decode,
        default_queue_name=QUEUE_NAME,
        expires_extra_ms=PAYLOAD_SECONDS_MAX * 1000,
    )


def connect_blocking(address: str) -> Redis:
    """Return a client for a thread that has no loop; it connects when used.

    Raises RejectedError for a URL that is none.
    """
    with _url_refused():
        return Redis.from_url(
            _without_foreign_options(address), **_options(address, ANSWER_SECONDS_MAX)
        )


def _options(address: str, answer_seconds_max: float | None) -> dict[str, Any]:
    return {
        "max_connections": CONNECTIONS_MAX,
        "socket_connect_timeout": ANSWER_SECONDS_MAX,
        "socket_timeout": answer_seconds_max,
        # A Redis that vanishes without a word must not be listened to for ever.
        **({} if address.startswith("unix:") else _kept_alive()),
    }


def _kept_alive() -> dict[str, Any]:
    return {"socket_keepalive": True, "socket_keepalive_options": KEEPALIVE}


@contextmanager
def _url_refused() -> Iterator[None]:
    try:
        yield
    except ValueError:  # it repeats what stands where the port should be: a part of a password
        raise RejectedError(
            "This is not the URL of a Redis.",
            field="REDIS_URL",
            remedy="Write redis://, rediss:// or unix:// and where it is.",
        ) from None


def _without_foreign_options(address: str) -> str:
    """Leave out the options of other clients, such as `?family=0`, which redis-py stumbles on."""
    place, _mark, options = address.partition("?")
    ours = [option for option in options.split("&") if option.partition("=")[0] in URL_OPTIONS]
    return f"{place}?{'&'.join(ours)}" if ours else place


async def disconnect(redis: ArqRedis) -> None:
    """Close a client made by `connect`, and its pool: redis-py leaves a given pool open."""
    await redis.aclose(close_connection_pool=True)


def heed_cancellation() -> None:
    """Raise the CancelledError that redis-py may have swallowed.

    It sends each command by `asyncio.wait_for`, which before Python 3.12 forgets a cancellation
    that comes as it ends; a loop that was told to stop would then go on for ever.
    """
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError


class ArqQueue:
    """Rings for jobs, and tells how deep the queue is."""

    def __init__(
        self,
        redis: ArqRedis,
        clock: Clock,
        *,
        before_close: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Ring over these connections; `before_close` ends what else uses them."""
        self._redis = redis
        self._clock = clock
        self._before_close = before_close
        self._ring_script = redis.register_script(RING)

    async def put(self, *jobs: Job, at: datetime | None = None) -> int:
        """Ring for these jobs, now or at a later time; return how many were not queued already.

        Each goes to the lane of its kind. Raises UnavailableError if Redis does not answer in
        time.
        """
        rung = 0
        for lane in LANES:
            of_lane = [job for job in jobs if job.lane == lane]
            for start in range(0, len(of_lane), BATCH_JOBS_MAX):
                batch = of_lane[start : start + BATCH_JOBS_MAX]
                rung += await self._ring(QUEUES[lane], batch, at)
        return rung

    async def depth(self) -> QueueDepth:
        """Return the depth of the queue. Raises UnavailableError if Redis does not answer."""
        return together((await self.depths()).values())

    async def depths(self) -> dict[Lane, QueueDepth]:
        """Return the depth of each lane. Raises UnavailableError if Redis does not answer."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                return await depths(self._redis, self._now_ms())
        except (RedisError, OSError, TimeoutError) as error:
            raise _silent(error) from error

    async def first(self, count: int) -> list[QueuedJob]:
        """Return this many of the first jobs of each lane. Raises UnavailableError likewise."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                return await first_queued(self._redis, self._now_ms(), count)
        except (RedisError, OSError, TimeoutError) as error:
            raise _silent(error) from error

    async def find(self, job_id: str) -> QueuedJob | None:
        """Return a job that is queued or runs. Raises UnavailableError likewise."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                return await find_queued(self._redis, self._now_ms(), job_id)
        except (RedisError, OSError, TimeoutError) as error:
            raise _silent(error) from error

    async def close(self) -> None:
        """Let go of the connections."""
        if self._before_close:
            await self._before_close()
        await disconnect(self._redis)

    async def _ring(self, queue: str, jobs: Sequence[Job], at: datetime | None) -> int:
        now = self._now_ms()
        ahead = max(0, int(at.timestamp() * 1000) - now) if at else 0
        life = ahead + PAYLOAD_SECONDS_MAX * 1000
        arguments: list[Any] = [now + ahead if ahead else "", life, TOKENS_MAX, PUT_OFF_MS_MAX]
        with ringing(queue, jobs) as carried:
            for job in jobs:
                arguments += [job.id, _payload(job, now, carried)]
            try:
                async with asyncio.timeout(ANSWER_SECONDS_MAX):
                    rung = int(await self._ring_script([queue, WAKE_KEY], arguments))
                    heed_cancellation()
            except (RedisError, OSError, TimeoutError) as error:
                raise _silent(error) from error
        return rung

    def _now_ms(self) -> int:
        return int(self._clock().timestamp() * 1000)


def _payload(job: Job, now_ms: int, carried: Mapping[str, str]) -> bytes:
    def encoded(message: Mapping[str, Any]) -> bytes:
        return encode({**message, **carried})  # behind what is arq's: its place is looked at

    return serialize_job(
        job.name, (), job.model_dump(mode="json"), None, now_ms, serializer=encoded
    )


def _silent(error: Exception) -> UnavailableError:
    return UnavailableError(
        f"The queue does not answer: {words_of(error)}.",
        remedy="Nothing is lost: what was accepted is rung for again as soon as Redis is back.",
    )

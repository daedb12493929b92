"""Our arq worker: woken at once, holding each job by a lease that its death lets go.

Stock arq looks every half second, and holds a job for the longest time limit of any function
plus ten seconds, however dead its worker is. Here a token in a list wakes the engine, a lease
of a few seconds is renewed while the job runs, and what runs where stands in one hash, from
which the supervisor releases the jobs of a child that died.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from arq.connections import ArqRedis
from arq.constants import in_progress_key_prefix
from arq.worker import Worker
from redis.exceptions import RedisError

from jobs.queue import RUNNING_KEY, WAKE_KEY, disconnect, heed_cancellation

IDLE_SECONDS = 0.5  # how long a token that was never laid down can delay a job
LEASE_SECONDS = 10.0
RENEW_SECONDS = LEASE_SECONDS / 3
REDIS_PAUSE_SECONDS = 0.5

log = logging.getLogger(__name__)


class Engine(Worker):
    """An arq worker that reacts in milliseconds. `name` tells it from its siblings."""

    def __init__(self, *, name: str, waker: ArqRedis, **settings: Any) -> None:
        super().__init__(poll_delay=0, **settings)
        self.name = name
        self.in_progress_timeout_s = LEASE_SECONDS
        self._waker = waker
        self._awake = asyncio.Event()

    async def main(self) -> None:
        listening = asyncio.create_task(self._listen())
        try:
            await super().main()
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening

    async def close(self) -> None:
        """Let go of everything, also when Redis is no longer there to be told.

        Jobs that are running end first: what they commit is true whether Redis hears of it
        or not.
        """
        shut_down, self.on_shutdown = self.on_shutdown, None
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)
        self.tasks.clear()
        try:
            await super().close()
        except (RedisError, OSError) as error:
            log.warning("Redis was not told of the end: %s", error)
        if shut_down:
            await shut_down(self.ctx)
        await disconnect(self._waker)

    async def _listen(self) -> None:
        """Take wake tokens as they come; a Redis that is away is waited for."""
        while True:
            try:
                await self._waker.execute_command("BLPOP", WAKE_KEY, 0)
                self._awake.set()
            except (RedisError, OSError):
                await asyncio.sleep(REDIS_PAUSE_SECONDS)

    async def _poll_iteration(self) -> None:
        heed_cancellation()
        with suppress(TimeoutError):
            async with asyncio.timeout(IDLE_SECONDS):
                await self._awake.wait()
        self._awake.clear()
        await super()._poll_iteration()

    def _release_sem_dec_counter_on_complete(self) -> None:
        super()._release_sem_dec_counter_on_complete()
        self._awake.set()  # a slot is free: what waits in the queue may start

    async def run_job(self, job_id: str, score: int) -> None:
        # arq gathers these tasks as it closes; one cancelled while it is finished would end that.
        with suppress(asyncio.CancelledError):
            async with self._leased(job_id):
                await super().run_job(job_id, score)

    @asynccontextmanager
    async def _leased(self, job_id: str) -> AsyncIterator[None]:
        """Hold the right to work on a job for as long as it takes, and say who holds it."""
        await self.pool.execute_command("HSET", RUNNING_KEY, job_id, self.name)
        renewing = asyncio.create_task(self._renew(job_id))
        try:
            yield
        finally:
            renewing.cancel()
            # A task that was cancelled cannot speak to Redis any more: redis-py looks at each
            # connection for zero seconds, and `asyncio.timeout` of Python 3.11 takes the earlier
            # cancellation for its own. Another task can.
            letting_go = self.pool.execute_command("HDEL", RUNNING_KEY, job_id)
            await asyncio.shield(asyncio.ensure_future(letting_go))

    async def _renew(self, job_id: str) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            try:
                await self.pool.pexpire(
                    in_progress_key_prefix + job_id, int(LEASE_SECONDS * 1000)
                )
            except (RedisError, OSError):
                log.warning("the lease was not renewed", extra={"job": job_id})


async def release(redis: ArqRedis, name: str) -> int:
    """Let go of every job that this worker held; return how many. Call only when it is dead."""
    running: dict[bytes, bytes] = await redis.execute_command("HGETALL", RUNNING_KEY)
    held = [job_id.decode() for job_id, holder in running.items() if holder.decode() == name]
    if not held:
        return 0
    async with redis.pipeline(transaction=True) as pipe:
        pipe.delete(*(in_progress_key_prefix + job_id for job_id in held))
        pipe.hdel(RUNNING_KEY, *held)
        pipe.lpush(WAKE_KEY, *("1" for _ in held))
        await pipe.execute()
    return len(held)

"""The board in Redis: a key that is soon forgotten for each job, and a channel of the same name.

What is reported waits in memory for a task that takes all of it to Redis in one round trip, so a
job never waits for Redis. Who listens shares one subscription with all others of his process.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from jobs.progress import Progress
from jobs.queue import heed_cancellation
from storage.clock import Clock

PREFIX = "texas811:progress:"
PROGRESS_SECONDS = 900  # no stage of a job lasts longer
READ_SECONDS_MAX = 0.2
POST_SECONDS_MAX = 1.0
PENDING_MAX = 1_000  # beyond that the oldest are left out
HEAR_SECONDS = 1.0  # at a time: then it is looked whether anybody still listens
PAUSE_SECONDS = 0.2  # before a Redis that is away is asked again

log = logging.getLogger(__name__)


class RedisBoard:
    """Where jobs post their progress. A Redis that is away costs the news and nothing else."""

    def __init__(self, redis: Redis, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._pending: deque[tuple[str, Progress]] = deque(maxlen=PENDING_MAX)
        self._posting: asyncio.Task[None] | None = None
        self._ears: dict[str, set[Ear]] = {}
        self._hearing: asyncio.Task[None] | None = None

    def report(self, job_id: str, stage: str, percent: int) -> None:
        """Post how far a job has come; another task takes it to Redis."""
        self._pending.append((job_id, Progress(stage, percent, self._clock())))
        if self._posting is None or self._posting.done():
            self._posting = asyncio.get_running_loop().create_task(self._post())

    async def close(self) -> None:
        """Let what was reported go out, within its time, and hear nothing more.

        To be called before the connections are let go of: a task must not meet closed ones.
        """
        if self._posting and not self._posting.done():
            await asyncio.wait([self._posting], timeout=POST_SECONDS_MAX)
        for task in (self._posting, self._hearing):
            if task:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        heed_cancellation()

    async def read(self, job_id: str) -> Progress | None:
        """Return what was reported last; None if that is not known."""
        try:
            async with asyncio.timeout(READ_SECONDS_MAX):
                found = await self._redis.get(PREFIX + job_id)
                heed_cancellation()
                return Progress.parsed(found) if found else None
        except (RedisError, OSError, TimeoutError, ValueError):
            heed_cancellation()  # what was raised may be all that is left of it
            return None

    @contextmanager
    def listening(self, job_id: str) -> Iterator["Ear"]:
        """Listen to a job while the block runs."""
        ear = Ear(self, job_id)
        self._ears.setdefault(job_id, set()).add(ear)
        if self._hearing is None or self._hearing.done():
            self._hearing = asyncio.get_running_loop().create_task(self._hear())
        try:
            yield ear
        finally:
            self._ears[job_id].discard(ear)
            if not self._ears[job_id]:
                del self._ears[job_id]

    async def _post(self) -> None:
        while self._pending:
            news, self._pending = self._pending, deque(maxlen=PENDING_MAX)
            try:
                async with (
                    asyncio.timeout(POST_SECONDS_MAX),
                    self._redis.pipeline(transaction=False) as pipe,
                ):
                    for job_id, progress in news:
                        key, text = PREFIX + job_id, bytes(progress)
                        pipe.set(key, text, ex=PROGRESS_SECONDS)
                        pipe.publish(key, text)
                    await pipe.execute()
            except (RedisError, OSError, TimeoutError) as error:
                log.debug("%d reports were lost: %s", len(news), error)
            heed_cancellation()

    async def _hear(self) -> None:
        """Tell those who listen, as long as there are any."""
        while self._ears:
            try:
                async with self._redis.pubsub() as subscribed:
                    await subscribed.psubscribe(f"{PREFIX}*")
                    await self._pass_on(subscribed)
            except (RedisError, OSError) as error:
                log.debug("nothing is heard of the jobs: %s", error)
                await asyncio.sleep(PAUSE_SECONDS)
            heed_cancellation()

    async def _pass_on(self, subscribed: PubSub) -> None:
        while self._ears:
            message = await subscribed.get_message(timeout=HEAR_SECONDS)
            heed_cancellation()
            if message is None:
                continue
            if message["type"] != "pmessage":
                # From now on nothing is missed; what came before must be read.
                for ears in self._ears.values():
                    for ear in ears:
                        ear.ring(None)
                continue
            job_id = message["channel"].decode(errors="replace").removeprefix(PREFIX)
            with suppress(ValueError):
                progress = Progress.parsed(message["data"])
                for ear in self._ears.get(job_id, ()):
                    ear.ring(progress)


class Ear:
    """Who listens to one job."""

    def __init__(self, board: RedisBoard, job_id: str) -> None:
        self._board = board
        self._job_id = job_id
        self._known: Progress | None = None
        self._is_behind = True
        self._rung = asyncio.Event()
        self._rung.set()

    def ring(self, progress: Progress | None) -> None:
        """Hear of a report; None says that some may have been missed."""
        self._known = progress or self._known
        self._is_behind = progress is None
        self._rung.set()

    async def next(self, seconds_max: float) -> Progress | None:
        """Wait until something was reported, but not longer; return the last that is known.

        The first time it is returned at once.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds_max):
                await self._rung.wait()
        self._rung.clear()
        if self._is_behind:
            self._is_behind = False
            read = await self._board.read(self._job_id)
            # A report may have come while this was read.
            if read and not (self._known and self._known.at > read.at):
                self._known = read
        heed_cancellation()
        return self._known

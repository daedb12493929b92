"""Tries: how often a job has failed, and how often its worker died under it, told apart.

arq counts each start of a job, however it ends. So a start is marked before it and cleared
after it: a mark that still stands when the job comes again is that of a worker that died. The
first start needs no mark, because a second one without a word about the first says the same;
a job that succeeds at once costs nothing.

The count lies beside the job in Redis and goes where the job goes. A Redis that is flushed
forgets both, and the job, rung for anew, has a fresh budget: it can be tried more often than
was meant, and never less, and no more is lost than the patience of whoever waits.

Whoever hands a job back unfinished takes its start off arq's count again.
"""

import logging
from typing import Any

from redis.exceptions import RedisError

from jobs.lanes import QUEUE_NAME

TRIES_KEY = f"{QUEUE_NAME}:tries:"  # + job id: a hash of failures, lost workers, and the mark
KEPT_SECONDS = 88_400  # as long as arq keeps its own count

log = logging.getLogger(__name__)


class Tries:
    """The tries that a job has had. A Redis that does not answer costs a count, never a job."""

    def __init__(self, redis: Any, job_id: str, *, start: int) -> None:
        self._redis = redis
        self._key = TRIES_KEY + job_id
        self._is_first = start <= 1
        self.failures = 0
        self.lost_workers = 0

    async def recall(self) -> None:
        """Find out what became of the starts before this one."""
        if self._is_first:
            return
        told = await self._ask(("HMGET", self._key, "failures", "lost", "begun"))
        failures, lost, begun = told[0] if told else (b"0", b"0", b"0")
        self.failures = int(failures or 0)
        self.lost_workers = int(lost or 0) + (begun is None or int(begun))
        if begun is None or int(begun):
            await self._keep(begun=0)

    async def begin(self) -> None:
        """Mark that the job is being done from now on."""
        if not self._is_first:
            await self._keep(begun=1)

    async def fail(self) -> None:
        """Count a failure in code; the start has ended."""
        self.failures += 1
        await self._keep(begun=0)

    async def hand_back(self) -> None:
        """Note that the start has ended and is nobody's fault."""
        if not self._is_first:
            await self._keep(begun=0)

    async def forget(self) -> None:
        """Leave nothing behind: the job is over."""
        if not self._is_first:
            await self._ask(("DEL", self._key))

    async def _keep(self, *, begun: int) -> None:
        counts = ("failures", self.failures, "lost", self.lost_workers, "begun", begun)
        await self._ask(("HSET", self._key, *counts), ("EXPIRE", self._key, KEPT_SECONDS))

    async def _ask(self, *commands: tuple[Any, ...]) -> list[Any]:
        try:
            async with self._redis.pipeline(transaction=True) as pipe:
                for command in commands:
                    pipe.execute_command(*command)
                return list(await pipe.execute())
        except (RedisError, OSError) as error:
            log.warning("the tries of a job were not counted: %s", error)
            return []

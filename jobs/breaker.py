"""Asking a Redis that may be away: soon or not at all, for what can be had without it."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from redis.exceptions import RedisError

from jobs.queue import heed_cancellation
from jobs.wire import words_of

log = logging.getLogger(__name__)


class Breaker:
    """Lets a Redis be asked; one that was away only once in `away_seconds`, by one at a time.

    `meanwhile` is what becomes of the work then, for the log: it is warned of once, until Redis
    has answered again. `clock` is in seconds, and never goes back.
    """

    def __init__(
        self,
        meanwhile: str,
        *,
        away_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._meanwhile = meanwhile
        self._away_seconds = away_seconds
        self._clock = clock
        self._away_until: float | None = None  # None while it answers

    @asynccontextmanager
    async def asking(self, seconds_max: float) -> AsyncIterator[bool]:
        """Give Redis so long for what the block asks; yields whether to ask at all.

        A block that Redis fails ends there, and what follows it goes on without.
        """
        if self._away_until is not None:
            if self._clock() < self._away_until:
                yield False
                return
            self._put_off()  # whoever comes meanwhile need not wait for the same answer
        try:
            async with asyncio.timeout(seconds_max):
                yield True
                heed_cancellation()
        except (RedisError, OSError, TimeoutError) as error:
            if self._away_until is None:
                log.warning("Redis is away, %s: %s", self._meanwhile, words_of(error))
            self._put_off()
            heed_cancellation()
        else:
            self._away_until = None

    def _put_off(self) -> None:
        self._away_until = self._clock() + self._away_seconds

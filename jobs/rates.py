"""How often somebody has asked in the last minute: counted in Redis over all processes.

In any sixty seconds nobody gets more than his limit: what was granted is counted by the second,
and forgotten when its second is a whole minute past. What is refused is not counted. A Redis
that is away costs the common count and nothing else: then each process counts for itself.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from redis.asyncio import Redis

from jobs.breaker import Breaker

PREFIX = "texas811:rate:"
# The second that is under way, and the sixty before it: any sixty seconds lie in these.
SECONDS_COUNTED = 61
NAMES_MAX = (
    10_000  # counted in one process; beyond that the one longest unheard of is forgotten
)
ANSWER_SECONDS_MAX = 0.05
AWAY_SECONDS = 2.0  # before a Redis that did not answer is asked again

# KEYS: the count of one name. ARGV: limit, how much is asked for (0 to look only), seconds that
# are counted. By Redis's own clock, which all share. Returns whether it is granted, how much was
# granted in these seconds, and in how many seconds some of that is forgotten.
COUNT = """
local now = tonumber(redis.call('TIME')[1])
local asked, counted = tonumber(ARGV[2]), tonumber(ARGV[3])
local kept = redis.call('HGETALL', KEYS[1])
local used, oldest = 0, now
for i = 1, #kept, 2 do
  local second = tonumber(kept[i])
  if second <= now - counted or second > now then
    redis.call('HDEL', KEYS[1], kept[i])
  else
    used = used + kept[i + 1]
    oldest = math.min(oldest, second)
  end
end
local granted = used + math.max(asked, 1) <= tonumber(ARGV[1])
if granted and asked > 0 then
  redis.call('HINCRBY', KEYS[1], now, asked)
  redis.call('EXPIRE', KEYS[1], counted)
  used = used + asked
end
return {granted and 1 or 0, used, oldest + counted - now}
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one more request is granted.

    `remaining` is how many more would be at once; `reset_seconds`, whole and at least 1, after
    which time there is room for more.
    """

    is_granted: bool
    limit: int
    remaining: int
    reset_seconds: int


class Counter(Protocol):
    """Counts what each name asks for."""

    async def count(self, name: str, limit: int, *, asked: int = 1) -> Verdict:
        """Count a request of this name, if it is granted; with `asked=0` only look."""

    async def close(self) -> None:
        """Let go of the connections."""


class LocalCounter:
    """Counts what is asked of this process. `clock` is in seconds, and never goes back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: OrderedDict[str, dict[int, int]] = OrderedDict()

    async def count(self, name: str, limit: int, *, asked: int = 1) -> Verdict:
        """Count a request of this name, if it is granted; with `asked=0` only look."""
        now = math.floor(self._clock())
        counts = self._counts.pop(name, {})
        for second in [second for second in counts if second <= now - SECONDS_COUNTED]:
            del counts[second]
        used = sum(counts.values())
        is_granted = used + max(asked, 1) <= limit
        if is_granted and asked:
            counts[now] = counts.get(now, 0) + asked
            used += asked
        if counts:
            self._counts[name] = counts
            while len(self._counts) > NAMES_MAX:
                self._counts.popitem(last=False)
        reset = min(counts, default=now) + SECONDS_COUNTED - now
        return Verdict(is_granted, limit, max(0, limit - used), reset)

    async def close(self) -> None:
        """Let go of nothing."""


class RedisCounter:
    """Counts in Redis, over all processes; here too, for the time when Redis is away."""

    def __init__(self, redis: Redis, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._script = redis.register_script(COUNT)
        self._here = LocalCounter(clock)
        self._breaker = Breaker(
            "requests are counted in each process apart", away_seconds=AWAY_SECONDS, clock=clock
        )

    async def count(self, name: str, limit: int, *, asked: int = 1) -> Verdict:
        """Count a request of this name, if it is granted; with `asked=0` only look."""
        here = await self._here.count(name, limit, asked=0)
        if not here.is_granted:
            return here  # also after a Redis was emptied
        verdict = await self._counted(name, limit, asked)
        if verdict is None or (verdict.is_granted and asked):
            here = await self._here.count(name, limit, asked=asked)
        return verdict or here

    async def close(self) -> None:
        """Let go of the connections."""
        await self._redis.aclose(close_connection_pool=True)

    async def _counted(self, name: str, limit: int, asked: int) -> Verdict | None:
        """Return what Redis says; None if it is away."""
        async with self._breaker.asking(ANSWER_SECONDS_MAX) as is_there:
            if is_there:
                granted, used, reset = await self._script(
                    keys=[PREFIX + name], args=[limit, asked, SECONDS_COUNTED]
                )
                return Verdict(bool(granted), limit, max(0, limit - used), max(1, reset))
        return None

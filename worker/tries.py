"""Tries: how often a job has failed, and how often its worker died under it, told apart.

arq counts each start of a job, however it ends. So a start is marked before it and cleared
after it: a mark that still stands when the job comes again is that of a worker that died. The
first start needs no mark, because a second one without a word about the first says the same;
a job that succeeds at once costs nothing.

Who lost his lease goes on for a moment, and no longer knows who has the job. So each speaks with
the fencing token of his claim, and after a later one nobody listens to an earlier.

The count lies beside the job in Redis and goes where the job goes. A Redis that is flushed
forgets both, and the job, rung for anew, has a fresh budget: it can be tried more often than
was meant, and never less, and no more is lost than the patience of whoever waits.

Whoever hands a job back unfinished takes its start off arq's count again.
"""

import logging
from collections.abc import Mapping
from typing import Any, Literal, Self

from redis.exceptions import RedisError

from domain.errors import UnavailableError
from jobs.lanes import QUEUE_NAME

TRIES_KEY = f"{QUEUE_NAME}:tries:"  # + job id: a hash of failures, lost, begun, token, said
KEPT_SECONDS = 88_400  # as long as arq keeps its own count

# KEYS: the tries of a job. ARGV: the token of whoever speaks, whether he began the job as the
# first, how long they are kept (s), what he says, and what is to be remembered. Returns how often
# the job has failed and lost its worker; nothing, if it was begun after him.
SAY = """
local key, token, what = KEYS[1], ARGV[1], ARGV[4]
local last = tonumber(redis.call('HGET', key, 'token')) or 0
if last > tonumber(token) then return false end
if what == 'forget' then return {redis.call('DEL', key), 0} end
-- Left of an earlier job of this name.
if ARGV[2] == '1' and last < tonumber(token) then redis.call('DEL', key) end
local function count(field) return tonumber(redis.call('HGET', key, field)) or 0 end
local failures, lost = count('failures'), count('lost')
if what == 'recall' and redis.call('HGET', key, 'begun') ~= '0' then lost = lost + 1 end
if what == 'fail' then failures = failures + 1 end
redis.call('HSET', key, 'failures', failures, 'lost', lost, 'token', token,
  'begun', what == 'begin' and token or '0')
if what == 'remember' then redis.call('HSET', key, 'said', ARGV[5]) end
redis.call('EXPIRE', key, ARGV[3])
return {failures, lost}
"""
What = Literal["recall", "begin", "fail", "pause", "forget", "remember"]

log = logging.getLogger(__name__)


class Tries:
    """The tries that a job has had, as the claim with this token leaves them.

    A Redis that does not answer costs a count, never a job.
    """

    def __init__(self, redis: Any, job_id: str, *, start: int, token: str) -> None:
        self._redis = redis
        self._key = TRIES_KEY + job_id
        self._is_first = start <= 1
        self._token = token
        self.failures = 0
        self.lost_workers = 0

    @classmethod
    def of(cls, ctx: Mapping[Any, Any]) -> Self:
        """Return those of the job that is performed with this context."""
        return cls(ctx["redis"], ctx["job_id"], start=ctx["job_try"], token=ctx["token"])

    async def recall(self) -> None:
        """Find out what became of the starts before this one."""
        if self._is_first:
            return
        if told := await self._say("recall"):
            self.failures, self.lost_workers = told

    async def begin(self) -> None:
        """Mark that the job is being done from now on."""
        if not self._is_first:
            await self._say("begin")

    async def fail(self) -> None:
        """Count a failure in code; the start has ended."""
        self.failures += 1
        await self._say("fail")

    async def pause(self) -> None:
        """Note that the start has ended and is nobody's fault; the next will be another."""
        await self._say("pause")

    async def hand_back(self) -> None:
        """Note the same of a start that is taken off arq's count."""
        if not self._is_first:
            await self._say("pause")

    async def forget(self) -> None:
        """Leave nothing behind: the job is over."""
        if not self._is_first:
            await self._say("forget")

    async def remember(self, said: str) -> None:
        """Keep how the job has ended for the next start, which has to tell it and no more."""
        await self._say("remember", said)

    async def remembered(self) -> str | None:
        """Return how the job has ended, if it has. Raises UnavailableError if nobody knows."""
        try:
            said = await self._redis.hget(self._key, "said")
        except (RedisError, OSError) as error:
            problem = f"Whether the job has ended is not known: {error}."
            raise UnavailableError(problem) from error
        return said.decode() if said is not None else None

    async def _say(self, what: What, *more: str) -> tuple[int, int] | None:
        given = (self._token, int(self._is_first), KEPT_SECONDS, what, *more)
        try:
            told = await self._redis.eval(SAY, 1, self._key, *given)
        except (RedisError, OSError) as error:
            log.warning("the tries of a job were not counted: %s", error)
            return None
        return (int(told[0]), int(told[1])) if told else None

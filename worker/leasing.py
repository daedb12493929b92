"""Leases: the right to work on a job, renewed from a thread, let go by whoever saw its holder die.

The thread has its own connection, so that a loop which is busy for longer than a lease does
not lose jobs that are alive. What it must not do is to hold jobs for a loop that is dead: when
that has not moved for `WATCHDOG_SECONDS`, the thread stops renewing, others take over, and
whoever started it is told, to end the process: its supervisor starts a better one.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import NamedTuple

from arq.connections import ArqRedis
from redis import Redis
from redis.exceptions import RedisError

from jobs.lanes import LEASES_KEY, POSTPONED_KEY, QUEUES, RUNNING_KEY, WAKE_KEY

WATCHDOG_SECONDS = 60.0
STOPPED_SECONDS = 5.0  # so much later than it wanted a thread wakes only if it was stopped
RENEWED, FORGOTTEN, TAKEN = 1, 0, -1  # what a renewal comes to

# KEYS: running, leases. ARGV: worker, lease (ms), then job id and token by turns. Returns for
# each what its renewal came to: a lease that somebody else has taken is never revived, nor one
# that was given up.
RENEW = """#!lua flags=allow-oom
local clock = redis.call('TIME')
local ends = clock[1] * 1000 + math.floor(clock[2] / 1000) + ARGV[2]
local said = {}
for i = 3, #ARGV, 2 do
  local holder = ARGV[1] .. ' ' .. ARGV[i + 1]
  local entry = redis.call('HGET', KEYS[1], ARGV[i])
  if not entry then
    said[#said + 1] = 0
  elseif string.sub(entry, 1, #holder + 1) ~= holder .. ' ' then
    said[#said + 1] = -1
  else
    local queue = string.match(entry, '^%S+ %S+ %S+ (.+)$')
    redis.call('ZADD', KEYS[2], string.format('%.0f', ends), ARGV[i])
    redis.call('ZADD', queue, 'XX', string.format('%.0f', ends), ARGV[i])
    redis.call('SET', 'arq:in-progress:' .. ARGV[i], holder, 'PX', ARGV[2])
    said[#said + 1] = 1
  end
end
return said
"""

# KEYS: running, leases, wake. ARGV: worker, 1 if its attempts do not count, then the tokens that
# it does hold. Puts the rest back where they stood; returns how many.
RELEASE = """#!lua flags=allow-oom
local kept = {}
for i = 3, #ARGV do kept[ARGV[i]] = true end
local entries = redis.call('HGETALL', KEYS[1])
local count = 0
for i = 1, #entries, 2 do
  local id = entries[i]
  local name, token, due, queue = string.match(entries[i + 1], '^(%S+) (%S+) (%S+) (.+)$')
  if name == ARGV[1] and not kept[token] then
    redis.call('ZADD', queue, due, id)
    redis.call('HDEL', KEYS[1], id)
    redis.call('ZREM', KEYS[2], id)
    redis.call('DEL', 'arq:in-progress:' .. id)
    if ARGV[2] == '1' then redis.call('DECR', 'arq:retry:' .. id) end
    redis.call('LPUSH', KEYS[3], '1')
    count = count + 1
  end
end
if count > 0 then redis.call('LTRIM', KEYS[3], 0, 63) end
return count
"""

# KEYS: postponed, wake, then the queues. Gives every job that was put off its place back.
RECALL = """
local entries = redis.call('HGETALL', KEYS[1])
for i = 1, #entries, 2 do
  local due, queue = string.match(entries[i + 1], '^(%S+) (.+)$')
  redis.call('ZADD', queue, 'XX', due, entries[i])
end
if #entries > 0 then
  redis.call('DEL', KEYS[1])
  redis.call('LPUSH', KEYS[2], '1')
  redis.call('LTRIM', KEYS[2], 0, 63)
end
return #entries / 2
"""

log = logging.getLogger(__name__)


class Lease(NamedTuple):
    """A job that a worker holds, and by which token."""

    job_id: str
    token: str


class LeaseKeeper:
    """Renews the leases of one worker from a thread of its own, while the worker's loop lives."""

    def __init__(
        self,
        redis: Redis,
        name: str,
        *,
        lease_seconds: float,
        renew_seconds: float,
        on_dead: Callable[[], None] = lambda: None,
    ) -> None:
        self._redis = redis
        self._name = name
        self._lease_ms = int(lease_seconds * 1000)
        self._renew_seconds = renew_seconds
        self._on_dead = on_dead
        self._script = redis.register_script(RENEW)
        self._held: dict[str, str] = {}  # job id -> token
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="leases", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._on_taken: Callable[[Lease], None] = lambda _lease: None
        self._beat_at = time.monotonic()
        self._is_silent = False

    def start(self, on_taken: Callable[[Lease], None]) -> None:
        """Begin to renew; `on_taken` is called in this loop for each lease that another has."""
        self._loop = asyncio.get_running_loop()
        self._on_taken = on_taken
        self._beat()
        self._thread.start()

    def stop(self) -> None:
        """End the thread. Blocks for no longer than one answer of Redis."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._redis.close()

    def hold(self, leases: Iterable[Lease]) -> None:
        """Renew these from now on, too."""
        with self._lock:
            self._held |= leases

    def let_go(self, lease: Lease) -> bool:
        """Renew this one no more; return whether it was being renewed."""
        with self._lock:
            if self._held.get(lease.job_id) != lease.token:
                return False
            del self._held[lease.job_id]
            return True

    def _leases(self) -> list[Lease]:
        with self._lock:
            return [Lease(*one) for one in self._held.items()]

    def _beat(self) -> None:
        self._beat_at = time.monotonic()

    def _keep(self) -> None:
        pause = self._renew_seconds
        looked_at = time.monotonic()
        while not self._stopping.wait(pause):
            if time.monotonic() - looked_at > pause + STOPPED_SECONDS:
                self._beat()  # this thread has not moved either: the whole process was stopped
            looked_at, pause = time.monotonic(), self._renew_seconds
            leases = self._leases()
            if not self._is_loop_alive(leases) or not leases:
                continue
            try:
                self._renew(leases)
            except (RedisError, OSError) as error:
                log.warning("the leases were not renewed: %s", error)
                pause = min(pause, 0.5)

    def _is_loop_alive(self, leases: list[Lease]) -> bool:
        """Has the loop moved of late? It is asked to, and whether it did is seen the next time."""
        silent = time.monotonic() - self._beat_at
        is_silent = silent > WATCHDOG_SECONDS
        if is_silent and not self._is_silent:
            log.critical(
                "the loop has not moved for %.0f s: its jobs are let go",
                silent,
                extra={"jobs": sorted(lease.job_id for lease in leases)},
            )
            self._on_dead()
        self._is_silent = is_silent
        self._tell(self._beat)
        return not is_silent

    def _renew(self, leases: list[Lease]) -> None:
        arguments = [part for lease in leases for part in lease]
        said = self._script([RUNNING_KEY, LEASES_KEY], [self._name, self._lease_ms, *arguments])
        for lease, came_to in zip(leases, said, strict=True):
            if came_to == RENEWED or not self.let_go(lease):
                continue  # or it ended meanwhile
            log.warning(
                "the lease is lost: %s",
                "another worker has it" if came_to == TAKEN else "Redis knows nothing of it",
                extra={"job": lease.job_id},
            )
            if came_to == TAKEN:
                self._tell(self._on_taken, lease)

    def _tell(self, what: Callable[..., None], *given: Lease) -> None:
        """Have this done in the loop, unless that is closed already."""
        if self._loop:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(what, *given)


async def release(
    redis: ArqRedis, name: str, *, keeping: Iterable[str] = (), is_try_spent: bool = True
) -> int:
    """Let go of every job that this worker held; return how many. Call only when it is dead.

    `keeping` are the tokens of those that it holds after all. Where no try was spent, because
    it never began or was asked to stop, the attempt does not count.
    """
    keys = (RUNNING_KEY, LEASES_KEY, WAKE_KEY)
    given = (name, int(not is_try_spent), *keeping)
    return int(await redis.execute_command("EVAL", RELEASE, len(keys), *keys, *given))


async def recall(redis: ArqRedis) -> int:
    """Give every job that was put off its place back, to be looked at again; return how many."""
    keys = [POSTPONED_KEY, WAKE_KEY, *QUEUES.values()]
    return int(await redis.execute_command("EVAL", RECALL, len(keys), *keys))

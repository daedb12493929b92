"""The faults: what is done to a running service, drawn beforehand from the seed."""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

from arq.connections import ArqRedis
from redis.exceptions import RedisError

from jobs.lanes import RUNNING_KEY
from jobs.queue import connect, disconnect
from storage.clock import system_clock
from tests.chaos.host import WORKERS, Host
from tests.chaos.recovery import Interruption
from tests.chaos.service_log import ServiceLog
from worker.engine import LEASE_SECONDS

PAUSE_SECONDS = (0.3, 1.0)
BEYOND_LEASE_SECONDS = (0.5, 2.0)
REDIS_PAUSE_SECONDS = (0.2, 1.5)
CATCH_SECONDS = 0.3  # how long a worker with a job in hand is looked for
LOOK_SECONDS = 0.005

# Kind -> how often of a hundred times. A killed supervisor costs seconds in which nothing else
# can be broken.
SHARES = {
    "kill worker": 32,
    "kill api": 14,
    "kill supervisor": 8,
    "flush redis": 14,
    "kill redis": 12,
    "stop worker": 8,
    "pause redis": 8,
    "poison job": 4,
}


class Fault(NamedTuple):
    """What is done, to which worker, for how long, and how long after the one before."""

    kind: str
    worker: str
    seconds: float
    after_seconds: float


def drawn(seed: int, seconds: float) -> Iterator[Fault]:
    """Yield the faults of a seed; the same in every run."""
    chance = random.Random(f"faults of {seed}")  # noqa: S311 - faults that can be done again
    spent = 0.0
    while (pause := chance.uniform(*PAUSE_SECONDS)) + spent < seconds:
        spent += pause
        kind = chance.choices(list(SHARES), list(SHARES.values()))[0]
        longest = {"stop worker": BEYOND_LEASE_SECONDS, "pause redis": REDIS_PAUSE_SECONDS}
        lasts = chance.uniform(*longest.get(kind, (0, 0)))
        yield Fault(kind, f"worker-{chance.randint(1, WORKERS)}", lasts, pause)


class Injector:
    """Does the faults to a host, and keeps which jobs they interrupted."""

    def __init__(self, host: Host, seed: int) -> None:
        self._host = host
        self._seed = seed
        self._stopped: dict[int, asyncio.Task[None]] = {}
        self.done: Counter[str] = Counter()
        self.times: list[float] = []
        self.interruptions: list[Interruption] = []
        self.poison: set[str] = set()
        self._kinds: dict[str, Callable[[Fault], Awaitable[bool]]] = {
            "kill worker": self._kill_worker,
            "kill api": lambda _fault: _at_once(self._host.kill("api")),
            "kill supervisor": lambda _fault: _at_once(self._host.kill_supervisor()),
            "flush redis": lambda _fault: self._command("FLUSHALL"),
            "kill redis": lambda _fault: _at_once(self._host.kill("redis")),
            "stop worker": self._stop_worker,
            "pause redis": self._pause_redis,
            "poison job": self._poison,
        }

    async def run(self, seconds: float) -> None:
        """Do the faults of the seed one after another; what is stopped stays so until its time."""
        for fault in drawn(self._seed, seconds):
            await asyncio.sleep(fault.after_seconds)
            if await self._kinds[fault.kind](fault):
                self.done[fault.kind] += 1
                self.times.append(now())

    async def end(self) -> None:
        """Let go of everything that is still held."""
        for pid, task in list(self._stopped.items()):
            task.cancel()
            self._host.signal(pid, signal.SIGCONT)
        self._stopped.clear()
        await self._command("CLIENT", "UNPAUSE")

    async def _kill_worker(self, fault: Fault) -> bool:
        name, pid, held = await self._caught(fault.worker)
        if not self._host.signal(pid, signal.SIGKILL):
            return False
        self._interrupted("killed", name, held)
        return True

    async def _stop_worker(self, fault: Fault) -> bool:
        """Freeze a worker past its lease; it wakes up as a zombie that believes it has the job."""
        name, pid, held = await self._caught(fault.worker)
        # At most one: with all of them frozen, nobody is there to take the work over.
        if pid is None or self._stopped or not self._host.signal(pid, signal.SIGSTOP):
            return False
        self._interrupted("stopped", name, held)
        seconds = LEASE_SECONDS + fault.seconds
        self._stopped[pid] = asyncio.create_task(self._wake(pid, seconds))
        return True

    async def _wake(self, pid: int, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._host.signal(pid, signal.SIGCONT)
        del self._stopped[pid]

    async def _pause_redis(self, fault: Fault) -> bool:
        return await self._command("CLIENT", "PAUSE", str(int(fault.seconds * 1000)), "ALL")

    async def _poison(self, _fault: Fault) -> bool:
        """Ring for a job whose arguments are nonsense, as a foreign client of arq might."""
        key = f"poison-{self._seed}-{len(self.poison)}"
        with suppress(RedisError, OSError, TimeoutError):
            async with asyncio.timeout(1), redis_of(self._host) as redis:
                self.poison.add(key)
                await redis.enqueue_job(
                    "extract_ticket", _job_id=f"extract_ticket:{key}", nonsense=True
                )
                return True
        return False

    async def _command(self, *words: str) -> bool:
        with suppress(RedisError, OSError, TimeoutError):
            async with asyncio.timeout(1), redis_of(self._host) as redis:
                await redis.execute_command(*words)
                return True
        return False

    async def _caught(self, wanted: str) -> tuple[str, int | None, list[str]]:
        """Return a worker with a job in hand, if possible the wanted one, and its jobs."""
        pids: dict[str, int] = {}
        with suppress(RedisError, OSError, TimeoutError):
            async with asyncio.timeout(CATCH_SECONDS), redis_of(self._host) as redis:
                while True:
                    pids = self._host.pids()
                    holders = await held(redis, self._host.log)
                    busy = [name for name in (wanted, *sorted(holders)) if name in holders]
                    if busy and pids.get(busy[0]) not in self._stopped:
                        return busy[0], pids.get(busy[0]), holders[busy[0]]
                    await asyncio.sleep(LOOK_SECONDS)
        return wanted, self._host.pids().get(wanted), []

    def _interrupted(self, how: str, worker: str, jobs: list[str]) -> None:
        at = now()
        self.interruptions += [Interruption(how, worker, job, at) for job in jobs]


@asynccontextmanager
async def redis_of(host: Host) -> AsyncIterator[ArqRedis]:
    """A client of the service's own Redis."""
    redis = connect(host.config.redis_address)
    try:
        yield redis
    finally:
        await disconnect(redis)


async def held(redis: ArqRedis, log: ServiceLog) -> dict[str, list[str]]:
    """Return which worker holds which extractions now.

    Not those that an earlier process of its name still finishes.
    """
    names = {incarnation: name for name, incarnation in log.incarnations.items()}
    running = await redis.execute_command("HGETALL", RUNNING_KEY)
    holders: dict[str, list[str]] = {}
    for job, holder in running.items():
        if job.startswith(b"extract_ticket:"):
            incarnation = holder.decode().split()[0]  # its token follows
            if name := names.get(incarnation):
                holders.setdefault(name, []).append(job.decode())
    return holders


def now() -> float:
    """Return the time as the service's log tells it (seconds of the epoch)."""
    return system_clock().timestamp()


async def _at_once(happened: bool) -> bool:  # noqa: FBT001 - what it answers
    return happened

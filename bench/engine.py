"""The engine beside stock arq, in one run, as ratios.

    python bench/engine.py [--jobs 10000] [--pick-ups 100]

Each has one worker process with 100 places on a Redis of its own; a job appends 16 bytes to a
file, the time at which it ran, and neither engine has our wrapper round it. Measured: enqueueing singly and in batch, the drain of queued
jobs from the first to the last, the time from enqueueing to running on an idle worker, the
commands that an idle worker costs Redis, and its memory. Figures of one run belong together.
"""

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Protocol

from arq.connections import ArqRedis, RedisSettings, create_pool
from arq.worker import Worker, func

from jobs.job import Env, Job, Outcome
from jobs.queue import ArqQueue, connect, connect_blocking, decode, disconnect, encode
from storage.clock import system_clock
from worker.children import spawn
from worker.engine import LEASE_SECONDS, RENEW_SECONDS, Engine
from worker.leasing import Keeper
from worker.redis_server import start_server

PLACES = 100
NOTE_BYTES = 16
IDLE_SECONDS = 6
ROUNDS = 5
PAUSE_SECONDS = (0.1, 0.6)
SECONDS_MAX = 300.0
STOCK_AT_ONCE = 100  # enqueueings that stock arq, which has no batch, makes side by side


class Append(Job):
    """Appends the time to the file that is open in this worker."""

    name: ClassVar[str] = "append"

    number: int

    @property
    def key(self) -> str:
        return f"{self.number:06}"

    async def run(self, env: Env) -> Outcome:
        raise NotImplementedError(env)  # the workers here call `append`, without our wrapper


async def append(ctx: dict[str, Any], number: int) -> None:
    """Note that this job runs, and when (ns)."""
    del number
    os.write(ctx["file"], b"%016x" % time.time_ns())


class Contender(Protocol):
    """An engine that takes part, made of the socket of its Redis."""

    def __init__(self, socket: Path) -> None: ...
    async def enqueue(self, number: int) -> None: ...
    async def enqueue_all(self, count: int) -> None: ...
    async def close(self) -> None: ...
    def worker(self, ctx: dict[str, Any]) -> Worker: ...


class Ours:
    """The engine in `worker/`."""

    def __init__(self, socket: Path) -> None:
        self._address = f"unix://{socket}"
        self._queue = ArqQueue(connect(self._address), system_clock)

    async def enqueue(self, number: int) -> None:
        await self._queue.put(Append(number=number))

    async def enqueue_all(self, count: int) -> None:
        await self._queue.put(*(Append(number=number) for number in range(count)))

    async def close(self) -> None:
        await self._queue.close()

    def worker(self, ctx: dict[str, Any]) -> Worker:
        return Engine(
            name="worker-1",
            waker=connect(self._address, answer_seconds_max=None),
            keeper=Keeper(
                connect_blocking(self._address),
                "worker-1",
                lease_seconds=LEASE_SECONDS,
                renew_seconds=RENEW_SECONDS,
            ),
            functions=[func(append, keep_result=0)],
            redis_pool=connect(self._address),
            queue_name=None,
            ctx=ctx,
            max_jobs=PLACES,
            keep_result=0,
            job_serializer=encode,
            job_deserializer=decode,
        )


class StockArq:
    """arq as it comes, with as many places and no results kept."""

    def __init__(self, socket: Path) -> None:
        self._settings = RedisSettings(unix_socket_path=str(socket))
        self._redis: ArqRedis | None = None

    async def enqueue(self, number: int) -> None:
        redis = self._redis = self._redis or await create_pool(self._settings)
        await redis.enqueue_job("append", number, _job_id=f"append:{number:06}")

    async def enqueue_all(self, count: int) -> None:
        for start in range(0, count, STOCK_AT_ONCE):
            stop = min(count, start + STOCK_AT_ONCE)
            await asyncio.gather(*map(self.enqueue, range(start, stop)))

    async def close(self) -> None:
        if self._redis:
            await disconnect(self._redis)

    def worker(self, ctx: dict[str, Any]) -> Worker:
        return Worker(
            functions=[func(append, keep_result=0)],
            redis_settings=self._settings,
            ctx=ctx,
            max_jobs=PLACES,
            keep_result=0,
        )


CONTENDERS: dict[str, type[Contender]] = {"ours": Ours, "stock arq": StockArq}


class Measured(NamedTuple):
    """What one engine has shown."""

    single_per_s: float
    batch_per_s: float
    drain_per_s: float
    pick_up_p50_ms: float
    pick_up_p99_ms: float
    idle_commands_per_s: float
    idle_mb: float


# Of each figure: its heading, and whether more is better.
HEADINGS = {
    "single_per_s": ("enqueue, singly, /s", True),
    "batch_per_s": ("enqueue, in batch, /s", True),
    "drain_per_s": ("drain, /s", True),
    "pick_up_p50_ms": ("pick-up p50, ms", False),
    "pick_up_p99_ms": ("pick-up p99, ms", False),
    "idle_commands_per_s": ("idle commands, /s", False),
    "idle_mb": ("memory, MiB", False),
}


@asynccontextmanager
async def at_work(name: str, socket: Path, file: Path) -> AsyncIterator[int]:
    """Run one worker in a process of its own; yields its pid."""
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    be = ["--be", name, "--socket", str(socket), "--file", str(file)]
    child = await spawn([sys.executable, __file__, *be], environ=environ)
    try:
        yield child.pid
    finally:
        child.terminate()
        await child.wait()


def read(file: Path) -> bytes:
    """Return the notes so far."""
    return file.read_bytes()


async def until_noted(file: Path, count: int) -> list[int]:
    """Wait until so many jobs have run; return when each did (ns)."""
    async with asyncio.timeout(SECONDS_MAX):
        while len(notes := read(file)) < count * NOTE_BYTES:
            await asyncio.sleep(0.002)
    return [int(notes[at : at + NOTE_BYTES], 16) for at in range(0, len(notes), NOTE_BYTES)]


async def rates(contender: Contender, redis: ArqRedis, jobs: int) -> tuple[float, float]:
    """Return how many jobs a second can be enqueued, singly and in batch; the last batch stays."""
    rounds: list[tuple[float, float]] = []
    for _round in range(ROUNDS):  # the median: a machine with neighbours has slow seconds
        await redis.flushall()
        started = time.perf_counter()
        for number in range(jobs // 10):
            await contender.enqueue(number)
        single = (jobs // 10) / (time.perf_counter() - started)
        await redis.flushall()
        started = time.perf_counter()
        await contender.enqueue_all(jobs)
        rounds.append((single, jobs / (time.perf_counter() - started)))
    singles, batches = zip(*rounds, strict=True)
    return statistics.median(singles), statistics.median(batches)


async def pick_ups(contender: Contender, file: Path, noted: int, count: int) -> list[float]:
    """Return how long single jobs waited on an idle worker (ms)."""
    waits = []
    for number in range(count):
        # Over one whole period of stock arq's poll: the job before ran at its beat, so that any
        # shorter range would meet one part of it only.
        await asyncio.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311 - spreads, hides nothing
        asked = time.time_ns()
        await contender.enqueue(number)
        ran = (await until_noted(file, noted + number + 1))[-1]
        waits.append((ran - asked) / 1e6)
    return waits


async def measure(name: str, jobs: int, count: int) -> Measured:
    """Return the figures of one engine."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        socket, file = Path(directory) / "redis.sock", Path(directory) / "notes"
        file.touch()
        server = await start_server(socket)
        contender, redis = CONTENDERS[name](socket), connect(f"unix://{socket}")
        try:
            single, batch = await rates(contender, redis, jobs)
            async with at_work(name, socket, file) as pid:
                notes = await until_noted(file, jobs)
                await asyncio.sleep(1)
                waits = sorted(await pick_ups(contender, file, jobs, count))
                await asyncio.sleep(1)
                before = await commands(redis)
                await asyncio.sleep(IDLE_SECONDS)
                idle = (await commands(redis) - before - 1) / IDLE_SECONDS
                memory = resident_mb(pid)
        finally:
            await contender.close()
            await disconnect(redis)
            server.kill()
            await server.wait()
    drain = jobs / ((max(notes) - min(notes)) / 1e9)
    p99 = waits[min(count - 1, int(0.99 * count))]
    return Measured(single, batch, drain, statistics.median(waits), p99, idle, memory)


async def commands(redis: ArqRedis) -> int:
    """Return how many commands this Redis has had, those that scripts give included."""
    return int((await redis.info("stats"))["total_commands_processed"])


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process, in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


async def be(contender: Contender, file: Path) -> None:
    """Work until a signal comes."""
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    worker = contender.worker({"file": descriptor})
    with suppress(asyncio.CancelledError):
        await worker.async_run()
    await worker.close()


async def main(jobs: int, count: int) -> None:
    """Measure all and print them side by side, with how many times better ours is."""
    measured = {name: await measure(name, jobs, count) for name in CONTENDERS}
    print(
        f"{jobs:,} jobs, {PLACES} places, one process; in brackets: ours is so many times better"
    )
    print(f"{'':24}" + "".join(f"{name:>22}" for name in measured))
    for field, (heading, is_more_better) in HEADINGS.items():
        mine, *others = (getattr(one, field) for one in measured.values())
        line = f"{heading:24}{mine:22,.2f}"
        for other in others:
            line += f"{other:14,.2f} ({mine / other if is_more_better else other / mine:5.1f})"
        print(line)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--pick-ups", type=int, default=100)
    parser.add_argument("--be", help=argparse.SUPPRESS)
    parser.add_argument("--socket", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.be:
        asyncio.run(be(CONTENDERS[given.be](given.socket), given.file))
    else:
        asyncio.run(main(given.jobs, given.pick_ups))

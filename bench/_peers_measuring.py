"""One round of one peer: it enqueues, drains, is woken again and again, and rests."""

import asyncio
import os
import random
import signal
import statistics
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from _peers import SCRIPTS, Peer, binaries, environ
from arq.connections import ArqRedis

from worker.children import spawn

NOTE_BYTES = 16
LOOK_SECONDS = 0.01
PAUSE_SECONDS = (0.1, 0.6)
REST_SECONDS = 1.0
STOP_SECONDS_MAX = 10.0
SECONDS_MAX = 120.0


class Extent(NamedTuple):
    """How much is measured in one round."""

    jobs: int
    pick_ups: int
    idle_seconds: float


class Round(NamedTuple):
    """What a peer has shown in one round."""

    single_per_s: float
    batch_per_s: float
    drain_per_s: float
    waits_ms: Sequence[float]
    idle_commands_per_s: float
    memory_mb: float


class Producer:
    """The process in which a peer enqueues; it keeps the time itself."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def seconds(self, verb: str, count: int) -> float:
        """Return how long it took to enqueue so many."""
        return float(await self._ask(verb, count))

    async def one(self) -> int:
        """Enqueue a job; return when that began (ns)."""
        return int(await self._ask("one", 1))

    async def _ask(self, verb: str, count: int) -> bytes:
        to, back = self._process.stdin, self._process.stdout
        if to is None or back is None:
            raise RuntimeError("the producer has no pipes")
        to.write(f"{verb} {count}\n".encode())
        await to.drain()
        async with asyncio.timeout(SECONDS_MAX):
            said = await back.readline()
        if not said:
            raise RuntimeError("the producer has died")
        return said


async def measure(peer: Peer, socket: Path, redis: ArqRedis, extent: Extent) -> Round:
    """Return what a peer shows in one round, on an empty Redis.

    Raises RuntimeError or TimeoutError if it does not do what it is asked to.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        notes = Path(folder) / "notes"
        notes.touch()
        given = environ(peer, socket, Path(folder))
        async with _producer(peer, given, Path(folder)) as producer:
            await redis.flushall()
            few = max(1, extent.jobs // 10)
            single = few / await producer.seconds("single", few)
            await redis.flushall()
            batch = extent.jobs / await producer.seconds("batch", extent.jobs)
            async with _worker(peer, given, socket, Path(folder)) as pid:
                ran = await _until_noted(notes, extent.jobs)
                drain = extent.jobs / ((max(ran) - min(ran)) / 1e9)
                await asyncio.sleep(REST_SECONDS)
                waits = await _pick_ups(producer, notes, extent)
                await asyncio.sleep(REST_SECONDS)
                idle = await _idle_commands(redis, extent.idle_seconds)
                memory = _resident_mb(pid)
    return Round(single, batch, drain, waits, idle, memory)


@asynccontextmanager
async def _producer(peer: Peer, given: dict[str, str], folder: Path) -> AsyncIterator[Producer]:
    with (folder / "producer.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            str(binaries(peer) / "python"),
            str(SCRIPTS / peer.script),
            "ask",
            env=given,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield Producer(process)
    except RuntimeError as error:
        raise RuntimeError(f"{error}: {_last_line(folder / 'producer.log')}") from error
    finally:
        await _stop(process)


@asynccontextmanager
async def _worker(
    peer: Peer, given: dict[str, str], socket: Path, folder: Path
) -> AsyncIterator[int]:
    """Run the peer's worker; yields its pid."""
    program, *words = [word.replace("{url}", f"unix://{socket}") for word in peer.work]
    if words[:1] == [peer.script]:
        words[0] = str(SCRIPTS / peer.script)
    with (folder / "worker.log").open("wb") as log:
        process = await spawn(
            [str(binaries(peer) / program), *words], environ=given, output=log.fileno()
        )
    try:
        yield process.pid
    except TimeoutError as error:
        raise RuntimeError(f"the worker hangs: {_last_line(folder / 'worker.log')}") from error
    finally:
        await _stop(process)


async def _stop(process: asyncio.subprocess.Process) -> None:
    """End a process that leads a session, and whatever it has begun."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            # Not `terminate`, which may reap the process before the loop's own watcher does.
            os.kill(process.pid, signal.SIGTERM)
    with suppress(TimeoutError):
        async with asyncio.timeout(STOP_SECONDS_MAX):
            await process.wait()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


async def _until_noted(notes: Path, count: int) -> list[int]:
    """Wait until so many jobs have run; return when each did (ns)."""
    async with asyncio.timeout(SECONDS_MAX):
        while _noted(notes) < count:
            await asyncio.sleep(LOOK_SECONDS)
    return _read(notes)


def _noted(notes: Path) -> int:
    return notes.stat().st_size // NOTE_BYTES


def _read(notes: Path) -> list[int]:
    said = notes.read_bytes()
    return [int(said[at : at + NOTE_BYTES], 16) for at in range(0, len(said), NOTE_BYTES)]


async def _pick_ups(producer: Producer, notes: Path, extent: Extent) -> list[float]:
    """Return how long single jobs waited on an idle worker (ms)."""
    waits = []
    # Some peers run a job twice now and then; so what is there is counted, not assumed.
    for _pick_up in range(extent.pick_ups):
        # Over one whole period of stock arq's poll: the job before ran at its beat, so that any
        # shorter range would meet one part of it only.
        await asyncio.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311 - no secret
        noted = _noted(notes)
        asked = await producer.one()
        ran = (await _until_noted(notes, noted + 1))[noted]
        waits.append((ran - asked) / 1e6)
    return waits


async def _idle_commands(redis: ArqRedis, seconds: float) -> float:
    """Return how many commands a second this Redis has, those that scripts give included."""
    before = await _commands(redis)
    await asyncio.sleep(seconds)
    return (await _commands(redis) - before - 1) / seconds


async def _commands(redis: ArqRedis) -> int:
    return int((await redis.info("stats"))["total_commands_processed"])


def _resident_mb(pid: int) -> float:
    """Return the resident memory of a process and of all that it has begun, in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    children = [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2 + sum(map(_resident_mb, children))


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def merged(rounds: Sequence[Round]) -> dict[str, float]:
    """Return the figures of all rounds: medians, and the percentiles of all pick-ups."""

    def median(name: str) -> float:
        return float(statistics.median(getattr(one, name) for one in rounds))

    waits = [wait for one in rounds for wait in one.waits_ms]
    return {
        "single_per_s": median("single_per_s"),
        "batch_per_s": median("batch_per_s"),
        "drain_per_s": median("drain_per_s"),
        "pick_up_p50_ms": statistics.median(waits),
        "pick_up_p99_ms": percentile(waits, 0.99),
        "idle_commands_per_s": statistics.mean(one.idle_commands_per_s for one in rounds),
        "memory_mb": median("memory_mb"),
    }

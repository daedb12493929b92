"""A stop does not wait for what is only told: neither for a disk nor for whoever holds a lock."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from storage.store import Store
from storage.telemetry_records import ProcessKind
from tests.flows.service import Service, free_port
from tests.worker.processes import descendants, left_after

pytestmark = pytest.mark.slow

SECONDS_MAX = 5.0

HOLD = """
import fcntl, sqlite3, sys, time
file, lock = sys.argv[1:]
other = sqlite3.connect(file, isolation_level=None, timeout=30)
other.execute("BEGIN IMMEDIATE")
held = open(lock, "a")
fcntl.flock(held, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(600)
"""


@asynccontextmanager
async def held_by_another(store: Store, data: Path) -> AsyncIterator[None]:
    """Let another process keep the telemetry to itself: its file and its lock."""
    holder = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HOLD, store.telemetry.path, data / "locks" / "telemetry.lock"),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert holder.stdout
        await holder.stdout.readline()
        yield
    finally:
        holder.kill()
        await holder.wait()


async def told_of(store: Store) -> set[ProcessKind]:
    """Return which kinds of processes have told that they live."""
    return {one.kind for one in await store.telemetry.processes()}


async def test_a_service_stops_in_time_while_another_process_holds_its_telemetry(
    tmp_path: Path,
) -> None:
    """A backup tool, or a shell that somebody left open: the platform kills who stops too late."""
    data = tmp_path / "data"
    store = Store(data)
    async with asyncio.timeout(60):
        service = await Service.up(data, port=free_port())
        try:
            while await told_of(store) < {*ProcessKind}:
                await asyncio.sleep(0.05)
            family = descendants(service._process.pid)
            async with held_by_another(store, data):
                await asyncio.sleep(0.5)  # until all of them wait for it
                async with asyncio.timeout(SECONDS_MAX):
                    status = await service.stop()
                left = await left_after(family, seconds=0)
        finally:
            if service._process.returncode is None:
                await service.kill_all()
    assert (status, left) == (0, set())

"""Which processes there are, read from /proc."""

import asyncio
import os
import signal
import time
from contextlib import suppress
from pathlib import Path


def _stat(pid: int) -> list[str]:
    """Return what the kernel says of a process from its state on; nothing if it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def is_alive(pid: int) -> bool:
    """Is there such a process, and is it more than a zombie?"""
    stat = _stat(pid)
    return bool(stat) and stat[0] not in "ZX"


def descendants(pid: int) -> set[int]:
    """Return the living children of a process, and theirs."""
    stats = {int(path.name): _stat(int(path.name)) for path in Path("/proc").glob("[0-9]*")}
    parents = {one: int(stat[1]) for one, stat in stats.items() if stat and stat[0] not in "ZX"}
    found: set[int] = set()
    while more := {child for child, of in parents.items() if of in {pid, *found}} - found:
        found |= more
    return found


def commands(pids: set[int]) -> dict[int, str]:
    """Return the command line of each that is still there."""
    found = {}
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):
            found[pid] = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return found


async def end_warm_readers() -> None:
    """End the children that read documents for earlier tests of a module, and wait for the next.

    They belong to the loop that these tests share; who counts children begins without them.
    """
    warm = {
        pid
        for pid, command in commands(descendants(os.getpid())).items()
        if "anyio.to_process" in command
    }
    for pid in warm:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    while any(_stat(pid) for pid in warm):  # until their parent has heard of it
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.005)


async def left_after(pids: set[int], seconds: float) -> set[int]:
    """Give these processes this long to end; return those that did not."""
    deadline = time.monotonic() + seconds
    while (left := set(filter(is_alive, pids))) and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
    return left

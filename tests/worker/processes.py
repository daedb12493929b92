"""Which processes there are, read from /proc."""

import asyncio
import time
from pathlib import Path


def is_alive(pid: int) -> bool:
    """Is there such a process, and is it more than a zombie?"""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def descendants(pid: int) -> set[int]:
    """Return the living children of a process, and theirs."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        if is_alive(int(folder.name)):
            stat = (folder / "stat").read_text()
            parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    found: set[int] = set()
    while more := {child for child, of in parents.items() if of in {pid, *found}} - found:
        found |= more
    return found


def commands(pids: set[int]) -> dict[int, str]:
    """Return the command line of each."""
    found = {pid: Path(f"/proc/{pid}/cmdline") for pid in pids}
    return {pid: path.read_text().replace("\0", " ") for pid, path in found.items()}


async def left_after(pids: set[int], seconds: float) -> set[int]:
    """Give these processes this long to end; return those that did not."""
    deadline = time.monotonic() + seconds
    while (left := set(filter(is_alive, pids))) and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
    return left

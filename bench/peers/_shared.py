"""What all who take part share: the body of a job, and how a script is told what to enqueue.

Standard library only: each peer's own interpreter runs this, and that has nothing of ours.
"""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterator

SOCKET = os.environ["BENCH_SOCKET"]
PLACES = int(os.environ["BENCH_PLACES"])
URL = f"unix://{SOCKET}"
AT_ONCE = 100  # enqueueings side by side, where an asynchronous peer has no batch

_notes = os.open(os.environ["BENCH_NOTES"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

One = Callable[[int], object]
OneAsync = Callable[[int], Awaitable[object]]


def note() -> None:
    """Append when this job ran (ns), in 16 bytes: the body of every job here."""
    os.write(_notes, b"%016x" % time.time_ns())


def answer(one: One, batch: One) -> None:
    """Do what stdin says, and say how long it took; of a job alone, when that began."""
    for line in sys.stdin:
        verb, count = _told(line)
        began, at = time.perf_counter(), time.time_ns()
        if verb == "batch":
            batch(count)
        else:
            for number in range(count):
                one(number)
        _say(verb, began, at)


async def answer_async(
    one: OneAsync, batch: OneAsync, ready: Callable[[], Awaitable[object]] | None = None
) -> None:
    """Do the same in a loop; `ready` is awaited first, each time, outside the clock."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        verb, count = _told(line)
        if ready and verb != "one":
            await ready()
        began, at = time.perf_counter(), time.time_ns()
        if verb == "batch":
            await batch(count)
        else:
            for number in range(count):
                await one(number)
        _say(verb, began, at)


def side_by_side(one: OneAsync) -> OneAsync:
    """Return a batch that is made of single enqueueings, so many at a time."""

    async def batch(count: int) -> None:
        for numbers in _chunks(count):
            await asyncio.gather(*(one(number) for number in numbers))

    return batch


def _chunks(count: int) -> Iterator[range]:
    for start in range(0, count, AT_ONCE):
        yield range(start, min(count, start + AT_ONCE))


def _told(line: str) -> tuple[str, int]:
    verb, count = line.split()
    return verb, int(count)


def _say(verb: str, began: float, at: int) -> None:
    took = time.perf_counter() - began
    print(at if verb == "one" else took, flush=True)

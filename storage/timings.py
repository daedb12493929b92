"""How long this process has waited for the disk: its last syncs, and how they were spread."""

import os
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from threading import Lock

KEPT = 1_000
# A sync takes 0.1 ms on a fast disk, 10 ms on a slow one, and seconds on one that is ill.
BOUNDS_SECONDS = (
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spread:
    """How many waits were no longer than each of `bounds` (seconds) and longer than the one before.

    `counts` has one more: those that were longer than the last. `seconds` is all of them together.
    """

    bounds: Sequence[float]
    counts: Sequence[int]
    seconds: float

    @property
    def count(self) -> int:
        return sum(self.counts)


class Timings:
    """The last waits, and a count of all; any thread may add to it and read it."""

    def __init__(self, bounds: Sequence[float] = BOUNDS_SECONDS, kept: int = KEPT) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._seconds = 0.0
        self._last: deque[float] = deque(maxlen=kept)
        self._lock = Lock()

    def note(self, seconds: float) -> None:
        """Add a wait."""
        at = bisect_left(self._bounds, seconds)
        with self._lock:
            self._last.append(seconds)
            self._counts[at] += 1
            self._seconds += seconds

    def spread(self) -> Spread:
        """Return how all waits since the start of the process were spread."""
        with self._lock:
            return Spread(self._bounds, tuple(self._counts), self._seconds)

    def percentiles_ms(self, *shares: float) -> list[float | None]:
        """Return for each share (0 to 1) what so many of the last waits took at most (ms).

        None while there were none.
        """
        with self._lock:
            last = sorted(self._last)
        if not last:
            return [None for _share in shares]
        return [last[min(len(last) - 1, int(share * len(last)))] * 1000 for share in shares]


SYNCS = Timings()
"""The syncs of this process. One that fails has been waited for as well."""


def timed(sync: Callable[[int], None]) -> Callable[[int], None]:
    """Return a sync of an open file as one whose wait is noted."""

    @wraps(sync)
    def waited(descriptor: int) -> None:
        began = time.perf_counter()
        try:
            sync(descriptor)
        finally:
            SYNCS.note(time.perf_counter() - began)

    return waited


@timed
def fsync(descriptor: int) -> None:
    """Make what was written to this open file, or the names in this directory, durable."""
    os.fsync(descriptor)

"""How long jobs run, as counts by length: what a plot of one colour is made of.

A percentile says nothing of two kinds of job beside one another; counts by length do.
"""

from bisect import bisect_left
from collections.abc import Sequence

from jobs.lanes import Lane

EDGES_MS = (10, 30, 100, 300, 1_000, 3_000, 10_000)  # a length is at most its edge
LENGTHS: Sequence[int | None] = (*EDGES_MS, None)  # None: longer than the last edge


def series_of(lane: Lane, length: int | None) -> str:
    """Return the name of the series of the jobs of this length (ms): how many ended a second."""
    return f"ran_per_s:{lane}:{length or 'longer'}"


def by_length(lane: Lane, run_ms: Sequence[int], seconds: float) -> dict[str, float]:
    """Return how many jobs of each length there were a second, zero included."""
    counts = [0] * len(LENGTHS)
    for one in run_ms:
        counts[bisect_left(EDGES_MS, one)] += 1
    return {
        series_of(lane, length): count / seconds
        for length, count in zip(LENGTHS, counts, strict=True)
    }

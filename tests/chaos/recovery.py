"""How long the jobs of a worker that was killed or frozen waited until they were run again."""

import statistics
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tests.chaos.service_log import Run

KILLED, STOPPED = "killed", "stopped"


class Interruption(NamedTuple):
    """A job that a worker held when it was killed or stopped, and when that was (epoch seconds)."""

    how: str
    worker: str
    job: str
    at: float


class Recovery(NamedTuple):
    """An interrupted job that began anew so many seconds later.

    It is `disturbed` if another fault came between.
    """

    how: str
    seconds: float
    is_disturbed: bool


def recoveries(
    interruptions: Sequence[Interruption], runs: Iterable[Run], faults: Sequence[float]
) -> list[Recovery]:
    """Return how long each interrupted job waited.

    Not of those that had ended when the fault struck: such a job is run again too, finds its
    ticket there, and says nothing. One that was interrupted anew, at another worker, had begun
    there by then. `faults` are the times of all faults, in order.
    """
    begun: dict[str, list[float]] = {}
    for run in runs:
        begun.setdefault(run.job, []).append(run.began_at)
    found = []
    for broken in interruptions:
        later = [at for at in begun.get(broken.job, ()) if at > broken.at]
        later += [
            other.at
            for other in interruptions
            if other.job == broken.job
            and other.worker != broken.worker
            and other.at > broken.at
        ]
        if later:
            again = min(later)
            between = bisect_right(faults, again) - bisect_right(faults, broken.at + 0.001)
            found.append(Recovery(broken.how, again - broken.at, between > 0))
    return found


def spread(seconds: Sequence[float]) -> str:
    """Return the distribution in a few words."""
    if not seconds:
        return "none"
    ordered = sorted(seconds)
    p90 = ordered[min(len(ordered) - 1, round(0.9 * (len(ordered) - 1)))]
    return (
        f"p50 {statistics.median(ordered):.3f} s, p90 {p90:.3f} s, max {ordered[-1]:.3f} s "
        f"({len(ordered)})"
    )

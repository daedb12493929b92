"""What one second of work amounts to: rates, waits and times, failures. Nothing here asks anybody."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jobs.lanes import LANES, Lane
from jobs.run_times import by_length
from storage.attempts_asked import Ended
from storage.telemetry_records import AttemptEnding

FAILURES = "failures_per_s:"
OTHER = "other"
CLASSES_MAX = 12
CLASS_CHARACTERS_MAX = 64
DAY_SECONDS = 86_400.0
PERCENTILES = {"p50": 0.50, "p95": 0.95, "p99": 0.99}

# With these a job has left the queue; after the others it comes again.
OUT = {
    AttemptEnding.DONE,
    AttemptEnding.NOTHING_TO_DO,
    AttemptEnding.BURIED,
    AttemptEnding.GIVEN_UP,
}
FAILED = {AttemptEnding.RETRY, AttemptEnding.BURIED, AttemptEnding.GIVEN_UP}


@dataclass(frozen=True, slots=True)
class Look:
    """How things were at a moment: the values of the series, and how many jobs each lane held.

    `seconds` is the moment on the clock that only measures. `present` is empty if Redis was away.
    """

    at: datetime
    seconds: float
    values: Mapping[str, float]
    present: Mapping[Lane, int]


class FailureClasses:
    """The classes of errors that have a series of their own; what comes beyond them is `other`.

    One that has not been seen for a day makes room for another.
    """

    def __init__(self, known: Iterable[str] = ()) -> None:
        named = [one for one in known if one != OTHER]
        self._seen_at = dict.fromkeys(named[:CLASSES_MAX], -math.inf)

    def counts(self, errors: Sequence[str], seconds: float) -> dict[str, int]:
        """Return how many there were of each class that is known, zero included."""
        counted = Counter(self._name(error[:CLASS_CHARACTERS_MAX], seconds) for error in errors)
        return {**dict.fromkeys(self._seen_at, 0), **counted}

    def _name(self, error: str, seconds: float) -> str:
        if error not in self._seen_at and len(self._seen_at) >= CLASSES_MAX:
            oldest = min(self._seen_at, key=lambda one: self._seen_at[one])
            if seconds - self._seen_at[oldest] < DAY_SECONDS:
                return OTHER
            del self._seen_at[oldest]
        self._seen_at[error] = seconds
        return error


def rates(
    before: Look, last: Look, ended: Sequence[Ended], classes: FailureClasses
) -> dict[str, float]:
    """Return what follows from what ended between two looks."""
    seconds = max(last.seconds - before.seconds, 0.001)
    values: dict[str, float] = {}
    for lane in LANES:
        here = [one for one in ended if one.lane == lane and one.ending]
        out = sum(one.ending in OUT for one in here)
        values[f"out_per_s:{lane}"] = out / seconds
        if lane in before.present and lane in last.present:
            came = out + last.present[lane] - before.present[lane]
            # The depth and the ends are not seen at the very same moment.
            values[f"in_per_s:{lane}"] = max(0, came) / seconds
        began = [one for one in here if one.ending is not AttemptEnding.LOST]
        values |= _percentiles("wait", lane, [one.wait_ms for one in began])
        values |= _percentiles("run", lane, [one.run_ms for one in began])
        values |= by_length(lane, [one.run_ms for one in began], seconds)
    failed = [one.error or OTHER for one in ended if one.ending in FAILED]
    for name, count in classes.counts(failed, last.seconds).items():
        values[FAILURES + name] = count / seconds
    values["recoveries_per_s"] = sum(one.ending is None for one in ended) / seconds
    return values


def _percentiles(what: str, lane: Lane, each: Sequence[int]) -> dict[str, float]:
    """Return how long it took at most for a share of them; nothing if there were none."""
    ranked = sorted(each)
    return {
        f"{what}_{name}_ms:{lane}": ranked[math.ceil(share * len(ranked)) - 1]
        for name, share in PERCENTILES.items()
        if ranked
    }

"""How fast the work goes, as the telemetry tells."""

import asyncio
from datetime import timedelta

from jobs.health.memory import MAKES_TICKETS
from jobs.health.seeing import Pace
from jobs.health.work_rules import STUCK_AFTER
from jobs.job import Env
from jobs.lanes import LANES
from storage.telemetry_records import AttemptEnding, Window

MINUTE = timedelta(minutes=1)  # so finely are attempts counted
POINTS_MAX = 60
SAMPLES_MIN = 20  # of the last half minute; with fewer nobody knows that nothing ended
MEANS_OF_MIN = 5  # samples: less than these says little of how fast the work goes
FOUND_WORK = frozenset(AttemptEnding) - {AttemptEnding.NOTHING_TO_DO, AttemptEnding.HANDED_BACK}


async def pace_of(env: Env) -> Pace:
    """Return how fast the work goes. Raises what `Telemetry` does."""
    telemetry, now = env.store.telemetry, env.clock()
    since = now.replace(second=0, microsecond=0) - MINUTE
    retrying, tallies, window = await asyncio.gather(
        telemetry.retrying(now),
        telemetry.tallies(since, now + MINUTE, MINUTE),
        telemetry.window(now - STUCK_AFTER, now, POINTS_MAX),
    )
    ended = {one: sum(counts) for one, counts in tallies.items()}
    return Pace(
        rates=_means(window),
        retrying=retrying,
        ran=sum(count for (_kind, ending), count in ended.items() if ending in FOUND_WORK),
        made=ended.get((MAKES_TICKETS, AttemptEnding.DONE), 0),
        ran_since=since,
        is_idle=_is_idle(window),
    )


def _means(window: Window) -> dict[str, float]:
    """Return how many jobs a second went into each lane, and out, where that is known."""
    means = {}
    for name in (f"{way}_per_s:{lane}" for way in ("in", "out") for lane in LANES):
        known = [rate for rate in window.series.get(name, ()) if rate is not None]
        if len(known) >= MEANS_OF_MIN:
            means[name] = sum(known) / len(known)
    return means


def _is_idle(window: Window) -> bool | None:
    """Has nothing ended in this window? None if it was not looked at often enough."""
    rates = [
        rate
        for lane in LANES
        for rate in window.series.get(f"out_per_s:{lane}", ())
        if rate is not None
    ]
    return None if len(rates) < SAMPLES_MIN * len(LANES) else not any(rates)

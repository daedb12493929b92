"""How fast the work goes, as the telemetry tells."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from jobs.health.seeing import SAMPLE_AGE_MAX, Pace
from jobs.health.work_rules import STUCK_AFTER
from jobs.job import Env
from jobs.lanes import LANES
from storage.telemetry_records import AttemptEnding, Window

MINUTE = timedelta(minutes=1)  # so finely are attempts counted
POINTS_MAX = 60
SAMPLES_MIN = 20  # of the last half minute; with fewer nobody knows that nothing ended
MAKES_TICKETS = "extract_ticket"
FOUND_WORK = frozenset(AttemptEnding) - {AttemptEnding.NOTHING_TO_DO, AttemptEnding.HANDED_BACK}


async def pace_of(env: Env) -> Pace:
    """Return how fast the work goes. Raises what `Telemetry` does."""
    telemetry, now = env.store.telemetry, env.clock()
    since = now.replace(second=0, microsecond=0) - MINUTE
    latest, retrying, tallies, window = await asyncio.gather(
        telemetry.latest(),
        telemetry.retrying(now),
        telemetry.tallies(since, now + MINUTE, MINUTE),
        telemetry.window(now - STUCK_AFTER, now, POINTS_MAX),
    )
    ended = {one: sum(counts) for one, counts in tallies.items()}
    return Pace(
        sample=_fresh(latest, now),
        retrying=retrying,
        ran=sum(count for (_kind, ending), count in ended.items() if ending in FOUND_WORK),
        made=ended.get((MAKES_TICKETS, AttemptEnding.DONE), 0),
        ran_since=since,
        is_idle=_is_idle(window),
    )


def _fresh(
    latest: tuple[datetime, Mapping[str, float]] | None, now: datetime
) -> Mapping[str, float]:
    """Return the last sample; nothing if it is too old to say how things stand now."""
    return latest[1] if latest and now - latest[0] <= SAMPLE_AGE_MAX else {}


def _is_idle(window: Window) -> bool | None:
    """Has nothing ended in this window? None if it was not looked at often enough."""
    rates = [
        rate
        for lane in LANES
        for rate in window.series.get(f"out_per_s:{lane}", ())
        if rate is not None
    ]
    return None if len(rates) < SAMPLES_MIN * len(LANES) else not any(rates)

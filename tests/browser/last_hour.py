"""An hour of a made-up service, as the plots of the screenshots show it; the same in every run.

A lane is a queue here: what comes in, what two workers finish, what waits. A worker is lost, and
the work piles up until it is back.
"""

import math
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from jobs.lanes import LANES
from storage.telemetry import Telemetry
from storage.telemetry_records import Mark, MarkKind

HOUR = timedelta(hours=1)
STEP_SECONDS = 5
DEPLOYED_AT, LOST_AT, BACK_AT = 0.15, 0.55, 0.57  # of the hour
PER_WORKER = 7.5  # jobs a second
# Of all that comes in, what each lane has.
SHARES = dict(zip(LANES, (0.8, 0.15, 0.05), strict=True))

Values = dict[str, float]


async def remember(telemetry: Telemetry, until: datetime) -> None:
    """Put the hour before this moment where the service keeps what it has seen."""
    begins = until - HOUR
    for part, values in hour():
        await telemetry.sample(begins + part * HOUR, values)
    for part, kind, said in (
        (DEPLOYED_AT, MarkKind.DEPLOY, "0.1.0 began to run"),
        (LOST_AT, MarkKind.LOST, "worker-2 was killed by signal 9"),
    ):
        await telemetry.mark(Mark(begins + part * HOUR, kind, said))


def hour() -> Iterator[tuple[float, Values]]:
    """Yield what was seen, with the part of the hour that had passed."""
    chance = random.Random("an hour")  # noqa: S311 - an hour that can be had again
    ready = dict.fromkeys(LANES, 0.0)
    steps = int(HOUR.total_seconds()) // STEP_SECONDS
    for step in range(steps):
        part = step / steps
        is_short = LOST_AT <= part < BACK_AT
        can_do = PER_WORKER * (1 if is_short else 2)
        comes = 6.5 + 2.5 * math.sin(part * 9 + 2.6) + chance.uniform(-0.8, 0.8)
        values = _of_all(part, chance, is_short=is_short, busy=min(comes, can_do))
        for lane in LANES:
            values |= _of_lane(lane, ready, comes * SHARES[lane], can_do * SHARES[lane], chance)
        yield part, values


def _of_lane(
    lane: str, ready: dict[str, float], comes: float, can_do: float, chance: random.Random
) -> Values:
    done = min(can_do, ready[lane] / STEP_SECONDS + comes)
    ready[lane] = max(0.0, ready[lane] + (comes - done) * STEP_SECONDS)
    waits = ready[lane] / can_do
    runs_ms = chance.uniform(60, 75)
    return {
        f"ready:{lane}": round(ready[lane]),
        f"scheduled:{lane}": round(comes * 2),
        f"running:{lane}": round(done * runs_ms / 1000) + 1,
        f"retrying:{lane}": round(ready[lane] / 40),
        f"oldest_s:{lane}": waits,
        f"in_per_s:{lane}": comes,
        f"out_per_s:{lane}": done,
        **_percentiles(f"wait_{{}}_ms:{lane}", 4 + waits * 1000),
        **_percentiles(f"run_{{}}_ms:{lane}", runs_ms),
    }


def _percentiles(name: str, median: float) -> Values:
    return {
        name.format(p): median * factor for p, factor in (("p50", 1), ("p95", 2.1), ("p99", 3))
    }


def _of_all(part: float, chance: random.Random, *, is_short: bool, busy: float) -> Values:
    sync_ms = chance.uniform(2, 3)
    return {
        "dead": 0,
        "owed": 0,
        "failures_per_s:UnavailableError": 0.4 if is_short else chance.choice((0, 0, 0, 0.05)),
        "failures_per_s:TimeoutError": 0.1 if 0.3 < part < 0.33 else 0,
        "recoveries_per_s": 1.2 if LOST_AT <= part < LOST_AT + 0.01 else 0,
        "sync_p50_ms": sync_ms,
        "sync_p99_ms": sync_ms * 4,
        "slots": 10 if is_short else 20,
        "busy": round(busy),
        "disk_used_percent": 41 + part,
        "redis_away": 0,
        "api_p99_ms": chance.uniform(9, 14),
        "http_per_s": busy * 2,
    }

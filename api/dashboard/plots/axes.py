"""Axes: round numbers and round times to put beside a plot, and how both are written.

Pure. Times are in UTC.
"""

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

TICKS_MAX = 4  # above zero
MOMENTS_MAX = 6
MINUTE, HOUR, DAY = 60, 3600, 86_400
ROUND_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800)
ROUND_HOURS = (1, 2, 4, 6, 12, 24, 48, 120, 240, 480, 960)
ROUND_SPANS = tuple(
    timedelta(minutes=minutes)
    for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880, 7200)
)
SECOND_MS = 1000  # milliseconds
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Unit(StrEnum):
    """What an axis counts."""

    COUNT = "number"
    PER_SECOND = "per second"
    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"


def told(value: float, unit: Unit) -> str:
    """Return a value as short as a label must be: `12.3k`, `0.4/s`, `5 min`, `850 ms`."""
    match unit:
        case Unit.SECONDS:
            return _duration(value)
        case Unit.MILLISECONDS:
            return f"{_short(value)} ms" if value < SECOND_MS else _duration(value / SECOND_MS)
        case Unit.PER_SECOND:
            return f"{_count(value)}/s"
        case _:
            return _count(value)


def ticks(highest: float, unit: Unit) -> Sequence[float]:
    """Return the round values from zero up to the first that is not below the highest."""
    step = next(step for step in _steps(unit) if highest <= step * TICKS_MAX)
    count = max(1, math.ceil(highest / step))
    return [number * step for number in range(count + 1)]


def moments(starts_at: datetime, ends_at: datetime) -> Sequence[tuple[datetime, str]]:
    """Return the round moments of a span, each as it is written: a time, or a day in a long span."""
    span = ends_at - starts_at
    step = next((one for one in ROUND_SPANS if span <= one * MOMENTS_MAX), ROUND_SPANS[-1])
    first = EPOCH + math.ceil((starts_at - EPOCH) / step) * step
    count = max(0, (ends_at - first) // step + 1)
    written = "%H:%M" if step < timedelta(days=1) else "%d %b"
    found = (first + number * step for number in range(count))
    return [(moment, f"{moment:{written}}") for moment in found]


def _steps(unit: Unit) -> Iterator[float]:
    """Yield the steps that make round values of a unit, the smallest first."""
    if unit is Unit.SECONDS:
        yield from (0.1, 0.2, 0.5)
        yield from ROUND_SECONDS
        yield from (hours * HOUR for hours in ROUND_HOURS)
    if unit is Unit.MILLISECONDS:
        yield from (1, 2, 5, 10, 20, 50, 100, 200, 500)
        yield from (SECOND_MS * step for step in _steps(Unit.SECONDS) if step >= 1)
    # A tenth of a job there is not; of a job a second there is.
    size = {Unit.COUNT: 1.0, Unit.PER_SECOND: 0.1}.get(unit, 1e7)
    while True:
        yield from (size, 2 * size, 5 * size)
        size *= 10


def _duration(seconds: float) -> str:
    if seconds < MINUTE:
        return f"{_short(seconds)} s"
    if seconds < HOUR:
        return f"{_short(seconds / MINUTE)} min"
    if seconds < DAY:
        return f"{_short(seconds / HOUR)} h"
    return f"{_short(seconds / DAY)} d"


def _count(value: float) -> str:
    if value >= 1_000_000:  # noqa: PLR2004 - what the M beside it says
        return f"{_short(value / 1_000_000)}M"
    if value >= 10_000:  # noqa: PLR2004 - up to here it is as short in full
        return f"{_short(value / 1000)}k"
    return _short(value)


def _short(value: float) -> str:
    """Return a number with three digits at most, or all those before its point."""
    if value >= 100:  # noqa: PLR2004 - three digits stand before the point
        return f"{value:.0f}"
    digits = 1 if value >= 10 else 2  # noqa: PLR2004 - two digits stand before the point
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".")

"""At what time of day, as people in Texas say it: `8am`, `7:30`, `0730`, `at 8 in the evening`."""

import re
from datetime import time

from domain.spoken_days import without

MORNING_HOURS = range(7, 12)
HALF_DAY_HOURS, DAY_HOURS, HOUR_MINUTES = 12, 24, 60

PARTS = re.compile(r"\b(?:in the )?(?P<part>morning|afternoon|evening)\b")
HOURS_OF = {"morning": range(1, 12), "afternoon": range(12, 19), "evening": range(16, 24)}
CLOCKS = tuple(
    map(
        re.compile,
        (
            r"\b(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?::00)?\s?(?P<half>[ap])\.?\s?m\b\.?",
            r"\b(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?P<half>[ap])\b",
            r"\b(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::00)?\b(?: ?o'?clock)?",
            r"\b(?P<hour>20)(?P<minute>[0-5]\d) ?(?:hours|hrs|h)\b",  # else it may be a year
            r"\b(?P<hour>[01]\d|2[1-3])(?P<minute>[0-5]\d)(?: ?(?:hours|hrs|h))?\b",
            r"(?:\bat|@) ?(?P<hour>\d{1,2})\b(?: ?o'?clock)?",
            r"\b(?P<hour>\d{1,2}) ?o'?clock\b",
            r"^\s*(?P<hour>\d{1,2})\s*$",
        ),
    )
)
# The hour that a part of the day was said with: `8 in the morning please`.
BARE_HOUR = re.compile(r"(?<![\d:./-])\b(?P<hour>\d{1,2})\b(?![\d:./-])")


def clocks_in(
    plain: str, part: str | None = None, *, is_open: bool = False
) -> tuple[tuple[time, ...], str]:
    """Return the times of day that may be meant, and what is left of the text.

    `part` is that of the day that was said beside; where it contradicts the hour there is none,
    and the text is left as it is. `is_open`: whether a bare hour may be of either half of the day.
    """
    for pattern in (*CLOCKS, BARE_HOUR) if part else CLOCKS:
        if found := pattern.search(plain):
            half = found.groupdict().get("half")
            minute = int(found.groupdict().get("minute") or 0)
            hours = [
                hour
                for hour in _hours(found["hour"], half, is_open=is_open or part is not None)
                if part is None or hour in HOURS_OF[part]
            ]
            if not hours or minute >= HOUR_MINUTES:
                return (), plain
            return tuple(time(hour, minute) for hour in hours), without(plain, found)
    return (), plain


def _hours(said: str, half: str | None, *, is_open: bool) -> tuple[int, ...]:
    """Return the hours of the day that may be meant: none, one, or one of each half.

    Unless it `is_open` which half is meant, an hour at which crews begin is of the morning.
    """
    hour = int(said)
    is_half_day = 1 <= hour <= HALF_DAY_HOURS
    early, late = hour % HALF_DAY_HOURS, hour % HALF_DAY_HOURS + HALF_DAY_HOURS
    if half:
        return (late if half == "p" else early,) if is_half_day else ()
    if (said.startswith("0") and said != "0") or not is_half_day:
        return (hour,) if hour < DAY_HOURS else ()
    if hour in MORNING_HOURS and not is_open:
        return (hour,)
    return early, late

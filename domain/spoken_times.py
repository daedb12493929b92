"""When, as people in Texas say it: `12/1/2026 8am`, `tomorrow at 7:30`, `Tuesday 9 AM`, ISO 8601.

A time is read by the clocks at the site. From 7 to 11 without am or pm is the morning, when crews
begin; any other bare hour could be either and is asked again, as is a day without an hour, and a
weekday that could be two days. Which day is meant is in `domain.spoken_days`.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from domain.errors import RejectedError
from domain.moment import YEAR_MAX, YEAR_MIN, spoken
from domain.spoken_days import DAY, WEEK, Here, days_in, example, without
from domain.spoken_sizes import in_digits
from domain.texas import CENTER_ZONE, zone_named

TEXT_CHARACTERS_MAX = 120
MORNING_HOURS = range(7, 12)
HALF_DAY_HOURS, DAY_HOURS, HOUR_MINUTES = 12, 24, 60
USUAL_STARTS = (time(7), time(8))
ZONES = {"c": CENTER_ZONE, "m": "America/Denver"}

CLOCKS = tuple(
    map(
        re.compile,
        (
            r"\b(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?::00)?\s?(?P<half>[ap])\.?\s?m\b\.?",
            r"\b(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::00)?\b",
            r"\b(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?: (?:hours|hrs|h))?\b",
            r"\b(?:at|@) ?(?P<hour>\d{1,2})\b(?: ?o'?clock)?",
            r"\b(?P<hour>\d{1,2}) ?o'?clock\b",
            r"^\s*(?P<hour>\d{1,2})\s*$",
        ),
    )
)
ZONE = re.compile(r"\b(?:(?P<first>[cm])[sd]?t|(?P<word>central|mountain)(?: time)?)\b")
FILLER = re.compile(
    r"\b(?:on|at|by|the|of|we|will|would|like|to|want|plan|start(?:ing|s)?|begin(?:ning|s)?"
    r"|around|about|is|it|work|digging|please|sharp|local|time|until|through|finish(?:ed)?|done"
    r"|complet(?:ed?|ion)|in|morning|afternoon|evening)\b|@"
)
EARLIEST = re.compile(
    r"\b(?:asap|a\.s\.a\.p\.|(?:as soon as|earliest|the earliest|soonest|first)"
    r"(?: (?:legally |lawfully )?(?:possible|allowed|permitted|lawful|legal|time|moment|start"
    r"|the law allows|the law permits|we can|we may|you can))*)"
)


def start_said(text: str, here: Here) -> datetime:
    """Return the moment that a text names (UTC). Raises RejectedError, saying what is missing."""
    if moment := _iso(text, here):
        return moment
    plain = _plain(text, "planned_start_at")
    if EARLIEST.fullmatch(plain):
        return _earliest(text, here)
    zone, rest = _zone(plain, here.zone)
    here = Here(here.now, zone, here.earliest)
    days, rest = days_in(rest, text, here)
    clocks, rest = _clocks(rest)
    if re.search(r"\w", FILLER.sub(" ", rest)) or not (days or clocks):
        raise _unread(text, "planned_start_at", example(here))
    if not clocks:
        raise _incomplete("At what time of day?", days, USUAL_STARTS, here)
    if not days:
        raise _incomplete(
            "On which day?", (here.today + DAY, here.today + 2 * DAY), clocks, here
        )
    if len(days) > 1 or len(clocks) > 1:
        raise _incomplete("Which of these is meant?", days, clocks, here)
    return _instant(datetime.combine(days[0], clocks[0]), here.zone)


def day_said(text: str, here: Here) -> date:
    """Return the day that a text names. Raises RejectedError if it names none, or two."""
    if moment := _iso(text, here):
        return moment.astimezone(here.zone).date()
    days, rest = days_in(_plain(text, "expected_completion_on"), text, here)
    _clock, rest = _clocks(rest)
    if not days or re.search(r"\w", FILLER.sub(" ", rest)):
        raise _unread(text, "expected_completion_on", (here.today + WEEK).isoformat())
    if len(days) > 1:
        raise RejectedError(
            f"“{text.strip()[:80]}” could be two days.",
            field="expected_completion_on",
            remedy=f"Name the date, like {days[0]}.",
            suggested_values=[day.isoformat() for day in days],
        )
    return days[0]


def _iso(text: str, here: Here) -> datetime | None:
    written = text.strip()
    if not re.match(r"\d{4}-\d\d-\d\d[T ]\d\d", written):
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    if not YEAR_MIN <= moment.year <= YEAR_MAX:
        return None
    return _instant(moment, here.zone) if moment.tzinfo is None else moment.astimezone(UTC)


def _plain(text: str, field: str) -> str:
    if len(text) > TEXT_CHARACTERS_MAX:
        raise _unread(text, field, "the date and the time alone")
    plain = in_digits(text).replace(",", " ").replace(" noon", " 12 pm")
    plain = re.sub(r"^noon\b", "12 pm", plain)
    plain = re.sub(r"(?<=[\d])\s?(?:in the )?morning\b", " am", plain)
    plain = re.sub(r"(?<=[\d])\s?(?:in the )?(?:afternoon|evening)\b", " pm", plain)
    plain = re.sub(
        r"\b(?:morning|(afternoon|evening))\b(.*?)(\d{1,2}(?::\d\d)?)$", _half, plain
    )
    return " ".join(plain.rstrip(".!").split())


def _half(found: re.Match[str]) -> str:
    return f"{found[2]}{found[3]} {'pm' if found[1] else 'am'}"


def _zone(plain: str, zone: ZoneInfo) -> tuple[ZoneInfo, str]:
    found = ZONE.search(plain)
    if found is None:
        return zone, plain
    named = zone_named(ZONES[(found["first"] or found["word"])[0]])
    return named, plain[: found.start()] + plain[found.end() :]


def _clocks(plain: str) -> tuple[tuple[time, ...], str]:
    """Return the times of day that may be meant, and what is left of the text."""
    for pattern in CLOCKS:
        if found := pattern.search(plain):
            half = found.groupdict().get("half")
            minute = int(found.groupdict().get("minute") or 0)
            hours = _hours(found["hour"], half)
            if not hours or minute >= HOUR_MINUTES:
                return (), plain
            return tuple(time(hour, minute) for hour in hours), without(plain, found)
    return (), plain


def _hours(said: str, half: str | None) -> tuple[int, ...]:
    """Return the hours of the day that may be meant: none, one, or one of each half."""
    hour = int(said)
    is_half_day = 1 <= hour <= HALF_DAY_HOURS
    early, late = hour % HALF_DAY_HOURS, hour % HALF_DAY_HOURS + HALF_DAY_HOURS
    if half:
        return (late if half == "p" else early,) if is_half_day else ()
    if hour in MORNING_HOURS or (said.startswith("0") and said != "0") or not is_half_day:
        return (hour,) if hour < DAY_HOURS else ()
    return early, late


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment of a wall clock. Raises RejectedError in the nights when it is changed."""
    either = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    shown = [one.astimezone(zone).replace(tzinfo=None) for one in either]
    if either[0] != either[1]:
        problem = "comes twice" if wall in shown else "does not exist"
        raise RejectedError(
            f"{wall:%Y-%m-%d %H:%M} {problem} on that night's clocks.",
            field="planned_start_at",
            remedy="Choose one of these, or another time.",
            suggested_values=[one.astimezone(zone).isoformat() for one in sorted(either)],
        )
    return either[0]


def _earliest(text: str, here: Here) -> datetime:
    if here.earliest is None:
        raise RejectedError(
            f"How early “{text.strip()[:40]}” is follows from the county, which is not known yet.",
            field="planned_start_at",
            remedy="State the county first, or name a date and a time.",
        )
    return here.earliest


def _incomplete(
    asks: str, days: Sequence[date], clocks: Sequence[time], here: Here
) -> RejectedError:
    moments = [
        datetime.combine(day, clock, here.zone) for day in days[:2] for clock in clocks[:2]
    ]
    ahead = [moment for moment in moments if moment > here.now] or moments
    return RejectedError(
        f"The start is not clear. {asks}",
        field="planned_start_at",
        remedy=f"Answer with date and time, like {spoken(ahead[0], here.zone)}.",
        suggested_values=[moment.isoformat() for moment in ahead],
    )


def _unread(text: str, field: str, example: str) -> RejectedError:
    return RejectedError(
        f"“{text.strip()[:80]}” cannot be read as a time.",
        field=field,
        remedy=f"Answer like {example}.",
    )

"""Moments in time as the domain knows them: always aware, always UTC.

The clock does not live here; whoever needs the present is given it as `now`.
"""

import re
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

YEAR_MIN, YEAR_MAX = 2000, 2100
NUMBER = re.compile(r"\s*[+-]?[\d_]*\.?[\d_]+(e[+-]?\d+)?\s*", re.IGNORECASE)


def as_utc(moment: datetime) -> datetime:
    """Return the same instant in UTC; a moment without a zone is taken to be UTC.

    Files in the customer's own shape carry naive `utcnow()` times, so naive means UTC there.
    """
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        problem = f"{moment} lies outside of the years that a clock can show"
        raise ValueError(problem) from None


def in_our_time(moment: datetime) -> datetime:
    """Return the moment in UTC. Raises ValueError for one that no work order can mean."""
    utc = as_utc(moment)
    if not YEAR_MIN <= utc.year <= YEAR_MAX:
        problem = f"the year must be {YEAR_MIN} to {YEAR_MAX}"
        raise ValueError(problem)
    return utc


def not_a_number(given: object) -> object:
    """Return what was given. Raises ValueError for a number, as text too: seconds since when?"""
    if isinstance(given, int | float) or (isinstance(given, str) and NUMBER.fullmatch(given)):
        problem = "write the time as text with its zone, not as a number"
        raise ValueError(problem)
    return given


def as_site_time(moment: datetime, timezone: str | None) -> str:
    """Return a moment as clocks in this IANA zone show it, as a person reads it; else in UTC."""
    local = moment.astimezone(ZoneInfo(timezone) if timezone else UTC)
    return f"{local:%a %Y-%m-%d %H:%M %Z}"


def spoken(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment as a person says it: `Thursday, December 3, 2026 at 7:30 AM CST`."""
    local = moment.astimezone(zone)
    day = f"{local:%A, %B} {local.day}, {local.year}"
    return f"{day} at {local.hour % 12 or 12}:{local:%M %p %Z}"


# What is read from our own files: lenient about the zone, strict about being a time.
Moment = Annotated[datetime, AfterValidator(as_utc)]

# What a client sends: a time without a zone could be hours wrong, so it is refused.
StatedMoment = Annotated[
    AwareDatetime, BeforeValidator(not_a_number), AfterValidator(in_our_time)
]

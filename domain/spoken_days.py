"""Which day, as people in Texas say it: `12/1/2026`, `Dec 1`, `tomorrow`, `next Tuesday`.

A date is read as month, day, year, by the calendar at the site. Without a year it is the next such
day. A weekday that could be two days is given as both.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.errors import RejectedError
from domain.moment import YEAR_MAX, YEAR_MIN

DAY, WEEK = timedelta(days=1), timedelta(days=7)
CENTURY = 2000

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
NTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
DATES = tuple(
    map(
        re.compile,
        (
            r"\b(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b",
            r"\b(?P<month>\d{1,2})[/.-](?P<day>\d{1,2})[/.-](?P<year>\d{4}|\d{2})\b",
            r"\b(?P<month>\d{1,2})/(?P<day>\d{1,2})\b",
            rf"\b{MONTH} (?:the )?{NTH}(?: (?P<year>20\d\d))?\b",
            rf"\b(?:the )?{NTH} (?:of )?{MONTH}(?: (?P<year>20\d\d))?\b",
            r"\bthe (?P<day>\d{1,2})(?:st|nd|rd|th)\b",
        ),
    )
)
NEAR_DAY = re.compile(r"\b(?P<near>today|day after tomorrow|tomorrow)\b")
IN_DAYS = re.compile(r"\bin (?P<count>\d{1,3}) (?P<unit>day|week)s?\b")
WEEKDAY = re.compile(
    r"\b(?P<which>this coming|this|next|coming)?\s?"
    r"(?P<name>mon(?:day)?|tues?(?:day)?|wed(?:nesday|s)?|thu(?:rs?(?:day)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)\b\.?"
)


@dataclass(frozen=True, slots=True)
class Here:
    """Where and when something is said: now, the zone of the site, and the earliest lawful start."""

    now: datetime
    zone: ZoneInfo
    earliest: datetime | None = None

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


def days_in(plain: str, text: str, here: Here) -> tuple[tuple[date, ...], str]:
    """Return the days that may be meant, and what is left of the text."""
    weekday, rest = WEEKDAY.search(plain), plain
    if weekday:
        rest = plain[: weekday.start()] + " " + plain[weekday.end() :]
    day, rest = _dated(rest, text, here)
    if weekday is None:
        return ((day,) if day else ()), rest
    if day is None:
        return _weekdays(weekday, here), rest
    if WEEKDAYS.index(weekday["name"][:3]) != day.weekday():
        raise RejectedError(
            f"{day:%B} {day.day}, {day.year} is a {day:%A}.",
            field="planned_start_at",
            remedy="Which is right, the weekday or the date?",
        )
    return (day,), rest


def _dated(rest: str, text: str, here: Here) -> tuple[date | None, str]:
    if found := NEAR_DAY.search(rest):
        ahead = {"today": 0, "tomorrow": 1}.get(found["near"], 2)
        return here.today + ahead * DAY, without(rest, found)
    if found := IN_DAYS.search(rest):
        length = WEEK if found["unit"] == "week" else DAY
        return here.today + int(found["count"]) * length, without(rest, found)
    for pattern in DATES:
        if found := pattern.search(rest):
            return _date_of(found, text, here), without(rest, found)
    return None, rest


def _date_of(found: re.Match[str], text: str, here: Here) -> date:
    """Return the date of a match; without a year it is the next such day."""
    parts, today = found.groupdict(), here.today
    said, day = parts.get("month") or str(today.month), int(parts["day"])
    month = int(said) if said.isdigit() else MONTHS.index(said[:3]) + 1
    year = int(parts.get("year") or 0)
    try:
        if year:
            return _in_our_time(date(year if year > CENTURY else CENTURY + year, month, day))
        if "month" not in parts and day < today.day:
            month = month % len(MONTHS) + 1
        this_year = date(today.year, month, day)
        return this_year if this_year >= today else date(today.year + 1, month, day)
    except ValueError:
        raise RejectedError(
            f"“{text.strip()[:80]}” names no day that can be meant.",
            field="planned_start_at",
            remedy=f"Write month/day/year, like {example(here)}.",
        ) from None


def _weekdays(found: re.Match[str], here: Here) -> tuple[date, ...]:
    """Return the days that a weekday may mean: `next` and today's own name could be two."""
    ahead = (WEEKDAYS.index(found["name"][:3]) - here.today.weekday()) % 7
    coming = here.today + ahead * DAY
    which = found["which"] or ""
    if which == "next" or ahead == 0:
        return coming, coming + WEEK
    return (coming,)


def _in_our_time(day: date) -> date:
    """Return the day. Raises ValueError for one that no work order can mean."""
    if not YEAR_MIN <= day.year <= YEAR_MAX:
        problem = f"the year must be {YEAR_MIN} to {YEAR_MAX}"
        raise ValueError(problem)
    return day


def example(here: Here) -> str:
    """Return a date and a time as they may be answered: a week ahead, at eight."""
    day = here.today + WEEK
    return f"{day.month}/{day.day}/{day.year} 8:00 AM"


def without(plain: str, found: re.Match[str]) -> str:
    """Return a text without what was found in it."""
    return plain[: found.start()] + " " + plain[found.end() :]

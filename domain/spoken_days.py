"""Which day, as people in Texas say it: `12/1/2026`, `Dec 1`, `tomorrow`, `next Tuesday`.

A date is read as month, day, year, by the calendar at the site. Without a year it is the next such
day, or the nearest one where what is told need not lie ahead. A weekday that could be two days is
given as both.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto
from zoneinfo import ZoneInfo

from domain.errors import RejectedError
from domain.moment import YEAR_MAX, YEAR_MIN

DAY, WEEK = timedelta(days=1), timedelta(days=7)
CENTURY = 2000
WRONG_YEAR_DAYS_MAX = timedelta(days=180)

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SUNDAY = WEEKDAYS.index("sun")

MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
YEAR = r"(?: (?P<year>20\d\d)(?! ?(?:hours|hrs|h)\b))"
NTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
DATES = tuple(
    map(
        re.compile,
        (
            r"\b(?P<year>\d{4})(?P<mark>[-/])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})\b",
            r"\b(?P<month>\d{1,2})[/.-](?P<day>\d{1,2})[/.-](?P<year>\d{4}|\d{2})\b",
            rf"\b(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})\b{YEAR}?",
            r"\b(?P<month>0\d|1[0-2])-(?P<day>\d{2}) (?=(?:at |@ ?)?\d)",
            rf"\b{MONTH} (?:the )?{NTH}{YEAR}?\b",
            rf"\b(?:the )?{NTH} (?:of )?{MONTH}{YEAR}?\b",
            r"\b(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)\b",
        ),
    )
)
NEAR_DAYS = {"yesterday": -1, "today": 0, "this": 0, "tomorrow": 1, "day after tomorrow": 2}
NEAR_DAY = re.compile(
    r"\b(?P<near>today|yesterday|day after tomorrow|tomorrow"
    r"|this(?= (?:morning|afternoon|evening)\b))\b"
)
IN_DAYS = re.compile(
    r"(?<!about )(?<!around )\b(?P<ahead>in )?(?P<count>\d{1,3}) (?P<unit>day|week)s?(?(ahead)| from (?:now|today))\b"
)
LAST = re.compile(r"\blast\b")
NEXT_WEEK = re.compile(r"\bnext week\b")
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


class Tense(Enum):
    """Where a day lies that is told: ahead, behind, or on either side of now."""

    AHEAD = auto()
    BEHIND = auto()
    EITHER = auto()


@dataclass(frozen=True, slots=True)
class Saying:
    """What is said, of which field, where and when, and whether it lies ahead."""

    text: str
    field: str
    here: Here
    tense: Tense = Tense.AHEAD

    @property
    def quoted(self) -> str:
        return f"“{self.text.strip()[:80]}”"

    def refused(self, problem: str, remedy: str, *suggested: str) -> RejectedError:
        """Return the refusal of what is said."""
        return RejectedError(
            problem, field=self.field, remedy=remedy, suggested_values=suggested
        )


def days_in(plain: str, said: Saying) -> tuple[tuple[date, ...], str]:
    """Return the days that may be meant, and what is left of the text."""
    weekday, rest = WEEKDAY.search(plain), plain
    if weekday:
        rest = without(plain, weekday)
    day, rest = _dated(rest, said)
    if weekday is None:
        return ((day,) if day else ()), rest
    if day is None:
        return _weekdays(weekday, rest, said)
    if WEEKDAYS.index(weekday["name"][:3]) != day.weekday():
        raise said.refused(
            f"{day:%B} {day.day}, {day.year} is a {day:%A}.",
            "Which is right, the weekday or the date?",
        )
    return (day,), rest


def such_day(month: int | None, day: int, today: date, tense: Tense) -> date:
    """Return the day of this month, or of whatever month, that is meant without a year.

    Raises ValueError if there is none within a year.
    """
    years = (today.year - 1, today.year, today.year + 1)
    months = range(1, len(MONTHS) + 1) if month is None else (month,)
    such = [one for year in years for m in months if (one := _date(year, m, day))]
    if tense is Tense.AHEAD:
        return min(one for one in such if one >= today)
    return min(such, key=lambda one: abs(one - today))


def refuse_passed(day: date, said: Saying, moment: datetime | None = None) -> None:
    """Raise RejectedError for a day that has passed; suggest the coming one of a wrong year."""
    here = said.here
    if day >= here.today:
        return
    suggested = []
    with suppress(ValueError):
        coming = such_day(day.month, day.day, here.today, Tense.AHEAD)
        if coming - here.today <= WRONG_YEAR_DAYS_MAX:
            suggested.append(_at_the_hour_of(moment, coming, here.zone))
    raise said.refused(
        f"{day:%A, %B} {day.day}, {day.year} has passed.",
        "Which day is meant, and of which year?",
        *suggested,
    )


def example(here: Here) -> str:
    """Return a date and a time as they may be answered: a week ahead, at eight."""
    day = here.today + WEEK
    return f"{day.month}/{day.day}/{day.year} 8:00 AM"


def without(plain: str, found: re.Match[str]) -> str:
    """Return a text without what was found in it."""
    return plain[: found.start()] + " " + plain[found.end() :]


def _at_the_hour_of(moment: datetime | None, day: date, zone: ZoneInfo) -> str:
    """Return another day, at the same time of day if there is one, as it may be answered."""
    if moment is None:
        return day.isoformat()
    return datetime.combine(day, moment.astimezone(zone).time(), zone).isoformat()


def _dated(rest: str, said: Saying) -> tuple[date | None, str]:
    here = said.here
    if found := NEAR_DAY.search(rest):
        return here.today + NEAR_DAYS[found["near"]] * DAY, without(rest, found)
    if found := IN_DAYS.search(rest):
        length = WEEK if found["unit"] == "week" else DAY
        return here.today + int(found["count"]) * length, without(rest, found)
    for pattern in DATES:
        if found := pattern.search(rest):
            return _date_of(found, said), without(rest, found)
    return None, rest


def _date_of(found: re.Match[str], said: Saying) -> date:
    """Return the date of a match; without a year it is the next such day, or the nearest."""
    parts, today = found.groupdict(), said.here.today
    named, day = parts.get("month"), int(parts["day"])
    month = _month(named) if named else None
    year = int(parts.get("year") or 0)
    try:
        if year and month:
            return _in_our_time(date(year if year > CENTURY else CENTURY + year, month, day))
        return such_day(month, day, today, said.tense)
    except ValueError:
        raise said.refused(
            f"{said.quoted} names no day that can be meant.",
            f"Write month/day/year, like {example(said.here)}.",
        ) from None


def _month(named: str) -> int:
    return int(named) if named.isdigit() else MONTHS.index(named[:3]) + 1


def _weekdays(found: re.Match[str], rest: str, said: Saying) -> tuple[tuple[date, ...], str]:
    """Return the days that a weekday may mean: `next` and today's own name could be two."""
    today, which = said.here.today, found["which"] or ""
    wanted = WEEKDAYS.index(found["name"][:3])
    if said.tense is Tense.BEHIND:
        if which:
            return (), f"{rest} {which}"
        before = LAST.search(rest)
        last = today - (today.weekday() - wanted) % 7 * DAY
        if before:  # `last Wednesday`: of this week, or of the one before
            return (last, last - WEEK), without(rest, before)
        return ((last, last - WEEK) if last == today else (last,)), rest
    if (next_week := NEXT_WEEK.search(rest)) and not which:
        day = today + (7 - today.weekday() + wanted) * DAY
        # On a Sunday, the next week may be the one that begins tomorrow, or the one after it.
        days = (day, day + WEEK) if today.weekday() == SUNDAY else (day,)
        return days, without(rest, next_week)
    ahead = (wanted - today.weekday()) % 7
    coming = today + ahead * DAY
    if which == "next" or ahead == 0:
        return (coming, coming + WEEK), rest
    return (coming,), rest


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _in_our_time(day: date) -> date:
    """Return the day. Raises ValueError for one that no work order can mean."""
    if not YEAR_MIN <= day.year <= YEAR_MAX:
        problem = f"the year must be {YEAR_MIN} to {YEAR_MAX}"
        raise ValueError(problem)
    return day

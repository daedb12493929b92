"""The legal holidays of Texas, computed for any year, and the days on which the center may rest.

Gov. Code 662.021 admits only the national holidays of 662.003(a) and the state holidays of
662.003(b)(1) to (6): 15 dates, none of them shifted when it falls on a weekend. December 24
and 26 are state holidays outside of 662.021. Whether the center counts them is not known, so
they are *possible* holidays: they warn about a start and never lengthen a ticket's life.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache

MONDAY, THURSDAY = 0, 3  # as `date.weekday` counts
DAYS_OF_A_WEEK = 7

# (month, day) -> name, for the holidays that keep their date.
FIXED = {
    (1, 1): "New Year's Day",
    (1, 19): "Confederate Heroes Day",
    (3, 2): "Texas Independence Day",
    (4, 21): "San Jacinto Day",
    (6, 19): "Emancipation Day",
    (7, 4): "Independence Day",
    (8, 27): "Lyndon Baines Johnson Day",
    (11, 11): "Veterans Day",
    (12, 25): "Christmas Day",
}
POSSIBLE = {(12, 24): "Christmas Eve", (12, 26): "the day after Christmas"}

Holidays = Callable[[int], Mapping[date, str]]
"""Year -> the holidays of that year with their names."""


@cache
def legal_holidays(year: int) -> Mapping[date, str]:
    """Return the legal holidays of a year with their names: 15, or 14 if two fall on one date.

    Source: Tex. Gov. Code 662.003(a), 662.003(b)(1)-(6), 662.021; no observed days, 662.005.
    """
    thanksgiving = nth_weekday(year, 11, THURSDAY, 4)
    days = {date(year, month, day): name for (month, day), name in FIXED.items()}
    moving = {
        nth_weekday(year, 1, MONDAY, 3): "Martin Luther King, Jr., Day",
        nth_weekday(year, 2, MONDAY, 3): "Presidents' Day",
        last_weekday(year, 5, MONDAY): "Memorial Day",
        nth_weekday(year, 9, MONDAY, 1): "Labor Day",
        thanksgiving: "Thanksgiving Day",
        thanksgiving + timedelta(days=1): "the Friday after Thanksgiving",
    }
    for day, name in moving.items():
        days[day] = f"{name} and {days[day]}" if day in days else name
    return days


@cache
def possible_holidays(year: int) -> Mapping[date, str]:
    """Return the legal holidays and the days that the center may skip as well."""
    doubtful = {date(year, month, day): name for (month, day), name in POSSIBLE.items()}
    return {**legal_holidays(year), **doubtful}


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """Return the nth Monday (0) to Sunday (6) of a month; `nth` counts from 1."""
    first = date(year, month, 1)
    days = (weekday - first.weekday()) % DAYS_OF_A_WEEK
    return first + timedelta(days=days + DAYS_OF_A_WEEK * (nth - 1))


def last_weekday(year: int, month: int, weekday: int) -> date:
    """Return the last Monday (0) to Sunday (6) of a month that is not December."""
    last = date(year, month + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % DAYS_OF_A_WEEK)

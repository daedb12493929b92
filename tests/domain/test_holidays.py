"""The legal holidays: against dates that were written out, and against the `holidays` library."""

from datetime import date

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.holidays import last_weekday, legal_holidays, nth_weekday, possible_holidays
from tests.domain.hand_typed_holidays import (
    YEARS,
    YEARS_OF_14_DATES,
    legal_dates,
    possible_dates,
)

# What the library calls public in Texas and Gov. Code 662.021 does not admit.
NO_LEGAL_HOLIDAYS = {
    "Cesar Chavez Day",
    "Good Friday",
    "Christmas Eve",
    "Day After Christmas",
}
NAMES_OF_2026 = {
    "2026-01-01": "New Year's Day",
    "2026-01-19": "Martin Luther King, Jr., Day and Confederate Heroes Day",
    "2026-02-16": "Presidents' Day",
    "2026-03-02": "Texas Independence Day",
    "2026-04-21": "San Jacinto Day",
    "2026-05-25": "Memorial Day",
    "2026-06-19": "Emancipation Day",
    "2026-07-04": "Independence Day",
    "2026-08-27": "Lyndon Baines Johnson Day",
    "2026-09-07": "Labor Day",
    "2026-11-11": "Veterans Day",
    "2026-11-26": "Thanksgiving Day",
    "2026-11-27": "the Friday after Thanksgiving",
    "2026-12-25": "Christmas Day",
}


@pytest.mark.parametrize("year", YEARS)
def test_the_legal_holidays_are_those_that_were_written_out(year: int) -> None:
    """A holiday too many makes a start late; one too few lets somebody dig too early."""
    assert set(legal_holidays(year)) == legal_dates(year)


@pytest.mark.parametrize("year", YEARS)
def test_the_legal_holidays_are_those_of_the_library_without_its_four_extras(year: int) -> None:
    """A list that others maintain must agree, or one of us misreads the code."""
    texas = holidays.country_holidays(
        "US", subdiv="TX", years=year, observed=False, categories=("public",)
    )
    theirs = {
        day for day, names in texas.items() if not set(names.split("; ")) <= NO_LEGAL_HOLIDAYS
    }

    assert set(legal_holidays(year)) == theirs


@pytest.mark.parametrize("year", YEARS)
def test_the_center_may_rest_on_two_days_more(year: int) -> None:
    """December 24 and 26 are state holidays outside of 662.021: they only ever warn."""
    assert set(possible_holidays(year)) == possible_dates(year)
    assert possible_holidays(year)[date(year, 12, 24)] == "Christmas Eve"
    assert possible_holidays(year)[date(year, 12, 26)] == "the day after Christmas"


def test_every_holiday_has_the_name_that_a_warning_shows() -> None:
    """A person who knows the holiday understands the date; two on one day are both named."""
    named = {day.isoformat(): name for day, name in legal_holidays(2026).items()}

    assert named == NAMES_OF_2026


@pytest.mark.parametrize("year", YEARS)
def test_a_year_has_15_dates_or_14_if_two_fall_together(year: int) -> None:
    """Martin Luther King Day is Confederate Heroes Day in 2026 and 2032."""
    assert len(legal_holidays(year)) == (14 if year in YEARS_OF_14_DATES else 15)
    assert {2026, 2032} <= set(YEARS_OF_14_DATES)


@pytest.mark.parametrize(
    "day", ["2026-07-03", "2027-07-05", "2027-12-24", "2027-12-31", "2028-01-03", "2022-06-20"]
)
def test_an_observed_day_is_no_holiday(day: str) -> None:
    """The state gives no day off for a holiday on a weekend (662.005(a)(1))."""
    observed = date.fromisoformat(day)

    assert observed not in legal_holidays(observed.year)


@pytest.mark.parametrize("day", ["2026-04-03", "2026-03-31", "2026-10-12", "2026-12-24"])
def test_a_day_that_only_others_keep_is_no_holiday(day: str) -> None:
    """Good Friday, Cesar Chavez Day, Columbus Day, Christmas Eve: 662.021 says "only"."""
    assert date.fromisoformat(day) not in legal_holidays(2026)


@given(st.dates(), st.integers(0, 6), st.integers(1, 4))
def test_the_nth_weekday_is_that_weekday_in_its_own_week_of_the_month(
    day: date, weekday: int, nth: int
) -> None:
    """The first Monday lies on the 1st to the 7th, the second on the 8th to the 14th."""
    found = nth_weekday(day.year, day.month, weekday, nth)

    assert (found.year, found.month, found.weekday()) == (day.year, day.month, weekday)
    assert 7 * (nth - 1) < found.day <= 7 * nth


@given(st.integers(1, 9999), st.integers(1, 11), st.integers(0, 6))
def test_the_last_weekday_has_none_after_it_in_the_month(
    year: int, month: int, weekday: int
) -> None:
    """Memorial Day is the fourth Monday of May, or the fifth."""
    found = last_weekday(year, month, weekday)

    days_left = (date(year, month + 1, 1) - found).days
    assert (found.year, found.month, found.weekday()) == (year, month, weekday)
    assert 1 <= days_left <= 7

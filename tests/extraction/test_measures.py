"""Depths and durations in any unit and wording."""

import pytest

from extraction.measures import days_of, inches_of


@pytest.mark.parametrize(
    ("words", "inches"),
    [
        ("3.5'", 42),
        ('42"', 42),
        ("42 IN", 42),
        ("3 ft 6 in", 42),
        ("3'-6\"", 42),
        ("3 1/2 ft", 42),
        ("3\u00bd ft", 42),
        ("four and a half feet", 54),
        ("six (6) feet", 72),
        ("1.2 m", 48),
        ("90 cm", 36),
        ("900 mm", 36),
        ("4-5 feet", 60),
        ("4' - 5'", 60),
        ("between 4 and 5 feet", 60),
        ("up to 6 ft", 72),
        ("8 FT (POLE), 3 FT (TRENCH)", 96),
        # Of several measures that which is called deep.
        ("120 ft long x 4 ft deep", 48),
        ('200 LF of trench at 42" depth', 42),
        ('trench 24" wide, 48" deep', 48),
        ('2" PE main at 36"', 36),
        ("0 ft", None),
        ("$4 ft", None),
    ],
)
def test_a_depth_is_read_in_any_unit(words: str, inches: int | None) -> None:
    """The greater end of a range, because less would be no notice."""
    assert inches_of(words) == inches


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("10 working days", 10),
        ("3 wks", 21),
        ("about three weeks", 21),
        ("2-3 days", 3),
        ("7 to 10 days", 10),
        ("1 week 2 days", 9),
        ("two (2) weeks", 14),
        ("5 day(s)", 5),
        ("90 minutes", 1),
        ("half a day", 1),
        ("same day", 1),
        ("48 hrs", 2),
        ("8 hrs/day, 5 days", 5),
        ("P5D", 5),
        ("P2W", 14),
        ("PT8H", 1),
        # How many hours are worked in a day was not said.
        ("40 hours", None),
        ("until complete", None),
        ("3", None),
        ("0 days", None),
    ],
)
def test_a_duration_is_read_in_any_unit(words: str, days: int | None) -> None:
    """In days of the calendar as far as they are said."""
    assert days_of(words) == days

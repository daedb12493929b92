"""Depths and durations in any unit and wording."""

import pytest

from extraction.values.measures import days_of, inches_of
from extraction.values.plain_measures import is_plain


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
        # What is denied, an exception and another line are not the depth of the digging.
        ('36" (not 48")', 36),
        ("36 inches rather than 48 inches", 36),
        ("2 ft (gas main at 60 in)", 24),
        ("24 inches deep, except at the road where 60 inches deep", 24),
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
        ("start in 2 weeks, takes 1 day", 1),
        ("3 days (not 5 days)", 3),
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


@pytest.mark.parametrize(
    "words",
    [
        '36"',
        '36" (not 48")',
        "4-5 feet",
        "4' - 5'",
        "between 4 ft and 5 ft",
        "1.2 m (4 ft)",
        '2" PE main at 36"',
        'trench 24" wide, 48" deep',
        "120 ft long x 4 ft deep",
    ],
)
def test_one_depth_is_plain(words: str) -> None:
    """A range is one depth, and a width is none."""
    assert is_plain("depth_inches", words, inches_of(words))


@pytest.mark.parametrize(
    "words",
    [
        "2 ft (gas main at 60 in)",
        "30 feet of 2 in conduit",
        "24 inches deep, except at the road where 60 inches deep",
        "8 FT (POLE), 3 FT (TRENCH)",
        "25 ft",
        "within 2 ft",
        "not less than 3 ft",
    ],
)
def test_several_depths_and_strange_ones_are_asked_about(words: str) -> None:
    """Some number is there, but whether it is the one that is meant a person has to say."""
    assert not is_plain("depth_inches", words, inches_of(words))


def test_a_unit_that_only_a_key_tells_is_doubted_sooner() -> None:
    """`depth_ft: 36` is most likely 36 inches."""
    assert is_plain("depth_inches", "16 ft", inches_of("16 ft"))
    assert not is_plain("depth_inches", "16 ft", inches_of("16 ft"), is_by_key=True)
    assert is_plain("depth_inches", "4 ft", inches_of("4 ft"), is_by_key=True)


@pytest.mark.parametrize(
    ("words", "is_sure"),
    [
        ("3 days (not 5 days)", True),
        ("start in 2 weeks, takes 1 day", True),
        ("8 hrs/day, 5 days", True),
        ("1 week 2 days", True),
        ("2 weeks (10 working days)", True),
        ("2-3 days", True),
        ("same day", True),
        ("within 90 days", False),
        ("30 days after permit", False),
        ("200 days", False),
        ("2 days for the bore, 5 days for the rest", False),
    ],
)
def test_a_time_until_something_is_no_plain_duration(words: str, *, is_sure: bool) -> None:
    """When the work may start is not how long it takes."""
    assert is_plain("duration_days", words, days_of(words)) is is_sure

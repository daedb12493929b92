"""How deep and how long, as people say it."""

import pytest

from tests.domain.answers import facts_of, refusal_of


@pytest.mark.parametrize(
    ("said", "inches"),
    [
        ("4 ft", 48),
        ("4'", 48),
        ("about 4 feet deep", 48),
        ("four feet", 48),
        ("3'6\"", 42),
        ("3\u2032 6\u2033", 42),
        ("3 ft 6 in", 42),
        ("3 feet and 6 inches", 42),
        ("48 inches", 48),
        ("48in", 48),
        ("2.5 ft", 30),
        ("two and a half feet", 30),
        ("1 1/2 ft", 18),
        ("half a foot", 6),
        ("no more than 4 ft", 48),
        ('up to 36"', 36),
        ("1.2 m", 48),
        ("10 yards", 360),
        ("1,000 ft", 12_000),
    ],
)
def test_a_depth_is_read_in_feet_and_inches(said: str, inches: int) -> None:
    """In whole inches, and never too few."""
    assert facts_of("depth_inches", said) == {"depth_inches": inches}


@pytest.mark.parametrize(
    ("said", "inches"),
    [
        ("18-24 in", 24),
        ("18 to 24 inches", 24),
        ("18\u201324\u2033", 24),
        ("4-5'", 60),
        ("2 or 3 feet", 36),
        ("7 ft for the pole, 5 ft for the anchor", 84),
    ],
)
def test_of_several_depths_the_deeper_is_meant_and_the_words_are_kept(
    said: str, inches: int
) -> None:
    """A notice that promises less than is dug is no notice."""
    assert facts_of("depth_inches", said) == {
        "depth_inches": inches,
        "depth_description": said,
    }


@pytest.mark.parametrize(
    "said",
    ["4", "deep", "more than 4 ft", "at least 3 feet", "4 ft or more", "4+ ft", "-3 ft",
     "3 poles 4 ft", "2,000 ft", "9" * 400],
)  # fmt: skip
def test_a_depth_without_unit_or_bound_is_refused_with_an_example(said: str) -> None:
    """Nobody is taken to have meant feet."""
    assert refusal_of("depth_inches", said).remedy


@pytest.mark.parametrize(
    ("said", "days"),
    [("3 days", 3), ("3", 3), ("one day", 1), ("a day", 1), ("a couple of days", 2)],
)
def test_a_plain_duration_is_a_number_of_days(said: str, days: int) -> None:
    """The question has named the unit."""
    assert facts_of("duration_days", said) == {"duration_days": days}


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("two weeks", 14),
        ("half a day", 1),
        ("4 hours", 1),
        ("1.5 days", 2),
        ("1-2 days", 2),
        ("2 or 3 days", 3),
        ("about three days", 3),
        ("1 week and 2 days", 9),
        ("up to 5 days", 5),
    ],
)
def test_a_duration_in_other_words_keeps_its_words(said: str, days: int) -> None:
    """The longer one, in whole days of the calendar."""
    assert facts_of("duration_days", said) == {
        "duration_days": days,
        "duration_description": said,
    }


@pytest.mark.parametrize("said", ["10 working days", "5 business days", "a month", "30 hours"])
def test_a_duration_that_no_calendar_counts_stays_words(said: str) -> None:
    """How many days of the calendar these are was not said."""
    assert facts_of("duration_days", said) == {"duration_description": said}


def test_a_duration_until_a_day_is_a_completion() -> None:
    """It is what the notice asks for in the end."""
    assert facts_of("duration_days", "until Friday") == {"expected_completion_on": "2026-12-04"}
    assert facts_of("expected_completion_on", "12/5/2026") == {
        "expected_completion_on": "2026-12-05"
    }


@pytest.mark.parametrize("said", ["forever", "0", "at least 3 days", "soon", "5,000 days"])
def test_a_duration_that_says_no_time_is_refused(said: str) -> None:
    """With an example of one that does."""
    assert refusal_of("duration_days", said).remedy

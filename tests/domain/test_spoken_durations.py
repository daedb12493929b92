"""How long, as people say it."""

import pytest

from tests.domain.answers import facts_of, refusal_of


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("3 days", 3),
        ("3", 3),
        ("one day", 1),
        ("a day", 1),
        ("a couple of days", 2),
        ("twenty-one days", 21),
        ("twenty one days", 21),
        ("3 calendar days", 3),
        ("couple days", 2),
        ("all day", 1),
    ],
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
        ("two weeks at most", 14),
        ("2-1/2 weeks", 18),
        ("a week and a half", 11),
        ("a fortnight", 14),
        ("30 min", 1),
        ("2 days or 1 week", 7),
        ("between 2 and 3 days", 3),
        ("it will take 3 days", 3),
        ("a day or two", 2),
        ("should take 2 days", 2),
        ("1/2 day", 1),
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


@pytest.mark.parametrize(
    "said",
    [
        *(
            "forever",
            "0",
            "soon",
            "5,000 days",
            "overnight",
            "not 3 days",
            "3-2 days",
            "in 3 days",
        ),
        *(
            "1 week boring, 1 week restoration",
            "1 week and 1 week",
            "2 days and 1 week",
            "3 days?",
            "2/3 days",
            "5/6 days",
            "3/4 weeks",
            "3/4 day",
            "2-3/4 days",
        ),
    ],
)
def test_a_duration_that_says_no_time_is_refused(said: str) -> None:
    """With an example of one that does."""
    assert refusal_of("duration_days", said).remedy


@pytest.mark.parametrize(
    "said",
    [
        *("at least 3 days", "min 3 days", "greater than 3 days", "exceeding 3 days"),
        *(
            "3 days + weekend",
            "3 days or longer",
            "probably 3 days",
            "more than 10 working days",
        ),
    ],
)
def test_a_duration_without_a_bound_is_asked_for_its_longest(said: str) -> None:
    """The notice gives a completion."""
    assert str(refusal_of("duration_days", said).remedy).startswith("How long at most?")

"""When something happened, as people say it; it is Sunday, November 29, 2026, ten in the morning."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from domain.errors import RejectedError
from domain.spoken_ago import is_relative
from domain.spoken_days import Here
from domain.spoken_times import center_start_said, past_moment_said
from tests.domain.answers import AUSTIN, EL_PASO


def told(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("today at 9:15 am", "2026-11-29T09:15-06:00"),
        ("this morning at 9:15", "2026-11-29T09:15-06:00"),
        ("today at 9", "2026-11-29T09:00-06:00"),
        ("11/29/2026 8:02 AM", "2026-11-29T08:02-06:00"),
        ("11/28 8:02 PM", "2026-11-28T20:02-06:00"),
        ("it was called in yesterday afternoon at 4:30", "2026-11-28T16:30-06:00"),
        ("Friday at 4 pm", "2026-11-27T16:00-06:00"),
        ("yesterday at 13:05", "2026-11-28T13:05-06:00"),
        ("yesterday 0730", "2026-11-28T07:30-06:00"),
        ("11/28 4 pm MST", "2026-11-28T17:00-06:00"),
        ("2026-11-29T15:00:00Z", "2026-11-29T09:00-06:00"),
        ("2026-11-29 09:00", "2026-11-29T09:00-06:00"),
        ("just now", "2026-11-29T10:00-06:00"),
        ("now", "2026-11-29T10:00-06:00"),
        ("I submitted it just now.", "2026-11-29T10:00-06:00"),
        ("10 minutes ago", "2026-11-29T09:50-06:00"),
        ("they answered ten minutes ago", "2026-11-29T09:50-06:00"),
        ("an hour ago", "2026-11-29T09:00-06:00"),
        ("two hours ago", "2026-11-29T08:00-06:00"),
        ("I submitted it today at 9:15 am", "2026-11-29T09:15-06:00"),
        ("filed today 9:15a", "2026-11-29T09:15-06:00"),
        ("I got it yesterday at 9:15 am", "2026-11-28T09:15-06:00"),
        ("entered 11/25 2026 8am", "2026-11-25T08:00-06:00"),
        ("11/25 2026 hours", "2026-11-25T20:26-06:00"),
    ],
)
def test_what_happened_is_read_by_the_clocks_of_the_site(said: str, moment: str) -> None:
    assert told(past_moment_said(said, AUSTIN, field="notice_at"), AUSTIN.zone) == moment


def test_what_happened_in_el_paso_is_read_in_mountain_time() -> None:
    moment = past_moment_said("today at 8:15 am", EL_PASO, field="notice_at")

    assert told(moment, EL_PASO.zone) == "2026-11-29T08:15-07:00"


@pytest.mark.parametrize(
    ("said", "suggested"),
    [
        ("yesterday at 9", ["2026-11-28T09:00:00-06:00", "2026-11-28T21:00:00-06:00"]),
        ("9:15 am", ["2026-11-29T09:15:00-06:00", "2026-11-28T09:15:00-06:00"]),
        ("Sunday at 8 am", ["2026-11-29T08:00:00-06:00", "2026-11-22T08:00:00-06:00"]),
        ("today", []),
        ("12/1/2026 8:02 AM", []),
        ("12/1 8:02 AM", []),
        ("today at 11 am", []),
        ("tomorrow at 9 am", []),
        ("2026-11-29T17:00:00Z", []),
        ("around 9 am today", []),
        ("before 9 am today", []),
        ("not 9 am today", []),
        ("next Friday 4 pm", []),
        ("today between 9 am and 10 am", []),
        ("13/1/2026 9 am", []),
        ("submitted 9:15 am", ["2026-11-29T09:15:00-06:00", "2026-11-28T09:15:00-06:00"]),
        (
            "I submitted it at 9:15 am",
            ["2026-11-29T09:15:00-06:00", "2026-11-28T09:15:00-06:00"],
        ),
        ("got it at 9:15 am", ["2026-11-29T09:15:00-06:00", "2026-11-28T09:15:00-06:00"]),
        ("last Wednesday 8am", ["2026-11-25T08:00:00-06:00", "2026-11-18T08:00:00-06:00"]),
        ("last Sunday 8am", ["2026-11-29T08:00:00-06:00", "2026-11-22T08:00:00-06:00"]),
        ("11/25 2026", []),
        ("about 9 am", []),
        ("about 10 minutes ago", []),
        ("9 am or so", []),
        ("not just now", []),
        ("10 minutes ago or more", []),
        ("5 hours from now", []),
        ("submitted by 9 am today", []),
        ("last night at 9", []),
        ("I don't know", []),
        ("x" * 500, []),
    ],
)
def test_what_could_be_two_moments_or_none_or_lies_ahead_is_refused(
    said: str, suggested: list[str]
) -> None:
    """Every legal date follows from the notice."""
    with pytest.raises(RejectedError) as refused:
        past_moment_said(said, AUSTIN, field="notice_at")

    assert refused.value.field == "notice_at"
    assert refused.value.remedy
    assert list(refused.value.suggested_values) == suggested


def test_what_is_not_exact_is_told_why() -> None:
    """Legal dates follow from it."""
    with pytest.raises(RejectedError, match="is not exact, and legal dates follow from it"):
        past_moment_said("about 9 am", AUSTIN, field="notice_at")


@pytest.mark.parametrize(
    ("said", "is_so"),
    [
        ("just now", True),
        ("Now.", True),
        ("10 minutes ago", True),
        ("we called it in an hour ago!", True),
        ("today at 9:15 am", False),
        ("", False),
        ("not now", False),
    ],
)
def test_words_that_mean_another_moment_each_time_are_known(said: str, is_so: bool) -> None:  # noqa: FBT001 - what is expected
    """Who hears no answer says them once more, a little later."""
    assert is_relative(said) == is_so


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("12/3/2026 8 AM", "2026-12-03T08:00-06:00"),
        ("11/27 at 8 am", "2026-11-27T08:00-06:00"),
        ("Tuesday 8 AM", "2026-12-01T08:00-06:00"),
    ],
)
def test_the_start_of_the_center_may_have_come_already(said: str, moment: str) -> None:
    """It is recorded when somebody finds the time."""
    assert told(center_start_said(said, AUSTIN), AUSTIN.zone) == moment


def test_half_a_start_of_the_center_is_refused() -> None:
    with pytest.raises(RejectedError) as refused:
        center_start_said("12/3/2026", Here(AUSTIN.now, AUSTIN.zone))

    assert refused.value.field == "center_start_at"

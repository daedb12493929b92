"""When, as people in Texas say it; it is Sunday, November 29, 2026, ten in the morning."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.spoken_days import Here
from tests.domain.answers import AUSTIN, EL_PASO, NOW, facts_of, refusal_of


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ("12/1/2026 8am", "2026-12-01T08:00:00-06:00"),
        ("12/1/26 at 8:00 AM", "2026-12-01T08:00:00-06:00"),
        ("12-01-2026 07:00 CST", "2026-12-01T07:00:00-06:00"),
        ("12/1 at 1 pm", "2026-12-01T13:00:00-06:00"),
        ("1/5 8am", "2027-01-05T08:00:00-06:00"),
        ("Dec 1st, 2026 at 7", "2026-12-01T07:00:00-06:00"),
        ("december 1 7:30 a.m.", "2026-12-01T07:30:00-06:00"),
        ("the 3rd of December at 9", "2026-12-03T09:00:00-06:00"),
        ("Thursday the 3rd at 8 AM", "2026-12-03T08:00:00-06:00"),
        ("1 Dec 2026 0730", "2026-12-01T07:30:00-06:00"),
        ("tomorrow at 7:30", "2026-11-30T07:30:00-06:00"),
        ("tomorrow morning at 8", "2026-11-30T08:00:00-06:00"),
        ("noon tomorrow", "2026-11-30T12:00:00-06:00"),
        ("day after tomorrow, 9 am", "2026-12-01T09:00:00-06:00"),
        ("in two days at 8 am", "2026-12-01T08:00:00-06:00"),
        ("Tuesday 9 AM", "2026-12-01T09:00:00-06:00"),
        ("Tuesday, December 1, at 7:30 in the morning", "2026-12-01T07:30:00-06:00"),
        ("12/3/2026 at 13:30", "2026-12-03T13:30:00-06:00"),
        ("2026-12-01T08:00:00-06:00", "2026-12-01T08:00:00-06:00"),
        ("2026-12-01T14:00:00Z", "2026-12-01T08:00:00-06:00"),
        ("2026-12-01 08:00", "2026-12-01T08:00:00-06:00"),
        ("as soon as possible", "2026-12-01T10:30:00-06:00"),
        ("ASAP, please", "2026-12-01T10:30:00-06:00"),
        ("the earliest the law allows", "2026-12-01T10:30:00-06:00"),
        ("start right away", "2026-11-29T10:00:00-06:00"),
        ("12/8/2026 8am", "2026-12-08T08:00:00-06:00"),
        ('"12/8/2026 (Tuesday) 8 AM."', "2026-12-08T08:00:00-06:00"),
        ("we would like to start on Tuesday at 8 am please", "2026-12-01T08:00:00-06:00"),
        ("tomorrow evening at 8 please", "2026-11-30T20:00:00-06:00"),
        ("tomorrow evening at 8 o'clock", "2026-11-30T20:00:00-06:00"),
        ("evening of 12/8 at 9 central time", "2026-12-08T21:00:00-06:00"),
        ("Monday evening at 7 sharp", "2026-11-30T19:00:00-06:00"),
        ("7:30 Monday evening", "2026-11-30T19:30:00-06:00"),
        ("Monday evening at 8:15 CST", "2026-11-30T20:15:00-06:00"),
        ("Monday afternoon 1:30 central", "2026-11-30T13:30:00-06:00"),
        ("this afternoon at 3", "2026-11-29T15:00:00-06:00"),
        ("12 noon Monday", "2026-11-30T12:00:00-06:00"),
        ("the 28th at 8", "2026-12-28T08:00:00-06:00"),
        ("4th at 8am", "2026-12-04T08:00:00-06:00"),
        ("Monday 7a", "2026-11-30T07:00:00-06:00"),
        ("Monday 7:30p", "2026-11-30T19:30:00-06:00"),
        ("the crew will start Monday at 8", "2026-11-30T08:00:00-06:00"),
        ("yes, Wednesday at 8", "2026-12-02T08:00:00-06:00"),
        ("Monday around 8", "2026-11-30T08:00:00-06:00"),
        ("first thing Monday at 7", "2026-11-30T07:00:00-06:00"),
        ("12/1 2026 8am", "2026-12-01T08:00:00-06:00"),
        ("12-01 8 am", "2026-12-01T08:00:00-06:00"),
        ("2026/12/01 8am", "2026-12-01T08:00:00-06:00"),
        ("two days from now at 8am", "2026-12-01T08:00:00-06:00"),
        ("tonight at 8", "2026-11-29T20:00:00-06:00"),
        ("12/1 2130", "2026-12-01T21:30:00-06:00"),
        ("12/1 2015 hours", "2026-12-01T20:15:00-06:00"),
        ("Dec 1 2026 2015 hrs", "2026-12-01T20:15:00-06:00"),
    ],
)
def test_a_start_is_read_by_the_clocks_of_the_site(said: str, start: str) -> None:
    """Month before day; a morning hour is a morning hour."""
    assert facts_of("planned_start_at", said) == {"planned_start_at": start}


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ("12/1/2026 8am", "2026-12-01T08:00:00-07:00"),
        ("12/1/2026 8 AM Central time", "2026-12-01T07:00:00-07:00"),
    ],
)
def test_a_start_in_el_paso_is_read_in_mountain_time(said: str, start: str) -> None:
    """Unless another zone is said."""
    assert facts_of("planned_start_at", said, EL_PASO) == {"planned_start_at": start}


@pytest.mark.parametrize(
    ("said", "suggested"),
    [
        ("2026-12-01", ("2026-12-01T07:00:00-06:00", "2026-12-01T08:00:00-06:00")),
        ("tomorrow", ("2026-11-30T07:00:00-06:00", "2026-11-30T08:00:00-06:00")),
        ("8am", ("2026-11-30T08:00:00-06:00", "2026-12-01T08:00:00-06:00")),
        ("tomorrow at 5", ("2026-11-30T05:00:00-06:00", "2026-11-30T17:00:00-06:00")),
        ("next Tuesday 8am", ("2026-12-01T08:00:00-06:00", "2026-12-08T08:00:00-06:00")),
        ("Sunday 11 am", ("2026-11-29T11:00:00-06:00", "2026-12-06T11:00:00-06:00")),
        ("Sunday 8 am", ("2026-12-06T08:00:00-06:00",)),
        (
            "next week Tuesday at 8 in the morning",
            ("2026-12-01T08:00:00-06:00", "2026-12-08T08:00:00-06:00"),
        ),
        ("tomorrow afternoon", ("2026-11-30T13:00:00-06:00", "2026-11-30T14:00:00-06:00")),
        ("tomorrow evening", ("2026-11-30T17:00:00-06:00", "2026-11-30T18:00:00-06:00")),
        ("1/4/26 8am", ("2027-01-04T08:00:00-06:00",)),
        ("12/12/12 12:12 pm", ("2026-12-12T12:12:00-06:00",)),
        ("2025-12-04T08:00:00-06:00", ("2026-12-04T08:00:00-06:00",)),
        ("yesterday at 8 am", ()),
        ("3/14/2027 2:30 am", ("2027-03-14T01:30:00-06:00", "2027-03-14T03:30:00-05:00")),
        ("11/7/2027 1:30 am", ("2027-11-07T01:30:00-05:00", "2027-11-07T01:30:00-06:00")),
        ("soon", ()),
        ("8-10 am tomorrow", ("2026-11-30T07:00:00-06:00", "2026-11-30T08:00:00-06:00")),
        ("after 8 tomorrow", ("2026-11-30T07:00:00-06:00", "2026-11-30T08:00:00-06:00")),
        ("12/1 2026", ("2026-12-01T07:00:00-06:00", "2026-12-01T08:00:00-06:00")),
        ("12/1 2015", ("2026-12-01",)),
        ("Dec 1 2026 2015", ("2026-12-01T07:00:00-06:00", "2026-12-01T08:00:00-06:00")),
        ("Dec 1 26 8am", ("2026-12-01T07:00:00-06:00", "2026-12-01T08:00:00-06:00")),
        ("first thing Monday", ("2026-11-30T07:00:00-06:00", "2026-11-30T08:00:00-06:00")),
        (
            "first thing Monday morning",
            ("2026-11-30T07:00:00-06:00", "2026-11-30T08:00:00-06:00"),
        ),
        ("tonight", ("2026-11-29T17:00:00-06:00", "2026-11-29T18:00:00-06:00")),
        ("tonight at 1", ("2026-11-29T17:00:00-06:00", "2026-11-29T18:00:00-06:00")),
        ("last Monday 8 am", ("2026-11-30T07:00:00-06:00", "2026-11-30T08:00:00-06:00")),
        ("about 10 days from now at 8", ()),
        ("8-10 am", ()),
        ("10-12", ()),
        ("10-12 am", ()),
        ("yes", ()),
        ("ok", ()),
        ("first thing", ()),
        ("13/1/2026 8am", ()),
        ("2/30/2027 8 am", ()),
        ("Wednesday, Dec 1 8am", ()),
        ("tomorrow 25:00", ("2026-11-30T07:00:00-06:00", "2026-11-30T08:00:00-06:00")),
        ("1 " * 100, ()),
    ],
)
def test_a_start_that_could_be_two_or_none_is_asked_again(
    said: str, suggested: tuple[str, ...]
) -> None:
    """With the moments that may be meant, if there are such."""
    refused = refusal_of("planned_start_at", said)

    assert refused.field in ("planned_start_at", None)
    assert refused.remedy
    assert refused.suggested_values == suggested


@pytest.mark.parametrize(
    "said",
    [
        "we will finish 12/10/2026 at 5 pm",
        "done by 12/3 at 8",
        "we want it done by Monday 8am",
        "until Dec 3 8am",
        "completion 12/10/2026 5 pm",
        "through Friday 5 pm",
        "by 12/8 8 am",
        "no later than 12/8 8 am",
        "before 12/8 8 am",
        "not 12/8 8 am",
        "12/8 8 am?",
        ">12/8 8 am",
        "12/8 8 am + 1 day",
        "12/8 8 am or 9 am",
        "12/8 8 am - 12/10 5 pm",
        "Monday or Tuesday 8 am",
        "Monday through Friday 8 am",
        "last Monday 8 am",
        "the Monday after next 8 am",
        "2 weeks from Monday 8 am",
        "12/8 8 am UTC",
        "the first at 8 am",
        "first",
        "Monday morning 8:30 pm",
        "Monday afternoon 7:30 am",
        "tomorrow afternoon at 7:30 sharp",
        "12/8/2026 at 7 o'clock in the afternoon",
        "12/8 quarter to 8 in the morning",
        "before noon Monday",
        "Tuesday morning evening 8",
    ],
)
def test_a_word_that_is_not_understood_refuses_the_start(said: str) -> None:
    """It could be the one that matters: an end, a bound, a doubt, the other half of the day."""
    refused = refusal_of("planned_start_at", said)

    assert refused.field == "planned_start_at"
    assert "8:00 AM" in str(refused.remedy)


def test_next_week_is_the_week_after_this_one() -> None:
    """On any day but a Sunday there is one such week."""
    tuesday = Here(NOW + timedelta(days=2), AUSTIN.zone)

    assert facts_of("planned_start_at", "next week Tuesday at 8 in the morning", tuesday) == {
        "planned_start_at": "2026-12-08T08:00:00-06:00"
    }


def test_a_day_of_no_month_is_the_next_that_there_is() -> None:
    """February has no thirtieth."""
    january = Here(datetime(2027, 1, 31, 16, tzinfo=UTC), AUSTIN.zone)

    assert facts_of("planned_start_at", "the 30th at 8 am", january) == {
        "planned_start_at": "2027-03-30T08:00:00-05:00"
    }


def test_tomorrow_is_a_day_at_the_site_whatever_zone_is_named() -> None:
    """Late on Monday in El Paso it is Tuesday in Austin already."""
    monday = Here(datetime(2026, 12, 1, 6, 30, tzinfo=UTC), EL_PASO.zone)

    assert facts_of("planned_start_at", "tomorrow 8 am central", monday) == {
        "planned_start_at": "2026-12-01T07:00:00-07:00"
    }


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("until 12/3", "2026-12-03"),
        ("we will be done by Friday evening", "2026-12-04"),
        ("end of the day 12/4", "2026-12-04"),
        ("finished in two weeks", "2026-12-13"),
        ("no later than December 9, 5 pm", "2026-12-09"),
    ],
)
def test_an_end_is_read_as_a_day(said: str, day: str) -> None:
    """The hour does not matter."""
    assert facts_of("expected_completion_on", said) == {"expected_completion_on": day}


@pytest.mark.parametrize(
    ("said", "suggested"),
    [
        ("we start 12/3", ()),
        ("start 12/3 and end 12/10", ()),
        ("12/3 through 12/5", ()),
        ("before Friday", ()),
        ("not by Friday", ()),
        ("12/12/25", ("2026-12-12",)),
        ("next Tuesday", ("2026-12-01", "2026-12-08")),
    ],
)
def test_an_end_that_is_none_or_two_is_asked_again(
    said: str, suggested: tuple[str, ...]
) -> None:
    """A start is no end."""
    refused = refusal_of("expected_completion_on", said)

    assert (refused.field, refused.suggested_values) == ("expected_completion_on", suggested)


def test_the_earliest_start_is_not_known_before_the_county() -> None:
    """Whose clocks, and whose holidays?"""
    assert "county" in refusal_of("planned_start_at", "ASAP", EL_PASO).problem

"""Counting time as the law counts it, in the wall-clock time of a site."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from time import tzset

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.counting import Notice, after_countable_hours, midnight_after
from domain.policy import POLICIES
from domain.texas import required_county
from tests.domain.hand_typed_holidays import legal_dates

TRAVIS, EL_PASO = required_county("Travis"), required_county("El Paso")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LAW = POLICIES[0]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


walls = st.datetimes(at("2016-01-01"), at("2040-11-30"))


def counts(day: date) -> bool:
    return day.isoweekday() <= 5 and day not in legal_dates(day.year)


def countable_time(begin: datetime, end: datetime) -> timedelta:
    """Return how much of this span lies on countable days, day by day."""
    total, day = timedelta(), begin.date()
    while day <= end.date():
        midnight = datetime.combine(day, time())
        if counts(day):
            total += min(end, midnight + DAY) - max(begin, midnight)
        day += DAY
    return total


@given(walls, st.integers(1, 200))
def test_a_count_ends_when_its_hours_have_passed_on_countable_days(
    wall: datetime, hours: int
) -> None:
    """Measured backwards, with holidays that were written out."""
    end = after_countable_hours(wall, hours, counts)

    assert countable_time(wall, end) == hours * HOUR
    assert counts(end.date())


@given(walls, walls, st.integers(0, 100))
def test_a_later_begin_never_ends_earlier(one: datetime, other: datetime, hours: int) -> None:
    """Nobody gains by giving notice later."""
    first, second = sorted((one, other))

    assert after_countable_hours(first, hours, counts) <= after_countable_hours(
        second, hours, counts
    )


@pytest.mark.parametrize(
    ("begin", "hours", "end"),
    [
        ("2026-12-07T10:00", 48, "2026-12-09T10:00"),  # Monday
        ("2026-12-07T00:00", 48, "2026-12-09T00:00"),  # Monday midnight
        ("2026-12-06T23:59:59", 48, "2026-12-09T00:00"),  # the second before
        ("2026-12-04T00:00", 24, "2026-12-07T00:00"),  # it ends before a weekend
        ("2026-12-04T00:00:01", 24, "2026-12-07T00:00:01"),
        ("2026-12-03T23:59:59.999999", 24, "2026-12-04T23:59:59.999999"),
        ("2026-12-05T10:00", 0, "2026-12-07T00:00"),  # no hours, but a day that counts
        ("2026-12-07T10:00", 0, "2026-12-07T10:00"),
        ("2028-02-28T10:00", 48, "2028-03-01T10:00"),  # leap day, and no March 2 yet
        ("2028-02-29T10:00", 48, "2028-03-03T10:00"),  # across Texas Independence Day
        ("2027-12-30T10:00", 48, "2028-01-03T10:00"),  # no observed New Year
    ],
)
def test_hours_run_on_countable_days_only(begin: str, hours: int, end: str) -> None:
    """Worked by hand, with a calendar."""
    assert after_countable_hours(at(begin), hours, LAW.is_countable) == at(end)


def test_the_midnight_after_ends_the_day() -> None:
    """Midnight itself begins its day, and is a whole day away from the next."""
    assert midnight_after(at("2026-12-31T23:59:59")) == at("2027-01-01T00:00")
    assert midnight_after(at("2027-01-01T00:00")) == at("2027-01-02T00:00")


def test_a_notice_is_what_the_clock_at_its_site_shows() -> None:
    """One instant is Friday in El Paso and Saturday in Austin."""
    instant = at("2026-12-05T06:30:00+00:00")

    assert Notice(instant, TRAVIS).wall == at("2026-12-05T00:30")
    assert Notice(instant, EL_PASO).wall == at("2026-12-04T23:30")
    assert Notice(instant, EL_PASO).day == date(2026, 12, 4)
    assert Notice(instant, EL_PASO).at == instant


@pytest.fixture
def machine_in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    tzset()
    yield
    monkeypatch.undo()
    tzset()


@pytest.mark.usefixtures("machine_in_tokyo")
def test_a_notice_without_a_zone_is_utc_on_every_machine() -> None:
    """The zone of the machine is not the zone of the site, and must not move a date."""
    assert Notice(at("2026-12-05T06:30"), TRAVIS).at == at("2026-12-05T06:30:00+00:00")


def test_a_notice_keeps_the_policy_that_it_is_given() -> None:
    """A ticket is not moved by a law that came after it."""
    kept = replace(LAW, version="kept", notice_hours=1)

    assert Notice(at("2026-12-07T12:00:00+00:00"), TRAVIS, kept).policy is kept
    assert Notice(at("2026-12-07T12:00:00+00:00"), TRAVIS).policy is LAW


@pytest.mark.parametrize(
    ("wall", "has_it"),
    [
        ("2026-12-04T23:59:59", False),  # Friday
        ("2026-12-05T00:00", True),
        ("2026-12-05T11:58:59.999999", True),
        ("2026-12-05T11:59", False),
        ("2026-12-05T23:59:59", False),
        ("2026-12-06T00:00", False),  # Sunday
    ],
)
def test_only_an_early_saturday_has_the_saturday_rule(wall: str, *, has_it: bool) -> None:
    """From 11:59 on the notice is taken as an ordinary one: later, and so safer."""
    instant = at(f"{wall}-06:00")

    assert Notice(instant, TRAVIS).is_saturday_notification is has_it


def test_the_hours_of_a_saturday_are_the_policys() -> None:
    """Two times that are equal today: when the notice comes too late, and when digging begins."""
    law = replace(LAW, saturday_notice_before=time(9), saturday_start=time(7, 30))

    early = Notice(at("2026-12-05T08:59:59-06:00"), TRAVIS, law)
    late = Notice(at("2026-12-05T09:00:00-06:00"), TRAVIS, law)

    assert early.is_saturday_notification
    assert early.lawful_start == at("2026-12-08T07:30")
    assert not late.is_saturday_notification
    assert late.lawful_start == at("2026-12-09T00:00")


@pytest.mark.parametrize(
    ("saturday", "literal", "overlooked", "start"),
    [
        ("2026-12-05", "2026-12-08T11:59", None, "2026-12-08T11:59"),
        ("2026-09-05", "2026-09-09T11:59", None, "2026-09-09T11:59"),  # Labor Day
        ("2025-11-08", "2025-11-11T11:59", "2025-11-11", "2025-11-13T00:00"),  # Tuesday
        ("2027-01-16", "2027-01-20T11:59", "2027-01-19", "2027-01-22T00:00"),  # both
        (
            "2028-01-15",
            "2028-01-19T11:59",
            "2028-01-19",
            "2028-01-21T00:00",
        ),  # Monday, Wednesday
        ("2024-06-15", "2024-06-18T11:59", None, "2024-06-18T11:59"),  # Wednesday, behind it
    ],
)
def test_a_saturday_start_never_falls_on_a_holiday_that_the_rule_overlooks(
    saturday: str, literal: str, overlooked: str | None, start: str
) -> None:
    """251.151(b) looks at the Monday alone; the later hour count is the cautious answer."""
    notice = Notice(at(f"{saturday}T10:00:00-06:00"), TRAVIS)

    assert notice.saturday_start == at(literal)
    assert notice.overlooked_holiday == (date.fromisoformat(overlooked) if overlooked else None)
    assert notice.lawful_start == at(start)


def test_the_later_of_the_literal_answer_and_the_hour_count_is_taken() -> None:
    """With few hours the literal answer is the later one."""
    law = replace(LAW, notice_hours=2)
    notice = Notice(at("2025-11-08T10:00:00-06:00"), TRAVIS, law)

    assert notice.counted == at("2025-11-10T02:00")
    assert notice.lawful_start == at("2025-11-11T11:59")


def test_a_center_that_rests_counts_two_days_less() -> None:
    """The same notice, asked again with the wider holidays; the notice itself stays as it is."""
    notice = Notice(at("2026-12-23T10:00:00-06:00"), TRAVIS)

    assert notice.if_the_center_rests.lawful_start == at("2026-12-29T10:00")
    assert notice.if_the_center_rests.at == notice.at
    assert notice.lawful_start == at("2026-12-28T10:00")


@pytest.mark.parametrize(
    ("number", "end"),
    [
        (0, "2026-12-23T23:59:59"),
        (1, "2026-12-24T23:59:59"),
        (2, "2026-12-28T23:59:59"),
        (7, "2027-01-05T23:59:59"),
    ],
)
def test_a_working_day_ends_with_its_last_second(number: int, end: str) -> None:
    """Day 0 is the notice day; Christmas, New Year and weekends are no working days."""
    notice = Notice(at("2026-12-23T10:00:00-06:00"), TRAVIS)

    assert notice.end_of_working_day(number) == at(end)


def test_a_day_0_that_does_not_count_is_day_0_all_the_same() -> None:
    """A notice on a Sunday lives from Monday on, like one late on Friday."""
    sunday = Notice(at("2026-12-06T10:00:00-06:00"), TRAVIS)

    assert sunday.end_of_working_day(1) == at("2026-12-07T23:59:59")
    assert sunday.life_end == at("2026-12-24T23:59:59")
    assert sunday.last_refresh == at("2026-12-22T23:59:59")


@given(walls)
def test_hours_later_run_through_every_night(wall: datetime) -> None:
    """A span of clock hours takes no notice of the clock being set."""
    instant = wall.replace(tzinfo=UTC)

    assert Notice(instant, TRAVIS).hours_later(48) - instant == timedelta(seconds=172_800)


def test_an_instant_is_found_by_what_the_clock_shows() -> None:
    """Standard and daylight saving time, Central and Mountain."""
    winter, summer = at("2026-12-07T10:00:00+00:00"), at("2026-07-07T10:00:00+00:00")

    assert Notice(winter, TRAVIS).instant(at("2026-12-09T10:00")) == at(
        "2026-12-09T16:00+00:00"
    )
    assert Notice(winter, TRAVIS).instant(at("2026-07-09T10:00")) == at(
        "2026-07-09T15:00+00:00"
    )
    assert Notice(summer, EL_PASO).instant(at("2026-07-09T10:00")) == at(
        "2026-07-09T16:00+00:00"
    )
    assert Notice(winter, TRAVIS).instant(at("2026-12-09T10:00")).tzinfo is UTC

"""What holds for the dates of every notice, and the hours in which it is hardest to hold."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import count, islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.deadlines import Deadlines, NoticeRule, deadlines
from domain.facts import TicketType
from domain.policy import POLICIES
from domain.start import notice_needed_by
from domain.texas import County, required_county
from tests.domain.hand_typed_holidays import YEARS, legal_dates, possible_dates

TRAVIS, EL_PASO, HUDSPETH = map(required_county, ("Travis", "El Paso", "Hudspeth"))
DAY = timedelta(days=1)
LAW = POLICIES[0]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def dates_of(notice: datetime, county: County = TRAVIS) -> Deadlines:
    return deadlines(notice, county, TicketType.NORMAL)


def local(found: Deadlines, name: str) -> datetime:
    return found.dates[name].at.astimezone(ZoneInfo(found.timezone))


def counts(day: date) -> bool:
    return day.isoweekday() <= 5 and day not in legal_dates(day.year)


# Hours that are hard.


@pytest.mark.parametrize(
    ("notice", "start"),
    [
        # Spring 2027: at 02:00 on Sunday, March 14, it is 03:00.
        ("2027-03-12T23:30:00-06:00", "2027-03-16T23:30:00-05:00"),
        ("2027-03-14T00:30:00-06:00", "2027-03-17T00:00:00-05:00"),
        ("2027-03-14T01:59:59-06:00", "2027-03-17T00:00:00-05:00"),
        ("2027-03-14T03:00:00-05:00", "2027-03-17T00:00:00-05:00"),
        ("2027-03-15T02:30:00-05:00", "2027-03-17T02:30:00-05:00"),
        # Fall 2026: at 02:00 on Sunday, November 1, it is 01:00 again.
        ("2026-10-30T01:30:00-05:00", "2026-11-03T01:30:00-06:00"),
        ("2026-10-31T11:58:59-05:00", "2026-11-03T11:59:00-06:00"),
        ("2026-10-31T12:00:00-05:00", "2026-11-04T00:00:00-06:00"),
        ("2026-11-01T01:30:00-05:00", "2026-11-04T00:00:00-06:00"),  # the first 01:30
        ("2026-11-01T01:30:00-06:00", "2026-11-04T00:00:00-06:00"),  # and the second
        ("2026-11-01T23:59:59-06:00", "2026-11-04T00:00:00-06:00"),
        ("2026-11-02T01:30:00-06:00", "2026-11-04T01:30:00-06:00"),
    ],
)
def test_a_night_in_which_the_clock_is_set_moves_no_start(notice: str, start: str) -> None:
    """It is a Sunday, which never counts: the same hour of the wall clock is right."""
    found = local(dates_of(at(notice)), "earliest_lawful_start")

    assert found.isoformat() == start


def test_the_repeated_hour_is_two_hours_for_a_clock_that_never_rests() -> None:
    """48 hours of every kind of day are elapsed hours, whatever the wall clock shows."""
    first, second = (
        dates_of(at(f"2026-11-01T01:30:00{offset}")).dates["no_mark_notice_due"].at
        for offset in ("-05:00", "-06:00")
    )

    assert first == at("2026-11-03T00:30:00-06:00")
    assert second == at("2026-11-03T01:30:00-06:00")


@pytest.mark.parametrize(
    ("notice", "start", "rule"),
    [
        ("2026-12-04T23:59:59-06:00", "2026-12-08T23:59:59-06:00", NoticeRule.ORDINARY),
        ("2026-12-05T00:00:00-06:00", "2026-12-08T11:59:00-06:00", NoticeRule.SATURDAY),
        ("2026-12-05T11:58:59-06:00", "2026-12-08T11:59:00-06:00", NoticeRule.SATURDAY),
        ("2026-12-05T11:59:00-06:00", "2026-12-09T00:00:00-06:00", NoticeRule.ORDINARY),
        ("2026-12-06T12:00:00-06:00", "2026-12-09T00:00:00-06:00", NoticeRule.ORDINARY),
        ("2026-12-07T00:00:00-06:00", "2026-12-09T00:00:00-06:00", NoticeRule.ORDINARY),
        ("2026-12-07T23:59:59-06:00", "2026-12-09T23:59:59-06:00", NoticeRule.ORDINARY),
        ("2028-02-25T10:00:00-06:00", "2028-02-29T10:00:00-06:00", NoticeRule.ORDINARY),
        ("2028-02-29T10:00:00-06:00", "2028-03-03T10:00:00-06:00", NoticeRule.ORDINARY),
        ("2032-02-28T10:00:00-06:00", "2032-03-04T00:00:00-06:00", NoticeRule.SATURDAY),
    ],
)
def test_the_edges_of_days_decide_by_the_second(
    notice: str, start: str, rule: NoticeRule
) -> None:
    """Saturday and midnight begin and end at one exact second; leap day is a day like others.

    In 2032 the Tuesday after February 28 is Texas Independence Day.
    """
    found = dates_of(at(notice))

    assert local(found, "earliest_lawful_start").isoformat() == start
    assert found.dates["earliest_lawful_start"].rule is rule


@pytest.mark.parametrize("county", [EL_PASO, HUDSPETH])
def test_the_two_mountain_counties_live_an_hour_later(county: County) -> None:
    """Their midnight is one o'clock in Dallas; the weekday is that of the site."""
    friday_there = at("2026-12-05T00:30:00-06:00")

    found, central = dates_of(friday_there, county), dates_of(friday_there)

    assert local(found, "earliest_lawful_start").isoformat() == "2026-12-08T23:30:00-07:00"
    assert local(found, "expires").isoformat() == "2026-12-24T23:59:59-07:00"
    assert local(central, "earliest_lawful_start").isoformat() == "2026-12-08T11:59:00-06:00"
    assert local(central, "expires").isoformat() == "2026-12-24T23:59:59-06:00"


# What holds for all.

LAST_YEAR = YEARS[-1]
HOLIDAYS = sorted(day for year in YEARS[1:-1] for day in possible_dates(year))
ZONES_ELSEWHERE = [UTC, timezone(timedelta(hours=14)), ZoneInfo("America/Los_Angeles")]
EDGES = [time(), time(1, 30), time(11, 58, 59), time(11, 59), time(23, 59, 59)]


@st.composite
def notices(draw: st.DrawFn) -> tuple[datetime, County]:
    """Draw an instant, often near a holiday or at the edge of a rule, and a county."""
    any_day = st.dates(date(2016, 1, 4), date(LAST_YEAR, 11, 30))
    near = st.builds(
        lambda day, days: day + days * DAY, st.sampled_from(HOLIDAYS), st.integers(-5, 1)
    )
    county = draw(st.sampled_from([TRAVIS, EL_PASO]))
    wall = datetime.combine(
        draw(st.one_of(any_day, near)),
        draw(st.one_of(st.times(), st.sampled_from(EDGES))),
        ZoneInfo(county.timezone),
    )
    return wall.replace(fold=draw(st.integers(0, 1))).astimezone(UTC), county


def countable_time(begin: datetime, end: datetime) -> timedelta:
    """Return how much of this span of wall-clock time lies on countable days, day by day."""
    begin, end = begin.replace(tzinfo=None), end.replace(tzinfo=None)
    total, midnight = timedelta(), datetime.combine(begin.date(), time())
    while midnight < end:
        if counts(midnight.date()):
            total += min(end, midnight + DAY) - max(begin, midnight)
        midnight += DAY
    return total


@given(notices())
def test_a_start_has_48_countable_hours_before_it_or_is_that_of_the_saturday_rule(
    notice: tuple[datetime, County],
) -> None:
    """An hour too few is a line that nobody has marked yet."""
    found = dates_of(*notice)
    start = local(found, "earliest_lawful_start")
    waited = countable_time(found.notice_at.astimezone(ZoneInfo(found.timezone)), start)

    is_saturday = found.dates["earliest_lawful_start"].rule is NoticeRule.SATURDAY
    by_saturday_rule = is_saturday and start.timetz().replace(tzinfo=None) == time(11, 59)
    assert waited == timedelta(hours=48) or by_saturday_rule
    assert not by_saturday_rule or start.isoweekday() in {2, 3}


@given(notices())
def test_a_start_never_falls_on_a_day_that_does_not_count(
    notice: tuple[datetime, County],
) -> None:
    """Only the answer of operators may: the Saturday rule is taken literally for them."""
    found = dates_of(*notice)

    assert counts(local(found, "earliest_lawful_start").date())
    if found.dates["response_due"].rule is NoticeRule.ORDINARY:
        assert counts(local(found, "response_due").date())
        assert found.dates["response_due"].at == found.dates["earliest_lawful_start"].at
    assert found.dates["response_due"].at <= found.dates["earliest_lawful_start"].at


@given(notices())
def test_a_life_ends_with_the_last_second_of_a_working_day(
    notice: tuple[datetime, County],
) -> None:
    """The fourteenth after the notice day; and the last refresh with that of the twelfth."""
    found = dates_of(*notice)
    day = found.notice_at.astimezone(ZoneInfo(found.timezone)).date()

    for name, number in (("refresh_by", 12), ("expires", 14)):
        end = local(found, name)
        days = (day + days * DAY for days in count(1))
        worked = next(islice(filter(counts, days), number - 1, None))
        assert (end.date(), end.strftime("%X.%f")) == (worked, "23:59:59.000000")
    assert found.dates["expires"].at > found.dates["earliest_lawful_start"].at


@given(notices())
def test_a_refresh_in_time_leaves_no_gap(notice: tuple[datetime, County]) -> None:
    """Given at the last moment it allows a start while the old ticket still lives."""
    _at, county = notice
    found = dates_of(*notice)
    refresh_by, expires = found.dates["refresh_by"].at, found.dates["expires"].at

    refreshed = dates_of(refresh_by, county).dates["earliest_lawful_start"]

    assert refreshed.rule is NoticeRule.ORDINARY
    assert refreshed.at <= expires
    assert refresh_by < expires


@given(notices(), st.timedeltas(timedelta(), timedelta(days=10)))
def test_a_later_notice_never_has_an_earlier_count(
    notice: tuple[datetime, County], later: timedelta
) -> None:
    """Waiting before one gives notice must never pay."""
    instant, county = notice
    first, second = (
        dates_of(one, county).dates["earliest_lawful_start"]
        for one in (instant, instant + later)
    )

    if first.rule is second.rule is NoticeRule.ORDINARY:
        assert first.at <= second.at


@given(notices(), st.timedeltas(timedelta(), timedelta(days=10)))
def test_every_notice_until_the_last_moment_for_it_makes_a_planned_start_lawful(
    planned: tuple[datetime, County], earlier: timedelta
) -> None:
    """And one a second later does not, by the hour count."""
    start, county = planned
    last = notice_needed_by(start, county, TicketType.NORMAL)
    in_time, late = (
        dates_of(one, county).dates["earliest_lawful_start"]
        for one in (last - earlier, last + timedelta(seconds=1))
    )

    assert in_time.at <= start
    assert dates_of(last, county).dates["earliest_lawful_start"].at <= start
    assert late.at > start or late.rule is NoticeRule.SATURDAY


@given(notices())
@example((at("2022-12-24T10:00:00-06:00"), TRAVIS))
@example((at("2028-12-23T10:00:00-06:00"), TRAVIS))
@example((at("2026-12-23T10:00:00-06:00"), TRAVIS))
def test_december_is_warned_of_exactly_where_wider_holidays_give_a_later_start(
    notice: tuple[datetime, County],
) -> None:
    """The legal start stands; the wider holidays only say how much later it may become."""
    wider = replace(LAW, legal=LAW.possible)
    start = dates_of(*notice).dates["earliest_lawful_start"]
    later = deadlines(*notice, TicketType.NORMAL, policy=wider)

    said = [one for one in start.warnings if one.startswith("December 24 and 26 count")]
    is_later = later.dates["earliest_lawful_start"].at > start.at
    assert len(said) == is_later
    if said:
        shown = f"{local(later, 'earliest_lawful_start'):%A %Y-%m-%d %H:%M}"
        assert said[0].endswith(f"the start is {shown}.")


@given(notices(), st.sampled_from(ZONES_ELSEWHERE))
def test_the_zone_in_which_an_instant_is_written_changes_nothing(
    notice: tuple[datetime, County], zone: timezone
) -> None:
    """An instant is the same instant in Tokyo."""
    instant, county = notice

    assert dates_of(instant.astimezone(zone), county) == dates_of(instant, county)


@given(notices())
def test_an_operator_that_will_not_mark_has_48_elapsed_hours(
    notice: tuple[datetime, County],
) -> None:
    """251.157(d) leaves out no weekend, no holiday and no hour of a long night."""
    found = dates_of(*notice)

    assert found.dates["no_mark_notice_due"].at - found.notice_at == timedelta(hours=48)

"""When something is due: told against a watcher who looks at the clock each minute."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.recurrence import EPOCH, DailyAt, Every, Fold, Gap
from tests.domain.minutes import MINUTE, minutes, seen_by_watching

CHICAGO = "America/Chicago"
# The night in which Texas puts its clocks forward, the one in which it puts them back.
NIGHTS = {
    "forward": datetime(2026, 3, 7, 18, tzinfo=UTC),
    "back": datetime(2026, 10, 31, 18, tzinfo=UTC),
}
TWO_DAYS = timedelta(days=2)
# Ordinary ones, one that changes by half an hour, ones that change at midnight, none at all.
ZONES = [
    CHICAGO,
    "America/Denver",
    "Australia/Lord_Howe",
    "America/Havana",
    "Asia/Beirut",
    "UTC",
]
ZONES += ["Africa/Casablanca", "Asia/Kathmandu", "America/Santiago"]


def utc(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[misc,arg-type]  # as many numbers as are given


def instants(when: DailyAt | Every, start: datetime, end: datetime) -> list[datetime]:
    return list(when.passed(start, end, latest_max=10_000).latest)


@pytest.mark.parametrize("night", NIGHTS)
@pytest.mark.parametrize("gap", Gap)
@pytest.mark.parametrize("fold", Fold)
def test_every_time_of_the_nights_of_2026_is_due_when_a_watcher_says(
    night: str, gap: Gap, fold: Fold
) -> None:
    """From midnight to four, with the minutes round the change, and times far from it."""
    start, end = NIGHTS[night], NIGHTS[night] + TWO_DAYS
    times = [time(hour, minute) for hour in range(4) for minute in (0, 30, 59)]

    for at in [*times, time(12)]:
        due = instants(DailyAt(at, CHICAGO, gap, fold), start, end)

        assert due == seen_by_watching(at, CHICAGO, (start, end), gap=gap, fold=fold), at


def test_a_time_that_does_not_exist_is_due_when_the_clocks_have_been_put_forward() -> None:
    """On 8 March 2026 there is no half past two in Texas: it is three at once."""
    when = DailyAt(time(2, 30), CHICAGO)

    assert when.next_after(utc(2026, 3, 8, 0)) == utc(2026, 3, 8, 8)
    assert when.next_after(utc(2026, 3, 8, 8)) == utc(2026, 3, 9, 7, 30)


def test_a_time_that_exists_twice_is_due_once() -> None:
    """On 1 November 2026 it is half past one twice in Texas; the first of them counts."""
    when = DailyAt(time(1, 30), CHICAGO)

    assert instants(when, utc(2026, 11, 1), utc(2026, 11, 2)) == [utc(2026, 11, 1, 6, 30)]


@settings(max_examples=60, deadline=None)
@given(
    st.times(min_value=time(0), max_value=time(23, 59)),
    st.sampled_from(ZONES),
    st.integers(0, 6 * 366 * 24 * 60),
    st.sampled_from(Gap),
    st.sampled_from(Fold),
)
def test_any_time_in_any_zone_is_due_when_a_watcher_says(
    at: time, zone: str, minute: int, gap: Gap, fold: Fold
) -> None:
    """Zones change by half an hour, at midnight, for a month of fasting, or never."""
    at = at.replace(second=0, microsecond=0, fold=0)
    start = utc(2022, 1, 1) + minute * MINUTE
    end = start + timedelta(days=1, hours=7)

    due = instants(DailyAt(at, zone, gap, fold), start, end)

    assert due == seen_by_watching(at, zone, (start, end), gap=gap, fold=fold)


def test_a_day_that_a_zone_has_left_out_is_made_up_at_its_end() -> None:
    """Samoa went from 29 to 31 December 2011: the run of the 30th is due as the 31st begins."""
    when = DailyAt(time(2, 30), "Pacific/Apia")

    assert instants(when, utc(2011, 12, 29), utc(2011, 12, 31, 0)) == [
        utc(2011, 12, 29, 12, 30),
        utc(2011, 12, 30, 10),
        utc(2011, 12, 30, 12, 30),
    ]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 4 * 366 * 24 * 60), st.sampled_from(ZONES), st.sampled_from(Gap))
def test_next_and_latest_are_what_has_passed_and_will_pass(
    minute: int, zone: str, gap: Gap
) -> None:
    """Three ways to ask the same question have one answer."""
    when, now = DailyAt(time(2, 30), zone, gap), utc(2024, 1, 1) + minute * MINUTE
    passed = instants(when, now - 4 * timedelta(days=1), now)
    coming = instants(when, now, now + 4 * timedelta(days=1))

    assert when.latest_until(now) == passed[-1]
    assert when.next_after(now) == coming[0]


@given(
    st.timedeltas(timedelta(seconds=1), timedelta(hours=3)),
    st.integers(0, 10**9),
    st.integers(0, 10**5),
    st.integers(0, 5),
)
def test_a_period_is_counted_from_1970_without_a_gap(
    period: timedelta, second: int, span: int, latest_max: int
) -> None:
    """Whoever counts arrives at the same instants, and none falls between two looks."""
    when, start = Every(period), EPOCH + timedelta(seconds=second)
    end = start + timedelta(seconds=span)
    passed = when.passed(start, end, latest_max=latest_max)
    middle = start + (end - start) / 2

    halves = [when.passed(start, middle, latest_max=0), when.passed(middle, end, latest_max=0)]
    assert passed.count == sum(half.count for half in halves)
    assert len(passed.latest) == min(passed.count, latest_max)
    assert when.latest_until(start) <= start < when.next_after(start)
    assert when.next_after(start) - when.latest_until(start) == period
    if passed.latest:
        assert passed.latest[-1] == when.latest_until(end)


@pytest.mark.parametrize("night", NIGHTS)
def test_a_period_knows_nothing_of_the_nights_in_which_clocks_change(night: str) -> None:
    """An hour is an hour: no hour of silence in November, no hour at once in March."""
    start = NIGHTS[night]

    due = instants(Every(timedelta(minutes=5)), start, start + TWO_DAYS)

    assert due == [one for one in minutes(start, start + TWO_DAYS) if one.minute % 5 == 0]


def test_the_latest_are_kept_where_more_have_passed() -> None:
    """After years nobody needs the list, only how many there were."""
    passed = DailyAt(time(2), CHICAGO).passed(utc(2020, 1, 1), utc(2026, 1, 1), latest_max=2)

    assert passed.count == 6 * 365 + 2
    assert passed.latest == (utc(2025, 12, 30, 8), utc(2025, 12, 31, 8))


def test_time_that_runs_backwards_has_passed_nothing() -> None:
    """Neither kind makes anything of a span that ends before it begins."""
    for when in (DailyAt(time(2), CHICAGO), Every(MINUTE)):
        assert when.passed(utc(2026, 1, 2), utc(2026, 1, 1), latest_max=3).count == 0


def test_what_is_no_recurrence_is_refused() -> None:
    """A mistake in the timetable is found when it is made, and not on its night."""
    with pytest.raises(LookupError):
        DailyAt(time(2), "America/Dallas")
    for at in (time(2, 0, 1), time(2, tzinfo=UTC)):
        with pytest.raises(ValueError, match="wall-clock"):
            DailyAt(at, CHICAGO)
    with pytest.raises(ValueError, match="no period"):
        Every(timedelta(0))


def test_a_recurrence_is_told_as_a_person_says_it() -> None:
    """It stands so in the list of the schedule."""
    told = [Every(timedelta(seconds=s)) for s in (5, 60, 300, 86_400)]

    assert [str(one) for one in told] == [
        "every 5 s",
        "every 1 min",
        "every 5 min",
        "every 24 h",
    ]
    assert str(DailyAt(time(2), CHICAGO)) == "daily at 02:00 America/Chicago"

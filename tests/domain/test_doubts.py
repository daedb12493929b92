"""Where the law is silent: each doubt is said where it matters, and nowhere else."""

from datetime import datetime

import pytest

from domain.counting import Notice
from domain.doubts import doubts_about_refresh, doubts_about_start
from domain.texas import required_county

AT_THE_CENTER = "At the center it is {}; the site's own {} decides here."
DECEMBER = (
    "December 24 and 26 count, because they are no legal holidays; if the center skips them, the "
    "start is {}."
)
OVERLOOKED = (
    "The law looks only at the Monday and would allow {}; because the {} is a legal holiday, the "
    "later hour count is taken."
)
LATER_AT_CENTER = (
    "At the center it is {} already; the site's own {} decides here. As an ordinary notice it would "
    "allow a start at {}."
)
NEXT_MIDNIGHT = "{} does not count: the count begins at the next countable midnight."
LATE_SATURDAY = (
    "A Saturday notice at 11:59 or later is taken as an ordinary one: the count begins at the "
    "next countable midnight."
)
STRICT = (
    "The count ends at midnight before a day that does not count; a strict reading allows a start "
    "at {}."
)
ON_SATURDAY = (
    "{} falls on this Saturday; the Saturday rule is applied. The hour count would give {}."
)
GAP = "If the center skips December 24 and 26, a refresh after {} leaves a gap."


def notice(at: str, county: str = "Travis") -> Notice:
    return Notice(datetime.fromisoformat(at), required_county(county))


@pytest.mark.parametrize(
    "at",
    [
        "2026-12-07T10:00:00-06:00",  # Monday
        "2026-12-04T15:30:00-06:00",  # Friday
        "2026-12-05T11:58:59-06:00",  # Saturday, plain
        "2027-05-29T09:00:00-05:00",  # Saturday before Memorial Day
        "2026-12-10T00:00:01-06:00",  # it ends a second after midnight
        "2026-12-09T00:00:00-06:00",  # it ends at midnight before a Friday
        "2026-12-26T10:00:00-06:00",  # a Saturday that is December 26
    ],
)
def test_an_ordinary_notice_raises_no_doubt(at: str) -> None:
    """A warning that is always there is never read."""
    assert doubts_about_start(notice(at)) == []


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("2026-12-06T10:00:00-06:00", NEXT_MIDNIGHT.format("Sunday")),
        ("2026-12-05T11:59:00-06:00", LATE_SATURDAY),
        ("2026-11-27T10:00:00-06:00", NEXT_MIDNIGHT.format("the Friday after Thanksgiving")),
        ("2026-11-11T10:00:00-06:00", NEXT_MIDNIGHT.format("Veterans Day")),
        ("2027-07-04T10:00:00-05:00", NEXT_MIDNIGHT.format("Independence Day")),  # on a Sunday
    ],
)
def test_a_notice_on_a_day_that_does_not_count_says_where_its_count_begins(
    at: str, sentence: str
) -> None:
    """Sundays and holidays have no rule of their own (251.151(a))."""
    assert sentence in doubts_about_start(notice(at))


@pytest.mark.parametrize(
    ("at", "strict"),
    [
        ("2026-11-08T12:00:00-06:00", "Wednesday 2026-11-11 00:00"),  # Veterans Day
        ("2026-12-03T00:00:00-06:00", "Saturday 2026-12-05 00:00"),
        ("2026-11-23T00:00:00-06:00", None),  # it ends on the Wednesday before Thanksgiving
        ("2026-11-24T00:00:00-06:00", "Thursday 2026-11-26 00:00"),  # four days of rest
        ("2027-01-14T00:00:00-06:00", "Saturday 2027-01-16 00:00"),  # weekend and two holidays
    ],
)
def test_a_count_that_ends_before_a_rest_says_what_a_strict_reading_allows(
    at: str, strict: str | None
) -> None:
    """The law stops the count on such days; it does not forbid digging on them."""
    sentences = [doubt for doubt in doubts_about_start(notice(at)) if "strict" in doubt]

    assert sentences == ([STRICT.format(strict)] if strict else [])


def test_the_strict_reading_is_no_matter_of_the_saturday_rule() -> None:
    """The hour count of this notice ends before Veterans Day, but it is not what decides."""
    assert doubts_about_start(notice("2026-11-07T10:00:00-06:00")) == []


@pytest.mark.parametrize(
    ("at", "literal", "holiday"),
    [
        ("2025-11-08T10:00:00-06:00", "Tuesday 2025-11-11 11:59", "Tuesday"),
        ("2027-01-16T10:00:00-06:00", "Wednesday 2027-01-20 11:59", "Tuesday"),
        ("2028-01-15T10:00:00-06:00", "Wednesday 2028-01-19 11:59", "Wednesday"),
    ],
)
def test_a_holiday_that_the_saturday_rule_overlooks_is_named(
    at: str, literal: str, holiday: str
) -> None:
    """Whoever reads the law literally would dig on a holiday, or right after one."""
    assert doubts_about_start(notice(at)) == [OVERLOOKED.format(literal, holiday)]


def test_an_overlooked_tuesday_is_no_matter_of_a_late_saturday() -> None:
    """From 11:59 on the hour count decides in any case."""
    assert doubts_about_start(notice("2025-11-08T12:00:00-06:00")) == [LATE_SATURDAY]


def test_a_holiday_on_the_saturday_itself_is_named() -> None:
    """Can a holiday be a Saturday notification? The definition could not be read."""
    assert doubts_about_start(notice("2026-07-04T09:00:00-05:00")) == [
        ON_SATURDAY.format("Independence Day", "Wednesday 2026-07-08 00:00")
    ]


def test_a_late_notice_on_a_saturday_holiday_is_an_ordinary_one() -> None:
    """Then the Saturday rule is not applied, and nothing more is in doubt."""
    assert doubts_about_start(notice("2026-07-04T12:00:00-05:00")) == [LATE_SATURDAY]


@pytest.mark.parametrize(
    ("at", "start"),
    [
        ("2026-12-23T10:00:00-06:00", "Tuesday 2026-12-29 10:00"),
        ("2026-12-22T10:00:00-06:00", "Monday 2026-12-28 10:00"),
        ("2025-12-23T10:00:00-06:00", "Tuesday 2025-12-30 10:00"),  # both days count
        ("2024-12-21T10:00:00-06:00", "Monday 2024-12-30 00:00"),  # Saturday, Tuesday the 24th
        (
            "2022-12-24T10:00:00-06:00",
            "Wednesday 2022-12-28 11:59",
        ),  # Saturday, Monday the 26th
        ("2028-12-23T10:00:00-06:00", "Friday 2028-12-29 00:00"),  # Saturday, Tuesday the 26th
    ],
)
def test_december_24_and_26_warn_where_they_would_move_the_start(at: str, start: str) -> None:
    """They are no legal holidays, but nobody knows whether the center rests on them."""
    assert DECEMBER.format(start) in doubts_about_start(notice(at))


@pytest.mark.parametrize(
    "at",
    [
        "2026-12-21T10:00:00-06:00",  # ended by the 23rd
        "2026-12-27T10:00:00-06:00",  # a Sunday, both days are over
        "2025-12-27T10:00:00-06:00",  # a Saturday, both days are over
        "2026-12-19T10:00:00-06:00",  # the Saturday rule ends on the 22nd
    ],
)
def test_december_24_and_26_are_not_named_where_they_change_nothing(at: str) -> None:
    """Only a start that would really be later is worth a warning."""
    assert not any("December" in doubt for doubt in doubts_about_start(notice(at)))


@pytest.mark.parametrize(
    ("at", "center", "site"),
    [
        ("2026-12-04T23:30:00-07:00", "Saturday 00:30 already", "Friday"),
        ("2026-12-08T23:00:00-07:00", "Wednesday 00:00 already", "Tuesday"),
    ],
)
def test_the_hour_before_a_mountain_midnight_names_both_weekdays(
    at: str, center: str, site: str
) -> None:
    """In El Paso it is Friday still when the center in Dallas writes Saturday."""
    assert doubts_about_start(notice(at, "El Paso")) == [AT_THE_CENTER.format(center, site)]


@pytest.mark.parametrize(
    ("at", "center", "site"),
    [
        ("2026-12-05T10:59:00-07:00", "11:59", "10:59"),
        ("2026-12-05T11:58:59-07:00", "12:58", "11:58"),
    ],
)
def test_the_last_hour_of_a_mountain_saturday_names_the_later_start(
    at: str, center: str, site: str
) -> None:
    """By the clock of the center it is no Saturday notification, and half a day longer to wait."""
    assert doubts_about_start(notice(at, "El Paso")) == [
        LATER_AT_CENTER.format(center, site, "Wednesday 2026-12-09 00:00")
    ]
    assert doubts_about_start(notice(at.replace("-07", "-06"))) == []


@pytest.mark.parametrize(
    ("at", "county"),
    [
        ("2026-12-05T10:58:59-07:00", "El Paso"),
        ("2026-12-08T22:59:59-07:00", "El Paso"),
        ("2026-12-08T00:00:00-07:00", "Hudspeth"),
        ("2026-12-08T23:30:00-06:00", "Travis"),
    ],
)
def test_elsewhere_center_and_site_have_the_same_weekday(at: str, county: str) -> None:
    """252 counties keep the center's own time."""
    assert doubts_about_start(notice(at, county)) == []


def test_the_doubts_of_one_notice_stand_together_in_a_fixed_order() -> None:
    """A Sunday before Christmas in El Paso has three of them."""
    assert doubts_about_start(notice("2026-12-20T23:30:00-07:00", "El Paso")) == [
        NEXT_MIDNIGHT.format("Sunday"),
        AT_THE_CENTER.format("Monday 00:30 already", "Sunday"),
    ]
    assert doubts_about_start(notice("2024-12-22T23:30:00-07:00", "El Paso")) == [
        NEXT_MIDNIGHT.format("Sunday"),
        STRICT.format("Wednesday 2024-12-25 00:00"),
        DECEMBER.format("Monday 2024-12-30 00:00"),
        AT_THE_CENTER.format("Monday 00:30 already", "Sunday"),
    ]


@pytest.mark.parametrize(
    ("at", "refresh"),
    [
        ("2026-12-07T10:00:00-06:00", "Tuesday 2026-12-22 23:59"),  # instead of the 23rd
        ("2025-12-05T10:00:00-06:00", "Friday 2025-12-19 23:59"),  # both days, and a weekend
        ("2026-12-04T10:00:00-06:00", "Monday 2026-12-21 23:59"),  # life ends on the 24th
    ],
)
def test_a_refresh_before_christmas_says_when_it_is_surely_early_enough(
    at: str, refresh: str
) -> None:
    """A center that rests makes the refresh wait longer than the old ticket lives."""
    assert doubts_about_refresh(notice(at)) == [GAP.format(refresh)]


@pytest.mark.parametrize(
    "at",
    ["2026-11-30T10:00:00-06:00", "2026-12-03T10:00:00-06:00", "2026-12-21T10:00:00-06:00"],
)
def test_a_refresh_far_from_christmas_is_in_no_doubt(at: str) -> None:
    """Neither December 24 nor 26 lies between the last refresh and the end."""
    assert doubts_about_refresh(notice(at)) == []

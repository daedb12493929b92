"""`deadlines` against a second calculation that shares nothing with it but the question.

The oracle walks over real UTC minutes, one by one, and looks up whether the wall clock at the
site shows a countable day. Its holidays are written out; it adds no hours and skips no days.
"""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import compress, count, islice
from zoneinfo import ZoneInfo

import pytest

from domain.deadlines import deadlines
from domain.facts import TicketType
from domain.texas import County, counties
from tests.domain.hand_typed_holidays import legal_dates, possible_dates
from tests.whole import examples

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
FIRST_DAY, LAST_NOTICE_DAY, LAST_DAY = date(2016, 1, 1), date(2040, 11, 30), date(2040, 12, 31)
COUNTABLE, BEGINS_A_DAY = 1, 2  # what a byte says about its minute
# Each byte as 1 or 0, so that the minutes are walked over where that is fast.
IS_COUNTABLE = bytes(byte & COUNTABLE for byte in range(256))
IS_MIDNIGHT = bytes(int(byte >= BEGINS_A_DAY) for byte in range(256))
CENTRAL, MOUNTAIN = "America/Chicago", "America/Denver"
ZONES = {CENTRAL: County("Travis", "48453", CENTRAL), MOUNTAIN: County("X", "0", MOUNTAIN)}
MOUNTAIN_COUNTIES = {"El Paso", "Hudspeth"}


@dataclass(frozen=True)
class Dates:
    """What the oracle and `deadlines` must agree on."""

    earliest_lawful_start: datetime
    response_due: datetime
    no_mark_notice_due: datetime
    refresh_by: datetime
    expires: datetime


def days_until(last: date) -> list[date]:
    return [FIRST_DAY + number * DAY for number in range((last - FIRST_DAY).days + 1)]


class Oracle:
    """The law, as somebody with a calendar and much patience would apply it."""

    def __init__(self, zone: str, excluded: frozenset[date]) -> None:
        self.zone = ZoneInfo(zone)
        self.excluded = excluded
        self.first = self.midnight(FIRST_DAY)
        self.minutes = self._minutes()

    def _minutes(self) -> bytes:
        """Return one byte for each UTC minute from the first midnight on."""
        written = bytearray()
        for day in days_until(LAST_DAY):
            length = (self.midnight(day + DAY) - self.midnight(day)) // MINUTE
            minutes = bytearray([COUNTABLE * self.counts(day)]) * length
            minutes[0] |= BEGINS_A_DAY
            written += minutes
        return bytes(written)

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def counts(self, day: date) -> bool:
        return day.isoweekday() <= 5 and day not in self.excluded

    def dates(self, notice: datetime) -> Dates:
        start, response = self.start_and_response(notice)
        refresh_by, expires = self.ends_of_working_days(notice, (12, 14))
        no_mark = notice + timedelta(minutes=48 * 60)
        return Dates(start, response, no_mark, refresh_by, expires)

    def start_and_response(self, notice: datetime) -> tuple[datetime, datetime]:
        counted, wall = self.counted(notice), notice.astimezone(self.zone)
        if wall.isoweekday() != 6 or (wall.hour, wall.minute) >= (11, 59):
            return counted, counted
        monday, tuesday, wednesday = (wall.date() + days * DAY for days in (2, 3, 4))
        answer = tuesday if self.counts(monday) else wednesday
        literal = datetime.combine(answer, time(11, 59), self.zone).astimezone(UTC)
        is_overlooked = not self.counts(tuesday) or not self.counts(answer)
        return (max(literal, counted) if is_overlooked else literal), literal

    def counted(self, notice: datetime) -> datetime:
        """Return the first countable minute that has 48 countable hours before it."""
        begin = (notice - self.first) // MINUTE
        among = self.minutes[begin : begin + 30 * 24 * 60].translate(IS_COUNTABLE)
        return self.first + next(islice(compress(count(begin), among), 48 * 60, None)) * MINUTE

    def ends_of_working_days(self, notice: datetime, wanted: tuple[int, ...]) -> list[datetime]:
        """Return the last second of each wanted day; the day of the notice is number 0."""
        number, found = 0, []
        begin = (notice - self.first) // MINUTE + 1
        among = self.minutes[begin : begin + 60 * 24 * 60].translate(IS_MIDNIGHT)
        for minute in compress(count(begin), among):
            if number == wanted[len(found)]:
                found.append(self.first + minute * MINUTE - timedelta(seconds=1))
                if len(found) == len(wanted):
                    return found
            number += self.minutes[minute] & COUNTABLE
        raise AssertionError


@cache
def oracle(zone: str, *, center_rests: bool = False) -> Oracle:
    dates_of = possible_dates if center_rests else legal_dates
    return Oracle(zone, frozenset(day for year in range(2016, 2041) for day in dates_of(year)))


def instants(zone: str, count: int) -> list[datetime]:
    """Return whole minutes: anywhere, and near everything that could go wrong."""
    chance = random.Random(f"811 {zone}")  # noqa: S311 - it only chooses examples
    at_site = ZoneInfo(zone)
    days = days_until(LAST_NOTICE_DAY)[5:]
    nights = [
        day
        for day in days
        if datetime.combine(day, time(), at_site).utcoffset()
        != datetime.combine(day + DAY, time(), at_site).utcoffset()
    ]
    saturdays = [day for day in days if day.isoweekday() == 6]
    holidays = sorted(oracle(zone, center_rests=True).excluded & set(days))
    kinds = [
        (days, 0, 24 * 60),  # any minute
        (days, -3, 3),  # midnight
        (saturdays, 11 * 60 + 56, 12 * 60 + 2),  # 11:59
        (saturdays, 0, 24 * 60),
        (holidays, -4 * 24 * 60, 24 * 60),  # the days before, and the day itself
        (nights, -2 * 60, 6 * 60),  # the clock is set
    ]
    found = []
    for number in range(count):
        among, earliest, latest = kinds[number % len(kinds)]
        minutes = chance.randint(earliest, latest)
        midnight = datetime.combine(chance.choice(among), time(), at_site).astimezone(UTC)
        found.append(midnight + minutes * MINUTE)
    return found


def start_if_the_center_rests(zone: str, notice: datetime) -> datetime | None:
    """Return the start with December 24 and 26 left out, for the notices that could meet them."""
    if notice.month != 12:
        return None
    return oracle(zone, center_rests=True).start_and_response(notice)[0]


def disagreements(county: County, zone: str, notices: list[datetime]) -> list[str]:
    """Return the notices for which our dates, or our doubt about them, are not the oracle's."""
    wrong = []
    for notice in notices:
        ours = deadlines(notice, county, TicketType.NORMAL)
        theirs = oracle(zone).dates(notice)
        if any(ours.dates[name].at != at for name, at in vars(theirs).items()):
            wrong.append(f"{notice} in {county.name}: {theirs} is not {ours}")
        rested = start_if_the_center_rests(zone, notice) or theirs.earliest_lawful_start
        is_doubted = any("December 24 and 26 count" in one for one in ours.warnings)
        if is_doubted != (rested > theirs.earliest_lawful_start):
            wrong.append(f"{notice} in {county.name}: doubted {is_doubted}, {rested}")
    return wrong


@pytest.mark.parametrize("zone", ZONES)
def test_our_dates_are_those_of_a_minute_by_minute_count(zone: str) -> None:
    """Two calculations that share no line can only agree where both are right."""
    assert disagreements(ZONES[zone], zone, instants(zone, 150)) == []


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
def test_our_dates_are_those_of_a_minute_by_minute_count_in_all_corners(zone: str) -> None:
    """25 years have corners that nobody thinks of; with `WHOLE=1`, 5,000 notices in each zone."""
    assert disagreements(ZONES[zone], zone, instants(zone, examples(1_200, 5_000))) == []


def test_every_county_has_the_dates_of_its_zone() -> None:
    """One county in the wrong zone is one hour of digging too early."""
    notices = {zone: instants(zone, 254) for zone in ZONES}
    wrong = []
    for number, county in enumerate(counties().values()):
        zone = MOUNTAIN if county.name in MOUNTAIN_COUNTIES else CENTRAL
        wrong += disagreements(county, zone, notices[zone][number : number + 1])

    assert wrong == []
    assert len(counties()) == 254

"""Counting time as the law counts it: hours and days that run, in the wall-clock time of a site.

Daylight saving time begins and ends on a Sunday, which never counts. So a countable day always
has 24 hours, and no count ends in an hour that a clock shows twice or not at all.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from domain.moment import as_utc
from domain.policy import Policy, policy_on
from domain.texas import County, zone_named

SATURDAY = 5  # as `date.weekday` counts
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
LAST_SECOND = time(23, 59, 59)

IsCountable = Callable[[date], bool]


class Notice:
    """A notice at its site: the instant, what the clocks there show, and the policy it is under.

    `policy` defaults to the one in force on the site-local day. A time without a zone is UTC, as
    everywhere in the domain. Raises RejectedError for a notice older than every policy.
    """

    def __init__(self, at: datetime, county: County, policy: Policy | None = None) -> None:
        self.at = as_utc(at)
        self.county = county
        self.zone = zone_named(county.timezone)
        self.wall = self.at.astimezone(self.zone).replace(tzinfo=None)
        self.policy = policy or policy_on(self.wall.date())

    @property
    def day(self) -> date:
        return self.wall.date()

    @cached_property
    def is_saturday_notification(self) -> bool:
        """Has this notice the Saturday rule of its own (251.151(b))?

        The definition of a Saturday notification could not be read; a notice from 11:59 on is
        taken as an ordinary one, which is later and so the cautious reading.
        """
        is_early = self.wall.time() < self.policy.saturday_notice_before
        return self.day.weekday() == SATURDAY and is_early

    @cached_property
    def counted(self) -> datetime:
        """The wall-clock time at which the countable hours of the notice have passed."""
        return after_countable_hours(
            self.wall, self.policy.notice_hours, self.policy.is_countable
        )

    @cached_property
    def saturday_start(self) -> datetime:
        """Tuesday, or Wednesday if the Monday between is a legal holiday, at 11:59."""
        monday = self.day + 2 * DAY
        days = 1 if self.policy.is_countable(monday) else 2
        return datetime.combine(monday + days * DAY, self.policy.saturday_start)

    @cached_property
    def overlooked_holiday(self) -> date | None:
        """The first legal holiday from Tuesday to the Saturday rule's start, if there is one.

        251.151(b) looks only at the Monday, and so may begin the digging on a holiday.
        """
        days = (self.day + 3 * DAY, self.saturday_start.date())
        return next((day for day in days if not self.policy.is_countable(day)), None)

    @cached_property
    def lawful_start(self) -> datetime:
        """The wall-clock time at which digging may begin after a notice that has to wait."""
        if not self.is_saturday_notification:
            return self.counted
        if self.overlooked_holiday:
            return max(self.saturday_start, self.counted)
        return self.saturday_start

    @cached_property
    def if_the_center_rests(self) -> "Notice":
        """The same notice, were December 24 and 26 legal holidays."""
        return Notice(self.at, self.county, replace(self.policy, legal=self.policy.possible))

    @cached_property
    def life_end(self) -> datetime:
        """The wall-clock time at which the ticket's life ends."""
        return self.end_of_working_day(self.policy.life_days)

    @cached_property
    def last_refresh(self) -> datetime:
        """The last wall-clock time at which a refresh leaves no gap."""
        return self.end_of_working_day(self.policy.refresh_days)

    def end_of_working_day(self, number: int) -> datetime:
        """Return the last second of this working day; the notice day is number 0."""
        day = self.day
        while number:
            day += DAY
            number -= self.policy.is_countable(day)
        return datetime.combine(day, LAST_SECOND)

    def instant(self, wall: datetime) -> datetime:
        """Return the UTC instant at which the clocks at the site show this."""
        return wall.replace(tzinfo=self.zone).astimezone(UTC)

    def hours_later(self, hours: int) -> datetime:
        """Return the UTC instant so many hours later, on every kind of day."""
        return self.at + timedelta(hours=hours)


def after_countable_hours(wall: datetime, hours: int, is_countable: IsCountable) -> datetime:
    """Return the wall-clock time at which so many hours of countable days have passed.

    A count that ends at midnight before a day that does not count ends at the next countable
    midnight: the cautious reading.
    """
    left = timedelta(hours=hours)
    while True:
        midnight = midnight_after(wall)
        if is_countable(wall.date()):
            if left < midnight - wall:
                return wall + left
            left -= midnight - wall
        wall = midnight


def before_countable_hours(wall: datetime, hours: int, is_countable: IsCountable) -> datetime:
    """Return the latest wall-clock time from which so many countable hours end by this one.

    `after_countable_hours` turned round, to the second.
    """
    left, day = timedelta(hours=hours), wall.date()
    if not is_countable(day):
        left += SECOND  # a count that is full at the midnight before would end after this day
    while True:
        midnight = datetime.combine(day, time())
        if is_countable(day):
            if left <= wall - midnight:
                return wall - left
            left -= wall - midnight
        wall, day = midnight, day - DAY


def midnight_after(wall: datetime) -> datetime:
    """Return the midnight that ends this day."""
    return datetime.combine(wall.date() + DAY, time())

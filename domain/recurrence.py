"""When something recurs: every so often, or daily at a wall-clock time of an IANA zone.

Instants are in UTC. A period is counted from 1970, so that everybody who counts arrives at the
same instants. Clocks that are put forward or back change wall-clock times only, and what then
happens is said by `Gap` and `Fold`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
LOOK_BACK_MAX = timedelta(days=3660)  # what was due ten years ago nobody makes up
DAYS_AHEAD = 4  # no zone has left out so many days on end


class Gap(StrEnum):
    """What becomes of a wall-clock time that does not exist on a day.

    `NEXT`: the next instant that exists, which is when the clocks have been put forward.
    """

    NEXT = "next"
    SKIP = "skip"


class Fold(StrEnum):
    """What becomes of a wall-clock time that exists twice on a day."""

    FIRST = "first"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Passed:
    """How many instants have passed, and the latest of them, the earliest first."""

    count: int
    latest: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """Every so often, whatever the wall clocks say."""

    period: timedelta

    def __post_init__(self) -> None:
        if self.period <= timedelta(0):
            problem = f"{self.period} is no period"
            raise ValueError(problem)

    def __str__(self) -> str:
        seconds = self.period.total_seconds()
        hours, minutes = seconds / 3600, seconds / 60
        if hours.is_integer():
            return f"every {hours:g} h"
        return f"every {minutes:g} min" if minutes.is_integer() else f"every {seconds:g} s"

    def passed(self, after: datetime, until: datetime, *, latest_max: int) -> Passed:
        """Tell the instants later than `after`, up to and with `until`."""
        last = self._number(until)
        count = max(0, last - self._number(after))
        kept = range(last - min(count, latest_max) + 1, last + 1)
        return Passed(count, tuple(EPOCH + number * self.period for number in kept))

    def next_after(self, moment: datetime) -> datetime:
        """Return the first instant that is later than this moment."""
        return EPOCH + (self._number(moment) + 1) * self.period

    def latest_until(self, moment: datetime) -> datetime:
        """Return the last instant that is not later than this moment."""
        return EPOCH + self._number(moment) * self.period

    def _number(self, moment: datetime) -> int:
        return (moment - EPOCH) // self.period


@dataclass(frozen=True, slots=True)
class DailyAt:
    """Each day when the clocks of a zone show this time."""

    at: time
    zone: str
    gap: Gap = Gap.NEXT
    fold: Fold = Fold.FIRST

    def __post_init__(self) -> None:
        # Which of two is meant, where the clocks are put back, is for `fold` to say.
        if self.at.tzinfo or self.at.second or self.at.microsecond or self.at.fold:
            problem = f"{self.at} is no wall-clock time of whole minutes"
            raise ValueError(problem)
        ZoneInfo(self.zone)  # raises for a zone that there is not

    def __str__(self) -> str:
        return f"daily at {self.at:%H:%M} {self.zone}"

    def passed(self, after: datetime, until: datetime, *, latest_max: int) -> Passed:
        """Tell the instants later than `after`, up to and with `until`."""
        after = max(after, until - LOOK_BACK_MAX)
        if until <= after:
            return Passed(0, ())
        found = [one for one in self._around(after, until) if after < one <= until]
        return Passed(len(found), tuple(found[-latest_max:] if latest_max else ()))

    def next_after(self, moment: datetime) -> datetime:
        """Return the first instant that is later than this moment."""
        near = self._around(moment, moment + DAYS_AHEAD * DAY)
        return next(one for one in near if one > moment)

    def latest_until(self, moment: datetime) -> datetime:
        """Return the last instant that is not later than this moment."""
        near = self._around(moment - DAYS_AHEAD * DAY, moment)
        return next(one for one in reversed(near) if one <= moment)

    def _around(self, start: datetime, end: datetime) -> list[datetime]:
        """Return the instants of the days from `start` to `end`, and of a day before and after.

        Two may fall together where a day was left out: that is one instant.
        """
        zone = ZoneInfo(self.zone)
        first = start.astimezone(zone).date() - DAY
        days = (end.astimezone(zone).date() - first).days + 2
        return sorted({one for ahead in range(days) for one in self._on(first + ahead * DAY)})

    def _on(self, day: date) -> tuple[datetime, ...]:
        """Return the instants at which clocks show this time on this day."""
        zone = ZoneInfo(self.zone)
        wall = datetime.combine(day, self.at, zone)
        before, after = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
        if before == after:
            return (before,)
        if before < after:
            return (before, after) if self.fold is Fold.BOTH else (before,)
        # Read by the clock before the change it lies after it, and the other way round.
        return (_change_between(after, before, zone),) if self.gap is Gap.NEXT else ()


Recurrence = Every | DailyAt


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant in this span at which the clocks of the zone are put forward."""
    offset = after.astimezone(zone).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        moment = before + timedelta(seconds=middle)
        low, high = (
            (low, middle) if moment.astimezone(zone).utcoffset() == offset else (middle, high)
        )
    return before + timedelta(seconds=high)

"""The dates of a notice: our time for a full set, beside two alternatives, as ratios.

    python bench/deadlines.py [--notices 400]

The alternatives know less, and neither knows the Saturday rule: a walk minute by minute gives
the start alone, `numpy.busday_offset` with the same holidays gives days without hours or reasons.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np  # deptry: ignore[DEP003] - it comes with shapely

from domain.deadlines import deadlines
from domain.facts import TicketType
from domain.holidays import legal_holidays
from domain.texas import required_county

TRAVIS = required_county("Travis")
ZONE = ZoneInfo(TRAVIS.timezone)
FIRST, STEP = datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=37, minutes=13)
HOLIDAYS = {day for year in range(2026, 2031) for day in legal_holidays(year)}
CALENDAR = np.busdaycalendar(holidays=sorted(HOLIDAYS))
WEEKEND_FROM = 5
LABEL_WIDTH = 34


def ours(notice: datetime) -> date:
    """Return the day of the lawful start, having computed every date."""
    start = deadlines(notice, TRAVIS, TicketType.NORMAL).earliest_lawful_start
    return start.at.astimezone(ZONE).date() if start else date.min


def by_minutes(notice: datetime) -> date:
    """Return the day on which 48 countable hours are over, walking through every minute."""
    left, instant = 48 * 60, notice
    while True:
        wall = instant.astimezone(ZONE)
        if wall.weekday() < WEEKEND_FROM and wall.date() not in HOLIDAYS:
            if not left:
                return wall.date()
            left -= 1
        instant += timedelta(minutes=1)


def by_numpy(notice: datetime) -> date:
    """Return the second business day after the notice, having computed the fourteenth as well."""
    days = np.busday_offset(
        notice.astimezone(ZONE).date(), [2, 14], "forward", busdaycal=CALENDAR
    )
    return days[0].astype(date)


def microseconds(work: Callable[[datetime], object], notices: list[datetime]) -> list[float]:
    """Return the time that each notice took."""
    spent = []
    for notice in notices:
        begun = time.perf_counter()
        work(notice)
        spent.append((time.perf_counter() - begun) * 1e6)
    return spent


def main(count: int) -> None:
    """Measure every type and both alternatives on the same notices, and print them."""
    notices = [FIRST + number * STEP for number in range(count)]
    print(f"a full set of deadlines, µs a notice, {count} notices from {FIRST:%Y-%m-%d} on")
    print(f"{'':{LABEL_WIDTH}}{'p50':>9}{'p95':>9}")
    medians = {}
    works: dict[str, Callable[[datetime], object]] = {
        kind: lambda notice, kind=kind: deadlines(notice, TRAVIS, kind) for kind in TicketType
    }
    works |= {
        "ours, Normal": ours,
        "minute by minute": by_minutes,
        "numpy.busday_offset": by_numpy,
    }
    for label, work in works.items():
        spent = microseconds(work, notices)
        medians[label] = statistics.median(spent)
        p95 = statistics.quantiles(spent, n=20)[-1]
        print(f"{label:{LABEL_WIDTH}}{medians[label]:9.1f}{p95:9.1f}")
    for label, alternative in (
        ("minute by minute", by_minutes),
        ("numpy.busday_offset", by_numpy),
    ):
        ratio = medians[label] / medians["ours, Normal"]
        same = sum(alternative(notice) == ours(notice) for notice in notices)
        print(f"{label}: {ratio:.2f} times our time; the same day in {same} of {count}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notices", type=int, default=400)
    main(parser.parse_args().notices)

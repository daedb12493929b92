"""The slow and obvious way to tell when a daily entry is due: look at the clock each minute."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


def minutes(start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield each minute later than `start`, up to and with `end`."""
    moment = start
    while (moment := moment + MINUTE) <= end:
        yield moment


def seen_by_watching(
    at: time, zone: str, span: tuple[datetime, datetime], *, gap: str, fold: str
) -> list[datetime]:
    """Return when a watcher of the clock would ring who knows nothing of how zones work.

    He rings when the clock shows the time; a second time on the same day only if told to; and
    when it jumps past the time, if told to. He has watched since days before the
    span begins, and tells of what is later than its start, up to and with its end.
    """
    start, end = span
    rung: list[datetime] = []
    days: set[date] = set()
    local = ZoneInfo(zone)
    before = (start - 3 * timedelta(days=1)).astimezone(local).replace(tzinfo=None)
    for moment in minutes(start - timedelta(days=3), end):
        shown = moment.astimezone(local).replace(tzinfo=None)
        is_jump = shown - before != MINUTE
        # Between two minutes in a row there is none, and most of them show another time.
        for day in _days(before, shown) if is_jump or shown.time() == at else ():
            wanted = datetime.combine(day, at)
            is_shown = shown == wanted and (day not in days or fold == "both")
            is_passed_over = gap == "next" and before < wanted < shown and day not in days
            if is_shown or (is_passed_over and shown - before > MINUTE):
                days.add(day)
                if moment > start and moment not in rung:
                    rung.append(moment)
        before = shown
    return rung


def _days(before: datetime, shown: datetime) -> list[date]:
    """Return the days that the clock has shown or jumped over between two looks."""
    first = min(before, shown).date()
    return [first + timedelta(days=n) for n in range((shown.date() - first).days + 1)]

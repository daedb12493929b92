"""An entry of the schedule in plain words: when it is due, and what if it could not be run then."""

from collections.abc import Mapping
from datetime import time

from domain.recurrence import DailyAt, Every, Fold, Gap, Recurrence
from domain.timetable import Entry, Missed, Overlap

SECONDS_OF: Mapping[str, int] = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
_AT_A_GAP: Mapping[Gap, str] = {
    Gap.NEXT: "When clocks jump ahead over that time, it is due as they do.",
    Gap.SKIP: "When clocks jump ahead over that time, it is left out that day.",
}
_AT_A_FOLD: Mapping[Fold, str] = {
    Fold.FIRST: "When clocks are put back and show it twice, it is due the first time.",
    Fold.BOTH: "When clocks are put back and show it twice, it is due both times.",
}
_OVERLAP: Mapping[Overlap, str] = {
    Overlap.SKIP: "It is left out while the run before is queued or under way.",
    Overlap.QUEUE_ONE: "It waits while the run before is under way.",
}


def plain(when: Recurrence) -> str:
    """Return when something recurs: `every day at 2:30 in the morning, America/Chicago`."""
    if isinstance(when, DailyAt):
        return f"every day at {_plain_time(when.at)}, {when.zone}"
    unit, count = _measured(when)
    return f"every {unit}" if count == 1 else f"every {count:g} {unit}s"


def when_clocks_change(when: Recurrence) -> str:
    """Return what the nights in which clocks are changed come to; nothing, where they do not."""
    if not isinstance(when, DailyAt):
        return ""
    return f"{_AT_A_GAP[when.gap]} {_AT_A_FOLD[when.fold]}"


def if_missed(entry: Entry) -> str:
    """Return what becomes of the runs that were due while nothing could run."""
    if entry.missed is Missed.SKIP:
        return "What was missed is not made up."
    if entry.missed is Missed.ONCE:
        return "One run makes up for all that were missed."
    return f"The last {entry.missed_max} that were missed are made up, the earliest first."


def if_it_overlaps(entry: Entry) -> str:
    """Return what becomes of a run that is due while the one before is not over."""
    return _OVERLAP[entry.overlap]


def _measured(when: Every) -> tuple[str, float]:
    """Return the longest unit of which a period is a whole number, and of how many."""
    seconds = when.period.total_seconds()
    unit = next((one for one, length in SECONDS_OF.items() if seconds % length == 0), "second")
    return unit, seconds / SECONDS_OF[unit]


def _plain_time(at: time) -> str:
    """Return a wall-clock time as people say it: `2:30 in the morning`, `noon`."""
    if at.minute == 0 and at.hour in {0, 12}:
        return "noon" if at.hour else "midnight"
    said = f"{at.hour % 12 or 12}:{at:%M}"
    if at.hour < 12:  # noqa: PLR2004 - noon
        return f"{said} in the morning"
    if at.hour < 18:  # noqa: PLR2004 - by then it is evening
        return f"{said} in the afternoon"
    return f"{said} in the evening"

"""Which backups are kept, and which have had their time: the choice, not the deed.

A good backup is one that was read back whole. Kept are the first good one of each of the last 7
days, 5 weeks and 12 months (UTC) that have one, the newest three whatever their age, and what was
set aside before a restore for 14 days, the newest of those always. One that is not good counts
for nothing, and is left to a person. Nothing goes at all while no good one is younger than two
days: where no more are made, what there is must do. What is dated later than now stays, and counts
for nothing; and where the newest three lie further than 14 days apart, nothing goes until three
were made since: somebody's clock may have jumped.

No legal hold is asked: a hold keeps a ticket in the store, and so in every backup of its time.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from storage.backup_notes import BackupNote

DAYS_KEPT = 7
WEEKS_KEPT = 5
MONTHS_KEPT = 12
NEWEST_KEPT = 3
RESTORE_POINT_KEPT = timedelta(days=14)
FRESH = timedelta(days=2)
JUMP = timedelta(days=14)
SKEW = timedelta(hours=1)  # of two clocks that are right
RESTORE_POINT = "restore_point"


def past_their_time(notes: Iterable[BackupNote], now: datetime) -> list[BackupNote]:
    """Return the backups that may be removed at this moment, the oldest first."""
    good = sorted(
        (note for note in notes if note.verified_at),
        key=lambda note: (note.created, note.filename),
    )
    past = [note for note in good if note.created <= now + SKEW]
    usual = [note for note in past if note.why != RESTORE_POINT]
    points = [note for note in past if note.why == RESTORE_POINT]
    if not usual or now - usual[-1].created >= FRESH or _has_jumped(usual[-NEWEST_KEPT:]):
        return []
    kept = {note.filename for note in (*_kept(usual), *_kept_points(points, now))}
    return [note for note in past if note.filename not in kept]


def _has_jumped(newest: Sequence[BackupNote]) -> bool:
    """Return whether time has passed between two of these of which there is no backup."""
    return any(after.created - before.created >= JUMP for before, after in pairwise(newest))


def _kept(usual: Sequence[BackupNote]) -> Iterator[BackupNote]:
    yield from usual[-NEWEST_KEPT:]
    yield from _firsts(usual, lambda at: at.date(), DAYS_KEPT)
    yield from _firsts(usual, lambda at: at.isocalendar()[:2], WEEKS_KEPT)
    yield from _firsts(usual, lambda at: (at.year, at.month), MONTHS_KEPT)


def _kept_points(points: Sequence[BackupNote], now: datetime) -> Iterator[BackupNote]:
    yield from points[-1:]
    yield from (note for note in points if now - note.created < RESTORE_POINT_KEPT)


def _firsts(
    usual: Sequence[BackupNote], period_of: Callable[[datetime], Hashable], count: int
) -> list[BackupNote]:
    """Return the first of each of the last periods that have one."""
    firsts: dict[Hashable, BackupNote] = {}
    for note in usual:
        firsts.setdefault(period_of(note.created), note)
    return list(firsts.values())[-count:]

"""The timetable: which job is rung for when."""

from datetime import time, timedelta

from domain.recurrence import DailyAt, Every, Fold, Gap
from domain.timetable import Entry, Missed, Overlap

RECOVER_EVERY = timedelta(seconds=5)
SWEEP_EVERY = timedelta(seconds=300)
COPY_EVERY = timedelta(minutes=5)  # a bucket that was away is tried again so soon
EXPIRE_EVERY = timedelta(minutes=1)
DRILL_EVERY = timedelta(days=7)  # in the night to Thursday, UTC: after the day's work in Texas
# When few dig and nobody writes; in the night in which the hour from two is missing, at three.
BACKUP_AT = DailyAt(time(2, 0), "America/Chicago", gap=Gap.NEXT, fold=Fold.FIRST)
RETENTION_AT = DailyAt(time(3, 10), "America/Chicago", gap=Gap.NEXT, fold=Fold.FIRST)
CHECK_AT = DailyAt(time(2, 30), "America/Chicago", gap=Gap.NEXT, fold=Fold.FIRST)

TIMETABLE: tuple[Entry, ...] = (
    Entry("recover_work", Every(RECOVER_EVERY)),
    Entry("expire_sessions", Every(EXPIRE_EVERY)),
    Entry("recompute_timestamps", Every(SWEEP_EVERY)),
    Entry("nightly_backup", BACKUP_AT, missed=Missed.ONCE, overlap=Overlap.SKIP),
    Entry("copy_backups", Every(COPY_EVERY)),
    Entry("drill_restore", Every(DRILL_EVERY), missed=Missed.ONCE, overlap=Overlap.SKIP),
    Entry("apply_retention", RETENTION_AT, missed=Missed.ONCE, overlap=Overlap.SKIP),
    Entry("check_store", CHECK_AT, missed=Missed.ONCE, overlap=Overlap.SKIP),
)

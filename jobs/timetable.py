"""The timetable: which job is rung for when."""

from datetime import time, timedelta

from domain.recurrence import DailyAt, Every, Fold, Gap
from domain.timetable import Entry, Missed, Overlap

RECOVER_EVERY = timedelta(seconds=5)
SWEEP_EVERY = timedelta(seconds=300)
EXPIRE_EVERY = timedelta(minutes=1)
# When few dig and nobody writes; in the night in which half past two is missing, at three.
CHECK_AT = DailyAt(time(2, 30), "America/Chicago", gap=Gap.NEXT, fold=Fold.FIRST)

TIMETABLE: tuple[Entry, ...] = (
    Entry("recover_work", Every(RECOVER_EVERY)),
    Entry("expire_sessions", Every(EXPIRE_EVERY)),
    Entry("recompute_timestamps", Every(SWEEP_EVERY)),
    Entry("check_store", CHECK_AT, missed=Missed.ONCE, overlap=Overlap.SKIP),
)

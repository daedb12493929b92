"""The timetable: which job is rung for when."""

from datetime import timedelta

from domain.recurrence import Every
from domain.timetable import Entry

RECOVER_EVERY = timedelta(seconds=5)
SWEEP_EVERY = timedelta(seconds=300)
EXPIRE_EVERY = timedelta(minutes=1)

TIMETABLE: tuple[Entry, ...] = (
    Entry("recover_work", Every(RECOVER_EVERY)),
    Entry("expire_sessions", Every(EXPIRE_EVERY)),
    Entry("recompute_timestamps", Every(SWEEP_EVERY)),
)

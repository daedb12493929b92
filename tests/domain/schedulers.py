"""Entries of a schedule, and a scheduler that looks when a test says so."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from domain.recurrence import DailyAt, Every
from domain.runs import EntryState, decide
from domain.timetable import Entry

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


def nightly(**policy: Any) -> Entry:
    return Entry("backup", DailyAt(time(2), "America/Chicago"), **policy)


def hourly(**policy: Any) -> Entry:
    return Entry("sweep", Every(HOUR), **policy)


FIVE_SECONDS = Entry("recover", Every(timedelta(seconds=5)))


class Scheduler:
    """One that looks when a test says so, and finishes runs at once unless told not to."""

    def __init__(self, entry: Entry, since: datetime = NOON, *, finishes: bool = True) -> None:
        self.entry = entry
        self.progress: EntryState | None = None
        self.rung: list[datetime] = []
        self.finishes = finishes
        self.look(since)

    def look(self, now: datetime) -> list[datetime]:
        """Look once; return what was rung for."""
        decision = decide(self.entry, self.progress, now)
        self.progress = decision.progress
        rung = [decision.ring] if decision.ring else []
        self.rung += rung
        if self.finishes:
            self.finish(now)
        return rung

    def look_until_quiet(self, now: datetime) -> list[datetime]:
        """Look again and again at the same moment, until nothing is rung for."""
        found: list[datetime] = []
        while more := self.look(now):
            found += more
        return found

    def finish(self, now: datetime) -> None:
        """Let the runs that are under way come to their end."""
        assert self.progress
        for run in self.progress.unfinished:
            ended = run.ended(succeeded=True, said="done: ", now=now)
            self.progress = self.progress.with_run(ended)

    @property
    def missed(self) -> int:
        assert self.progress
        return self.progress.missed

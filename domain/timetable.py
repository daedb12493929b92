"""An entry of the schedule: which job, when, and what if it could not be rung for in time.

A dated entry has a run for each instant, under an id that names it: `backup:20261125T0800Z`. Who
has run it is remembered, so it is run once, whoever rings. An entry of a short period has no
such memory: its job is there to be run again soon.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from domain.recurrence import DailyAt, Recurrence

# From this period on a write to the disk for each run is worth what it remembers.
DATED_FROM = timedelta(minutes=10)
MINUTE = timedelta(minutes=1)
STAMP = "%Y%m%dT%H%MZ"
DATED_ID = re.compile(r"([a-z0-9_]+):([0-9]{8}T[0-9]{4}Z)", re.ASCII)


class Missed(StrEnum):
    """What becomes of the runs that were due while nobody could ring.

    `ONCE`: one run stands for all of them. `ALL`: each is made up, the earliest first, as many
    of the latest as the entry says.
    """

    SKIP = "skip"
    ONCE = "once"
    ALL = "all"


class Overlap(StrEnum):
    """What becomes of a run that is due while the one before is queued or runs.

    `QUEUE_ONE`: it is queued behind the one that runs, if none is queued already.
    """

    SKIP = "skip"
    QUEUE_ONE = "queue one"


@dataclass(frozen=True, slots=True)
class Entry:
    """A job by its name, and when it is rung for.

    A run that is later than `late_max` is a missed one. `missed_max` is how many `Missed.ALL`
    makes up. The job of a dated entry takes the instant as its `due_at`.
    """

    job: str
    when: Recurrence
    missed: Missed = Missed.ONCE
    overlap: Overlap = Overlap.SKIP
    missed_max: int = 7
    late_max: timedelta = MINUTE

    def __post_init__(self) -> None:
        if self.missed_max < 1:
            raise ValueError("to make up less than one run is to skip")
        if not self.is_dated:
            if self.missed is Missed.ALL or self.overlap is Overlap.QUEUE_ONE:
                problem = f"{self.job} has too short a period to remember each of its runs"
                raise ValueError(problem)
        elif not isinstance(self.when, DailyAt) and self.when.period % MINUTE:
            problem = f"{self.job} has a date in whole minutes, and a period that is not"
            raise ValueError(problem)

    @property
    def is_dated(self) -> bool:
        return isinstance(self.when, DailyAt) or self.when.period >= DATED_FROM

    def job_id(self, due_at: datetime) -> str:
        """Return the id of the run that is due at this instant."""
        return f"{self.job}:{stamp(due_at)}"


def stamp(due_at: datetime) -> str:
    """Return an instant as it stands in the id of a dated run."""
    return f"{due_at.astimezone(UTC):{STAMP}}"


def dated_run(job_id: str) -> tuple[str, datetime] | None:
    """Return the job and the instant that an id names; None if it is not that of a dated run."""
    match = DATED_ID.fullmatch(job_id)
    if match is None:
        return None
    try:
        return match[1], datetime.strptime(match[2], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None

"""The telemetry: what is seen of the work while it is done, kept small, for people to look at.

It is news and no record. It may be removed at any time, a full disk loses it first, and nobody
who accepts or does work waits for it: what is asked and told here has threads of its own.
"""

import os
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from storage import attempts, attempts_asked, process_board, series
from storage.attempt_rows import AttemptRow, row_of
from storage.attempts_asked import JOB_ATTEMPTS_MAX, AttemptQuery, Ended
from storage.failures import unreadable
from storage.layout import Layout
from storage.telemetry_file import TelemetryFile, Work
from storage.telemetry_records import (
    AttemptEnding,
    AttemptRecord,
    Mark,
    ProcessRecord,
    Window,
)
from storage.telemetry_texts import sound
from storage.telemetry_times import ms_of
from storage.threads import in_telemetry_thread

BYTES_MAX = 256 * 1_048_576
FORGOTTEN_AT_ONCE = 2_000
PRUNED_EVERY = 2_000  # attempts or samples; more often, it costs as much as to write them

__all__ = [
    "AttemptEnding",
    "AttemptRecord",
    "Ended",
    "Mark",
    "ProcessRecord",
    "Telemetry",
    "Window",
]


class Telemetry:
    """Writes down what is seen, and answers what is asked about it.

    Every method raises UnavailableError if the disk fails, NewerFormatError if a newer release
    has made the file, NotFoundError if there is no data directory. The file is opened by the
    first call. Those whose names end in `_now` block.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._file = TelemetryFile(layout)
        self._written = 0
        self.record_attempts = in_telemetry_thread(self.record_attempts_now)
        self.tell_process = in_telemetry_thread(self.tell_process_now)
        self.note_end = in_telemetry_thread(self.note_end_now)
        self.note_silent = in_telemetry_thread(self._note_silent)
        self.mark = in_telemetry_thread(self.mark_now)
        self.marks = in_telemetry_thread(self._marks)
        self.sample = in_telemetry_thread(self._sample)
        self.window = in_telemetry_thread(self._window)
        self.latest = in_telemetry_thread(self._latest)
        self.attempts = in_telemetry_thread(self._attempts)
        self.job = in_telemetry_thread(self._job)
        self.count_of_job = in_telemetry_thread(self._count_of_job)
        self.retrying = in_telemetry_thread(self._retrying)
        self.tallies = in_telemetry_thread(self._tallies)
        self.ended_after = in_telemetry_thread(self._ended_after)
        self.processes = in_telemetry_thread(self._processes)
        self.disk_used_percent = in_telemetry_thread(self._disk_used_percent)

    @property
    def path(self) -> Path:
        """Where the file is, or will be."""
        return self._file.path

    @property
    def sampler_lock(self) -> Path:
        """The lock of the one process that samples."""
        return self._layout.locks / "sampler.lock"

    def record_attempts_now(
        self, records: Sequence[AttemptRecord], *, passing: Collection[str] = ()
    ) -> None:
        """Write attempts down as they begin and as they end, each by its token, in any order.

        An attempt that found nothing to do, of one of the kinds that are `passing`, is counted and
        not kept. A later attempt at a job shows that an earlier one that has not ended was lost.
        """
        logs = {one.token: one.logs for one in records if one.logs}
        self.record_rows_now([row_of(one) for one in records], logs, passing=passing)

    def record_rows_now(
        self,
        rows: Sequence[AttemptRow],
        logs: Mapping[int, Sequence[str]],
        *,
        passing: Collection[str] = (),
    ) -> None:
        """Write down attempts that are rows already, and the lines of their logs, by token.

        What is no character in a text of theirs becomes a question mark.
        """
        if not rows:
            return
        newest_ms = max(one.ended_ms or one.started_ms for one in rows)
        logs = {token: [sound(line) for line in lines] for token, lines in logs.items()}

        def write(rows: Sequence[AttemptRow]) -> None:
            self._write(
                lambda connection: attempts.record(connection, rows, logs, passing),
                len(rows),
                newest_ms,
            )

        try:
            write(rows)
        except UnicodeEncodeError:  # so seldom that not every text is looked at for it
            write([_sound(one) for one in rows])

    def tell_process_now(self, record: ProcessRecord) -> None:
        """Note what a process tells of itself."""
        self._file.write(lambda connection: process_board.tell(connection, record))

    def note_end_now(self, process_id: str, at: datetime, ended_by: str) -> None:
        """Note how a process has ended; the attempts whose `worker` it was are lost at that time."""
        self._file.write(
            lambda connection: process_board.note_end(connection, process_id, at, ended_by)
        )

    def mark_now(self, mark: Mark) -> None:
        """Keep a mark for the plots."""
        self._file.write(lambda connection: process_board.mark(connection, mark))

    def close_now(self) -> None:
        """Let go of the file; it is opened again by whoever needs it next."""
        self._file.close()

    def _note_silent(
        self, since: datetime, now: datetime, ended_by: str, *, living: Collection[str] = ()
    ) -> list[str]:
        """Note an end of each process that has told nothing since then; return their ids.

        Those that are `living` are proved to live, and stand still.
        """

        def note(connection: sqlite3.Connection) -> list[str]:
            found = [
                one for one in process_board.silent(connection, since) if one not in living
            ]
            for process_id in found:
                process_board.note_end(connection, process_id, now, ended_by)
            return found

        return self._file.write(note)

    def _marks(self, since: datetime, until: datetime) -> list[Mark]:
        """Return the marks from then until then, the earliest first."""
        return self._file.read(lambda connection: process_board.marks(connection, since, until))

    def _sample(self, at: datetime, values: Mapping[str, float]) -> None:
        """Keep one second's values; one that is not finite is left out."""
        self._write(lambda connection: series.sample(connection, at, values), 1, ms_of(at))

    def _window(self, since: datetime, until: datetime, points_max: int = 240) -> Window:
        """Return all series from then until then in at most `points_max` steps, and the marks.

        Where a step holds many samples, a rate (`..._per_s`) is their mean, and anything else
        the highest of them.
        """

        def look(connection: sqlite3.Connection) -> Window:
            found = series.window(connection, since, until, points_max)
            return replace(found, marks=process_board.marks(connection, since, until))

        return self._file.read(look)

    def _latest(self) -> tuple[datetime, Mapping[str, float]] | None:
        """Return the last sample, None if there is none."""
        return self._file.read(series.latest)

    def _attempts(  # noqa: PLR0913 - each is one thing to ask for
        self,
        *,
        kind: str | None = None,
        lane: str | None = None,
        ending: AttemptEnding | None = None,
        about: str | None = None,
        is_running: bool | None = None,
        job_id: str | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[AttemptRecord]:
        """Return the attempts asked for, the newest first, without the lines of their logs.

        `before` is the token of the last one on the page before.
        """
        query = AttemptQuery(kind, lane, ending, about, is_running, job_id, before, limit)
        return self._file.read(lambda connection: attempts_asked.find(connection, query))

    def _job(
        self, job_id: str, *, before: int | None = None, limit: int = JOB_ATTEMPTS_MAX
    ) -> list[AttemptRecord]:
        """Return the last attempts at a job with the lines of their logs, the oldest first.

        500 at most; `before` is a token: those that were made before it.
        """
        return self._file.read(
            lambda connection: attempts_asked.of_job(
                connection, job_id, before=before, limit=limit
            )
        )

    def _count_of_job(self, job_id: str) -> int:
        """Return how many attempts at a job are kept."""
        return self._file.read(
            lambda connection: attempts_asked.count_of_job(connection, job_id)
        )

    def _retrying(self, now: datetime) -> Mapping[str, int]:
        """Return for each lane how many jobs failed last and will be tried again after `now`."""
        return self._file.read(lambda connection: attempts_asked.retrying(connection, now))

    def _tallies(
        self, since: datetime, until: datetime, step: timedelta
    ) -> Mapping[tuple[str, AttemptEnding], Sequence[int]]:
        """Return by kind and ending how many attempts ended, step by step from `since` on.

        Attempts that are not kept count as well. They are counted by the minute in which they
        ended, for 30 days; a minute belongs to the step that it begins in. Raises RejectedError
        for no step, or more than 10,000.
        """
        return self._file.read(
            lambda connection: attempts_asked.tallies(connection, since, until, step)
        )

    def _ended_after(self, place: int | None) -> tuple[int, list[Ended]]:
        """Return what was told to have ended after this place, and the place to go on from.

        None begins with what is told from now on.
        """
        return self._file.read(lambda connection: attempts_asked.ended_after(connection, place))

    def _processes(self, *, ended_since: datetime | None = None) -> list[ProcessRecord]:
        """Return the processes that live, and those that ended since then."""
        return self._file.read(
            lambda connection: process_board.processes(connection, ended_since)
        )

    def _disk_used_percent(self) -> float:
        """Return how full the volume is, as the service may fill it."""
        with unreadable(self._layout.root):
            volume = os.statvfs(self._layout.root)
        used = volume.f_blocks - volume.f_bfree
        return 100 * used / max(1, used + volume.f_bavail)

    def _write(self, work: Work[None], count: int, now_ms: int) -> None:
        """Do this, and now and then forget what is beyond what is kept."""
        self._written += count
        is_due = self._written >= PRUNED_EVERY

        def write(connection: sqlite3.Connection) -> None:
            work(connection)
            if is_due:
                attempts.prune(connection, now_ms)
                _keep_small(connection)

        self._file.write(write)
        if is_due:
            self._written = 0


def _sound(one: AttemptRow) -> AttemptRow:
    return AttemptRow._make(sound(value) if isinstance(value, str) else value for value in one)


def _keep_small(connection: sqlite3.Connection) -> None:
    """Forget the oldest attempts while they are too large, the lines of their logs first."""
    while _bytes_used(connection) > BYTES_MAX:
        (last,) = connection.execute(
            "SELECT max(token) FROM (SELECT token FROM attempt_logs ORDER BY token LIMIT ?)",
            (FORGOTTEN_AT_ONCE,),
        ).fetchone()
        if last is not None:
            connection.execute("DELETE FROM attempt_logs WHERE token <= ?", (last,))
        elif not attempts.forget_oldest(connection, FORGOTTEN_AT_ONCE):
            return


def _bytes_used(connection: sqlite3.Connection) -> int:
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    return int(size * (pages - free))

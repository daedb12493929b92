"""Attempts at jobs as the telemetry keeps them: how they are written down, and kept few.

What is asked about them is in `storage/attempts_asked.py`.
"""

import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from storage.telemetry_records import AttemptEnding, AttemptRecord
from storage.telemetry_times import ms_of, ms_or_none

ATTEMPTS_MAX = 100_000
ENDINGS_MAX = 20_000  # who samples comes every second
TALLY_DAYS_MAX = 30
TALLY_ROWS_MAX = 320_000  # seven kinds that end in one way each minute, for 30 days
WORDS_CHARACTERS_MAX = 2_000
LOG_CHARACTERS_MAX = 16_000  # of one attempt, before they are deflated
MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
PLAIN_BYTES_MAX = 1_000  # below, to deflate takes longer than it spares
CHUNK = 500  # rows that are asked for in one statement

COLUMNS = (
    *("token", "job_id", "kind", "lane", "number", "worker"),
    *("enqueued_ms", "due_ms", "started_ms", "ended_ms", "ending", "said", "error"),
    *(
        "fingerprint",
        "retry_ms",
        "lost_workers",
        "about",
        "arguments",
        "request_id",
        "trace_id",
    ),
)
# An attempt that has ended is not begun again, in whatever order the two are told.
UPSERT = f"""
INSERT INTO attempts ({", ".join(COLUMNS)}, is_open)
VALUES ({", ".join("?" * (len(COLUMNS) + 1))})
ON CONFLICT (token) DO UPDATE SET
{", ".join(f"{name} = excluded.{name}" for name in (*COLUMNS[1:], "is_open"))}
WHERE excluded.ended_ms IS NOT NULL OR attempts.ended_ms IS NULL
"""  # noqa: S608 - of the names above
COUNT = """
INSERT INTO tallies (length_ms, at_ms, kind, ending, count) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (length_ms, at_ms, kind, ending) DO UPDATE SET count = count + excluded.count
"""
TELL = """
INSERT INTO endings (at_ms, lane, ending, error, wait_ms, run_ms) VALUES (?, ?, ?, ?, ?, ?)
"""
Named = TypeVar("Named")

# The next attempt is still to come.
STAYS_OPEN = {AttemptEnding.RETRY, AttemptEnding.LOST}


class _Told(NamedTuple):
    """One thing that ended, or, without an ending, one that was lost and has begun again."""

    at_ms: int
    lane: str
    ending: AttemptEnding | None
    error: str | None = None
    wait_ms: int = 0
    run_ms: int = 0


@dataclass(slots=True)
class _News:
    """What a batch of attempts tells: what ended, which earlier ones are over, which were lost."""

    tallied: Counter[tuple[int, str, AttemptEnding]] = field(default_factory=Counter)
    told: list[_Told] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    lost: list[tuple[int, int]] = field(default_factory=list)  # when, and the token

    def ended(self, one: AttemptRecord, ending: AttemptEnding, at: datetime) -> None:
        started_ms, ended_ms = ms_of(one.started_at), ms_of(at)
        wait_ms = max(0, started_ms - ms_of(one.due_at))
        run_ms = max(0, ended_ms - started_ms)
        self.tallied[ended_ms, one.kind, ending] += 1
        self.told.append(_Told(ended_ms, one.lane, ending, one.error, wait_ms, run_ms))

    def over(self, token: int, ending: AttemptEnding | None, later: AttemptRecord) -> None:
        """Note that a later attempt at the same job has begun.

        One that still seemed to run is lost: no two attempts at a job run at a time.
        """
        begun_ms = ms_of(later.started_at)
        self.closed.append(token)
        if ending is None:
            self.lost.append((begun_ms, token))
            self.tallied[begun_ms, later.kind, AttemptEnding.LOST] += 1
            self.told.append(_Told(begun_ms, later.lane, AttemptEnding.LOST))
        if ending in {None, AttemptEnding.LOST}:
            self.told.append(_Told(begun_ms, later.lane, None))


def record(
    connection: sqlite3.Connection,
    records: Sequence[AttemptRecord],
    passing: Collection[str] = (),
) -> None:
    """Write attempts down, by their tokens.

    Those that found nothing to do, of the kinds that are `passing`, are only counted.
    """
    news = _news_of(connection, records)
    kept = [one for one in records if not _is_passing(one, passing)]
    left_out = [(one.token,) for one in records if _is_passing(one, passing)]
    connection.executemany("DELETE FROM attempts WHERE token = ?", left_out)
    connection.executemany(UPSERT, map(_row, kept))
    connection.executemany(
        "INSERT OR REPLACE INTO attempt_logs VALUES (?, ?)",
        [(one.token, written(one.logs)) for one in kept if one.logs],
    )
    _note_lost(connection, news.lost)
    connection.executemany(
        "UPDATE attempts SET is_open = 0 WHERE token = ?", [(token,) for token in news.closed]
    )
    _count(connection, news.tallied)
    connection.executemany(TELL, news.told)


def lose(connection: sqlite3.Connection, worker: str, at_ms: int) -> int:
    """Note that the unfinished attempts of a worker were lost; return how many."""
    lost = connection.execute(
        "SELECT token, kind, lane FROM attempts INDEXED BY attempts_open"
        " WHERE is_open = 1 AND ended_ms IS NULL AND worker = ?",
        (worker,),
    ).fetchall()
    _note_lost(connection, [(at_ms, token) for token, _kind, _lane in lost])
    _count(
        connection, Counter((at_ms, kind, AttemptEnding.LOST) for _token, kind, _lane in lost)
    )
    told = [_Told(at_ms, lane, AttemptEnding.LOST) for _token, _kind, lane in lost]
    connection.executemany(TELL, told)
    return len(lost)


def prune(connection: sqlite3.Connection, now_ms: int) -> None:
    """Forget the oldest beyond what is kept."""
    (kept,) = connection.execute("SELECT count(*) FROM attempts").fetchone()
    if kept > ATTEMPTS_MAX:
        forget_oldest(connection, kept - ATTEMPTS_MAX)
    connection.execute(
        "DELETE FROM endings WHERE place <= (SELECT max(place) FROM endings) - ?",
        (ENDINGS_MAX,),
    )
    oldest_ms = now_ms - TALLY_DAYS_MAX * DAY_MS
    for length_ms in (MINUTE_MS, HOUR_MS):
        connection.execute(
            "DELETE FROM tallies WHERE length_ms = ? AND at_ms < ?", (length_ms, oldest_ms)
        )
    (kept,) = connection.execute("SELECT count(*) FROM tallies").fetchone()
    if kept > TALLY_ROWS_MAX:  # the minutes come first
        connection.execute(
            "DELETE FROM tallies WHERE (length_ms, at_ms) <= (SELECT length_ms, at_ms"
            " FROM tallies ORDER BY length_ms, at_ms LIMIT 1 OFFSET ?)",
            (kept - TALLY_ROWS_MAX - 1,),
        )


def forget_oldest(connection: sqlite3.Connection, count: int) -> bool:
    """Forget so many attempts, and the lines of their logs. Were there any?"""
    (last,) = connection.execute(
        "SELECT max(token) FROM (SELECT token FROM attempts ORDER BY token LIMIT ?)", (count,)
    ).fetchone()
    connection.execute("DELETE FROM attempts WHERE token <= ?", (last,))
    connection.execute("DELETE FROM attempt_logs WHERE token <= ?", (last,))
    return last is not None


def _news_of(connection: sqlite3.Connection, records: Sequence[AttemptRecord]) -> _News:
    news = _News()
    known = _known_endings(connection, [one.token for one in records])
    open_by_job = _open_by_job(connection, {one.job_id for one in records})
    for one in sorted(records, key=lambda one: one.token):
        is_open = open_by_job.setdefault(one.job_id, {})
        for token in [token for token in is_open if token < one.token]:
            news.over(token, is_open.pop(token), one)
        before = known.get(one.token)
        if one.ending and one.ended_at:
            if before in {None, AttemptEnding.LOST}:
                news.ended(one, one.ending, one.ended_at)
            known[one.token] = before = one.ending
        if before is None or before in STAYS_OPEN:
            is_open[one.token] = before
    return news


def _known_endings(
    connection: sqlite3.Connection, tokens: Sequence[int]
) -> dict[int, AttemptEnding]:
    """Return how those have ended that are known to have ended."""
    known: dict[int, AttemptEnding] = {}
    for some in _chunks(tokens):
        known |= connection.execute(
            f"SELECT token, ending FROM attempts WHERE token IN ({', '.join('?' * len(some))})"  # noqa: S608 - question marks
            " AND ending IS NOT NULL",
            some,
        )
    return known


def _open_by_job(
    connection: sqlite3.Connection, job_ids: Collection[str]
) -> dict[str, dict[int, AttemptEnding | None]]:
    """Return the attempts at these jobs that are not over, by token, and how they have ended."""
    found: dict[str, dict[int, AttemptEnding | None]] = {}
    for some in _chunks(list(job_ids)):
        for job_id, token, ending in connection.execute(
            "SELECT job_id, token, ending FROM attempts INDEXED BY attempts_open"  # noqa: S608 - question marks
            f" WHERE is_open = 1 AND job_id IN ({', '.join('?' * len(some))})",
            some,
        ):
            found.setdefault(job_id, {})[token] = ending
    return found


def _chunks(each: Sequence[Named]) -> Iterator[Sequence[Named]]:
    """Yield them in parts that one statement can name."""
    for start in range(0, len(each), CHUNK):
        yield each[start : start + CHUNK]


def _note_lost(connection: sqlite3.Connection, lost: Iterable[tuple[int, int]]) -> None:
    connection.executemany(
        f"UPDATE attempts SET ending = '{AttemptEnding.LOST}', ended_ms = max(?, started_ms)"  # noqa: S608 - a word of ours
        " WHERE token = ?",
        lost,
    )


def _count(
    connection: sqlite3.Connection, tallied: Counter[tuple[int, str, AttemptEnding]]
) -> None:
    steps: Counter[tuple[int, int, str, AttemptEnding]] = Counter()
    for (at_ms, kind, ending), count in tallied.items():
        for length_ms in (MINUTE_MS, HOUR_MS):
            steps[length_ms, at_ms - at_ms % length_ms, kind, ending] += count
    connection.executemany(COUNT, [(*which, count) for which, count in steps.items()])


def _is_passing(one: AttemptRecord, passing: Collection[str]) -> bool:
    return one.ending == AttemptEnding.NOTHING_TO_DO and one.kind in passing


def _row(one: AttemptRecord) -> tuple[Any, ...]:
    return (
        *(one.token, one.job_id, one.kind, one.lane, one.number, one.worker),
        *(ms_or_none(one.enqueued_at), ms_of(one.due_at), ms_of(one.started_at)),
        *(ms_or_none(one.ended_at), one.ending, one.said[:WORDS_CHARACTERS_MAX], one.error),
        *(one.fingerprint, ms_or_none(one.retry_at), one.lost_workers, one.about),
        *(one.arguments[:WORDS_CHARACTERS_MAX], one.request_id, one.trace_id),
        one.ending is None or one.ending in STAYS_OPEN,
    )


def written(lines: Sequence[str]) -> bytes:
    """Return the last lines as they are kept, as many as may be: JSON, deflated if it is long."""
    kept: list[str] = []
    room = LOG_CHARACTERS_MAX
    for line in reversed(lines):
        room -= len(line)
        if room < 0:
            break
        kept.append(line)
    text = json.dumps(kept[::-1]).encode()
    return zlib.compress(text, level=1) if len(text) > PLAIN_BYTES_MAX else text


def lines_of(text: bytes | None) -> tuple[str, ...]:
    """Return the lines that were written so. Raises ValueError, TypeError and zlib.error."""
    if text is None:
        return ()
    return tuple(json.loads(text if text.startswith(b"[") else zlib.decompress(text)))

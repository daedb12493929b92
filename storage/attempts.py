"""Attempts at jobs as the telemetry keeps them: how they are written down, and kept few.

What is asked about them is in `storage/attempts_asked.py`.
"""

import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple, TypeVar

from storage.attempt_rows import AttemptRow, Insertion, is_open
from storage.telemetry_records import AttemptEnding

ATTEMPTS_MAX = 100_000
ENDINGS_MAX = 20_000  # who samples comes every second
TALLY_DAYS_MAX = 30
TALLY_ROWS_MAX = 320_000  # seven kinds that end in one way each minute, for 30 days
LOG_CHARACTERS_MAX = 16_000  # of one attempt, before they are deflated
MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
PLAIN_BYTES_MAX = 1_000  # below, to deflate takes longer than it spares
CHUNK = 500  # rows that are asked for in one statement
LOST, NOTHING_TO_DO = AttemptEnding.LOST.value, AttemptEnding.NOTHING_TO_DO.value

# An attempt that has ended is not begun again, in whatever order the two are told.
ATTEMPTS = Insertion(
    "attempts",
    AttemptRow._fields,
    f"""ON CONFLICT (token) DO UPDATE SET
    {", ".join(f"{name} = excluded.{name}" for name in AttemptRow._fields[1:])}
    WHERE excluded.ended_ms IS NOT NULL OR attempts.ended_ms IS NULL""",
)
ENDINGS = Insertion("endings", ("at_ms", "lane", "ending", "error", "wait_ms", "run_ms"))
COUNT = """
INSERT INTO tallies (length_ms, at_ms, kind, ending, count) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (length_ms, at_ms, kind, ending) DO UPDATE SET count = count + excluded.count
"""
Named = TypeVar("Named")


class _Told(NamedTuple):
    """One thing that ended, or, without an ending, one that was lost and has begun again."""

    at_ms: int
    lane: str
    ending: str | None
    error: str | None = None
    wait_ms: int = 0
    run_ms: int = 0


@dataclass(slots=True)
class _News:
    """What a batch of attempts tells: what ended, which earlier ones are over, which were lost."""

    tallied: Counter[tuple[int, str, str]] = field(default_factory=Counter)  # by the minute
    told: list[_Told] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    lost: list[tuple[int, int]] = field(default_factory=list)  # when, and the token

    def ended(self, one: AttemptRow, ending: str, ended_ms: int) -> None:
        wait_ms = max(0, one.started_ms - one.due_ms)
        run_ms = max(0, ended_ms - one.started_ms)
        self.tallied[_minute(ended_ms), one.kind, ending] += 1
        self.told.append(_Told(ended_ms, one.lane, ending, one.error, wait_ms, run_ms))

    def over(self, token: int, ending: str | None, later: AttemptRow) -> None:
        """Note that a later attempt at the same job has begun.

        One that still seemed to run is lost: no two attempts at a job run at a time.
        """
        begun_ms = later.started_ms
        self.closed.append(token)
        if ending is None:
            self.lost.append((begun_ms, token))
            self.tallied[_minute(begun_ms), later.kind, LOST] += 1
            self.told.append(_Told(begun_ms, later.lane, LOST))
        if ending is None or ending == LOST:
            self.told.append(_Told(begun_ms, later.lane, None))


def record(
    connection: sqlite3.Connection,
    rows: Sequence[AttemptRow],
    logs: Mapping[int, Sequence[str]],
    passing: Collection[str] = (),
) -> None:
    """Write attempts down, by their tokens, and the lines of their logs, which are given by token.

    Those that found nothing to do, of the kinds that are `passing`, are only counted.
    """
    news = _news_of(connection, rows)
    left_out = {one.token for one in rows if _is_passing(one, passing)}
    connection.executemany("DELETE FROM attempts WHERE token = ?", zip(left_out, strict=True))
    ATTEMPTS.insert(connection, [one for one in rows if one.token not in left_out])
    connection.executemany(
        "INSERT OR REPLACE INTO attempt_logs VALUES (?, ?)",
        [(token, written(lines)) for token, lines in logs.items() if token not in left_out],
    )
    _note_lost(connection, news.lost)
    connection.executemany(
        "UPDATE attempts SET is_open = 0 WHERE token = ?", [(token,) for token in news.closed]
    )
    _count(connection, news.tallied)
    ENDINGS.insert(connection, news.told)


def lose(connection: sqlite3.Connection, worker: str, at_ms: int) -> int:
    """Note that the unfinished attempts of a worker were lost; return how many."""
    lost = connection.execute(
        "SELECT token, kind, lane FROM attempts INDEXED BY attempts_open"
        " WHERE is_open = 1 AND ended_ms IS NULL AND worker = ?",
        (worker,),
    ).fetchall()
    _note_lost(connection, [(at_ms, token) for token, _kind, _lane in lost])
    _count(connection, Counter((_minute(at_ms), kind, LOST) for _token, kind, _lane in lost))
    ENDINGS.insert(connection, [_Told(at_ms, lane, LOST) for _token, _kind, lane in lost])
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


def _news_of(connection: sqlite3.Connection, rows: Sequence[AttemptRow]) -> _News:
    news = _News()
    known = _known_endings(connection, [one.token for one in rows])
    open_by_job = _open_by_job(connection, {one.job_id for one in rows})
    for one in sorted(rows, key=attrgetter("token")):
        if earlier := open_by_job.get(one.job_id):
            for token in [token for token in earlier if token < one.token]:
                news.over(token, earlier.pop(token), one)
        before = known.get(one.token)
        if one.ending and one.ended_ms is not None:
            if before is None or before == LOST:
                news.ended(one, one.ending, one.ended_ms)
            known[one.token] = before = one.ending
        if is_open(before):
            open_by_job.setdefault(one.job_id, {})[one.token] = before
    return news


def _known_endings(connection: sqlite3.Connection, tokens: Sequence[int]) -> dict[int, str]:
    """Return how those have ended that are known to have ended."""
    known: dict[int, str] = {}
    for some in _chunks(tokens):
        known |= connection.execute(
            f"SELECT token, ending FROM attempts WHERE token IN ({', '.join('?' * len(some))})"  # noqa: S608 - question marks
            " AND ending IS NOT NULL",
            some,
        )
    return known


def _open_by_job(
    connection: sqlite3.Connection, job_ids: Collection[str]
) -> dict[str, dict[int, str | None]]:
    """Return the attempts at these jobs that are not over, by token, and how they have ended."""
    found: dict[str, dict[int, str | None]] = {}
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
        f"UPDATE attempts SET ending = '{LOST}', ended_ms = max(?, started_ms)"  # noqa: S608 - a word of ours
        " WHERE token = ?",
        lost,
    )


def _count(connection: sqlite3.Connection, tallied: Mapping[tuple[int, str, str], int]) -> None:
    steps: Counter[tuple[int, int, str, str]] = Counter()
    for (at_ms, kind, ending), count in tallied.items():
        steps[MINUTE_MS, at_ms, kind, ending] += count
        steps[HOUR_MS, at_ms - at_ms % HOUR_MS, kind, ending] += count
    connection.executemany(COUNT, [(*which, count) for which, count in steps.items()])


def _minute(at_ms: int) -> int:
    return at_ms - at_ms % MINUTE_MS


def _is_passing(one: AttemptRow, passing: Collection[str]) -> bool:
    return one.ending == NOTHING_TO_DO and one.kind in passing


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

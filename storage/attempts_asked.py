"""What is asked about the attempts that the telemetry keeps; each answer is found by an index."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from domain.errors import RejectedError
from storage.attempt_rows import COLUMNS
from storage.attempts import HOUR_MS, MINUTE_MS, lines_of
from storage.telemetry_records import AttemptEnding, AttemptRecord
from storage.telemetry_times import MILLISECOND, moment_of, moment_or_none, ms_of
from storage.telemetry_trouble import readable

PAGE_MAX = 500
JOB_ATTEMPTS_MAX = 500
TALLY_STEPS_MAX = 10_000
NO_TOKEN = 2**63 - 1  # greater than any that is given out
SELECTED = ", ".join(COLUMNS)


@dataclass(frozen=True, slots=True)
class AttemptQuery:
    """Which attempts are asked for; None asks for all. `before` is the token of the last seen."""

    kind: str | None = None
    lane: str | None = None
    ending: AttemptEnding | None = None
    about: str | None = None
    is_running: bool | None = None
    job_id: str | None = None
    before: int | None = None
    limit: int = 50


class Ended(NamedTuple):
    """What ended lately. Without an `ending`: what was lost, and has begun again."""

    at: datetime
    lane: str
    ending: AttemptEnding | None
    error: str | None
    wait_ms: int
    run_ms: int


def find(connection: sqlite3.Connection, query: AttemptQuery) -> list[AttemptRecord]:
    """Return a page of attempts without their logs, the newest first."""
    limit = max(1, min(query.limit, PAGE_MAX))
    asked = [query]
    if _way(query) == BY_KIND:
        # The index tells of one kind in one lane after the other.
        asked = [
            replace(query, kind=kind, lane=lane)
            for kind, lane in _pairs(connection)
            if query.kind in {None, kind} and query.lane in {None, lane}
        ]
    tokens = [token for one in asked for token in _tokens(connection, one, limit)]
    newest = sorted(tokens, reverse=True)[:limit]
    rows = connection.execute(
        f"SELECT {SELECTED} FROM attempts WHERE token IN ({', '.join('?' * len(newest))})"  # noqa: S608 - question marks
        " ORDER BY token DESC",
        newest,
    )
    return list(readable(_record, rows))


def _tokens(connection: sqlite3.Connection, query: AttemptQuery, limit: int) -> list[int]:
    """Return the tokens of a page, the newest first, as far as one index tells of them."""
    wanted = {
        "kind = ?": query.kind,
        "lane = ?": query.lane,
        "ending = ?": query.ending,
        "about = ?": query.about,
        "job_id = ?": query.job_id,
        "token < ?": NO_TOKEN if query.before is None else query.before,
    }
    terms = [term for term, value in wanted.items() if value is not None]
    values = [value for value in wanted.values() if value is not None]
    if query.is_running is not None:
        terms.append("ending IS NULL" if query.is_running else "ending IS NOT NULL")
    way = _way(query)
    rows = connection.execute(
        f"SELECT token FROM attempts {way} {' AND '.join(terms)} ORDER BY token DESC LIMIT ?",  # noqa: S608 - of the terms above
        (*values, limit),
    )
    return [token for (token,) in rows]


def _way(query: AttemptQuery) -> str:
    """Return the index by which the fewest are looked at."""
    if query.is_running:
        return "INDEXED BY attempts_open WHERE is_open = 1 AND"
    if query.job_id is not None:
        return "INDEXED BY attempts_by_job WHERE"
    if query.about is not None:
        return "INDEXED BY attempts_by_subject WHERE"
    if query.ending not in {None, AttemptEnding.DONE}:
        return "INDEXED BY attempts_by_ending WHERE ending <> 'done' AND"
    return BY_KIND if query.kind or query.lane else "NOT INDEXED WHERE"  # by the token itself


BY_KIND = "INDEXED BY attempts_by_kind WHERE"


def _pairs(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Yield each kind with each lane that it was in: two steps in the index for each."""
    kind, lane = "", ""
    while True:
        found = connection.execute(NEXT_LANE, (kind, lane)).fetchone()
        found = found or connection.execute(NEXT_KIND, (kind,)).fetchone()
        if found is None:
            return
        kind, lane = found
        yield kind, lane


NEXT_LANE, NEXT_KIND = (
    f"SELECT kind, lane FROM attempts {BY_KIND} {term} ORDER BY kind, lane LIMIT 1"  # noqa: S608 - of the terms here
    for term in ("kind = ? AND lane > ?", "kind > ?")
)


def of_job(
    connection: sqlite3.Connection, job_id: str, *, before: int | None, limit: int
) -> list[AttemptRecord]:
    """Return the last attempts at a job, with the lines of their logs, the oldest first."""
    rows = connection.execute(
        f"SELECT {SELECTED}, lines FROM attempts INDEXED BY attempts_by_job"  # noqa: S608 - the names of the columns
        " LEFT JOIN attempt_logs USING (token)"
        " WHERE job_id = ? AND token < ? ORDER BY token DESC LIMIT ?",
        (job_id, NO_TOKEN if before is None else before, min(limit, JOB_ATTEMPTS_MAX)),
    ).fetchall()
    return list(readable(_record_with_logs, reversed(rows)))


def count_of_job(connection: sqlite3.Connection, job_id: str) -> int:
    """Return how many attempts at a job are kept."""
    (count,) = connection.execute(
        "SELECT count(*) FROM attempts INDEXED BY attempts_by_job WHERE job_id = ?", (job_id,)
    ).fetchone()
    return int(count)


def retrying(connection: sqlite3.Connection, now: datetime) -> dict[str, int]:
    """Return how many jobs of each lane failed and will be tried again at a time to come."""
    return dict(
        connection.execute(
            "SELECT lane, count(*) FROM attempts"
            " WHERE is_open = 1 AND ending = ? AND retry_ms > ? GROUP BY lane",
            (AttemptEnding.RETRY, ms_of(now)),
        ).fetchall()
    )


def tallies(
    connection: sqlite3.Connection, since: datetime, until: datetime, step: timedelta
) -> Mapping[tuple[str, AttemptEnding], Sequence[int]]:
    """Return how many attempts of each kind have ended in each way, step by step from `since` on.

    A minute is counted where it begins. Raises RejectedError for none, or too many.
    """
    step_ms, since_ms, until_ms = step // MILLISECOND, ms_of(since), ms_of(until)
    steps = -((since_ms - until_ms) // step_ms) if step_ms > 0 else 0
    if not 0 < steps <= TALLY_STEPS_MAX:
        raise RejectedError("Tallies are told for 1 to 10,000 steps.", field="step")
    found: dict[tuple[str, AttemptEnding], list[int]] = {}
    by_hours = not since_ms % HOUR_MS and not step_ms % HOUR_MS
    rows = connection.execute(
        "SELECT (at_ms - ?) / ?, kind, ending, sum(count) FROM tallies"
        " WHERE length_ms = ? AND at_ms >= ? AND at_ms < ? GROUP BY 1, 2, 3",
        (since_ms, step_ms, HOUR_MS if by_hours else MINUTE_MS, since_ms, until_ms),
    )
    for at, which, count in readable(_tally, rows):
        found.setdefault(which, [0] * steps)[at] = count
    return found


def _tally(
    at: int, kind: str, ending: str, count: int
) -> tuple[int, tuple[str, AttemptEnding], int]:
    return at, (kind, AttemptEnding(ending)), count


def ended_after(connection: sqlite3.Connection, place: int | None) -> tuple[int, list[Ended]]:
    """Return what was told after this place, and the place to go on from; None begins now."""
    (last,) = connection.execute("SELECT coalesce(max(place), 0) FROM endings").fetchone()
    if place is None or place > last:  # or the file was begun anew
        return last, []
    rows = connection.execute(
        "SELECT at_ms, lane, ending, error, wait_ms, run_ms FROM endings"
        " WHERE place > ? AND place <= ? ORDER BY place",
        (place, last),
    )
    return last, list(readable(_ended, rows))


def _ended(at_ms: int, lane: str, ending: str | None, *rest: Any) -> Ended:
    return Ended(moment_of(at_ms), lane, AttemptEnding(ending) if ending else None, *rest)


def _record_with_logs(*row: Any) -> AttemptRecord:
    return replace(_record(*row[:-1]), logs=lines_of(row[-1]))


def _record(*row: Any) -> AttemptRecord:
    told = dict(zip(COLUMNS, row, strict=True))
    ending = told.pop("ending")
    return AttemptRecord(
        enqueued_at=moment_or_none(told.pop("enqueued_ms")),
        due_at=moment_of(told.pop("due_ms")),
        started_at=moment_of(told.pop("started_ms")),
        ended_at=moment_or_none(told.pop("ended_ms")),
        retry_at=moment_or_none(told.pop("retry_ms")),
        ending=AttemptEnding(ending) if ending else None,
        **told,
    )

"""Attempts as rows: what stands in each, and how many of them are laid down by one statement."""

import sqlite3
from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from storage.telemetry_records import AttemptEnding, AttemptRecord
from storage.telemetry_times import ms_of, ms_or_none

WORDS_CHARACTERS_MAX = 2_000
ARGUMENTS_CHARACTERS_MAX = 4_000
COUNTS = (256, 64, 16, 4, 1)  # of rows in one statement

# The next attempt is still to come.
STAYS_OPEN = frozenset({AttemptEnding.RETRY.value, AttemptEnding.LOST.value})


class AttemptRow(NamedTuple):
    """An attempt as it is stored; see `AttemptRecord` and the table. Times are in ms since 1970.

    A worker makes these by the thousand a second, so they are what it costs to make a tuple.
    `ending` is the plain text: SQLite takes ten times as long over a member of an enumeration.
    """

    token: int
    job_id: str
    kind: str
    lane: str
    number: int
    worker: str
    enqueued_ms: int | None
    due_ms: int
    started_ms: int
    ended_ms: int | None
    ending: str | None
    said: str
    error: str | None
    fingerprint: str | None
    retry_ms: int | None
    lost_workers: int
    about: str | None
    arguments: str
    request_id: str | None
    trace_id: str | None
    is_open: bool


COLUMNS = AttemptRow._fields[:-1]


def row_of(one: AttemptRecord) -> AttemptRow:
    """Return an attempt as it is stored."""
    ending = one.ending.value if one.ending else None
    return AttemptRow(
        token=one.token,
        job_id=one.job_id,
        kind=one.kind,
        lane=one.lane,
        number=one.number,
        worker=one.worker,
        enqueued_ms=ms_or_none(one.enqueued_at),
        due_ms=ms_of(one.due_at),
        started_ms=ms_of(one.started_at),
        ended_ms=ms_or_none(one.ended_at),
        ending=ending,
        said=one.said[:WORDS_CHARACTERS_MAX],
        error=one.error,
        fingerprint=one.fingerprint,
        retry_ms=ms_or_none(one.retry_at),
        lost_workers=one.lost_workers,
        about=one.about,
        arguments=one.arguments[:ARGUMENTS_CHARACTERS_MAX],
        request_id=one.request_id,
        trace_id=one.trace_id,
        is_open=is_open(ending),
    )


def is_open(ending: str | None) -> bool:
    """Is it running, or is its next attempt still to come?"""
    return ending is None or ending in STAYS_OPEN


class Insertion:
    """Inserts rows, many by each statement.

    With each statement the thread lets go of the interpreter several times, and waits for it again:
    where a loop is busy beside it, a statement a row would cost both more than the rows do.
    """

    def __init__(self, into: str, columns: Sequence[str], conflict: str = "") -> None:
        self._width = len(columns)
        row = f"({', '.join('?' * len(columns))})"
        self._by_count = {
            count: f"INSERT INTO {into} ({', '.join(columns)})"  # noqa: S608 - names of ours
            f" VALUES {', '.join([row] * count)} {conflict}"
            for count in COUNTS
        }

    def insert(self, connection: sqlite3.Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert these rows, in their order."""
        start, values_max = 0, connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        for count, statement in self._by_count.items():
            while len(rows) - start >= count and count * self._width <= values_max:
                some = rows[start : start + count]
                connection.execute(statement, [*chain.from_iterable(some)])
                start += count

"""The processes of the service as they tell of themselves, and marks of what happened to it."""

import sqlite3
from dataclasses import replace
from datetime import datetime

from pydantic import TypeAdapter

from storage import attempts
from storage.attempt_rows import WORDS_CHARACTERS_MAX
from storage.telemetry_records import Mark, MarkKind, ProcessRecord
from storage.telemetry_texts import sound
from storage.telemetry_times import moment_of, ms_of, ms_or_none
from storage.telemetry_trouble import readable

PROCESSES_MAX = 1_000  # those that ended among them
MARKS_MAX = 2_000

RECORD = TypeAdapter(ProcessRecord)
# A process that tells of itself after it was said to have ended has not ended.
TELL = """
INSERT INTO processes (id, told_ms, ended_ms, ended_by, record) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  told_ms = excluded.told_ms,
  record = excluded.record,
  ended_ms = CASE WHEN excluded.ended_ms IS NULL AND ended_ms >= excluded.told_ms
             THEN ended_ms ELSE excluded.ended_ms END,
  ended_by = CASE WHEN excluded.ended_ms IS NULL AND ended_ms >= excluded.told_ms
             THEN ended_by ELSE excluded.ended_by END
"""


def tell(connection: sqlite3.Connection, record: ProcessRecord) -> None:
    """Note what a process tells of itself, and forget the oldest beyond what is kept."""
    record = replace(
        record,
        name=sound(record.name),
        host=sound(record.host),
        running=[sound(job_id) for job_id in record.running],
    )
    connection.execute(
        TELL,
        (
            record.id,
            ms_of(record.told_at),
            ms_or_none(record.ended_at),
            record.ended_by,
            RECORD.dump_json(record).decode(),
        ),
    )
    connection.execute(
        "DELETE FROM processes WHERE id IN (SELECT id FROM processes"
        " ORDER BY coalesce(ended_ms, told_ms) DESC LIMIT -1 OFFSET ?)",
        (PROCESSES_MAX,),
    )


def note_end(
    connection: sqlite3.Connection, process_id: str, at: datetime, ended_by: str
) -> None:
    """Note how a process has ended; what it had begun is lost from then on."""
    connection.execute(
        "UPDATE processes SET ended_ms = ?, ended_by = ? WHERE id = ?",
        (ms_of(at), ended_by, process_id),
    )
    attempts.lose(connection, process_id, ms_of(at))


def silent(connection: sqlite3.Connection, since: datetime) -> list[str]:
    """Return the ids of those that live, as far as is known, and have told nothing since then."""
    return [
        process_id
        for (process_id,) in connection.execute(
            "SELECT id FROM processes WHERE ended_ms IS NULL AND told_ms < ?", (ms_of(since),)
        )
    ]


def processes(
    connection: sqlite3.Connection, ended_since: datetime | None
) -> list[ProcessRecord]:
    """Return those that live, and those that ended since then, by their kinds and names."""
    rows = connection.execute(
        "SELECT ended_ms, ended_by, record FROM processes WHERE ended_ms IS NULL OR ended_ms >= ?",
        (ms_or_none(ended_since),),
    )
    return sorted(
        readable(_record, rows), key=lambda one: (one.kind, one.name, one.started_at, one.id)
    )


def mark(connection: sqlite3.Connection, one: Mark) -> None:
    """Keep a mark, and forget the oldest beyond what is kept."""
    connection.execute(
        "INSERT INTO marks (at_ms, kind, said) VALUES (?, ?, ?)",
        (ms_of(one.at), one.kind, sound(one.said[:WORDS_CHARACTERS_MAX])),
    )
    connection.execute(
        "DELETE FROM marks WHERE place <= (SELECT max(place) FROM marks) - ?", (MARKS_MAX,)
    )


def marks(connection: sqlite3.Connection, since: datetime, until: datetime) -> list[Mark]:
    """Return the marks from then until then, the earliest first."""
    rows = connection.execute(
        "SELECT at_ms, kind, said FROM marks WHERE at_ms >= ? AND at_ms <= ? ORDER BY at_ms, place",
        (ms_of(since), ms_of(until)),
    )
    return list(readable(_mark, rows))


def _mark(at_ms: int, kind: str, said: str) -> Mark:
    return Mark(moment_of(at_ms), MarkKind(kind), said)


def _record(ended_ms: int | None, ended_by: str | None, record: str) -> ProcessRecord:
    told = RECORD.validate_json(record)
    told = replace(told, running=tuple(told.running))
    if ended_ms is None:
        return told
    return replace(told, ended_at=moment_of(ended_ms), ended_by=ended_by)

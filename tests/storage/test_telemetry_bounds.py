"""The telemetry never outgrows its bounds: whatever is oldest is forgotten."""

import os
import sqlite3

import pytest

from storage import attempts, process_board, telemetry
from storage.store import Store
from storage.telemetry_records import AttemptEnding, AttemptRecord, Mark, MarkKind
from tests.storage.telemetries import MINUTE, NOON, SECOND, attempt, process

DONE = AttemptEnding.DONE


async def test_what_is_kept_is_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts, what ended of late, tallies, marks and ended processes: the oldest go first."""
    monkeypatch.setattr(attempts, "ATTEMPTS_MAX", 50)
    monkeypatch.setattr(attempts, "ENDINGS_MAX", 40)
    monkeypatch.setattr(attempts, "TALLY_ROWS_MAX", 30)
    monkeypatch.setattr(process_board, "MARKS_MAX", 20)
    monkeypatch.setattr(process_board, "PROCESSES_MAX", 10)
    monkeypatch.setattr(telemetry, "PRUNED_EVERY", 10)
    one = store.telemetry
    for start in range(0, 200, 10):
        await one.record_attempts([spread(token) for token in range(start, start + 10)])
    for at in range(40):
        await one.mark(Mark(NOON + at * SECOND, MarkKind.START, str(at)))
        told_at = NOON + at * SECOND
        await one.tell_process(process(f"w.{at}", told_at=told_at, ended_at=told_at))

    def counts(connection: sqlite3.Connection) -> dict[str, int]:
        tables = ("attempts", "attempt_logs", "endings", "tallies", "marks", "processes")
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - the names above
            for table in tables
        }

    assert one._file.read(counts) == {
        "attempts": 50,
        "attempt_logs": 50,
        "endings": 40,
        "tallies": 30,
        "marks": 20,
        "processes": 10,
    }
    assert [found.token for found in await one.attempts(limit=500)] == [*range(199, 149, -1)]


def spread(token: int) -> AttemptRecord:
    """Return one of many attempts, each of which ended in a minute of its own."""
    return attempt(token, DONE, ended_at=NOON + token * MINUTE, logs=["x"])


async def test_a_file_that_grows_too_large_loses_its_oldest_logs_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then its oldest attempts; so it never grows beyond its bound for long."""
    monkeypatch.setattr(telemetry, "BYTES_MAX", 1_000_000)
    monkeypatch.setattr(telemetry, "FORGOTTEN_AT_ONCE", 20)
    monkeypatch.setattr(telemetry, "PRUNED_EVERY", 20)
    noise = [os.urandom(5_000).hex()]
    for start in range(0, 600, 20):
        batch = [attempt(token, DONE, logs=noise) for token in range(start, start + 20)]
        await store.telemetry.record_attempts(batch)
    store.telemetry.close_now()

    assert store.telemetry.path.stat().st_size < 1_300_000
    assert len(await store.telemetry.attempts(limit=500)) == 500
    assert (await store.telemetry.job("extract_ticket:0"))[0].logs == ()
    assert (await store.telemetry.job("extract_ticket:599"))[0].logs == tuple(noise)

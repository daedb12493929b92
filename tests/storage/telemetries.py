"""Attempts and processes for the tests of the telemetry, and what other processes do there."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from storage.layout import Layout
from storage.telemetry import Telemetry
from storage.telemetry_records import AttemptEnding, AttemptRecord, ProcessKind, ProcessRecord

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def attempt(token: int, ending: AttemptEnding | None = None, **told: Any) -> AttemptRecord:
    """Return an attempt that was begun at noon and, with an ending, took a second."""
    fields: dict[str, Any] = {
        "job_id": f"extract_ticket:{token}",
        "kind": "extract_ticket",
        "lane": "within_1s",
        "number": 1,
        "worker": "worker-1.a",
        "enqueued_at": None,
        "due_at": NOON,
        "started_at": NOON,
        "ended_at": NOON + SECOND if ending else None,
    }
    return AttemptRecord(token=token, ending=ending, **(fields | told))


def process(process_id: str = "worker-1.a", **told: Any) -> ProcessRecord:
    """Return a worker that told of itself at noon."""
    fields: dict[str, Any] = {
        "kind": ProcessKind.WORKER,
        "name": process_id.partition(".")[0],
        "pid": 7,
        "host": "here",
        "version": "1",
        "started_at": NOON,
        "told_at": NOON,
    }
    return ProcessRecord(id=process_id, **(fields | told))


def write_attempts(root: Path, first: int, count: int) -> None:
    """Record attempts one by one, in a process of its own."""
    telemetry = Telemetry(Layout(root))
    for token in range(first, first + count):
        telemetry.record_attempts_now([attempt(token)])
        telemetry.record_attempts_now([attempt(token, AttemptEnding.DONE)])


def write_for_ever(root: Path) -> None:
    """Record batches of attempts until somebody ends this process."""
    telemetry, token = Telemetry(Layout(root)), 0
    while True:
        batch = [
            attempt(token + one, AttemptEnding.DONE, logs=["x" * 400]) for one in range(100)
        ]
        telemetry.record_attempts_now(batch)
        token += 100

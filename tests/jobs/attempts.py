"""Attempts at jobs, as workers tell of them."""

from datetime import datetime

from storage.telemetry_records import AttemptRecord


def an_attempt(worker: str, at: datetime) -> AttemptRecord:
    """Return an attempt at making a ticket that was begun then."""
    return AttemptRecord(
        token=1,
        job_id="extract_ticket:1",
        kind="extract_ticket",
        lane="within_1s",
        number=1,
        worker=worker,
        enqueued_at=at,
        due_at=at,
        started_at=at,
    )

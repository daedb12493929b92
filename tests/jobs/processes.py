"""Processes as they tell of themselves."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from storage.telemetry_records import ProcessKind, ProcessRecord


def a_worker(incarnation: str, at: datetime, **told: Any) -> ProcessRecord:
    """Return what a worker with eight places that was just started told of itself then."""
    usual = ProcessRecord(
        id=incarnation,
        kind=ProcessKind.WORKER,
        name="worker-1",
        pid=1,
        host="vm",
        version="1",
        started_at=at,
        told_at=at,
        slots=8,
    )
    return replace(usual, **told)

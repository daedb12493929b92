"""Attempts as the telemetry remembers them, for pages to show."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from storage.clock import system_clock
from storage.telemetry_records import AttemptEnding, AttemptRecord

_tokens = count(1)


def attempt(
    job_id: str, *, ago: timedelta = timedelta(minutes=1), **said: Any
) -> AttemptRecord:
    """Return an attempt at this job that began so long ago and ended well after 40 ms."""
    began: datetime = system_clock() - ago
    told: dict[str, Any] = {
        "token": next(_tokens),
        "job_id": job_id,
        "kind": job_id.partition(":")[0],
        "lane": "within_1s",
        "number": 1,
        "worker": "worker-1.boot-7",
        "enqueued_at": began - timedelta(milliseconds=20),
        "due_at": began - timedelta(milliseconds=20),
        "started_at": began,
        "ended_at": began + timedelta(milliseconds=40),
        "ending": AttemptEnding.DONE,
    }
    return AttemptRecord(**{**told, **said})

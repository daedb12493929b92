"""What is known of an attempt while it is made, for those who watch: no job depends on it.

The notes of an attempt are found from wherever it has led to, in the same task or in one that it
has begun; outside of every attempt there are none, and nothing is noted.
"""

import json
import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from arq.utils import timestamp_ms

from jobs import JOBS, traces
from jobs.carrying import REQUEST_ID, SYSTEM, request_in, trace_in
from jobs.lanes import QUEUES
from logs import bound, ids, masked
from storage.telemetry_records import AttemptEnding, AttemptRecord
from worker.attempt_logs import Lines
from worker.claiming import Claim

SAID_CHARACTERS_MAX = 2_000
ARGUMENTS_CHARACTERS_MAX = 4_000
CUT = {"cut": "they are too long to be kept here"}
ABOUT = ("work_order_id", "ticket_id")
# Those that come by the clock: that one of them begins is no news.
TICKS = frozenset(kind.name for kind in JOBS if not kind.is_buried)
FAILURES = frozenset(
    {
        AttemptEnding.RETRY,
        AttemptEnding.BURIED,
        AttemptEnding.GIVEN_UP,
        AttemptEnding.LOST,
    }
)
# How an attempt has ended, by the first words of what `worker.run` says of it.
ENDINGS: Mapping[str, AttemptEnding] = {
    "done": AttemptEnding.DONE,
    "cancel": AttemptEnding.NOTHING_TO_DO,
    "buried": AttemptEnding.BURIED,
    "given up": AttemptEnding.GIVEN_UP,
}

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Notes:
    """One attempt: what it is about, and how it went so far; see `AttemptRecord`.

    `is_taken`: another worker has the job meanwhile.
    """

    claim: Claim
    worker: str
    kind: str
    started_ms: int
    began: float
    lines: Lines | None = None
    enqueued_at: datetime | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    request_id: str | None = None
    trace_id: str | None = None
    ending: AttemptEnding | None = None
    said: str = ""
    error: str | None = None
    fingerprint: str | None = None
    retry_ms: int | None = None
    lost_workers: int = 0
    ended_ms: int | None = None
    is_taken: bool = False

    def record(self) -> AttemptRecord:
        """Return the attempt as it is remembered."""
        return AttemptRecord(
            token=int(self.claim.token),
            job_id=self.claim.job_id,
            kind=self.kind,
            lane=self.claim.lane,
            number=self.claim.tries,
            worker=self.worker,
            enqueued_at=self.enqueued_at,
            due_at=_moment(self.claim.due_ms) or _at(self.started_ms),
            started_at=_at(self.started_ms),
            ended_at=_at(self.ended_ms) if self.ended_ms else None,
            ending=self.ending if self.ended_ms else None,
            said=masked(self.said[:SAID_CHARACTERS_MAX]),
            error=self.error,
            fingerprint=self.fingerprint,
            retry_at=_moment(self.retry_ms) if self.retry_ms else None,
            lost_workers=self.lost_workers,
            about=self._about(),
            arguments=self._arguments(),
            request_id=self.request_id,
            trace_id=self.trace_id,
            logs=self.lines.kept() if self.lines and self.ended_ms else (),
        )

    def so_far(self) -> dict[str, int | float]:
        """Return which attempt this is, how long it waited and how long it takes (ms)."""
        return {
            "attempt": self.claim.tries,
            "wait_ms": max(0, self.started_ms - self.claim.due_ms),
            "ms": round((time.perf_counter() - self.began) * 1000, 1),
        }

    def _about(self) -> str | None:
        named = (self.arguments.get(name) for name in ABOUT)
        return next((one for one in named if isinstance(one, str) and one), None)

    def _arguments(self) -> str:
        text = json.dumps(self.arguments, default=str, ensure_ascii=False)
        return text if len(text) <= ARGUMENTS_CHARACTERS_MAX else json.dumps(CUT)


class Watcher(Protocol):
    """Is told of each attempt."""

    def begun(self, notes: Notes) -> None:
        """Hear of one that begins."""

    def over(self, notes: Notes) -> None:
        """Hear of one that has ended."""

    def taken(self, job_id: str) -> None:
        """Hear that another worker has this job, which is under way here."""


class Nobody:
    """Watches nothing."""

    def begun(self, notes: Notes) -> None:
        pass

    def over(self, notes: Notes) -> None:
        pass

    def taken(self, job_id: str) -> None:
        pass


NOBODY = Nobody()

_here: ContextVar[Notes | None] = ContextVar("notes", default=None)


def notes_here() -> Notes | None:
    """Return the notes of the attempt in which we are, if in any."""
    return _here.get()


def so_far() -> dict[str, int | float]:
    """Return what a line of the log says of the attempt in which we are; nothing outside."""
    notes = _here.get()
    return notes.so_far() if notes else {}


def lost_before(workers: int) -> None:
    """Note how many workers died under the job before."""
    if notes := _here.get():
        notes.lost_workers = workers


def ended(
    ending: AttemptEnding,
    said: str = "",
    *,
    error: str | None = None,
    fingerprint: str | None = None,
    retry_ms: int | None = None,
) -> None:
    """Note how the attempt has ended; the last word counts, and adds to the same word before."""
    notes = _here.get()
    if notes is None:
        return
    if notes.ending is not ending:
        notes.said, notes.error, notes.fingerprint = "", None, None
    notes.ending = ending
    notes.said = said or notes.said
    notes.error = error or notes.error
    notes.fingerprint = fingerprint or notes.fingerprint
    notes.retry_ms = retry_ms
    # A job may have found out for whom it works.
    notes.request_id = ids().get(REQUEST_ID, notes.request_id)


def returned(said: object) -> None:
    """Note that the attempt returned this, unless it is noted how it ended."""
    notes = _here.get()
    if notes and notes.ending is None:
        head, _colon, tail = str(said or "").partition(": ")
        ended(ENDINGS.get(head, AttemptEnding.DONE), tail)


@contextmanager
def noting(claim: Claim, worker: str, watcher: Watcher) -> Iterator[Notes]:
    """Take notes of the attempt that is made in the block."""
    kind = claim.job_id.partition(":")[0]
    notes = Notes(claim, worker, kind, timestamp_ms(), time.perf_counter())
    token = _here.set(notes)
    watcher.begun(notes)
    try:
        yield notes
    finally:
        notes.ending = notes.ending or AttemptEnding.HANDED_BACK
        notes.ended_ms = timestamp_ms()
        _here.reset(token)
        watcher.over(notes)


@contextmanager
def under_way(notes: Notes, message: Mapping[str, Any]) -> Iterator[None]:
    """Make the attempt in the trace and for the request that the job's message carries."""
    kind, level = notes.kind, logging.DEBUG if notes.kind in TICKS else logging.INFO
    notes.request_id = request_in(message)
    with (
        traces.span(
            f"process {kind}",
            traces.Kind.CONSUMER,
            parent=trace_in(message),
            told=lambda: _told(notes),
        ) as span,
        bound(**_ids(notes, span.trace.trace_id)),
    ):
        notes.trace_id = span.trace.trace_id
        if log.isEnabledFor(level):
            log.log(level, "job begun", extra=notes.so_far())
        yield
        span.say(lambda: {"texas811.job.ending": notes.ending and notes.ending.value})
        if notes.ending in FAILURES:
            span.fail(notes.error or notes.ending)


def _ids(notes: Notes, trace_id: str) -> dict[str, str]:
    claim = notes.claim
    known = {
        "job": claim.job_id,
        "kind": notes.kind,
        "lane": claim.lane,
        "worker": notes.worker,
        "trace_id": trace_id,
    }
    return {**known, REQUEST_ID: notes.request_id} if notes.request_id else known


def _told(notes: Notes) -> dict[str, traces.Value]:
    """Return the attributes of an attempt, by the semantic conventions for messaging."""
    claim = notes.claim
    return {
        "messaging.system": SYSTEM,
        "messaging.destination.name": QUEUES[claim.lane],
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.message.id": claim.job_id,
        "texas811.job.kind": notes.kind,
        "texas811.job.lane": claim.lane,
        "texas811.job.attempt": claim.tries,
    }


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _moment(ms: int) -> datetime | None:
    """Return a place in the queue as a time, if it is one: a stock client may write any."""
    try:
        return _at(ms)
    except (ValueError, OverflowError, OSError):
        return None

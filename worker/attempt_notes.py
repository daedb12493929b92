"""What is known of an attempt while it is made, for those who watch: no job depends on it.

The notes of an attempt are found from wherever it has led to, in the same task or in one that it
has begun; outside of every attempt there are none, and nothing is noted.
"""

import json
import logging
import time
from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, Protocol

from arq.utils import timestamp_ms

from jobs import JOBS, traces
from jobs.carrying import REQUEST_ID, SYSTEM, request_in, trace_in
from jobs.lanes import QUEUES
from logs import ids, masked
from storage.attempt_rows import (
    ARGUMENTS_CHARACTERS_MAX,
    WORDS_CHARACTERS_MAX,
    AttemptRow,
    is_open,
)
from storage.telemetry_records import AttemptEnding
from storage.telemetry_times import is_moment
from worker.attempt_logs import Lines
from worker.claiming import Claim

CUT = {"cut": "they are too long to be kept here"}
# Of a longer message the arguments are too long, however their letters are written.
MESSAGE_BYTES_MAX = 16 * ARGUMENTS_CHARACTERS_MAX
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

_encoded = json.JSONEncoder(default=str, ensure_ascii=False).encode


class Notes:
    """One attempt: what it is about, and how it went so far; see `AttemptRecord`.

    `is_taken`: another worker has the job meanwhile; `is_told`: that it was begun. Of most attempts little is ever noted, and
    what is not costs nothing: so the defaults stand here, and not in `__init__`.
    """

    lines: Lines | None = None
    enqueued_ms: int | None = None
    arguments: Mapping[str, Any] = MappingProxyType({})
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
    is_told: bool = False
    bytes_about: int = 0  # that it holds, once it has ended

    def __init__(self, claim: Claim, worker: str) -> None:
        self.claim = claim
        self.worker = worker
        self.kind = claim.job_id.partition(":")[0]
        self.started_ms = timestamp_ms()
        self.began = time.perf_counter()

    def row(self) -> AttemptRow:
        """Return the attempt as it is remembered."""
        claim, retry_ms = self.claim, self.retry_ms
        ending = self.ending.value if self.ending and self.ended_ms else None
        return AttemptRow(
            token=int(claim.token),
            job_id=claim.job_id,
            kind=self.kind,
            lane=claim.lane,
            number=claim.tries,
            worker=self.worker,
            enqueued_ms=self.enqueued_ms,
            # A stock client may have written any place in the queue, also one that is no time.
            due_ms=claim.due_ms if is_moment(claim.due_ms) else self.started_ms,
            started_ms=self.started_ms,
            ended_ms=self.ended_ms,
            ending=ending,
            said=masked(self.said[:WORDS_CHARACTERS_MAX]) if self.said else "",
            error=self.error,
            fingerprint=self.fingerprint,
            retry_ms=retry_ms if retry_ms and is_moment(retry_ms) else None,
            lost_workers=self.lost_workers,
            about=self._about(),
            arguments=self._arguments(),
            request_id=self.request_id,
            trace_id=self.trace_id,
            is_open=is_open(ending),
        )

    def so_far(self) -> dict[str, int | float]:
        """Return which attempt this is, how long it waited and how long it takes (ms)."""
        return {
            "attempt": self.claim.tries,
            "wait_ms": max(0, self.started_ms - self.claim.due_ms),
            "ms": round((time.perf_counter() - self.began) * 1000, 1),
        }

    def ids(self) -> dict[str, str]:
        """Return what each line of the log says of the attempt."""
        claim = self.claim
        known = {
            "job": claim.job_id,
            "kind": self.kind,
            "lane": claim.lane,
            "worker": self.worker,
        }
        if self.trace_id:
            known["trace_id"] = self.trace_id
        if self.request_id:
            known[REQUEST_ID] = self.request_id
        return known

    def _about(self) -> str | None:
        for name in ABOUT:
            about = self.arguments.get(name)
            if about and isinstance(about, str):
                return about
        return None

    def _arguments(self) -> str:
        if not self.arguments:
            return "{}"
        if len(self.claim.payload) > MESSAGE_BYTES_MAX:
            return _encoded(CUT)
        text = _encoded(self.arguments)
        return text if len(text) <= ARGUMENTS_CHARACTERS_MAX else _encoded(CUT)


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


class noting:  # noqa: N801 - as contextlib's own; a generator would cost twice as much
    """Take notes of the attempt that is made in the block."""

    __slots__ = ("_notes", "_token", "_watcher")

    def __init__(self, claim: Claim, worker: str, watcher: Watcher) -> None:
        self._notes = Notes(claim, worker)
        self._watcher = watcher

    def __enter__(self) -> Notes:
        self._token = _here.set(self._notes)
        self._watcher.begun(self._notes)
        return self._notes

    def __exit__(self, *_error: object) -> None:
        notes = self._notes
        notes.ending = notes.ending or AttemptEnding.HANDED_BACK
        notes.ended_ms = timestamp_ms()
        _here.reset(self._token)
        self._watcher.over(notes)


def in_trace(notes: Notes, message: Mapping[str, Any]) -> traces.span:
    """Return the span in which to make the attempt: of the trace that the job's message carries.

    From now on it is known for which request the attempt is made, and in which trace.
    """
    span = traces.span(
        f"process {notes.kind}",
        traces.Kind.CONSUMER,
        parent=trace_in(message),
        told=lambda: _told(notes),
    )
    notes.request_id, notes.trace_id = request_in(message), span.trace.trace_id
    return span


def say_begun(notes: Notes) -> None:
    """Say in the log that the attempt begins."""
    level = logging.DEBUG if notes.kind in TICKS else logging.INFO
    if log.isEnabledFor(level):
        log.log(level, "job begun", extra=notes.so_far())


def say_ended(notes: Notes, span: traces.Span) -> None:
    """Say in the span of the attempt how it has ended."""
    span.say(lambda: {"texas811.job.ending": notes.ending and notes.ending.value})
    if notes.ending in FAILURES:
        span.fail(notes.error or notes.ending)


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

"""One attempt at a job as its page tells it: its steps, what it did to the ticket, what it logged."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from api.dashboard.about_jobs.job_effects import Effect, effects_of
from api.dashboard.about_jobs.states import RUNNING, TONES
from api.dashboard.rendering import span
from domain.audit import AuditEvent
from storage.telemetry_records import AttemptRecord

SECOND = timedelta(seconds=1)
LINES_SHOWN = 10  # of the log of the latest attempt, the last; all of them are a link away
EARLIER_LINES_SHOWN = 3  # of that of an earlier one
LINE_CHARACTERS_MAX = 600  # of what is shown in one place of such a line
HEAD = frozenset({"message", "level", "time", "logger", "job", "kind", "lane", "worker"})
IDS = frozenset({"trace_id", "span_id", "request_id"})


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log of an attempt."""

    time: str
    level: str
    message: str
    more: Mapping[str, str]

    @property
    def tone(self) -> str:
        return {"error": "bad", "critical": "bad", "warn": "warn"}.get(self.level, "")


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to an attempt, and how long after what came first."""

    at: datetime
    begun_at: datetime
    said: str
    more: str = ""

    @property
    def clock(self) -> str:
        """When, in UTC, to the millisecond."""
        return f"{self.at:%H:%M:%S}.{self.at.microsecond // 1000:03}"

    @property
    def later(self) -> str:
        return f"+{span(self.at - self.begun_at)}" if self.at > self.begun_at else ""


@dataclass(frozen=True, slots=True)
class Told:
    """An attempt as the page tells it: its lines of the log, and what it did to the ticket.

    `why_lost` says how its worker ended. `lines_before` were logged before those that are shown.
    """

    made: AttemptRecord
    lines: Sequence[Line]
    effects: Sequence[Effect]
    why_lost: str = ""
    lines_before: int = 0

    @property
    def steps(self) -> Sequence[Step]:
        """What happened to it, in its order."""
        made = self.made
        first = min(filter(None, (made.enqueued_at, made.due_at, made.started_at)))
        died = "1 worker" if made.lost_workers == 1 else f"{made.lost_workers} workers"
        lost = f"{died} died under it before" if made.lost_workers else ""
        ending = f"ended: {made.ending}" if made.ending else ""
        happened = (
            (made.enqueued_at, "queued", ""),
            (made.due_at if self.is_due_later else None, "due", ""),
            (
                made.started_at,
                f"begun by {made.worker} after a wait of {span(made.wait)}",
                lost,
            ),
            (made.ended_at, ending, self.why_lost),
            (made.retry_at, "to be tried again", ""),
        )
        return [Step(at, first, said, more) for at, said, more in happened if at]

    @property
    def is_due_later(self) -> bool:
        """Was it due noticeably after it was queued, as a timer or a further attempt is?"""
        queued_at = self.made.enqueued_at
        return queued_at is None or self.made.due_at - queued_at >= SECOND

    @property
    def state(self) -> str:
        return self.made.ending or RUNNING

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "quiet")


def lines_of(attempt: AttemptRecord, shown_max: int | None = None) -> Sequence[Line]:
    """Return what an attempt has logged, line by line; it was masked when it was written.

    Of not more than `shown_max`, if that is given, each is no longer than is read at a glance.
    """
    if shown_max is None:
        return [_line(text) for text in attempt.logs]
    return [_short(_line(text)) for text in attempt.logs[-shown_max:]]


def _line(text: str) -> Line:
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        return Line("", "", text, {})
    more = {str(name): str(one) for name, one in told.items() if name not in HEAD | IDS}
    return Line(
        str(told.get("time", ""))[11:23],
        str(told.get("level", "")),
        str(told.get("message", "")),
        more,
    )


def _short(line: Line) -> Line:
    more = {name: _cut(text) for name, text in line.more.items()}
    return replace(line, message=_cut(line.message), more=more)


def _cut(text: str) -> str:
    """Return a text, or its beginning and its end: the end of a traceback says what was raised."""
    half = LINE_CHARACTERS_MAX // 2
    return text if len(text) <= LINE_CHARACTERS_MAX else f"{text[:half]} … {text[-half:]}"


def told_of(
    attempts: Sequence[AttemptRecord],
    history: Sequence[AuditEvent],
    now: datetime,
    *,
    why_lost: Mapping[int, str] | None = None,
    is_whole: bool = False,
) -> Sequence[Told]:
    """Return these attempts, the latest first; `history` is that of the ticket they are about.

    `why_lost` says of some, by their tokens, how their workers ended.
    """
    why = why_lost or {}
    told: list[Told] = []
    for made in reversed(attempts):
        shown_max = EARLIER_LINES_SHOWN if told else LINES_SHOWN
        lines = lines_of(made, None if is_whole else shown_max)
        left_out = len(made.logs) - len(lines)
        effects = effects_of(made, history, now)
        told.append(Told(made, lines, effects, why.get(made.token, ""), left_out))
    return told

"""What an attempt has done to its ticket: the events of the audit log that came while it ran. Pure.

What a person did in the same moment is none of it. A step that the law dates back to an earlier
instant is found in the history of the ticket, not here.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.audit import Actor, AuditEvent
from logs import masked
from storage.telemetry_records import AttemptRecord

VALUE_CHARACTERS_MAX = 200
MILLISECOND = timedelta(milliseconds=1)  # attempts are told to the millisecond


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of the ticket, what it was, and what it is since."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Effect:
    """One event, and what it changed."""

    event: AuditEvent
    differences: Sequence[Difference]


def effects_of(
    attempt: AttemptRecord, history: Sequence[AuditEvent], now: datetime
) -> Sequence[Effect]:
    """Return what was done to the ticket while this attempt ran, the earliest first.

    The creation of a ticket is told as of whoever handed the order in.
    """
    since, until = attempt.started_at - MILLISECOND, (attempt.ended_at or now) + MILLISECOND
    return [
        Effect(event, [*_differences(event)])
        for event in sorted(history, key=lambda event: event.timestamp)
        if since <= event.timestamp <= until and _is_of_a_job(event)
    ]


def _is_of_a_job(event: AuditEvent) -> bool:
    return event.actor is Actor.SYSTEM or event.action == "ticket_created"


def _differences(event: AuditEvent) -> Iterator[Difference]:
    for field, change in event.field_changes.items():
        states = change if isinstance(change, dict) else {"after": change}
        yield Difference(field, _short(states.get("before")), _short(states.get("after")))


def _short(value: Any) -> str:
    """Return a value as the diff shows it; nothing for what is empty."""
    if value in (None, "", [], {}):
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = masked(text)
    return text if len(text) <= VALUE_CHARACTERS_MAX else f"{text[: VALUE_CHARACTERS_MAX - 1]}…"

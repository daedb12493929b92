"""The history of a ticket as its page tells it: who did what, when, why, and what it changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pydantic_core
from pydantic import JsonValue

from api.dashboard.about_tickets.plain_words import in_words
from api.dashboard.about_tickets.ticket_facts import cut
from domain.audit import AuditEvent, event_id
from domain.questions import label
from domain.readiness import at_site
from domain.ticket import Ticket
from storage.audit_reading import History

SHOWN_MAX = 30
VALUE_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """One field of which a change was made."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One event: when (UTC, and by the clocks of the site), by whom, what, why, and its changes."""

    at: datetime
    at_site: str
    who: str
    what: str
    move: str
    notes: str
    diffs: tuple[FieldDiff, ...]


def happenings(ticket: Ticket, history: History, *, limit: int | None) -> list[Happening]:
    """Return what happened, the latest first, so many at most."""
    latest = reversed(history.events[-limit:] if limit else history.events)
    return [_happening(ticket, event) for event in latest]


def since_version(ticket: Ticket, history: History, version: int) -> list[Happening]:
    """Return what happened after this version of the ticket, the oldest first."""
    newer = {event_id(ticket.id, one) for one in range(version + 1, ticket.version + 1)}
    return [_happening(ticket, one) for one in history.events if one.id in newer]


def _happening(ticket: Ticket, event: AuditEvent) -> Happening:
    before, after = event.from_status, event.to_status
    return Happening(
        at=event.timestamp,
        at_site=at_site(ticket, event.timestamp),
        who=str(event.actor.value),
        what=event.action.replace("_", " ").capitalize(),
        move=_move(before, after) if before and after and before != after else "",
        notes=event.notes or "",
        diffs=tuple(_diffs(event)),
    )


def _move(before: str, after: str) -> str:
    return f"{in_words(before)} → {in_words(after)}"


def _diffs(event: AuditEvent) -> Iterator[FieldDiff]:
    for name, change in event.field_changes.items():
        before = change.get("before") if isinstance(change, dict) else None
        after = change.get("after") if isinstance(change, dict) else change
        yield FieldDiff(label(name), *(_words(name, value) for value in (before, after)))


def _words(name: str, value: JsonValue) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case str() if name.endswith("status"):
            return in_words(value)
        case str():
            return cut(value, VALUE_CHARACTERS_MAX)
        case list() if len(value) > 1 and isinstance(value[0], dict):
            return f"{len(value)} entries, the last: {_json(value[-1])}"
        case _:
            return _json(value)


def _json(value: JsonValue) -> str:
    return cut(pydantic_core.to_json(value).decode(), VALUE_CHARACTERS_MAX)

"""A day of the audit trail as the specification's program wrote it: one JSON array.

It was rewritten whole for each event, and is torn where that failed. Of a torn array each event
is read that is whole. An event of ours says in `to_status` that it made
a version of a ticket; these made none that we have, so what they say of the status stands among the
changed fields.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid5

from domain.audit import EVENT_NAMESPACE, Actor, AuditEvent
from storage.layout import NAME
from storage.old_json import text_of, whole_number
from storage.old_values import Refused, fitted, folded, shown, storable, written_time

EVENT_START = re.compile(r'\{\s*"id"\s*:')
EVENT_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
MUST_HAVE = {"timestamp", "action"}
ACTORS = {folded(actor): actor for actor in Actor}

SHOWN_OF_A_TORN_EVENT = 300  # characters, before they are escaped and cut

_decoder = json.JSONDecoder(parse_int=whole_number)


@dataclass(frozen=True, slots=True)
class OldDay:
    """The events of a file, the oldest first, and what could not be read of it."""

    events: list[AuditEvent] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def day_from(content: bytes, *, file: str, moment: datetime) -> OldDay:
    """Return what a file says; `file` names it.

    `moment` (UTC) is told of an event that says no time which can be read.
    """
    text, problems = text_of(content)
    found = OldDay(problems=problems)
    for number, raw in _elements(text, found.problems):
        event = _event(raw, origin=f"{file}/{number}", moment=moment, problems=found.problems)
        found.events.append(event)
    found.events.sort(key=lambda event: event.timestamp)
    return found


def renamed(event: AuditEvent) -> AuditEvent:
    """Return an event under an id of its own: another one has its id too."""
    told = f"{event.notes or ''} (Its id was {event.id}, which another event has too.)"
    id_ = uuid5(EVENT_NAMESPACE, f"{event.id}/{event.model_dump_json()}")
    return event.model_copy(update={"id": str(id_), "notes": told.strip()})


def _elements(text: str, problems: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the events that can be read, numbered; what lies between them is told of."""
    try:
        whole = _decoder.decode(text)
    except (ValueError, RecursionError) as error:
        problems.append(f"it is torn: {error}; what is whole in it was taken")
    else:
        events = whole if isinstance(whole, list) else [whole]
        if events is not whole:
            problems.append("it is no list")
        for number, raw in enumerate(events, start=1):
            if isinstance(raw, dict):
                yield number, raw
            else:
                problems.append(f"entry {number} is no event: {shown(raw)}")
        return
    yield from enumerate(_whole_events(text, problems), start=1)


def _whole_events(text: str, problems: list[str]) -> Iterator[dict[str, Any]]:
    place = 0
    while match := EVENT_START.search(text, place):
        try:
            raw, end = _decoder.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            place = match.end()
            problems.append(
                f"the event that begins at character {match.start()} is not whole, and is no line of "
                f"the log: {shown(text[match.start() : match.start() + SHOWN_OF_A_TORN_EVENT])}"
            )
            continue
        # Within an event that is torn there may be whole objects with an id.
        is_event = raw.keys() >= MUST_HAVE
        place = end if is_event else match.end()
        if is_event:
            yield raw


def _event(
    raw: dict[str, Any], *, origin: str, moment: datetime, problems: list[str]
) -> AuditEvent:
    left_out: list[Refused] = []
    said = storable(raw, left_out)
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    values: dict[str, Any] = {
        "id": _id(said, f"{origin}/{digest}", left_out),
        "ticket_id": _ticket_id(said, left_out),
        "timestamp": _timestamp(said, moment, left_out),
        "actor": _actor(said, left_out),
        "action": str(said.pop("action", "") or "unknown"),
    }
    status = {"before": said.pop("from_status", None), "after": said.pop("to_status", None)}
    event, refused = fitted(AuditEvent, {**said, **values})
    left_out += refused
    if left_out:
        problems.append(f"event {event.id}: " + " ".join(map(str, left_out)))
    return _with_status(event, status, left_out)


def _with_status(
    event: AuditEvent, status: dict[str, Any], left_out: list[Refused]
) -> AuditEvent:
    """Return an event with all that it says of the status, and what did not fit in its notes."""
    update: dict[str, Any] = {}
    if any(value is not None for value in status.values()):
        name = "status" if "status" not in event.field_changes else "status_as_logged"
        update["field_changes"] = {**event.field_changes, name: status}
        update["changed_fields"] = list(dict.fromkeys([*event.changed_fields, "status"]))
    if left_out:
        update["notes"] = " ".join(filter(None, (event.notes, *map(str, left_out))))
    return event.model_copy(update=update)


def _id(said: dict[str, Any], origin: str, left_out: list[Refused]) -> str:
    given = said.pop("id", None)
    if isinstance(given, str) and EVENT_ID.fullmatch(given):
        return given
    if given is not None:
        left_out.append(Refused("id", shown(given), "it cannot be an id"))
    return str(uuid5(EVENT_NAMESPACE, origin))


def _ticket_id(said: dict[str, Any], left_out: list[Refused]) -> str | None:
    given = said.pop("ticket_id", None)
    if given is None or NAME.fullmatch(str(given)):
        return None if given is None else str(given)
    left_out.append(Refused("ticket_id", shown(given), "it cannot be the id of a ticket"))
    return None


def _timestamp(said: dict[str, Any], moment: datetime, left_out: list[Refused]) -> datetime:
    """Return when it happened (UTC); of what says no time that can be read, this moment."""
    given = said.pop("timestamp", None)
    try:
        return written_time(given)
    except ValueError:
        problem = f"it is no time, so {moment:%Y-%m-%d} stands for it"
        left_out.append(Refused("timestamp", shown(given), problem))
        return moment


def _actor(said: dict[str, Any], left_out: list[Refused]) -> Actor:
    """Return who did it; one that the specification does not name was a user of some kind."""
    given = said.pop("actor", None)
    known = ACTORS.get(folded(str(given)))
    if known is None:
        left_out.append(Refused("actor", shown(given), "it is none of the four"))
    return known or Actor.USER

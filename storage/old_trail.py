"""The whole audit trail of the specification's program, read day by day as often as it is needed.

It may be larger than the memory: of all events at once only their ids are held, and a digest of each.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from domain.audit import AuditEvent
from storage.old_events import OldDay, day_from, renamed
from storage.old_layout import OldFile, day_in


class OldTrail:
    """Every event of these days once; `original` gives the bytes of a file as they were found.

    `begun_at` (UTC) is told of an event that says no time, in a file whose name is that of no day.
    `ids` are those of all events, `told_of` counts the events of each ticket, `duplicates` those
    that were there twice; `noted` is what a person should know of each day, in the order of `days`.
    """

    def __init__(
        self,
        days: Sequence[OldFile],
        original: Callable[[OldFile], bytes],
        begun_at: datetime,
    ) -> None:
        self.days, self._original, self._begun_at = days, original, begun_at
        self.ids: set[str] = set()
        self.told_of: Counter[str] = Counter()
        self.duplicates = 0
        self.noted: list[list[str]] = []
        for day, new in self._read():
            self.ids.update(event.id for event in new)
            self.told_of.update(event.ticket_id for event in new if event.ticket_id)
            self.duplicates += len(day.events) - len(new)
            self.noted.append([*day.problems, *map(_held, filter(_is_held, new))])

    def events(self) -> Iterator[AuditEvent]:
        """Yield them in the order of the days, and within a day the oldest first."""
        for _day, new in self._read():
            yield from new

    def _read(self) -> Iterator[tuple[OldDay, list[AuditEvent]]]:
        """Yield each day, and what it tells that none before it has told."""
        known: dict[str, bytes] = {}
        for file in self.days:
            moment = day_in(file) or self._begun_at
            day = day_from(self._original(file), file=file.path, moment=moment)
            yield day, list(_new_in(day, known))


def _new_in(day: OldDay, known: dict[str, bytes]) -> Iterator[AuditEvent]:
    for told in day.events:
        event, digest = told, _digest(told)
        if known.get(event.id, digest) != digest:
            day.problems.append(f"two events have the id {event.id}")
            event = renamed(event)
            digest = _digest(event)
        if event.id not in known:
            known[event.id] = digest
            yield event


def _digest(event: AuditEvent) -> bytes:
    """Return the digest of an event as the log takes it: one that it cannot take shows here."""
    return hashlib.sha256(event.model_dump_json().encode()).digest()


def _is_held(event: AuditEvent) -> bool:
    return event.legal_hold


def _held(event: AuditEvent) -> str:
    return f"event {event.id} says that ticket {event.ticket_id} is under legal hold"

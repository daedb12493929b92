"""The old events brought into the audit log, each once, whatever was brought there before.

A line names where the line before it about the same ticket begins, so the order in which they are
appended is that of a ticket's history.
"""

from collections.abc import Collection, Iterator

from domain.audit import AuditEvent
from storage.audit import AuditLog
from storage.audit_reading import days_of
from storage.chain import BrokenLineError, Position, entry, parsed
from storage.layout import Layout


class MigratedLog:
    """Appends events in a fixed order, and goes on where it was stopped. Everything here blocks.

    `ours` are the ids of all events that the migration brings. Raises OSError.
    """

    def __init__(self, layout: Layout, audit: AuditLog, ours: Collection[str]) -> None:
        self._audit = audit
        self._told: dict[str, Position] = {}
        self._last: dict[str, Position] = {}
        for event, position in _lines_of(layout):
            self._told[event.id] = position
            if event.ticket_id and event.id not in ours:
                self._last[event.ticket_id] = position

    def tell(self, event: AuditEvent) -> None:
        """Append an event, not durably yet, unless it is there."""
        position = self._told.get(event.id)
        if position is None:
            last = self._last.get(event.ticket_id) if event.ticket_id else None
            (position,) = self._audit.append([entry(event, last)])
            self._told[event.id] = position
        if event.ticket_id:
            self._last[event.ticket_id] = position


def _lines_of(layout: Layout) -> Iterator[tuple[AuditEvent, Position]]:
    """Yield every event of the log that is as it was written, and where its line begins."""
    for day, path in days_of(layout):
        offset = 0
        with path.open("rb") as lines:
            for raw in lines:
                try:
                    event = parsed(raw.removesuffix(b"\n"), number=0).event
                except BrokenLineError:
                    pass
                else:
                    yield event, Position(day, offset)
                offset += len(raw)

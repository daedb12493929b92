"""The audit log: one event a line, a file a UTC day, a folder a month.

It is written just after the ticket that holds the same event, and can always be completed
from there; so a line that is missing is late and never lost.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path

import aiofiles.os

from domain.audit import AuditEvent
from storage.files import append_line, damage_in, locked, make_directory
from storage.layout import Layout


class AuditLog:
    """Reads and appends events."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.on = aiofiles.os.wrap(self.read_day)
        self.about = aiofiles.os.wrap(self.read_about)

    def append(self, event: AuditEvent) -> None:
        """Append an event to its day, durably. Blocks."""
        path = self._layout.audit_day(event.timestamp)
        make_directory(path.parent)
        with locked(self._layout.locks / "audit.lock"):
            append_line(path, event.model_dump_json().encode())

    def holds(self, event: AuditEvent) -> bool:
        """Is this event in the log of its day? Blocks."""
        return self.remembered()(event)

    def remembered(self) -> Callable[[AuditEvent], bool]:
        """Return `holds` for many events: each day is read once, and not again. Blocks."""
        days: dict[Path, set[bytes]] = {}

        def holds(event: AuditEvent) -> bool:
            path = self._layout.audit_day(event.timestamp)
            if path not in days:
                # A line begins with the id of its event; deeper in it a client may have
                # written anything.
                days[path] = {line.partition(b'",')[0] for line in _lines(path)}
            return f'{{"id":"{event.id}'.encode() in days[path]

        return holds

    def read_day(self, day: date) -> list[AuditEvent]:
        """Return the events of a UTC day in the order they were written. Blocks."""
        return list(_events(self._layout.audit_day(datetime.combine(day, time()))))

    def read_about(self, ticket_id: str) -> list[AuditEvent]:
        """Return the history of one ticket, the oldest event first. Blocks."""
        days = sorted(self._layout.audit.glob("*/audit_*.jsonl"))
        mentioned = f'"ticket_id":"{ticket_id}"'.encode()
        return [
            event
            for path in days
            for event in _events(path, mentioned)
            if event.ticket_id == ticket_id
        ]


def _events(path: Path, needle: bytes = b"") -> Iterator[AuditEvent]:
    """Yield the events of a file whose lines hold the needle."""
    for line in _lines(path):
        if needle in line:
            with damage_in(path.name, "an audit log"):
                event = AuditEvent.model_validate_json(line)
            yield event


def _lines(path: Path) -> list[bytes]:
    """Return the whole lines of a file; a last line without its end is not an event."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    return content.split(b"\n")[:-1]

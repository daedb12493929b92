"""The audit log as it is read: by day, by range, by ticket, and proved from end to end.

No lock is taken: a line that is being written is not a line yet.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import aiofiles.os

from domain.audit import AuditEvent
from storage.audit_anchor import Anchor, anchor_told, believed_anchor, fault_of_anchor
from storage.chain import (
    NOWHERE,
    BrokenLineError,
    Head,
    Line,
    Position,
    day_of,
    parsed,
    seal_of,
)
from storage.failures import unreadable
from storage.layout import Layout
from storage.lines import Lines
from storage.log_lines import (
    DamagedLine,
    days_of,
    first_fault,
    head_at,
    links_between,
    read_lines,
)

__all__ = [
    "AuditReader",
    "DamagedLine",
    "History",
    "days_of",
    "first_fault",
    "head_at",
    "links_between",
    "read_lines",
]


@dataclass(frozen=True, slots=True)
class History:
    """Events in the order in which they were written, and the lines that cannot be believed."""

    events: list[AuditEvent] = field(default_factory=list)
    damaged: list[DamagedLine] = field(default_factory=list)


class AuditReader:
    """Reads and proves events. Where nothing else is said, its methods block."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.on = aiofiles.os.wrap(self._on)
        self.between = aiofiles.os.wrap(self._between)

    def _on(self, day: date) -> History:
        """Return the events of a UTC day in the order they were written.

        Raises UnavailableError if the disk does not give them.
        """
        with unreadable(self._layout.audit):
            return self._read([f"{day:%Y%m%d}"])

    def _between(self, first: date, last: date) -> History:
        """Return the events of the UTC days from `first` to `last`, both included."""
        wanted = (f"{first:%Y%m%d}", f"{last:%Y%m%d}")
        with unreadable(self._layout.audit):
            days = [day for day, _path in self._days()]
            return self._read(day for day in days if wanted[0] <= day <= wanted[1])

    def read_about(self, ticket_id: str, last: Position | None = None) -> History:
        """Return the history of one ticket, the oldest event first. Blocks.

        `last` is where the last line about it begins, None if that is not known. The history is
        walked backwards from line to line; where a line fails, the days are read.
        """
        try:
            return History(self._walked(ticket_id, last or self.find_last(ticket_id)))
        except BrokenLineError:
            return self.search_about(ticket_id)

    def search_about(self, ticket_id: str) -> History:
        """Return the history of one ticket, having proved every line of the log. Blocks."""
        days = [day for day, _path in self._days()]
        return self._read(days, lambda event: event.ticket_id == ticket_id)

    def find_last(self, ticket_id: str) -> Position | None:
        """Return where the last line about a ticket begins, None if there is none. Blocks.

        NOWHERE if a line that cannot be read may be the last: whoever follows it must search.
        """
        wanted = f'"ticket_id":"{ticket_id}"'.encode()
        for day, path in reversed(self._days()):
            for offset, event in _found(path, wanted):
                if event is None:
                    return NOWHERE
                if event.ticket_id == ticket_id:
                    return Position(day, offset)
        return None

    def find(self, event: AuditEvent) -> Position | None:
        """Return where the line of this event begins, None if it is not in the log. Blocks."""
        day = day_of(event.timestamp)
        # A line begins with the id of its event; deeper in it a client may have written anything.
        wanted = f'{{"id":"{event.id}"'.encode()
        for offset, found in _found(self._layout.audit_file(day), wanted):
            if found and found.id == event.id:
                return Position(day, offset)
        return None

    def tells(self, event_id: str, position: Position) -> bool:
        """Return whether the line that begins there tells this event, as it was written. Blocks."""
        path = self._layout.audit_file(position.day)
        try:
            with Lines(path, is_read_only=True) as lines:
                line = lines.line_from(position.offset)
            seal_of(line, number=0)
        except (FileNotFoundError, BrokenLineError):
            return False
        return line.startswith(f'{{"id":"{event_id}"'.encode())

    def verify_all(
        self, on_line: Callable[[str, Line], None] = lambda _day, _line: None
    ) -> Iterator[DamagedLine]:
        """Yield every line of the log that cannot be believed, and every broken link. Blocks.

        `on_line` is called with each of the others, and the day (YYYYMMDD) in whose file it is. An
        anchor of which no line tells proves nothing, and is told of itself.
        """
        days = self._days()
        links = dict(links_between(days))
        missing = {(link.after, link.previous) for link in links.values()}
        removals: list[Anchor] = []
        for day, path in days:
            for found in read_lines(path):
                if isinstance(found, DamagedLine):
                    yield found
                    continue
                on_line(day, found)
                missing.discard((f"{day}/{found.head.number}", found.head.sha256))
                if told := Anchor.told_by(found.event):
                    removals.append(told)
        if fault := fault_of_anchor(self._layout, removals):
            yield DamagedLine(self._layout.audit_anchor.name, 1, fault)
        broken = {
            day: str(link.after)
            for day, link in links.items()
            if (link.after, link.previous) in missing
        }
        anchor = anchor_told(self._layout, removals) if broken else None
        for day, after in broken.items():
            # What the anchor stands for was removed because its time was over.
            if not (anchor and anchor.covers(day, after, links[day].previous)):
                problem = f"it was written behind line {after}, which is not as it was"
                yield DamagedLine(self._layout.audit_file(day).name, 1, problem)

    def _end_of_removed(self, day: str) -> tuple[str | None, Head]:
        """Return the last line that was removed, for the first line of a later day to hang on."""
        anchor = believed_anchor(self._layout)
        if anchor is None or day <= anchor.last.day:
            return None, Head()
        return anchor.last.place, Head(0, anchor.last.sha256)

    def has_told(self, event: AuditEvent) -> bool:
        """Is this event in the log, or may it have been in a day that was removed? Blocks."""
        return self.has_removed(event) or self.find(event) is not None

    def has_removed(self, event: AuditEvent) -> bool:
        """Is the day of this event one of those that were removed? Blocks."""
        anchor = believed_anchor(self._layout)
        return anchor is not None and day_of(event.timestamp) <= anchor.last.day

    def _read(
        self, days: Iterable[str], wanted: Callable[[AuditEvent], bool] = lambda _event: True
    ) -> History:
        history = History()
        for day in days:
            for found in read_lines(self._layout.audit_file(day)):
                if isinstance(found, DamagedLine):
                    history.damaged.append(found)
                elif wanted(found.event):
                    history.events.append(found.event)
        return history

    def _walked(self, ticket_id: str, last: Position | None) -> list[AuditEvent]:
        """Follow the lines about a ticket backwards. Raises BrokenLineError where that fails."""
        events: list[AuditEvent] = []
        seen: set[Position] = set()
        while last:
            line = self._line_at(last)
            if line.event.ticket_id != ticket_id or line.link is None or last in seen:
                raise BrokenLineError("the lines about this ticket do not hang together")
            seen.add(last)
            events.append(line.event)
            last = line.same_ticket
        return events[::-1]

    def _line_at(self, position: Position) -> Line:
        path = self._layout.audit_file(position.day)
        if position.offset < 0 or not path.exists():
            raise BrokenLineError("there is no such line")
        with Lines(path, is_read_only=True) as lines:
            return parsed(lines.line_from(position.offset), number=0)

    def _days(self) -> list[tuple[str, Path]]:
        return days_of(self._layout)


def _found(path: Path, wanted: bytes) -> Iterator[tuple[int, AuditEvent | None]]:
    """Yield where the lines begin that hold these bytes, the last first, and their events.

    None for a line that cannot be read.
    """
    if not path.exists():
        return
    with Lines(path, is_read_only=True) as lines:
        for start, line in lines.found_backwards(wanted):
            yield start, _event_in(line)


def _event_in(line: bytes) -> AuditEvent | None:
    try:
        return parsed(line, number=0).event
    except BrokenLineError:
        return None

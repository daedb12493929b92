"""The audit log as it is read: by day, by range, by ticket, and proved from end to end.

No lock is taken: a line that is being written is not a line yet.
"""

import mmap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import aiofiles.os

from domain.audit import AuditEvent
from storage.chain import (
    NOWHERE,
    UNKNOWN,
    BrokenLineError,
    Head,
    Line,
    Position,
    day_of,
    fault_in_chain,
    parsed,
)
from storage.layout import AUDIT_FILE, Layout
from storage.lines import Lines


@dataclass(frozen=True, slots=True)
class DamagedLine:
    """A line of the log that cannot be believed."""

    file: str
    number: int
    problem: str


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
        """Return the events of a UTC day in the order they were written."""
        return self._read([f"{day:%Y%m%d}"])

    def _between(self, first: date, last: date) -> History:
        """Return the events of the UTC days from `first` to `last`, both included."""
        return self._read(
            day for day, _path in self._days() if f"{first:%Y%m%d}" <= day <= f"{last:%Y%m%d}"
        )

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

    def verify_all(self) -> Iterator[DamagedLine]:
        """Yield every line of the log that cannot be believed, and every broken link. Blocks."""
        first_lines = {day: next(read_lines(path), None) for day, path in self._days()}
        links = {
            day: line.link
            for day, line in first_lines.items()
            if isinstance(line, Line) and line.link and line.link.after
        }
        held = {(link.after, link.previous) for link in links.values()}
        for day, path in self._days():
            for found in read_lines(path):
                if isinstance(found, DamagedLine):
                    yield found
                    continue
                held.discard((f"{day}/{found.head.number}", found.head.sha256))
        for day, link in links.items():
            if (link.after, link.previous) in held:
                problem = f"it was written behind line {link.after}, which is not as it was"
                yield DamagedLine(self._layout.audit_file(day).name, 1, problem)

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
        with Lines(path) as lines:
            return parsed(lines.line_from(position.offset), number=0)

    def _days(self) -> list[tuple[str, Path]]:
        return days_of(self._layout)


def days_of(layout: Layout) -> list[tuple[str, Path]]:
    """Return the days that have an audit file, the oldest first. Blocks."""
    paths = layout.existing(layout.audit).glob("*/audit_*.jsonl")
    matches = ((AUDIT_FILE.fullmatch(path.name), path) for path in paths)
    return sorted((match[1], path) for match, path in matches if match)


def read_lines(
    path: Path, start: int = 0, head: Head | None = None
) -> Iterator[Line | DamagedLine]:
    """Yield the lines of a file from `start` on, and what is wrong with them.

    A line that is whole but hangs on the wrong one is yielded too, after its fault. A last line
    without its end is not a line.
    """
    head = head or Head()
    number = head.number
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        file.seek(start)
        for raw in file:
            if not raw.endswith(b"\n"):
                return
            number += 1
            try:
                line = parsed(raw[:-1], number=number)
            except BrokenLineError as error:
                yield DamagedLine(path.name, number, str(error))
                head = Head(number, UNKNOWN, is_chained=head.is_chained)
                continue
            if fault := fault_in_chain(line, head):
                yield DamagedLine(path.name, number, fault)
            head = line.head
            yield line


def _found(path: Path, wanted: bytes) -> Iterator[tuple[int, AuditEvent | None]]:
    """Yield where the lines begin that hold these bytes, the last first, and their events.

    None for a line that cannot be read.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        if not path.stat().st_size:
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            end = len(content)
            while (place := content.rfind(wanted, 0, end)) >= 0:
                start = content.rfind(b"\n", 0, place) + 1
                stop = content.find(b"\n", place)
                if stop >= 0:
                    yield start, _event_in(content[start:stop])
                end = start


def _event_in(line: bytes) -> AuditEvent | None:
    try:
        return parsed(line, number=0).event
    except BrokenLineError:
        return None

"""The audit log: one event a line, a file a UTC day, a folder a month, all lines in one chain.

A line is written just after the ticket that holds the same event, and is not synced then: the
ticket can always say it again. It is made durable before that ticket's file is replaced, so a
line that is missing is late and never lost. `storage/chain.py` says what a line looks like.
"""

import logging
import mmap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

import aiofiles.os

from domain.audit import AuditEvent
from storage.chain import (
    UNKNOWN,
    BrokenLineError,
    Head,
    Line,
    Position,
    chained,
    day_of,
    fault_in_chain,
    parsed,
)
from storage.files import (
    FileLock,
    Identity,
    Lines,
    make_directory,
    sync_directory,
    write_atomic,
)
from storage.layout import AUDIT_FILE, Layout
from storage.quarantine import Quarantine

NOWHERE = Position("", -1)  # where a line lay that is gone

log = logging.getLogger(__name__)


class Entry(NamedTuple):
    """An event on its way into the log, as JSON in one line.

    `day` is the UTC day to which it belongs, written YYYYMMDD; `same_ticket` is where the last
    line about its ticket begins.
    """

    content: str
    day: str
    same_ticket: Position | None = None


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


@dataclass(slots=True)
class _Known:
    """What this process knows of a day's file: valid as long as the file is as it was."""

    path: Path
    identity: Identity | None = None
    head: Head = field(default_factory=Head)
    end: int = 0
    durable_end: int = 0


def entry(event: AuditEvent, same_ticket: Position | None = None) -> Entry:
    """Return an event as the log takes it."""
    return Entry(event.model_dump_json(), day_of(event.timestamp), same_ticket)


class AuditLog:
    """Reads, appends and proves events."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._quarantine = Quarantine(layout)
        self._known: dict[str, _Known] = {}
        self._suspect: set[str] = set()
        self.on = aiofiles.os.wrap(self._on)
        self.between = aiofiles.os.wrap(self._between)

    # Writing. The caller has no lock of the log; it may hold locks of tickets.

    def append(self, entries: Sequence[Entry]) -> list[Position]:
        """Append events to their days, not durably yet; return where each line begins. Blocks.

        Raises OSError; events before the one that failed are in the log.
        """
        positions: list[Position] = []
        with FileLock(self._layout.audit_lock):
            for day, same_day in _runs(entries):
                positions += self._append_to(day, same_day)
        return positions

    def append_durably(self, new: Entry) -> Position:
        """Append one event and sync it; a line that cannot be synced is taken out. Blocks.

        Raises OSError.
        """
        with FileLock(self._layout.audit_lock):
            (position,) = self._append_to(new.day, [new])
            path = self._layout.audit_file(new.day)
            try:
                self._sync(new.day)
            except OSError:
                with Lines(path) as lines:
                    lines.cut(position.offset)
                self._known.pop(new.day, None)
                raise
        return position

    def ends(self) -> dict[str, int]:
        """Return how far this process has written each day."""
        return {day: known.end for day, known in self._known.items()}

    def is_durable(self, position: Position) -> bool:
        """Has this process seen the line that begins there become durable?"""
        known = self._known.get(position.day)
        return known is not None and position.offset < known.durable_end

    def mark_durable(self, ends: Mapping[str, int]) -> None:
        """Take note that the file system was synced after these lines were written."""
        for day, end in ends.items():
            known = self._day(day)
            known.durable_end = max(known.durable_end, end)

    def suspect(self) -> None:
        """Take note that a sync failed: what is not known to be durable may be only seen.

        The kernel drops what it could not write and says yes to the next sync; `renew` writes
        those days anew before anything relies on them.
        """
        self._suspect |= {
            day for day, known in self._known.items() if known.durable_end < known.end
        }

    def renew(self) -> None:
        """Write the suspected days anew, durably. Blocks. Raises OSError."""
        if not self._suspect:
            return
        with FileLock(self._layout.audit_lock):
            for day in sorted(self._suspect):
                path = self._layout.audit_file(day)
                content = path.read_bytes()
                write_atomic(path, content)
                self._known.pop(day, None)
                self._suspect.discard(day)

    def durable_ends(self) -> dict[str, int]:
        """Make the whole log durable; return the length of each day's file. Blocks."""
        with FileLock(self._layout.audit_lock):
            ends = {}
            for day, path in self._days():
                size = path.stat().st_size
                known = self._known.get(day)
                if known is None or known.durable_end < size:
                    self._sync(day)
                ends[day] = size
            return ends

    def _append_to(self, day: str, entries: Sequence[Entry]) -> list[Position]:
        known = self._day(day)
        if known.identity is None:
            make_directory(known.path.parent)
        with self._opened(day, known.path) as lines:
            known = self._known[day]
            after, head = None, known.head
            if not head.number:
                after, head = self._day_before(day)
            positions, content = [], bytearray()
            for new in entries:
                positions.append(Position(day, known.end + len(content)))
                line, head = chained(
                    new.content, head, after=after, same_ticket=new.same_ticket
                )
                content += line + b"\n"
                after = None
            lines.append(bytes(content), end=known.end)
            if known.end == 0:
                sync_directory(known.path.parent)
            known.head, known.end = head, known.end + len(content)
            known.identity = lines.identity
        return positions

    def _day(self, day: str) -> _Known:
        """Return what is known of a day; nothing yet, perhaps."""
        if day not in self._known:
            self._known[day] = _Known(self._layout.audit_file(day))
        return self._known[day]

    def _opened(self, day: str, path: Path) -> Lines:
        """Open a day for appending, its end known; a torn end is cut, a bad one mended."""
        lines = Lines(path)
        try:
            self._learn_end(day, lines)
        except BrokenLineError:
            lines.close()
            self._repair_day(day, path, 0)
            return self._opened(day, path)
        except BaseException:
            lines.close()
            raise
        return lines

    def _learn_end(self, day: str, lines: Lines) -> _Known:
        """Return what is known of a day, having looked if others have written there."""
        known = self._day(day)
        if known.identity != lines.identity:
            end = lines.cut_torn_end()
            known.end, known.head = end, _head_at(lines, end)
            known.durable_end = min(known.durable_end, end)
            known.identity = lines.identity
        return known

    def _day_before(self, day: str) -> tuple[str | None, Head]:
        """Return the last line of the newest earlier day, durable, for a first line to hang on.

        A day that is durable would otherwise hang on one that a power cut has shortened.
        """
        earlier = [(name, path) for name, path in self._days() if name < day]
        for name, path in reversed(earlier):
            with self._opened(name, path) as lines:
                known = self._known[name]
                if not known.head.number:
                    continue
                if known.durable_end < known.end:
                    lines.sync()
                    known.durable_end = known.end
            return f"{name}/{known.head.number}", Head(0, known.head.sha256)
        return None, Head()

    def _sync(self, day: str) -> None:
        with Lines(self._layout.audit_file(day)) as lines:
            end = lines.identity.size
            try:
                lines.sync()
            except OSError:
                self._day(day).end = end
                self.suspect()
                raise
        self.mark_durable({day: end})

    # Reading. No lock: a line that is being written is not a line yet.

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
        history = self._read(day for day, _path in self._days())
        events = [event for event in history.events if event.ticket_id == ticket_id]
        return History(events, history.damaged)

    def find_last(self, ticket_id: str) -> Position | None:
        """Return where the last line about a ticket begins, None if there is none. Blocks."""
        wanted = f'"ticket_id":"{ticket_id}"'.encode()
        for day, path in reversed(self._days()):
            for offset, event in _found(path, wanted):
                if event.ticket_id == ticket_id:
                    return Position(day, offset)
        return None

    def find(self, event: AuditEvent) -> Position | None:
        """Return where the line of this event begins, None if it is not in the log. Blocks."""
        day = day_of(event.timestamp)
        # A line begins with the id of its event; deeper in it a client may have written anything.
        wanted = f'{{"id":"{event.id}"'.encode()
        for offset, found in _found(self._layout.audit_file(day), wanted):
            if found.id == event.id:
                return Position(day, offset)
        return None

    def verify_all(self) -> Iterator[DamagedLine]:
        """Yield every line of the log that cannot be believed, and every broken link. Blocks."""
        first_lines = {day: next(_lines(path), None) for day, path in self._days()}
        links = {
            line.link.after: (day, line.link.previous)
            for day, line in first_lines.items()
            if isinstance(line, Line) and line.link and line.link.after
        }
        for day, path in self._days():
            for found in _lines(path):
                if isinstance(found, DamagedLine):
                    yield found
                    continue
                place = f"{day}/{found.head.number}"
                if place in links and links[place][1] == found.head.sha256:
                    del links[place]
        for after, (day, _previous) in links.items():
            yield DamagedLine(
                self._layout.audit_file(day).name,
                1,
                f"it was written behind line {after}, and that is not what stands there",
            )

    def _read(self, days: Iterable[str]) -> History:
        history = History()
        for day in days:
            for found in _lines(self._layout.audit_file(day)):
                if isinstance(found, DamagedLine):
                    history.damaged.append(found)
                else:
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
        """Return the days that have a file, the oldest first."""
        paths = self._layout.existing(self._layout.audit).glob("*/audit_*.jsonl")
        matches = ((AUDIT_FILE.fullmatch(path.name), path) for path in paths)
        return sorted((match[1], path) for match, path in matches if match)

    # After a crash.

    def repair(self, since: Mapping[str, int]) -> None:
        """Cut what a crash has torn; make durable what it has left. Blocks. Raises OSError.

        `since` gives the length up to which each day is known to be durable and whole; what
        follows is proved. A power cut can lose a line and keep a later one: from the first bad
        line on the file is written anew, after a copy of it has been set aside.
        """
        with FileLock(self._layout.audit_lock):
            for day, path in self._days():
                size = path.stat().st_size
                start = since.get(day, 0)
                if size != start:
                    self._repair_day(day, path, start if start < size else 0)

    def _repair_day(self, day: str, path: Path, start: int) -> None:
        with Lines(path) as lines:
            lines.cut_torn_end()
            try:
                head = _head_at(lines, start)
            except BrokenLineError:
                start, head = 0, Head()
        found = _lines(path, start, head)
        if bad := next((line for line in found if isinstance(line, DamagedLine)), None):
            log.error("audit log: line %d of %s: %s", bad.number, bad.file, bad.problem)
            self._quarantine.set_aside(path, f"line {bad.number}: {bad.problem}", keep=True)
            write_atomic(path, self._chained_anew(day, path))
        self._known.pop(day, None)
        self._sync(day)

    def _chained_anew(self, day: str, path: Path) -> bytes:
        """Return a file's lines without the bad ones; those behind the first bad one hang anew."""
        content, head, after = bytearray(), Head(), None
        moved: dict[Position, Position] = {}
        offset, is_whole = 0, True
        for raw in path.read_bytes().splitlines(keepends=True):
            position, offset = Position(day, offset), offset + len(raw)
            try:
                line = parsed(raw[:-1], number=head.number + 1)
            except BrokenLineError:
                is_whole = False
                moved[position] = NOWHERE
                continue
            is_whole = is_whole and fault_in_chain(line, head) is None
            if is_whole:
                content, head = content + raw, line.head
                continue
            if not head.number:
                after, head = self._day_before(day)
            before = line.same_ticket
            moved[position] = Position(day, len(content))
            made, head = chained(
                line.event.model_dump_json(),
                head,
                after=after,
                same_ticket=moved.get(before, before) if before else None,
            )
            content, after = content + made + b"\n", None
        return bytes(content)


def _runs(entries: Sequence[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    """Yield the entries of each day together, in their order."""
    days: dict[str, list[Entry]] = {}
    for new in entries:
        days.setdefault(new.day, []).append(new)
    yield from days.items()


def _head_at(lines: Lines, end: int) -> Head:
    """Return the head of a file that ends at `end`. Raises BrokenLineError for a bad last line."""
    if end == 0:
        return Head()
    line = lines.line_before(end)
    return parsed(line, number=lines.count_before(end) if b'"_chain":' not in line else 0).head


def _lines(
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


def _found(path: Path, wanted: bytes) -> Iterator[tuple[int, AuditEvent]]:
    """Yield the events whose lines hold these bytes, the last first, and where they begin."""
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
                with suppress(BrokenLineError):
                    if stop >= 0:
                        yield start, parsed(content[start:stop], number=0).event
                end = start

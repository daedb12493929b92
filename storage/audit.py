"""The audit log: one event a line, a file a UTC day, a folder a month, all lines in one chain.

A line is written just after the ticket that holds the same event, and is not synced then: the
ticket can always say it again. It is made durable before that ticket's file is replaced, so a
line that is missing is late and never lost. `storage/chain.py` says what a line looks like.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from storage.audit_reading import AuditReader, first_fault, head_at
from storage.chain import (
    NOWHERE,
    BrokenLineError,
    Entry,
    Head,
    Position,
    chained,
    fault_in_chain,
    same_ticket,
    seal_of,
)
from storage.file_locks import FileLock
from storage.files import (
    NO_FILE,
    Identity,
    append_shared,
    identity_at,
    make_directory,
    sync_directory,
    unlink,
    write_atomic,
)
from storage.layout import Layout
from storage.lines import Lines
from storage.quarantine import Quarantine

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Known:
    """What this process knows of a day's file: valid as long as the file is as it was."""

    path: Path
    identity: Identity | None = None
    head: Head = field(default_factory=Head)
    end: int = 0
    durable_end: int = 0


class AuditLog(AuditReader):
    """Appends events, and keeps what was appended. Its caller may hold locks of tickets."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(layout)
        self._quarantine = Quarantine(layout)
        self._known: dict[str, _Known] = {}
        self._suspect: set[str] = set()
        self._suspects = layout.locks / "suspects"

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
        return {day: known.end for day, known in list(self._known.items())}

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
        known = list(self._known.items())
        days = [day for day, what in known if what.durable_end < what.end]
        self._suspect.update(days)
        # The other processes must know, and whoever comes after us: they see the same cache.
        with suppress(OSError):
            append_shared(self._suspects, "".join(f"{day}\n" for day in days).encode())

    def renew(self) -> None:
        """Write the suspected days anew, durably. Blocks. Raises OSError."""
        if not self._suspect and identity_at(self._suspects) == NO_FILE:
            return
        with FileLock(self._layout.audit_lock):
            with suppress(FileNotFoundError):
                self._suspect.update(self._suspects.read_text("ascii").split())
            for day in sorted(self._suspect):
                path = self._layout.audit_file(day)
                if path.exists():
                    write_atomic(path, path.read_bytes())
                self._known.pop(day, None)
                self._suspect.discard(day)
            unlink(self._suspects)

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
            known.end, known.head = end, head_at(lines, end)
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
        return self._end_of_removed(day)

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

    # After a crash.

    def repair(self, since: Mapping[str, int]) -> None:
        """Cut what a crash has torn; make durable what it has left. Blocks. Raises OSError.

        `since` gives the length up to which each day is known to be durable and whole; what
        follows is proved. A power cut can lose a line and keep a later one: from the first bad
        line on the file is written anew, after a copy of it has been set aside.
        """
        self.renew()
        with FileLock(self._layout.audit_lock):
            for day, path in self._days():
                size = path.stat().st_size
                start = since.get(day, 0)
                if size < start:
                    problem = f"it has {size} bytes; {start} were durable"
                    log.error("audit log: %s: %s", path.name, problem)
                    self._quarantine.set_aside(path, problem, keep=True)
                if size != start:
                    self._repair_day(day, path, start if start < size else 0)

    def _repair_day(self, day: str, path: Path, start: int) -> None:
        with Lines(path) as lines:
            lines.cut_torn_end()
            try:
                head = head_at(lines, start)
            except BrokenLineError:
                start, head = 0, Head()
        if fault := first_fault(path, start, head):
            log.error("audit log: %s: %s", path.name, fault)
            self._quarantine.set_aside(path, fault, keep=True)
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
                seal = seal_of(raw[:-1], number=head.number + 1)
            except BrokenLineError:
                is_whole = False
                moved[position] = NOWHERE
                continue
            is_whole = is_whole and fault_in_chain(seal, head) is None
            if is_whole:
                content, head = content + raw, seal.head
                continue
            if not head.number:
                after, head = self._day_before(day)
            before = same_ticket(seal.link)
            moved[position] = Position(day, len(content))
            made, head = chained(
                seal.event,
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

"""What was unpacked, proved: recovered as the next start would, everything held against everything.

Nobody else knows the directory, so no lock is taken, and each ticket is read once for all that is
asked of it: can it be believed, has the log its event, is its number its own, what does the index
say. What lies beside the tickets and the log is no reason against a backup, and is not looked at.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import pydantic_core

from domain.audit import AuditEvent
from domain.errors import UnavailableError
from storage.agreement import Agreement
from storage.archive_reading import expect_room
from storage.audit import AuditLog
from storage.audit_reading import days_of, first_fault
from storage.chain import Entry as LogEntry
from storage.chain import Head, entry
from storage.clock import system_clock
from storage.entry import Entry, entry_of
from storage.failures import DamagedFileError, NewerFormatError
from storage.files import (
    CAN_SYNC_FILESYSTEM,
    Identity,
    create,
    make_directory,
    open_directory,
    sync_filesystem,
    sync_open_directory,
)
from storage.folders import RETIRED, folders
from storage.index_file import write_snapshot
from storage.layout import TICKET_FILE, Layout
from storage.lines import Lines
from storage.numbers import Numbers
from storage.performance import Performance
from storage.plain_files import read_identified, read_plain
from storage.ticket_files import OpenedFile, StoredTicket, as_stored, opened
from storage.tickets import Tickets
from storage.trail import places

NUMBER = "texas811_ticket_number"
PROVED_FOLDERS = frozenset({"audit", "audit/*", RETIRED})
OURS = frozenset({"index.json", Path(RETIRED).name})  # among the tickets


class Proof(NamedTuple):
    """How many tickets can be read, how many events were missing in the log, the first fault."""

    tickets: int
    settled: int
    fault: str | None


class _Read(NamedTuple):
    """A ticket as it was read: what its file says, which writing of it that is, and its fields."""

    stored: StoredTicket
    identity: Identity
    file: OpenedFile


def prove(layout: Layout, *, look: Callable[[], None] = lambda: None) -> Proof:
    """Recover a directory that nobody else uses, durably, and say what is wrong in it. Blocks.

    A ticket that cannot be believed is set aside, and a line of the log put aside. `look` is
    called for each ticket; what it raises ends this. Raises OSError, UnavailableError.
    """
    # Before the recovery, which puts a bad line aside: then nobody finds it.
    whole, fault = _proved_log(layout, look)
    for directory in layout.directories:
        make_directory(directory)
    proving = _Proving(layout)
    settled = proving.recover(whole, look)
    faults = proving.faults(look)
    return Proof(len(proving), settled, fault or next(faults, None))


class _Proving:
    """Holds tickets, log and numbers of one directory against each other."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._audit = AuditLog(layout)
        self._tickets = Tickets(layout, Performance())
        self._numbers = Numbers(layout, self._tickets)
        self._agreement = Agreement(layout, self._tickets)
        self._owners: dict[str, str] = {}  # number of the center -> ticket
        self._faults: list[str] = []

    def __len__(self) -> int:
        return len(self._agreement)

    def recover(self, whole: Mapping[str, int], look: Callable[[], None]) -> int:
        """Do what `Store.recover` does, with one sync for all; return how many events it settled.

        `whole` are the days of the log that are proved already, and their bytes.
        """
        self._audit.repair(whole)
        self._numbers.restore_retired()
        told = places(self._layout, {})
        entries: list[Entry] = []
        late: list[LogEntry] = []
        # Open before anything is written: see `sync_filesystem`.
        volume = open_directory(self._layout.numbers)
        try:
            for ticket_id in sorted(self._tickets.ids()):
                look()
                expect_room(volume, "what is derived from it")
                if (read := self._read(ticket_id)) is None:
                    continue
                self._agreement.keep(read.stored)
                self._claim(ticket_id, read.stored.ticket.texas811_ticket_number)
                entries.append(_entry_of(read))
                event = read.stored.event
                if event and event.id not in told.of_events and self._is_late(event):
                    last = told.last.get(ticket_id) or self._audit.find_last(ticket_id)
                    late.append(entry(event, last))
            self._audit.append(late)
            _sync(volume)
            self._save_index(entries)
        finally:
            os.close(volume)
        return len(late)

    def faults(self, look: Callable[[], None]) -> Iterator[str]:
        """Yield what of the tickets and the log cannot be believed."""
        yield from self._faults
        for line in self._audit.verify_all(lambda _day, _line: look()):
            is_anchor = line.file == self._layout.audit_anchor.name
            yield f"{line.path}: {f'Line {line.number}: ' * (not is_anchor)}{line.problem}."
        for finding in self._agreement.disagreements():
            yield f"{finding.file}: {finding.problem}"
        places = PROVED_FOLDERS | ({"tickets"} if self._has_more_than_tickets() else set())
        for finding in folders(self._layout.root, now=system_clock(), places=places):
            yield f"{finding.file}: {finding.problem}"

    def _has_more_than_tickets(self) -> bool:
        """Return whether something lies among the tickets that is none, nor ours by its name."""
        names = os.listdir(self._layout.tickets)  # noqa: PTH208 - names are enough
        return any(not TICKET_FILE.fullmatch(name) and name not in OURS for name in names)

    def _read(self, ticket_id: str) -> _Read | None:
        """Return a ticket; None, having told why, if it cannot be read."""
        path = self._layout.ticket(ticket_id)
        # What is wrong is told below: there the file is set aside, if it must be.
        with suppress(DamagedFileError, NewerFormatError):
            content, identity = read_identified(path)
            file = opened(content, name=path.name)
            stored = as_stored(file, name=path.name)
            if stored.ticket.id == ticket_id:
                return _Read(stored, identity, file)
        with suppress(OSError, UnavailableError, ValueError, AttributeError, TypeError):
            # As nobody knows whether it has this number, nobody else shall be given it.
            said = pydantic_core.from_json(read_plain(path)).get(NUMBER)
            self._claim(ticket_id, said)
        try:
            self._tickets.read(ticket_id, is_locked=True)
        except (DamagedFileError, NewerFormatError) as error:
            if path.exists():  # of one that was set aside the count tells
                self._faults.append(f"tickets/{path.name}: {error.problem}")
        return None

    def _claim(self, ticket_id: str, number: str | None) -> None:
        """Claim the number of a ticket, not durably yet; one that is another's is told."""
        if not number:
            return
        owner = self._owners.setdefault(number, ticket_id)
        if owner != ticket_id:
            problem = f"It has the number {number}, and so has ticket {owner}."
            self._faults.append(f"tickets/{self._layout.ticket(ticket_id).name}: {problem}")
            return
        claim = pydantic_core.to_json({"number": number, "ticket_id": ticket_id}, indent=2)
        with suppress(FileExistsError):  # it was the number of one that was removed
            path = self._numbers.path_of(number)
            create(path, claim + b"\n", is_synced=not CAN_SYNC_FILESYSTEM)

    def _is_late(self, event: AuditEvent) -> bool:
        """Is an event missing in the log, and not because its day was removed?"""
        return self._audit.find(event) is None and not self._audit.has_removed(event)

    def _save_index(self, entries: list[Entry]) -> None:
        """Save what the index will know, so that the next start need not read all tickets."""
        entries.sort(key=attrgetter("place"))
        # Every event is durable before: what the index has seen is not looked at again.
        write_snapshot(self._layout.index, entries, self._audit.durable_ends())


def _sync(volume: int) -> None:
    if CAN_SYNC_FILESYSTEM:
        sync_filesystem(volume)
    else:
        sync_open_directory(volume)


def _entry_of(read: _Read) -> Entry:
    """Return what the index says of a ticket, as `Index` makes it."""
    ticket = read.stored.ticket
    told = read.file.raw if read.file.is_proven else ticket.model_dump(mode="json")
    return entry_of(told, version=ticket.version, identity=read.identity)


def _proved_log(layout: Layout, look: Callable[[], None]) -> tuple[dict[str, int], str | None]:
    """Return the days that are whole, and their bytes; and the first fault in one of the others.

    What a dead writer has torn, the last line, is cut off and is none.
    """
    whole, first = {}, None
    for day, path in days_of(layout) if layout.audit.is_dir() else ():
        look()
        with Lines(path) as lines:
            end = lines.cut_torn_end()
        if fault := first_fault(path, 0, Head()):
            first = first or f"{path.relative_to(layout.root).as_posix()}: {fault}"
        else:
            whole[day] = end
    return whole, first

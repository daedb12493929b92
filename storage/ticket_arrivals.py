"""Tickets of another store, put into this one: created, and never overwritten.

A ticket comes as it was there, with its version and the event of that version. It is written like
a commit: locked, its number claimed, written aside, synced, renamed, the directory synced. Its
event lies in its file until the line comes that tells it.
"""

import os
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from domain.audit import Author, change
from domain.errors import ConflictError, Texas811Error
from domain.importing import IMPORTED
from domain.ticket import Ticket
from storage import files
from storage.arrivals import Answer, Arrived
from storage.cancellations import refuse_cancelled
from storage.changes import Changes
from storage.failures import trouble_with
from storage.files import CAN_SYNC_FILESYSTEM, Staged, identity_at
from storage.portable import TicketRecord
from storage.store import Store
from storage.ticket_files import StoredTicket, encode
from storage.ticket_locks import Note, TicketLock, number_key
from storage.tombstones import refuse_retired


@dataclass(slots=True)
class _Coming:
    """A ticket on its way, and what became of it."""

    record: TicketRecord
    path: Path
    lock: TicketLock
    answer: Answer | None = None
    staged: Staged | None = None

    @property
    def ticket(self) -> Ticket:
        return self.record.ticket

    def fail(self, error: OSError | Texas811Error) -> None:
        if self.staged:
            with suppress(OSError):
                files.discard(self.staged)
        self.answer = trouble_with(self.path, error) if isinstance(error, OSError) else error


class TicketArrivals:
    """Takes tickets in; with `is_dry` it only says what would become of them. All of it blocks."""

    def __init__(self, store: Store, *, by: Author, is_dry: bool = False) -> None:
        self._store = store
        self._layout = store.quarantine.layout
        self._changes = Changes(self._layout)
        self._by = by
        self._is_dry = is_dry

    def take(self, records: Sequence[TicketRecord]) -> list[Answer]:
        """Take different tickets in together: they share their syncs.

        Raises RejectedError for an id that can be none, and OSError if no lock can be had.
        """
        coming = [self._coming(record) for record in records]
        with ExitStack() as locks:
            for one in sorted(coming, key=lambda one: one.ticket.id):
                locks.enter_context(one.lock)
            for one in coming:
                try:
                    one.answer = self._answer(one)
                except Texas811Error as error:
                    one.answer = error
            if not self._is_dry:
                self._write([one for one in coming if one.answer is None], locks)
        return [one.answer or Arrived.WRITTEN for one in coming]

    def _coming(self, record: TicketRecord) -> _Coming:
        ticket_id = record.ticket.id
        lock = TicketLock(self._layout.ticket_lock(ticket_id))
        return _Coming(record, self._layout.ticket(ticket_id), lock)

    def _answer(self, one: _Coming) -> Answer | None:
        """Return what becomes of a ticket that is here already; None if it can be written.

        Raises DamagedFileError if it is damaged here, ConflictError if another one is here.
        """
        stored = self._store.tickets.read(one.ticket.id, is_locked=True)
        if stored:
            return self._compared(one, stored)
        refuse_cancelled(self._layout, one.ticket)
        refuse_retired(self._layout, one.ticket)
        if self._is_dry:
            number = one.ticket.texas811_ticket_number
            self._store.numbers.expect_free(one.ticket.id, number)
        return None

    def _compared(self, one: _Coming, stored: StoredTicket) -> Answer:
        version, event, here = one.record.version, one.record.event, stored.ticket.version
        if version == here and event in (None, stored.event):
            # `gap_count` and the like are derived: what is compared is what the file would be.
            said, is_said = (t.model_dump_json() for t in (one.ticket, stored.ticket))
            if said == is_said:
                return Arrived.THERE
        if version < here and event:
            note = one.lock.note_for(identity_at(one.path))
            told = self._store.audit.read_about(one.ticket.id, note.last if note else None)
            if event in told.events:
                return Arrived.NEWER
        raise ConflictError(
            f"Another ticket {one.ticket.id} is here, at version {here}; the file has version "
            f"{version}.",
            field="id",
            remedy="Compare the two. The one here has not been touched.",
        )

    def _write(self, coming: Sequence[_Coming], locks: ExitStack) -> None:
        """Bring the tickets to the disk; afterwards they are durable or have failed."""
        if not coming:
            return
        try:
            self._store.audit.renew()
            directory = files.open_directory(self._layout.tickets)
            locks.callback(os.close, directory)
            if any(one.ticket.texas811_ticket_number for one in coming):
                locks.enter_context(self._store.numbers.lock())
            self._place(coming, directory)
        except OSError as error:
            for one in _going(coming):
                one.fail(error)
        for one in _going(coming):
            self._leave_note(one)
        self._changes.tell([one.ticket.id for one in _going(coming)])

    def _place(self, coming: Sequence[_Coming], directory: int) -> None:
        """Write aside, sync, rename, sync the directory. Raises OSError."""
        is_shared = CAN_SYNC_FILESYSTEM and len(coming) > 1
        for one in coming:
            self._stage(one, is_synced=not is_shared)
        if is_shared:
            files.sync_filesystem(directory)
        for one in _going(coming):
            if one.staged:
                files.place(one.staged, one.path)
        files.sync_open_directory(directory)

    def _stage(self, one: _Coming, *, is_synced: bool) -> None:
        try:
            self._store.numbers.claim(one.ticket)
            one.staged = files.stage(one.path, self._content(one.record), is_synced=is_synced)
        except (OSError, Texas811Error) as error:
            one.fail(error)

    def _content(self, record: TicketRecord) -> bytes:
        ticket = record.ticket.model_copy(update={"version": record.version})
        if record.event:
            return encode(ticket, record.event)
        notes = f"{self._by.name or self._by.actor} imported it; nobody tells how it was made."
        made = change(
            None,
            ticket.model_copy(update={"version": record.version - 1}),
            by=self._by,
            action=IMPORTED,
            notes=notes,
        )
        return encode(ticket, made.event)

    def _leave_note(self, one: _Coming) -> None:
        if one.staged:
            number = number_key(one.ticket.texas811_ticket_number)
            note = Note(one.record.version, one.staged.identity, None, None, number)
            with suppress(OSError):  # it is a hint
                one.lock.leave(note)


def _going(coming: Sequence[_Coming]) -> list[_Coming]:
    return [one for one in coming if one.answer is None]

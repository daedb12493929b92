"""The store: the data directory as one thing, and the one way to change a ticket.

`commit` is the only writer of tickets. Ticket and event reach the disk in one file by one
rename; the audit line follows and, if a crash comes between, is written before that ticket
changes again, or when the store is opened.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiofiles.os

from domain.audit import AuditEvent, Change
from domain.errors import ConflictError
from domain.ticket import Ticket
from storage.audit import AuditLog
from storage.dead_letters import DeadLetters
from storage.files import (
    DamagedFileError,
    disk_trouble,
    locked,
    make_directory,
    sole_owner,
    sweep_temporaries,
    write_atomic,
)
from storage.layout import Layout
from storage.numbers import Numbers
from storage.tickets import StoredTicket, Tickets, encode
from storage.work_orders import WorkOrders

Holds = Callable[[AuditEvent], bool]

log = logging.getLogger(__name__)


class Store:
    """Everything under one data directory. Its methods do not block the loop."""

    def __init__(self, root: Path) -> None:
        self._layout = Layout(root)
        self.audit = AuditLog(self._layout)
        self.tickets = Tickets(self._layout)
        self.work_orders = WorkOrders(self._layout)
        self.dead_letters = DeadLetters(self._layout)
        self._numbers = Numbers(self._layout, self.tickets)
        self._commit_in_thread = aiofiles.os.wrap(self._commit)
        self._note_in_thread = aiofiles.os.wrap(self._note)
        self.open = aiofiles.os.wrap(self._open)
        self.settle_all = aiofiles.os.wrap(self._settle_all)

    async def commit(self, change: Change) -> Ticket:
        """Make a change true, durably, and return the ticket with its new version.

        Shielded: a time limit that strikes meanwhile cannot leave it half done. Raises
        ConflictError, changing nothing, if the ticket was changed since it was read, and
        UnavailableError if the disk does not take it.
        """
        return await asyncio.shield(asyncio.ensure_future(self._commit_in_thread(change)))

    async def note(self, event: AuditEvent) -> None:
        """Put an event into the audit log that changed no ticket, such as a refusal, durably.

        Raises UnavailableError if the disk does not take it.
        """
        await asyncio.shield(asyncio.ensure_future(self._note_in_thread(event)))

    @contextmanager
    def owned(self) -> Iterator[bool]:
        """Claim the data directory for one supervisor; yields whether it was free.

        Raises UnavailableError if there can be no such directory.
        """
        with disk_trouble(self._layout.root):
            make_directory(self._layout.locks)
        with sole_owner(self._layout.locks / "supervisor.lock") as is_free:
            if is_free:
                sweep_temporaries(self._layout.root, is_alone=True)
            yield is_free

    def _open(self) -> None:
        """Make the directories and remove what dead writers left half written."""
        for directory in self._layout.directories:
            make_directory(directory)
            sweep_temporaries(directory)

    def _note(self, event: AuditEvent) -> None:
        with disk_trouble(self._layout.audit):
            self.audit.append(event)

    def _commit(self, change: Change) -> Ticket:
        ticket = change.ticket
        path = self._layout.ticket(ticket.id)
        with disk_trouble(path), locked(self._layout.ticket_lock(ticket.id)) as lock:
            stored = self.tickets.read(ticket.id)
            version = stored.ticket.version if stored else 0
            if version != ticket.version:
                raise ConflictError(
                    f"Ticket {ticket.id} is at version {version}; this change was made from "
                    f"version {ticket.version}.",
                    field="version",
                    remedy="Read the ticket again and repeat the change.",
                )
            if stored:
                self._settle(lock, stored, self.audit.holds)
            written = ticket.model_copy(update={"version": version + 1})
            with self._numbers.claimed(written, stored.ticket if stored else None):
                write_atomic(path, encode(written, change.event))
            self._log_now_or_later(lock, written.version, change.event)
        return written

    def _settle_all(self) -> int:
        """Write each event that a crash kept out of the audit log; return how many.

        A damaged ticket is left to a person: it must not stop the others, or the start.
        """
        holds = self.audit.remembered()
        return sum(self._settle_ticket(ticket_id, holds) for ticket_id in self.tickets.ids())

    def _settle_ticket(self, ticket_id: str, holds: Holds) -> bool:
        with locked(self._layout.ticket_lock(ticket_id)) as lock:
            try:
                stored = self.tickets.read(ticket_id)
            except DamagedFileError as error:
                # The sentence says it all; a traceback would only hide it.
                log.error(error.problem, extra={"ticket_id": ticket_id})  # noqa: TRY400
                return False
            if stored is None:
                return False
            self._numbers.restore(stored.ticket)
            return self._settle(lock, stored, holds)

    def _settle(self, lock: int, stored: StoredTicket, holds: Holds) -> bool:
        """Bring the event of this version to the log if it is not there; was it missing?"""
        version, event = stored.ticket.version, stored.event
        if event is None or _settled_version(lock) == version:
            return False
        if holds(event):
            _note_settled(lock, version)
            return False
        self._log(lock, version, event)
        return True

    def _log_now_or_later(self, lock: int, version: int, event: AuditEvent) -> None:
        """Log the event of a committed change; a log that fails now is completed later."""
        try:
            self._log(lock, version, event)
        except OSError:
            log.exception("the event stays in the ticket's file", extra={"event_id": event.id})

    def _log(self, lock: int, version: int, event: AuditEvent) -> None:
        self.audit.append(event)
        _note_settled(lock, version)


# The lock file remembers the last version whose event is known to be in the log. It is a
# hint, written after the log is durable: losing it costs one look into the log, no more.


def _settled_version(lock: int) -> int:
    noted = os.pread(lock, 20, 0)
    return int(noted) if noted.isdigit() else 0


def _note_settled(lock: int, version: int) -> None:
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(version).encode(), 0)

"""The store: the data directory as one thing, and the one way to change a ticket.

`commit` is the only writer of tickets. Ticket and event reach the disk in one file by one
rename; the audit line follows and, if a crash comes between, is written before that ticket
changes again, or when the store recovers.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiofiles.os

from domain.audit import AuditEvent, Change, event_id
from domain.ticket import Ticket
from storage.api_keys import ApiKeys
from storage.audit import AuditLog
from storage.audit_reading import History
from storage.backup import Backups
from storage.changes import Changes
from storage.committing import Committer
from storage.cookie_secret import CookieSecret
from storage.dead_letters import DeadLetters
from storage.ended_visits import VisitEnds
from storage.failures import DamagedFileError, NewerFormatError, disk_trouble, unreadable
from storage.file_locks import sole_owner
from storage.files import identity_at, make_directory, sweep_temporaries
from storage.hosts import sole_host
from storage.incarnations import Incarnations
from storage.index import Index
from storage.key_proofs import KeyProofs
from storage.layout import Layout
from storage.legal_holds import LegalHolds
from storage.letter_lines import LetterLines
from storage.numbers import Numbers
from storage.pauses import Pauses
from storage.performance import Performance
from storage.quarantine import Quarantine
from storage.restore_journal import refuse_while_restoring
from storage.schedule_state import ScheduleState
from storage.sessions import Sessions
from storage.telemetry import Telemetry
from storage.templates import TemplateFiles
from storage.threads import in_writers_thread
from storage.ticket_files import StoredTicket
from storage.ticket_locks import note_in
from storage.tickets import Tickets
from storage.tombstones import no_ticket
from storage.trail import Places, places
from storage.work_orders import WorkOrders
from storage.writing import TicketWriter

log = logging.getLogger(__name__)


class Store:
    """Everything under one data directory. Its methods do not block the loop."""

    def __init__(self, root: Path, performance: Performance | None = None) -> None:
        performance = performance or Performance()
        self._layout = layout = Layout(root)
        self._changes = Changes(layout)
        self.audit = AuditLog(layout)
        self.tickets = Tickets(layout, performance)
        self.numbers = Numbers(layout, self.tickets)
        self.index = Index(layout, self.tickets, self._changes, performance)
        self.work_orders = WorkOrders(layout)
        self.dead_letters = DeadLetters(layout)
        self.letter_lines = LetterLines(layout)
        self.sessions = Sessions(layout)
        self.pauses = Pauses(layout)
        self.legal_holds = LegalHolds(layout)
        self.api_keys = ApiKeys(layout)
        self.key_proofs = KeyProofs(self.api_keys)
        self.cookie_secret = CookieSecret(layout)
        self.visit_ends = VisitEnds(layout)
        self.schedule = ScheduleState(layout)
        self.quarantine = Quarantine(layout)
        self.incarnations = Incarnations(layout)
        self.telemetry = Telemetry(layout)
        self.templates = TemplateFiles(layout)
        self.backups = Backups(layout)
        self._writer = TicketWriter(
            layout,
            tickets=self.tickets,
            audit=self.audit,
            numbers=self.numbers,
            changes=self._changes,
        )
        self._committer = Committer(self._writer)
        self._performance = performance
        self.open = in_writers_thread(self._open)
        self.recover = in_writers_thread(self._recover)
        self.history = aiofiles.os.wrap(self._history)
        self.close = aiofiles.os.wrap(self._close)

    async def commit(self, change: Change) -> Ticket:
        """Make a change true, durably, and return the ticket with its new version.

        A time limit that strikes meanwhile cannot leave it half done. Raises ConflictError,
        changing nothing, if the ticket was changed since it was read, DamagedFileError if the
        one on the disk cannot be believed, and UnavailableError if the disk does not take it.
        """
        return await self._committer.commit(change)

    def commit_now(self, change: Change) -> Ticket:
        """Commit in this thread: for whoever has no loop. Blocks. Raises what `commit` does."""
        return self._committer.commit_now(change)

    async def note(self, event: AuditEvent) -> None:
        """Put an event into the audit log that changed no ticket, such as a refusal, durably.

        Raises UnavailableError if the disk does not take it.
        """
        await self._committer.note(event)

    @contextmanager
    def owned(self, on_rival: Callable[[], None] = lambda: None) -> Iterator[bool]:
        """Claim the data directory for one supervisor; yields whether it was free.

        `on_rival` is called, in another thread, if another host takes the volume over. Raises UnavailableError if there can be no such directory, and RejectedError if another
        host uses the volume.
        """
        with disk_trouble(self._layout.root):
            make_directory(self._layout.locks)
        with sole_owner(self._layout.locks / "supervisor.lock") as is_free:
            if not is_free:
                yield False
                return
            with sole_host(self._layout, on_rival=on_rival):
                sweep_temporaries(self._layout.root, is_alone=True)
                yield True

    def _open(self) -> None:
        """Make the directories and remove what dead writers left half written."""
        refuse_while_restoring(self._layout)
        for directory in self._layout.directories:
            make_directory(directory)
            sweep_temporaries(directory)

    def _close(self) -> None:
        self._committer.close()
        self.telemetry.close_now()

    def _recover(self) -> int:
        """Put right what a crash has left; return how many events were missing in the log.

        What the last snapshot of the index has seen is settled; the rest is looked at. A damaged
        ticket is left to a person: it must not stop the others, or the start. Raises
        UnavailableError if the disk fails.
        """
        index = Index(self._layout, self.tickets, self._changes, self._performance)
        index.load()
        with disk_trouble(self._layout.audit):
            self.audit.repair(index.audit_ends)
        if not index.audit_ends:  # what is derived was removed, claims too
            self.numbers.restore_retired()
        told = places(self._layout, index.audit_ends)
        with disk_trouble(self._layout.audit):
            settled = sum(self._settle(ticket_id, told) for ticket_id in sorted(index.changed))
        # A process that was killed may have changed them and told nobody.
        self._changes.tell(index.changed)
        # What this has seen is not looked at again: every event is durable before it is saved.
        with disk_trouble(self._layout.index):
            index.save(self.audit.durable_ends())
        return settled

    def _settle(self, ticket_id: str, told: Places) -> bool:
        try:
            return self._writer.settle(ticket_id, told)
        except (DamagedFileError, NewerFormatError) as error:
            # The sentence says it all; a traceback would only hide it.
            log.error(error.problem, extra={"ticket_id": ticket_id})  # noqa: TRY400 - it says it all
            return False

    def _history(self, ticket_id: str) -> History:
        """Return the history of a ticket, the oldest event first, as far as it can be believed.

        Raises NotFoundError if there is no such ticket.
        """
        with unreadable(self._layout.audit):
            return self._read_history(ticket_id)

    def _read_history(self, ticket_id: str) -> History:
        identity = identity_at(self._layout.ticket(ticket_id))
        note = note_in(self._layout.ticket_lock(ticket_id), identity)
        stored = self.tickets.read(ticket_id)
        if stored is None:
            raise no_ticket(self._layout, ticket_id)
        history = self.audit.read_about(ticket_id, note.last if note else None)
        if not _is_complete(history, stored):
            history = self.audit.search_about(ticket_id)
        if stored.event and stored.event.id not in {event.id for event in history.events}:
            # It is late, or its line is damaged: the ticket says it all the same.
            history.events.append(stored.event)
        return history


def _is_complete(history: History, stored: StoredTicket) -> bool:
    """Is there an event for every version?

    What a tool of the customer has made has none for its first.
    """
    known = {event.id for event in history.events}
    versions = range(1, stored.ticket.version + 1)
    missing = [
        version for version in versions if event_id(stored.ticket.id, version) not in known
    ]
    return missing in ([], [1])

"""How a ticket's file changes: the order of calls that makes a change safe.

Lock, compare the version, see the event before settled, write aside, sync, rename, sync the
directory, log. Several changes go through it together and share their syncs. `docs/DISK.md`
says what each step is for.
"""

import logging
import os
import weakref
from collections.abc import Sequence
from contextlib import ExitStack, suppress

from domain.audit import AuditEvent, Change, event_id
from domain.errors import ConflictError, UnavailableError
from storage import files
from storage.audit import AuditLog
from storage.cancellations import refuse_cancelled
from storage.chain import Position, entry
from storage.changes import Changes
from storage.commits import Commit, each, fail, going, not_confirmed
from storage.failures import disk_trouble
from storage.files import (
    CAN_SYNC_FILESYSTEM,
    held_open,
    identity_at,
    open_directory,
    place,
    place_of,
    stage,
    sync_open_directory,
)
from storage.layout import Layout
from storage.numbers import Numbers
from storage.restore_gate import RestoreGate
from storage.ticket_files import StoredTicket, assembled
from storage.ticket_locks import Note, TicketLock, number_key
from storage.tickets import Tickets
from storage.trail import Places

log = logging.getLogger(__name__)


class TicketWriter:
    """Writes tickets and their events. Everything here blocks."""

    def __init__(
        self,
        layout: Layout,
        *,
        tickets: Tickets,
        audit: AuditLog,
        numbers: Numbers,
        changes: Changes,
    ) -> None:
        self._layout = layout
        self._tickets = tickets
        self._audit = audit
        self._numbers = numbers
        self._changes = changes
        self._gate = RestoreGate(layout)
        self._directory: int | None = None
        self._place: tuple[int, int] | None = None

    def begun(self, change: Change) -> Commit:
        """Return a change with all that can be made ready without a lock. Raises RejectedError.

        Here the file's bytes are made, so that they are while others wait for the disk.
        """
        written = change.ticket.model_copy(update={"version": change.ticket.version + 1})
        told = entry(change.event)
        return Commit(
            change,
            written,
            assembled(written, told.content),
            self._layout.ticket(written.id),
            TicketLock(self._layout.ticket_lock(written.id)),
            told,
        )

    def commit(self, commits: Sequence[Commit]) -> None:
        """Make changes of different tickets true together; each is given its answer.

        The caller lets go of them when he has passed the answers on.
        """
        with ExitStack() as locks:
            try:
                locks.enter_context(self._gate)
                self._audit.renew()
                directory = self._tickets_directory()
            except (OSError, UnavailableError) as error:
                fail(commits, error)
                return
            # In one order everywhere, or two processes could wait for each other.
            in_order = sorted(commits, key=lambda commit: commit.ticket_id)
            each(in_order, lambda commit: _enter(commit.lock, locks))
            each(commits, self._compare_version)
            self._claim_numbers(commits, locks)
            self._settle(commits, directory)
            self._write(going(commits), directory)
            self._log(going(commits))

    def settle(self, ticket_id: str, told: Places) -> bool:
        """Bring the event of a ticket's version to the log; was it missing?

        `told` says where the newest lines are, so that most need not be searched for. Raises
        DamagedFileError, UnavailableError or OSError.
        """
        path = self._layout.ticket(ticket_id)
        with TicketLock(self._layout.ticket_lock(ticket_id)) as lock:
            identity = identity_at(path)
            stored = self._tickets.read(ticket_id, is_locked=True)
            if stored is None:
                return False
            self._numbers.restore(stored.ticket)
            note = lock.note_for(identity)
            if stored.event is None:
                return False
            if note and note.line and self._audit.tells(stored.event.id, note.line):
                return False
            line = told.of_events.get(stored.event.id) or self._audit.find(stored.event)
            last = told.last.get(ticket_id) or self._audit.find_last(ticket_id)
            is_missing = line is None and not self._audit.has_removed(stored.event)
            if is_missing:
                sync_open_directory(self._tickets_directory())
                (line,) = self._audit.append([entry(stored.event, last)])
                last = line
            number = number_key(stored.ticket.texas811_ticket_number)
            with suppress(OSError):  # it is a hint
                lock.leave(Note(stored.ticket.version, identity, line, last, number))
            return is_missing

    def note(self, event: AuditEvent) -> None:
        """Log an event that changed no ticket, durably. Raises UnavailableError."""
        with disk_trouble(self._layout.audit), self._gate:
            self._audit.renew()
            if event.ticket_id is None:
                self._audit.append_durably(entry(event))
                return
            with TicketLock(self._layout.ticket_lock(event.ticket_id)) as lock:
                note = lock.note_for(identity_at(self._layout.ticket(event.ticket_id)))
                last = note.last if note else self._audit.find_last(event.ticket_id)
                line = self._audit.append_durably(entry(event, last))
                if note:
                    with suppress(OSError):
                        lock.leave(note._replace(last=line))

    def _tickets_directory(self) -> int:
        """Return a descriptor of the directory of tickets, the same as long as we live.

        Its owner is told of every failure to write since it was opened. Raises UnavailableError
        if another directory lies where it was.
        """
        path = self._layout.tickets
        if self._directory is None:
            self._directory = open_directory(path)
            weakref.finalize(self, os.close, self._directory)
            self._place = place_of(path)
        if place_of(path) != self._place:
            raise UnavailableError(
                f"The directory {path.name} was replaced while the service was running.",
                remedy="Put the directory back, or restart the service on the new one.",
            )
        return self._directory

    def _stored(self, commit: Commit) -> StoredTicket | None:
        return self._tickets.read(commit.ticket_id, is_locked=True)

    def _compare_version(self, commit: Commit) -> None:
        """Find the version on the disk. Raises ConflictError if it is not the one changed."""
        if note := commit.lock.note_for(identity_at(commit.path)):
            commit.version, commit.number = note.version, note.number
            commit.line, commit.last = note.line, note.last
            # The line may have been torn off since, and the ticket is the only other copy.
            id_ = event_id(commit.ticket_id, note.version)
            if note.line and not self._audit.tells(id_, note.line):
                commit.line, commit.last = None, self._audit.find_last(commit.ticket_id)
        elif stored := self._stored(commit):
            commit.version = stored.ticket.version
            commit.number = number_key(stored.ticket.texas811_ticket_number)
            commit.last = self._audit.find_last(commit.ticket_id)
        asked = commit.change.ticket.version
        if commit.version != asked:
            raise ConflictError(
                f"Ticket {commit.ticket_id} is at version {commit.version}; this change was "
                f"made from version {asked}.",
                field="version",
                remedy="Read the ticket again and repeat the change.",
            )
        if not asked:
            refuse_cancelled(self._layout, commit.change.ticket)

    def _claim_numbers(self, commits: Sequence[Commit], locks: ExitStack) -> None:
        """Claim the numbers that tickets are given now."""
        new = [
            commit
            for commit in commits
            if commit.is_going and _number(commit) not in (None, commit.number)
        ]
        if new:
            locks.enter_context(self._numbers.lock())
            each(new, lambda commit: self._numbers.claim(commit.change.ticket))

    def _settle(self, commits: Sequence[Commit], directory: int) -> None:
        """See that the event before is in the log, or bring it there."""
        missing: list[Commit] = []
        events: list[AuditEvent] = []

        def find_line(commit: Commit) -> None:
            stored = self._stored(commit) if commit.version and not commit.line else None
            if stored and stored.event:
                commit.line = self._audit.find(stored.event)
                if commit.line is None and not self._audit.has_removed(stored.event):
                    missing.append(commit)
                    events.append(stored.event)

        each(commits, find_line)
        if not missing:
            return
        try:
            # The rename may have been seen and not be durable: an event must not be without
            # its version.
            sync_open_directory(directory)
            entries = [
                entry(event, commit.last) for commit, event in zip(missing, events, strict=True)
            ]
            for commit, line in zip(missing, self._audit.append(entries), strict=True):
                commit.line = commit.last = line
        except OSError as error:
            for commit in missing:
                commit.fail(error)

    def _write(self, commits: Sequence[Commit], directory: int) -> None:
        """Bring the new versions to the disk; afterwards they are durable or have failed."""
        lines = [commit.line for commit in commits if commit.line]
        unsettled = not all(map(self._audit.is_durable, lines))
        is_shared = CAN_SYNC_FILESYSTEM and (unsettled or len(commits) > 1)
        ends = self._audit.ends()
        each(commits, lambda commit: _stage(commit, is_synced=not is_shared))
        try:
            if is_shared:
                files.sync_filesystem(directory)
                self._audit.mark_durable(ends)
            elif unsettled:
                self._audit.durable_ends()
        except OSError as error:
            self._audit.suspect()
            fail(commits, error)
        each(commits, _place)
        placed = going(commits)
        try:
            if placed:
                sync_open_directory(directory)
        except OSError as error:
            for commit in placed:
                commit.answer = not_confirmed(commit, error)
            self._changes.tell([commit.ticket_id for commit in placed])  # it can be seen

    def _log(self, commits: Sequence[Commit]) -> None:
        """Log the events of what was committed; a log that fails now is completed later."""
        if not commits:
            return
        lines: Sequence[Position | None] = [None] * len(commits)
        try:
            lines = self._audit.append(
                [commit.entry._replace(same_ticket=commit.last) for commit in commits]
            )
        except Exception:
            # Whatever it was: the changes are true, and their files tell their events.
            log.exception("the events of %d tickets stay in their files", len(commits))
        for commit, line in zip(commits, lines, strict=True):
            _leave_note(commit, line)
        self._changes.tell([commit.ticket_id for commit in commits])


def _number(commit: Commit) -> str | None:
    return number_key(commit.written.texas811_ticket_number)


def _enter(lock: TicketLock, locks: ExitStack) -> None:
    locks.enter_context(lock)


def _stage(commit: Commit, *, is_synced: bool) -> None:
    commit.staged = stage(commit.path, commit.content, is_synced=is_synced)
    commit.answer = commit.written


def _place(commit: Commit) -> None:
    if commit.staged:
        commit.replaced = held_open(commit.path)
        place(commit.staged, commit.path)


def _leave_note(commit: Commit, line: Position | None) -> None:
    if commit.staged:
        last, number = line or commit.last, _number(commit)
        note = Note(commit.written.version, commit.staged.identity, line, last, number)
        with suppress(OSError):  # it is a hint
            commit.lock.leave(note)

"""Mends: what can be made good without asking anybody, under the locks of those who write there.

Nothing is deleted but what is derived, and what a dead writer has left half made. Each looks again
before it acts: since the check somebody may have mended it. Everything here blocks.
"""

import os
import shutil
from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from domain.errors import ConflictError, UnavailableError
from storage.audit_anchor import Anchor, fault_of_anchor, newest_removal, write_anchor
from storage.backup_checking import leftovers
from storage.backup_ledger import BackupLedger
from storage.cancellations import read_cancellation
from storage.chain import Line
from storage.changes import Changes
from storage.clock import Clock
from storage.failures import DamagedFileError, NewerFormatError
from storage.file_locks import FileLock, sole_owner
from storage.files import remove_file, sync_directory
from storage.findings import Kind
from storage.folders import belongs, damage_of
from storage.index import Index
from storage.index_file import read_snapshot, write_snapshot
from storage.log_ends import day_ends
from storage.orphans import is_orphaned
from storage.performance import Performance
from storage.retired_archive import digest_of
from storage.store import Store
from storage.told_names import meant, told
from storage.trail import places
from storage.writing import TicketWriter

ANCHOR_TOLD = "The log tells of another one, which was written in its place."
MADE_ANEW_TOLD = "It is derived, and was made again."

# What the tickets themselves tell, and is made again from them at once.
MADE_ANEW = frozenset(
    {Kind.UNSETTLED, Kind.INDEX_STALE, Kind.NUMBER_UNCLAIMED, Kind.CLAIM_DAMAGED}
)


class Mends:
    """The mends of one store; `who` is in whose name something is moved out of the way."""

    def __init__(self, store: Store, *, who: str, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._who = who
        self._quarantine = store.quarantine
        self._layout = store.quarantine.layout
        self._changes = Changes(self._layout)
        self._writer = TicketWriter(
            self._layout,
            tickets=store.tickets,
            audit=store.audit,
            numbers=store.numbers,
            changes=self._changes,
        )
        self._by_kind: dict[Kind, Callable[[Path, str], None]] = {
            Kind.LOG_TORN: self._cut_torn_end,
            Kind.LOG_ANCHOR: self._anchor_anew,
            Kind.LEFTOVER: self._sweep,
            Kind.FOREIGN: self._move_away,
            Kind.UNREADABLE: self._set_aside,
            Kind.CLAIM_DAMAGED: self._set_claim_aside,
            Kind.CLAIM_ORPHANED: self._remove_claim,
            Kind.BACKUPS_MISNOTED: self._list_backups,
            Kind.UNTOLD: self._tell_of_cancellation,
        }

    def mend(self, kind: Kind, file: str, problem: str) -> None:
        """Mend what was found of a file, if that is mended by itself.

        Raises OSError, or the UnavailableError of what cannot be read.
        """
        if mend := self._by_kind.get(kind):
            mend(meant(file, self._layout.root), problem)

    def make_anew(self, claims: Collection[str] = ()) -> dict[str, str]:
        """Make again what follows from the tickets: late lines of the log, claims, the index.

        `claims` are files of claims that should name another ticket; returns those of them that
        stay as they are, and why. How far the log is taken for whole is not changed by it: a day
        that is not as it was written is for a person to see, and is not written anew. Raises
        OSError, UnavailableError.
        """
        believed = read_snapshot(self._layout.index).audit_ends
        write_snapshot(self._layout.index, (), believed)
        index = Index(self._layout, self._store.tickets, self._changes, Performance())
        index.load()
        lines = places(self._layout, {})
        for ticket_id in sorted(index.changed):
            # A damaged ticket is told of with the quarantine, and must not stop the others.
            with suppress(DamagedFileError, NewerFormatError):
                self._writer.settle(ticket_id, lines)
        self._changes.tell(index.changed)
        durable = self._store.audit.durable_ends()
        index.save(believed or durable)
        self._store.numbers.restore_retired()
        return self._claim(claims)

    def _claim(self, claims: Collection[str]) -> dict[str, str]:
        """Claim the numbers whose claims these are for the tickets that have them.

        Returns the claims that another ticket keeps, and what there is to say of it.
        """
        kept, seen = dict[str, str](), set[str]()
        entries = read_snapshot(self._layout.index).entries if claims else ()
        for entry in sorted(entries, key=lambda one: one.id):
            claim = self._store.numbers.path_of(entry.number or "")
            file = told(claim, self._layout.root)
            if not entry.number or file not in claims or file in seen:
                continue
            # Of two tickets with one number the check has told of the first; the other one is told
            # of there as having another's.
            seen.add(file)
            try:
                self._claim_for(entry.id)
            except (ConflictError, UnavailableError) as error:
                kept[file] = error.problem
        return kept

    def _claim_for(self, ticket_id: str) -> None:
        stored = self._store.tickets.read(ticket_id)
        with self._store.numbers.lock():
            if stored:
                self._store.numbers.claim(stored.ticket)

    def _cut_torn_end(self, _path: Path, _problem: str) -> None:
        """Have the log cut what is torn; nothing that is whole is written anew by it."""
        ends = {day: end.whole for day, end in day_ends(self._layout).items()}
        self._store.audit.repair(ends)

    def _anchor_anew(self, path: Path, problem: str) -> None:
        """Write the anchor that the log tells, if what was removed lies in its archive.

        What was in its place is kept in the quarantine.
        """
        with FileLock(self._layout.audit_lock):
            removals: list[Anchor] = []

            def see(_day: str, line: Line) -> None:
                removals.extend(filter(None, [Anchor.told_by(line.event)]))

            deque(self._store.audit.verify_all(see), maxlen=0)
            if fault_of_anchor(self._layout, removals) is None:
                return
            anchor = newest_removal(self._layout, removals)
            if anchor is None:
                problem = (
                    "The log tells of no removal that was made: there is no anchor to make."
                )
                raise ConflictError(problem, remedy="Put the missing days back from a backup.")
            if digest_of(self._layout.root / anchor.archive) != anchor.archive_sha256:
                problem = (
                    f"{anchor.archive}, in which the removed days lie, is not as it was made."
                )
                raise ConflictError(problem, remedy="Bring it back first, from the bucket.")
            if path.exists():
                self._quarantine.set_aside(path, problem, keep=True)
                self._quarantine.resolve(path, ANCHOR_TOLD)
            write_anchor(self._layout, anchor)

    def _sweep(self, path: Path, _problem: str) -> None:
        if path in leftovers(self._layout):
            with self._alone_with_backups():
                self._remove(path)
        else:
            self._remove(path)

    def _remove(self, path: Path) -> None:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
            sync_directory(path.parent)
        else:
            remove_file(path)

    def _move_away(self, path: Path, problem: str) -> None:
        """Move what nobody reads into the quarantine; of a folder each file that is in it."""
        # A ticket may have been put back in the place of what was there.
        if path.is_symlink() or belongs(path, self._layout.root):
            return
        moved = f"{self._who} had it moved out of the way: nobody reads it."
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if os.path.lexists(file) and not (file.is_dir() or file.is_symlink()):
                self._quarantine.take_away(file, problem, moved)
        for folder in sorted(path.rglob("*"), reverse=True):
            if folder.is_dir() and not folder.is_symlink():
                _remove_empty(folder)
        if path.is_dir():
            _remove_empty(path)

    def _set_aside(self, path: Path, _problem: str) -> None:
        if damage := damage_of(path, self._layout.root):
            self._quarantine.set_aside(path, damage.problem)

    def _set_claim_aside(self, path: Path, _problem: str) -> None:
        with self._store.numbers.lock():
            if damage := damage_of(path, self._layout.root):
                self._quarantine.set_aside(path, damage.problem)
                self._quarantine.resolve(path, MADE_ANEW_TOLD)

    def _remove_claim(self, path: Path, _problem: str) -> None:
        with self._store.numbers.lock():
            if is_orphaned(self._layout, path):
                remove_file(path)

    def _tell_of_cancellation(self, path: Path, _problem: str) -> None:
        decided = read_cancellation(self._layout, path.parent.name)
        if decided and not self._store.audit.find(decided.event()):
            self._writer.note(decided.event())

    def _list_backups(self, path: Path, _problem: str) -> None:
        with self._alone_with_backups():
            BackupLedger(self._layout, self._clock).settled()
            self._quarantine.resolve(path, MADE_ANEW_TOLD)

    @contextmanager
    def _alone_with_backups(self) -> Iterator[None]:
        """Keep others from making backups meanwhile. Raises ConflictError if somebody does."""
        with sole_owner(self._layout.backups_lock) as is_ours:
            if not is_ours:
                problem = "Somebody makes or restores a backup just now."
                raise ConflictError(problem, remedy="Repair again when that is done.")
            yield


def _remove_empty(folder: Path) -> None:
    """Remove a folder in which nothing is left. Raises OSError if something is."""
    folder.rmdir()
    sync_directory(folder.parent)

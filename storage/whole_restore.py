"""A restore of everything: one step, whatever is killed or pulled out meanwhile.

The backup is unpacked aside, on the same volume, and proved there; what lies in the data directory
is saved as a restore point; then the directories are exchanged, one by one, because the data
directory itself may be where a volume is mounted. `restore.json` says how far that has come: up to
the exchange everything is as before, from there on it goes forward, at the next start if need be.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from uuid import uuid5

from domain.audit import EVENT_NAMESPACE, AuditEvent, Author, named
from domain.errors import ConflictError, RejectedError, Texas811Error, UnavailableError
from storage.archive_reading import verify
from storage.audit import AuditLog
from storage.backup import Backups
from storage.chain import entry
from storage.clock import Clock, system_clock
from storage.exchange import exchange
from storage.failures import disk_trouble
from storage.file_locks import FileLock
from storage.files import make_directory, sync_directory, unlink
from storage.layout import Layout
from storage.manifest import checked_backup_name
from storage.restorations import Restoration, keep_restoration
from storage.restore_journal import (
    RestoreJournal,
    read_journal,
    remove_journal,
    write_journal,
)
from storage.restore_tree import (
    carry_orders,
    fill_in_settings,
    new_places,
    orders_since,
    refuse_other_volumes,
    remove_tree,
    unpack_aside,
)

TRIES_MAX = 3  # before the exchange; who is killed each time would never start
OnStep = Callable[[str], None]

log = logging.getLogger(__name__)


class WholeRestore:
    """Restores everything from a backup. Everything here blocks."""

    def __init__(self, layout: Layout, clock: Clock = system_clock) -> None:
        self._layout = layout
        self._clock = clock
        self._backups = Backups(layout, clock=clock)

    def pending_now(self) -> RestoreJournal | None:
        """Return the restore that is asked for or under way. Raises what `read_journal` does."""
        return read_journal(self._layout)

    def ask_now(
        self,
        filename: str,
        *,
        by: Author,
        reason: str,
        keeps_orders: bool = False,
        accepts_faults: bool = False,
    ) -> RestoreJournal:
        """Ask for a restore, and return what `run_now`, or the next start, will do.

        `keeps_orders`: what was accepted after the backup is done again. Raises NotFoundError,
        DamagedFileError and RejectedError if the backup is not there or not good, RejectedError
        if nobody is named or no reason given, ConflictError if a restore is under way.
        """
        named(by)
        if not (why := " ".join(reason.split())):
            raise RejectedError("No reason is given.", field="reason", remedy="Say why.")
        self._refuse_another()
        verify(self._archive(filename))
        now = self._clock()
        asked = RestoreJournal(
            id=str(uuid5(EVENT_NAMESPACE, f"restore/{filename}/{now.isoformat()}")),
            filename=filename,
            by=by,
            reason=why,
            asked_at=now,
            keeps_orders=keeps_orders,
            accepts_faults=accepts_faults,
        )
        with disk_trouble(self._layout.restore):
            make_directory(self._layout.locks)
            with FileLock(self._layout.locks / "restore.lock"):
                self._refuse_another()
                return write_journal(self._layout, asked)

    def run_now(self, on_step: OnStep = lambda _step: None) -> Restoration | None:
        """Do what was asked for, from wherever it was cut off; None if nothing was.

        The caller is alone on the directory (`Store.owned`). What fails before the exchange is
        told in the outcome, and all is as before. Raises UnavailableError if the disk fails
        later: then this is to be called again before anything else is done.
        """
        journal = self.pending_now()
        self._sweep(journal)
        if journal is None:
            return None
        log.warning("restoring everything", extra={"backup": journal.filename})
        if not journal.is_only_forward:
            try:
                journal = self._prepare(journal, on_step)
            except Texas811Error as error:
                return self._give_up(journal, error)
        on_step("putting it into its place")
        if journal.phase == "exchanging":
            journal = self._exchange(journal)
        return self._finish(journal)

    # Before the exchange: everything is as it was.

    def _prepare(self, journal: RestoreJournal, on_step: OnStep) -> RestoreJournal:
        """Make everything ready and decide that it shall be. Raises the failure it ended with."""
        if journal.tries >= TRIES_MAX:
            raise UnavailableError(
                f"It was cut off {journal.tries} times before anything was replaced.",
                remedy="Look in the log for why (memory, disk), then ask for it again.",
            )
        journal = self._next(journal, phase="asked", tries=journal.tries + 1)
        aside = self._aside(journal)
        with disk_trouble(aside.root):
            refuse_other_volumes(self._layout)
            remove_tree(aside.root)
            on_step("unpacking and checking the backup")
            found = unpack_aside(
                self._archive(journal.filename),
                aside.root,
                accepts_faults=journal.accepts_faults,
            )
            journal = self._next(
                journal, phase="unpacked", tickets=found.tickets, settled=found.settled
            )
            on_step("saving what is there as a restore point")
            saved = self._backups.make_now("restore_point")
            journal = self._next(journal, phase="saved", restore_point=saved.filename)
            newer = orders_since(self._layout, aside)
            if journal.keeps_orders:
                carry_orders(self._layout, aside, newer)
            places = new_places(aside)
        return self._next(journal, phase="exchanging", places=places, newer_orders=newer)

    def _give_up(self, journal: RestoreJournal, error: Texas811Error) -> Restoration:
        """Leave everything as it was, and say why; also where the disk takes no word of it."""
        log.error("not restored: %s", error.problem, extra={"backup": journal.filename})
        # As far as it came, which the file says and not who was told of the failure.
        journal = self.pending_now() or journal
        remove_tree(self._aside(journal).root)
        ended = self._ended(journal, problem=error.problem, remedy=error.remedy)
        try:
            keep_restoration(self._layout, ended)
        except UnavailableError as trouble:
            log.error("not noted: %s", trouble.problem)  # noqa: TRY400 - it says it all
        remove_journal(self._layout)
        return ended

    # From the exchange on: only forward.

    def _exchange(self, journal: RestoreJournal) -> RestoreJournal:
        """Exchange the directories and forget what was derived from the old ones."""
        aside = self._aside(journal)
        with disk_trouble(self._layout.root):
            for name, place in journal.places.items():
                exchange(self._layout.root / name, aside.root / name, new=place)
            sync_directory(aside.root)
            sync_directory(self._layout.root)
            fill_in_settings(self._layout, aside)
            self._forget_locks()
        return self._next(journal, phase="done", exchanged_at=self._clock())

    def _forget_locks(self) -> None:
        """Forget the notes on the old tickets: one without a file would be taken for damaged."""
        for path in self._layout.locks.glob("ticket_*.lock"):
            unlink(path)
        for path in (self._layout.changes, self._layout.locks / "suspects"):
            unlink(path)
        sync_directory(self._layout.locks)

    def _finish(self, journal: RestoreJournal) -> Restoration:
        """Say in the log and in the list what was done, then forget the old state."""
        audit, event = AuditLog(self._layout), _restored(journal)
        with disk_trouble(self._layout.audit):
            if audit.find(event) is None:
                audit.append_durably(entry(event))
        ended = keep_restoration(self._layout, self._ended(journal))
        remove_journal(self._layout)
        remove_tree(self._aside(journal).root)
        log.warning(
            "everything is restored",
            extra={"backup": journal.filename, "restore_point": journal.restore_point},
        )
        return ended

    def _ended(
        self, journal: RestoreJournal, problem: str | None = None, remedy: str | None = None
    ) -> Restoration:
        told = journal.model_dump(include=set(Restoration.model_fields))
        return Restoration(**told, finished_at=self._clock(), problem=problem, remedy=remedy)

    def _next(self, journal: RestoreJournal, **changes: object) -> RestoreJournal:
        return write_journal(self._layout, journal.model_copy(update=changes))

    def _aside(self, journal: RestoreJournal) -> Layout:
        return Layout(self._layout.root / journal.folder)

    def _archive(self, filename: str) -> Path:
        return self._layout.daily_backups / checked_backup_name(filename)

    def _refuse_another(self) -> None:
        if journal := self.pending_now():
            raise ConflictError(
                f"A restore from {journal.filename} is under way; {named(journal.by)} asked for it.",
                remedy="Wait until it has ended, then look whether yours is still needed.",
            )

    def _sweep(self, journal: RestoreJournal | None) -> None:
        """Remove what earlier restores have left; of one under way, nothing."""
        for path in self._layout.root.glob(".restore-*"):
            if journal is None or path.name != journal.folder:
                remove_tree(path)


def _restored(journal: RestoreJournal) -> AuditEvent:
    """Return the event of a restore, the same however often it is made."""
    kept = "kept and done again" if journal.keeps_orders else "only there"
    newer = f" {len(journal.newer_orders)} later work orders are {kept}."
    return AuditEvent(
        id=str(uuid5(EVENT_NAMESPACE, f"data_restored/{journal.id}")),
        timestamp=journal.exchanged_at or journal.asked_at,
        actor=journal.by.actor,
        action="data_restored",
        notes=f"{named(journal.by)} restored everything from {journal.filename}: {journal.reason}"
        f" What was there before is in {journal.restore_point}."
        + (newer if journal.newer_orders else ""),
        compliance_relevant=True,
        **journal.by.way,
    )

"""A restore of everything: one step, whatever is killed or pulled out meanwhile.

The backup is unpacked aside, on the same volume, and proved there; what lies in the data directory
is saved as a restore point; then the directories are exchanged, one by one, because the data
directory itself may be where a volume is mounted. `restore.json` says how far that has come: up to
the exchange everything is as before, from there on it goes forward, at the next start if need be.
"""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from uuid import uuid5

from domain.audit import EVENT_NAMESPACE, AuditEvent, named
from domain.errors import ConflictError, Texas811Error, UnavailableError
from storage.audit import AuditLog
from storage.backup import Backups
from storage.backup_proof import expect_known
from storage.chain import entry
from storage.clock import Clock, system_clock
from storage.exchange import exchange
from storage.failures import DamagedFileError, disk_trouble
from storage.files import place_of, sync_directory, unlink
from storage.layout import Layout
from storage.restorations import Restoration, keep_restoration, restorations
from storage.restore_gate import shut_gate
from storage.restore_journal import (
    CalledOffError,
    RestoreJournal,
    deciding,
    remove_journal,
    write_journal,
)
from storage.restore_places import new_places, refuse_other_volumes, refuse_workers
from storage.restore_tidying import RestoreTidying, make_room
from storage.restore_tree import (
    carry_orders,
    fill_in_settings,
    orders_since,
    remove_tree,
    unpack_aside,
)

TRIES_MAX = 3  # before the exchange; who is killed each time would never start
JOURNAL_LOOK_SECONDS = 0.05  # between two looks at the journal, while files are unpacked
WRITERS_LOOK_SECONDS, WRITERS_LOOKS_MAX = 0.25, 240  # a minute for those who write just now
OnStep = Callable[[str], None]
Look = Callable[[], None]
"""Called often while everything can be left as it is; what it raises ends the restore there."""

log = logging.getLogger(__name__)


class WholeRestore(RestoreTidying):
    """Restores everything from a backup. Everything here blocks."""

    def __init__(self, layout: Layout, clock: Clock = system_clock) -> None:
        super().__init__(layout, clock)
        self._backups = Backups(layout, clock=clock)

    def run_now(
        self, on_step: OnStep = lambda _step: None, look: Look = lambda: None
    ) -> Restoration | None:
        """Do what was asked for, from wherever it was cut off; None if nothing was.

        The caller is alone on the directory (`Store.owned`). What fails before the exchange is
        told in the outcome, and all is as before: also that somebody has called it off, or `look`
        raises CalledOffError. The old state is left for `tidy_now`, for which nobody need wait.
        Raises UnavailableError if the disk fails later: then this is to be called again before
        anything else is done; and whatever else `look` raises.
        """
        journal = self.pending_now()
        if journal is None:
            return None
        log.warning("restoring everything", extra={"backup": journal.filename})
        with ExitStack() as held:
            if journal.is_only_forward:
                self._shut_out_writers(held)
            else:
                try:
                    journal = self._prepare(journal, held, on_step, look)
                except Texas811Error as error:
                    return self._give_up(journal, error)
            on_step("putting it into its place")
            if journal.phase == "exchanging":
                journal = self._exchange(journal)
            return self._finish(journal)

    def prepare_now(
        self, on_step: OnStep = lambda _step: None, look: Look = lambda: None
    ) -> None:
        """Unpack and prove what was asked for while a service still works: the rest is short then.

        The caller is alone on the directory, but for that service. What fails is told in the
        outcome, and nothing is pending any more. Raises UnavailableError, and what `look` raises.
        """
        journal = self.pending_now()
        if journal is None or journal.phase != "asked" or self._is_prepared(journal):
            return
        aside, tries = self._aside(journal), journal.tries
        try:
            journal = self._begun(journal)
            with disk_trouble(aside.root):
                refuse_other_volumes(self._layout, aside)
                found = self._unpack(journal, on_step, self._looking(journal, look))
                self._next(journal, prepared=place_of(aside.root), tries=tries, **found)
        except Texas811Error as error:
            self._give_up(journal, error)

    # Before the exchange: everything is as it was.

    def _prepare(
        self, journal: RestoreJournal, held: ExitStack, on_step: OnStep, look: Look
    ) -> RestoreJournal:
        """Make everything ready and decide that it shall be. Raises the failure it ended with."""
        journal = self._begun(journal)
        aside, look_here = self._aside(journal), self._looking(journal, look)
        with disk_trouble(aside.root):
            refuse_workers(self._layout)
            refuse_other_volumes(self._layout, aside)
            found = {} if journal.prepared else self._unpack(journal, on_step, look_here)
            # From here on the new state is added to: cut off, all of it is begun anew.
            journal = self._next(journal, phase="unpacked", prepared=None, **found)
            on_step("saving what is there as a restore point")
            self._shut_out_writers(held, look_here)
            saved = self._backups.make_now(
                "restore_point", lambda _stage, _percent: look_here()
            )
            journal = self._next(journal, phase="saved", restore_point=saved.filename)
            newer = orders_since(self._layout, aside)
            if journal.keeps_orders:
                carry_orders(self._layout, aside, newer)
            places = new_places(aside)
            look_here()
        return self._next(journal, phase="exchanging", places=places, newer_orders=newer)

    def _begun(self, journal: RestoreJournal) -> RestoreJournal:
        """Note that it is tried, and what of it is ready, if anything is.

        Raises UnavailableError if it was tried in vain too often.
        """
        if journal.tries >= TRIES_MAX:
            raise UnavailableError(
                f"It was cut off {journal.tries} times before anything was replaced.",
                remedy="Look in the log for why (memory, disk), then ask for it again.",
            )
        # What is unpacked from now on may be given the inode of what was prepared and is gone.
        prepared = journal.prepared if self._is_prepared(journal) else None
        return self._next(journal, phase="asked", tries=journal.tries + 1, prepared=prepared)

    def _is_prepared(self, journal: RestoreJournal) -> bool:
        """Is it unpacked and proved, and was nothing done since?"""
        if journal.phase != "asked" or journal.prepared is None:
            return False
        with suppress(OSError):
            return place_of(self._aside(journal).root) == journal.prepared
        return False

    def _unpack(self, journal: RestoreJournal, on_step: OnStep, look: Look) -> dict[str, int]:
        """Unpack the backup aside and prove it; return what was found."""
        archive, aside = self._archive(journal.filename), self._aside(journal)
        make_room(self._layout)
        on_step("unpacking the backup")
        expect_known(self._layout, archive)
        found = unpack_aside(
            archive,
            aside.root,
            accepts_faults=journal.accepts_faults,
            look=look,
            on_unpacked=lambda: on_step("checking it"),
        )
        return {"tickets": found.tickets, "settled": found.settled}

    def _shut_out_writers(self, held: ExitStack, look: Look = lambda: None) -> None:
        """Let nobody write until this has ended. Raises ConflictError if somebody does not end."""
        for _ in range(WRITERS_LOOKS_MAX):
            look()
            with disk_trouble(self._layout.locks):
                if held.enter_context(shut_gate(self._layout, WRITERS_LOOK_SECONDS)):
                    return
        raise ConflictError(
            "Somebody does not end to write here.",
            remedy="End the commands that still run on this data directory; then try again.",
        )

    def _looking(self, journal: RestoreJournal, look: Look) -> Look:
        """Return what looks whether it is still wanted; at the journal only every now and then."""
        looked_at = -JOURNAL_LOOK_SECONDS

        def look_here() -> None:
            nonlocal looked_at
            look()
            if (now := time.monotonic()) - looked_at >= JOURNAL_LOOK_SECONDS:
                looked_at = now
                self._refuse_called_off(journal)

        return look_here

    def _refuse_called_off(self, journal: RestoreJournal) -> None:
        pending = self.pending_now()
        if pending is None or pending.id != journal.id:
            problem = "Somebody has called it off."
            raise CalledOffError(problem)

    def _give_up(self, journal: RestoreJournal, error: Texas811Error) -> Restoration:
        """Leave everything as it was, and say why; also where the disk takes no word of it."""
        log.error("not restored: %s", error.problem, extra={"backup": journal.filename})
        remove_tree(self._aside(journal).root)
        with deciding(self._layout):
            # As far as it came, which the file says and not who was told of the failure.
            pending = self.pending_now()
            if pending and pending.id == journal.id:
                return self._note_end(
                    pending,
                    problem=error.problem,
                    remedy=error.remedy,
                    is_called_off=isinstance(error, CalledOffError),
                )
        with suppress(
            DamagedFileError, UnavailableError
        ):  # who has called it off could not note it
            ended = restorations(self._layout)
            if noted := next((one for one in ended if one.id == journal.id), None):
                return noted
        return self._ended(journal, problem=error.problem, is_called_off=True)

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
        """Say in the log and in the list what was done; from then on the old state is nothing."""
        audit, event = AuditLog(self._layout), _restored(journal)
        with disk_trouble(self._layout.audit):
            if audit.find(event) is None:
                audit.append_durably(entry(event))
        ended = keep_restoration(self._layout, self._ended(journal))
        remove_journal(self._layout)
        log.warning(
            "everything is restored",
            extra={"backup": journal.filename, "restore_point": journal.restore_point},
        )
        return ended

    def _next(self, journal: RestoreJournal, **changes: object) -> RestoreJournal:
        """Take it a step further, unless somebody has called it off. Raises CalledOffError."""
        with deciding(self._layout):
            self._refuse_called_off(journal)
            return write_journal(self._layout, journal.model_copy(update=changes))

    def _aside(self, journal: RestoreJournal) -> Layout:
        return Layout(self._layout.root / journal.folder)


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

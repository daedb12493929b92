"""Backups: made while others write, read back before they count, listed, and in time removed.

Of the customer's BackupManager, `create_daily_backup` is `make`, `list_backups` is `notes` and
`cleanup_old_backups` is `prune`; `restore_from_backup` is in `storage/whole_restore.py`.
"""

import logging
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import aiofiles.os

from domain.errors import ConflictError, NotFoundError, RejectedError
from storage.archive_reading import verify
from storage.backup_ledger import BackupLedger, digest_of, is_plain_file, noted
from storage.backup_making import DONE, OnStep, make_archive, sweep
from storage.backup_notes import BackupNote, Listing, Refused
from storage.backup_retention import RESTORE_POINT, past_their_time
from storage.clock import Clock, system_clock
from storage.failures import DamagedFileError, disk_trouble
from storage.file_locks import locked_within, sole_owner, write_note
from storage.files import make_directory, remove_file, unlink
from storage.layout import Layout
from storage.manifest import Why, checked_backup_name
from storage.restore_journal import refuse_while_restoring
from storage.threads import in_writers_thread

WAIT_SECONDS_MAX = 60.0  # for whoever makes, removes or restores backups at the same time
PROGRESS_BYTES = 64

log = logging.getLogger(__name__)


class Step(NamedTuple):
    """What a backup is at, and how much of it is surely behind (percent)."""

    stage: str
    percent: int


class Backups:
    """The backups of one data directory."""

    def __init__(
        self,
        layout: Layout,
        *,
        clock: Clock = system_clock,
        wait_seconds_max: float = WAIT_SECONDS_MAX,
    ) -> None:
        self._layout, self._clock = layout, clock
        self._wait_seconds_max = wait_seconds_max
        self._ledger = BackupLedger(layout, clock)
        self.make = in_writers_thread(self.make_now)
        self.notes = aiofiles.os.wrap(self.notes_now)
        self.verify = aiofiles.os.wrap(self.verify_now)
        self.note = in_writers_thread(self.note_now)
        self.prune = in_writers_thread(self.prune_now)
        self.refused = aiofiles.os.wrap(self.refused_now)
        self.settle = in_writers_thread(self.settle_now)
        self.under_way = aiofiles.os.wrap(self.under_way_now)

    def make_now(self, why: Why, on_step: OnStep | None = None) -> BackupNote:
        """Make a backup, read it back and list it. Blocks.

        Raises NotFoundError if there is no data directory, ConflictError if somebody else is at
        the backups for too long, and UnavailableError, nothing left over, if the disk does not
        take it or it cannot be read back.
        """
        began = time.monotonic()
        with disk_trouble(self._layout.daily_backups), self._alone() as tell:

            def step(stage: str, percent: int) -> None:
                tell(stage, percent)
                if on_step:
                    on_step(stage, percent)

            if why != RESTORE_POINT:
                refuse_while_restoring(self._layout)
            step("looking after the backups there are", 0)
            sweep(self._layout)
            listing = self._ledger.settled()
            note = make_archive(self._layout, self._clock, why, step)
            note = note.model_copy(update={"seconds": round(time.monotonic() - began, 3)})
            self._list(note, listing)
            step("made", DONE)
        log.info("made the backup %s of %d tickets", note.filename, note.tickets)
        return note

    def _list(self, note: BackupNote, listing: Listing) -> None:
        """Add a backup to the list; one that is not listed is not left. Raises OSError."""
        try:
            self._ledger.write(listing._replace(notes=[*listing.notes, note]))
        except OSError:
            # What only is not confirmed can be seen, and must have its archive.
            if note not in self._ledger.read().notes:
                unlink(self._layout.daily_backups / note.filename)
            raise

    def notes_now(self) -> Sequence[BackupNote]:
        """Return what is noted of the backups, the oldest first. Blocks.

        Raises UnavailableError if it cannot be read, DamagedFileError if not believed.
        """
        return self._ledger.read().notes

    def refused_now(self) -> Sequence[Refused]:
        """Return what lay among the backups when somebody last looked, and is none. Blocks.

        Raises what `notes_now` does.
        """
        return self._ledger.read().refused

    def settle_now(self) -> Sequence[Refused]:
        """Hold the list against what lies there; return what lies there and cannot be listed. Blocks.

        Raises ConflictError, UnavailableError.
        """
        with disk_trouble(self._layout.daily_backups), self._alone():
            return self._ledger.settled().refused

    def path_of(self, filename: str) -> Path:
        """Return where a backup lies. Raises RejectedError, and NotFoundError if it is not there."""
        path = self._layout.daily_backups / checked_backup_name(filename)
        if not is_plain_file(path):
            raise NotFoundError(
                f"There is no backup {filename}.",
                field="filename",
                remedy="List the backups to see which there are.",
            )
        return path

    def verify_now(self, filename: str) -> BackupNote:
        """Read a backup to its end, note that it is whole, and return what is noted of it. Blocks.

        One that is not counts as good no longer. Raises what `path_of` does, DamagedFileError if
        it is damaged or another file than the one that was made, and UnavailableError.
        """
        path = self.path_of(filename)
        try:
            manifest = verify(path)
            with disk_trouble(path):
                digest = digest_of(path)
                found = noted(path, manifest, sha256=digest, verified_at=self._clock())
            self._expect_known(found)
        except (DamagedFileError, RejectedError):
            with suppress(NotFoundError):  # of one that is not listed nothing is noted
                self._change(filename, {"verified_at": None})
            raise
        return self._change(filename, {"verified_at": found.verified_at}, found)

    def note_now(self, filename: str, **changes: datetime | str | None) -> BackupNote:
        """Change what is noted of a backup: when it was verified, drilled, copied. Blocks.

        Raises NotFoundError if it is not listed, ConflictError if somebody else is at the
        backups for too long, and UnavailableError.
        """
        return self._change(checked_backup_name(filename), changes)

    def prune_now(self, now: datetime) -> list[str]:
        """Remove the backups whose time is over at this moment; return which. Blocks.

        `storage/backup_retention.py` says which. Raises ConflictError, UnavailableError.
        """
        with disk_trouble(self._layout.daily_backups), self._alone():
            listing = self._ledger.settled()
            gone = past_their_time(listing.notes, now)
            if gone:
                kept = [note for note in listing.notes if note not in gone]
                self._ledger.write(listing._replace(notes=kept))
            for note in gone:
                remove_file(self._layout.daily_backups / note.filename)
        return [note.filename for note in gone]

    def under_way_now(self) -> Step | None:
        """Return how far the backup is that somebody makes just now; None if nobody does. Blocks."""
        path = self._layout.backups_lock
        try:
            said = path.read_bytes()[:PROGRESS_BYTES].decode("ascii", "replace").strip()
        except FileNotFoundError:
            return None
        stage, _, percent = said.rpartition(" ")
        if not percent.isdigit():
            return None
        with disk_trouble(path), sole_owner(path) as is_free:
            return None if is_free else Step(stage, int(percent))

    def _expect_known(self, found: BackupNote) -> None:
        """Hold a backup against what was noted when it was made. Raises DamagedFileError."""
        known = {note.filename: note.sha256 for note in self._ledger.read().notes}
        if known.get(found.filename) not in (None, found.sha256):
            raise DamagedFileError(
                f"{found.filename} is whole, but not the backup that was made under this name.",
                remedy="Take another backup, and find out who has put this one there.",
            )

    def _change(
        self,
        filename: str,
        changes: Mapping[str, datetime | str | None],
        found: BackupNote | None = None,
    ) -> BackupNote:
        """Change a note and return it; `found` is noted if nothing is."""
        with disk_trouble(self._layout.backup_notes), self._alone():
            listing = self._listing_with(filename, found)
            notes = {note.filename: note for note in listing.notes}
            note = notes.get(filename, found)
            if note is None:
                raise NotFoundError(
                    f"The backup {filename} is not listed.",
                    field="filename",
                    remedy="List the backups to see which there are.",
                )
            notes[filename] = note.model_copy(update=changes)
            self._ledger.write(listing._replace(notes=[*notes.values()]))
            return notes[filename]

    def _listing_with(self, filename: str, found: BackupNote | None) -> Listing:
        """Return the list; held against what lies there, which takes time, only if it must be."""
        with suppress(DamagedFileError):
            listing = self._ledger.read()
            if found or any(note.filename == filename for note in listing.notes):
                return listing
        return self._ledger.settled()

    @contextmanager
    def _alone(self) -> Iterator[OnStep]:
        """Be the only one who makes, removes or restores backups; yields who tells how far we are.

        Raises ConflictError if that cannot be had in time.
        """
        path = self._layout.backups_lock
        make_directory(path.parent)
        with locked_within(path, self._wait_seconds_max) as is_ours:
            if not is_ours:
                raise ConflictError(
                    "Somebody else makes or restores a backup.",
                    remedy="Wait until it is done, then try again.",
                )
            descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)

            def tell(stage: str, percent: int) -> None:
                write_note(descriptor, f"{stage} {percent}".ljust(PROGRESS_BYTES).encode())

            try:
                yield tell
            finally:
                write_note(descriptor, b" " * PROGRESS_BYTES)
                os.close(descriptor)

"""The list of backups kept true: what it names is there, and was read back; what is there is named.

An archive has its name before it is noted, and loses it after its note: so a crash in between
leaves one that is not listed, and never a note without an archive. Everything here blocks; who
changes the list holds `locks/backups.lock`.
"""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import pydantic_core

from domain.errors import RejectedError
from storage.archive_reading import verify
from storage.backup_notes import BackupNote, BackupNotes
from storage.clock import Clock
from storage.failures import DamagedFileError
from storage.files import make_directory, write_atomic
from storage.layout import Layout
from storage.manifest import BACKUP_FILE, Manifest
from storage.quarantine import Quarantine

log = logging.getLogger(__name__)


class BackupLedger:
    """Reads and writes `backups/metadata.json`."""

    def __init__(self, layout: Layout, clock: Clock) -> None:
        self._layout, self._clock = layout, clock
        self._notes = BackupNotes(layout)

    def read(self) -> Sequence[BackupNote]:
        """Return the notes, the oldest first. Raises UnavailableError, DamagedFileError."""
        return self._notes.list_now()

    def settled(self) -> list[BackupNote]:
        """Return the notes held against what lies there; write them if they were not true.

        A list that cannot be read is set aside, and made anew from the archives that can.
        """
        try:
            before = list(self.read())
        except DamagedFileError as error:
            log.error("the list of backups is made anew: %s", error.problem)  # noqa: TRY400 - it says it all
            Quarantine(self._layout, self._clock).set_aside(
                self._layout.backup_notes, error.problem
            )
            before = []
        there = [note for note in before if self._is_there(note.filename)]
        for note in before:
            if note not in there:
                log.warning("the backup %s was taken away", note.filename)
        notes = sorted([*there, *self._adopted(there)], key=lambda note: note.created)
        if notes != before:
            self.write(notes)
        return notes

    def write(self, notes: Iterable[BackupNote]) -> None:
        """Replace the list, durably. Raises OSError."""
        told = [self._told(note) for note in sorted(notes, key=lambda note: note.created)]
        content = {"backups": told, "last_backup": told[-1] if told else None}
        make_directory(self._layout.backups)
        write_atomic(
            self._layout.backup_notes, pydantic_core.to_json(content, indent=2) + b"\n"
        )

    def _told(self, note: BackupNote) -> dict[str, object]:
        """Return a note as the customer's tools read it: `file_path` is below the data directory."""
        path = self._layout.daily_backups / note.filename
        where = {"file_path": path.relative_to(self._layout.root).as_posix()}
        return note.model_dump(mode="json", exclude_none=True) | where

    def _is_there(self, filename: str) -> bool:
        is_plain = Path(filename).name == filename
        return is_plain and (self._layout.daily_backups / filename).is_file()

    def _adopted(self, known: Iterable[BackupNote]) -> list[BackupNote]:
        """Return notes of the archives that nobody has noted, if they can be read back."""
        names = {note.filename for note in known}
        adopted = []
        for path in sorted(self._layout.daily_backups.glob("backup_*.tar.gz")):
            if path.name in names or not BACKUP_FILE.fullmatch(path.name):
                continue
            try:
                adopted.append(
                    noted(
                        path,
                        verify(path),
                        sha256=digest_of(path),
                        verified_at=self._clock(),
                    )
                )
            except (DamagedFileError, RejectedError) as error:
                log.error("the backup %s is not listed: %s", path.name, error.problem)  # noqa: TRY400 - it says it all
        return adopted


def noted(path: Path, manifest: Manifest, *, sha256: str, verified_at: datetime) -> BackupNote:
    """Return what there is to note of an archive that was just read back."""
    return BackupNote(
        filename=path.name,
        created=manifest.made_at,
        size_bytes=path.stat().st_size,
        verified_at=verified_at,
        sha256=sha256,
        why=manifest.why,
        tickets=manifest.tickets,
        files=len(manifest.members),
        unpacked_bytes=manifest.size,
    )


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file (hex). Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

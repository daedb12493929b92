"""The list of backups kept true: what it names is there, and was read back; what is there is named.

An archive has its name before it is noted, and loses it after its note: so a crash in between
leaves one that is not listed, and never a note without an archive. Everything here blocks; who
changes the list holds `locks/backups.lock`.
"""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from stat import S_ISREG

import pydantic_core

from domain.errors import NotFoundError, RejectedError, UnavailableError
from storage.archive_reading import verify
from storage.backup_notes import BackupNote, BackupNotes, Listing, Refused, first_of
from storage.clock import Clock
from storage.failures import DamagedFileError, NewerFormatError, unreadable
from storage.files import Identity, write_atomic
from storage.layout import Layout
from storage.manifest import BACKUP_FILE, Manifest
from storage.private_folders import make_private
from storage.quarantine import Quarantine

REFUSED_MAX = 1_000  # so many are told, and remembered

log = logging.getLogger(__name__)


class BackupLedger:
    """Reads and writes `backups/metadata.json`."""

    def __init__(self, layout: Layout, clock: Clock) -> None:
        self._layout, self._clock = layout, clock
        self._notes = BackupNotes(layout)
        self._release = version("texas811")

    def read(self) -> Listing:
        """Return what is noted. Raises UnavailableError, DamagedFileError."""
        return self._notes.listing_now()

    def settled(self) -> Listing:
        """Return the list held against what lies there; write it if it was not true.

        A list that cannot be read is set aside, and made anew from the archives that can. An
        archive that cannot keeps no other from being listed. Raises UnavailableError, OSError.
        """
        before = self._believed()
        there = [note for note in before.notes if self._is_there(note.filename)]
        for note in before.notes:
            if note not in there:
                log.warning("the backup %.80r is not there, or none of ours", note.filename)
        adopted, refused = self._unlisted(there, before.refused)
        notes = sorted([*there, *adopted], key=lambda note: note.created)
        after = Listing(notes, refused)
        if (notes, refused) != ([*before.notes], [*before.refused]):
            self.write(after)
        return after

    def write(self, listing: Listing) -> None:
        """Replace the list, durably; what is listed is refused no longer. Raises OSError."""
        notes = sorted(listing.notes, key=lambda note: note.created)
        told, names = [self._told(note) for note in notes], {note.filename for note in notes}
        refused = [one for one in listing.refused if one.filename not in names]
        content = {
            "backups": told,
            "last_backup": told[-1] if told else None,
            "refused": [one.model_dump(mode="json", exclude_none=True) for one in refused],
        }
        make_private(self._layout.backups)
        write_atomic(
            self._layout.backup_notes, pydantic_core.to_json(content, indent=2) + b"\n"
        )

    def _believed(self) -> Listing:
        try:
            return self.read()
        except DamagedFileError as error:
            log.error("the list of backups is made anew: %s", error.problem)  # noqa: TRY400 - it says it all
            Quarantine(self._layout, self._clock).set_aside(
                self._layout.backup_notes, error.problem
            )
            return Listing((), ())

    def _told(self, note: BackupNote) -> dict[str, object]:
        """Return a note as the customer's tools read it: `file_path` is below the data directory."""
        path = self._layout.daily_backups / note.filename
        where = {"file_path": path.relative_to(self._layout.root).as_posix()}
        return note.model_dump(mode="json", exclude_none=True) | where

    def _is_there(self, filename: str) -> bool:
        """Is this a backup that we could have made? A name from elsewhere is not looked for."""
        path = self._layout.daily_backups / filename
        return BACKUP_FILE.fullmatch(filename) is not None and is_plain_file(path)

    def _unlisted(
        self, known: Iterable[BackupNote], before: Iterable[Refused]
    ) -> tuple[list[BackupNote], list[Refused]]:
        """Return notes of the archives that nobody has noted, and those that none can be made of."""
        names = {note.filename for note in known}
        remembered = {one.filename: one for one in before}
        adopted, refused = [], []
        for path in sorted(self._layout.daily_backups.glob("backup_*.tar.gz")):
            if path.name in names or not BACKUP_FILE.fullmatch(path.name):
                continue
            match self._looked_at(path, remembered):
                case Refused() as one:
                    if one != remembered.get(path.name):
                        log.error("the backup %s is not listed: %s", path.name, one.problem)
                    refused.append(one)
                case note:
                    adopted.append(note)
        return adopted, refused[:REFUSED_MAX]

    def _looked_at(self, path: Path, remembered: Mapping[str, Refused]) -> BackupNote | Refused:
        """Return the note of an archive, or why there is none; one known is not read again."""
        identity: Identity | None = None
        try:
            with unreadable(path):
                status = path.lstat()
                if not S_ISREG(status.st_mode):
                    return Refused(filename=path.name, problem="It is no plain file.")
                identity = Identity.of(status)
                known = remembered.get(path.name)
                if known and (known.identity, known.read_by) == (identity, self._release):
                    return known
                manifest, digest = verify(path), digest_of(path)
                return noted(path, manifest, sha256=digest, verified_at=self._clock())
        except (DamagedFileError, NewerFormatError, RejectedError) as error:
            return Refused(
                filename=path.name,
                problem=error.problem,
                identity=identity,
                read_by=self._release,
            )
        except (NotFoundError, UnavailableError) as error:  # of this one; it may be had again
            return Refused(filename=path.name, problem=error.problem)


def is_plain_file(path: Path) -> bool:
    """Is this a file, and no link to one? Raises OSError."""
    try:
        return S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False


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
        left_out=len(manifest.left_out),
        left_out_first=first_of(manifest.left_out),
    )


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file (hex). Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

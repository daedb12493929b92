"""What copies in a bucket need of the volume: archives, and for a while sealed files. All of it blocks."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from storage.archive_reading import verify
from storage.backup_notes import BackupNote
from storage.bucket_notes import CHANGED_THERE, BucketNote, Digest
from storage.failures import DamagedFileError, disk_trouble, unreadable
from storage.files import (
    make_directory,
    rename,
    sweep_temporaries,
    sync_directory,
    unlink,
)
from storage.layout import Layout
from storage.manifest import KEPT_FOLDERS
from storage.sealing import Identities, unseal


def digest_of(path: Path) -> Digest:
    """Return the bytes of a file and their SHA-256. Raises UnavailableError."""
    with unreadable(path), path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256")
        return Digest(file.tell(), found.hexdigest())


def open_sealed(sealed: Path, opened: Path, identities: Identities, note: BucketNote) -> None:
    """Open a sealed file, and hold what was in it against the note and against its own manifest.

    Raises DamagedFileError, RejectedError and UnavailableError.
    """
    unseal(sealed, opened, identities)
    if digest_of(opened) != Digest(note.size_bytes, note.sha256):
        raise DamagedFileError(
            f"What was sealed as {note.sealed_as} is not {note.filename}.", remedy=CHANGED_THERE
        )
    verify(opened)


def place(opened: Path, into: Path) -> None:
    """Give an opened backup its name, durably. Raises UnavailableError."""
    with disk_trouble(into):
        rename(opened, into)
        sync_directory(into.parent)


def make_room(folder: Path) -> None:
    """Make the folder, and sweep out what a copy that was killed has left in it."""
    with disk_trouble(folder):
        make_directory(folder)
        sweep_temporaries(folder)


def archive_of_retired(path: Path) -> BackupNote:
    """Return what an archive of what was removed tells of itself; it is read to its end.

    Raises DamagedFileError if it is not whole, UnavailableError.
    """
    manifest = verify(path)
    return BackupNote(
        filename=path.name, created=manifest.made_at, why=manifest.why, tickets=manifest.tickets
    )


def retired_archives(layout: Layout) -> Sequence[Path]:
    """Return the archives of what was removed because its time was over, the oldest first."""
    with unreadable(layout.retired):
        return sorted(layout.retired.glob("[!.]*.tar.gz"))


def first_kept(layout: Layout) -> str | None:
    """Return a file that somebody would miss if this directory were another; None if there is none.

    All counts that a backup holds, but for what a start makes anew. Raises UnavailableError.
    """
    derived = {layout.index, layout.schedule, layout.cookie_secret, layout.ended_visits}
    for folder in (layout.root / name for name in KEPT_FOLDERS):
        with unreadable(folder):
            found = (path for path in folder.rglob("[!.]*") if path.is_file())
            if kept := next((path for path in found if path not in derived), None):
                return kept.relative_to(layout.root).as_posix()
    return None


def forget(*paths: Path) -> None:
    """Remove files that were of use for a while."""
    for path in paths:
        unlink(path)

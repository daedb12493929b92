"""Whether an archive is the one that was made under its name: its bytes have the noted digest.

That an archive is whole, and is what its own manifest says, anybody can bring about who has made it.
"""

import functools
from contextlib import suppress
from pathlib import Path

from storage.backup_ledger import digest_of
from storage.backup_notes import BackupNotes
from storage.failures import DamagedFileError, unreadable
from storage.files import Identity
from storage.layout import Layout

REMEMBERED_ARCHIVES = 32


def expect_known(layout: Layout, path: Path) -> None:
    """Hold an archive against what was noted when it was made, all of it read. Blocks.

    One of which nothing is noted, as it was brought here from elsewhere, passes; so does each where
    the list cannot be believed: that must not stand between a person and his last backup. Raises
    DamagedFileError, and UnavailableError for the disk.
    """
    known: str | None = None
    with suppress(DamagedFileError):
        notes = {note.filename: note.sha256 for note in BackupNotes(layout).list_now()}
        known = notes.get(path.name)
    if known:
        with unreadable(path):
            _expect(path, digest_of(path), known)


def expect_digest(path: Path, sha256: str | None) -> None:
    """Raise DamagedFileError if an archive has another digest; None is any. Blocks.

    Who looks for single tickets looks often: what was read once is remembered for that very file.
    One that is not there passes: whoever opens it is told. Raises UnavailableError.
    """
    if sha256:
        with unreadable(path), suppress(FileNotFoundError):
            _expect(path, _remembered(path, Identity.of(path.stat())), sha256)


def _expect(path: Path, found: str, known: str) -> None:
    if found != known:
        raise DamagedFileError(
            f"{path.name} is not the backup that was made under this name.",
            remedy="Take another backup, and find out who has put this one there.",
        )


@functools.lru_cache(maxsize=REMEMBERED_ARCHIVES)
def _remembered(path: Path, _identity: Identity) -> str:
    return digest_of(path)

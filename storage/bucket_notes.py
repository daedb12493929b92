"""What lies beside each sealed backup in a bucket, and makes it one: a small JSON object.

It is put there last, under a name that only one can take. A sealed file that no note names was cut
off on its way, or is on its way, and is no backup. No personal data is in a note.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.moment import Moment
from storage.backup_notes import BackupNote
from storage.bucket_link import Stored
from storage.failures import NewerFormatError, damage_in
from storage.installation import INSTALLATION_ID
from storage.manifest import Why

NOTE_FORMAT = 1
NOTE_BYTES_MAX = 65_536
NOTE_SUFFIX = ".json"
SEALED_SUFFIX = ".age"
TOLD_OF_DIGEST = 16  # digits of it in a name: so no two sealed files have the same
CHANGED_THERE = "Take another backup, and look who else can write to the bucket."
SHA256 = re.compile(r"[0-9a-f]{64}")

Folder = Literal["backups", "retired"]
"""What lies where: backups of everything, and archives of what was removed at the end of its time."""


class BucketNote(BaseModel):
    """A backup in the bucket: what it is, and what proves it.

    `created` is the moment (UTC) whose state it is, `size_bytes` and `sha256` (hex) are those of the
    archive, `sealed_bytes` and `sealed_sha256` those of the sealed file, whose name is `sealed_as`.
    `installation` is the id of whose it is: others leave it alone.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: int = NOTE_FORMAT
    filename: str
    installation: str = Field(pattern=INSTALLATION_ID)
    created: Moment
    copied_at: Moment
    size_bytes: int = Field(ge=0)
    sha256: str = Field(pattern=SHA256)
    sealed_as: str
    sealed_bytes: int = Field(ge=0)
    sealed_sha256: str = Field(pattern=SHA256)
    why: Why | None = None
    tickets: int = 0

    def written(self) -> bytes:
        """Return it as it lies in the bucket."""
        return self.model_dump_json(indent=2).encode()

    def problem_in(self, stored: Mapping[str, Stored]) -> str | None:
        """Return what the listing of its folder alone tells against it; None if nothing does."""
        sealed = stored.get(self.sealed_as)
        if sealed is None:
            return "its sealed file is gone"
        if sealed.size != self.sealed_bytes:
            return f"its sealed file has {sealed.size} bytes, not {self.sealed_bytes}"
        return None

    def as_backup(self) -> BackupNote:
        """Return what it tells of the backup; it was read back whole before it was noted."""
        return BackupNote(
            filename=self.filename,
            created=self.created,
            size_bytes=self.size_bytes,
            sha256=self.sha256,
            verified_at=self.copied_at,
            copied_at=self.copied_at,
            why=self.why or "nightly",
            tickets=self.tickets,
        )


@dataclass(frozen=True, slots=True)
class BucketCopy:
    """A backup in the bucket, and what keeps it from being a good one; None if nothing does."""

    note: BucketNote
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """The bytes of a file and their SHA-256 (hex)."""

    size: int
    sha256: str


def note_on(
    told: BackupNote,
    archive: Digest,
    sealed: Digest,
    *,
    installation: str,
    copied_at: datetime,
) -> BucketNote:
    """Return the note on a backup that was sealed so."""
    return BucketNote(
        filename=told.filename,
        installation=installation,
        created=told.created,
        copied_at=copied_at,
        size_bytes=archive.size,
        sha256=archive.sha256,
        sealed_as=sealed_name(told.filename, sealed),
        sealed_bytes=sealed.size,
        sealed_sha256=sealed.sha256,
        why=told.why,
        tickets=told.tickets,
    )


def sealed_name(filename: str, sealed: Digest) -> str:
    """Return the name of a sealed file, which no other bytes can have: nothing is overwritten."""
    return f"{filename}.{sealed.sha256[:TOLD_OF_DIGEST]}{SEALED_SUFFIX}"


def note_name(filename: str) -> str:
    """Return the name of the note on a backup."""
    return f"{filename}{NOTE_SUFFIX}"


def parsed_note(name: str, content: bytes) -> BucketNote:
    """Return the note that lies there under this name.

    Raises DamagedFileError if it is none, or speaks of another, NewerFormatError for one of a newer
    release.
    """
    with damage_in(name, "a note on a backup"):
        note = BucketNote.model_validate_json(content)
        is_sealed = note.sealed_as.startswith(f"{note.filename}.") and "/" not in note.sealed_as
        if note_name(note.filename) != name or not is_sealed:
            problem = "it speaks of another"
            raise ValueError(problem)
    if note.format > NOTE_FORMAT:
        raise NewerFormatError(
            f"{name} in the bucket was written by a newer release.",
            remedy="Use that release, or a newer one.",
        )
    return note

"""What is known of the backups: `backups/metadata.json`, as whoever makes them has noted it."""

from collections.abc import Sequence
from typing import NamedTuple

import aiofiles.os
from pydantic import BaseModel, ConfigDict

from domain.moment import Moment
from storage.failures import damage_in, unreadable
from storage.files import Identity
from storage.layout import Layout
from storage.manifest import Why

NOTES_BYTES_MAX = 16 * 1024 * 1024  # a note has some hundred bytes
FIRST_LEFT_OUT = 3


class BackupNote(BaseModel):
    """A backup: its file, the moment (UTC) whose state it is, its bytes, and what is known of it.

    `verified_at` is when it was last read back whole, `drilled_at` when a restore of it was last
    tried aside, `copied_at` when it was put into the bucket, `proved_at` when it was last read back
    from there. `sha256` (hex) is that of the file, `unpacked_bytes` of what lies in it, `seconds`
    how long it took. `left_out` counts the files that are not in it for their names or sizes, or as links,
    `left_out_first` names the first of them.
    `drill_problem` is why it could not be restored when that was last tried. The customer's tools
    note only `filename`, `created`, `size_bytes`, and `file_path`, their times without a zone, which
    then are in UTC.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    filename: str
    created: Moment
    size_bytes: int = 0
    verified_at: Moment | None = None
    drilled_at: Moment | None = None
    copied_at: Moment | None = None
    proved_at: Moment | None = None
    sha256: str | None = None
    why: Why = "nightly"
    tickets: int = 0
    files: int = 0
    unpacked_bytes: int = 0
    seconds: float = 0.0
    left_out: int = 0
    left_out_first: tuple[str, ...] = ()
    drill_problem: str | None = None


class Refused(BaseModel):
    """What lies among the backups under the name of one and is not listed, and why not.

    `identity` says which writing of it the release `read_by` has read: both the same, it is not read
    again. Without it nothing is proved, as where the disk did not give it: it is tried again.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    filename: str
    problem: str
    identity: Identity | None = None
    read_by: str = ""


class Listing(NamedTuple):
    """The backups, the oldest first, and what lies among them and is none."""

    notes: Sequence[BackupNote]
    refused: Sequence[Refused]


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore")

    backups: list[BackupNote] = []
    refused: list[Refused] = []


class BackupNotes:
    """Tells which backups there are."""

    def __init__(self, layout: Layout) -> None:
        self._path = layout.backup_notes
        self.list = aiofiles.os.wrap(self.list_now)

    def list_now(self) -> Sequence[BackupNote]:
        """Return what is noted of the backups, the oldest first; nothing if there never was one. Blocks.

        Raises UnavailableError if it cannot be read, DamagedFileError if not believed.
        """
        return self.listing_now().notes

    def listing_now(self) -> Listing:
        """Return all that is noted; of two notes of one backup the later. Blocks.

        Raises what `list_now` does.
        """
        with unreadable(self._path):
            try:
                with self._path.open("rb") as file:
                    content = file.read(NOTES_BYTES_MAX)
            except FileNotFoundError:
                return Listing((), ())
        with damage_in(self._path.name, "a list of backups"):
            told = _File.model_validate_json(content)
        notes = {note.filename: note for note in told.backups}
        return Listing(sorted(notes.values(), key=lambda note: note.created), told.refused)


def first_of(left_out: Sequence[str]) -> tuple[str, ...]:
    """Return the names of those files that a note names."""
    return tuple(left_out[:FIRST_LEFT_OUT])

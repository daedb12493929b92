"""What is known of the backups: `backups/metadata.json`, as whoever makes them has noted it."""

from collections.abc import Sequence

import aiofiles.os
from pydantic import BaseModel, ConfigDict

from domain.moment import Moment
from storage.failures import damage_in, unreadable
from storage.layout import Layout
from storage.manifest import Why

NOTES_BYTES_MAX = 16 * 1024 * 1024  # a note has some hundred bytes


class BackupNote(BaseModel):
    """A backup: its file, the moment (UTC) whose state it is, its bytes, and what is known of it.

    `verified_at` is when it was last read back whole, `drilled_at` when a restore of it was last
    tried aside, `copied_at` when it was put into the bucket. `sha256` (hex) is that of the file,
    `unpacked_bytes` of what lies in it, `seconds` how long it took. The customer's tools note only
    `filename`, `created`, `size_bytes`, and `file_path`, their times without a zone, which then
    are in UTC.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    filename: str
    created: Moment
    size_bytes: int = 0
    verified_at: Moment | None = None
    drilled_at: Moment | None = None
    copied_at: Moment | None = None
    sha256: str | None = None
    why: Why = "nightly"
    tickets: int = 0
    files: int = 0
    unpacked_bytes: int = 0
    seconds: float = 0.0


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore")

    backups: list[BackupNote] = []


class BackupNotes:
    """Tells which backups there are."""

    def __init__(self, layout: Layout) -> None:
        self._path = layout.backup_notes
        self.list = aiofiles.os.wrap(self.list_now)

    def list_now(self) -> Sequence[BackupNote]:
        """Return what is noted of the backups, the oldest first; nothing if there never was one. Blocks.

        Raises UnavailableError if it cannot be read, DamagedFileError if not believed.
        """
        with unreadable(self._path):
            try:
                with self._path.open("rb") as file:
                    content = file.read(NOTES_BYTES_MAX)
            except FileNotFoundError:
                return ()
        with damage_in(self._path.name, "a list of backups"):
            notes = _File.model_validate_json(content).backups
        return sorted(notes, key=lambda note: note.created)

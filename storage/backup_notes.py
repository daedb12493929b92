"""What is known of the backups: `backups/metadata.json`, as whoever makes them has noted it."""

from collections.abc import Sequence

import aiofiles.os
from pydantic import BaseModel, ConfigDict

from domain.moment import Moment
from storage.failures import damage_in, unreadable
from storage.layout import Layout

NOTES_BYTES_MAX = 16 * 1024 * 1024  # a note has some hundred bytes


class BackupNote(BaseModel):
    """A backup: its file, when it was made and, if it was, verified (UTC), its size.

    The customer's tools note more, and their times without a zone, which then are in UTC.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    filename: str
    created: Moment
    size_bytes: int = 0
    verified_at: Moment | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore")

    backups: list[BackupNote] = []


class BackupNotes:
    """Tells which backups there are."""

    def __init__(self, layout: Layout) -> None:
        self._path = layout.root / "backups" / "metadata.json"
        self.list = aiofiles.os.wrap(self._list)

    def _list(self) -> Sequence[BackupNote]:
        """Return what is noted of the backups, the oldest first; nothing if there never was one.

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

"""Which installation this is: `backups/installation.json`, made once, for whoever shares a bucket.

It belongs to the place and not to its state, so no backup holds it: who restores another's backup
stays himself, and who restores an older one of his own, too. A machine that is brought back from
nothing but the bucket takes over whose backups it has fetched.
"""

import re
import secrets
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from storage.failures import DamagedFileError, damage_in, disk_trouble, unreadable
from storage.file_locks import FileLock
from storage.files import make_directory, write_atomic
from storage.layout import Layout

FORMAT = 1
ID_BYTES = 8
INSTALLATION_ID = re.compile(r"^[0-9a-f]{16}$")


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore")

    format: int = FORMAT
    id: str = Field(pattern=INSTALLATION_ID)


class Installation:
    """Tells who this is, and decides it where nobody has. Everything blocks."""

    def __init__(self, layout: Layout) -> None:
        self._path = layout.installation
        self._lock_path = layout.locks / "installation.lock"

    def known_now(self) -> str | None:
        """Return the id; None if it was not needed yet.

        Raises DamagedFileError if it cannot be believed: then nothing is anybody's. UnavailableError.
        """
        with unreadable(self._path):
            try:
                content = self._path.read_bytes()
            except FileNotFoundError:
                return None
        try:
            with damage_in(self._path.name, "the id of an installation"):
                return _File.model_validate_json(content).id
        except DamagedFileError as failure:
            raise DamagedFileError(
                failure.problem,
                remedy="Write the id into it that `texas811 backups list --bucket` shows, or "
                "remove it: then this is another installation.",
            ) from failure

    def own_now(self) -> str:
        """Return the id; it is made if there is none. Raises what `known_now` does."""
        if known := self.known_now():
            return known
        with disk_trouble(self._lock_path):
            make_directory(self._lock_path.parent)
            with FileLock(self._lock_path):
                known = self.known_now() or secrets.token_hex(ID_BYTES)
                self.take_over_now(known)
                return known

    def take_over_now(self, installation: str) -> None:
        """Be this one from now on, durably. Raises UnavailableError."""
        content = _File(id=installation).model_dump_json().encode() + b"\n"
        with disk_trouble(self._path):
            make_directory(Path(self._path.parent))
            write_atomic(self._path, content)

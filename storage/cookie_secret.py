"""The secret with which the cookies of the dashboard are signed: `config/cookie_secret`.

Whoever needs it first makes it; every process of the service reads the same file. Whoever takes
the file away ends every session of the dashboard, and nothing else.
"""

import os
import re
import secrets
from pathlib import Path

import aiofiles.os

from storage.failures import disk_trouble, unreadable
from storage.file_locks import FileLock
from storage.files import (
    NO_FILE,
    Identity,
    identity_at,
    rename,
    sync_directory,
    temporary_beside,
    unlink,
)
from storage.layout import Layout

SECRET_BYTES = 32
ONLY_OURS = 0o600
_WRITTEN = re.compile(rb"[0-9a-f]{%d}\n" % (2 * SECRET_BYTES))


class CookieSecret:
    """Tells the secret, and makes it where there is none that can be used."""

    def __init__(self, layout: Layout) -> None:
        self._path = layout.cookie_secret
        self._lock_path = layout.cookie_secret_lock
        # One value, because several threads may look at once: a file, and what stood in it.
        self._seen: tuple[Identity, bytes] = (NO_FILE, b"")
        self.current = aiofiles.os.wrap(self._current)

    def _current(self) -> bytes:
        """Return the secret; looks at the file's name only, unless it has changed.

        Raises UnavailableError if the disk fails.
        """
        seen, secret = self._seen
        with unreadable(self._path):
            found = identity_at(self._path)
        if found == NO_FILE or found != seen:
            secret = self._read() or self._made()
            with unreadable(self._path):
                self._seen = (identity_at(self._path), secret)
        return secret

    def _read(self) -> bytes | None:
        """Return what the file says; None if there is none, or it is no secret of ours."""
        with unreadable(self._path):
            try:
                content = self._path.read_bytes()
            except FileNotFoundError:
                return None
        try:
            return decode(content)
        except ValueError:
            return None

    def _made(self) -> bytes:
        """Make the secret, or return that of whoever was faster."""
        with disk_trouble(self._path), FileLock(self._lock_path):
            if secret := self._read():
                return secret
            secret = secrets.token_bytes(SECRET_BYTES)
            _write(self._path, secret.hex().encode() + b"\n")
            return secret


def decode(content: bytes) -> bytes:
    """Return the secret that stands in a file. Raises ValueError if none does."""
    if not _WRITTEN.fullmatch(content):
        problem = "it is not a secret of the dashboard"
        raise ValueError(problem)
    return bytes.fromhex(content.decode())


def _write(path: Path, content: bytes) -> None:
    """Put the file there, whole and durable; at no moment can others read it."""
    temporary = Path(temporary_beside(path))
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(temporary, flags, ONLY_OURS), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        rename(temporary, path)
    finally:
        unlink(temporary)  # if it has not got its name
    sync_directory(path.parent)

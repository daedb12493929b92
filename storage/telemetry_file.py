"""The file of the telemetry: opened when it is first needed, shared by all processes, or set aside.

It is SQLite, because it is read by index while several processes write (docs/adr/0015). Nothing
that was accepted stands in it: what cannot be believed is put beside it, and it is begun anew.
"""

import errno
import logging
import os
import re
import sqlite3
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from domain.errors import UnavailableError
from storage.clock import system_clock
from storage.failures import REMEDIES, DamagedFileError, NewerFormatError, disk_trouble
from storage.file_locks import FileLock
from storage.layout import Layout
from storage.telemetry_schema import APPLICATION, FORMAT, SCHEMA

BUSY_SECONDS_MAX = 5.0  # another process writes for some milliseconds at a time
WAL_BYTES_MAX = 4 * 1_048_576
CACHE_KIBIBYTES = 4096

DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
# What SQLite says -> the error of the disk whose remedy helps.
CAUSES = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
    sqlite3.SQLITE_PERM: errno.EACCES,
}

MISTAKES = (sqlite3.ProgrammingError, sqlite3.IntegrityError)  # ours, and not the disk's

Found = TypeVar("Found")
Work = Callable[[sqlite3.Connection], Found]

log = logging.getLogger(__name__)


class _Hand:
    """A connection, and the lock of the one thread that uses it.

    `identity` is the file that it was opened on, and `process` who opened it: a connection must
    not be used, nor closed, by a process that was forked.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.connection: sqlite3.Connection | None = None
        self.identity: tuple[int, int] | None = None
        self.process = 0

    def let_go(self) -> None:
        """Close the connection; the next who uses the hand opens another."""
        if self.connection and self.process == os.getpid():
            with suppress(sqlite3.Error):
                self.connection.close()
        self.connection = self.identity = None


class TelemetryFile:
    """Reads and writes the file by two connections, so that no reader waits for a writer."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.path = layout.telemetry / "telemetry.sqlite3"
        self._lock_path = layout.locks / "telemetry.lock"
        self._reader = _Hand()
        self._writer = _Hand()

    def read(self, work: Work[Found]) -> Found:
        """Return what `work` finds. It may be called twice, if the file was damaged. Blocks.

        Raises UnavailableError if the disk fails, NewerFormatError if a newer release has made
        the file, NotFoundError if there is no data directory.
        """
        return self._do(self._reader, work)

    def write(self, work: Work[Found]) -> Found:
        """Do this as one transaction, as `read` does; raises what that raises. Blocks."""
        return self._do(self._writer, lambda connection: _as_one(connection, work))

    def close(self) -> None:
        """Let go of the file; it is opened again by the next who needs it."""
        for hand in (self._reader, self._writer):
            with hand.lock:
                hand.let_go()

    def _do(self, hand: _Hand, work: Work[Found]) -> Found:
        with hand.lock, _trouble(self.path), disk_trouble(self.path):
            try:
                return work(self._connection(hand))
            except (sqlite3.DatabaseError, DamagedFileError) as error:
                damaged = hand.identity
                hand.let_go()
                if damaged is None or not _is_damage(error):
                    raise
                with FileLock(self._lock_path):
                    if _identity(self.path) == damaged:
                        self._set_aside(error)
                return work(self._connection(hand))

    def _connection(self, hand: _Hand) -> sqlite3.Connection:
        """Return the connection of a hand, to the file that is there now."""
        if hand.connection and hand.process == os.getpid():
            if hand.identity == _identity(self.path):
                return hand.connection
            hand.let_go()  # somebody has set the file aside, or removed it
        self._layout.existing(self._layout.locks)
        with FileLock(self._lock_path):
            # A plain one: should it be lost with the power, it is made again.
            self._layout.telemetry.mkdir(exist_ok=True)
            try:
                hand.connection = _opened(self.path)
            except (sqlite3.DatabaseError, DamagedFileError) as error:
                if not _is_damage(error):
                    raise
                self._set_aside(error)
                hand.connection = _opened(self.path)
            hand.identity, hand.process = _identity(self.path), os.getpid()
        return hand.connection

    def _set_aside(self, error: Exception) -> None:
        """Put the damaged file beside its place, and forget an earlier one. Under the lock."""
        for earlier in self.path.parent.glob(f"{self.path.name}.damaged-*"):
            earlier.unlink()
        aside = self.path.with_name(f"{self.path.name}.damaged-{system_clock():%Y%m%dT%H%M%SZ}")
        self.path.replace(aside)
        with suppress(FileNotFoundError):
            Path(f"{self.path}-wal").replace(f"{aside}-wal")
        Path(f"{self.path}-shm").unlink(missing_ok=True)
        log.error(
            "The telemetry could not be read and begins anew; %s keeps it: %s",
            aside.name,
            error,
        )


def _identity(path: Path) -> tuple[int, int] | None:
    """Return which file is at this path, None if there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _opened(path: Path) -> sqlite3.Connection:
    """Open the file, and make it if it is new.

    Raises sqlite3.DatabaseError, DamagedFileError and NewerFormatError.
    """
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS_MAX, isolation_level=None, check_same_thread=False
    )
    try:
        _check(connection, path)
        # A crash of the machine loses the last seconds and never the file; see the ADR.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA journal_size_limit = {WAL_BYTES_MAX}")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Make sure that the file is of ours, and whole as far as its first page tells."""
    application, version, names = _nature(connection)
    if not application and not version and not names:
        connection.execute("PRAGMA journal_mode = WAL")
        _as_one(connection, _make)
        return
    if application == APPLICATION and version > FORMAT:
        raise NewerFormatError(
            f"{path.name} was written by a newer release.",
            remedy="Update this release, or remove the file: nothing but plots and lists is lost.",
        )
    if (application, version) != (APPLICATION, FORMAT) or not names >= NAMES:
        raise DamagedFileError(f"{path.name} is no telemetry of this release.")


def _nature(connection: sqlite3.Connection) -> tuple[int, int, set[str]]:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    return application, version, names


def _make(connection: sqlite3.Connection) -> None:
    for statement in SCHEMA:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")


NAMES = {name for one in SCHEMA for name in re.findall(r"CREATE (?:TABLE|INDEX) (\w+)", one)}


def _as_one(connection: sqlite3.Connection, work: Work[Found]) -> Found:
    """Do all of this or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    return found


def _is_damage(error: Exception) -> bool:
    """Is this an error of a file that cannot be believed?"""
    if isinstance(error, DamagedFileError):
        return True
    if isinstance(error, MISTAKES):
        return False
    # A text that is none, which Python finds out by itself, has no code.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return code & 0xFF in DAMAGE


@contextmanager
def believed(what: str) -> Iterator[None]:
    """Name what was found in the file and cannot be read. Raises DamagedFileError."""
    try:
        yield
    except (ValueError, TypeError, OverflowError, struct.error, zlib.error) as error:
        raise DamagedFileError(f"The telemetry holds no {what}: {error}") from error


@contextmanager
def _trouble(path: Path) -> Iterator[None]:
    """Name what SQLite could not do. Raises UnavailableError in place of a DatabaseError."""
    try:
        yield
    except MISTAKES:
        raise
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code == sqlite3.SQLITE_ERROR:
            raise  # a statement of ours is wrong
        raise UnavailableError(
            f"The disk did not take {path.name}: {error}.",
            remedy=REMEDIES.get(CAUSES.get(code, 0), REMEDIES[0]),
        ) from error

"""The file of the telemetry: opened when it is first needed, shared by all processes, or set aside.

It is SQLite, because it is read by index while several processes write (docs/adr/0015). Nothing
that was accepted stands in it: what cannot be believed is put beside it, and it is begun anew.
"""

import logging
import os
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from storage.clock import system_clock
from storage.failures import DamagedFileError, NewerFormatError
from storage.file_locks import locked_within
from storage.layout import Layout
from storage.telemetry_schema import APPLICATION, FORMAT, SCHEMA
from storage.telemetry_trouble import held_by_another, is_damage, telemetry_trouble

WAIT_SECONDS_MAX = 2.0  # for each lock: others write for some milliseconds at a time
CLOSE_SECONDS_MAX = 0.25  # for either connection; one that is in use ends with the process
WAL_BYTES_MAX = 4 * 1_048_576
CACHE_KIBIBYTES = 4096

Found = TypeVar("Found")
Work = Callable[[sqlite3.Connection], Found]

log = logging.getLogger(__name__)

# Of a process that was forked from: to close them here, or to let them be collected, would be
# to speak for it.
_left_to_the_parent: list[sqlite3.Connection] = []


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

    @contextmanager
    def held(self, seconds_max: float) -> Iterator[bool]:
        """Keep other threads away; yields whether they let go within so many seconds."""
        is_ours = self.lock.acquire(timeout=seconds_max)
        try:
            yield is_ours
        finally:
            if is_ours:
                self.lock.release()

    def let_go(self) -> None:
        """Close the connection; the next who uses the hand opens another."""
        if self.connection and self.process == os.getpid():
            with suppress(sqlite3.Error):
                self.connection.close()
        elif self.connection:
            _left_to_the_parent.append(self.connection)
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
        return self._do(self._reader, self._in_this_format(work))

    def write(self, work: Work[Found]) -> Found:
        """Do this as one transaction, as `read` does; raises what that raises. Blocks."""
        whole = self._in_this_format(work)
        return self._do(self._writer, lambda connection: _as_one(connection, whole))

    def close(self) -> None:
        """Let go of the file, unless it is in use for long; who needs it next opens it again."""
        for hand in (self._reader, self._writer):
            with hand.held(CLOSE_SECONDS_MAX) as is_ours:
                if is_ours:
                    hand.let_go()

    def _in_this_format(self, work: Work[Found]) -> Work[Found]:
        """Return the work as one that no release does to a file of another.

        Raises what `_check` raises.
        """

        def checked(connection: sqlite3.Connection) -> Found:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version != FORMAT:
                _check(connection, self.path)
            return work(connection)

        return checked

    def _do(self, hand: _Hand, work: Work[Found]) -> Found:
        with (
            hand.held(WAIT_SECONDS_MAX) as is_ours,
            telemetry_trouble(self.path, WAIT_SECONDS_MAX),
        ):
            if not is_ours:
                raise held_by_another(self.path, WAIT_SECONDS_MAX)
            try:
                return work(self._connection(hand))
            except (sqlite3.DatabaseError, DamagedFileError) as error:
                damaged = hand.identity
                hand.let_go()
                if damaged is None or not is_damage(error):
                    raise
                with self._alone():
                    if _identity(self.path) == damaged:
                        self._set_aside(error)
                return work(self._connection(hand))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let no other process open the file or set it aside meanwhile."""
        with locked_within(self._lock_path, WAIT_SECONDS_MAX) as is_ours:
            if not is_ours:
                raise held_by_another(self.path, WAIT_SECONDS_MAX)
            yield

    def _connection(self, hand: _Hand) -> sqlite3.Connection:
        """Return the connection of a hand, to the file that is there now."""
        if hand.connection:
            if hand.process == os.getpid() and hand.identity == _identity(self.path):
                return hand.connection
            hand.let_go()  # somebody has set the file aside, or removed it; or we were forked
        self._layout.existing(self._layout.locks)
        with self._alone():
            # A plain one: should it be lost with the power, it is made again.
            self._layout.telemetry.mkdir(exist_ok=True)
            self._clear_the_place()
            try:
                hand.connection = _opened(self.path)
            except (sqlite3.DatabaseError, DamagedFileError) as error:
                if not is_damage(error):
                    raise
                self._set_aside(error)
                hand.connection = _opened(self.path)
            hand.identity, hand.process = _identity(self.path), os.getpid()
        return hand.connection

    def _clear_the_place(self) -> None:
        """Remove what belongs to a file that somebody has removed alone. Under the lock.

        Others have it mapped still: a new file that took it over would cut it off under them.
        """
        if _identity(self.path) is None:
            for ending in ("-wal", "-shm"):
                Path(f"{self.path}{ending}").unlink(missing_ok=True)

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
        path, timeout=WAIT_SECONDS_MAX, isolation_level=None, check_same_thread=False
    )
    try:
        _check(connection, path)
        # A crash of the machine loses the last seconds and never the file; see the ADR.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA journal_size_limit = {WAL_BYTES_MAX}")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
        connection.execute("PRAGMA mmap_size = 0")  # who truncates the file must not kill us
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

"""What can go wrong with the file of the telemetry, named for what a person can do about it.

Whoever reads this waits for no answer: what is seen goes on to be written down by itself.
"""

import errno
import sqlite3
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from domain.errors import UnavailableError
from storage.failures import DamagedFileError

DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
HELD = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
MISTAKES = (sqlite3.ProgrammingError, sqlite3.IntegrityError)  # ours, and not the disk's

# What SQLite says -> the error of the disk whose remedy helps.
CAUSES = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
    sqlite3.SQLITE_PERM: errno.EACCES,
}
# The first line is for any other.
REMEDIES = {
    0: "Repair the volume.",
    errno.ENOSPC: "Free space on the volume.",
    errno.EDQUOT: "Raise the quota of the volume.",
    errno.EROFS: "The volume is mounted read-only: look for the reason in the kernel's log, and "
    "mount it writable.",
    errno.EIO: "The volume reports a failure of its own: check or replace it.",
    errno.EMFILE: "Raise the limit of open files.",
    errno.ENFILE: "Wait until fewer files are open on this machine.",
    errno.EACCES: "Give the service the right to write there.",
}
UNTIL_THEN = "Until then plots and lists lack what happens; the work goes on."

# What a value that is none of ours raises where it is read.
NONE_OF_OURS = (ValueError, TypeError, OverflowError, struct.error, zlib.error)

Told = TypeVar("Told")


def held_by_another(path: Path, seconds: float) -> UnavailableError:
    """Return the failure that tells who is to be looked for: somebody who keeps all others out."""
    return UnavailableError(
        f"Another has kept {path.name} to itself for more than {seconds:g} s.",
        remedy=f"If this goes on, find the process that holds {path.name} or its lock and does "
        f"not end, and end it. {UNTIL_THEN}",
    )


def is_damage(error: Exception) -> bool:
    """Is this an error of a file that cannot be believed?"""
    if isinstance(error, DamagedFileError):
        return True
    if isinstance(error, MISTAKES):
        return False
    # A text that is none, which Python finds out by itself, has no code.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return code & 0xFF in DAMAGE


def readable(read: Callable[..., Told], rows: Iterable[tuple[Any, ...]]) -> Iterator[Told]:
    """Yield what `read` makes of each row; one that it cannot read is left out.

    It may be of another release, or of a page that was damaged: the others are worth the same.
    """
    for row in rows:
        try:
            told = read(*row)
        except NONE_OF_OURS:
            continue
        yield told


@contextmanager
def telemetry_trouble(path: Path, seconds_max: float) -> Iterator[None]:
    """Name what SQLite or the disk could not do.

    Raises UnavailableError in place of a DatabaseError or an OSError.
    """
    try:
        yield
    except MISTAKES:
        raise
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code == sqlite3.SQLITE_ERROR:
            raise  # a statement of ours is wrong
        if code in HELD:
            raise held_by_another(path, seconds_max) from error
        raise _refused(path, str(error), CAUSES.get(code, 0)) from error
    except OSError as error:
        raise _refused(path, str(error.strerror), error.errno or 0) from error


def _refused(path: Path, said: str, cause: int) -> UnavailableError:
    return UnavailableError(
        f"The disk did not take {path.name}: {said}.",
        remedy=f"{REMEDIES.get(cause, REMEDIES[0])} {UNTIL_THEN}",
    )

"""What a disk or a file can do wrong, named for what a person can do about it."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from domain.errors import UnavailableError

# What a person can do about an error of the disk; the first line is for any other.
REMEDIES = {
    0: "Repair the volume, then send the same request again.",
    errno.ENOSPC: "Free space on the volume, then send the same request again.",
    errno.EDQUOT: "Raise the quota of the volume, then send the same request again.",
    errno.EROFS: "The volume is mounted read-only: look for the reason in the kernel's log, "
    "mount it writable, then send the same request again.",
    errno.EIO: "The volume reports a failure of its own: check or replace it before more is "
    "written, then send the same request again.",
    errno.EMFILE: "Wait until fewer requests are under way, or raise the limit of open files.",
    errno.ENFILE: "Wait until fewer files are open on this machine.",
    errno.EACCES: "Give the service the right to write there, then send the same request again.",
}


class DamagedFileError(UnavailableError):
    """A file is there and cannot be believed."""


class MissingFileError(DamagedFileError):
    """A file was there, and somebody has taken it away."""


class NewerFormatError(UnavailableError):
    """A file was written by a newer release: it is left alone."""


@contextmanager
def disk_trouble(path: Path) -> Iterator[None]:
    """Name an error of the disk for what the caller can do about it: wait.

    Raises UnavailableError in place of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise trouble_with(path, error) from error


@contextmanager
def unreadable(path: Path) -> Iterator[None]:
    """Name an error of the disk in reading. Raises UnavailableError in place of an OSError."""
    try:
        yield
    except OSError as error:
        raise UnavailableError(
            f"The disk did not give {path.name}: {error.strerror}.",
            remedy=REMEDIES.get(error.errno or 0, REMEDIES[0]),
        ) from error


def trouble_with(path: Path, error: OSError) -> UnavailableError:
    """Return the failure that tells a person what the disk did not take, and what helps."""
    return UnavailableError(
        f"The disk did not take {path.name}: {error.strerror}.",
        remedy=REMEDIES.get(error.errno or 0, REMEDIES[0]),
    )


@contextmanager
def damage_in(name: str, what: str) -> Iterator[None]:
    """Name a file that cannot be read as `what`, and its fault.

    Raises DamagedFileError in place of what a parser raises.
    """
    try:
        yield
    except (ValueError, AttributeError, TypeError, LookupError) as error:
        raise DamagedFileError(
            f"The file {name} cannot be read as {what}: {_first_line(error)}",
            remedy="Run `texas811 check`: it says what can be restored, and how.",
        ) from error


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return ": ".join(filter(None, (".".join(map(str, first["loc"])), first["msg"])))
    return str(error).partition("\n")[0]

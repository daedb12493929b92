"""Files that survive a power cut: the only module that writes.

Everything here blocks; the store runs each operation in one executor hop. A write that
fails leaves the old content and no temporary file; its error is an `OSError`.
"""

import fcntl
import itertools
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import ValidationError

from domain.errors import UnavailableError

FILE_MODE = 0o644
TEMPORARY_SUFFIX = ".tmp"

# In a container each start gives out the same process ids: a serial that began at zero would
# meet what a dead process of the same id left half written.
_serial = itertools.count(secrets.randbits(32))


class DamagedFileError(UnavailableError):
    """A file is there and cannot be believed."""


def write_atomic(path: Path, content: bytes) -> None:
    """Replace the file at `path` by `content`, durably: the old bytes or the new, never less.

    An error before the rename leaves the old file. If the last sync fails, the new file can
    be seen and may still be lost in a power cut; the error says that it is not confirmed.
    """
    temporary = _temporary_beside(path)
    try:
        _write_synced(temporary, content)
        temporary.replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            temporary.unlink()
        raise
    # The directory, not the file, remembers a rename: without this a power cut can bring
    # the old file back.
    sync_directory(path.parent)


def create_directory_with(path: Path, contents: Mapping[str, bytes]) -> bool:
    """Create the directory `path` with these files in it, all or nothing, durably.

    Returns False, having changed nothing, if the directory is there already.
    """
    temporary = _temporary_beside(path)
    try:
        temporary.mkdir()
        for name, content in contents.items():
            _write_synced(temporary / name, content)
        sync_directory(temporary)
        # A rename onto a directory that has something in it is refused by the system, so of
        # two writers of the same name exactly one gets here.
        temporary.rename(path)
    except OSError:
        shutil.rmtree(temporary, ignore_errors=True)
        if not path.is_dir():
            raise
        is_first = False
    else:
        is_first = True
    # For the second writer too: the first may have been cut off before it came this far.
    sync_directory(path.parent)
    return is_first


@contextmanager
def disk_trouble(path: Path) -> Iterator[None]:
    """Name an error of the disk for what the caller can do about it: wait.

    Raises UnavailableError in place of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise UnavailableError(
            f"The disk did not take {path.name}: {error.strerror}.",
            remedy="Free space or repair the volume, then send the same request again.",
        ) from error


@contextmanager
def damage_in(name: str, what: str) -> Iterator[None]:
    """Name a file that cannot be read as `what`, and its fault.

    Raises DamagedFileError in place of what a parser raises.
    """
    try:
        yield
    except (ValueError, AttributeError, TypeError) as error:
        raise DamagedFileError(
            f"The file {name} cannot be read as {what}: {_first_line(error)}",
            remedy="Restore the file from a backup; it has not been touched.",
        ) from error


def append_line(path: Path, line: bytes) -> None:
    """Append one line to a file of lines, durably; the caller holds the file's lock.

    What follows the last line end is a line that was torn by a crash. It was never
    acknowledged, so it is cut off first.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    try:
        size = os.fstat(descriptor).st_size
        end = _end_of_last_line(descriptor, size)
        if end != size:
            os.ftruncate(descriptor, end)
        os.lseek(descriptor, end, os.SEEK_SET)
        try:
            _write_all(descriptor, line + b"\n")
            os.fsync(descriptor)
        except OSError:
            # What cannot be made durable must not be seen either, or it would be believed.
            os.ftruncate(descriptor, end)
            raise
    finally:
        os.close(descriptor)
    if size == 0:
        sync_directory(path.parent)


def make_directory(path: Path) -> None:
    """Make a directory and its parents, each remembered by its own parent."""
    if path.is_dir():
        return
    make_directory(path.parent)
    path.mkdir(exist_ok=True)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """Hold the exclusive lock of this file, across tasks, threads and processes.

    Yields the descriptor. Each holder opens the file anew, because flock does not exclude
    threads that share a descriptor. The kernel lets go when a process dies.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def sole_owner(path: Path) -> Iterator[bool]:
    """Try to hold this lock without waiting; yields whether it was free."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def sweep_temporaries(directory: Path, *, is_alone: bool = False) -> int:
    """Remove what writers that are dead left half written; return how many there were.

    Whoever is alone on the directory sweeps below it too, and asks no writer whether it is
    alive: in a container the pid of a dead one is soon that of another.
    """
    swept = 0
    pattern = f".*{TEMPORARY_SUFFIX}"
    for leftover in directory.rglob(pattern) if is_alone else directory.glob(pattern):
        if not is_alone and _writer_is_alive(leftover):
            continue
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)
        swept += 1
    return swept


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return ": ".join(filter(None, (".".join(map(str, first["loc"])), first["msg"])))
    return str(error).partition("\n")[0]


def _temporary_beside(path: Path) -> Path:
    """Return a name that no other writer uses: `.<name>.<pid>.<serial>.tmp`."""
    return path.with_name(f".{path.name}.{os.getpid()}.{next(_serial)}{TEMPORARY_SUFFIX}")


def _writer_is_alive(temporary: Path) -> bool:
    pid = temporary.name.split(".")[-3]
    return pid.isdigit() and Path(f"/proc/{pid}").exists()


def _write_synced(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(path, flags, FILE_MODE)
    try:
        _write_all(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, content: bytes) -> None:
    """Write every byte: the system may take fewer than it is given."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _end_of_last_line(descriptor: int, size: int) -> int:
    """Return the offset just behind the last line end, reading backwards from the end."""
    block = 4096
    end = size
    while end > 0:
        start = max(0, end - block)
        found = os.pread(descriptor, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0

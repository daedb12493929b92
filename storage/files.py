"""Files that survive a power cut: the only module that writes.

Everything here blocks; the store runs each operation in one executor hop. A write that
fails leaves the old content and no temporary file; its error is an `OSError`.
"""

import ctypes
import errno
import fcntl
import itertools
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Self

from pydantic import ValidationError

from domain.errors import UnavailableError

FILE_MODE = 0o644
TEMPORARY_SUFFIX = ".tmp"
BLOCK_BYTES = 65_536

# In a container each start gives out the same process ids: a serial that began at zero would
# meet what a dead process of the same id left half written.
_serial = itertools.count(secrets.randbits(32))


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

_libc = ctypes.CDLL(None, use_errno=True)
CAN_SYNC_FILESYSTEM = hasattr(_libc, "syncfs")


class DamagedFileError(UnavailableError):
    """A file is there and cannot be believed."""


class NewerFormatError(UnavailableError):
    """A file was written by a newer release: it is left alone."""


class Identity(NamedTuple):
    """Which file this is, and which writing of it.

    Exact for what `stage` has written, because it sets the time of change to the nanosecond
    at which it wrote; a file system alone counts in ticks of some milliseconds, within which
    an inode may be freed and used again.
    """

    inode: int
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Self:
        return cls(status.st_ino, status.st_size, status.st_mtime_ns)


NO_FILE = Identity(0, 0, 0)


def identity_at(path: Path) -> Identity:
    """Return the identity of the file at this path; NO_FILE if there is none. Blocks."""
    try:
        return Identity.of(os.stat(path))
    except FileNotFoundError:
        return NO_FILE


def place_of(directory: Path) -> tuple[int, int]:
    """Return which directory lies at this path: device and inode. Raises OSError."""
    status = os.stat(directory)
    return status.st_dev, status.st_ino


class Staged(NamedTuple):
    """A file that is written and has no name yet, and what it will be known by."""

    name: str
    identity: Identity


def write_atomic(path: Path, content: bytes) -> None:
    """Replace the file at `path` by `content`, durably: the old bytes or the new, never less.

    An error before the rename leaves the old file. If the last sync fails, the new file can
    be seen and may still be lost in a power cut; the error says that it is not confirmed.
    """
    place(stage(path, content), path)
    # The directory, not the file, remembers a rename: without this a power cut can bring
    # the old file back.
    sync_directory(path.parent)


def stage(path: Path, content: bytes, *, is_synced: bool = True) -> Staged:
    """Write `content` beside `path`, unseen; return the temporary file.

    An error leaves no file. A sync that fails is never tried again: the kernel drops what it
    could not write and says yes the next time.
    """
    temporary = _temporary_beside(path)
    try:
        return Staged(temporary, _write_new(temporary, content, is_synced=is_synced))
    except BaseException:
        _unlink(temporary)
        raise


def place(staged: Staged, path: Path) -> None:
    """Give a staged file its name; an error leaves the old file and no temporary one."""
    try:
        os.replace(staged.name, path)
    except BaseException:
        _unlink(staged.name)
        raise


def discard(staged: Staged) -> None:
    """Remove a staged file that is not wanted after all."""
    _unlink(staged.name)


def remove_file(path: Path) -> None:
    """Remove a file, durably; one that is not there is as good as removed."""
    _unlink(path)
    sync_directory(path.parent)


def create_directory_with(path: Path, contents: Mapping[str, bytes]) -> bool:
    """Create the directory `path` with these files in it, all or nothing, durably.

    Returns False, having changed nothing, if the directory is there already.
    """
    temporary = _temporary_beside(path)
    try:
        os.mkdir(temporary)
        for name, content in contents.items():
            _write_new(f"{temporary}/{name}", content)
        sync_directory(temporary)
        # A rename onto a directory that has something in it is refused by the system, so of
        # two writers of the same name exactly one gets here.
        os.rename(temporary, path)
    except OSError:
        _remove_tree(temporary)
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
    except (ValueError, AttributeError, TypeError) as error:
        raise DamagedFileError(
            f"The file {name} cannot be read as {what}: {_first_line(error)}",
            remedy="Restore the file from a backup; it has not been touched.",
        ) from error


class Lines:
    """An open file of lines; whoever appends to it holds the lock that goes with it.

    What follows the last line end was torn by a crash or is being written: it is no line.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        os.close(self._descriptor)

    @property
    def identity(self) -> Identity:
        return Identity.of(os.fstat(self._descriptor))

    def cut_torn_end(self) -> int:
        """Cut off what follows the last line end; return the length that is left."""
        size = os.fstat(self._descriptor).st_size
        end = self.end_of_last_line(size)
        if end != size:
            self.cut(end)
        return end

    def cut(self, end: int) -> None:
        os.ftruncate(self._descriptor, end)

    def end_of_last_line(self, size: int) -> int:
        """Return the offset just behind the last line end before `size`."""
        end = size
        while end > 0:
            start = max(0, end - BLOCK_BYTES)
            found = os.pread(self._descriptor, end - start, start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            end = start
        return 0

    def line_before(self, end: int) -> bytes:
        """Return the line that ends at `end`, without its line end."""
        start = self.end_of_last_line(end - 1)
        return os.pread(self._descriptor, end - 1 - start, start)

    def count_before(self, end: int) -> int:
        """Return the number of lines before `end`, reading them all."""
        starts = range(0, end, BLOCK_BYTES)
        return sum(
            os.pread(self._descriptor, min(BLOCK_BYTES, end - start), start).count(b"\n")
            for start in starts
        )

    def line_from(self, start: int) -> bytes:
        """Return the line that begins at `start`, without its line end; empty if none does."""
        line = bytearray()
        while block := os.pread(self._descriptor, BLOCK_BYTES, start + len(line)):
            before, found, _ = block.partition(b"\n")
            line += before
            if found:
                return bytes(line)
        return b""

    def append(self, content: bytes, *, end: int) -> None:
        """Write whole lines at `end`; what cannot be written whole is not to be seen."""
        try:
            _write_all_at(self._descriptor, content, end)
        except OSError:
            os.ftruncate(self._descriptor, end)
            raise

    def sync(self) -> None:
        os.fsync(self._descriptor)


def make_directory(path: Path) -> None:
    """Make a directory and its parents, each remembered by its own parent."""
    if path.is_dir():
        return
    make_directory(path.parent)
    with suppress(FileExistsError):
        os.mkdir(path)
    sync_directory(path.parent)


def sync_directory(path: Path | str) -> None:
    """Make the names in a directory durable."""
    descriptor = open_directory(path)
    try:
        sync_open_directory(descriptor)
    finally:
        os.close(descriptor)


def open_directory(path: Path | str) -> int:
    """Return a descriptor of a directory, for `sync_open_directory` and `sync_filesystem`."""
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def sync_open_directory(descriptor: int) -> None:
    """Make the names in a directory durable."""
    os.fsync(descriptor)


def sync_filesystem(descriptor: int) -> None:
    """Make everything durable that was written to the file system of this open file.

    One sync for many files. The descriptor must have been open before they were written:
    the kernel tells each descriptor once of what has gone wrong since. See syncfs(2); where
    there is none, CAN_SYNC_FILESYSTEM is false. Raises OSError.
    """
    if _libc.syncfs(descriptor):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def write_note(descriptor: int, note: bytes) -> None:
    """Write a short hint at the start of an open lock file, for whoever holds it next."""
    os.pwrite(descriptor, note, 0)


class FileLock:
    """The exclusive lock of a file, across tasks, threads and processes; held while entered.

    Each holder opens the file anew, because flock does not exclude threads that share a
    descriptor. The kernel lets go when a process dies.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.descriptor = -1

    def __enter__(self) -> Self:
        self.descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX)
        except BaseException:
            os.close(self.descriptor)
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        os.close(self.descriptor)


locked = FileLock


@contextmanager
def locked_if_free(path: Path | None) -> Iterator[bool]:
    """Hold this lock if nobody does; yields whether it is held. None is always free."""
    if path is None:
        yield True
        return
    with sole_owner(path) as is_ours:
        yield is_ours


def read_identified(path: Path) -> tuple[bytes, Identity]:
    """Return the content of a file, and which writing of it that is."""
    with path.open("rb") as file:
        identity = Identity.of(os.fstat(file.fileno()))
        return file.read(), identity


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
        if leftover.is_dir() and not leftover.is_symlink():
            _remove_tree(leftover)
        else:
            _unlink(leftover)
        swept += 1
    return swept


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return ": ".join(filter(None, (".".join(map(str, first["loc"])), first["msg"])))
    return str(error).partition("\n")[0]


def _temporary_beside(path: Path) -> str:
    """Return a name that no other writer uses: `.<name>.<pid>.<serial>.tmp`."""
    folder, name = os.path.split(path)
    name = f".{name}.{os.getpid()}.{next(_serial)}{TEMPORARY_SUFFIX}"
    return os.path.join(folder, name)


def _unlink(path: Path | str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)


def _writer_is_alive(temporary: Path) -> bool:
    pid = temporary.name.split(".")[-3]
    return pid.isdigit() and Path(f"/proc/{pid}").exists()


def _remove_tree(directory: Path | str) -> None:
    """Remove a directory that a writer made and nobody has seen, as far as that is possible."""
    with suppress(OSError):
        for name in os.listdir(directory):
            os.unlink(f"{directory}/{name}")
        os.rmdir(directory)


def _write_new(path: str, content: bytes, *, is_synced: bool = True) -> Identity:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(path, flags, FILE_MODE)
    try:
        _write_all(descriptor, content)
        now = time.time_ns()  # no date: see Identity
        os.utime(descriptor, ns=(now, now))
        if is_synced:
            os.fsync(descriptor)
        return Identity.of(os.fstat(descriptor))
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, content: bytes) -> None:
    """Write every byte: the system may take fewer than it is given."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _write_all_at(descriptor: int, content: bytes, offset: int) -> None:
    rest = memoryview(content)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written

"""Files that survive a power cut: the only module that writes.

Everything here blocks; the store runs each operation in one executor hop. A write that
fails leaves the old content and no temporary file; its error is an `OSError`.
"""

import ctypes
import fnmatch
import itertools
import os
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

from storage.timings import fsync, timed

FILE_MODE = 0o644
TEMPORARY_SUFFIX = ".tmp"
BLOCK_BYTES = 65_536
WRITE_SECONDS_MAX = 60  # no write of ours takes as long
# In a container each start gives out the same process ids: a serial that began at zero would
# meet what a dead process of the same id left half written.
_serial = itertools.count(secrets.randbits(32))

_libc = ctypes.CDLL(None, use_errno=True)
CAN_SYNC_FILESYSTEM = hasattr(_libc, "syncfs")


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
    temporary = temporary_beside(path)
    try:
        return Staged(temporary, _write_new(temporary, content, is_synced=is_synced))
    except BaseException:
        unlink(temporary)
        raise


def create(path: Path, content: bytes, *, is_synced: bool) -> None:
    """Write a new file at `path` itself, where nobody reads yet. Raises FileExistsError, OSError."""
    _write_new(os.fspath(path), content, is_synced=is_synced)


def place(staged: Staged, path: Path) -> None:
    """Give a staged file its name; an error leaves the old file and no temporary one."""
    try:
        os.replace(staged.name, path)
    except BaseException:
        unlink(staged.name)
        raise


def held_open(path: Path) -> int | None:
    """Return a descriptor that keeps a file's blocks when it is replaced; None if it is not there.

    To free them takes a fifth of a commit on some disks, and nobody need wait for that: they are
    freed when the descriptor is closed.
    """
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None


def let_go(descriptor: int) -> None:
    """Close what `held_open` has opened."""
    os.close(descriptor)


def discard(staged: Staged) -> None:
    """Remove a staged file that is not wanted after all."""
    unlink(staged.name)


def remove_file(path: Path) -> None:
    """Remove a file, durably; one that is not there is as good as removed."""
    unlink(path)
    sync_directory(path.parent)


def rename(path: Path, new: Path) -> None:
    """Give a file another name, not durably."""
    os.rename(path, new)


def append_shared(path: Path, content: bytes) -> int:
    """Write behind what others write, in one call, not durably; return the file's length.

    Raises OSError, also if only a part was written.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
    descriptor = os.open(path, flags, FILE_MODE)
    try:
        if os.write(descriptor, content) < len(content):
            raise OSError("only a part was written")
        return os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)


def create_directory_with(path: Path, contents: Mapping[str, bytes]) -> bool:
    """Create the directory `path` with these files in it, all or nothing, durably.

    Returns False, having changed nothing, if the directory is there already.
    """
    temporary = temporary_beside(path)
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
    fsync(descriptor)


@timed
def sync_filesystem(descriptor: int) -> None:
    """Make everything durable that was written to the file system of this open file.

    One sync for many files. The descriptor must have been open before they were written:
    the kernel tells each descriptor once of what has gone wrong since. See syncfs(2); where
    there is none, CAN_SYNC_FILESYSTEM is false. Raises OSError.
    """
    if _libc.syncfs(descriptor):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def sweep_temporaries(directory: Path, *, is_alone: bool = False) -> int:
    """Remove what writers that are dead left half written; return how many there were.

    Whoever is alone sweeps below it too, also what has a living pid if it is old: in a container
    that of the dead is soon another's. A child of a killed supervisor may still be writing.
    """
    swept = 0
    for folder, folders, files in os.walk(directory):  # what goes meanwhile is passed by
        for name in fnmatch.filter([*folders, *files], f".*{TEMPORARY_SUFFIX}"):
            leftover = Path(folder, name)
            if _writer_is_alive(leftover) and not (is_alone and _is_old(leftover)):
                continue
            is_folder = leftover.is_dir() and not leftover.is_symlink()
            (_remove_tree if is_folder else unlink)(leftover)
            swept += 1
        if not is_alone:
            break
    return swept


def temporary_beside(path: Path) -> str:
    """Return a name that no other writer uses: `.<name>.<pid>.<serial>.tmp`."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}.{os.getpid()}.{next(_serial)}{TEMPORARY_SUFFIX}")


def unlink(path: Path | str) -> None:
    """Remove a file, if it is there, not durably."""
    with suppress(FileNotFoundError):
        os.unlink(path)


def _writer_is_alive(temporary: Path) -> bool:
    pid = temporary.name.split(".")[-3]
    return pid.isdigit() and Path(f"/proc/{pid}").exists()


def _is_old(temporary: Path) -> bool:
    try:
        written_ns = os.lstat(temporary).st_mtime_ns
    except FileNotFoundError:
        return False  # its writer has just given it its name
    return time.time_ns() - written_ns > WRITE_SECONDS_MAX * 10**9


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
            fsync(descriptor)
        return Identity.of(os.fstat(descriptor))
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, content: bytes) -> None:
    """Write every byte: the system may take fewer than it is given."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]

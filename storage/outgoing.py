"""A file that is written for somebody else, piece by piece: whole under its name, or not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_IMODE, S_ISCHR, S_ISFIFO, S_ISREG
from typing import BinaryIO

from domain.errors import NotFoundError, WrongKindError
from storage.failures import disk_trouble
from storage.files import (
    BLOCK_BYTES,
    Identity,
    Staged,
    place,
    sync_directory,
    temporary_beside,
    unlink,
)
from storage.timings import fsync

PRIVATE_MODE = 0o600  # it names persons, and says where they dig
SHARED_MODE = 0o666  # whoever runs the command says by his umask who may read it


@contextmanager
def written_whole(path: Path, *, mode: int = PRIVATE_MODE) -> Iterator[BinaryIO]:
    """Yield a file to write to, which gets its name when it is whole and durable. Blocks.

    Whatever goes wrong leaves what had the name before, and no temporary file. A file that is
    replaced hands its mode on; a new one has `mode`, less the umask. Behind a link its target is
    replaced, and not the link. A pipe and a device that takes characters are written to as they
    stand: nobody can take back what has gone there.

    Raises NotFoundError if there is no such directory, WrongKindError if the name is that of one,
    of a link to nothing or of a device that holds files, and UnavailableError if the disk does
    not take it.
    """
    with disk_trouble(path):
        before = _standing_at(path)
        if before is not None and not S_ISREG(before.st_mode):
            with _opened_as_it_stands(path) as file:
                yield file
            return
        target = path if before is None else Path(os.path.realpath(path))
        temporary = temporary_beside(target)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        descriptor = os.open(temporary, flags, mode if before is None else PRIVATE_MODE)
        try:
            with os.fdopen(descriptor, "w+b", buffering=BLOCK_BYTES) as file:
                yield file
                file.flush()
                if before is not None:
                    os.fchmod(descriptor, S_IMODE(before.st_mode))
                fsync(descriptor)
                staged = Staged(temporary, Identity.of(os.fstat(descriptor)))
        except BaseException:
            unlink(temporary)
            raise
        place(staged, target)
        sync_directory(target.parent)


def _standing_at(path: Path) -> os.stat_result | None:
    """Return what has the name, behind all links; None if nothing has. Raises as above."""
    try:
        standing = path.stat()
    except FileNotFoundError:
        if path.is_symlink():
            raise _wrong(path, "is a link to a file that is not there") from None
        if not path.parent.is_dir():
            raise NotFoundError(
                f"There is no directory {path.parent}.",
                field="output",
                remedy="Make it, or name a file in another one.",
            ) from None
        return None
    if path.is_dir():
        raise WrongKindError(
            f"{path} is a directory.", field="output", remedy="Name a file in it."
        )
    if not (S_ISREG(standing.st_mode) or _takes_a_stream(standing)):
        raise _wrong(path, "is neither a file nor something to write a stream to")
    return standing


@contextmanager
def _opened_as_it_stands(path: Path) -> Iterator[BinaryIO]:
    # Without O_CREAT and O_TRUNC: if it has become a file since, nothing of that is lost.
    descriptor = os.open(path, os.O_WRONLY | os.O_NOCTTY | os.O_CLOEXEC)
    with os.fdopen(descriptor, "wb", buffering=BLOCK_BYTES) as file:
        if not _takes_a_stream(os.fstat(descriptor)):
            raise _wrong(path, "has just become something else")
        yield file


def _takes_a_stream(status: os.stat_result) -> bool:
    return S_ISCHR(status.st_mode) or S_ISFIFO(status.st_mode)


def _wrong(path: Path, problem: str) -> WrongKindError:
    return WrongKindError(f"{path} {problem}.", field="output", remedy="Name another file.")

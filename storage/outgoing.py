"""A file that is written for somebody else, piece by piece: whole under its name, or not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
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


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Yield a file to write to, which gets its name when it is whole and durable. Blocks.

    Whatever goes wrong leaves what had the name before, and no temporary file. Raises
    NotFoundError if there is no such directory, WrongKindError if the name is that of one, and
    UnavailableError if the disk does not take it.
    """
    if not path.parent.is_dir():
        raise NotFoundError(
            f"There is no directory {path.parent}.",
            field="output",
            remedy="Make it, or name a file in another one.",
        )
    if path.is_dir():
        raise WrongKindError(
            f"{path} is a directory.", field="output", remedy="Name a file in it."
        )
    temporary = temporary_beside(path)
    with disk_trouble(path):
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        descriptor = os.open(temporary, flags, PRIVATE_MODE)
        try:
            with os.fdopen(descriptor, "w+b", buffering=BLOCK_BYTES) as file:
                yield file
                file.flush()
                fsync(descriptor)
                staged = Staged(temporary, Identity.of(os.fstat(descriptor)))
        except BaseException:
            unlink(temporary)
            raise
        place(staged, path)
        sync_directory(path.parent)

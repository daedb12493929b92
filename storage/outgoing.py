"""A file that is written for somebody else, piece by piece: whole under its name, or not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

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
    UnavailableError if the disk does not take it.
    """
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

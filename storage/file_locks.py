"""Locks between tasks, threads and processes: a lock file each, let go by the kernel."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from storage.files import FILE_MODE

LOOK_SECONDS = 0.01  # how often a lock is tried that is not waited for without end


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


@contextmanager
def locked_within(path: Path, seconds_max: float) -> Iterator[bool]:
    """Hold this lock as soon as it is free; yields whether it was within so many seconds."""
    deadline = time.monotonic() + seconds_max
    while True:
        with sole_owner(path) as is_ours:
            if is_ours or time.monotonic() >= deadline:
                yield is_ours
                return
        time.sleep(LOOK_SECONDS)


@contextmanager
def locked_if_free(path: Path | None) -> Iterator[bool]:
    """Hold this lock if nobody does; yields whether it is held. None is always free."""
    if path is None:
        yield True
        return
    with sole_owner(path) as is_ours:
        yield is_ours


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

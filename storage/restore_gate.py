"""The gate between those who write and a restore of everything: a look that cannot be overtaken.

Who writes passes it, all of them beside one another; a restore shuts it, from before its restore
point until everything lies in its place. So what somebody was told is durable is in the restore
point, or in the new state, and never in neither.
"""

import fcntl
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from domain.errors import UnavailableError
from storage.file_locks import locked_within
from storage.files import FILE_MODE
from storage.layout import Layout
from storage.restore_journal import refuse_while_restoring


class RestoreGate:
    """Entered by whoever writes, for as long as the write takes.

    One descriptor for all threads: the first of them to enter takes the shared lock, the last to
    leave lets it go, so a write costs two system calls and no opening of a file.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._path = layout.locks / "restore.lock"
        self._guard = threading.Lock()
        self._inside = 0
        self._descriptor: int | None = None
        self._close: Callable[[], object] = _nothing
        _gates.add(self)

    def __enter__(self) -> None:
        """Pass. Raises UnavailableError while everything is being restored, and OSError."""
        with self._guard:
            if not self._inside:
                self._lock()
            self._inside += 1
        try:
            refuse_while_restoring(self._layout)
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_error: object) -> None:
        with self._guard:
            self._inside -= 1
            if not self._inside and self._descriptor is not None:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def _lock(self) -> None:
        if self._descriptor is None:
            # Not for writing: it stays open, and would keep the volume from being mounted read-only.
            flags = os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC
            self._descriptor = os.open(self._path, flags, FILE_MODE)
            self._close = weakref.finalize(self, os.close, self._descriptor)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            refuse_while_restoring(self._layout)  # it can tell from which backup
            raise UnavailableError(
                "Everything is being restored.", remedy="Wait until it has ended."
            ) from None

    def forget_parent(self) -> None:
        """Begin anew in a forked process: what is held there is the parent's."""
        self._close()
        self._guard, self._inside = threading.Lock(), 0
        self._descriptor, self._close = None, _nothing


@contextmanager
def shut_gate(layout: Layout, seconds_max: float) -> Iterator[bool]:
    """Let nobody write meanwhile; yields whether all who wrote have ended within so many seconds."""
    with locked_within(layout.locks / "restore.lock", seconds_max) as is_shut:
        yield is_shut


def _nothing() -> None:
    """Close what was never opened."""


def _forget_parents() -> None:
    for gate in list(_gates):
        gate.forget_parent()


_gates: weakref.WeakSet[RestoreGate] = weakref.WeakSet()
os.register_at_fork(after_in_child=_forget_parents)

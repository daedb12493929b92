"""Which workers live: a lock file for each life of one, which the kernel lets go when it ends.

Two processes may have the same name, such as the next worker-1 and an old one that still finishes
what it holds. So each life has a name of its own, an incarnation: the name, which run of the
kernel it is in, and chance. A lock that is free proves that its holder is dead; but only in the
same run of the same kernel, because locks reach no further.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from domain.errors import RejectedError
from storage.boot import boot_id
from storage.failures import disk_trouble
from storage.file_locks import FileLock, sole_owner
from storage.files import identity_at, unlink
from storage.layout import Layout

NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
INCARNATION = re.compile(r"[A-Za-z0-9._-]{1,64}\.([0-9a-f]{8})-[0-9a-f]{8}")
AT_ONCE_MAX = 64  # more files are not held open together; the next start finds the others


def new_incarnation(name: str) -> str:
    """Return a name for one life of the worker that is called so.

    Raises RejectedError for a name that could not be told from what stands beside it in Redis.
    """
    if not NAME.fullmatch(name):
        raise RejectedError(
            f"{name[:80]!r} cannot be the name of a worker.",
            field="--name",
            remedy="Use 1 to 64 letters, digits, dots, hyphens or underscores.",
        )
    return f"{name}.{_kernel()}-{secrets.token_hex(4)}"


def checked_incarnation(incarnation: str) -> str:
    """Return an incarnation that was given from outside. Raises RejectedError if it is none."""
    if not INCARNATION.fullmatch(incarnation):
        raise RejectedError(f"{incarnation[:120]!r} is no incarnation.", field="--incarnation")
    return incarnation


def plain_name(incarnation: str) -> str:
    """Return what people call a worker."""
    return incarnation.rpartition(".")[0] or incarnation


class Incarnations:
    """The workers of one data directory, each with the lock that says that it lives."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    @contextmanager
    def alive(self, incarnation: str) -> Iterator[None]:
        """Be seen to live while the block runs. Raises UnavailableError if the disk fails."""
        path = self._layout.incarnation_lock(checked_incarnation(incarnation))
        with disk_trouble(path):
            lock = _locked(path)
        try:
            yield
        finally:
            with suppress(OSError):  # whoever starts next removes it
                unlink(path)
            lock.__exit__()

    def is_alive(self, incarnation: str) -> bool:
        """Tell whether this worker lives, in this run of this kernel. Blocks.

        Raises RejectedError for what is no incarnation, UnavailableError if the disk fails.
        """
        path = self._layout.incarnation_lock(checked_incarnation(incarnation))
        if _kernel_of(incarnation) != _kernel() or not path.exists():
            return False
        with disk_trouble(path), sole_owner(path) as is_free:
            return not is_free

    @contextmanager
    def dead(self) -> Iterator[list[str]]:
        """Yield who has died here, proved by a lock that was free; afterwards their files are gone.

        An error inside the block leaves the files, for the next look. Of another run of the
        kernel nothing is proved. Raises UnavailableError if the disk fails.
        """
        with ExitStack() as held:
            with disk_trouble(self._layout.locks):
                found = list(self._free(held))
            yield [one for one in found if _kernel_of(one) == _kernel()]
            for one in found:
                with suppress(OSError):
                    unlink(self._layout.incarnation_lock(one))

    def _free(self, held: ExitStack) -> Iterator[str]:
        paths = self._layout.locks.glob(self._layout.incarnation_lock("*").name)
        for path in sorted(paths)[:AT_ONCE_MAX]:
            incarnation = self._layout.incarnation_of(path)
            if INCARNATION.fullmatch(incarnation) and held.enter_context(sole_owner(path)):
                yield incarnation


def _locked(path: Path) -> FileLock:
    """Lock the file that is at this path. One that is being removed as dead is made anew."""
    while True:
        lock = FileLock(path).__enter__()
        if os.fstat(lock.descriptor).st_ino == identity_at(path).inode:
            return lock
        lock.__exit__()


def _kernel() -> str:
    return hashlib.sha256(boot_id().encode()).hexdigest()[:8]


def _kernel_of(incarnation: str) -> str:
    found = INCARNATION.fullmatch(incarnation)
    return found[1] if found else ""

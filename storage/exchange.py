"""Two directories exchange their places, so that there is one at each name at every moment.

Where the system cannot do that in one step, it is done by renames, each of which can be the last
before a power cut: called again, this goes on from wherever it was stopped.
"""

import ctypes
import errno
import os
from pathlib import Path

from storage.files import place_of, rename

RENAME_EXCHANGE = 2  # see rename(2)
_AT_WORKING_DIRECTORY = -100
_CANNOT = frozenset({errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP})

_libc = ctypes.CDLL(None, use_errno=True)


def exchange(place: Path, aside: Path, *, new: tuple[int, int]) -> None:
    """Bring the directory `new` from `aside` to `place`, and what lies at `place` to `aside`.

    `new` is its device and inode; if it lies at `place` already, that is well. Not durable before
    the directories above both are synced. Blocks. Raises OSError.
    """
    between = aside.with_name(f"{aside.name}.old")
    if _lies_at(place) != new:
        if _lies_at(aside) != new:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(aside))
        if _lies_at(place) and not _exchanged(aside, place):
            rename(place, between)
        if _lies_at(place) != new:
            rename(aside, place)
    if _lies_at(between):
        rename(between, aside)


def _lies_at(path: Path) -> tuple[int, int] | None:
    try:
        return place_of(path)
    except FileNotFoundError:
        return None


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False if the system, or this file system, cannot."""
    if not hasattr(_libc, "renameat2"):
        return False
    at, names = _AT_WORKING_DIRECTORY, (os.fsencode(one), os.fsencode(other))
    if _libc.renameat2(at, names[0], at, names[1], RENAME_EXCHANGE) == 0:
        return True
    if (number := ctypes.get_errno()) in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(one), None, str(other))

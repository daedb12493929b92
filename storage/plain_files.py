"""Plain files: what is none is never read through, be it a link, a pipe, a socket or a device.

Whoever reads a pipe waits for ever; whoever follows a link takes a stranger's bytes for ours.
"""

import os
import stat
from pathlib import Path

from storage.failures import DamagedFileError
from storage.files import Identity

# Without a wait and without a way round, should something else take the place of a file just now.
FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
NAMES = {
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}
LOOK = "Look what it is, and move it out of the data directory. Then run `texas811 check`."


def strange_name(mode: int) -> str | None:
    """Return what this is that is no plain file, None for a plain one; `mode` is that of lstat(2)."""
    return None if stat.S_ISREG(mode) else NAMES.get(stat.S_IFMT(mode), "a device")


def is_strange(mode: int) -> bool:
    """Is this neither a file nor a folder nor a link, so that there are no bytes to be kept?"""
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode))


def read_identified(path: Path) -> tuple[bytes, Identity]:
    """Return the content of a file, and which writing of it that is. Blocks.

    Raises DamagedFileError for what is no plain file, OSError.
    """
    _expect_plain(path, os.lstat(path))
    descriptor = os.open(path, FLAGS)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        _expect_plain(path, status)
        return file.read(), Identity.of(status)


def read_plain(path: Path) -> bytes:
    """Return the content of a file. Blocks. Raises what `read_identified` does."""
    return read_identified(path)[0]


def _expect_plain(path: Path, status: os.stat_result) -> None:
    if what := strange_name(status.st_mode):
        raise DamagedFileError(f"{path.name} is {what} and no plain file.", remedy=LOOK)

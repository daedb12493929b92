"""Folders into which nobody but the service may look: each backup holds secrets and names persons."""

import logging
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE, S_ISREG

from storage.files import make_directory

ONLY_OUR_FOLDER = 0o700
ONLY_OURS = 0o600

log = logging.getLogger(__name__)


def make_private(folder: Path) -> None:
    """Make a folder and its parents, durably, and close it to all others, also an old one.

    Blocks. Raises OSError.
    """
    make_directory(folder)
    _close(folder, ONLY_OUR_FOLDER)


def close_files(paths: Iterable[Path]) -> None:
    """Close plain files to all others. Blocks. Raises OSError."""
    for path in paths:
        with suppress(FileNotFoundError):  # somebody has just taken it away
            if S_ISREG(path.lstat().st_mode):
                _close(path, ONLY_OURS)


def _close(path: Path, mode: int) -> None:
    if S_IMODE(path.lstat().st_mode) == mode:
        return
    try:
        path.chmod(mode)
    except PermissionError:
        # Whose it is may read it anyway, and a backup that others can read is better than none.
        log.warning("%s is not ours to close to others", path.name)

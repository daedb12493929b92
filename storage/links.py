"""A second name for a file that is there, or a copy of it where the volume knows no such names."""

import errno
import os
import shutil
from pathlib import Path

from storage.files import temporary_beside, unlink

# Where there are no links: on some volumes, across two of them, or of what has too many names.
NO_LINKS = frozenset(
    {errno.EPERM, errno.EXDEV, errno.EMLINK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EACCES}
)


def link_or_copy(path: Path, new: Path) -> None:
    """Let the bytes of a file be found at `new` too, in place of what was there, not durably.

    Whoever replaces the file by another leaves them as they are. Raises OSError.
    """
    unlink(new)
    try:
        os.link(path, new, follow_symlinks=False)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        copy = temporary_beside(new)
        shutil.copy2(path, copy, follow_symlinks=False)
        Path(copy).replace(new)

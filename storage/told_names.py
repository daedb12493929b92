"""Names of files as they are told: in findings, in reasons, in the audit log.

A name on the disk is bytes. Those that are no UTF-8 are told escaped, because no JSON can hold them.
"""

import os
import re
from pathlib import Path

_ESCAPED = re.compile(rb"\\x([89a-f][0-9a-f])")


def told(path: Path, root: Path) -> str:
    """Return how this path below the data directory is told."""
    return escaped(path.relative_to(root).as_posix())


def escaped(name: str) -> str:
    """Return a name from the disk as a text that can be written anywhere."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def refusal_of(error: OSError) -> str:
    """Return that the disk refuses something, and what: that need not be what was asked about."""
    what = Path(error.filename).name if isinstance(error.filename, str) else ""
    return f"the disk refuses {escaped(what) or 'it'} ({error.strerror})."


def meant(file: str, root: Path) -> Path:
    """Return the path that was told so: the one of just these letters, if something is there."""
    path = root / file
    if os.path.lexists(path):
        return path
    name = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), file.encode())
    return root / os.fsdecode(name)

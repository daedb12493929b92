"""Where the stores lie that live for a moment."""

import os
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - nothing stays there


def fast_directory(within: Path | None = None) -> tempfile.TemporaryDirectory[str]:
    """Return a temporary directory: in `within`, or in memory where there is such a place."""
    if within is None and os.access(MEMORY, os.W_OK):
        within = MEMORY
    return tempfile.TemporaryDirectory(
        prefix="texas811-crash-", dir=within, ignore_cleanup_errors=True
    )

"""Which run of the kernel this is.

What lies in the page cache survives a killed process and not a power cut; a note that was
never synced is believed only by the run of the kernel that saw it written.
"""

import functools
import secrets
from pathlib import Path

BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")


@functools.cache
def boot_id() -> str:
    """Return the kernel's id of this boot; where it has none, one that nobody will meet again."""
    try:
        return BOOT_ID_FILE.read_text("ascii").strip()
    except OSError:
        return secrets.token_hex(16)

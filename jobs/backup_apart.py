"""A backup as a process apart makes it; nothing is imported here that it does not need."""

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jobs.kinship import die_with_parent
from storage.backup import Backups
from storage.backup_notes import BackupNote
from storage.layout import Layout

NICE = 10  # whoever answers somebody goes first


def make_apart(root: Path) -> BackupNote:
    """Make the backup of a night behind all others; it dies with whoever has asked. Blocks.

    Raises what `Backups.make_now` does.
    """
    die_with_parent(signal.SIGKILL)
    # In a thread: only its own priority falls, and this process may be given other work.
    with ThreadPoolExecutor(1, initializer=_step_back) as apart:
        return apart.submit(Backups(Layout(root)).make_now, "nightly").result()


def _step_back() -> None:
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)

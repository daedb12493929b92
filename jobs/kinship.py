"""A child process that does not outlive its parent, however the parent dies."""

import ctypes
import ctypes.util
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1  # linux/prctl.h
ORPHAN_SECONDS_MAX = 25.0  # longer than a worker takes to finish what it holds
LOOK_SECONDS = 0.5

_libc = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)


def die_with_parent(by: signal.Signals) -> None:
    """Ask the kernel to send this process a signal when its parent dies; Linux only."""
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, by)


def end_after(parent: int) -> None:
    """Have this process end some time after that parent, even if it hears no signal by then.

    The kernel's signal is heeded by the loop, and a loop that is wedged heeds nothing. It would
    hold the port, and a place on the disk, for ever.
    """
    threading.Thread(
        target=_outlive_briefly, args=(parent,), name="kinship", daemon=True
    ).start()


def _outlive_briefly(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    time.sleep(ORPHAN_SECONDS_MAX)
    os._exit(os.EX_SOFTWARE)

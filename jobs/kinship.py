"""A child process that does not outlive its parent, however the parent dies."""

import ctypes
import ctypes.util
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h

_libc = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)


def die_with_parent(by: signal.Signals) -> None:
    """Ask the kernel to send this process a signal when its parent dies; Linux only."""
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, by)

"""Child processes that do not outlive us, even if we are killed."""

import asyncio
import ctypes
import ctypes.util
import signal
import sys
from collections.abc import Mapping, Sequence

PR_SET_PDEATHSIG = 1  # linux/prctl.h

_libc = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)


async def spawn(
    command: Sequence[str],
    *,
    environ: Mapping[str, str] | None = None,
    output: int | None = None,
) -> asyncio.subprocess.Process:
    """Start a command that gets SIGTERM when this process dies, however it dies.

    `output` is where its stdout and stderr go; by default where ours go.
    """
    return await asyncio.create_subprocess_exec(
        *command,
        env=environ,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        # A signal from the terminal goes to us alone; we tell the children in good order.
        start_new_session=True,
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,
    )


def _die_with_parent() -> None:
    """Run in the child before its program: ask the kernel for SIGTERM at the parent's death."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

"""Child processes that do not outlive us, even if we are killed."""

import asyncio
import signal
from collections.abc import Mapping, Sequence
from functools import partial

from jobs.kinship import die_with_parent


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
        preexec_fn=partial(die_with_parent, signal.SIGTERM),
    )


async def end(processes: Sequence[asyncio.subprocess.Process], seconds_max: float) -> None:
    """Ask these to end, and insist after so many seconds."""
    alive = [process for process in processes if process.returncode is None]
    for process in alive:
        process.terminate()
    waits = [asyncio.create_task(process.wait()) for process in alive]
    if waits:
        await asyncio.wait(waits, timeout=seconds_max)
    for process in alive:
        if process.returncode is None:
            process.kill()
            await process.wait()

"""`python -m tests.worker.wedged KIND ARGUMENT ...`: a process of ours that hears no signal.

As the parent it starts a child of that kind, says its pid and waits to be killed. As the child,
which knows its parent, it is what the supervisor starts, but for a loop that hears no signal
and for less patience.
"""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from jobs import kinship
from worker.children import spawn

PATIENCE_SECONDS = 1.0
MAINS = {"api": "api.__main__", "worker": "worker.command"}


async def parent(kind: str, arguments: list[str]) -> None:
    module = [sys.executable, "-m", "tests.worker.wedged", kind, *arguments]
    child = await spawn([*module, "--supervisor", str(os.getpid())], environ=os.environ)
    sys.stdout.write(f"{child.pid}\n")
    sys.stdout.flush()
    await child.wait()


def child(kind: str, arguments: list[str]) -> int:
    kinship.ORPHAN_SECONDS_MAX = PATIENCE_SECONDS
    sys.argv[1:] = arguments
    main = __import__(MAINS[kind], fromlist=["main"]).main

    def wedged(_main: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        Path(os.environ["WEDGED"]).touch()
        while True:
            time.sleep(1)

    asyncio.run = wedged  # type: ignore[assignment]  # it stands in for the real one
    return int(main())


if __name__ == "__main__":
    if "--supervisor" in sys.argv:
        sys.exit(child(sys.argv[1], sys.argv[2:]))
    asyncio.run(parent(sys.argv[1], sys.argv[2:]))

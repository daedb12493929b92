"""The commands, run as a person or cron would: in a process of their own."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SECONDS_MAX = 60


@dataclass(frozen=True)
class Said:
    """What a command ended with and what it printed."""

    status: int
    out: str
    error: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


async def texas811(*arguments: str, **environ: str) -> Said:
    """Run a command to its end, with nothing set but this."""
    inherited = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli", *arguments),
        env={**inherited, **environ},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        cwd=ROOT,
    )
    async with asyncio.timeout(SECONDS_MAX):
        out, error = await process.communicate()
    return Said(process.returncode or 0, out.decode(), error.decode())


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())

"""The commands, run as a person or cron would: in a process of their own.

It is forked from one that has imported them (`tests/cli/warm.py`), unless how Python starts counts.
"""

import asyncio
import atexit
import functools
import json
import os
import socket
import subprocess
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
    if any(name.startswith("PYTHON") for name in environ):
        return await _started(arguments, environ)  # they count only where Python starts
    return await _forked(arguments, environ)


async def _forked(arguments: tuple[str, ...], environ: dict[str, str]) -> Said:
    """Run a command in a fork of a process that has imported it already."""
    outputs = [os.pipe() for _ in range(3)]
    asked = {"arguments": arguments, "environ": {**_inherited(), **environ}}
    nothing = os.open(os.devnull, os.O_RDONLY)
    given = [nothing, *(write for _read, write in outputs)]
    try:
        socket.send_fds(_warm(), [json.dumps(asked).encode()], given)
    finally:
        for descriptor in given:
            os.close(descriptor)
    out, error, end = (asyncio.create_task(_read(read)) for read, _write in outputs)
    try:
        async with asyncio.timeout(SECONDS_MAX):
            status = int((await end).split()[-1])
            return Said(status, (await out).decode(), (await error).decode())
    finally:
        for reading in (out, error, end):
            reading.cancel()


async def _read(descriptor: int) -> bytes:
    """Return all that comes through a pipe."""
    reader = asyncio.StreamReader()
    pipe = os.fdopen(descriptor, "rb", buffering=0)
    transport, _protocol = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
    try:
        return await reader.read()
    finally:
        transport.close()


@functools.cache
def _warm() -> socket.socket:
    """Return the way to the process that forks; it ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.cli.warm"], stdin=theirs, env=_inherited(), cwd=ROOT
    )
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


async def _started(arguments: tuple[str, ...], environ: dict[str, str]) -> Said:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli", *arguments),
        env={**_inherited(), **environ},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        cwd=ROOT,
    )
    async with asyncio.timeout(SECONDS_MAX):
        out, error = await process.communicate()
    return Said(process.returncode or 0, out.decode(), error.decode())


def _inherited() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())

"""A whole service as a customer runs it: `texas811 up` in a process of its own."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import httpx2

from tests.keys import key_in, sent

START_SECONDS_MAX = 60.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class Service:
    """A running `up`: its children's pids by name, and a client of its API."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self._process = process
        self.pids: dict[str, int] = {}
        self.started: dict[str, int] = defaultdict(int)
        self.lines: list[str] = []
        self.client = httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False
        )
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def up(cls, data: Path, *, port: int, **environ: str) -> Self:
        """Start it and wait until the API answers."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "worker", "up"),
            env={**os.environ, "DATA_DIR": str(data), "PORT": str(port), **environ},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        service = cls(process, port)
        async with asyncio.timeout(START_SECONDS_MAX):
            while not await service.is_healthy():
                await asyncio.sleep(0.02)
        service.client.headers.update(sent(await key_in(data)))
        return service

    async def is_healthy(self) -> bool:
        if self._process.returncode is not None:
            raise RuntimeError("\n".join(self.lines))
        with suppress(httpx2.TransportError):
            return (await self.client.get("/healthz")).is_success
        return False

    async def until_started(self, name: str, times: int = 1) -> None:
        while self.started[name] < times:
            await asyncio.sleep(0.01)

    def kill(self, name: str) -> None:
        """kill -9 one child."""
        os.kill(self.pids[name], signal.SIGKILL)

    async def kill_all(self) -> None:
        """kill -9 everything at once, as a power cut would end it for the processes."""
        self._process.kill()
        for pid in self.pids.values():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        await self._ended()

    async def stop(self) -> int:
        """Ask it to stop, as Ctrl-C or the platform does; return its exit status."""
        if self._process.returncode is None:
            self._process.terminate()
        return await self._ended()

    async def _ended(self) -> int:
        status = await self._process.wait()
        await self._reading
        await self.client.aclose()
        return status

    async def _read(self) -> None:
        assert self._process.stdout
        async for raw in self._process.stdout:
            line = raw.decode()
            self.lines.append(line.rstrip())
            with suppress(ValueError):
                self._note(json.loads(line))

    def _note(self, line: dict[str, Any]) -> None:
        if line.get("message") == "started":
            self.pids[line["child"]] = line["pid"]
            self.started[line["child"]] += 1

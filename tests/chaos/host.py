"""A host as a platform gives it: it runs the service, and starts it again whenever it ends."""

import asyncio
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

import httpx2

from config import Config
from tests.chaos.service_log import ServiceLog
from tests.flows.service import free_port
from tests.keys import key_in, sent
from tests.worker.processes import commands, is_alive

# What the service runs by `python -m`.
MODULES = frozenset({b"worker", b"api", b"cli", b"anyio.to_process"})
ROOT = Path(__file__).parents[2]
WORKERS = 2
RESTART_PAUSE_SECONDS = 0.2
START_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 60.0
GONE_SECONDS_MAX = 30.0


class Host:
    """The service on a data directory of its own, with its own Redis and a free port."""

    def __init__(self, place: Path) -> None:
        self.config = Config(data_dir=place / "data", port=free_port(), workers=WORKERS)
        self.log = ServiceLog(place / "service.log")
        self.log.path.touch()
        self.headers: dict[str, str] = {}  # with which a client is let in
        self.refusals = 0  # starts that ended by themselves, such as on a port that was taken
        self._is_stopping = False
        self._process: asyncio.subprocess.Process | None = None
        self._was_killed = False
        self._keeping: asyncio.Task[int] | None = None

    async def __aenter__(self) -> Self:
        self._keeping = asyncio.create_task(self._keep())
        await self.until_healthy()
        self.headers = sent(await key_in(self.config.root))
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Leave nobody behind, whatever happened."""
        self._is_stopping = True
        if self._process and self._process.returncode is None:
            self._process.kill()
        if self._keeping:
            await self._keeping
        for pid in self.alive():
            _signal(pid, signal.SIGKILL)
        socket = self.config.redis_socket
        socket.unlink(missing_ok=True)
        with suppress(OSError):
            socket.parent.rmdir()

    def pids(self) -> dict[str, int]:
        """Return the pid of every child by its name."""
        self.log.read()
        return self.log.pids

    def kill(self, name: str) -> bool:
        """kill -9 one child; tells whether it was there."""
        return self.signal(self.pids().get(name), signal.SIGKILL)

    def signal(self, pid: int | None, number: signal.Signals) -> bool:
        """Send a signal to a process; tells whether it was there."""
        return pid is not None and self._is_ours(pid) and _signal(pid, number)

    def alive(self) -> dict[int, str]:
        """Return the processes of the service that live, of whatever start, with their commands."""
        numbers = (int(folder.name) for folder in Path("/proc").glob("[0-9]*"))
        return commands({pid for pid in numbers if self._is_ours(pid)})

    def _is_ours(self, pid: int) -> bool:
        """Does it live, and on our data? A pid by itself may be that of somebody else by now."""
        with suppress(OSError):
            told = Path(f"/proc/{pid}/cmdline").read_bytes()
            if str(self.config.redis_socket).encode() in told:  # Redis has renamed itself
                return is_alive(pid)
            if MODULES.isdisjoint(told.split(b"\0")):
                return False  # what is none of the service's kind is not looked into
            environ = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            return f"DATA_DIR={self.config.root}".encode() in environ and is_alive(pid)
        return False

    def kill_supervisor(self) -> bool:
        """kill -9 the supervisor alone; the platform sees it and starts it again."""
        if self._process is None or self._process.returncode is not None:
            return False
        self._was_killed = True
        self._process.kill()
        return True

    async def until_healthy(self) -> None:
        """Wait until the API answers. Raises TimeoutError, with the end of the log, if it never does."""
        try:
            async with (
                asyncio.timeout(START_SECONDS_MAX),
                httpx2.AsyncClient(base_url=self.config.url, trust_env=False) as client,
            ):
                while not await _is_healthy(client):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise TimeoutError(self.log.path.read_text()[-2_000:]) from None

    async def stop(self) -> tuple[int, dict[int, str]]:
        """Ask the service to stop; return its exit status, and which processes do not end."""
        self._is_stopping = True
        if self._process and self._process.returncode is None:
            self._process.terminate()
        assert self._keeping
        async with asyncio.timeout(STOP_SECONDS_MAX):
            status = await asyncio.shield(self._keeping)
        deadline = time.monotonic() + GONE_SECONDS_MAX
        while (left := self.alive()) and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        return status, left

    async def _keep(self) -> int:
        """Run the service until it was asked to stop; return its last exit status."""
        while True:
            began = time.monotonic()
            with self.log.path.open("ab") as log:
                self._process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "worker", "up"),
                    env=self._environ(),
                    cwd=ROOT,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,  # a Ctrl-C is for us
                )
            status = await self._process.wait()
            if self._is_stopping:
                return status
            self.refusals += not self._was_killed
            self._was_killed = False
            await asyncio.sleep(max(0.0, RESTART_PAUSE_SECONDS - (time.monotonic() - began)))

    def _environ(self) -> dict[str, str]:
        given = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
        return {
            **given,
            "DATA_DIR": str(self.config.root),
            "PORT": str(self.config.port),
            "WORKERS": str(self.config.workers),
            "LOG_LEVEL": "INFO",
        }


async def _is_healthy(client: httpx2.AsyncClient) -> bool:
    with suppress(httpx2.TransportError):
        return (await client.get("/healthz")).is_success
    return False


def _signal(pid: int, number: signal.Signals) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True

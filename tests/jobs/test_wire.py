"""Redis spoken by hand: every kind of answer and address, against a real server."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from config import Config
from jobs.queue import connect, disconnect
from jobs.wire import RefusedError, Reply, Wire

SECONDS = 2.0


async def asked(address: str, *commands: tuple[str, ...]) -> list[Reply]:
    """Return what is answered to these commands, asked from a thread."""

    def ask() -> list[Reply]:
        with Wire(address, seconds_max=SECONDS) as wire:
            return [wire.call(*words) for words in commands]

    return await asyncio.to_thread(ask)


async def test_every_kind_of_answer_is_understood(config: Config) -> None:
    """Status, text, number, nothing, list, list in a list."""
    binary = "café\r\n" * 50_000

    answers = await asked(
        config.redis_address,
        ("SET", "a", binary),
        ("GET", "a"),
        ("STRLEN", "a"),
        ("GET", "nothing"),
        ("EVAL", "return {1, {'two', false}}", "0"),
        ("BLMOVE", "nothing", "nothing", "LEFT", "LEFT", "0.01"),
    )

    assert answers == [b"OK", binary.encode(), 350_000, None, [1, [b"two", None]], None]


async def test_a_refusal_is_an_error_and_the_next_command_is_answered(config: Config) -> None:
    """What Redis says of it reaches whoever has asked."""

    def ask() -> Reply:
        with Wire(config.redis_address, seconds_max=SECONDS) as wire:
            wire.call("SET", "a", "text")
            with pytest.raises(RefusedError, match="WRONGTYPE"):
                wire.call("LPUSH", "a", "1")
            return wire.call("GET", "a")

    assert await asyncio.to_thread(ask) == b"text"


async def test_a_user_with_a_password_and_a_database_is_let_in(config: Config) -> None:
    """Percent-escapes are read, over a socket of either kind."""
    redis = connect(config.redis_address)
    may_all = ("on", ">p@ss/w:rd", "~*", "+@all")
    await redis.execute_command("ACL", "SETUSER", "ringer", *may_all)
    path = config.redis_address.removeprefix("unix://")
    whoami = ("ACL", "WHOAMI"), ("SET", "mine", "1")
    try:
        for address in (f"unix://ringer:p%40ss%2Fw%3Ard@{path}?db=3&family=0",):
            assert await asked(address, *whoami) == [b"ringer", b"OK"]
        async with over_tcp(path) as port:
            address = f"redis://ringer:p%40ss%2Fw%3Ard@127.0.0.1:{port}/4"
            assert await asked(address, *whoami) == [b"ringer", b"OK"]
        with pytest.raises(RefusedError, match="WRONGPASS"):
            await asked(f"unix://ringer:wrong@{path}", *whoami)
        keys = [await asked(f"unix://{path}?db={db}", ("EXISTS", "mine")) for db in (0, 3, 4)]
        assert keys == [[0], [1], [1]]
    finally:
        await redis.execute_command("ACL", "DELUSER", "ringer")
        await disconnect(redis)


@asynccontextmanager
async def over_tcp(path: str) -> AsyncIterator[int]:
    """A port behind which the Redis of this socket listens."""

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_unix_connection(path)

        async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            while content := await source.read(65536):
                target.write(content)
            target.close()

        await asyncio.gather(pump(reader, ours), pump(theirs, writer))

    server = await asyncio.start_server(pass_on, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


def serve(behave: Callable[[socket.socket], object]) -> str:
    """Return the address of a server that lets one client in and behaves so."""
    listening = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        connection, _ = listening.accept()
        with connection, listening:
            behave(connection)

    threading.Thread(target=run, daemon=True).start()
    return f"redis://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("said", [b"", b"$5\r\nab", b"+O"], ids=repr)
def test_an_answer_that_breaks_off_is_an_outage(said: bytes) -> None:
    """A server that is killed as it answers; half an answer is none."""

    def break_off(connection: socket.socket) -> None:
        connection.recv(100)
        connection.sendall(said)

    with (
        Wire(serve(break_off), seconds_max=SECONDS) as wire,
        pytest.raises(OSError, match="closed"),
    ):
        wire.call("GET", "a")


def test_a_server_that_says_nothing_is_an_outage() -> None:
    """It has been stopped, or the cable is cut: there is a limit to listening."""
    stopped = threading.Event()

    address = serve(lambda _connection: stopped.wait())
    with Wire(address, seconds_max=0.1) as wire, pytest.raises(TimeoutError):
        wire.call("GET", "a")
    stopped.set()

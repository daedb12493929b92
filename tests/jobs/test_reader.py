"""Reading in a process apart: whatever a document does, it costs one child and no more."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from domain.extraction import DocumentKind, Extraction, WarningCode
from jobs import reader
from jobs.reader import Readers
from tests.jobs.orders import DOCUMENT
from tests.worker.processes import commands, descendants, end_warm_readers, left_after

pytestmark = pytest.mark.slow  # each starts a child, which takes a second

LONG_DOCUMENT = DOCUMENT + b"".join(
    b"Note %d: bring cones and plates\n" % n for n in range(20_000)
)

READING_FOR_LONG = """
import asyncio, sys
from jobs.reader import Readers

async def main():
    readers = Readers()
    await readers.read(b"Work order: none", "warm_up.txt", "text/plain")
    print("reading", flush=True)
    await readers.read(sys.stdin.buffer.read(), "long.txt", "text/plain")
    print("done", flush=True)

asyncio.run(main())
"""


async def read_apart(document: bytes, filename: str, media_type: str) -> Extraction:
    return await Readers().read(document, filename, media_type)


async def warm_up() -> None:
    """Have a child that has loaded the reader."""
    await read_apart(b"Work order: none", "warm_up.txt", "text/plain")


async def kill_readers(*, times: int) -> None:
    """kill -9 whoever reads, and as often again whoever takes over."""
    killed: set[int] = set()
    while len(killed) < times:
        await asyncio.sleep(0.1)
        for child in reader_children(os.getpid()) - killed:
            await asyncio.sleep(0.3)
            os.kill(child, signal.SIGKILL)
            killed.add(child)


def reader_children(pid: int) -> set[int]:
    """Return the processes that read for this one."""
    found = commands(descendants(pid))
    return {child for child, command in found.items() if "anyio.to_process" in command}


def limit_of(pid: int, name: str) -> str:
    """Return a limit of a process as the kernel holds it to it."""
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    [line] = [line for line in lines if line.startswith(name)]
    return line.removeprefix(name).split()[0]


async def test_a_document_is_read_in_another_process() -> None:
    """Native code that crashes must not take the worker with it."""
    read = await read_apart(DOCUMENT, "order.txt", "text/plain")

    assert read.fields["company"].value == "Caprock Line Builders"
    assert len(reader_children(os.getpid())) == 1


async def test_one_child_reads_one_document_after_another() -> None:
    """A fresh child costs a second, a warm one nothing."""
    await warm_up()
    before = reader_children(os.getpid())

    await read_apart(DOCUMENT, "order.txt", "text/plain")

    assert reader_children(os.getpid()) == before


async def test_a_document_that_takes_too_long_is_stopped_and_the_next_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One poisonous document must not hold up the orders behind it."""
    await warm_up()
    [hung] = reader_children(os.getpid())
    with monkeypatch.context() as patch:
        patch.setattr(reader, "READ_SECONDS_MAX", 0.05)
        stopped = await read_apart(LONG_DOCUMENT, "long.txt", "text/plain")

    following = await read_apart(DOCUMENT, "order.txt", "text/plain")

    assert stopped.kind is DocumentKind.UNREADABLE
    assert stopped.fields == {}
    assert [warning.code for warning in stopped.warnings] == [WarningCode.READING_TIMED_OUT]
    assert following.fields["county"].value == "Travis"
    assert await left_after({hung}, seconds=2) == set()


async def test_a_document_that_kills_the_reader_is_unreadable_and_the_next_is_read() -> None:
    """A crash of a native library ends the child without a word; the ticket says so for it."""
    reading = asyncio.create_task(read_apart(LONG_DOCUMENT, "long.txt", "text/plain"))

    await kill_readers(times=2)
    killed = await reading
    following = await read_apart(DOCUMENT, "order.txt", "text/plain")

    assert killed.kind is DocumentKind.UNREADABLE
    assert [warning.code for warning in killed.warnings] == [WarningCode.UNREADABLE]
    assert following.fields["county"].value == "Travis"


async def test_a_reader_that_somebody_killed_is_given_a_second_chance() -> None:
    """The memory killer or a shutdown may have ended it: that is not the document's fault."""
    reading = asyncio.create_task(read_apart(LONG_DOCUMENT, "long.txt", "text/plain"))

    await kill_readers(times=1)
    read = await reading

    assert read.kind is not DocumentKind.UNREADABLE
    assert read.fields["county"].value == "Travis"


async def test_the_wait_for_a_free_reader_is_not_taken_for_reading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A good document behind slow ones must not be called unreadable: nobody reads it again."""
    await end_warm_readers()  # the start of one is a part of the time that is taken
    longish = LONG_DOCUMENT[: len(LONG_DOCUMENT) // 4]
    monkeypatch.setattr(reader, "READERS_MAX", 1)
    readers = Readers()
    started = time.monotonic()
    await readers.read(longish, "long.txt", None)
    monkeypatch.setattr(reader, "READ_SECONDS_MAX", 2 * (time.monotonic() - started))
    slow = [readers.read(longish, "long.txt", None) for _each in range(4)]

    *_slow, good = await asyncio.gather(*slow, readers.read(DOCUMENT, "order.txt", None))

    assert good.fields["county"].value == "Travis"


async def test_a_reader_that_died_while_it_was_idle_is_replaced_unseen() -> None:
    """Nobody was reading, so nobody needs to hear of it."""
    await warm_up()
    for child in reader_children(os.getpid()):
        os.kill(child, signal.SIGKILL)
    await left_after(reader_children(os.getpid()), seconds=2)
    await asyncio.sleep(0.05)

    read = await read_apart(DOCUMENT, "order.txt", "text/plain")

    assert read.fields["county"].value == "Travis"


async def test_a_reader_has_a_limit_on_its_memory() -> None:
    """A document that unfolds without end must not take the machine."""
    await warm_up()
    [child] = reader_children(os.getpid())

    assert limit_of(child, "Max address space") == str(reader.READER_MEMORY_BYTES_MAX)


async def test_a_reader_dies_with_the_worker_it_reads_for() -> None:
    """kill -9 of a worker in the middle of a document must leave nobody behind who reads on."""
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", READING_FOR_LONG),
        stdin=PIPE,
        stdout=PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert worker.stdin
    assert worker.stdout
    assert await worker.stdout.readline() == b"reading\n"
    worker.stdin.write(LONG_DOCUMENT)
    worker.stdin.close()
    await asyncio.sleep(0.3)
    children = reader_children(worker.pid)

    worker.kill()

    said = await worker.stdout.read()
    await worker.wait()
    assert len(children) == 1
    assert said == b""
    assert await left_after(children, seconds=1) == set()


async def test_the_same_document_is_read_the_same_in_every_process() -> None:
    """A rerun must find what the first attempt found, to the byte."""
    apart = await read_apart(DOCUMENT, "order.txt", "text/plain")

    assert apart == reader.read(DOCUMENT, filename="order.txt", media_type="text/plain")

"""What goes wrong about the telemetry stays its own: a part is lost, and nobody waits for long."""

import gc
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from domain.errors import UnavailableError
from storage import telemetry_file
from storage.failures import NewerFormatError
from storage.layout import Layout
from storage.store import Store
from storage.telemetry import Telemetry
from storage.telemetry_records import AttemptEnding, Mark, MarkKind
from tests.storage.telemetries import MINUTE, NOON, attempt, process
from tests.storage.test_files_locks import held_elsewhere

DONE = AttemptEnding.DONE
NOT_TEXT = "caf\udce9"  # as a name of a file is read that is not UTF-8


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for others gives up soon."""
    monkeypatch.setattr(telemetry_file, "WAIT_SECONDS_MAX", 0.05)


@contextmanager
def changed(path: Path) -> Iterator[sqlite3.Connection]:
    """Change the file as some other program does."""
    with sqlite3.connect(path) as other:
        yield other
    other.close()


async def test_a_new_file_takes_over_nothing_that_others_still_use(
    store: Store, layout: Layout
) -> None:
    """A -shm that others have mapped would be cut off under them, and the kernel kills them."""
    other = Telemetry(layout)
    await store.telemetry.record_attempts([attempt(1, DONE)])
    before = _shared_memory_of(store.telemetry.path)
    store.telemetry.path.unlink()
    await other.record_attempts([attempt(2, DONE)])

    assert _shared_memory_of(store.telemetry.path) != before
    await store.telemetry.record_attempts([attempt(3, DONE)])
    assert [one.token for one in await other.attempts()] == [3, 2]
    other.close_now()


@pytest.mark.usefixtures("hurried")
async def test_who_keeps_the_file_to_himself_is_named_and_not_waited_for(
    store: Store, layout: Layout
) -> None:
    """By a lock of SQLite, and by ours."""
    await store.telemetry.record_attempts([attempt(1, DONE)])
    with changed(store.telemetry.path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UnavailableError, match="to itself") as kept_out:
            await store.telemetry.record_attempts([attempt(2, DONE)])
    assert kept_out.value.remedy
    assert "request" not in kept_out.value.remedy

    with (
        held_elsewhere(layout.locks / "telemetry.lock"),
        pytest.raises(UnavailableError, match="to itself"),
    ):
        await Telemetry(layout).attempts()


async def test_a_connection_that_is_in_use_does_not_keep_the_store_from_closing(
    store: Store,
) -> None:
    """A disk that hangs, or a lock: the process ends, and the connection with it."""
    await store.telemetry.record_attempts([attempt(1, DONE)])
    with store.telemetry._file._writer.lock:
        closing = Thread(target=store.telemetry.close_now, daemon=True)
        closing.start()
        closing.join(10)
        is_closed = not closing.is_alive()
    closing.join()

    assert is_closed


def test_a_thread_that_waits_for_the_telemetry_does_not_outlive_its_process() -> None:
    """Whoever ends has finished his work; what he would tell of it may be lost."""
    waits = (
        "import asyncio, threading\n"
        "from storage.threads import in_telemetry_thread\n"
        "begun = threading.Event()\n"
        "def wait_for_ever():\n"
        "    begun.set()\n"
        "    threading.Event().wait()\n"
        "async def main():\n"
        "    waiting = asyncio.ensure_future(in_telemetry_thread(wait_for_ever)())\n"
        "    await asyncio.to_thread(begun.wait)\n"
        "asyncio.run(main())\n"
    )
    ended = subprocess.run([sys.executable, "-c", waits], timeout=20, check=False)

    assert ended.returncode == 0


async def test_a_file_that_a_newer_release_takes_over_is_let_alone_at_once(
    store: Store,
) -> None:
    """Also by those who have it open: for a while both run."""
    await store.telemetry.record_attempts([attempt(1, DONE)])
    await store.telemetry.attempts()
    with changed(store.telemetry.path) as newer:
        newer.execute("PRAGMA user_version = 99")

    for ask in (store.telemetry.attempts(), store.telemetry.record_attempts([attempt(2)])):
        with pytest.raises(NewerFormatError):
            await ask
    with changed(store.telemetry.path) as newer:
        assert newer.execute("SELECT count(*) FROM attempts").fetchone() == (1,)


async def test_a_row_that_cannot_be_read_costs_itself_alone(store: Store) -> None:
    """It may be of a newer release, which knows more kinds; all else is worth the same."""
    one = store.telemetry
    await one.tell_process(process("worker-1.a"))
    await one.tell_process(process("worker-2.b"))
    await one.mark(Mark(NOON, MarkKind.START, "begun"))
    await one.mark(Mark(NOON, MarkKind.STOP, "stopped"))
    await one.record_attempts([attempt(1, DONE, logs=["{}"]), attempt(2, DONE, logs=["{}"])])
    with changed(one.path) as other:
        other.execute("UPDATE processes SET record = '{}' WHERE id = 'worker-1.a'")
        other.execute("UPDATE marks SET kind = 'eclipse' WHERE said = 'begun'")
        other.execute("UPDATE attempts SET ending = 'eclipsed' WHERE token = 1")
        other.execute("UPDATE tallies SET ending = 'eclipsed' WHERE length_ms > 60000")
        other.execute("UPDATE endings SET ending = 'eclipsed' WHERE place = 1")

    assert [told.id for told in await one.processes()] == ["worker-2.b"]
    assert [mark.said for mark in await one.marks(NOON, NOON)] == ["stopped"]
    assert [told.token for told in await one.attempts()] == [2]
    assert [told.token for told in await one.job("extract_ticket:1")] == []
    assert len((await one.ended_after(0))[1]) == 1
    day = NOON - 12 * 60 * MINUTE
    assert await one.tallies(day, day + 1440 * MINUTE, 60 * MINUTE) == {}
    assert not [*one.path.parent.glob("*.damaged-*")]


async def test_what_is_no_character_is_kept_as_a_question_mark(store: Store) -> None:
    """One such name in one attempt must not cost all that is told after it."""
    one = store.telemetry
    await one.record_attempts([attempt(1, DONE, said=NOT_TEXT, logs=[NOT_TEXT]), attempt(2)])
    await one.tell_process(process(name=NOT_TEXT, host=NOT_TEXT, running=[NOT_TEXT]))
    await one.mark(Mark(NOON, MarkKind.LOST, NOT_TEXT))

    [told] = await one.job("extract_ticket:1")
    [living] = await one.processes()
    [mark] = await one.marks(NOON, NOON)
    assert (told.said, *told.logs) == ("caf?", "caf?")
    assert (living.name, living.host, *living.running) == ("caf?", "caf?", "caf?")
    assert mark.said == "caf?"
    assert len(await one.attempts()) == 2


async def test_what_a_forked_process_inherits_it_leaves_open(store: Store) -> None:
    """To close it would be to speak for its parent, who goes on using it."""
    await store.telemetry.record_attempts([attempt(1, DONE)])
    store.telemetry._file._writer.process = os.getppid()  # as it is seen in a child
    await store.telemetry.record_attempts([attempt(2, DONE)])
    store.telemetry.close_now()
    gc.collect()

    assert _times_open(store.telemetry.path) > 0


def _shared_memory_of(path: Path) -> int:
    """Return which file those who use it have mapped."""
    return Path(f"{path}-shm").stat().st_ino


def _times_open(path: Path) -> int:
    """Return how often this process has the file open."""
    return [*map(os.path.realpath, Path("/proc/self/fd").iterdir())].count(str(path.resolve()))

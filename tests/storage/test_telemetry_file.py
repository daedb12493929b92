"""The file of the telemetry: shared, and set aside when it cannot be believed."""

import asyncio
import errno
import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import time
from pathlib import Path

import pytest

from domain.errors import NotFoundError, UnavailableError
from storage.failures import NewerFormatError
from storage.layout import Layout
from storage.store import Store
from storage.telemetry import Telemetry
from storage.telemetry_records import AttemptEnding, Mark, MarkKind
from storage.telemetry_trouble import REMEDIES
from tests.storage.damage import checked
from tests.storage.telemetries import (
    MINUTE,
    NOON,
    SECOND,
    attempt,
    process,
    write_attempts,
    write_for_ever,
)

DONE = AttemptEnding.DONE
SECONDS_MAX = 20.0


def damaged_beside(file: Path) -> list[str]:
    """Return the names of what was set aside, without the log that belongs to it."""
    found = sorted(file.parent.glob("*.damaged-*"))
    return [path.name for path in found if not path.name.endswith("-wal")]


def names_in(folder: Path) -> list[str]:
    """Return the names of what lies there."""
    return [path.name for path in folder.iterdir()]


async def filled(store: Store, count: int = 300) -> Path:
    """Return the file of a telemetry with something of everything in it, closed."""
    one = store.telemetry
    await one.record_attempts(
        [attempt(at, DONE, logs=["x" * 2_000], about=f"t{at}") for at in range(count)]
    )
    for at in range(60):
        await one.sample(NOON + at * SECOND, {"a": 1.0, "out_per_s:whenever": 2.0})
    await one.mark(Mark(NOON, MarkKind.START, "begun"))
    await one.tell_process(process())
    one.close_now()
    return one.path


async def asked_everything(one: Telemetry) -> None:
    """Ask for all that there is."""
    await one.attempts(limit=500)
    await one.attempts(lane="within_1s", limit=500)
    await one.attempts(about="t7")
    for token in range(0, 300, 20):
        await one.job(f"extract_ticket:{token}")
    await one.window(NOON, NOON + MINUTE)
    await one.window(NOON - 500 * MINUTE, NOON + MINUTE)
    await one.tallies(NOON, NOON + MINUTE, MINUTE)
    await one.ended_after(0)
    await one.processes()
    await one.latest()


async def test_a_store_that_tells_nothing_has_no_telemetry(
    store: Store, layout: Layout
) -> None:
    """A command that only reads tickets pays nothing for it."""
    assert not layout.telemetry.exists()
    await store.telemetry.attempts()

    assert store.telemetry.path.exists()


async def test_without_a_data_directory_none_is_made(tmp_path: Path) -> None:
    """Whoever mistypes DATA_DIR should be told so."""
    with pytest.raises(NotFoundError):
        await Store(tmp_path / "nowhere").telemetry.attempts()

    assert names_in(tmp_path) == []


async def test_the_check_of_a_store_has_nothing_to_say_of_its_telemetry(store: Store) -> None:
    """Whole or damaged: it is no record."""
    path = await filled(store)
    path.with_name(f"{path.name}.damaged-20261129T120000Z").write_bytes(b"old")

    assert (await checked(store)).is_clean


@pytest.mark.parametrize(
    "content", [b"no database", b"", None], ids=["text", "empty", "foreign"]
)
async def test_a_file_that_is_none_of_ours_is_set_aside(
    store: Store, layout: Layout, content: bytes | None
) -> None:
    """What was there is kept once, and the telemetry begins anew."""
    layout.telemetry.mkdir()
    path = store.telemetry.path
    path.with_name(f"{path.name}.damaged-20200101T000000Z").write_bytes(b"an earlier one")
    if content is None:
        foreign = sqlite3.connect(path)
        foreign.execute("CREATE TABLE theirs (a)")
        foreign.close()
    else:
        path.write_bytes(content)
    await store.telemetry.record_attempts([attempt(1)])

    assert [one.token for one in await store.telemetry.attempts()] == [1]
    kept = damaged_beside(path)
    assert len(kept) == 1
    assert ("20200101" in kept[0]) == (content == b"")  # an empty file is one to begin with


async def test_a_file_of_a_newer_release_is_left_alone(store: Store) -> None:
    """Somebody went back to this release for an hour, and wants his plots afterwards."""
    path = await filled(store)
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    before = path.read_bytes()

    for ask in (store.telemetry.attempts(), store.telemetry.record_attempts([attempt(1)])):
        with pytest.raises(NewerFormatError):
            await ask
    assert path.read_bytes() == before
    assert damaged_beside(path) == []


@pytest.mark.parametrize("seed", range(6), ids=str)
async def test_a_file_with_damaged_pages_never_stops_whoever_asks(
    store: Store, seed: int
) -> None:
    """Either it is still read, or it is set aside: nothing but UnavailableError may come of it."""
    path = await filled(store)
    chance = random.Random(seed)  # noqa: S311 - the same damage in every run
    content = bytearray(path.read_bytes())
    for _page in range(12):
        at = chance.randrange(100, len(content) - 600)
        content[at : at + 500] = chance.randbytes(500)
    path.write_bytes(content)

    await asked_everything(store.telemetry)
    await store.telemetry.record_attempts([attempt(10_000, DONE)])
    await store.telemetry.sample(NOON + 2 * MINUTE, {"a": 2.0})

    assert len(damaged_beside(path)) <= 1
    assert await store.telemetry.latest() == (NOON + 2 * MINUTE, {"a": 2.0})


async def test_who_has_an_old_file_open_goes_on_in_the_new_one(
    store: Store, layout: Layout
) -> None:
    """Another process has set it aside, or a person has removed the directory."""
    other = Telemetry(layout)
    await store.telemetry.record_attempts([attempt(1, DONE)])
    await other.record_attempts([attempt(2, DONE)])
    shutil.rmtree(layout.telemetry)
    await store.telemetry.record_attempts([attempt(3, DONE)])
    await other.record_attempts([attempt(4, DONE)])
    other.close_now()
    await store.telemetry.record_attempts([attempt(5, DONE)])
    store.telemetry.close_now()

    assert [one.token for one in await store.telemetry.attempts()] == [5, 4, 3]


async def fill(one: Telemetry) -> None:
    """Record more than there is room for."""
    for token in range(1, 500):
        await one.record_attempts([attempt(token, logs=[os.urandom(800).hex()])])


async def test_a_full_disk_loses_telemetry_until_there_is_room(store: Store) -> None:
    """SQLite is told that the volume ends here; the next write finds that it does not."""
    await store.telemetry.record_attempts([attempt(0)])
    connection = store.telemetry._file._writer.connection
    assert connection
    connection.execute("PRAGMA max_page_count = 40")
    with pytest.raises(UnavailableError) as refused:
        await fill(store.telemetry)
    before = len(await store.telemetry.attempts(limit=500))
    await store.telemetry.record_attempts([attempt(1_000)])

    assert (refused.value.remedy or "").startswith(REMEDIES[errno.ENOSPC])
    assert len(await store.telemetry.attempts(limit=500)) == before + 1


@pytest.mark.slow
async def test_several_processes_write_at_once_and_lose_nothing(
    store: Store, layout: Layout
) -> None:
    """Workers, API and supervisor share the file."""
    fresh = multiprocessing.get_context("spawn")
    writers = [
        fresh.Process(target=write_attempts, args=(layout.root, start, 150))
        for start in (1_000, 2_000)
    ]
    for writer in writers:
        writer.start()
    for at in range(150):
        await store.telemetry.sample(NOON + at * SECOND, {"a": at})
    for writer in writers:
        await asyncio.to_thread(writer.join, SECONDS_MAX)

    assert [writer.exitcode for writer in writers] == [0, 0]
    assert len(await store.telemetry.attempts(limit=500)) == 300
    assert await store.telemetry.attempts(is_running=True) == []
    tallies = await store.telemetry.tallies(NOON, NOON + MINUTE, MINUTE)
    assert tallies == {("extract_ticket", DONE): [300]}


@pytest.mark.slow
async def test_a_writer_that_is_killed_leaves_a_file_that_is_read(
    store: Store, layout: Layout
) -> None:
    """Whole batches, and nothing set aside."""
    writer = multiprocessing.get_context("spawn").Process(
        target=write_for_ever, args=(layout.root,)
    )
    writer.start()
    until = time.monotonic() + SECONDS_MAX
    while not await store.telemetry.attempts(before=2_000, limit=1):
        assert time.monotonic() < until
        await asyncio.sleep(0.01)
    assert writer.pid
    os.kill(writer.pid, signal.SIGKILL)
    await asyncio.to_thread(writer.join, SECONDS_MAX)

    (newest,) = await store.telemetry.attempts(limit=1)
    (counts,) = (await store.telemetry.tallies(NOON, NOON + MINUTE, MINUTE)).values()
    assert newest.token % 100 == 99
    assert counts == [newest.token + 1]
    await store.telemetry.record_attempts([attempt(newest.token + 1, DONE)])
    assert damaged_beside(store.telemetry.path) == []

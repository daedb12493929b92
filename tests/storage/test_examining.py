"""A look at a data directory that changes nothing: the place, who uses it, what lies there."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.errors import NotFoundError
from storage.boot import boot_id
from storage.examining import (
    contents_of,
    living_workers,
    mount_of,
    owner_of,
    probed,
    volume_at,
)
from storage.hosts import Host
from storage.incarnations import new_incarnation
from storage.layout import Layout
from storage.store import Store
from tests.builders import LATER, make_change, make_ticket

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
async def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "data")
    await store.open()
    return store


def root_of(store: Store) -> Path:
    return store.quarantine.layout.root


async def test_the_place_of_a_store_is_seen(store: Store) -> None:
    """Space, file system, and a file that was written, read and removed."""
    seen = volume_at(root_of(store))

    assert (seen.exists, seen.is_store, seen.can_be_made) == (True, True, True)
    assert 0 < seen.free_bytes <= seen.total_bytes
    assert seen.probe
    assert seen.probe.problem is None
    assert seen.probe.seconds > 0
    assert list(root_of(store).glob(".*")) == []


def test_of_a_place_that_is_missing_the_nearest_directory_is_seen(tmp_path: Path) -> None:
    """There it would be made, by whoever may."""
    seen = volume_at(tmp_path / "a" / "b")

    assert (seen.directory, seen.exists, seen.is_store, seen.probe) == (
        tmp_path,
        False,
        False,
        None,
    )
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_takes_nothing_is_told_of(tmp_path: Path) -> None:
    """With its own word for why."""
    place = tmp_path / "file"
    place.write_text("")

    assert probed(place).problem == "Not a directory"


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="Linux tells it")
def test_the_file_system_is_that_of_the_nearest_mount(tmp_path: Path) -> None:
    """The kernel's own word for it."""
    proc = mount_of(Path("/proc/self"))
    here = mount_of(tmp_path)

    assert proc
    assert (proc.kind, proc.place) == ("proc", Path("/proc"))
    assert here
    assert tmp_path.is_relative_to(here.place)


@pytest.mark.parametrize(
    ("boot", "age_seconds", "is_alive"),
    [(None, 1, True), (None, 60, False), ("another", 1, True), ("another", 60, False)],
)
async def test_who_has_said_so_just_now_uses_the_directory(
    store: Store,
    boot: str | None,
    age_seconds: int,
    is_alive: bool,  # noqa: FBT001 - of the table above
) -> None:
    """Of this kernel or of another."""
    host = Host(
        boot_id=boot or boot_id(),
        hostname="vm",
        pid=os.getpid(),
        beat=NOW - timedelta(seconds=age_seconds),
    )
    Layout(root_of(store)).host.write_text(host.model_dump_json())

    owner = owner_of(root_of(store), now=NOW)

    assert owner
    assert (owner.is_here, owner.is_alive) == (boot is None, is_alive)
    assert owner.age_seconds == age_seconds


async def test_where_nobody_says_so_nobody_uses_it(store: Store) -> None:
    """Nor where what is said cannot be read."""
    assert owner_of(root_of(store), now=NOW) is None

    Layout(root_of(store)).host.write_text("{")

    assert owner_of(root_of(store), now=NOW) is None


async def test_a_worker_lives_as_long_as_its_lock_is_held(store: Store) -> None:
    """And looking at it neither takes nor removes it."""
    name = new_incarnation("worker-1")

    with store.incarnations.alive(name):
        first, second = living_workers(root_of(store)), living_workers(root_of(store))

    assert first == second == [name]
    assert living_workers(root_of(store)) == []


async def test_a_lock_that_nobody_holds_is_left_to_whoever_starts_next(store: Store) -> None:
    """He releases what its holder held."""
    lock = Layout(root_of(store)).incarnation_lock(new_incarnation("worker-1"))
    lock.touch()

    assert living_workers(root_of(store)) == []
    assert lock.exists()


async def test_tickets_index_and_the_end_of_the_log_are_seen(store: Store) -> None:
    """Without a ticket being read."""
    ticket = await store.commit(make_change(make_ticket("t")))
    await store.commit(make_change(ticket, now=LATER, city="Waco"))
    await store.recover()

    seen = contents_of(root_of(store))

    assert (seen.tickets, seen.entries, seen.index_problem) == (1, 1, None)
    assert (seen.log_lines, seen.log_problem, seen.logged_at) == (2, None, LATER)


async def test_a_line_that_is_changed_or_missing_is_seen(store: Store) -> None:
    """Each breaks the chain, in its own way."""
    ticket = await store.commit(make_change(make_ticket("t")))
    for number in range(3):
        ticket = await store.commit(make_change(ticket, now=LATER, city=f"Waco {number}"))
    (log,) = Layout(root_of(store)).audit.glob("*/*.jsonl")
    lines = log.read_bytes().splitlines(keepends=True)

    log.write_bytes(b"".join([lines[0], lines[1].replace(b"Waco", b"Taco"), *lines[2:]]))
    changed = contents_of(root_of(store)).log_problem
    log.write_bytes(b"".join([lines[0], *lines[2:]]))
    missing = contents_of(root_of(store)).log_problem

    assert changed
    assert changed.endswith("it is not what its digest says")
    assert missing
    assert "it says that it is line 3" in missing


@pytest.mark.parametrize("content", ["{}", '{"format":1,"entr', "[]"])
async def test_an_index_that_cannot_be_believed_is_seen(store: Store, content: str) -> None:
    """It is made again from the tickets, which takes its time."""
    await store.commit(make_change(make_ticket("t")))
    await store.recover()
    Layout(root_of(store)).index.write_text(content)

    assert contents_of(root_of(store)).index_problem == "it cannot be believed"


async def test_an_index_that_was_saved_before_the_first_ticket_is_believed(
    store: Store,
) -> None:
    """A service that was started yesterday and has had its first ticket today."""
    await store.recover()
    await store.commit(make_change(make_ticket("t")))

    assert Layout(root_of(store)).index.exists()
    assert contents_of(root_of(store)).index_problem is None


def test_what_is_no_data_directory_is_not_looked_at(tmp_path: Path) -> None:
    """Nothing in it would be a lie."""
    with pytest.raises(NotFoundError):
        contents_of(tmp_path)

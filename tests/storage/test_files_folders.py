"""Folders that appear whole, and what is left half made by the dead."""

import errno
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier

import pytest

from storage.files import create_directory_with, make_directory, sweep_temporaries
from tests.storage.trouble import Power, PowerCutError, fail, recorded

CONTENTS = {"order.json": b"{}", "document": b"%PDF"}


def contents_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def dead_pid() -> int:
    """Return the number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_folder_appears_with_everything_in_it(tmp_path: Path) -> None:
    """An order without its document would be an order for nothing."""
    assert create_directory_with(tmp_path / "order", CONTENTS) is True

    assert contents_of(tmp_path / "order") == CONTENTS
    assert [path.name for path in tmp_path.iterdir()] == ["order"]


def test_whoever_comes_second_changes_nothing(tmp_path: Path) -> None:
    """The first order under an id is the order."""
    create_directory_with(tmp_path / "order", CONTENTS)

    assert create_directory_with(tmp_path / "order", {"order.json": b"other"}) is False

    assert contents_of(tmp_path / "order") == CONTENTS
    assert [path.name for path in tmp_path.iterdir()] == ["order"]


def test_of_twenty_who_come_at_once_exactly_one_is_first(tmp_path: Path) -> None:
    """A client that clicks twice must not be accepted twice."""
    start = Barrier(20)

    def create(number: int) -> bool:
        start.wait()
        return create_directory_with(tmp_path / "order", {"who": str(number).encode()})

    with ThreadPoolExecutor(20) as threads:
        firsts = list(threads.map(create, range(20)))

    assert firsts.count(True) == 1
    assert contents_of(tmp_path / "order") == {"who": str(firsts.index(True)).encode()}
    assert [path.name for path in tmp_path.iterdir()] == ["order"]


@pytest.mark.parametrize(
    ("call", "end"),
    [
        ("mkdir", ".tmp"),
        ("open", "document"),
        ("write", "document"),
        ("fsync", "document"),
        ("fsync", ".tmp"),
        ("rename", ".tmp"),
    ],
)
def test_a_folder_that_cannot_be_made_whole_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, end: str
) -> None:
    """A client that saw no answer will ask again, and must find nothing in its way."""
    with monkeypatch.context() as patch:
        fail(patch, call, errno.ENOSPC, at=lambda path: path.endswith(end))

        with pytest.raises(OSError, match="No space left"):
            create_directory_with(tmp_path / "order", CONTENTS)

    assert list(tmp_path.iterdir()) == []
    assert create_directory_with(tmp_path / "order", CONTENTS) is True


def test_files_folder_and_name_become_durable_in_this_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the answer is given, a power cut can take none of it back."""
    done = recorded(monkeypatch)

    create_directory_with(tmp_path / "order", CONTENTS)

    assert done == [
        ("fsync", "file"),
        ("fsync", "file"),
        ("fsync", "directory"),
        ("rename", "directory"),
        ("fsync", "directory"),
    ]


def test_whoever_comes_second_is_answered_only_when_the_first_is_durable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first may have been cut off between its rename and its sync."""
    with monkeypatch.context() as patch:
        Power(patch, last="rename")
        with pytest.raises(PowerCutError):
            create_directory_with(tmp_path / "order", CONTENTS)
    done = recorded(monkeypatch)

    assert create_directory_with(tmp_path / "order", CONTENTS) is False

    assert done[-1] == ("fsync", "directory")


def test_a_power_cut_at_any_moment_leaves_the_whole_folder_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half an order would be accepted and could never be read."""
    for calls_max in range(50):
        folder = tmp_path / str(calls_max)
        with monkeypatch.context() as patch:
            power = Power(patch, calls_max=calls_max)
            with suppress(PowerCutError):
                create_directory_with(folder, CONTENTS)
        assert not folder.exists() or contents_of(folder) == CONTENTS
        if not power.is_off:
            break

    assert calls_max > 8
    assert contents_of(folder) == CONTENTS


def test_a_folder_is_made_with_all_above_it_and_each_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder is remembered by its parent, and so on upwards."""
    synced: list[str] = []
    real = os.fsync

    def remember(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", remember)

    make_directory(tmp_path / "data" / "audit" / "2026-03")
    make_directory(tmp_path / "data" / "audit" / "2026-03")

    assert (tmp_path / "data" / "audit" / "2026-03").is_dir()
    assert synced == [tmp_path.name, "data", "audit"]


def test_what_the_dead_left_is_removed_and_what_the_living_write_stays(tmp_path: Path) -> None:
    """Another process may be in the middle of its write."""
    gone, alive = dead_pid(), os.getpid()
    left_file = tmp_path / f".ticket_1.json.{gone}.0.tmp"
    left_folder = tmp_path / f".order.{gone}.1.tmp"
    odd_name = tmp_path / ".odd.tmp"
    in_work = tmp_path / f".ticket_2.json.{alive}.0.tmp"
    theirs = [tmp_path / "ticket_1.json", tmp_path / "notes.tmp", tmp_path / ".hidden"]
    for path in (left_file, odd_name, in_work, *theirs):
        path.write_bytes(b"half")
    left_folder.mkdir()
    (left_folder / "document").write_bytes(b"half")

    swept = sweep_temporaries(tmp_path)

    assert swept == 3
    assert sorted(tmp_path.iterdir()) == sorted([in_work, *theirs])
    assert sweep_temporaries(tmp_path) == 0


def test_who_is_alone_sweeps_below_and_believes_no_pid_for_long(tmp_path: Path) -> None:
    """In a container the pid of a dead writer is soon that of another process."""
    folder = tmp_path / "work_orders" / "order-1"
    folder.mkdir(parents=True)
    leftover = folder / f".extraction.json.{os.getpid()}.1.tmp"
    leftover.write_bytes(b"half")
    (folder / "order.json").write_bytes(b"{}")

    at_once = sweep_temporaries(tmp_path, is_alone=True)
    old = leftover.stat().st_mtime - 120
    os.utime(leftover, (old, old))
    later = sweep_temporaries(tmp_path, is_alone=True)

    assert (at_once, later) == (0, 1)
    assert [path.name for path in folder.iterdir()] == ["order.json"]


def test_an_order_that_a_child_of_a_killed_supervisor_writes_is_left_alone(
    tmp_path: Path,
) -> None:
    """Its folder is renamed into place a moment later, and must be whole then."""
    folder = tmp_path / "work_orders" / f".order-1.{os.getpid()}.1.tmp"
    folder.mkdir(parents=True)
    (folder / "order.json").write_bytes(b"{}")

    assert sweep_temporaries(tmp_path, is_alone=True) == 0
    assert (folder / "order.json").exists()

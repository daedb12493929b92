"""One file, replaced whole or not at all."""

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import UnavailableError
from storage.failures import disk_trouble
from storage.files import sync_directory, write_atomic
from tests.storage.trouble import Power, PowerCutError, fail, recorded

OLD, NEW = b"the old bytes", b"the new bytes, and some more"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that is there already, in a folder of its own."""
    path = tmp_path / "ticket_1.json"
    path.write_bytes(OLD)
    return path


@pytest.fixture
def usual_umask() -> Iterator[None]:
    """What most machines take away from the mode of a new file."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_a_write_replaces_the_whole_content(path: Path) -> None:
    """Nothing of the old file may shine through."""
    write_atomic(path, b"short")

    assert path.read_bytes() == b"short"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_of_nothing_can_be_written(tmp_path: Path) -> None:
    """An empty document is a document."""
    write_atomic(tmp_path / "new", b"")

    assert (tmp_path / "new").read_bytes() == b""


@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_a_write_that_fails_leaves_the_old_bytes_and_no_litter(
    path: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: int
) -> None:
    """A full disk must not cost the ticket that was there."""
    with monkeypatch.context() as patch:
        fail(patch, call, error)

        with pytest.raises(OSError, match=os.strerror(error)):
            write_atomic(path, NEW)

    assert path.read_bytes() == OLD
    assert list(path.parent.iterdir()) == [path]


def test_a_disk_that_takes_few_bytes_at_a_time_gets_them_all(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system may take fewer bytes than it is given, and says so only in its answer."""
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:3]))

    write_atomic(path, NEW)

    assert path.read_bytes() == NEW


def test_the_bytes_are_durable_before_the_name_and_the_name_before_the_answer(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that outlives its bytes is an empty ticket after a power cut."""
    done = recorded(monkeypatch)

    write_atomic(path, NEW)

    assert done == [("fsync", "file"), ("replace", "file"), ("fsync", "directory")]


def test_a_power_cut_at_any_moment_leaves_the_old_bytes_or_the_new(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never less, never a mixture."""
    seen = []

    for calls_max in range(50):
        path.write_bytes(OLD)
        with monkeypatch.context() as patch:
            power = Power(patch, calls_max=calls_max)
            try:
                write_atomic(path, NEW)
            except PowerCutError:
                seen.append(path.read_bytes())
        if not power.is_off:
            break

    assert set(seen) == {OLD, NEW}
    assert seen == sorted(seen, reverse=True)  # once new, it stays new
    assert path.read_bytes() == NEW


@pytest.mark.usefixtures("usual_umask")
def test_a_file_can_be_read_by_all_and_written_by_its_owner(path: Path) -> None:
    """The customer's own tools read these files, perhaps as another user."""
    write_atomic(path, NEW)

    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_what_a_dead_process_of_our_number_left_is_not_in_the_way(path: Path) -> None:
    """In a container each start gives out the same process ids."""
    for serial in range(100):
        (path.parent / f".{path.name}.{os.getpid()}.{serial}.tmp").write_bytes(b"half")

    write_atomic(path, NEW)

    assert path.read_bytes() == NEW


def test_a_failing_disk_is_named_for_what_the_caller_can_do(tmp_path: Path) -> None:
    """Wait and try again: nobody can do more about a full disk at once."""
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(UnavailableError) as told, disk_trouble(tmp_path / "ticket_1.json"):
        raise full

    assert told.value.problem == "The disk did not take ticket_1.json: No space left on device."
    assert told.value.remedy
    assert told.value.__cause__ is full


def test_only_directories_can_be_synced_as_directories(path: Path) -> None:
    """A mistake in the path must not pass for durability."""
    sync_directory(path.parent)

    with pytest.raises(NotADirectoryError):
        sync_directory(path)

"""A file written for somebody else: what may stand under its name, and what becomes of that."""

import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_IFSOCK, S_IMODE, S_ISFIFO
from threading import Thread

import pytest

from domain.errors import NotFoundError, UnavailableError, WrongKindError
from storage.outgoing import SHARED_MODE, written_whole
from tests.cli.commands import names_in

PAGE = b"<html>" * 50_000  # more than a pipe holds


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """One that takes the right to write from the group, and all from others."""
    before = os.umask(0o027)
    yield
    os.umask(before)


def write(path: Path, content: bytes = PAGE, **options: int) -> None:
    with written_whole(path, **options) as file:
        file.write(content)


def mode_of(path: Path) -> int:
    return S_IMODE(path.lstat().st_mode)


def test_a_new_file_has_the_mode_that_was_asked_for_less_the_umask(tmp_path: Path) -> None:
    """Personal data is for its owner alone, unless somebody says otherwise."""
    write(tmp_path / "private")
    write(tmp_path / "shared", mode=SHARED_MODE)

    assert mode_of(tmp_path / "private") == 0o600
    assert mode_of(tmp_path / "shared") == 0o640


def test_a_file_that_is_replaced_hands_its_mode_on(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"before")
    path.chmod(0o664)

    write(path, b"after")

    assert (path.read_bytes(), mode_of(path)) == (b"after", 0o664)


def test_behind_a_link_its_target_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    """It may be on another disk: the new file is made beside the target."""
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "file").write_bytes(b"before")
    (tmp_path / "middle").symlink_to(Path("there") / "file")
    (tmp_path / "link").symlink_to("middle")

    write(tmp_path / "link", b"after")

    assert (tmp_path / "there" / "file").read_bytes() == b"after"
    assert (tmp_path / "link").readlink() == Path("middle")
    assert names_in(tmp_path / "there") == ["file"]


@pytest.mark.parametrize("is_linked", [False, True])
def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path, *, is_linked: bool) -> None:
    """So is the device of a terminal: replaced by a file, it would be lost to everybody."""
    pipe, got = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    (tmp_path / "link").symlink_to(pipe)
    reader = Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()

    write(tmp_path / "link" if is_linked else pipe)

    reader.join(10)
    assert got == [PAGE]
    assert S_ISFIFO(pipe.lstat().st_mode)
    assert names_in(tmp_path) == ["link", "pipe"]


def test_a_pipe_whose_reader_has_gone_is_told(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    with (  # noqa: PT012 - the reader goes while it is written
        pytest.raises(UnavailableError, match="did not take pipe"),
        written_whole(pipe) as file,
    ):
        os.close(reader)
        file.write(PAGE)


def test_what_cannot_be_written_to_is_refused_and_stays(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to("nothing")
    (tmp_path / "folder").mkdir()
    os.mknod(tmp_path / "socket", S_IFSOCK | 0o600)
    before = names_in(tmp_path)

    with pytest.raises(WrongKindError, match="link to a file that is not there"):
        write(tmp_path / "dangling")
    with pytest.raises(WrongKindError, match="is a directory"):
        write(tmp_path / "folder")
    with pytest.raises(WrongKindError, match="neither a file"):
        write(tmp_path / "socket")
    with pytest.raises(NotFoundError, match="There is no directory"):
        write(tmp_path / "none" / "file")

    assert names_in(tmp_path) == before

"""The news: what one process tells, all that follow hear, or they hear that they missed it."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from storage import changes
from storage.changes import Changes, Follower
from storage.layout import Layout
from storage.store import Store
from tests.storage.trouble import fail


@pytest.fixture
def told(store: Store, layout: Layout) -> Changes:
    """One process that tells, and has told before."""
    told = Changes(layout)
    told.tell(["earlier"])
    return told


@pytest.fixture
def follower(told: Changes, layout: Layout) -> Follower:
    """Another process that follows from now on."""
    return Changes(layout).follower()


def test_what_is_told_is_heard_once_by_each_who_follows(
    told: Changes, follower: Follower
) -> None:
    """And nothing of what was told before: whoever begins looks at everything anyway."""
    other = told.follower()

    told.tell(["a", "b"])
    told.tell(["b", "c"])

    assert follower.news() == other.news() == {"a", "b", "c"}
    assert follower.news() == set()
    told.tell(["d"])
    assert follower.news() == {"d"}


def test_nothing_is_new_where_nobody_ever_told_anything(store: Store, layout: Layout) -> None:
    """A new installation has no file of news, and reading makes none."""
    follower = Changes(layout).follower()

    assert follower.news() == set()
    assert not layout.changes.exists()


def test_whoever_followed_before_the_first_news_hears_that_there_was_some(
    store: Store, layout: Layout
) -> None:
    """What was told before he opened the file, he cannot know: he must look at everything."""
    follower = Changes(layout).follower()

    Changes(layout).tell(["a"])

    assert follower.news() is None
    assert follower.news() == set()


def test_a_file_that_grew_too_long_begins_anew_and_everybody_hears_that(
    told: Changes, follower: Follower, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file does not grow for ever, and whoever slept meanwhile has missed something."""
    monkeypatch.setattr(changes, "CHANGES_BYTES_MAX", 100)
    sizes: list[int] = []

    for number in range(40):
        told.tell([f"ticket-{number}"])
        sizes += [path.stat().st_size for path in layout.locks.glob("changes")]

    assert 50 < max(sizes) <= 100
    assert follower.news() is None
    told.tell(["a"])
    assert follower.news() in ({"a"}, None)
    told.tell(["b"])
    assert follower.news() == {"b"}


@pytest.mark.parametrize("ending", ["removed", "replaced", "cut"])
def test_a_file_that_is_not_the_one_that_was_heard_is_news_missed(
    told: Changes, follower: Follower, layout: Layout, ending: str
) -> None:
    """A restored or tidied directory must not be mistaken for one in which nothing happened."""
    if ending == "removed":
        layout.changes.unlink()
    elif ending == "replaced":
        content = layout.changes.read_bytes()
        layout.changes.rename(layout.locks / "old")
        layout.changes.write_bytes(content)
    else:
        os.truncate(layout.changes, 1)

    assert follower.news() is None
    told.tell(["a"])
    assert follower.news() in ({"a"}, None)
    told.tell(["b"])
    assert follower.news() == {"b"}


def test_what_is_being_written_is_heard_when_it_is_whole(
    told: Changes, follower: Follower, layout: Layout
) -> None:
    """Half an id would be another ticket's."""
    with layout.changes.open("ab") as file:
        file.write(b"\nticket-1")
        file.flush()
        assert follower.news() == set()
        file.write(b"7\n")

    assert follower.news() == {"ticket-17"}


def test_what_was_cut_off_does_not_swallow_the_next_news(
    told: Changes, follower: Follower, layout: Layout
) -> None:
    """A process may die, or a disk be full, in the middle of a word."""
    with layout.changes.open("ab") as file:
        file.write(b"\ntick")

    told.tell(["a"])

    assert follower.news() == {"tick", "a"}


def test_what_cannot_be_an_id_is_no_news(
    told: Changes, follower: Follower, layout: Layout
) -> None:
    """Whatever somebody writes there, it reaches no path."""
    with layout.changes.open("ab") as file:
        file.write(b"../../etc/passwd\n\xff\xfe\na\n")

    assert follower.news() == {"a"}


@pytest.mark.parametrize("call", ["open", "write"])
def test_news_that_cannot_be_written_rings_the_bell_all_the_same(
    told: Changes,
    follower: Follower,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    call: str,
) -> None:
    """The change is true already: it must neither fail now nor go unseen."""
    with monkeypatch.context() as patch:
        fail(patch, call, errno.ENOSPC, at=lambda path: path.endswith("/changes"))
        told.tell(["a"])

    assert follower.news() is None
    assert "the news could not be written" in caplog.text


def test_news_of_which_the_disk_takes_a_part_rings_the_bell(
    told: Changes, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write may be short, and its rest must not come behind what others write."""
    real = os.write

    def short(descriptor: int, content: Any) -> int:
        return real(descriptor, content[: len(content) // 2])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", short)
        told.tell(["ticket-1"])

    assert follower.news() is None


def test_a_follower_holds_one_file_open_and_none_when_it_is_gone(
    told: Changes, layout: Layout
) -> None:
    """Each store has one, and a process may open many stores."""

    def held_count() -> int:
        held = [str(link.resolve()) for link in Path("/proc/self/fd").iterdir()]
        return sum(path.startswith(str(layout.changes)) for path in held)

    follower = told.follower()
    layout.changes.unlink()
    told.tell(["a"])
    follower.news()
    while_followed = held_count()
    del follower

    assert (while_followed, held_count()) == (1, 0)

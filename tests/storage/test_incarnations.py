"""Who lives and who is dead: told by locks, and by nothing else."""

from pathlib import Path
from threading import Event, Thread

import pytest

from domain.errors import RejectedError, UnavailableError
from storage import incarnations
from storage.incarnations import (
    Incarnations,
    checked_incarnation,
    new_incarnation,
    plain_name,
)
from storage.layout import Layout
from tests.storage.test_files_locks import held_elsewhere


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path)
    layout.locks.mkdir()
    return layout


def test_no_two_lives_have_one_name() -> None:
    """Nor is the name lost that people call it by."""
    first, second = new_incarnation("worker-1"), new_incarnation("worker-1")

    assert first != second
    assert plain_name(first) == plain_name(second) == "worker-1"
    assert checked_incarnation(first) == first


@pytest.mark.parametrize("name", ["my worker", "", "a" * 65, "worker/1", "worker\n", "ärger"])
def test_a_name_that_would_shift_the_words_beside_it_is_refused(name: str) -> None:
    """In Redis a space parts the holder from its token; on the disk it becomes a path."""
    with pytest.raises(RejectedError) as refused:
        new_incarnation(name)

    assert refused.value.field == "--name"
    assert refused.value.remedy


@pytest.mark.parametrize(
    "given", ["worker-1", "w 1.0123abcd-0123abcd", "../w.0123abcd-0123abcd"]
)
def test_an_incarnation_that_is_none_is_refused(given: str) -> None:
    """It becomes a path, too."""
    with pytest.raises(RejectedError):
        checked_incarnation(given)


def test_who_lives_is_not_taken_for_dead(layout: Layout) -> None:
    """Not by a process of its own name either."""
    living, killed = new_incarnation("worker-1"), new_incarnation("worker-1")
    layout.incarnation_lock(killed).touch()
    all_of_them = Incarnations(layout)

    with all_of_them.alive(living):
        with all_of_them.dead() as dead:
            pass
        with all_of_them.dead() as later:
            pass

    assert dead == [killed]
    assert later == []
    assert list(layout.locks.iterdir()) == []


def test_whoever_is_killed_is_dead_at_once(layout: Layout) -> None:
    """The kernel says so, before anybody else knows."""
    one = new_incarnation("worker-1")

    with held_elsewhere(layout.incarnation_lock(one)) as process:
        with Incarnations(layout).dead() as before:
            pass
        process.kill()
        process.wait()
        with Incarnations(layout).dead() as after:
            pass

    assert (before, after) == ([], [one])


def test_who_comes_while_its_file_is_taken_for_a_dead_one_is_seen_all_the_same(
    layout: Layout,
) -> None:
    """Between making the file and locking it, it looks like one that the dead have left."""
    one = new_incarnation("worker-1")
    path = layout.incarnation_lock(one)
    path.touch()
    come, go = Event(), Event()

    def live() -> None:
        with Incarnations(layout).alive(one):
            come.set()
            go.wait(10)

    living = Thread(target=live)
    with Incarnations(layout).dead():
        living.start()
        was_kept_out = not come.wait(0.2)
    come.wait(10)
    is_there = path.exists()
    with Incarnations(layout).dead() as dead:
        pass
    go.set()
    living.join(10)

    assert was_kept_out
    assert is_there
    assert dead == []


def test_who_could_not_be_released_is_found_again(layout: Layout) -> None:
    """Redis was away just then."""
    one = new_incarnation("worker-1")
    layout.incarnation_lock(one).touch()

    with pytest.raises(ConnectionError), Incarnations(layout).dead():
        raise ConnectionError

    with Incarnations(layout).dead() as dead:
        assert dead == [one]


def test_of_another_kernel_nothing_is_proved(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its locks do not reach here: its jobs are let go by their leases. The file is not kept."""
    monkeypatch.setattr(incarnations, "boot_id", lambda: "another boot")
    one = new_incarnation("worker-1")
    layout.incarnation_lock(one).touch()
    monkeypatch.undo()

    with Incarnations(layout).dead() as dead:
        pass

    assert dead == []
    assert list(layout.locks.iterdir()) == []


def test_files_of_others_are_left_alone(layout: Layout) -> None:
    """Whatever they are called."""
    others = {layout.locks / "worker-.lock", layout.locks / "worker-notes.lock"}
    for path in others:
        path.touch()

    with Incarnations(layout).dead() as dead:
        pass

    assert dead == []
    assert set(layout.locks.iterdir()) == others


def test_a_disk_that_refuses_is_named(layout: Layout) -> None:
    """Whoever starts then waits, and says so."""
    layout.locks.rmdir()

    with (
        pytest.raises(UnavailableError, match="did not take"),
        Incarnations(layout).alive(new_incarnation("worker-1")),
    ):
        pass

"""A restore of everything that somebody does not want any more, or that must not begin."""

import asyncio
import os
import threading
import time
from pathlib import Path

import pytest

from domain.audit import Actor, Author
from domain.errors import ConflictError, NotFoundError, RejectedError, UnavailableError
from storage.backup import Backups
from storage.failures import DamagedFileError
from storage.file_locks import FileLock
from storage.layout import Layout
from storage.restorations import restorations
from storage.restore_gate import RestoreGate, shut_gate
from storage.restore_journal import CalledOffError, write_journal
from storage.restore_places import refuse_workers
from storage.restoring import Restoring
from storage.store import Store
from storage.templates import TemplateFiles
from storage.whole_restore import WholeRestore
from tests.builders import make_change, make_draft, make_order
from tests.crash.forked import Forked
from tests.storage.porting import exported, opened, take
from tests.storage.restores import (
    DANA,
    REASON,
    add,
    backed_up,
    clock,
    expect_clean,
    restored,
    run,
    state_of,
)
from tests.storage.retention import retiring

LEE = Author(actor=Actor.USER, name="Lee Park")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A data directory with two tickets."""
    run(add(tmp_path / "data", "a", "b"))
    return tmp_path / "data"


@pytest.mark.parametrize("step", ["unpacking", "saving"])
def test_who_calls_it_off_while_it_is_under_way_finds_everything_as_it_was(
    root: Path, step: str
) -> None:
    """Another process does it: whoever restores gives up at his next step."""
    restoring = restored(root, backed_up(root))
    run(add(root, "c"))
    before = state_of(root)

    def on_step(said: str) -> None:
        if said.startswith(step):
            WholeRestore(Layout(root), clock).call_off_now(LEE)

    ended = restoring.run_now(on_step)

    assert ended
    assert ended.is_called_off
    assert "Lee Park" in (ended.problem or "")
    assert restorations(Layout(root)) == [ended]
    assert state_of(root) == before
    assert list(root.glob(".restore-*")) == []
    assert restoring.pending_now() is None
    expect_clean(root)


def test_a_wish_that_is_taken_back_between_two_files_ends_it_there(root: Path) -> None:
    restoring = restored(root, backed_up(root))
    before, looks = state_of(root), iter(range(100))

    def look() -> None:
        if next(looks) == 3:
            problem = "No more."
            raise CalledOffError(problem)

    ended = restoring.run_now(look=look)

    assert ended
    assert (ended.is_called_off, ended.problem, ended.restore_point) == (True, "No more.", None)
    assert state_of(root) == before
    assert list(root.glob(".restore-*")) == []


def test_what_is_being_put_into_its_place_cannot_be_called_off(root: Path) -> None:
    restoring = restored(root, backed_up(root))
    journal = restoring.pending_now()
    assert journal
    write_journal(Layout(root), journal.model_copy(update={"phase": "exchanging"}))

    with pytest.raises(ConflictError, match="cannot be stopped"):
        restoring.call_off_now(LEE)
    with pytest.raises(ConflictError) as refused:
        restoring.ask_now(journal.filename, by=DANA, reason=REASON)

    assert restoring.pending_now()
    assert "--go-on" in (refused.value.remedy or "")
    assert "--call-off" not in (refused.value.remedy or "")


def test_nothing_pending_cannot_be_called_off(root: Path) -> None:
    with pytest.raises(NotFoundError):
        WholeRestore(Layout(root), clock).call_off_now(LEE)


def test_an_archive_that_is_not_the_one_that_was_made_is_not_restored(root: Path) -> None:
    """It is whole, and says so itself; but somebody has put it there."""
    other = backed_up(root)
    run(add(root, "c"))
    filename = backed_up(root)
    before, folder = state_of(root), Layout(root).daily_backups
    pending = restored(root, filename)
    (folder / filename).write_bytes((folder / other).read_bytes())

    ended = pending.run_now()
    assert ended
    assert "not the backup that was made" in (ended.problem or "")
    assert state_of(root) == before
    with pytest.raises(DamagedFileError, match="not the backup that was made"):
        restored(root, filename)


def test_a_line_of_the_log_that_cannot_be_believed_is_refused(root: Path) -> None:
    """The recovery would put it aside, and the check would find nothing."""
    (day,) = root.glob("audit/*/*.jsonl")
    lines = day.read_bytes().splitlines(keepends=True)
    day.write_bytes(b"".join([lines[0], b'{"broken"\n', *lines[2:]]))
    filename = backed_up(root)
    before = state_of(root)

    ended = restored(root, filename).run_now()

    assert ended
    assert f"{day.name}: line 2" in (ended.problem or "")
    assert state_of(root) == before
    accepting = WholeRestore(Layout(root), clock)
    accepting.ask_now(filename, by=DANA, reason=REASON, accepts_faults=True)
    again = accepting.run_now()
    assert again
    assert again.problem is None


@pytest.mark.parametrize("text", ["\udcff", "a\x1bb", "x" * 100_000])
def test_what_cannot_be_written_down_is_refused(root: Path, text: str) -> None:
    filename, restoring = backed_up(root), WholeRestore(Layout(root), clock)
    for by, reason in ((DANA, text), (Author(actor=Actor.USER, name=text), REASON)):
        with pytest.raises(RejectedError):
            restoring.ask_now(filename, by=by, reason=reason)
    assert restoring.pending_now() is None


def test_a_worker_that_nobody_supervises_holds_it_up(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout(root)
    monkeypatch.setattr("storage.restore_places.WORKERS_SECONDS_MAX", 0.0)
    restoring = restored(root, backed_up(root))
    with FileLock(layout.incarnation_lock("beside.1")):
        ended = restoring.run_now()

    assert ended
    assert "without a supervisor" in (ended.problem or "")
    refuse_workers(layout)


def test_what_is_being_written_as_it_begins_is_in_the_restore_point(root: Path) -> None:
    """He was told that it is durable: it must be in one of the two states."""
    gate, filename = RestoreGate(Layout(root)), backed_up(root)
    other = root.parent / "other"
    run(add(other, "late"))
    gate.__enter__()
    late = threading.Thread(target=lambda: _write_late(gate, other, root))

    def on_step(said: str) -> None:
        if said.startswith("saving"):
            late.start()

    ended = restored(root, filename).run_now(on_step)

    late.join()
    assert ended
    assert ended.newer_orders == ["order-late"]


def _write_late(gate: RestoreGate, other: Path, root: Path) -> None:
    time.sleep(0.3)  # a slow disk
    (other / "work_orders/order-late").rename(root / "work_orders/order-late")
    gate.__exit__()


async def test_nobody_writes_while_the_gate_is_shut(root: Path) -> None:
    store, layout = Store(root), Layout(root)
    await store.open()
    change = make_change(make_draft("ticket-c"))
    with shut_gate(layout, 1.0) as is_shut:
        assert is_shut
        for write in (
            store.work_orders.accept(make_order("late"), b""),
            store.commit(change),
            store.note(change.event),
        ):
            with pytest.raises(UnavailableError, match="being restored"):
                await write
    await store.commit(change)
    await store.close()


async def test_who_changes_much_at_once_passes_the_gate_too(root: Path) -> None:
    """Else it would be neither in the restore point nor in the new state."""
    store, layout = Store(root), Layout(root)
    await store.open()
    other = await opened(root.parent / "other")
    taken_in, adding = exported(store), TemplateFiles(layout)
    before = state_of(root)
    with shut_gate(layout, 1.0):
        for write in (
            take(store, taken_in),
            Restoring(store).restore("ticket-a", accepts_older=True),
            adding.put("a", b"one", seen=None),
            asyncio.to_thread(retiring(store).retire_now),
        ):
            with pytest.raises(UnavailableError, match="being restored"):
                await write
    assert state_of(root) == before

    importing = asyncio.create_task(take(other, taken_in))
    other_layout = other.quarantine.layout
    await asyncio.sleep(0)
    with shut_gate(other_layout, 0.0) as is_shut:
        assert not is_shut
    await importing
    with shut_gate(other_layout, 0.0) as is_shut:
        assert is_shut
    for one in (store, other):
        await one.close()


def test_one_who_leaves_lets_nobody_in_while_another_is_inside(root: Path) -> None:
    """All threads share one lock, and a forked process has its own."""
    gate, layout = RestoreGate(Layout(root)), Layout(root)
    with gate:
        pass
    told, tell = os.pipe()

    def pass_when_told(_answer: object) -> bytes:
        word = os.read(told, 1)
        with gate:
            return word

    child = Forked(pass_when_told)
    with gate:
        with gate:
            os.write(tell, b"!")
            child.result()
        with shut_gate(layout, 0.0) as is_shut:
            assert not is_shut
    with shut_gate(layout, 0.0) as is_shut:
        assert is_shut
    for end in (told, tell):
        os.close(end)


def test_a_mount_of_its_own_is_refused_before_anything_is_done(
    root: Path, tmp_path: Path
) -> None:
    """As a link is: neither can be exchanged."""
    filename = backed_up(root)
    (root / "sessions").rename(tmp_path / "elsewhere")
    (root / "sessions").symlink_to(tmp_path / "elsewhere")

    ended = restored(root, filename).run_now()

    assert ended
    assert "sessions/" in (ended.problem or "")
    assert [note.why for note in Backups(Layout(root)).notes_now()] == ["asked"]

"""A restore that is prepared while the service works, and the proof that is a part of it."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from storage import archive_reading
from storage.audit import AuditLog
from storage.backup import Backups
from storage.index_file import read_snapshot
from storage.layout import Layout
from storage.restorations import restorations
from storage.restore_proof import prove
from storage.store import Store
from storage.whole_restore import WholeRestore
from tests.builders import make_change, make_draft
from tests.storage.restores import (
    add,
    backed_up,
    clock,
    expect_clean,
    restored,
    run,
    state_of,
    without_day,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A data directory with two tickets."""
    run(add(tmp_path / "data", "a", "b"))
    return tmp_path / "data"


def test_what_is_written_after_it_was_prepared_is_in_the_restore_point(root: Path) -> None:
    before = state_of(root)
    restoring = restored(root, backed_up(root))
    restoring.prepare_now()
    run(add(root, "c"))  # nobody who works is refused yet
    since, steps = state_of(root), list[str]()

    ended = restoring.run_now(steps.append)

    assert ended
    assert (ended.problem, ended.tickets, ended.newer_orders) == (None, 2, ["order-c"])
    assert [step.split()[0] for step in steps] == ["saving", "putting"]
    assert without_day(state_of(root)) == before
    point = Backups(Layout(root)).path_of(ended.restore_point or "")
    again = WholeRestore(Layout(root), clock)
    again.ask_now(point.name, by=ended.by, reason="A mistake")
    again.run_now()
    assert without_day(state_of(root)) == without_day(since)
    expect_clean(root)


def test_what_was_prepared_and_is_another_folder_now_is_unpacked_anew(root: Path) -> None:
    before = state_of(root)
    restoring = restored(root, backed_up(root))
    restoring.prepare_now()
    (aside,) = root.glob(".restore-*")
    shutil.copytree(aside, root.parent / "copy")
    shutil.rmtree(aside)
    (root.parent / "copy").rename(aside)
    (aside / "work_orders/order-a/document").write_bytes(b"spoilt")

    ended = restoring.run_now()

    assert ended
    assert ended.problem is None
    assert without_day(state_of(root)) == before


def test_half_of_it_unpacked_anew_is_not_what_was_prepared(root: Path) -> None:
    """Its folder may be given the inode of the one that is gone; and is killed at any moment."""
    before = state_of(root)
    restoring = restored(root, backed_up(root))
    restoring.prepare_now()
    (aside,) = root.glob(".restore-*")
    shutil.rmtree(aside)
    known: list[tuple[int, int] | None] = []

    def look() -> None:
        journal = restoring.pending_now()
        known.append(journal and journal.prepared)

    restoring.prepare_now(look=look)

    assert set(known) == {None}
    ended = restoring.run_now()
    assert ended
    assert ended.problem is None
    assert without_day(state_of(root)) == before


def test_the_proof_leaves_room_for_who_works_on_the_volume(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each number of a ticket is a file of its own: they take half as much as all the rest."""
    restoring = restored(root, backed_up(root))
    before = state_of(root)

    def on_step(step: str) -> None:
        if step == "checking it":
            monkeypatch.setattr(archive_reading, "FREE_BYTES_MIN", 2**62)

    restoring.prepare_now(on_step)

    (ended,) = restorations(Layout(root))
    assert "has no room" in (ended.problem or "")
    assert state_of(root) == before
    assert list(root.glob(".restore-*")) == []


def test_a_start_passes_by_what_is_being_removed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has restored removes the old state while the service starts already."""
    old = root / ".restore-old/work_orders/order-a"
    old.mkdir(parents=True)
    list_folder = os.scandir

    def removed_before(folder: Any) -> Any:
        if folder in (old, str(old)):
            old.rmdir()
        return list_folder(folder)

    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", removed_before)
        with Store(root).owned() as is_free:
            assert is_free
    assert not old.exists()


def test_the_release_before_this_one_can_end_a_restore(root: Path) -> None:
    """Of a word that it does not know it would say that the journal is damaged."""
    restored(root, backed_up(root))

    assert "prepared" not in Layout(root).restore.read_text()


def test_what_cannot_be_restored_is_given_up_while_the_service_works(root: Path) -> None:
    path = root / "tickets/ticket_ticket-b.json"
    path.write_bytes(path.read_bytes().replace(b"Marfa", b"Maria"))
    restoring = restored(root, backed_up(root))
    before = state_of(root)

    restoring.prepare_now()

    (ended,) = restorations(Layout(root))
    assert "1 of its tickets cannot be read" in (ended.problem or "")
    assert restoring.pending_now() is None
    assert state_of(root) == before
    assert list(root.glob(".restore-*")) == []


def test_the_proof_recovers_as_a_start_would(root: Path, tmp_path: Path) -> None:
    """A line that is late is written, numbers are claimed, and the index is as it would be made."""
    store, (day,) = Store(root), root.glob("audit/*/*.jsonl")
    lines = day.read_bytes().splitlines(keepends=True)
    day.write_bytes(b"".join(lines[:-1]))
    (root / "tickets/index.json").unlink()
    shutil.rmtree(root / "numbers")
    shutil.copytree(root, tmp_path / "other")

    proof = prove(Layout(root))
    other = Store(tmp_path / "other")
    run(other.open())

    assert proof == (2, run(other.recover()), None)
    assert proof.settled == 1
    assert list(AuditLog(Layout(root)).verify_all()) == []
    assert run(store.numbers.owner("2684a")) == "ticket-a"
    for where in ("audit", "numbers"):
        names = [path.name for path in sorted((root / where).rglob("*"))]
        assert names == [path.name for path in sorted((tmp_path / "other" / where).rglob("*"))]
    made, known = (
        {entry.id: entry.words for entry in read_snapshot(Layout(one).index).entries}
        for one in (root, tmp_path / "other")
    )
    assert made == known
    expect_clean(root)


def test_a_number_that_two_tickets_have_is_a_fault(root: Path, tmp_path: Path) -> None:
    """As when two directories were put together by hand."""
    other = Store(tmp_path / "other")
    run(other.open())
    run(other.commit(make_change(make_draft("ticket-c", texas811_ticket_number="2684a"))))
    shutil.copy(tmp_path / "other/tickets/ticket_ticket-c.json", root / "tickets")

    proof = prove(Layout(root))

    problem = "It has the number 2684a, and so has ticket ticket-a."
    assert proof == (3, 1, f"tickets/ticket_ticket-c.json: {problem}")

"""A restore of everything: the state of the backup or the state before, never a mix of them."""

import shutil
from errno import ENOSPC
from pathlib import Path

import pytest

from domain.audit import Actor, Author
from domain.cancellation import OrderCancellation
from domain.errors import (
    ConflictError,
    NotFoundError,
    RejectedError,
    UnavailableError,
)
from storage.archive_reading import verify
from storage.backup import Backups
from storage.failures import DamagedFileError
from storage.layout import Layout
from storage.restorations import restorations
from storage.restore_journal import Phase, write_journal
from storage.store import Store
from storage.whole_restore import WholeRestore
from tests.builders import NOW, make_change, make_draft, make_order
from tests.storage.restores import (
    ASKED_AT,
    DANA,
    REASON,
    add,
    backed_up,
    clock,
    expect_clean,
    restored,
    run,
    state_of,
    without_day,
)
from tests.storage.trouble import fail


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A data directory with two tickets."""
    run(add(tmp_path / "data", "a", "b"))
    return tmp_path / "data"


def test_everything_is_as_it_was_in_the_backup(root: Path) -> None:
    before = state_of(root)
    filename = backed_up(root)
    run(add(root, "c"))
    (root / "work_orders/order-a/document").write_bytes(b"spoilt")
    (root / "tickets/ticket_ticket-b.json").unlink()

    steps: list[str] = []
    restoring = restored(root, filename)
    ended = restoring.run_now(steps.append)

    assert ended
    assert (ended.problem, ended.tickets, ended.newer_orders) == (None, 2, ["order-c"])
    assert without_day(state_of(root)) == before
    store = expect_clean(root)
    assert set(store.tickets.ids()) == {"ticket-a", "ticket-b"}
    assert run(store.numbers.owner("2684c")) is None
    assert set(run(store.work_orders.owed())) == {"order-a", "order-b"}
    assert len(steps) == 4
    assert restorations(Layout(root)) == [ended]
    restoring.tidy_now()
    assert list(root.glob(".restore-*")) == []
    assert not Layout(root).restore.exists()


def test_the_originals_of_a_migration_are_in_the_backup_and_never_taken_away(
    root: Path,
) -> None:
    """What is kept here stays, what is gone comes back; so deep lies what was in folders there."""
    first = root / "migrated/20250830_140000/backups/temp_restore_1/tickets/ticket_a.json"
    first.parent.mkdir(parents=True)
    first.write_bytes(b"as it was found")
    keys = first.parents[3] / "config/api_keys.json"  # as found, if they could not be read
    keys.parent.mkdir()
    keys.write_bytes(b"a secret")
    filename = backed_up(root)
    shutil.rmtree(first.parents[3])
    second = root / "migrated/20260101_000000/plan.json"
    second.parent.mkdir(parents=True)
    second.write_bytes(b"as it was kept")

    ended = restored(root, filename).run_now()

    assert ended
    assert ended.problem is None
    assert first.read_bytes() == b"as it was found"
    assert second.read_bytes() == b"as it was kept"
    assert keys.stat().st_mode & 0o777 == 0o600


def test_what_was_there_before_is_in_the_restore_point(root: Path) -> None:
    filename = backed_up(root)
    run(add(root, "c"))
    before = state_of(root)

    ended = restored(root, filename).run_now()

    assert ended
    assert ended.restore_point
    saved = verify(Backups(Layout(root)).path_of(ended.restore_point))
    held = {one.name: one.sha256 for one in saved.members if not one.name.startswith("config/")}
    assert held == before
    assert saved.why == "restore_point"
    # And back again.
    again = WholeRestore(Layout(root), lambda: ASKED_AT.replace(hour=13))
    again.ask_now(ended.restore_point, by=DANA, reason="A mistake")
    again.run_now()
    assert without_day(state_of(root)) == before


def test_the_log_says_who_has_restored_what(root: Path) -> None:
    filename = backed_up(root)
    run(add(root, "c"))

    ended = restored(root, filename).run_now()

    assert ended
    store = Store(root)
    told = (run(store.audit.on(ASKED_AT.date()))).events
    (event,) = [one for one in told if one.action == "data_restored"]
    assert (event.actor, event.timestamp, event.compliance_relevant) == (
        Actor.USER,
        ASKED_AT,
        True,
    )
    said = event.notes or ""
    for word in (
        "Dana Ruiz",
        filename,
        REASON,
        ended.restore_point or "?",
        "1 later work order",
    ):
        assert word in said


def test_what_was_accepted_since_is_done_again_if_asked(root: Path) -> None:
    filename = backed_up(root)
    run(add(root, "c"))
    store = Store(root)
    for order in ("order-a", "order-c"):
        run(store.work_orders.cancel(cancelled(order)))
    run(store.close())

    ended = restored(root, filename, keeps_orders=True).run_now()

    assert ended
    assert ended.newer_orders == ["order-c"]
    store = expect_clean(root)
    order = run(store.work_orders.get("order-c"))
    assert (order.id, run(store.work_orders.document("order-c"))) == ("order-c", b"x" * 500)
    # Who was told that his order is cancelled does not find it done.
    assert run(store.work_orders.owed()) == ["order-b"]


def cancelled(order: str) -> OrderCancellation:
    return OrderCancellation(
        work_order_id=order, by="Lee", actor=Actor.USER, reason="Sold", at=NOW
    )


def test_settings_of_today_stay(root: Path) -> None:
    """A key that was revoked since must not open the door again."""
    layout = Layout(root)
    store = Store(root)
    secret = run(store.cookie_secret.current())
    layout.api_keys.write_bytes(b'{"keys":[]}')
    layout.pauses.write_bytes(b'{"pauses":[]}')
    filename = backed_up(root)
    today = b'{"keys": []}\n'
    layout.api_keys.write_bytes(today)
    layout.pauses.write_bytes(b"torn")
    layout.cookie_secret.unlink()

    ended = restored(root, filename).run_now()

    assert ended
    assert ended.problem is None
    assert layout.api_keys.read_bytes() == today
    assert layout.pauses.read_bytes() == b'{"pauses":[]}'
    assert run(Store(root).cookie_secret.current()) == secret
    assert layout.cookie_secret.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("phase", ["asked", "unpacked", "saved"])
def test_a_failure_before_the_exchange_changes_nothing(
    phase: Phase, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filename = backed_up(root)
    run(add(root, "c"))
    before = state_of(root)
    restoring = restored(root, filename, keeps_orders=True)
    path = Layout(root).daily_backups / filename
    with monkeypatch.context() as patch:
        if phase == "asked":
            path.write_bytes(path.read_bytes()[:-20])
        if phase == "unpacked":
            fail(patch, "open", ENOSPC, at=lambda name: "backups/daily/." in name)
        if phase == "saved":
            fail(patch, "mkdir", ENOSPC, at=lambda name: "order-c" in name)

        ended = restoring.run_now()

    assert ended
    assert ended.problem
    assert (ended.restore_point is not None) == (phase == "saved")
    assert state_of(root) == before
    assert not Layout(root).restore.exists()
    assert list(root.glob(".restore-*")) == []
    assert restorations(Layout(root)) == [ended]
    expect_clean(root)


def test_a_backup_that_was_made_of_something_bad_is_refused(root: Path) -> None:
    """Its digests fit, so it is what was there: but a ticket in it cannot be believed."""
    path = root / "tickets/ticket_ticket-b.json"
    path.write_bytes(path.read_bytes().replace(b"Marfa", b"Maria"))
    filename = backed_up(root)
    before = state_of(root)

    ended = restored(root, filename).run_now()

    assert ended
    assert "1 of its tickets cannot be read" in (ended.problem or "")
    assert state_of(root) == before
    accepting = WholeRestore(Layout(root), clock)
    accepting.ask_now(filename, by=DANA, reason="It must do", accepts_faults=True)
    again = accepting.run_now()
    assert again
    assert (again.problem, again.tickets) == (None, 1)


def test_nobody_writes_while_everything_is_replaced(root: Path) -> None:
    """Also who had the store open before: what he writes would be lost."""
    earlier = Store(root)
    run(earlier.open())
    filename = backed_up(root)
    restoring = restored(root, filename)
    journal = restoring.pending_now()
    assert journal
    write_journal(Layout(root), journal.model_copy(update={"phase": "saved"}))

    for write in (
        earlier.commit(make_change(make_draft("late"))),
        earlier.work_orders.accept(make_order("late"), b""),
        Store(root).open(),
    ):
        with pytest.raises(UnavailableError, match="being restored"):
            run(write)


def test_only_one_restore_is_asked_for_and_only_of_a_good_backup(root: Path) -> None:
    filename = backed_up(root)
    restoring = WholeRestore(Layout(root), clock)
    path = Layout(root).daily_backups / filename
    (path.parent / "backup_20261129_130000.tar.gz").write_bytes(path.read_bytes()[:-5])

    for name, failure in (
        ("backup_20261129_140000.tar.gz", NotFoundError),
        ("backup_20261129_130000.tar.gz", DamagedFileError),
        ("../../etc/passwd", RejectedError),
    ):
        with pytest.raises(failure):
            restoring.ask_now(name, by=DANA, reason=REASON)
    with pytest.raises(RejectedError):
        restoring.ask_now(filename, by=Author(actor=Actor.USER), reason=REASON)
    with pytest.raises(RejectedError):
        restoring.ask_now(filename, by=DANA, reason=" ")
    assert restoring.pending_now() is None

    asked = restoring.ask_now(filename, by=DANA, reason=REASON)
    with pytest.raises(ConflictError):
        restoring.ask_now(filename, by=DANA, reason=REASON)
    assert restoring.pending_now() == asked


def test_a_restore_into_a_new_volume_needs_nothing_but_the_backup(
    root: Path, tmp_path: Path
) -> None:
    """The volume is lost, and the archive is brought back from elsewhere."""
    before = state_of(root)
    filename = backed_up(root)
    new = Layout(tmp_path / "new")
    new.daily_backups.mkdir(parents=True)
    shutil.copy(Layout(root).daily_backups / filename, new.daily_backups / filename)

    ended = restored(new.root, filename).run_now()

    assert ended
    assert ended.problem is None
    assert without_day(state_of(new.root)) == before
    expect_clean(new.root)

"""A restore of everything that is cut off anywhere: the next start ends it, or undoes it."""

import itertools
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from storage import exchange as exchanging
from storage.archive_reading import verify
from storage.backup import Backups
from storage.layout import Layout
from storage.restorations import restorations
from storage.restore_journal import read_journal
from storage.store import Store
from storage.whole_restore import WholeRestore
from tests.storage.restores import (
    ASKED_AT,
    add,
    backed_up,
    clock,
    expect_clean,
    restored,
    run,
    state_of,
    without_day,
)
from tests.storage.trouble import Power, PowerCutError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A data directory with two tickets."""
    run(add(tmp_path / "data", "a", "b"))
    return tmp_path / "data"


@pytest.mark.slow
@pytest.mark.parametrize(("exchanges", "keeps_orders"), [(True, False), (False, True)])
def test_power_may_go_at_any_moment(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    exchanges: bool,
    keeps_orders: bool,
) -> None:
    """After the next start there is the old state or the new, whole, and the restore has ended."""
    filename = backed_up(root)
    new = state_of(root)
    run(add(root, "c"))
    old = state_of(root)
    found = set()
    for calls in itertools.count(1, 13):
        copy = root.parent / f"copy-{calls}"
        shutil.copytree(root, copy)
        restoring = restored(copy, filename, keeps_orders=keeps_orders)
        with monkeypatch.context() as patch:
            if not exchanges:
                patch.setattr(exchanging, "_libc", object())  # a kernel that cannot
            power = Power(patch, calls_max=calls)
            with suppress(PowerCutError):
                restoring.run_now()
        journal = read_journal(Layout(copy))
        found.add(journal.phase if journal else "ended")

        is_new = journal is None or journal.is_only_forward
        # What is begun anew is done by then, too: only a failure would leave the old state.
        if not is_new:
            assert state_of(copy) == old
        next_start(copy)

        order_c = {name: digest for name, digest in old.items() if "order-c" in name}
        expected = {**new, **order_c} if keeps_orders else new
        assert without_day(state_of(copy)) == expected
        shutil.rmtree(copy)
        if not power.is_off:
            break
    assert found >= {"asked", "unpacked", "exchanging", "ended"}


def next_start(root: Path) -> None:
    """Start as the supervisor does; all is well, and the restore is told once."""
    with Store(root).owned() as is_free:
        assert is_free
        restoring = WholeRestore(Layout(root), clock)
        restoring.run_now()
        restoring.tidy_now()
    store = expect_clean(root)
    told = (run(store.audit.on(ASKED_AT.date()))).events
    assert [one.action for one in told].count("data_restored") == 1
    (ended,) = restorations(Layout(root))
    assert verify(Backups(Layout(root)).path_of(ended.restore_point or "")).tickets == 3
    assert list(root.glob(".restore-*")) == []


def test_who_is_cut_off_each_time_gives_up(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A restore for which the memory does not do must not keep the service down for ever."""
    filename = backed_up(root)
    restoring = restored(root, filename)
    for _start in range(3):
        with monkeypatch.context() as patch, suppress(PowerCutError):
            Power(patch, calls_max=60)
            restoring.run_now()

    ended = restoring.run_now()

    assert ended
    assert "cut off 3 times" in (ended.problem or "")
    assert restoring.run_now() is None

"""A restore of everything that is killed: a small part of what the program beside it does."""

from pathlib import Path

import pytest

from tests.crash.forked import Forked
from tests.crash.kill_restore import (
    PHASES,
    faults_at_the_end,
    prepared,
    restore_pending,
    rounds,
)
from tests.crash.places import fast_directory

pytestmark = pytest.mark.slow


def test_a_restore_that_is_killed_leaves_the_old_state_or_the_new() -> None:
    with fast_directory() as name:
        tally = rounds(Path(name), count=5)

    assert tally.faults == []
    assert tally.kills.total() >= tally.rounds == 5
    assert set(tally.kills) <= {*PHASES, "ended"}


def test_a_mix_is_found() -> None:
    """The judge can condemn: a file of the old state among the new ones, and a lost one."""
    with fast_directory() as name:
        case = prepared(Path(name))
        Forked(lambda _answer: restore_pending(case.root)).result()
        assert list(faults_at_the_end(case.root, case)) == []

        (case.root / "tickets" / "ticket_ticket-later-0.json").write_bytes(b"{}")
        (case.root / "work_orders" / "order-01" / "document").unlink()

        (fault,) = faults_at_the_end(case.root, case)
        assert "2 files are others" in fault

"""The harness can fail: without any one of the lines that protect, states are found broken.

A safeguard is taken out of the store, or its effect out of what was recorded, and the same
proof that holds with it must not hold without it.
"""

import os
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from storage import store
from storage.audit import AuditLog
from storage.committing import Committer
from storage.lines import Lines
from storage.numbers import Numbers
from storage.writing import TicketWriter
from tests.crash.disk import Disk, Step, Sync
from tests.crash.proving import Thoroughness, proved
from tests.crash.workloads import WORKLOADS

pytestmark = pytest.mark.slow

THOROUGHNESS = Thoroughness(states=40, crashes=4, failures_max=1)  # one is enough to know
NO_SYNC = Sync(-1)


def without_syncs_of_files(steps: list[Step]) -> list[Step]:
    directories = Disk.after(steps).directories
    return without(steps, lambda sync: sync.inode not in {None, *directories})


def without_syncs_of_directories(steps: list[Step]) -> list[Step]:
    directories = Disk.after(steps).directories
    return without(steps, lambda sync: sync.inode in directories)


def without_shared_syncs(steps: list[Step]) -> list[Step]:
    return without(steps, lambda sync: sync.inode is None)


def without(steps: list[Step], is_left_out: Callable[[Sync], bool]) -> list[Step]:
    return [NO_SYNC if isinstance(step, Sync) and is_left_out(step) else step for step in steps]


@pytest.mark.parametrize("name", ["update", "sessions", "dead_letters", "work_orders"])
@pytest.mark.parametrize("weakened", [without_syncs_of_files, without_syncs_of_directories])
def test_without_a_sync_what_was_answered_is_lost(
    weakened: Callable[[list[Step]], list[Step]], name: str
) -> None:
    """Of the file, or of the directory that holds its name."""
    assert proved(WORKLOADS[name], thoroughness=THOROUGHNESS, weakened=weakened).failures


def test_without_the_sync_that_a_batch_shares_its_tickets_are_lost() -> None:
    """Every change of a batch relies on it."""
    proof = proved(WORKLOADS["batch"], thoroughness=THOROUGHNESS, weakened=without_shared_syncs)

    assert proof.failures


def answered_too_early(self: Committer, batch: Sequence[Any]) -> None:
    """Answer as soon as there is something to answer, and make it durable then."""
    for waiting in batch:
        waiting.answer(waiting.commit.written)
    self._writer.commit([waiting.commit for waiting in batch])


def nothing(*_args: Any, **_options: Any) -> None:
    """Do nothing, where the store did something that protects."""


@pytest.mark.parametrize(
    ("owner", "line", "instead", "name"),
    [
        (Committer, "_commit_batch", answered_too_early, "update"),
        (TicketWriter, "_compare_version", nothing, "rivals"),
        (TicketWriter, "_settle", nothing, "killed_and_not_recovered"),
        (TicketWriter, "settle", lambda *_args: False, "update"),
        (AuditLog, "is_durable", lambda *_args: True, "updates"),
        (AuditLog, "repair", nothing, "midnight"),
        (AuditLog, "_sync", nothing, "refusals"),
        (Lines, "sync", nothing, "midnight"),
        (Lines, "cut_torn_end", lambda self: os.fstat(self._descriptor).st_size, "updates"),
        (Numbers, "_owner", nothing, "numbers"),
        (store, "sweep_temporaries", lambda *_args, **_options: 0, "update"),
    ],
)
def test_without_a_protective_line_states_are_broken(
    monkeypatch: pytest.MonkeyPatch, owner: Any, line: str, instead: Any, name: str
) -> None:
    """Each by the workload that needs it."""
    monkeypatch.setattr(owner, line, instead)

    try:
        failures = len(proved(WORKLOADS[name], thoroughness=THOROUGHNESS).failures)
    except RuntimeError:  # the workload itself noticed
        failures = 1

    assert failures

"""A migration that is stopped: by a power cut, the disk, or a program that still writes there."""

import errno
import itertools
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from domain.errors import ConflictError, RejectedError, UnavailableError
from storage.migration import Migration
from storage.migration_notes import refuse_unmigrated
from storage.store import Store
from tests.builders import LATER, NOW
from tests.crash.places import fast_directory
from tests.storage import old_program, trouble
from tests.storage.migrating import ANA, KEPT, files_in, migrated
from tests.storage.trouble import Power, PowerCutError, fail
from tests.whole import WHOLE


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a directory of the old program with one file of each kind."""
    old_program.write_small(tmp_path / "data")
    return tmp_path / "data"


@pytest.mark.slow
async def test_a_power_cut_at_any_call_and_again_gives_the_same(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bytes as without it, also where the second run is made much later.

    Of all calls a run takes the first, and of the others three in seven.
    """
    steps = (
        itertools.repeat(1) if WHOLE else itertools.chain([1] * 12, itertools.cycle([1, 2, 4]))
    )
    monkeypatch.setattr(trouble, "CHANGING", (*trouble.CHANGING, "link"))
    with fast_directory() as place:
        old_program.write(old / "tickets/ticket_004.json/tmp1", old_program.old_ticket("004"))
        expected = Path(place, "expected")
        shutil.copytree(old, expected)
        await migrated(expected)
        wanted = files_in(expected)
        assert len(wanted) > 15
        calls = 0
        while await is_cut_off(
            shutil.copytree(old, Path(place, str(calls))), calls, monkeypatch
        ):
            root = Path(place, str(calls))
            is_planned = (root / KEPT / "plan.json").exists()
            await migrated(root, now=LATER if is_planned else NOW)
            assert files_in(root) == wanted, f"after {calls} calls"
            shutil.rmtree(root)
            calls += next(steps)
    assert calls > 100


async def is_cut_off(root: Path, calls: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Begin a migration that is stopped after so many calls to the system; return whether it was."""
    store = Store(root)
    await store.open()
    with monkeypatch.context() as patch:
        power = Power(patch, calls_max=calls)
        with suppress(PowerCutError):
            await Migration(store, lambda: NOW).run(ANA)
    return power.is_off


async def test_an_error_of_the_disk_is_told_and_the_next_run_goes_on(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was changed while the originals could not be kept."""
    before = files_in(old)
    with monkeypatch.context() as patch:
        fail(patch, "link", errno.ENOSPC)
        with pytest.raises(UnavailableError, match="No space left"):
            await migrated(old)
    assert {name: files_in(old)[name] for name in before} == before
    with pytest.raises(RejectedError, match="has not ended"):
        refuse_unmigrated(old)

    with monkeypatch.context() as patch:
        fail(patch, "link", errno.EPERM)  # a volume without links: they are copied
        assert (await migrated(old)).tickets == 2

    assert (old / KEPT / "tickets" / "ticket_001.json").read_bytes() == before[
        "tickets/ticket_001.json"
    ]
    refuse_unmigrated(old)


async def test_an_original_that_changes_meanwhile_stops_it(old: Path) -> None:
    """The earlier program still writes there: what would follow from it is not what was planned."""
    store = Store(old)
    await store.open()
    migration = Migration(store, lambda: NOW)
    session = old / "sessions" / "session_abc.json"

    def write_on() -> None:
        with session.open("r+") as file:
            file.write(" ")

    with pytest.raises(ConflictError, match="has changed"):
        await migration.run(ANA, on_step=write_on)

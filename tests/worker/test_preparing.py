"""A restore is prepared beside the service, and whoever stops the service waits for no unpacking."""

import asyncio
from pathlib import Path

import pytest

from storage.layout import Layout
from storage.restorations import restorations
from tests.storage.restores import add, backed_up, restored, state_of, without_day
from worker.restoring import prepare


async def test_who_stops_the_service_meanwhile_leaves_it_asked_for(tmp_path: Path) -> None:
    root = tmp_path / "data"
    await add(root, "a", "b")
    before = state_of(root)
    restoring = restored(root, backed_up(root))

    preparing = asyncio.create_task(prepare(restoring))
    await asyncio.sleep(0)
    preparing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await preparing

    journal = restoring.pending_now()
    assert journal
    assert (journal.phase, journal.prepared) == ("asked", None)
    assert restorations(Layout(root)) == ()
    ended = restoring.run_now()
    assert ended
    assert ended.problem is None
    assert without_day(state_of(root)) == before

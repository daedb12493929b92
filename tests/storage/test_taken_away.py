"""What was taken away while nobody looked is missed, and a store that cannot work says so."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from domain.errors import UnavailableError
from storage import tickets
from storage.failures import DamagedFileError
from storage.layout import Layout
from storage.store import Store
from storage.ticket_locks import noted_version
from tests.builders import LATER, make_change, make_ticket


async def test_a_file_that_was_taken_away_is_damaged_and_not_absent(
    store: Store, layout: Layout
) -> None:
    """Made anew from its order, the ticket would lose all that was done since."""
    created = await store.commit(make_change(make_ticket()))
    layout.ticket("ticket-1").unlink()

    for ask in (store.tickets.get, store.tickets.find, store.history):
        with pytest.raises(DamagedFileError, match="is gone; its version 1 was written"):
            await ask("ticket-1")
    for change in (make_change(make_ticket()), make_change(created, now=LATER, city="Waco")):
        with pytest.raises(DamagedFileError):
            await store.commit(change)


async def test_a_thread_that_cannot_be_started_is_told_and_no_reason_to_wait(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And when there are threads again, the next change is made."""

    def exhausted(*_given: Any) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(store._committer._thread, "submit", exhausted)
        with pytest.raises(UnavailableError, match="can't start new thread"):
            await store.commit(make_change(make_ticket()))

    assert (await store.commit(make_change(make_ticket()))).version == 1


async def test_a_closed_store_says_so(store: Store) -> None:
    """Whoever comes late is told, and does not wait for ever."""
    await store.close()

    for _time in range(2):
        with pytest.raises(UnavailableError, match="closed"):
            await store.commit(make_change(make_ticket()))


async def test_a_month_that_was_taken_away_is_made_again(store: Store, layout: Layout) -> None:
    """A log that fails is completed later, and not after the next restart only."""
    created = await store.commit(make_change(make_ticket()))
    shutil.rmtree(layout.audit)
    layout.audit.mkdir()

    await store.commit(make_change(created, now=LATER, city="Waco"))

    assert len((await store.history("ticket-1")).events) == 2


async def test_a_ticket_that_is_written_while_somebody_looks_is_not_missing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is there between the look for its file and the look for its note."""
    other = Store(store.quarantine.layout.root)

    def written_meanwhile(path: Path) -> int:
        monkeypatch.undo()
        other.commit_now(make_change(make_ticket()))
        return noted_version(path)

    monkeypatch.setattr(tickets, "noted_version", written_meanwhile)

    assert (await store.tickets.get("ticket-1")).version == 1

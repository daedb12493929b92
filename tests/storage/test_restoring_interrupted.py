"""A restoration that is stopped: a disk that refuses, a power cut, somebody else who does it too."""

import asyncio
import errno
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.errors import RejectedError, UnavailableError
from storage.failures import DamagedFileError
from storage.index import TicketQuery
from storage.layout import Layout
from storage.restoring import Restoring
from storage.store import Store
from storage.ticket_locks import TicketLock
from tests.builders import LATER, make_change, make_ticket
from tests.storage.damage import damaged, events, lived, spoil
from tests.storage.trouble import Power, PowerCutError, fail

RESTORED_AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.fixture
def restoring(store: Store) -> Restoring:
    """What restores the tickets of this store, at a time that the test knows."""
    return Restoring(store, clock=lambda: RESTORED_AT)


@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace"])
async def test_a_disk_that_refuses_leaves_the_ticket_damaged_and_never_absent(
    store: Store, layout: Layout, restoring: Restoring, call: str
) -> None:
    """Done again when there is room, it is done."""
    ticket = await lived(store)
    await damaged(store, layout.ticket(ticket.id))
    with pytest.MonkeyPatch.context() as patch:
        fail(patch, call, errno.ENOSPC, at=lambda path: "/.ticket_" in path)
        with pytest.raises(UnavailableError, match="No space"):
            await restoring.restore(ticket.id)
        with pytest.raises(DamagedFileError):
            await store.tickets.get(ticket.id)

    assert (await restoring.restore(ticket.id)).ticket == ticket


async def test_a_power_cut_anywhere_is_mended_by_doing_it_again(layout: Layout) -> None:
    """The ticket is damaged or whole in between, and it is told once that it was restored."""
    store = Store(layout.root)
    await store.open()
    calls = 0
    while True:
        ticket_id = f"t{calls}"
        ticket = await store.commit(make_change(make_ticket(ticket_id)))
        before = layout.ticket(ticket_id).read_bytes()
        await damaged(store, layout.ticket(ticket_id))
        restoring = Restoring(store, clock=lambda: RESTORED_AT)
        with pytest.MonkeyPatch.context() as patch:
            power = Power(patch, calls_max=calls)
            try:
                await restoring.restore(ticket_id)
            except (PowerCutError, UnavailableError):
                assert power.is_off
        store = Store(layout.root)
        if not power.is_off:
            break
        if not layout.ticket(ticket_id).exists():
            with pytest.raises(DamagedFileError):
                await store.tickets.get(ticket_id)
        if (await Restoring(store).damage()).total:
            await Restoring(store, clock=lambda: RESTORED_AT).restore(ticket_id)

        assert layout.ticket(ticket_id).read_bytes() == before
        assert await store.tickets.get(ticket_id) == ticket
        told = [event.action for event in await events(store, ticket_id)]
        assert told == ["ticket_created", "ticket_restored"]
        calls += 1

    assert calls > 8


async def test_two_who_restore_at_once_restore_it_once(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """Two people look at the same alarm."""
    ticket = await lived(store)
    before = layout.ticket(ticket.id).read_bytes()
    await damaged(store, layout.ticket(ticket.id))

    answers: list[Any] = await asyncio.gather(
        *(restoring.restore(ticket.id) for _person in range(4)), return_exceptions=True
    )

    assert layout.ticket(ticket.id).read_bytes() == before
    assert all(isinstance(one, RejectedError) or one.ticket.version == 3 for one in answers), (
        answers
    )
    told = [event.id for event in await events(store, ticket.id)]
    assert len(told) == len(set(told)) == 4


async def test_a_restoration_waits_for_whoever_writes_the_ticket(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """Two writers of one file, and the slower one would undo the other."""
    ticket = await lived(store)
    await damaged(store, layout.ticket(ticket.id))

    with TicketLock(layout.ticket_lock(ticket.id)):
        restored = asyncio.create_task(restoring.restore(ticket.id))
        await asyncio.sleep(0.2)
        assert not layout.ticket(ticket.id).exists()

    assert (await restored).ticket == ticket


async def test_another_process_hears_of_the_restored_ticket(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """Else it would be found in its lists by what an old file said."""
    created = await store.commit(make_change(make_ticket("t", county="Travis")))
    path = layout.ticket("t")
    old = path.read_bytes()
    await store.commit(make_change(created, now=LATER, county="Bexar"))
    spoil(path, old)
    other = Store(layout.root)
    assert (await other.index.find(TicketQuery(county="Bexar"))).total == 0

    await restoring.restore("t")

    assert (await other.index.find(TicketQuery(county="Bexar"))).total == 1

"""A machine that dies in the middle: ticket and event are put right by whoever comes next."""

from contextlib import suppress
from pathlib import Path

import pytest

from domain.audit import Change
from domain.ticket import Ticket
from storage.files import identity_at
from storage.layout import Layout
from storage.store import Store
from storage.ticket_locks import Note, note_in
from tests.builders import LATER, make_change, make_ticket
from tests.storage.trouble import Power, PowerCutError


async def cut_before_the_log(store: Store, change: Change, patch: pytest.MonkeyPatch) -> Ticket:
    """Commit a change and lose power right after its rename; return the ticket."""
    with patch.context() as power_patch:
        Power(power_patch, last="replace")
        with pytest.raises(PowerCutError):
            store.commit_now(change)
    assert (await store.audit.on(change.event.timestamp.date())).events == []
    return await store.tickets.get(change.ticket.id)


async def test_an_event_that_a_crash_kept_from_the_log_comes_before_the_next(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next change of the ticket settles the one before."""
    creation = make_change(make_ticket())
    created = await cut_before_the_log(store, creation, monkeypatch)

    edit = make_change(created, now=LATER, city="Waco")
    await store.commit(edit)

    assert (await store.history("ticket-1")).events == [creation.event, edit.event]


async def test_an_event_that_a_crash_kept_from_the_log_is_settled_at_the_start(
    store: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exactly once, however often the service starts."""
    lost = make_change(make_ticket("lost"))
    await cut_before_the_log(store, lost, monkeypatch)
    await store.commit(make_change(make_ticket("logged")))
    restarted = Store(layout.root)

    settled = [await restarted.recover() for _start in range(3)]

    assert settled == [1, 0, 0]
    assert (await store.history("lost")).events == [lost.event]
    assert len((await store.history("logged")).events) == 1


async def test_the_lock_file_remembers_what_is_in_the_log(store: Store, layout: Layout) -> None:
    """It spares every change a search through the log of the day."""
    created = await store.commit(make_change(make_ticket()))
    edit = make_change(created, now=LATER, city="Waco")

    await store.commit(edit)

    note = note_about(layout)
    assert note
    assert note.version == 2
    assert note.line == note.last == store.audit.find(edit.event)


async def test_a_lost_lock_file_costs_a_look_into_the_log_and_no_second_line(
    store: Store, layout: Layout
) -> None:
    """The locks are derived: they may be deleted while nothing runs."""
    change = make_change(make_ticket())
    await store.commit(change)
    layout.ticket_lock("ticket-1").unlink()

    settled = await store.recover()

    assert settled == 0
    assert note_about(layout)
    assert (await store.history("ticket-1")).events == [change.event]


def note_about(layout: Layout) -> Note | None:
    """Return what the lock file says of the ticket as it lies on the disk."""
    identity = identity_at(layout.ticket("ticket-1"))
    return note_in(layout.ticket_lock("ticket-1"), identity)


async def test_what_a_lock_file_says_is_believed_by_its_own_boot_alone(
    store: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was never synced: after a power cut it may know of lines that are gone."""
    await store.commit(make_change(make_ticket()))
    before = note_about(layout)

    monkeypatch.setattr("storage.ticket_locks.boot_id", lambda: "another")

    assert before
    assert note_about(layout) is None


@pytest.mark.parametrize("scribble", [b"", b"x", b"-1", b"1x", b"9" * 40])
async def test_a_scribbled_lock_file_misleads_nobody(
    store: Store, layout: Layout, scribble: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash can stop even that write half-way."""
    change = make_change(make_ticket())
    await cut_before_the_log(store, change, monkeypatch)
    layout.ticket_lock("ticket-1").write_bytes(scribble)

    settled = await store.recover()

    assert settled == 1
    assert (await store.history("ticket-1")).events == [change.event]


async def test_a_damaged_ticket_does_not_stop_the_start(
    store: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One bad file must not keep the service down, nor the others unsettled."""
    for name in ("a", "c"):
        with monkeypatch.context() as patch:
            Power(patch, last="replace")
            with pytest.raises(PowerCutError):
                store.commit_now(make_change(make_ticket(name)))
    layout.ticket("b").write_bytes(b"{")
    layout.ticket("vanished").symlink_to("nowhere")

    settled = await store.recover()

    assert settled == 2
    assert [aside.ticket_id for aside in store.quarantine.entries()] == ["b"]


async def test_a_customers_ticket_has_nothing_to_settle(store: Store, layout: Layout) -> None:
    """It came without an event, and none is invented for it."""
    layout.ticket("ticket-1").write_text(make_ticket().model_dump_json())

    assert await store.recover() == 0
    assert (await store.history("ticket-1")).events == []


async def test_a_power_cut_at_any_moment_leaves_ticket_and_history_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the restart there is one event for every version, and no version is half there."""
    seen = set()

    for calls_max in range(100):
        store = Store(tmp_path / str(calls_max))
        await store.open()
        created = await store.commit(make_change(make_ticket()))
        with monkeypatch.context() as patch:
            power = Power(patch, calls_max=calls_max)
            with suppress(PowerCutError):
                store.commit_now(make_change(created, now=LATER, city="Waco"))
        seen.add(await state_after_restart(tmp_path / str(calls_max)))
        if not power.is_off:
            break

    assert seen == {(1, "Austin", 1), (2, "Waco", 2)}
    assert calls_max > 8


async def state_after_restart(root: Path) -> tuple[int, str | None, int]:
    """Return version, city and number of events after a start, and that work can go on."""
    store = Store(root)
    await store.open()
    await store.recover()
    ticket = await store.tickets.get("ticket-1")
    events = len((await store.history("ticket-1")).events)
    await store.commit(make_change(ticket, now=LATER, county="Hays"))
    assert len((await store.history("ticket-1")).events) == events + 1
    return ticket.version, ticket.city, events

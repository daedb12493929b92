"""The one way to change a ticket: a version that is compared, an event that comes along."""

import errno
import json
from pathlib import Path
from typing import Any

import pytest

from domain.errors import ConflictError, RejectedError, UnavailableError
from domain.facts import LEGAL_STATEMENTS
from domain.ticket import Ticket
from storage.layout import Layout
from storage.store import Store
from storage.ticket_files import decode, encode
from tests.builders import LATER, NOW, customer_json, make_change, make_ticket
from tests.storage.trouble import fail

TODAY = NOW.date()


def everything_in(layout: Layout) -> dict[str, bytes]:
    """Return all files but the locks, which are derived: path to content."""
    return {
        str(path): path.read_bytes()
        for path in layout.root.rglob("*")
        if path.is_file() and path.parent != layout.locks
    }


async def test_a_commit_gives_the_ticket_its_next_version(store: Store) -> None:
    """The version counts what became true."""
    created = await store.commit(make_change(make_ticket()))

    edited = await store.commit(make_change(created, now=LATER, city="Waco"))

    assert (created.version, edited.version) == (1, 2)
    assert (edited.city, edited.updated_at) == ("Waco", LATER)
    assert await store.tickets.get("ticket-1") == edited


async def test_a_commit_writes_the_event_into_the_ticket_and_once_into_the_log(
    store: Store, layout: Layout
) -> None:
    """Neither can be without the other, and a history says nothing twice."""
    creation = make_change(make_ticket())
    created = await store.commit(creation)
    edit = make_change(created, now=LATER, city="Waco")

    await store.commit(edit)

    path = layout.ticket("ticket-1")
    assert decode(path.read_bytes(), name=path.name).event == edit.event
    assert (await store.audit.on(TODAY)).events == [creation.event, edit.event]
    assert (await store.history("ticket-1")).events == [creation.event, edit.event]


@pytest.mark.parametrize(
    ("stored", "made_from"), [(0, 1), (0, 7), (1, 0), (2, 0), (2, 1), (2, 3)]
)
async def test_a_change_made_from_another_version_is_a_conflict_and_changes_nothing(
    store: Store, layout: Layout, stored: int, made_from: int
) -> None:
    """Whoever was slower must read again; else the faster one's answer is lost."""
    ticket = make_ticket()
    for number in range(stored):
        ticket = await store.commit(make_change(ticket, city=f"City {number}"))
    before = everything_in(layout)
    late = make_change(make_ticket(version=made_from), city="Waco")

    with pytest.raises(ConflictError, match=f"at version {stored}") as refused:
        await store.commit(late)

    assert refused.value.field == "version"
    assert refused.value.remedy
    assert everything_in(layout) == before


async def test_a_ticket_of_the_customers_own_making_can_be_changed(
    store: Store, layout: Layout
) -> None:
    """It goes on from version 1; nothing is lost but the No that its defaults put in there."""
    old = Ticket.model_validate(customer_json())
    layout.ticket(old.id).write_text(json.dumps(customer_json()))
    ticket = await store.tickets.get(old.id)

    written = await store.commit(make_change(ticket, now=LATER, city="Waco"))

    assert (ticket.version, written.version) == (1, 2)
    same = set(Ticket.model_fields) - {"version", "updated_at", "city"} - LEGAL_STATEMENTS
    assert not any(getattr(written, name) is False for name in LEGAL_STATEMENTS)
    assert written.model_dump(include=same) == old.model_dump(include=same)
    assert len((await store.history(old.id)).events) == 1


async def test_the_version_is_that_of_the_file_and_not_of_what_was_noted(
    store: Store, layout: Layout
) -> None:
    """Somebody may have put a file back from a backup since the last commit."""
    created = await store.commit(make_change(make_ticket()))
    change = make_change(created.model_copy(update={"version": 6}), now=LATER, city="Waco")
    restored = created.model_copy(update={"version": 7, "city": "Hays"})
    layout.ticket("ticket-1").write_bytes(encode(restored, change.event))

    with pytest.raises(ConflictError, match=r"at version 7; .* from version 1\."):
        await store.commit(make_change(created, now=LATER, city="Waco"))

    written = await store.commit(make_change(restored, now=LATER, county="Bexar"))
    assert (written.version, written.city) == (8, "Hays")


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS])
@pytest.mark.parametrize("call", ["open", "write", "utime", "fsync", "replace"])
async def test_a_disk_that_refuses_a_ticket_changes_nothing(
    store: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch, call: str, error: int
) -> None:
    """Full, broken or read-only: the caller waits, and sends the same again."""
    created = await store.commit(make_change(make_ticket()))
    store.audit.durable_ends()  # or the file would be synced with the log before it
    change = make_change(created, now=LATER, city="Waco")
    before = everything_in(layout)
    with monkeypatch.context() as patch:
        fail(patch, call, error, at=lambda path: "/.ticket_" in path)
        with pytest.raises(UnavailableError, match=r"did not take ticket_ticket-1\.json"):
            await store.commit(change)
    after = everything_in(layout)

    written = await store.commit(change)

    assert after == before
    assert written.version == 2
    assert len((await store.history("ticket-1")).events) == 2


async def test_a_store_that_was_never_opened_is_unavailable(layout: Layout) -> None:
    """A missing volume must not be mistaken for a new one."""
    with pytest.raises(UnavailableError, match="No such file or directory"):
        await Store(layout.root).commit(make_change(make_ticket()))

    assert everything_in(layout) == {}


async def test_a_change_of_a_ticket_with_an_evil_id_is_rejected(
    store: Store, layout: Layout
) -> None:
    """An id that came from outside reaches no file."""
    with pytest.raises(RejectedError):
        await store.commit(make_change(make_ticket("../x")))

    assert everything_in(layout) == {}


async def test_a_log_that_fails_does_not_undo_a_ticket_and_is_completed_later(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The ticket is true from its rename on; its event lies in it until the log can take it."""
    creation = make_change(make_ticket())
    with monkeypatch.context() as patch:
        fail(patch, "open", errno.EIO, at=lambda path: "/audit_" in path)
        created = await store.commit(creation)
    logged = await store.audit.on(TODAY)
    told = await store.history("ticket-1")

    edit = make_change(created, now=LATER, city="Waco")
    await store.commit(edit)

    assert created.version == 1
    assert logged.events == []
    assert told.events == [creation.event]
    assert "stay in their files" in caplog.text
    assert (await store.history("ticket-1")).events == [creation.event, edit.event]


async def test_a_change_waits_until_the_event_before_it_is_in_the_log(
    store: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second change over an unlogged first would lose the first one's event for ever."""
    with monkeypatch.context() as patch:
        fail(patch, "open", errno.EIO, at=lambda path: "/audit_" in path)
        created = await store.commit(make_change(make_ticket()))
        before = everything_in(layout)
        with pytest.raises(UnavailableError):
            await store.commit(make_change(created, now=LATER, city="Waco"))

    assert everything_in(layout) == before
    assert await store.recover() == 1


async def test_a_store_can_be_opened_again_and_again(store: Store, layout: Layout) -> None:
    """Every process of the service opens it."""
    await store.commit(make_change(make_ticket()))
    before = everything_in(layout)

    await Store(layout.root).open()

    assert everything_in(layout) == before
    assert {path for path in layout.root.iterdir() if path.is_dir()} == {
        path for path in layout.directories if path.parent == layout.root
    }


async def test_opening_removes_what_the_dead_left_half_written(
    store: Store, layout: Layout
) -> None:
    """A service that crashes often must not fill its disk."""
    beyond_all_pids = 2**22 + 1
    for directory in (layout.tickets, layout.work_orders, layout.dead_letters):
        (directory / f".x.{beyond_all_pids}.0.tmp").write_bytes(b"half")

    await store.open()

    assert everything_in(layout) == {}


def test_a_data_directory_has_one_supervisor(tmp_path: Path) -> None:
    """Two services over one directory would start every schedule twice."""
    answers: list[Any] = []

    with Store(tmp_path / "data").owned() as first, Store(tmp_path / "data").owned() as second:
        answers += [first, second]
    with Store(tmp_path / "data").owned() as third:
        answers.append(third)

    assert answers == [True, False, True]

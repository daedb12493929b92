"""A damaged ticket is set aside by whoever meets it, and from then on it is damaged, not absent."""

import errno
from pathlib import Path

import pytest

from domain.errors import UnavailableError
from storage.failures import DamagedFileError
from storage.layout import Layout
from storage.store import Store
from tests.builders import LATER, make_change, make_ticket
from tests.storage.trouble import fail

BAD = b'{"id": "ticket-1", \x00\xff'


def spoil(layout: Layout, ticket_id: str = "ticket-1", content: bytes = BAD) -> Path:
    path = layout.ticket(ticket_id)
    path.write_bytes(content)
    return path


def kept_in(layout: Layout) -> dict[str, bytes]:
    """Return what lies in the quarantine, without the reasons: path to content."""
    return {
        path.relative_to(layout.quarantine).as_posix(): path.read_bytes()
        for path in layout.quarantine.rglob("*")
        if path.is_file() and not path.name.endswith(".reason.json")
    }


async def test_a_damaged_ticket_is_set_aside_by_whoever_reads_it(
    store: Store, layout: Layout, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told once with its reason, and from then on in short."""
    await store.commit(make_change(make_ticket()))
    path = spoil(layout)

    for _time in range(2):
        with pytest.raises(DamagedFileError, match="ticket-1") as damaged:
            await store.tickets.get("ticket-1")
        assert damaged.value.remedy

    assert not path.exists()
    assert kept_in(layout) == {f"tickets/{path.name}": BAD}
    assert path.name in caplog.text


@pytest.mark.parametrize("version", [0, 1])
async def test_a_damaged_ticket_is_neither_made_anew_nor_changed(
    store: Store, layout: Layout, version: int
) -> None:
    """What a person edited in it would be gone for good."""
    created = await store.commit(make_change(make_ticket()))
    spoil(layout)
    again = make_ticket() if version == 0 else created

    with pytest.raises(UnavailableError):
        await store.commit(make_change(again, now=LATER, city="Waco"))
    with pytest.raises(DamagedFileError):
        await store.commit(make_change(again, now=LATER, city="Waco"))

    assert not layout.ticket("ticket-1").exists()
    assert kept_in(layout)["tickets/ticket_ticket-1.json"] == BAD


async def test_a_damaged_ticket_leaves_the_others_alone(store: Store, layout: Layout) -> None:
    """One bad sector is no outage."""
    for name in ("bad", "good"):
        await store.commit(make_change(make_ticket(name)))
    spoil(layout, "bad")
    with pytest.raises(DamagedFileError):
        await store.tickets.get("bad")

    good = await store.tickets.get("good")

    written = await store.commit(make_change(good, now=LATER, city="Waco"))
    assert written.version == 2


async def test_a_file_that_cannot_be_set_aside_is_refused_all_the_same(
    store: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk there is no room for a copy: then the original stays."""
    await store.commit(make_change(make_ticket()))
    path = spoil(layout)
    with monkeypatch.context() as patch:
        fail(patch, "write", errno.ENOSPC)
        with pytest.raises(DamagedFileError):
            await store.tickets.get("ticket-1")

    assert path.read_bytes() == BAD

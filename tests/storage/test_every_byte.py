"""Every bit that a disk can turn and every end that a copy can have is noticed.

A run takes a sample: each kind of byte, both ends, each bit in turn; `WHOLE=1` takes every byte.
"""

import os
from collections.abc import Callable

import pytest

from domain.ticket import Ticket
from storage.agreement import Agreement
from storage.failures import DamagedFileError
from storage.layout import Layout
from storage.restoring import Restoring
from storage.store import Store
from tests.builders import LATER, make_change, make_ticket
from tests.storage.damage import checked, log_of
from tests.whole import positions

STRIDE = 9  # has no divisor in common with 8, so that each bit of a byte has its turn


async def small(store: Store) -> Ticket:
    """Return a ticket of moderate size, in its second version, with another one beside it."""
    await store.commit(make_change(make_ticket("other")))
    created = await store.commit(make_change(make_ticket("t")))
    return await store.commit(make_change(created, now=LATER, city="Waco"))


Spoil = Callable[[bytes, int], bytes]


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :]


def cut(content: bytes, at: int) -> bytes:
    return content[:at]


@pytest.mark.slow
@pytest.mark.parametrize("spoil", [flipped, cut])
async def test_any_damage_to_a_ticket_is_noticed_set_aside_and_mended(
    store: Store, layout: Layout, spoil: Spoil, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever bit a disk has turned, wherever a copy has broken off."""
    # Thousands of files: what a power cut would do to them is tested elsewhere.
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
    ticket, other = await small(store), await store.tickets.get("other")
    path = layout.ticket("t")
    whole = path.read_bytes()

    for at in positions(whole, STRIDE):
        path.write_bytes(spoil(whole, at))
        with pytest.raises(DamagedFileError):
            await store.tickets.get("t")
        entry = store.quarantine.of_ticket("t")
        assert entry
        assert store.quarantine.content(entry) == spoil(whole, at)
        assert not path.exists()
        for kept in (layout.quarantine / "tickets").iterdir():
            kept.unlink()  # or each would be held against all before it
        path.write_bytes(whole)
        assert await store.tickets.get("t") == ticket

    assert await store.tickets.get("other") == other
    path.write_bytes(spoil(whole, len(whole) // 2))
    await Restoring(store).restore("t")
    assert path.read_bytes() == whole
    assert (await checked(store)).is_clean


@pytest.mark.slow
@pytest.mark.parametrize("spoil", [flipped, cut])
@pytest.mark.parametrize("line", [0, 1, 2])
async def test_any_damage_to_a_line_of_the_log_is_noticed(
    store: Store, layout: Layout, spoil: Spoil, line: int
) -> None:
    """By the chain; or, where the end of the log is gone, by the ticket that misses its event."""
    await small(store)
    path = log_of(layout)
    lines = path.read_bytes().splitlines(keepends=True)

    for number, at in enumerate(positions(lines[line], STRIDE)):
        spoilt = [*lines[:line], spoil(lines[line], at), *lines[line + 1 :]]
        path.write_bytes(b"".join(spoilt))
        agreement = Agreement(layout, store.tickets)
        for ticket_id in store.tickets.ids():
            agreement.see(ticket_id)
        found = [*store.audit.verify_all(), *agreement.disagreements()]
        assert found, (at, spoilt[line][-100:])
        assert number % 25 or not (await checked(store)).is_clean
    path.write_bytes(b"".join(lines))

    assert (await store.tickets.get("other")).version == 1
    assert (await checked(store)).is_clean

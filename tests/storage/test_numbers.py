"""One number of the center, one ticket: whoever writes at the same time."""

import asyncio
import errno
import json

import pytest

from domain.errors import ConflictError, UnavailableError
from domain.ticket import Ticket
from storage.failures import DamagedFileError
from storage.layout import Layout
from storage.store import Store
from tests.builders import LATER, make_change, make_event, make_ticket, tickets_in
from tests.storage.trouble import fail

NUMBER = "2606100001"


async def numbered(store: Store, ticket_id: str, number: str | None = NUMBER) -> Ticket:
    """Return a stored ticket with this number."""
    ticket = make_ticket(ticket_id, texas811_ticket_number=number)
    return await store.commit(make_change(ticket))


async def test_a_number_that_another_ticket_has_is_refused(store: Store) -> None:
    """The answers to one ticket would clear the other."""
    await numbered(store, "first")

    with pytest.raises(ConflictError, match=f"{NUMBER} belongs to ticket first") as refused:
        await numbered(store, "second")

    assert refused.value.field == "texas811_ticket_number"
    assert await store.tickets.find("second") is None


async def test_of_many_writers_of_one_number_exactly_one_succeeds(store: Store) -> None:
    """Two people key in the same number in the same second."""
    made = await asyncio.gather(
        *(numbered(store, f"ticket-{one}") for one in range(8)), return_exceptions=True
    )

    kept = [one for one in made if isinstance(one, Ticket)]
    assert len(kept) == 1
    assert len(await tickets_in(store)) == 1


async def test_a_ticket_keeps_its_number_through_every_change(store: Store) -> None:
    """Its own claim stands in nobody's way."""
    ticket = await numbered(store, "first")

    edited = await store.commit(make_change(ticket, now=LATER, city="Waco"))

    assert edited.texas811_ticket_number == NUMBER


async def test_a_number_that_was_corrected_is_free_again(store: Store) -> None:
    """A typing error on one ticket must not block the ticket that has the number."""
    wrong = await numbered(store, "first")
    await store.commit(make_change(wrong, now=LATER, texas811_ticket_number="2606100002"))

    right = await numbered(store, "second")

    assert right.texas811_ticket_number == NUMBER


async def test_a_claim_that_a_crash_left_behind_is_not_believed(
    store: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim was durable and the ticket was not: the number is free."""
    fail(monkeypatch, "replace", errno.EIO, at=lambda path: "ticket_" in path)
    with pytest.raises(UnavailableError):
        await numbered(store, "first")
    monkeypatch.undo()

    second = await numbered(store, "second")

    assert second.version == 1
    [claim] = layout.numbers.iterdir()
    assert json.loads(claim.read_text()) == {"number": NUMBER, "ticket_id": "second"}


async def test_claims_that_were_deleted_are_made_again_at_the_start(
    store: Store, layout: Layout
) -> None:
    """They are derived: whoever restores a backup without them must not number twice."""
    await numbered(store, "first")
    for claim in layout.numbers.iterdir():
        claim.unlink()

    await store.recover()

    with pytest.raises(ConflictError, match="belongs to ticket first"):
        await numbered(store, "second")


async def test_a_number_may_hold_any_character(store: Store) -> None:
    """It becomes the name of a file, and must not become a path."""
    ticket = await numbered(store, "first", "../../etc/passwd \N{SNOWMAN}")

    assert ticket.version == 1


async def test_a_claim_of_a_damaged_ticket_is_believed(store: Store, layout: Layout) -> None:
    """It may well have the number: a person must look first."""
    await numbered(store, "first")
    layout.ticket("first").write_text("{")

    with pytest.raises(ConflictError, match="first"):
        await numbered(store, "second")


async def test_a_claim_that_cannot_be_read_is_named(store: Store, layout: Layout) -> None:
    """To take the number as free would be a guess."""
    await numbered(store, "first")
    [claim] = layout.numbers.iterdir()
    claim.write_text("{")

    with pytest.raises(DamagedFileError, match="claim of a number"):
        await numbered(store, "second")


async def test_an_event_that_changes_no_ticket_is_kept_in_the_log(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal is told in the history; a disk that does not take it says so."""
    event = make_event(make_ticket()).model_copy(update={"action": "step_refused"})

    await store.note(event)
    with monkeypatch.context() as patch:
        fail(patch, "fsync", errno.EIO)
        with pytest.raises(UnavailableError):
            await store.note(event.model_copy(update={"id": "another"}))

    assert (await store.audit.on(event.timestamp.date())).events == [event]

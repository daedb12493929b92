"""A damaged ticket gets its newest good version back, byte for byte, and nothing is lost by it."""

from datetime import UTC, datetime

import pytest

from domain.audit import Actor, Author
from domain.errors import ConflictError, NotFoundError, RejectedError
from storage.failures import DamagedFileError
from storage.layout import Layout
from storage.restoring import DamagedFile, Restoring
from storage.store import Store
from tests.builders import LATER, make_change, make_ticket
from tests.domain.lives import DANA
from tests.storage.damage import damaged, events, lived

RESTORED_AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.fixture
def restoring(store: Store) -> Restoring:
    """What restores the tickets of this store, at a time that the test knows."""
    return Restoring(store, clock=lambda: RESTORED_AT)


async def test_a_ticket_is_restored_byte_for_byte(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """The same version with the same event: as if nothing had happened to the file."""
    ticket = await lived(store)
    path = layout.ticket(ticket.id)
    before = path.read_bytes()
    await damaged(store, path)

    restored = await restoring.restore(ticket.id)

    assert path.read_bytes() == before
    assert (restored.ticket, restored.ticket.version) == (ticket, 3)
    assert restored.source == "audit trail"
    assert await store.tickets.get(ticket.id) == ticket
    assert len(ticket.validation_gaps) > len(ticket.open_gaps) > 0


async def test_a_restored_ticket_goes_on_as_before(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """The next change is the next version, and every version has its one event."""
    ticket = await lived(store)
    await damaged(store, layout.ticket(ticket.id))
    await restoring.restore(ticket.id)

    with pytest.raises(ConflictError):
        await store.commit(make_change(ticket.model_copy(update={"version": 2}), city="Marfa"))
    written = await store.commit(make_change(ticket, now=LATER, city="Marfa"))

    assert written.version == 4
    told = [event.action for event in await events(store, ticket.id)]
    made = ["ticket_created", "ticket_edited", "ticket_edited"]
    assert told == [*made, "ticket_restored", "ticket_edited"]
    assert list(store.audit.verify_all()) == []


async def test_a_restoration_is_told_with_who_and_why(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """A court may ask why a file is younger than its ticket."""
    ticket = await lived(store)
    await damaged(store, layout.ticket(ticket.id))

    await restoring.restore(ticket.id, by=Author(actor=Actor.USER, name="Dana Ruiz"))

    told = (await events(store, ticket.id))[-1]
    assert (told.action, told.actor, told.timestamp) == (
        "ticket_restored",
        Actor.USER,
        RESTORED_AT,
    )
    assert told.compliance_relevant
    assert told.notes
    assert told.notes.startswith("Dana Ruiz restored version 3 from the audit trail.")
    assert f"tickets/ticket_{ticket.id}.json was damaged: The file" in told.notes


async def test_the_damaged_bytes_stay_and_are_marked_as_seen_to(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """The restoration may turn out to be wrong."""
    ticket = await lived(store)
    await damaged(store, layout.ticket(ticket.id), b"bad bytes")

    await restoring.restore(ticket.id)

    (entry,) = store.quarantine.entries()
    assert not entry.is_open
    assert entry.resolution
    assert "System restored version 3" in entry.resolution
    assert store.quarantine.content(entry) == b"bad bytes"
    assert (await restoring.damage()).total == 0


async def test_damage_that_nobody_has_read_yet_is_found_and_restored(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """A person who sees it with `cat` need not wait until the service stumbles over it."""
    ticket = await lived(store)
    layout.ticket(ticket.id).write_bytes(b"")

    assert (await restoring.restore(ticket.id)).ticket == ticket

    (entry,) = store.quarantine.entries()
    assert (entry.size, entry.is_open) == (0, False)


async def test_what_is_damaged_is_told_with_the_offer(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """Which version, where it comes from, and what to type."""
    ticket = await lived(store)
    await damaged(store, layout.ticket(ticket.id))

    found = await restoring.damage()

    command = f"texas811 check --restore {ticket.id}"
    assert found.total == 1
    assert found.damaged == [
        DamagedFile(
            file=f"tickets/ticket_{ticket.id}.json",
            kept_as=f"quarantine/tickets/ticket_{ticket.id}.json",
            problem=found.damaged[0].problem,
            found_at=found.damaged[0].found_at,
            remedy=f"The audit trail has version 3. Run `{command}`.",
            ticket_id=ticket.id,
            version=3,
            source="audit trail",
            is_newest=True,
        )
    ]


async def test_only_so_many_are_told_and_all_are_counted(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """A broken disk damages more than one."""
    for number in range(5):
        await store.commit(make_change(make_ticket(f"t{number}")))
        await damaged(store, layout.ticket(f"t{number}"))

    found = await restoring.damage(limit=2)

    assert (len(found.damaged), found.total) == (2, 5)
    assert [one.version for one in found.damaged] == [1, 1]


async def test_a_whole_ticket_is_not_restored(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """Somebody mistyped an id."""
    ticket = await lived(store)
    before = layout.ticket(ticket.id).read_bytes()

    with pytest.raises(RejectedError, match="is whole, at version 3"):
        await restoring.restore(ticket.id)

    assert layout.ticket(ticket.id).read_bytes() == before
    assert len(await events(store, ticket.id)) == 3


async def test_a_ticket_that_there_never_was_is_not_found(restoring: Restoring) -> None:
    """It is not made by asking for it."""
    with pytest.raises(NotFoundError, match="There was no ticket nobody"):
        await restoring.restore("nobody")


async def test_a_file_that_somebody_put_back_by_hand_is_left_as_it_is(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """Whoever has copied it from a backup has only to say so."""
    ticket = await lived(store)
    path = layout.ticket(ticket.id)
    whole = path.read_bytes()
    await damaged(store, path)
    path.write_bytes(whole)

    restored = await restoring.restore(ticket.id)

    assert restored.source == "whole file that lay in its place"
    assert path.read_bytes() == whole
    assert (await restoring.damage()).total == 0
    assert (await events(store, ticket.id))[-1].action == "ticket_restored"


async def test_an_older_file_put_in_place_by_hand_is_brought_up_to_the_newest(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """An old backup would undo what was answered since; it is kept all the same."""
    created = await store.commit(make_change(make_ticket()))
    path = layout.ticket("ticket-1")
    old = path.read_bytes()
    edited = await store.commit(make_change(created, now=LATER, city="Waco"))
    path.write_bytes(old)

    restored = await restoring.restore("ticket-1")

    assert (restored.ticket, restored.ticket.version) == (edited, 2)
    assert [store.quarantine.content(one) for one in store.quarantine.entries()] == [old]
    assert (await restoring.damage()).total == 0


async def test_a_ticket_whose_file_is_gone_is_restored_too(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """Somebody removed it."""
    ticket = await lived(store)
    layout.ticket(ticket.id).unlink()

    assert (await restoring.restore(ticket.id)).ticket == ticket

    assert "There was no file." in str((await events(store, ticket.id))[-1].notes)


# What needs no restoring.


async def test_a_file_that_nobody_misses_is_dismissed(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """A stray copy under a ticket's name would otherwise be an alarm for ever."""
    await lived(store)
    await damaged(store, layout.ticket("stray"), b"not ours")
    (told,) = (await restoring.damage()).damaged
    assert told.remedy.endswith("run `texas811 check --dismiss tickets/ticket_stray.json`.")
    with pytest.raises(NotFoundError, match="tells nothing of this ticket"):
        await restoring.restore("stray")

    await restoring.dismiss("tickets/ticket_stray.json", by=DANA)

    (entry,) = store.quarantine.entries()
    assert entry.resolution == "Dana Ruiz dismissed it."
    assert store.quarantine.content(entry) == b"not ours"
    with pytest.raises(NotFoundError, match="There is no ticket stray"):
        await store.tickets.get("stray")
    with pytest.raises(NotFoundError):
        await restoring.dismiss("tickets/ticket_stray.json")


async def test_a_ticket_that_there_was_is_not_dismissed(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """It would look as if it had never been, and be made anew from its work order."""
    ticket = await lived(store)
    await damaged(store, layout.ticket(ticket.id))
    (told,) = (await restoring.damage()).damaged

    for name in (told.file, told.kept_as):
        with pytest.raises(RejectedError, match="not to be forgotten") as refused:
            await restoring.dismiss(name)
        assert "--restore" in str(refused.value.remedy)

    with pytest.raises(DamagedFileError):
        await store.tickets.get(ticket.id)


async def test_a_copy_of_a_mended_log_is_told_until_somebody_has_seen_it(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """A line may be lost in it for good."""
    await lived(store)
    path = max(layout.audit.glob("*/*.jsonl"))
    store.quarantine.set_aside(path, "Line 2 is not what was written.", keep=True)

    (told,) = (await restoring.damage()).damaged

    assert told.ticket_id is None
    assert told.remedy.endswith(f"texas811 check --dismiss {told.file}`.")
    await restoring.dismiss(told.kept_as)
    assert (await restoring.damage()).total == 0

"""A damaged ticket gets its newest good version back, byte for byte, and nothing is lost by it."""

import asyncio
import errno
import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.audit import Actor, AuditEvent, Author
from domain.drafting import edit, open_ticket
from domain.errors import ConflictError, NotFoundError, RejectedError, UnavailableError
from domain.ticket import Ticket
from storage.files import DamagedFileError
from storage.index import TicketQuery
from storage.layout import Layout
from storage.offers import AuditTrail, Found
from storage.restoring import DamagedFile, Restoring
from storage.store import Store
from tests.builders import (
    LATER,
    NOW,
    customer_json,
    make_change,
    make_extraction,
    make_order,
    make_ticket,
)
from tests.domain.lives import DANA
from tests.storage.trouble import Power, PowerCutError, fail

RESTORED_AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
READ = make_extraction(0.7, county=None)


@pytest.fixture
def restoring(store: Store) -> Restoring:
    """What restores the tickets of this store, at a time that the test knows."""
    return Restoring(store, clock=lambda: RESTORED_AT)


async def lived(store: Store) -> Ticket:
    """Bring a ticket from its work order to its third version; it has gaps, open and closed."""
    order = await store.work_orders.accept(make_order(), b"")
    await store.work_orders.keep_extraction(order.id, READ)
    ticket = await store.commit(open_ticket(order, READ, now=NOW))
    for city in ("Waco", "Läufer\N{COLLISION SYMBOL}"):
        stated = {"county": "Travis", "city": city}
        ticket = await store.commit(edit(ticket, stated, READ, now=LATER, by=DANA))
    return ticket


def spoil(path: Path, content: bytes) -> None:
    path.write_bytes(content)


async def damaged(store: Store, path: Path, content: bytes = b"{") -> None:
    """Spoil a file, and let somebody find it."""
    spoil(path, content)
    with pytest.raises(DamagedFileError):
        await store.tickets.get(path.stem.removeprefix("ticket_"))


async def events(store: Store, ticket_id: str) -> list[AuditEvent]:
    return (await store.history(ticket_id)).events


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


def without_last_line(layout: Layout) -> None:
    """Take the last line off the log, as a power cut may."""
    path = max(layout.audit.glob("*/*.jsonl"))
    *lines, _last, _end = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines, b""]))


async def test_an_older_version_is_restored_only_if_a_person_says_so(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """The file still says that it was version 3, and the log knows two: one would be lost."""
    ticket = await lived(store)
    path = layout.ticket(ticket.id)
    await damaged(store, path, path.read_bytes().replace(b"Travis", b"Tr\xffvis"))
    without_last_line(layout)

    with pytest.raises(RejectedError, match="has version 2, and there was version 3") as older:
        await restoring.restore(ticket.id)

    assert "--accept-older" in str(older.value.remedy)
    assert not path.exists()
    (told,) = (await restoring.damage()).damaged
    assert (told.version, told.is_newest) == (2, False)
    restored = await restoring.restore(ticket.id, accepts_older=True)
    assert (restored.ticket.version, restored.ticket.city) == (2, "Waco")


async def test_the_note_of_the_last_commit_tells_that_there_was_a_newer_one(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """Of an empty file nothing can be read."""
    ticket = await lived(store)
    await damaged(store, layout.ticket(ticket.id), b"")
    without_last_line(layout)

    with pytest.raises(RejectedError, match="there was version 3"):
        await restoring.restore(ticket.id)


async def test_a_ticket_of_the_customers_own_making_has_no_trail(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """Its first version was never told; only a backup has it, and the reason says so."""
    path = layout.ticket(customer_json()["id"])
    path.write_text(json.dumps(customer_json()))
    ticket = await store.tickets.get(customer_json()["id"])
    await store.commit(make_change(ticket, now=LATER, city="Waco"))
    await damaged(store, path)

    with pytest.raises(RejectedError, match="does not tell version 1") as refused:
        await restoring.restore(ticket.id)

    assert "backup" in str(refused.value.remedy)
    (told,) = (await restoring.damage()).damaged
    assert told.version is None
    assert told.remedy.startswith("The history does not tell version 1.")


async def test_without_what_was_read_a_ticket_is_restored_but_for_some_gaps(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """The next validation finds those that only the document can tell."""
    ticket = await lived(store)
    assert ticket.work_order_id
    (layout.work_order(ticket.work_order_id) / "extraction.json").write_bytes(b"{")
    await damaged(store, layout.ticket(ticket.id))

    restored = (await restoring.restore(ticket.id)).ticket

    assert restored.stated() == ticket.stated()
    assert (restored.status, restored.version) == (ticket.status, 3)
    assert restored.gap_count < ticket.gap_count


# A second source, as a backup will be.


class Box:
    """A box with files in it, as somebody has kept them."""

    name = "backup in the box"

    def __init__(self, **files: Found) -> None:
        self.files = files

    async def newest(self, ticket_ids: Collection[str]) -> Mapping[str, Found]:
        gone = NotFoundError("The box has no such file.")
        return {ticket_id: self.files.get(ticket_id, gone) for ticket_id in ticket_ids}


@pytest.mark.parametrize(
    ("trail_has", "box_has", "source"),
    [(2, 1, "audit trail"), (2, 2, "audit trail"), (1, 2, "backup in the box")],
)
async def test_the_newest_version_of_all_sources_is_offered(
    store: Store, layout: Layout, trail_has: int, box_has: int, source: str
) -> None:
    """Of the same version the one from the trail: it is always there."""
    created = await store.commit(make_change(make_ticket("t")))
    files = {1: layout.ticket("t").read_bytes()}
    edited = await store.commit(make_change(created, now=LATER, city="Waco"))
    files[2] = layout.ticket("t").read_bytes()
    if trail_has == 1:
        without_last_line(layout)
    await damaged(store, layout.ticket("t"))
    restoring = Restoring(store, sources=[AuditTrail(layout), Box(t=files[box_has])])

    restored = await restoring.restore("t")

    assert (restored.source, restored.ticket) == (source, edited)
    assert layout.ticket("t").read_bytes() == files[2]


@pytest.mark.parametrize("what", ["damaged", "another ticket"])
async def test_a_bad_file_is_not_put_back(store: Store, layout: Layout, what: str) -> None:
    """A backup may have taken the damage along."""
    for name in ("t", "u"):
        await store.commit(make_change(make_ticket(name)))
    content = b"{" if what == "damaged" else layout.ticket("u").read_bytes()
    await damaged(store, layout.ticket("t"))
    restoring = Restoring(store, sources=[Box(t=content)])

    with pytest.raises((RejectedError, DamagedFileError)):
        await restoring.restore("t")

    assert not layout.ticket("t").exists()


# When something comes in between.


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


async def test_another_process_hears_of_the_restored_ticket(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """Its index has taken the ticket for damaged."""
    ticket = await lived(store)
    await damaged(store, layout.ticket(ticket.id))
    other = Store(layout.root)
    assert (await other.index.find(TicketQuery())).total == 0

    await restoring.restore(ticket.id)

    assert (await other.index.find(TicketQuery())).total == 1


# What needs no restoring.


async def test_a_file_that_nobody_misses_is_dismissed(
    store: Store, layout: Layout, restoring: Restoring
) -> None:
    """A stray copy under a ticket's name would otherwise be an alarm for ever."""
    await lived(store)
    await damaged(store, layout.ticket("stray"), b"not ours")

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

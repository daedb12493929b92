"""What is offered for a damaged ticket: the newest version that anybody has, and the truth about it."""

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime

import pytest

from domain.errors import NotFoundError, RejectedError
from storage.failures import DamagedFileError
from storage.layout import Layout
from storage.offers import AuditTrail, Found
from storage.restoring import Restoring
from storage.store import Store
from tests.builders import LATER, customer_json, make_change, make_ticket
from tests.storage.damage import damaged, lived, without_last_line

RESTORED_AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.fixture
def restoring(store: Store) -> Restoring:
    """What restores the tickets of this store, at a time that the test knows."""
    return Restoring(store, clock=lambda: RESTORED_AT)


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

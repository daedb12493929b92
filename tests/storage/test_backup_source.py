"""One ticket out of the backups: the newest good one that has it, and no further than to it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.audit import Actor, Author
from domain.errors import NotFoundError, RejectedError
from domain.ticket import Ticket
from domain.work_order import work_order_id_for
from storage.backup import Backups
from storage.backup_source import archive_named, backup_sources, files_in
from storage.layout import Layout
from storage.restorations import Restoration, keep_restoration
from storage.restoring import Restoring
from storage.single_restore import SingleRestore
from storage.store import Store
from storage.tombstones import is_retired
from tests.builders import LATER, make_change, make_ticket
from tests.domain.lives import DANA
from tests.storage.damage import checked, damaged, lived
from tests.storage.retention import ANN, DOCUMENT, over, retiring

MADE = datetime(2026, 11, 20, 2, tzinfo=UTC)
LEE = Author(actor=Actor.USER, name="Lee Park", reason="The disk was bad.")


def backed_up(layout: Layout, day: int) -> str:
    """Make a backup so many days after the first; return its name."""
    return Backups(layout, clock=lambda: MADE + timedelta(days=day)).make_now("asked").filename


async def without_log(store: Store, layout: Layout, ticket: Ticket) -> None:
    """Lose the log and the ticket: only a backup can tell."""
    for day in layout.audit.glob("*/*.jsonl"):
        day.unlink()
    await damaged(store, layout.ticket(ticket.id))


async def test_a_ticket_that_the_log_has_lost_is_restored_from_the_newest_backup(
    store: Store, layout: Layout
) -> None:
    """Byte for byte, and its name is said."""
    ticket = await lived(store)
    backed_up(layout, 0)
    await store.commit(make_change(ticket, now=LATER, depth_inches=99))
    whole = layout.ticket(ticket.id).read_bytes()
    newest = backed_up(layout, 1)
    await without_log(store, layout, ticket)

    (told,) = (await Restoring(store).damage()).damaged
    restored = await Restoring(store).restore(ticket.id)

    assert (told.version, told.source) == (4, f"backup {newest}")
    assert restored.source == f"backup {newest}"
    assert layout.ticket(ticket.id).read_bytes() == whole


async def test_a_log_that_has_lost_its_end_does_not_hide_a_newer_version(
    store: Store, layout: Layout
) -> None:
    """What it tells is complete in itself, and the file can say nothing any more."""
    ticket = await lived(store)
    (day,) = layout.audit.glob("*/*.jsonl")
    before = day.read_bytes()
    await store.commit(make_change(ticket, now=LATER, depth_inches=99))
    backed_up(layout, 0)
    day.write_bytes(before)
    await damaged(store, layout.ticket(ticket.id), b"")
    layout.ticket_lock(ticket.id).unlink()

    assert (await Restoring(store).restore(ticket.id)).ticket.version == 4


async def test_an_older_version_of_a_backup_comes_back_under_a_version_of_its_own(
    store: Store, layout: Layout
) -> None:
    """The log tells of two later ones, but not all: no event may be told in two ways."""
    ticket = await lived(store)
    name = backed_up(layout, 0)
    for depth in (88, 99):
        ticket = await store.commit(make_change(ticket, now=LATER, depth_inches=depth))
    (day,) = layout.audit.glob("*/*.jsonl")
    lines = day.read_bytes().splitlines(keepends=True)
    day.write_bytes(b"".join([lines[0], *lines[2:]]))
    await damaged(store, layout.ticket(ticket.id), b"")
    layout.ticket_lock(ticket.id).unlink()

    with pytest.raises(RejectedError, match="has version 3, and there was version 5"):
        await Restoring(store).restore(ticket.id)
    restored = await Restoring(store).restore(ticket.id, accepts_older=True)

    assert restored.source == f"backup {name}"
    assert (restored.ticket.version, restored.ticket.depth_inches) == (6, 72)
    again = Store(layout.root)
    edited = await again.commit(make_change(restored.ticket, now=LATER, depth_inches=7))
    assert edited.version == 7
    told = [event.id for event in (await again.history(ticket.id)).events]
    assert len(told) == len(set(told))
    problems = [one.problem for one in (await checked(again)).findings]
    assert "The audit log does not tell version 2." in problems
    assert not any("times" in problem for problem in problems)


async def test_a_backup_that_is_damaged_is_passed_by(store: Store, layout: Layout) -> None:
    """An older one is better than none."""
    ticket = await lived(store)
    good = backed_up(layout, 0)
    bad = layout.daily_backups / backed_up(layout, 1)
    bad.write_bytes(bad.read_bytes()[:200])
    await without_log(store, layout, ticket)

    assert (await Restoring(store).restore(ticket.id)).source == f"backup {good}"


async def test_what_a_restore_of_everything_has_undone_is_not_offered(
    store: Store, layout: Layout
) -> None:
    """The backups between hold versions that there never were, as things stand now."""
    first, between = backed_up(layout, 0), backed_up(layout, 3)
    ended = MADE + timedelta(days=4)
    restored = Restoration(
        id="r1", filename=first, by=LEE, reason="x", asked_at=ended, finished_at=ended
    )
    keep_restoration(layout, restored)
    after = backed_up(layout, 5)

    names = [source.name for source in backup_sources(layout)]

    assert names == [f"backup {after}", f"backup {first}"]
    assert archive_named(layout, between).name == between

    (layout.daily_backups / first).unlink()  # its time was over
    Backups(layout).settle_now()
    assert [source.name for source in backup_sources(layout)] == [f"backup {after}"]


async def test_an_archive_is_read_no_further_than_to_what_is_asked_for(
    store: Store, layout: Layout
) -> None:
    """Its end may even be missing: a ticket's file proves itself."""
    for number in range(5):
        await store.commit(make_change(make_ticket(f"t{number}")))
    path = layout.daily_backups / backed_up(layout, 0)
    whole = layout.ticket("t0").read_bytes()
    path.write_bytes(path.read_bytes()[:-100])

    name = "tickets/ticket_t0.json"

    assert files_in(path, name.__eq__, at_most=1) == {name: whole}


async def test_a_ticket_and_its_order_are_put_back_from_a_named_backup(
    store: Store, layout: Layout
) -> None:
    """Somebody has deleted both."""
    ticket = await lived(store)
    order = layout.work_order(str(ticket.work_order_id))
    files = {path.name: path.read_bytes() for path in order.iterdir()}
    whole = layout.ticket(ticket.id).read_bytes()
    name = backed_up(layout, 0)
    for path in order.iterdir():
        path.unlink()
    order.rmdir()
    layout.ticket(ticket.id).unlink()

    back = await SingleRestore(store).put_back(ticket.id, name, by=LEE)

    assert back.restored
    assert back.has_order_back
    assert layout.ticket(ticket.id).read_bytes() == whole
    assert {path.name: path.read_bytes() for path in order.iterdir()} == files
    assert (await checked(store)).is_clean


async def test_what_was_removed_when_its_time_was_over_can_be_brought_back(
    store: Store, layout: Layout
) -> None:
    """By name, and not by the way; its tombstone goes, or nobody would find it."""
    ticket_id = await over(store, "expired")
    whole = layout.ticket(ticket_id).read_bytes()
    order = layout.work_order(work_order_id_for("expired"))
    (archive,) = (await retiring(store).retire(by=ANN)).archives
    assert not (order / "document").exists()

    with pytest.raises(RejectedError, match="was removed") as refused:
        await Restoring(store).restore(ticket_id)
    name = Path(archive).name
    assert f"--from {name}" in str(refused.value.remedy)
    back = await SingleRestore(store).put_back(ticket_id, name, by=DANA)

    assert (back.was_removed, back.has_order_back) == (True, True)
    assert layout.ticket(ticket_id).read_bytes() == whole
    assert (order / "document").read_bytes() == DOCUMENT
    assert not is_retired(layout, ticket_id)
    assert (await checked(store, reads_documents=True)).is_clean


@pytest.mark.parametrize("name", ["../../etc/passwd", "metadata.json", "backup_1.tar.gz", ""])
def test_no_other_file_is_taken_for_a_backup(layout: Layout, name: str) -> None:
    """The name comes from outside."""
    with pytest.raises((RejectedError, NotFoundError)):
        archive_named(layout, name)

"""What somebody writes into the anchor hides nothing, and what he takes away is missed."""

import shutil
from datetime import timedelta

import pytest

from domain.audit import Actor, AuditEvent
from storage.audit_anchor import Anchor, AnchorLine, read_anchor, write_anchor
from storage.audit_proof import ChainProof, NotedHead, proved
from storage.findings import Kind
from storage.layout import Layout
from storage.log_lines import read_lines
from storage.repairing import Repairing
from storage.retention_plan import Kind as Removed
from storage.retention_plan import Why
from storage.single_restore import SingleRestore
from storage.store import Store
from tests.builders import NOW, make_change
from tests.storage.damage import checked
from tests.storage.retention import ANN, findings, lived, over, retiring
from tests.storage.test_audit_anchor import KEEPING, YEARS, days_told, plan

DAY = timedelta(days=1)


def last_line(layout: Layout, day: str) -> AnchorLine:
    """Return the last line of a day, as an anchor names it."""
    *_, last = read_lines(layout.audit_file(day))
    return AnchorLine(day=day, number=last.head.number, sha256=last.head.sha256)  # type: ignore[union-attr]  # it is whole


def forged(layout: Layout, day: str) -> Anchor:
    """Return an anchor by which all up to a day was removed."""
    return Anchor(
        first="20260101",
        last=last_line(layout, day),
        held=[],
        removed_at=NOW,
        by="Eve",
        archive="backups/retired/retired_20260302_000000.tar.gz",
        archive_sha256="0" * 64,
    )


def faults(layout: Layout) -> list[str]:
    return [one.path for one in Store(layout.root).audit.verify_all()]


def path_of(day: str) -> str:
    return f"audit/{day[:4]}-{day[4:6]}/audit_{day}.jsonl"


async def removed(store: Store) -> list[str]:
    """Have three days of five go, and return all of them."""
    days = [*await days_told(store, 3), *await days_told(store, 2, until=YEARS)]
    retiring(store, YEARS, KEEPING).retire_now(ANN)
    return days


async def test_an_anchor_of_which_no_line_tells_hides_no_removal(
    store: Store, layout: Layout
) -> None:
    """Nor is anything else taken for removed by it, nor removed behind it."""
    days = [*await days_told(store, 4), *await days_told(store, 1, until=YEARS)]
    write_anchor(layout, forged(layout, days[1]))
    for day in days[:2]:
        layout.audit_file(day).unlink()
    event = AuditEvent(id="x", timestamp=NOW - 3 * DAY, actor=Actor.USER, action="seen")

    kept = plan(store)

    assert faults(layout) == ["audit/anchor.json", path_of(days[2])]
    assert not store.audit.has_told(event)
    assert (kept.going, [one.why for one in kept.kept]) == ([], [Why.DAMAGED])


async def test_an_anchor_that_is_raised_after_a_removal_hides_no_other(
    store: Store, layout: Layout
) -> None:
    """The line that tells of the removal names its last line: no other will do."""
    days = await removed(store)
    anchor = read_anchor(layout)
    assert anchor
    assert anchor.held == []
    raised = {"last": last_line(layout, days[3])}
    write_anchor(layout, anchor.model_copy(update=raised))
    layout.audit_file(days[3]).unlink()

    assert faults(layout) == ["audit/anchor.json", path_of(days[4])]


async def test_days_that_hang_on_nothing_are_not_removed(store: Store, layout: Layout) -> None:
    """Once they were gone, nobody would miss the day that somebody took away before them."""
    days = [*await days_told(store, 4), *await days_told(store, 1, until=YEARS)]
    layout.audit_file(days[1]).unlink()

    planned = plan(store)

    assert [one.name for one in planned.of(Removed.AUDIT_DAY)] == [days[0]]
    assert [(one.name, one.why) for one in planned.kept] == [(days[2], Why.DAMAGED)]


@pytest.mark.parametrize("how", ["gone", "forged", "unreadable"])
async def test_an_anchor_that_is_lost_is_made_again_from_the_log(
    store: Store, layout: Layout, how: str
) -> None:
    """It is named itself, and not the day that hangs on it alone; what lay there is kept."""
    days = await removed(store)
    right = read_anchor(layout)
    write = {
        "gone": layout.audit_anchor.unlink,
        "forged": lambda: write_anchor(layout, forged(layout, days[3])),
        "unreadable": lambda: layout.audit_anchor.write_bytes(b"{"),
    }
    write[how]()

    found = [one for one in (await checked(store)).findings if one.kind is Kind.LOG_ANCHOR]
    broken = faults(layout)
    repairs = await Repairing(store, by=ANN).mend(await checked(store))

    assert {one.file for one in found} == {"audit/anchor.json"}
    assert how != "gone" or len(found) == len(broken) == 1
    assert repairs.refused == []
    assert read_anchor(layout) == right
    assert faults(layout) == []


async def test_an_anchor_is_not_made_again_without_its_archive(
    store: Store, layout: Layout
) -> None:
    """Nobody could tell any more whether it hides something."""
    await removed(store)
    layout.audit_anchor.unlink()
    [archive] = layout.retired.iterdir()
    archive.write_bytes(archive.read_bytes()[:-1])

    found = await checked(store)
    repairs = await Repairing(store, by=ANN).mend(found)

    lost = [one for one in found.findings if one.kind is Kind.ARCHIVE_LOST]
    assert [one.file for one in lost] == [f"backups/retired/{archive.name}"]
    assert "is not as it was made" in repairs.refused[0]
    assert not layout.audit_anchor.exists()


def held_against(layout: Layout, head: str | None) -> ChainProof:
    return proved(layout, NotedHead.parsed(str(head)))


async def test_a_line_of_a_day_to_come_blinds_no_head(store: Store, layout: Layout) -> None:
    """What is cut off at the end of today is missed, though there is a later day."""
    await days_told(store, 2)
    await lived(store, YEARS)
    await days_told(store, 2, until=NOW + DAY)
    noted = proved(layout).head
    await days_told(store, 1, until=NOW + DAY)
    grown = held_against(layout, noted)
    later = proved(layout).head
    today = layout.audit_file(f"{NOW + DAY:%Y%m%d}")
    today.write_bytes(today.read_bytes().splitlines(keepends=True)[0])

    cut = held_against(layout, later)

    assert str(noted).count("+") == 1
    assert (grown.has_noted_head, grown.is_whole) == (True, True)
    assert (cut.breaks, cut.has_noted_head, cut.is_whole) == ([], False, False)
    assert proved(layout, clock=lambda: NOW + DAY).days_ahead == [f"{YEARS:%Y%m%d}"]
    assert [
        one for one in await findings(store, NOW + DAY) if path_of(f"{YEARS:%Y%m%d}") in one
    ]


async def test_a_line_that_came_late_to_an_earlier_day_is_in_the_head(
    store: Store, layout: Layout
) -> None:
    """No later day hangs on it: without it, who cuts it off could not be told."""
    await days_told(store, 3)
    await days_told(store, 1, until=NOW - DAY)
    noted = proved(layout).head
    path = layout.audit_file(f"{NOW - DAY:%Y%m%d}")
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])

    assert faults(layout) == []
    assert held_against(layout, noted).has_noted_head is False


async def test_a_head_in_a_removed_day_is_proven_by_its_archive_or_not_at_all(
    store: Store, layout: Layout
) -> None:
    """That nobody can tell is no proof."""
    await days_told(store, 2, until=NOW - DAY)
    noted = str(proved(layout).head)
    await days_told(store, 1)
    await days_told(store, 2, until=YEARS)
    retiring(store, YEARS, KEEPING).retire_now(ANN)

    kept = held_against(layout, noted)
    changed = held_against(layout, noted[:-1] + ("0" if noted[-1] != "0" else "1"))
    shutil.rmtree(layout.retired)
    lost = held_against(layout, noted)

    assert (kept.has_noted_head, kept.is_whole) == (True, True)
    assert (changed.has_noted_head, changed.is_whole) == (False, False)
    assert (lost.has_noted_head, lost.is_whole) == (None, False)
    assert "It is not there" in lost.lost_archives[0]


async def test_a_ticket_that_is_brought_back_is_whole_without_its_days(
    store: Store, layout: Layout
) -> None:
    """Nor are its events written into the log again, in days that were removed."""
    ticket_id = await over(store, "a")
    (archive,) = retiring(store, YEARS, KEEPING).retire_now(ANN).archives
    await lived(store, YEARS + DAY)
    retiring(store, YEARS + DAY, KEEPING).retire_now(ANN)
    assert not layout.audit_file(f"{NOW:%Y%m%d}").exists()

    await SingleRestore(store).put_back(ticket_id, archive.rpartition("/")[2], by=ANN)
    first = await findings(store, YEARS + 2 * DAY)
    repairs = await Repairing(store, by=ANN).mend(await checked(store))
    ticket = await store.tickets.get(ticket_id)
    await store.commit(make_change(ticket, now=YEARS + DAY, city="Waco"))
    second = await findings(store, YEARS + 2 * DAY)

    assert (first, second) == ([], [])
    assert repairs.refused == []
    assert not layout.audit_file(f"{NOW:%Y%m%d}").exists()

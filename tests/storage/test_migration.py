"""A data directory of the specification's program becomes ours: every fact of it is found again."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.audit import Actor, AuditEvent, Author
from domain.errors import RejectedError
from domain.session import TicketSession
from domain.ticket import TicketStatus
from storage.api_keys import ApiKeys
from storage.checking import StoreCheck
from storage.layout import Layout
from storage.migration import Migration
from storage.migration_notes import refuse_unmigrated
from storage.store import Store
from tests.builders import LATER, NOW, make_change, make_ticket
from tests.storage import old_program
from tests.storage.migrating import ANA, KEPT, files_in, migrated
from tests.storage.old_program import BEGUN, SECRET, old_event

# What follows from something else, what the old program wrote without being told, and what of it
# the rules of today find anew.
NOT_COMPARED = {"updated_at", "gap_count", "validation_status", "last_validated_at"}
NOT_COMPARED |= {"validation_gaps", "extraction_warnings", "status"}


def names_below(root: Path) -> list[Path]:
    """Return all that is there, folders too."""
    return sorted(root.rglob("*"))


def is_found(old: Any, ours: Any) -> bool:
    """Is all that an old value says in ours? Its naive times are UTC; its defaults said nothing."""
    match old:
        case None | False:
            return True
        case dict():
            return all(is_found(value, ours.get(name)) for name, value in old.items())
        case list():
            return len(old) == len(ours) and all(map(is_found, old, ours))
        case str() if old.startswith("2025-"):
            return datetime.fromisoformat(old).replace(tzinfo=UTC) == datetime.fromisoformat(
                ours
            )
    return str(old).casefold() == str(ours).casefold()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a directory of the old program with one file of each kind."""
    old_program.write_small(tmp_path / "data")
    return tmp_path / "data"


async def test_twenty_tickets_are_migrated_and_nothing_is_lost(layout: Layout) -> None:
    """Every value and every event is found again, every time knows its zone, and twice is once."""
    tickets = old_program.write_large(layout.root)
    originals = files_in(layout.root) | {"tickets/index.json": layout.index.read_bytes()}
    assert len(tickets) == 20

    report = await migrated(layout.root)
    once = files_in(layout.root)

    store = Store(layout.root)
    for ticket_id, raw in tickets.items():
        ticket = (await store.tickets.get(ticket_id)).model_dump(mode="json")
        said = " ".join(ticket["extraction_warnings"])
        for name in raw.keys() - NOT_COMPARED:
            is_named = f"{name} was" in said or f"{name}." in said
            assert is_named or is_found(raw[name], ticket[name]), (ticket_id, name)
        assert ticket["created_at"] == "2025-08-30T14:00:00.250000Z"
        event = (await store.history(ticket_id)).events[-1]
        original = originals[f"tickets/ticket_{ticket_id}.json"]
        assert event.action == "ticket_migrated"
        assert hashlib.sha256(original).hexdigest() in str(event.notes)
    for name, content in originals.items():
        if name.startswith("backups/daily/"):
            assert (layout.root / name).read_bytes() == content, name
        elif name != "config/api_keys.json":  # it had secrets
            assert (layout.root / KEPT / name).read_bytes() == content, name
    checked = await StoreCheck(store).run()
    assert checked.findings == []
    assert {one.file for one in checked.damaged} == {one.file for one in report.set_aside}
    assert (report.tickets, report.sessions, report.days) == (20, 2, 3)

    again = await migrated(layout.root, now=LATER)

    assert again.is_empty
    assert files_in(layout.root) == once


async def test_a_value_that_does_not_fit_costs_no_more_than_itself(layout: Layout) -> None:
    """It is named among the ticket's warnings, and what it leaves open is a gap."""
    old_program.write_large(layout.root)
    await migrated(layout.root)
    find = Store(layout.root).tickets.get

    short, nan = await find("short"), await find("nan")
    assert (short.phone, short.onsite_phone) == (None, "5125550142")
    assert "phone" in {gap.field for gap in short.open_gaps}
    assert "555-0142" in short.extraction_warnings[0]
    assert nan.gps_coordinates
    assert (nan.gps_coordinates.latitude, nan.gps_coordinates.longitude) == (None, -97.75)
    assert (await find("set")).extraction_warnings[:2] == ["1", "2"]
    assert (await find("letters")).phone == "abcdefghij"
    assert "phone" in {gap.field for gap in (await find("letters")).open_gaps}
    odd = await find("odd")
    assert (odd.priority_level, '"7"' in odd.extraction_warnings[0]) == ("Rush", True)
    gaps = {gap.field for gap in (await find("bare")).open_gaps}
    assert {"county", "city"} <= gaps


async def test_a_status_follows_from_the_gaps_until_the_center_knows_the_ticket(
    layout: Layout,
) -> None:
    """A confirmation that no named person gave is none; what was submitted stays submitted."""
    old_program.write_large(layout.root)
    await migrated(layout.root)
    find = Store(layout.root).tickets.get

    sent = await find("sent")
    assert (await find("ticket_7")).status is TicketStatus.DRAFT
    assert sent.status is TicketStatus.READY_TO_DIG
    assert sent.earliest_lawful_start == datetime(2025, 9, 4, 5, tzinfo=UTC)
    assert sent.member_responses[0].response_text == "No lines here"
    (gap,) = [one for one in sent.validation_gaps if one.resolution_method == "found_anew"]
    assert gap.created_at == BEGUN.replace(tzinfo=UTC)
    assert sent.gap_count == len(sent.open_gaps)


def told_in(root: Path) -> list[AuditEvent]:
    """Return every event of the log, having proved each line of it."""
    store = Store(root)
    assert list(store.audit.verify_all()) == []
    first, last = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    return store.audit._between(first.date(), last.date()).events


async def test_every_event_of_the_old_trail_is_in_the_chain_once(layout: Layout) -> None:
    """Two under one id are both kept, a torn array is read as far as it is whole."""
    old_program.write_large(layout.root)
    report = await migrated(layout.root)

    told = {event.id: event for event in told_in(layout.root)}

    whole = [*range(1, 12), 20, 21, 22, *(1440 + n for n in (0, 1, 2, 3, 5))]
    assert {str(old_event(number, None)["id"]) for number in whole} <= told.keys()
    assert str(old_event(1444, None)["id"]) not in told
    (torn,) = [one for one in report.noted if "at character" in one.problem]
    assert torn.file == "audit/2025-08/audit_20250831.json"
    assert [event for event in told.values() if "another one" in str(event.notes)]
    submitted = told[old_event(20, None)["id"]]
    assert submitted.field_changes["status"] == {"before": None, "after": "Submitted"}
    assert '"Dispatcher"' in str(submitted.notes)
    assert '"blue"' in str(told[old_event(22, None)["id"]].notes)
    assert told[old_event(21, None)["id"]].changed_fields == ["a", "b"]
    assert submitted.timestamp == BEGUN.replace(tzinfo=UTC) + timedelta(minutes=20)
    assert (report.events, report.duplicates) == (20, 1)
    history = await Store(layout.root).history("sent")
    assert [event.action for event in history.events] == [
        *["ticket_created"] * 6,
        "ticket_migrated",
    ]


async def test_conversations_backups_and_keys_are_in_our_form(layout: Layout) -> None:
    """The secret of no key can be read any more, and none of them opens anything."""
    old_program.write_large(layout.root)
    await migrated(layout.root)

    session = await Store(layout.root).sessions.find("abc123")
    assert isinstance(session, TicketSession)
    assert session.completed_steps == ["ask", "extract"]
    assert session.expires_at == BEGUN.replace(tzinfo=UTC)
    notes = json.loads(layout.backup_notes.read_text())
    place = "backups/daily/backup_20250830_020000.tar.gz"
    assert [one["file_path"] for one in notes["backups"]] == [place]
    assert notes["last_backup"]["created"] == "2025-08-30T02:00:00.100000Z"
    assert await ApiKeys(layout).list() == []
    everything = b"".join(files_in(layout.root).values())
    assert SECRET.encode() not in everything
    assert SECRET[::-1].encode() not in everything


async def test_a_dry_run_tells_the_same_and_changes_nothing(old: Path) -> None:
    """Not even a lock is made."""
    before = names_below(old)
    told = await Migration(Store(old), lambda: NOW).look(ANA)

    assert names_below(old) == before
    done = await migrated(old)
    assert told.model_copy(update={"is_dry_run": False}) == done


async def test_a_ticket_of_ours_gets_the_old_trail_into_its_history(layout: Layout) -> None:
    """Where the service ran on the directory before it was migrated."""
    store = Store(layout.root)
    await store.open()
    created = await store.commit(make_change(make_ticket("001")))
    old_program.write_day(layout.root, BEGUN, [old_event(1, "001"), old_event(2, "001")])

    await migrated(layout.root)

    store = Store(layout.root)
    edited = await store.commit(make_change(created, now=LATER, city="Waco"))
    history = (await store.history("001")).events
    assert {str(old_event(number, None)["id"]) for number in (1, 2)} <= {
        one.id for one in history
    }
    assert edited.version == 2
    assert (await StoreCheck(store).run()).is_clean


async def test_nobody_migrates_without_a_name(old: Path) -> None:
    """Who did it stands in the audit log for ever."""
    store = Store(old)
    await store.open()

    with pytest.raises(RejectedError, match="Nobody is named"):
        await Migration(store).run(Author(actor=Actor.USER, name=" "))
    with pytest.raises(RejectedError, match="audit trail") as refusal:
        refuse_unmigrated(old)

    assert "texas811 migrate" in str(refusal.value.remedy)
    assert not (old / "migrated").exists()

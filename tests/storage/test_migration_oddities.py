"""What the earlier program, an editor or a crash may have left there, and no other reader takes."""

import json
import os
from pathlib import Path

import pytest

from domain.audit import AuditEvent
from storage.checking import StoreCheck
from storage.index import TicketQuery
from storage.layout import Layout
from storage.migration import Migration
from storage.store import Store
from tests.builders import NOW
from tests.storage import old_program
from tests.storage.migrating import ANA, KEPT, migrated
from tests.storage.old_program import BEGUN, old_event, old_ticket

HALF = "\ud83d half"
ESCAPED = "\\ud83d half"
# Each is taken by Python's reader of JSON; most of them by no other.
HARD = {
    "half a letter": '"\\ud83d half"',
    "half a letter in a name": '{"\\ud83d": 1}',
    "lists in lists": "[" * 220 + "]" * 220,
    "objects in objects": '{"a":' * 400 + "1" + "}" * 400,
    "too many digits": "1" * 5000,
    "many digits": "1" + "0" * 400,
    "no number": "[NaN, 1e999]",
    "nothing": '"\\u0000"',
    "one name twice": '{"a": 1, "a": 2}',
    "a time beyond all": '"0001-01-01T00:00:00+14:00"',
    "half a letter in a set": "\"{'\\\\ud83d'}\"",
}


async def told(root: Path) -> list[AuditEvent]:
    """Return every event of the log, having proved each line of it."""
    store = Store(root)
    assert list(store.audit.verify_all()) == []
    return store.audit._between(BEGUN.date(), NOW.date()).events


async def is_clean(root: Path) -> bool:
    return (await StoreCheck(Store(root)).run()).is_clean


@pytest.mark.parametrize("name", HARD)
async def test_a_value_that_no_other_reader_takes_stops_nothing(
    layout: Layout, name: str
) -> None:
    """In any field of a ticket or an event; the dry run tells the same before."""
    hard, fields = '"the hard one"', ("notes", "to_status", "field_changes", "timestamp", "x")
    events = [{**old_event(1, "001"), field: "the hard one"} for field in fields]
    texts = {
        old_program.write_day(layout.root, BEGUN, []): [
            {**event, "id": str(number)} for number, event in enumerate(events)
        ],
        layout.ticket("001"): old_ticket("001", geometry="the hard one", phone="the hard one"),
        layout.session("abc"): {
            "messages": ["the hard one"],
            "session_data": {"a": "the hard one"},
        },
    }
    for path, value in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value, default=str).replace(hard, HARD[name]))

    foretold = await Migration(Store(layout.root), lambda: NOW).look(ANA)
    report = await migrated(layout.root)

    assert report == foretold.model_copy(update={"is_dry_run": False})
    assert (report.tickets, report.events, report.set_aside) == (1, len(fields), [])
    assert len(await told(layout.root)) == len(fields) + 2
    assert await is_clean(layout.root)


async def test_half_a_letter_is_written_as_its_escape_and_told_of(layout: Layout) -> None:
    """It was written by `json.dump`, which escapes what it cannot encode."""
    old_program.write_day(layout.root, BEGUN, [old_event(1, None, notes=HALF)])
    old_program.write_ticket(layout.root, "001", driving_directions=HALF)

    report = await migrated(layout.root)

    assert any(str(event.notes).startswith(ESCAPED) for event in await told(layout.root))
    ticket = await Store(layout.root).tickets.get("001")
    assert ticket.driving_directions == ESCAPED
    noted = {one.file for one in report.noted if "half a letter" in one.problem}
    assert noted == {"tickets/ticket_001.json", "audit/2025-08/audit_20250830.json"}


async def test_a_day_that_is_none_and_an_event_without_a_time(layout: Layout) -> None:
    """Then the beginning of the migration stands for it, and that is said."""
    day = old_program.write_day(layout.root, BEGUN, [old_event(1, "001", timestamp=None)])
    day.rename(day.with_name("audit_20261399.json"))

    report = await migrated(layout.root)

    assert NOW in {event.timestamp for event in await told(layout.root) if event.ticket_id}
    assert f"{NOW:%Y-%m-%d} stands for it" in report.noted[0].problem


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
async def test_what_an_editor_has_saved_is_read_as_it_was(
    layout: Layout, encoding: str
) -> None:
    """Editors on Windows put a mark before a text."""
    old_program.write_ticket(layout.root, "001", driving_directions="por la montaña")
    old_program.write_day(layout.root, BEGUN, [old_event(1, "001")])
    old_program.write(layout.config / "rate_limits.json", {"requests_per_minute": 60})
    for path in layout.root.rglob("*.json"):
        path.write_bytes(path.read_text("utf-8").encode(encoding))

    report = await migrated(layout.root)

    assert (report.tickets, report.events, report.set_aside) == (1, 1, [])
    assert [one.problem for one in report.noted] == [
        "Settings are environment variables here. It said: RATE_LIMIT_PER_MINUTE=60."
    ]
    ticket = await Store(layout.root).tickets.get("001")
    assert ticket.driving_directions == "por la montaña"


async def test_a_byte_that_is_no_letter_costs_no_more_than_itself(layout: Layout) -> None:
    old_program.write_ticket(layout.root, "001", driving_directions="por la montana")
    path = layout.ticket("001")
    path.write_bytes(path.read_bytes().replace(b"montana", b"monta\xf1a"))
    layout.ticket("002").write_text("[]")

    report = await migrated(layout.root)

    ticket = await Store(layout.root).tickets.get("001")
    assert ticket.driving_directions == "por la monta\ufffda"
    assert "what is no UTF-8" in report.noted[0].problem
    (aside,) = report.set_aside
    assert aside.problem.endswith("cannot be read as a ticket: it is JSON, and no object")


def swallowed(layout: Layout) -> Path:
    """Make what `shutil.move` makes of saves where a folder has the name of a ticket's file."""
    folder = layout.ticket("001")
    folder.mkdir(parents=True)
    for number, save in enumerate(("tmp1", "tmp2", "tmp3")):
        text = json.dumps(old_ticket("001", county=f"County {save}"), default=str)
        (folder / save).write_text(text[:300] if save == "tmp3" else text)
        os.utime(folder / save, (number, number))
    return folder


async def test_a_folder_in_the_place_of_a_ticket_gives_its_newest_save(layout: Layout) -> None:
    """The earlier program has answered each of these saves, and nobody could read them."""
    swallowed(layout)
    layout.ticket("002").mkdir()

    foretold = await Migration(Store(layout.root), lambda: NOW).look(ANA)
    report = await migrated(layout.root)

    assert report == foretold.model_copy(update={"is_dry_run": False})
    assert (await Store(layout.root).tickets.get("001")).county == "County tmp2"
    kept = layout.root / KEPT / "tickets" / "ticket_001.json"
    assert {path.name for path in kept.iterdir()} == {"tmp1", "tmp2", "tmp3"}
    problems = {one.file: one.problem for one in report.noted[::-1]}
    assert (
        "that of tmp2, the newest that can be read of 3" in problems["tickets/ticket_001.json"]
    )
    assert "no save of the ticket" in problems["tickets/ticket_002.json"]
    assert report.tickets == 1
    assert await is_clean(layout.root)


async def test_what_is_no_file_stops_neither_recovery_nor_search(
    layout: Layout, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told with its remedy, in the log and by the check; nothing waits for a pipe."""
    old_program.write_ticket(layout.root, "003")
    swallowed(layout)
    os.mkfifo(layout.ticket("002"))
    store = Store(layout.root)
    await store.open()

    await store.recover()
    page = await store.index.find(TicketQuery())
    report = await StoreCheck(store).run()

    assert ([entry.id for entry in page.entries], len(page.damaged)) == (["003"], 2)
    assert "ticket_001.json is a folder and not the file of a ticket." in caplog.text
    told_of = {one.file: one.remedy for one in report.findings}
    assert told_of.keys() == {"tickets/ticket_001.json", "tickets/ticket_002.json"}
    assert "Move it out" in told_of["tickets/ticket_001.json"]


async def test_a_name_that_no_text_can_hold_is_told_of_and_stays(layout: Layout) -> None:
    """Its bytes are no UTF-8: whoever knows the encoding must rename it."""
    old_program.write_ticket(layout.root, "001")
    odd = layout.tickets / os.fsdecode(b"ticket_\xe9.json")
    odd.write_text("{}")

    report = await migrated(layout.root)

    assert report.tickets == 1
    assert [one.file for one in report.noted][:1] == ["tickets/ticket_\\xe9.json"]
    assert odd.exists()

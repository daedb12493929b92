"""A line that is not as it should be is refused, and one without history becomes a draft."""

import asyncio
import io
import json
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import RejectedError
from domain.exporting import ExportFormat
from domain.import_forms import FEATURE_FACTS
from domain.importing import FACTS, SHAPES, said_by
from domain.ticket import TicketStatus
from storage.arrivals import Arrived
from storage.import_items import ImportFormat, items_of
from storage.outgoing import written_whole
from storage.store import Store
from tests.builders import LATER, make_change
from tests.domain.stated import facts_that_state, make_submitted
from tests.storage.damage import filled
from tests.storage.porting import THERE, exported, files_in, opened, take, written

# Lines that are not as they should be.


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "This is no JSON"),
        (b'{"kind":"ticket","n":NaN}', "This is no JSON"),
        (b'{"kind":"ticket","id":"\xff"}', "This is no JSON"),
        (b"[" * 5_000, "This is no JSON"),
        (b"7", "This is no object."),
        (b'{"kind":"martian"}', "does not match any of the expected tags"),
        (b'{"kind":"event","event":{"id":1}}', "Input should be a valid string."),
        (b'{"id":"../../etc/passwd","city":"Waco"}', "cannot be a id"),
        (b'{"id":"' + b"x" * 90 + b'","city":"Waco"}', "cannot be the id of a ticket."),
        (b'{"city":7}', "Input should be a valid string."),
        (b'{"gps_coordinates":{"latitude":1e999}}', "finite number"),
        (b'{"colour":"red"}', "A ticket has no field colour."),
    ],
    ids=range(12),
)
async def test_a_bad_line_is_refused_and_the_others_are_taken(
    store: Store, line: bytes, said: str
) -> None:
    """It is told by its number, and nothing of it is written."""
    good = b'{"id":"%s","city":"Waco"}'

    report, problems = await take(store, b"\n".join([good % b"one", line, good % b"two"]))

    assert [one.line for one in problems] == [2]
    assert said in problems[0].failure.problem
    assert (report.counts["draft", Arrived.WRITTEN], report.refused) == (2, 1)
    assert sorted(store.tickets.ids()) == ["one", "two"]


async def test_a_ticket_of_a_record_is_checked_as_a_whole(store: Store, tmp_path: Path) -> None:
    """An id that is a path, the event of another version, a document that is not the order's."""
    ours = await filled(await opened(tmp_path / "ours"))
    lines = [json.loads(line) for line in exported(ours).splitlines()]
    ticket = next(one for one in lines if one["kind"] == "ticket")
    order = next(one for one in lines if one["kind"] == "work_order")
    path = ticket | {"ticket": ticket["ticket"] | {"id": "../x"}, "version": 1, "event": None}
    spoilt = [path, ticket | {"version": 7}, order | {"document": "AAAA"}]

    _report, problems = await take(store, "\n".join(map(json.dumps, spoilt)).encode())

    assert [one.line for one in problems] == [1, 2, 3]
    assert "cannot be a ticket id" in problems[0].failure.problem
    assert "not that of version 7" in problems[1].failure.problem
    assert "the document has 3 bytes" in problems[2].failure.problem
    assert files_in(store) == {}


async def test_a_changed_file_and_one_of_a_newer_release_are_noticed(
    store: Store, tmp_path: Path
) -> None:
    """A line that was taken out is missed by the tail; a format that is not known is not guessed."""
    ours = await filled(await opened(tmp_path / "ours"))
    lines = exported(ours).splitlines(keepends=True)
    newer = lines[0].replace(b'"version":1', b'"version":9')

    changed = b"".join([*lines[:3], *lines[4:]])
    with pytest.raises(RejectedError, match="lines are missing, or were changed"):
        await take(store, changed)
    assert files_in(store) == {}
    _report, problems = await take(store, changed, accepts_changed=True)
    assert [one.failure.field for one in problems] == ["sha256"]
    with pytest.raises(RejectedError, match="format 9; this release reads up to 1"):
        await take(store, b"".join([newer, *lines[1:]]))


def test_a_line_without_an_end_is_passed_over_in_little_memory() -> None:
    """Ten times what a row may have, and the row behind it is read."""
    long = b"city\n" + b"x" * 10 * 1024 * 1024 + b"\nWaco\n"

    items = list(items_of(io.BytesIO(long), ImportFormat.CSV))

    assert [item.line for item in items] == [2, 3]
    assert "longer than 1024 KiB" in str(items[0].what)


# Formats that hold less.

BESIDE = {"texas811_ticket_number", "notice_at", "requested_at", "created_at"}
CARRIED = {
    "csv": FACTS - SHAPES | BESIDE,
    "json": FACTS - {"geometry"} | BESIDE | {"members"},
    "geojson": BESIDE | {*FEATURE_FACTS},
}


@pytest.mark.parametrize("suffix", sorted(CARRIED))
@settings(max_examples=8, deadline=None)
@given(stated=st.lists(facts_that_state("county"), min_size=1, max_size=3))
def test_what_a_format_carries_comes_back(suffix: str, stated: list[dict[str, Any]]) -> None:
    """As the table in `domain/importing.py` says, as drafts; the dates are computed again."""
    tickets = [
        make_submitted(ticket_id=f"t{n}", texas811_ticket_number=f"260611{n}", **facts)
        for n, facts in enumerate(stated)
    ]

    async def prove(root: Path) -> None:
        store = await opened(root / "data")
        content = written(tickets, ExportFormat(suffix))
        _report, problems = await take(store, content, f"tickets.{suffix}")
        assert problems == []
        for ticket in tickets:
            draft = await store.tickets.get(ticket.id)
            carried = set(CARRIED[suffix])
            assert draft.model_dump(include=carried) == ticket.model_dump(include=carried)
            where = frozenset({"place"} if suffix != "geojson" else {"site"})
            assert said_by(draft, where) == said_by(ticket, where)
            if suffix == "json" and ticket.geometry:
                assert draft.geometry == ticket.geometry
            assert draft.status in {TicketStatus.DRAFT, TicketStatus.VALID_PENDING_CONFIRM}
            assert draft.expires_at == ticket.expires_at
        again, _none = await take(store, content, f"tickets.{suffix}")
        assert {what for _kind, what in again.counts} == {THERE}

    with tempfile.TemporaryDirectory() as root:
        asyncio.run(prove(Path(root)))


@settings(max_examples=8, deadline=None)
@given(facts=facts_that_state("county"))
def test_an_open_ticket_comes_back_with_all_that_it_says(facts: dict[str, Any]) -> None:
    """What the format carries is known here too, by the center's number."""
    ticket = make_submitted(**facts)
    content = written([ticket], ExportFormat.OPEN_TICKET)

    async def prove(root: Path) -> None:
        store, ours = await opened(root / "data"), await opened(root / "ours")
        await ours.commit(make_change(ticket))
        report, problems = await take(store, content, "tickets.json")
        assert (problems, report.counts) == ([], {("draft", Arrived.WRITTEN): 1})
        again, _none = await take(store, content, "tickets.json")
        assert again.counts == {("draft", THERE): 1}
        at_home, problems = await take(ours, content, "tickets.json")
        assert (problems, at_home.counts) == ([], {("draft", THERE): 1})

    with tempfile.TemporaryDirectory() as root:
        asyncio.run(prove(Path(root)))


async def test_a_draft_tells_where_it_comes_from(store: Store) -> None:
    """File and line, in the audit log; its gaps and its dates are those of today's rules."""
    content = written([make_submitted(company=None)], ExportFormat.CSV)

    await take(store, content, "old.csv")

    [event] = (await store.history("ticket-1")).events
    assert (event.action, event.compliance_relevant) == ("ticket_imported", True)
    assert event.notes == "Lee Park imported it from old.csv, line 2."
    ticket = await store.tickets.get("ticket-1")
    assert "company" in [gap.field for gap in ticket.open_gaps]
    assert ticket.extraction_warnings == []
    assert ticket.earliest_lawful_start == make_submitted().earliest_lawful_start


async def test_a_file_of_a_spreadsheet_is_read(store: Store) -> None:
    """With its mark, semicolons, ends of lines, and the apostrophe before a formula taken off."""
    content = "\ufeffid;status;city;is_boring;work_area_description\r\n"
    content += 'a;Submitted;Waco;TRUE;"\'=5 ft\r\n; north"\r\n\r\nb;;"Mar"fa;;\r\nc;;Waco;maybe;\r\nd;\r\ne;;Waco;;x\r\n'

    report, problems = await take(store, content.encode(), "sheet.csv")

    a = await store.tickets.get("a")
    assert (a.city, a.is_boring, a.work_area_description) == ("Waco", True, "=5 ft\r\n; north")
    assert a.extraction_warnings == [
        "Where it comes from it was Submitted; here it is a draft."
    ]
    assert [(one.line, one.failure.field) for one in problems] == [
        (5, None),
        (6, "is_boring"),
        (7, None),
    ]
    assert report.counts["draft", Arrived.WRITTEN] == 2


async def test_a_ticket_that_went_on_is_not_taken_back(store: Store) -> None:
    """The file says what the ticket said once: newer here. It says otherwise: a conflict."""
    content = written([make_submitted()], ExportFormat.CSV)
    await take(store, content, "t.csv")
    ticket = await store.tickets.get("ticket-1")
    await store.commit(make_change(ticket, now=LATER, city="Marfa"))

    report, _problems = await take(store, content, "t.csv")
    _report, problems = await take(store, content.replace(b"Austin", b"Waco"), "t.csv")

    assert report.counts == {("draft", Arrived.NEWER): 1}
    assert [one.failure.field for one in problems] == ["city"]
    assert (await store.tickets.get("ticket-1")).city == "Marfa"


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"a,b\n1,2\n", "t.csv", "does not name the columns"),
        (b"city,city\nWaco,Waco\n", "t.csv", "stands there twice"),
        (b'[{"city":"Waco"},', "t.json", "Line 1: this is not the JSON"),
        (b'[{"city":"Waco"}\n{"city":"Waco"}]', "t.json", "A comma or a ] is missing"),
        (b"[" * 9_999, "t.json", "within one another"),
        (b'{"type":"FeatureCollection","features":[]} x', "t.geojson", "follows the end"),
        (b'[{"city":"\xff"}]', "t.json", "not UTF-8: see its byte 11"),
    ],
    ids=range(7),
)
async def test_a_file_that_cannot_be_read_on_is_refused(
    store: Store, content: bytes, name: str, said: str
) -> None:
    """With the place; a file of JSON is read to its end before anything of it is taken."""
    with pytest.raises(RejectedError) as refusal:
        await take(store, content, name)

    assert said in refusal.value.problem


def test_a_file_is_whole_under_its_name_or_not_there(tmp_path: Path) -> None:
    """What had the name before stays until then, and nothing is left beside it."""
    path = tmp_path / "all.ndjson"
    path.write_bytes(b"before")
    with suppress(ZeroDivisionError), written_whole(path) as file:
        file.write(b"half")
        raise ZeroDivisionError

    assert path.read_bytes() == b"before"
    with written_whole(path) as file:
        file.write(b"whole")
    assert path.read_bytes() == b"whole"
    assert [one.name for one in tmp_path.iterdir()] == ["all.ndjson"]

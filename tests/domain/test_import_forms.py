"""What a table's headings and cells are taken for, and what is refused in words."""

from typing import Any

import pytest

from domain.audit import Actor, Author
from domain.errors import MalformedError, RejectedError
from domain.import_forms import checked_columns, from_json, from_row
from domain.importing import imported
from domain.submitting import CenterReceipt, confirm, submit
from domain.ticket import TicketStatus
from tests.builders import LATER, NOW
from tests.domain.lives import taken
from tests.domain.stated import make_submitted

LEE = Author(actor=Actor.USER, name="Lee Park")


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Street Address", "address"),
        ("TYPE OF WORK", "type_of_work"),
        ("Work-Area Description ", "work_area_description"),
        ("lng", "longitude"),
        (" ", ""),
    ],
)
def test_a_heading_is_known_however_it_is_written(heading: str, column: str) -> None:
    """Case, blanks and strokes do not tell columns apart, and some have a second name."""
    assert checked_columns(["city", heading]) == ("city", column)


@pytest.mark.parametrize(
    ("heading", "near"),
    [("Contry", "county"), ("work_area_desc", "work_area_description"), ("Zzyzx", None)],
)
def test_a_column_that_is_not_known_is_refused_by_its_name(
    heading: str, near: str | None
) -> None:
    """What stands in it would be lost, and two rows that differ in it would be one ticket."""
    with pytest.raises(MalformedError) as refusal:
        checked_columns(["city", heading])

    assert refusal.value.field == heading
    assert (near in refusal.value.suggested_values) if near else not near
    assert (near or "take the column out") in str(refusal.value.remedy)


def test_a_cell_without_a_heading_is_not_dropped() -> None:
    """A spreadsheet may have empty columns at its end, if they are empty."""
    assert from_row(("city", ""), ["Waco", " "]).facts == {"city": "Waco"}
    with pytest.raises(MalformedError, match="has no heading"):
        from_row(("city", ""), ["Waco", "1 Main St"])


@pytest.mark.parametrize(("cell", "flag"), [("Yes", True), ("no", False), ("TRUE", True)])
def test_yes_and_no_are_understood(cell: str, flag: bool) -> None:  # noqa: FBT001 - it is the answer
    """The words that the refusal of others names."""
    assert from_row(("is_boring",), [cell]).facts == {"is_boring": flag}


@pytest.mark.parametrize(
    ("said", "field", "word"),
    [
        ({"county": "Har\x00ris"}, "county", "U+0000"),
        ({"city": "\u202eocaW"}, "city", "U+202E"),
        ({"city": "Waco", "members": [{"code": "A\x07"}]}, "members", "U+0007"),
        ({"city": "Waco", "notice_at": "2026-03-02T09:00:00"}, "notice_at", "-06:00"),
    ],
    ids=range(4),
)
def test_a_value_that_cannot_be_is_refused_with_what_helps(
    said: dict[str, Any], field: str, word: str
) -> None:
    """Nothing that nobody sees gets into a ticket, and a time without a zone shows how one has it."""
    with pytest.raises(RejectedError) as refusal:
        from_json(said)

    assert refusal.value.field == field
    assert word in f"{refusal.value.problem} {refusal.value.remedy}"


def test_a_ticket_that_is_live_elsewhere_can_come_into_force_here() -> None:
    """From a table with its number and its notice: confirmed and submitted with that notice."""
    ticket = make_submitted(is_blasting=False, duration_days=3)
    columns = ("texas811_ticket_number", "notice_at", "members", *FACTS)
    cells = [ticket.texas811_ticket_number or "", NOW.isoformat(), "ATM01"]
    said = ticket.model_dump(mode="json")
    cells += [str(said[name]) for name in FACTS]

    found = from_row(columns, cells)
    draft = taken(imported(found, origin="t.csv, line 2", now=LATER, by=LEE))
    sure = taken(confirm(draft, now=LATER, by=LEE, emergency_attested=False))
    receipt = CenterReceipt(
        texas811_ticket_number=str(found.number), notice_at=NOW, members=draft.members
    )

    live = taken(submit(sure, receipt, now=LATER, by=LEE))

    assert live.status is TicketStatus.SUBMITTED
    assert live.expires_at == ticket.expires_at


FACTS = (
    "company",
    "contact_name",
    "phone",
    "email",
    "address_line_1",
    "city_state_zip",
    "type_of_work",
    "county",
    "city",
    "address",
    "nearest_intersection",
    "work_area_description",
    "planned_start_at",
    "is_blasting",
    "duration_days",
)

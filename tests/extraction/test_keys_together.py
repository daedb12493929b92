"""What one value of JSON or XML is because of the others, and tables that keep names apart."""

import base64
import json

import pytest

from extraction import read
from tests.extraction.quoting import is_reproduced

WORK = {"workOrderNumber": "WO-7", "typeOfWork": "Trench for cable", "county": "Hays"}
CELLS = ["26-114", "Sandhills Trenching LLC", "1709 W Wall St", "Midland", 48]
COLUMNS = ["WO Number", "Contractor", "Site Address", "City", "Depth (in)"]


def taken(document: object) -> dict[str, object]:
    """Return what is taken from a document; each value has quotes that give it again."""
    reading = read(document if isinstance(document, bytes) else json.dumps(document).encode())
    for name, finding in reading.fields.items():
        assert is_reproduced(name, finding), (name, finding)
    return dict(reading.taken())


@pytest.mark.parametrize(
    "table",
    [
        {"report": "Open orders", "columns": COLUMNS, "rows": [CELLS]},
        {"fields": [{"name": name} for name in COLUMNS], "records": [CELLS]},
        {"values": [COLUMNS, CELLS]},
        [COLUMNS, CELLS],
        {
            "fieldAliases": {f"F{n}": name for n, name in enumerate(COLUMNS)},
            "features": [{"attributes": {f"F{n}": cell for n, cell in enumerate(CELLS)}}],
        },
        {
            "names": {f"customfield_10{n}": name for n, name in enumerate(COLUMNS)},
            "fields": {f"customfield_10{n}": cell for n, cell in enumerate(CELLS)},
        },
    ],
)
def test_names_that_stand_apart_find_their_values(table: object) -> None:
    """Columns once and rows as bare lists, or codes as keys with their names elsewhere."""
    values = taken(table)

    assert values["work_order_ref"] == "26-114"
    assert values["company"] == "Sandhills Trenching LLC"
    assert values["address"] == "1709 W Wall St"
    assert values["depth_inches"] == 48


def test_objects_that_are_only_named_are_read_where_they_belong() -> None:
    """JSON:API keeps the contractor and the client in one list and names them by id."""
    document = {
        "data": {
            "type": "orders",
            "id": "1",
            "attributes": WORK,
            "relationships": {
                "contractor": {"data": {"type": "firms", "id": "a"}},
                "client": {"data": {"type": "firms", "id": "b"}},
            },
        },
        "included": [
            {"type": "firms", "id": "b", "attributes": {"name": "Hill Light Co"}},
            {"type": "firms", "id": "a", "attributes": {"name": "Abel Digging LLC"}},
        ],
    }

    values = taken(document)

    assert values["company"] == "Abel Digging LLC"
    assert values["work_for"] == "Hill Light Co"


@pytest.mark.parametrize(
    ("more", "field", "value"),
    [
        ({"loc": {"city": "ABL", "cityName": "ABILENE"}}, "city", "ABILENE"),
        ({"length": "2 WEEKS"}, "duration_days", 14),
        ({"description": "Auger hole 72 in deep for pole"}, "depth_inches", 72),
        ({"crossStrt": {"Pre": "E", "Name": "McClure", "Type": "Ave"}}, *("nearest_intersection", "E McClure Ave")),
        ({"Nearest_Cross_Street__c": "Berry St"}, "nearest_intersection", "Berry St"),
        ({"submitTo": "Brazos Fork Utility LP"}, "company", "Brazos Fork Utility LP"),
        ({"Contractor Rep": "Ann Lee", "Rep Phone": "512-555-0100"}, "phone", "512-555-0100"),
        ({"contact": {"emails": [{"address": "ann@example.com"}]}}, "email", "ann@example.com"),
        ({"depth": {"quantity": 6, "unitOfMeasure": "FT"}}, "depth_inches", 72),
    ],
)  # fmt: skip
def test_a_value_is_understood_with_what_stands_beside_it(
    more: dict[str, object], field: str, value: object
) -> None:
    """One property of a layout each."""
    assert taken(WORK | more)[field] == value


@pytest.mark.parametrize(
    ("more", "field"),
    [
        # A supervisor of the utility without a telephone, beside the contractor's contact.
        ({"supervisor": "Jan Oter", "contractorContact": "Ray Pruitt"}, "onsite_contact_name"),
        # Who lives next door only called.
        (
            {
                "siteAddress": "2417 Bosque Blvd",
                "customer": {"name": "Le, T", "address": "2421 Bosque Blvd"},
            },
            "work_for",
        ),
        # Nobody is called so.
        ({"requestedBy": "CALL CENTER"}, "contact_name"),
        # How a field may be filled in is no value of it.
        ({"fields": [{"fieldName": "depth", "value": "", "max": 20}]}, "depth_inches"),
        # A rule of safety is no depth of this work.
        ({"remarks": "If deeper than 5 ft deep use a box for it"}, "depth_inches"),
    ],
)
def test_what_only_looks_like_an_answer_fills_nothing(
    more: dict[str, object], field: str
) -> None:
    """Left out rather than guessed."""
    assert field not in taken(WORK | more)


@pytest.mark.parametrize(
    "box",
    [
        {"nwLat": 30.0102, "nwLng": -97.8802, "seLat": 30.0002, "seLng": -97.8702},
        {"bounds": {"north": 30.0102, "south": 30.0002, "east": -97.8702, "west": -97.8802}},
        {"extent": {"xmin": -97.8802, "ymin": 30.0002, "xmax": -97.8702, "ymax": 30.0102}},
        {
            "northWest": {"lat": 30.0102, "lng": -97.8802},
            "southEast": {"lat": 30.0002, "lng": -97.8702},
        },
        {"bbox": [-97.8802, 30.0002, -97.8702, 30.0102]},
    ],
)
def test_a_box_gives_its_middle(box: dict[str, object]) -> None:
    """Corners under any names, where no other point is named."""
    point = taken(WORK | box)["gps_coordinates"]

    assert isinstance(point, dict)
    assert (point["latitude"], point["longitude"]) == (30.0052, -97.8752)


def test_a_point_goes_before_the_box_around_it() -> None:
    """Corners do not move a site that has a point of its own."""
    box = {"nwLat": 30.0102, "nwLng": -97.8802, "seLat": 30.0002, "seLng": -97.8702}

    point = taken(WORK | box | {"lat": 30.0021, "lon": -97.8712})["gps_coordinates"]

    assert isinstance(point, dict)
    assert point["latitude"] == 30.0021


def test_text_in_base64_is_read_as_what_it_is() -> None:
    """A ticket as text within an envelope; what is no text stays a value."""
    text = "Ticket No: 2612345678\nCompany: Abel Digging LLC\nCounty: Hays\nDepth: 4 ft\n"

    assert taken({"content": base64.b64encode(text.encode()).decode()})["depth_inches"] == 48
    assert taken(WORK | {"content": base64.b64encode(bytes(range(200))).decode()})


def test_a_prefix_of_all_keys_is_not_a_part_of_their_sense() -> None:
    """Lists of a portal call every column `ows_`."""
    row = '<row ows_WorkOrder="55301" ows_StreetAddress="3011 S Sunset St" ows_City="Weslaco"'
    row += ' ows_County="Hidalgo" ows_Contractor="Rio Line Construction" ows_WhiteLined="1"/>'

    values = taken(f"<items>{row}</items>".encode())

    assert values["address"] == "3011 S Sunset St"
    assert values["white_lines_painted"] is True

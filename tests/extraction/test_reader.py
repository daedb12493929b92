"""Whole documents: what a person would read from them is what is read."""

import pytest

from domain.extraction import DocumentKind, Extraction, WarningCode
from extraction import read
from tests.extraction.documents import codes, own_documents, readings

SITE = {"county": "Caldwell", "city": "Lockhart", "address": "410 Bluebonnet Ln"}
CALLER = {
    "company": "Mesa Trenching LLC",
    "contact_name": "Ana Ruiz",
    "phone": "512-555-0142",
}
FOREMAN = {"onsite_contact_name": "Bill Tate", "onsite_phone": "512-555-0177"}
ORDER = {"work_order_ref": "60417"}
EXPECTED = {
    "printed.txt": CALLER
    | FOREMAN
    | SITE
    | ORDER
    | {"phone_extension": "7", "depth_inches": 72},
    "columns.txt": CALLER | SITE | ORDER | {"address_line_1": "PO Box 12", "pole_id": "7781-A"},
    "capitals.txt": CALLER
    | FOREMAN
    | SITE
    | ORDER
    | {"is_blasting": False, "duration_days": 14},
    "ticket.txt": CALLER | SITE | {"ticket_type": "Normal"},
    "table.html": CALLER
    | ORDER
    | {"city": "Lockhart", "nearest_intersection": "Mockingbird Ln"},
    "nested.json": CALLER | FOREMAN | SITE | ORDER,
    "own.json": CALLER | {"county": "Caldwell", "is_boring": False, "duration_days": 14},
    "order.xml": CALLER | SITE | ORDER,
    "order.eml": CALLER | ORDER | SITE,
    "forwarded.eml": CALLER | ORDER | SITE,
}


@pytest.mark.parametrize("name", EXPECTED)
def test_each_medium_and_layout_gives_the_same_order(name: str) -> None:
    """One order, printed, in columns, in capitals, as table, mail, JSON and XML."""
    taken = readings()[name].taken()

    wanted = EXPECTED[name]
    assert {field: plain(taken.get(field)) for field in wanted} == {
        field: plain(value) for field, value in wanted.items()
    }


def plain(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def test_a_form_on_paper_is_read_in_its_columns() -> None:
    """The phone in the left column is the contractor's, the address in the right the site's."""
    taken = readings()["gas_main_relocation.pdf"].taken()

    assert taken["company"] == "Saltgrass Directional LLC"
    assert taken["work_order_ref"] == "LPG-118907"
    assert taken["address"] == "918 Cotton Row Ave"
    assert taken["address_line_1"] == "6021 Bay Levee Rd"
    assert taken["phone"] == taken["onsite_phone"] == "361-555-0151"


def test_a_dispatch_is_an_emergency_that_somebody_has_to_confirm() -> None:
    """A gas leak has no form: what is taken from it is asked about."""
    reading = readings()["dispatch.txt"]

    assert reading.kind is DocumentKind.DISPATCH
    assert reading.taken()["ticket_type"] == "Emergency"
    assert reading.fields["ticket_type"].confidence < 0.9
    assert "ODOR AT THE METER" in str(reading.taken()["emergency_justification"])
    assert WarningCode.MISSING_COMPANY in codes(reading)


def test_the_samples_of_the_repository_are_read_as_their_list_says() -> None:
    """They are what a newcomer sees first."""
    pole = readings()["pole_replacement.txt"].taken()
    mail = readings()["gas_service.eml"].taken()
    fields = readings()["underground_primary.json"].taken()

    assert pole["contact_name"] == "Raymond Tovar"
    assert pole["type_of_work"] == "Replace pole and set one down-guy anchor"
    assert pole["work_for"] == "Caney Bend Electric Cooperative"
    assert pole["work_for_phone"] == "979-555-0110"
    assert (mail["city"], mail["onsite_phone"]) == ("Levelland", "806-555-0133")
    assert mail["county"] == "Hockley"
    assert fields["duration_days"] == 3


@pytest.mark.parametrize("name", ["lunch.txt", "blank.txt"])
def test_what_is_no_filled_in_order_fills_nothing(name: str) -> None:
    """An empty form and a menu give a draft with every question open."""
    reading = readings()[name]

    assert reading.kind is DocumentKind.NOT_A_WORK_ORDER
    assert reading.taken() == {}
    assert WarningCode.NOT_A_WORK_ORDER in codes(reading)


def test_bytes_of_no_known_kind_are_unreadable_and_no_crash() -> None:
    """The door refuses them; should they come in another way, the result says so."""
    reading = read(b"\x00\x01\x02\x03")

    assert reading.kind is DocumentKind.UNREADABLE
    assert codes(reading) == {WarningCode.UNREADABLE}


def test_a_result_survives_the_way_to_the_disk_and_back() -> None:
    """It is stored beside the order as JSON."""
    for name in own_documents():
        reading = readings()[name]
        assert Extraction.model_validate_json(reading.model_dump_json()) == reading

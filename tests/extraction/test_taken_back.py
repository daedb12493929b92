"""Taken back: what a document denies, strikes out, contradicts or leaves open is never sure."""

from email.message import EmailMessage

import pytest

from domain.extraction import Extraction
from extraction import read
from extraction.deciding.taken_back import is_denied
from extraction.reading.any import read_document
from extraction.values.coordinates import coordinate
from extraction.values.normalise import normalise
from tests.extraction.quoting import is_reproduced

SURE = 0.90
FILLED_IN = 0.60
ORDER = """WORK ORDER 4471
Company: Hill Electric LLC
Contact: Ann Roe
Phone: 512-555-0142
Address: 120 Oak St
City: Austin
County: Travis
Type of work: install pole
"""
CALL = """CAD INCIDENT 24-000123
RECEIVED: 03/04/2025 10:22
{}
ADDRESS: 120 OAK ST
CITY: AUSTIN
COUNTY: TRAVIS
UNITS: E12 L3
"""


def order(text: str) -> Extraction:
    """Read an order and see that each value stands where it is said to stand."""
    extraction = read(text.encode(), filename="order.txt")
    for field, finding in extraction.fields.items():
        assert is_reproduced(field, finding), field
    return extraction


@pytest.mark.parametrize(
    "line",
    [
        "Lat/Lon: 30.1742, -98.0011 (office 30.2672, -97.7431)",
        "GPS: 30.1742, -98.0011 - our yard is at 30.2672, -97.7431",
        "Coordinates: 30.1742 -98.0011; 30.2672 -97.7431",
    ],
)
def test_of_two_points_the_first_is_asked_about(line: str) -> None:
    """The middle of the two is a point that nobody wrote."""
    found = order(ORDER + line).fields["gps_coordinates"]
    assert found.value == {"latitude": 30.1742, "longitude": -98.0011, "source": "extracted"}
    assert found.confidence < SURE
    others = [one.value for one in found.alternatives]
    assert {"latitude": 30.2672, "longitude": -97.7431, "source": "extracted"} in others


@pytest.mark.parametrize(
    ("words", "latitude"),
    [
        ("30.1742, -98.0011; 30.1752, -98.0021", 30.1742),
        ("NW 30.1742, -98.0011 SE 30.1752, -98.0021", 30.1747),
        ("outline 30.1742, -98.0011; 30.1752, -98.0021", 30.1747),
        ("30.1742, -98.0011; 30.1752, -98.0021; 30.1742, -98.0021", 30.1747),
    ],
)
def test_only_a_shape_or_corners_have_a_middle(words: str, latitude: float) -> None:
    """Three points are a shape, two are corners where words say so."""
    found = coordinate(words)
    assert isinstance(found, dict)
    assert found["latitude"] == latitude


@pytest.mark.parametrize(
    ("struck", "live"),
    [
        ("<s>Waco</s>", "<ins>Austin</ins>"),
        ("<del>Waco</del>", "Austin"),
        ("<strike>Waco</strike>", "<u>Austin</u>"),
        ("<span style='color:red; text-decoration: line-through'>Waco</span>", "<b>Austin</b>"),
        ("<font style='text-decoration-line:line-through'>Waco</font>", "Austin"),
    ],
)
def test_what_is_struck_out_of_a_page_is_not_read(struck: str, live: str) -> None:
    """A line through a word takes it back; what was put in its stead holds."""
    page = f"<table><tr><td>City</td><td>{struck} {live}</td></tr></table>"
    mail = EmailMessage()
    mail["From"], mail["To"] = "ann@example.com", "office@example.com"
    mail["Subject"] = "Work order"
    mail.set_content("City: Waco Austin")
    mail.add_alternative(page, subtype="html")
    for source, name in ((page.encode(), "order.html"), (mail.as_bytes(), "order.eml")):
        document = read_document(source, filename=name, media_type=None)
        assert document is not None
        assert "Austin" in document.text
        assert "Waco" not in document.text


@pytest.mark.parametrize("name", ["Kendleton", "Orleans"])
def test_a_county_that_texas_has_not_is_asked_about(name: str) -> None:
    """There are 254, and this is none of them."""
    found = order(ORDER.replace("Travis", name)).fields["county"]
    assert found.confidence < SURE


@pytest.mark.parametrize("told", ["Lubbock (also Lamb)", "Lubbock, also Lamb"])
def test_a_second_county_in_brackets_is_an_alternative(told: str) -> None:
    """A ticket is for one county: which of them, a person says."""
    text = ORDER.replace("Travis", told).replace("Austin", "Lubbock")
    found = order(text).fields["county"]
    assert found.value == "Lubbock"
    assert found.confidence < SURE
    assert "Lamb" in [one.value for one in found.alternatives]


@pytest.mark.parametrize(
    ("field", "words", "value"),
    [
        ("transformer_id", "25 kVA", None),
        ("transformer_id", "50KVA", None),
        ("transformer_id", "7.2 kV", None),
        ("transformer_id", "7.2/12.47 kV", None),
        ("transformer_id", "3 ph 120/240", None),
        ("transformer_id", "(3) 25 kVA", None),
        ("transformer_id", "25 kVA, T-4411", "T-4411"),
        ("transformer_id", "LC-3378", "LC-3378"),
        ("transformer_id", "15 KVA CSP #77123", "77123"),
        ("transformer_id", "1ph 25kVA 7200-120/240V", None),
        ("pole_id", "set 2 poles", None),
        ("pole_id", "2 new", None),
        ("pole_id", "replace 45/3 with 50/2", None),
        ("pole_id", "one new 40 ft class 5, tag 88123", "88123"),
        ("pole_id", "(2) new poles", None),
        ("pole_id", "40' class 4", None),
        ("pole_id", "45 ft", None),
        ("pole_id", "3 ph", None),
        ("pole_id", "P-4471", "P-4471"),
        ("pole_id", "7", "7"),
        ("meter_number", "200 amp", None),
        ("meter_number", "98 112 334", "98 112 334"),
        ("equipment_type", "backhoe, no bore", "backhoe"),
        ("equipment_type", "mini-ex and trencher (no boring)", "mini-ex and trencher"),
        ("equipment_type", "backhoe, no bore, dump truck", "backhoe, dump truck"),
        ("equipment_type", "vac truck without hydro excavation", "vac truck"),
        ("equipment_type", "trencher", "trencher"),
    ],
)
def test_a_rating_is_no_number_and_what_is_not_used_no_equipment(
    field: str, words: str, value: str | None
) -> None:
    """How large a thing is and how many there are, no tag on it says."""
    assert normalise(field, words) == value


@pytest.mark.parametrize(
    "notes", ["CALLER SMELLS GAS, HUNG UP, WILL CALL BACK", "ENGINE 12 ENROUTE, POLICE ADVISED"]
)
def test_a_narrative_that_names_no_place_is_no_area(notes: str) -> None:
    """What has happened says nothing of where to dig."""
    found = order(CALL.format(f"TYPE: GAS LEAK\nNOTES: {notes}")).fields
    area = found.get("work_area_description")
    assert area is None or area.confidence < FILLED_IN


def test_a_narrative_that_names_a_place_is_the_area() -> None:
    """One with a side or a yard in it is filled in."""
    text = CALL.format("TYPE: WIRES DOWN\nNOTES: LINE SAGGING IN REAR YARD BY THE FENCE")
    assert order(text).fields["work_area_description"].confidence >= FILLED_IN


@pytest.mark.parametrize(
    "told",
    [
        "TYPE: WIRES DOWN - NOT AN EMERGENCY",
        "TYPE: WIRES DOWN\nNOTES: NOT EMERGENCY PER FD",
        "TYPE: WIRES DOWN\nEmergency: NOT EMERGENCY PER FD",
        "TYPE: WIRES DOWN\nEmergency: NO",
        "TYPE: WIRES DOWN\nNOTES: NON-EMERGENCY, LINE SAGGING IN REAR YARD",
    ],
)
def test_an_emergency_that_is_denied_is_none(told: str) -> None:
    """A dispatch is one by its nature only as long as it does not say otherwise."""
    found = order(CALL.format(told)).fields
    for field in ("ticket_type", "priority_level"):
        assert field not in found or found[field].value in ("Normal", "Standard")
    assert "emergency_justification" not in found


@pytest.mark.parametrize(
    "head",
    [
        "EMERGENCY: NO",
        "EMERGENCY - NOT PER FD",
        "EMERGENCY TICKET: NO",
        "Emergency: N   Boring: Y",
        "*** NOT AN EMERGENCY ***",
        "Ticket Type: Not Emergency",
        "Remarks: called in as an emergency dig but it is no longer an emergency",
    ],
)
def test_a_head_that_denies_an_emergency_names_none(head: str) -> None:
    """A banner, a headline and a label are read with the no behind them."""
    found = order(head + "\n" + ORDER).fields.get("ticket_type")
    assert found is None or found.value == "Normal"
    mail = f"From: a@example.com\nTo: b@example.com\nSubject: Locate ticket - NOT an emergency\n\n{ORDER}"
    subject = read(mail.encode(), filename="order.eml").fields.get("ticket_type")
    assert subject is None or subject.value == "Normal"


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("this is not considered an emergency", True),
        ("nonemergency", True),
        ("Emergency? N", True),
        ("if this is not an emergency call the office", False),
        ("non-emergency requests take two days", False),
        ("caller used the non-emergency line", False),
        ("emergency no. 512-555-0142", False),
        ("emergency - no power to the lift station", False),
        ("EMERGENCY: NO WATER ON THE STREET", False),
        ("do not wait, emergency crews are on site", False),
    ],
)
def test_what_denies_an_emergency(text: str, *, denied: bool) -> None:
    """A rule for callers, a telephone and a want of power deny nothing."""
    assert is_denied(text) is denied


def test_an_emergency_by_name_keeps_its_reason() -> None:
    """A label outweighs a remark; the reason that is given never is a denial."""
    head = (
        "Ticket Type: Emergency\nReason for emergency: gas blowing\nRemarks: not an emergency"
    )
    found = order(head + "\n" + ORDER).fields
    assert found["ticket_type"].value == "Emergency"
    assert found["emergency_justification"].value == "gas blowing"


def test_a_plain_emergency_stays_one() -> None:
    """Nothing is taken back where nothing is denied."""
    found = order(CALL.format("TYPE: WIRES DOWN\nNOTES: ARCING ON THE FENCE")).fields
    assert found["ticket_type"].value == "Emergency"
    assert "ARCING" in str(found["emergency_justification"].value)


def test_what_the_document_contradicts_is_asked_about() -> None:
    """Two depths are told: neither is sure."""
    extraction = order(ORDER + "Depth: 48 in\nDepth: 72 in\nCity: Waco\n")
    named = {w.field for w in extraction.warnings if w.code == "conflicting_values"}
    assert named
    for field in named:
        assert field is None or extraction.fields[field].confidence < SURE

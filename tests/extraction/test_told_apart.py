"""What looks alike and is not: a member's contact, a rest of a label, a cry, a paper of the mail.

Each document stands for a property of many: what is written is invented.
"""

import json

import pytest

from extraction import read
from extraction.values.coordinates import point_of
from extraction.values.phones import phone_of

TICKET = """\
LOCATE NOTICE                                             MSG 0044
RECIPIENT: HCTX09  HILL COUNTRY TELEPHONE   CONTACT: D. PARR   PHONE: 830-555-0190

TICKET: 26031109145522       RECEIVED: 03/11/26 09:14
TYPE: UPDATE                 OLD TICKET: 26022508113047

EXCAVATOR
  NAME......: LLANO BORE & TRENCH
  STREET....: P.O. BOX 415
  CITY......: LLANO, TX 78643
  CALLED BY.: RITA POOL             VOICE...: 325-555-0136
  FIELD.....: SAM                   CELL....: 325-555-0137

WORK
  KIND......: REPAIR GAS SERVICE
  FOR.......: TEXAS HILL GAS
  HOW DEEP..: 6 1/2 FEET

PLACE
  COUNTY: LLANO      TOWN: LLANO
  ADDRESS...: 812 BESSEMER AVE
  BETWEEN...: FORD ST               AND.....: OATMAN ST
  LEGAL.....: SEC 12 TWP 05N RNG 15E
  REMARKS...: CREW HAS KEYS. WORK ORDER 100047718
"""
PERMIT = """\
To the Texas Transportation Commission
c/o District Engineer, 1601 Southwest Parkway, Wichita Falls, Texas 76302

Notice is hereby given that Red River Rural Water Supply Corp. proposes to place a 6-inch PVC line
along the south right-of-way of US 82 in Cooke County, beginning at the east line of FM 1201 and
going to the city limit of Gainesville. Existing main is 3 ft deep. The line goes in at a depth of
1.2 meters.

Firm: Red River Rural Water Supply Corp.
Contractor performing work: Bluestem Boring & Utilities
Phone: 940-555-0165
"""
ORDER = {
    "number": "WO-5521",
    "title": "Bore 2in duct under Main St",
    "scope": "Start at the NE corner of the lot and bore west under Main St 210 ft to the vault. "
    "Restore sod when done and haul spoils off the same day.",
    "contractor": {
        "name": "Pine Trench LLC",
        "contact": "Ann Lowe",
        "areaCode": "512",
        "localNumber": "555-0133",
        "mailing": {"street": "114 Depot Rd", "city": "Elgin", "state": "TX", "zip": "78621"},
    },
    "Owner.Name": "Priya Nand",
    "Account.Name": "Palo Duro Broadband",
    "site": {
        "raw": "7000 Bell St",
        "mun": "Amarillo",
        "extent": {"n": "35.1400", "s": "35.1380", "e": "-101.8870", "w": "-101.8890"},
    },
}


def values(document: str, name: str) -> dict[str, object]:
    """Return what was read from a document, sure or not."""
    return {
        key: one.value for key, one in read(document.encode(), filename=name).fields.items()
    }


def test_a_ticket_in_plain_words_is_read_beside_the_member_it_is_sent_to() -> None:
    """`FOR`, `KIND`, `FIELD` and `AND` are labels only where they begin a column."""
    found = values(TICKET, "ticket.txt")

    assert found["company"] == "LLANO BORE & TRENCH"
    assert (found["contact_name"], found["onsite_contact_name"]) == ("RITA POOL", "SAM")
    assert (found["work_for"], found["type_of_work"]) == (
        "TEXAS HILL GAS",
        "REPAIR GAS SERVICE",
    )
    assert (found["nearest_intersection"], found["cross_street"]) == ("FORD ST", "OATMAN ST")
    assert (found["ticket_type"], found["depth_inches"]) == ("Update", 78)
    assert found["address_line_1"] == "P.O. BOX 415"
    assert found["work_order_ref"] == "100047718"
    assert "12" in str(found["section_township_range"])
    assert "lot_block" not in found


def test_a_permit_tells_the_road_and_whose_line_it_is() -> None:
    """Who is written to has an office; an old main has a depth of its own."""
    found = values(PERMIT, "permit.txt")

    assert found["company"] == "Bluestem Boring & Utilities"
    assert found["work_for"] == "Red River Rural Water Supply Corp."
    assert (found["address"], found["city"]) == ("US 82", "Gainesville")
    assert (found["nearest_intersection"], found["depth_inches"]) == ("FM 1201", 48)


def test_an_order_of_a_system_names_its_customer_its_office_and_a_box() -> None:
    """The owner of a record owns no line; mail reaches the contractor at its office."""
    found = values(json.dumps(ORDER), "order.json")

    assert found["phone"] == "512-555-0133"
    assert found["work_for"] == "Palo Duro Broadband"
    assert found["type_of_work"] == "Bore 2in duct under Main St"
    assert (found["address"], found["city"]) == ("7000 Bell St", "Amarillo")
    assert found["address_line_1"] == "114 Depot Rd"
    assert found["gps_coordinates"] == {
        "latitude": 35.139,
        "longitude": -101.888,
        "source": "extracted",
    }


@pytest.mark.parametrize(
    ("flags", "boring"),
    [('Boring="0" Explosives="1" WhiteLined="0"', False), ('Boring="0"', None)],
)
def test_a_zero_among_flags_is_an_answer(flags: str, *, boring: bool | None) -> None:
    """Alone it is what nobody has filled in."""
    ticket = (
        f'<Ticket Number="2657012345" Type="NORMAL" {flags}><Excavator Name="Pine Trench LLC"/>'
        '<Site County="Bastrop" City="Elgin" Street="12 Oak Trl"/><Work Type="Bury drop"/></Ticket>'
    )

    assert values(ticket, "ticket.xml").get("is_boring") is boring


def test_the_provider_is_whom_the_work_is_done_for_and_not_its_customer() -> None:
    """A heading numbers the order."""
    page = (
        "<html><body><h2>Bury Drop #BD-77120</h2><table><tr><td>Customer</td><td>Okafor, N.</td>"
        "<td>Provider</td><td>Bluestem Fiber of Texas, LLC</td></tr><tr><td>Address</td>"
        "<td>12 Oak Trl, Elgin, TX</td><td>Contractor</td><td>Pine Trench LLC</td></tr><tr>"
        "<td>Between</td><td>Elm St</td><td>And</td><td>Ash St</td></tr></table></body></html>"
    )
    found = values(page, "order.html")

    assert found["work_for"] == "Bluestem Fiber of Texas, LLC"
    assert (found["work_order_ref"], found["cross_street"]) == ("BD-77120", "Ash St")


def test_pure_work_is_hardly_an_area() -> None:
    """A side, an end or a line must be named; a cry over the ticket names none."""
    order = "Work order: 5521\nContractor: Pine Trench LLC\nScope: {}\nAddress: 12 Oak Trl\n"
    plain = read(order.format("Replace 40ft pole").encode(), filename="a.txt").fields
    told = read(order.format("Trench along the east fence").encode(), filename="a.txt").fields

    weak, strong = plain["work_area_description"], told["work_area_description"]
    assert weak.confidence < 0.6 < strong.confidence


def test_a_newsletter_that_says_whom_to_call_is_no_order() -> None:
    """Two of its words tell it."""
    page = (
        "<h1>Co-op News</h1><p>Dear members,</p><p>Call 811 before you dig.</p><p>Location: Hall, "
        "100 Main St<br>Contact: Bea Fox, 830-555-0120</p><small>Unsubscribe</small>"
    )

    assert read(page.encode(), filename="news.html").kind.value == "not_a_work_order"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("512-555-0l72", "512-555-0172"),
        ("(5l2) 555-O172", "512-555-0172"),
        ("LOT 12-I00-0001", None),
        ("l00-200-3000 ft", None),
    ],
)
def test_letters_in_a_number_are_figures_where_the_rest_is_one(
    written: str, number: str | None
) -> None:
    """As recognising puts them."""
    assert phone_of(written) == number


@pytest.mark.parametrize(
    ("written", "point"),
    [
        ("32756180 -97698420", (32.75618, -97.69842)),
        ("X: -97698420 Y: 32756180", (32.75618, -97.69842)),
        ("27741800, -97406300", (27.7418, -97.4063)),
        ("12345678 87654321", None),
    ],
)
def test_degrees_in_millionths_are_a_point(
    written: str, point: tuple[float, float] | None
) -> None:
    """As dispatchers' systems keep them."""
    assert point_of(written) == point

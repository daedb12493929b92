"""Keys of JSON and XML: what they mean, whose they are, and what their siblings add."""

import json

import pytest

from domain.extraction import WarningCode
from extraction import read
from extraction.keys.meaning import meaning_of
from extraction.keys.parties import role_of_key
from extraction.keys.splitting import words_of
from extraction.roles import Role
from tests.extraction.documents import codes
from tests.extraction.quoting import is_reproduced

WORK = {"workOrderNumber": "WO-7", "typeOfWork": "Trench for cable", "county": "Hays"}


def taken(document: object) -> dict[str, object]:
    """Return what is taken from a document; each value has quotes that give it again."""
    reading = read(document if isinstance(document, bytes) else json.dumps(document).encode())
    for name, finding in reading.fields.items():
        assert is_reproduced(name, finding), (name, finding)
    return dict(reading.taken())


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("contractorPhone", "contractor phone"),
        ("CTR_CNTCT_NM", "contractor contact name"),
        ("STADDRNUMBER", "st address #"),
        ("PROBADDRESS", "prob address"),
        ("xst1", "cross street 1"),
        ("poleNo", "pole #"),
        ("servCnty", "service county"),
        ("unheard", "unheard"),
    ],
)
def test_a_key_is_read_as_words_however_it_is_written(key: str, words: str) -> None:
    """Case, underscores, words run together and shortened words."""
    assert words_of(key) == words


@pytest.mark.parametrize(
    ("key", "around", "concept", "role"),
    [
        ("cnty", "", "county", None),
        ("addr1", "", "address", None),
        ("wo_no", "", "work_order", None),
        ("ctr_ph", "", "phone", Role.EXCAVATOR),
        ("site_cross_street", "", "cross_1", None),
        ("callerWorkPhone", "", "phone", Role.CALLER),
        ("lat_dd", "", "latitude", None),
        ("officeName", "", "company", Role.EXCAVATOR),
        ("number", "pole", "pole", None),
        ("name", "Street", "street", None),
        ("first", "Intersection", "cross_1", None),
        ("description", "workType", "type_of_work", None),
        ("name", "county", "county", None),
    ],
)
def test_a_key_means_the_same_in_every_style(
    key: str, around: str, concept: str, role: Role | None
) -> None:
    """The name of its object helps where the key alone is too general."""
    label = meaning_of(key, around)

    assert label is not None
    assert (label.concept, label.role) == (concept, role or label.role)


@pytest.mark.parametrize("key", ["plannerCity", "asset_colour", "rowstamp", "billingTotal"])
def test_a_key_of_nobody_means_nothing(key: str) -> None:
    """A stranger's city is not the city of the site."""
    label = meaning_of(key, "")

    assert label is None or label.role is Role.OTHER


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("WOSERVICEADDRESS", Role.SITE),
        ("assignedContractor", Role.EXCAVATOR),
        ("relatedOrders", Role.OTHER),
        ("billingAddress", Role.OTHER),
        ("siteContact", Role.ONSITE),
        ("members", Role.MEMBER),
    ],
)
def test_the_name_of_an_object_tells_whose_it_is(name: str, role: Role) -> None:
    """Whatever the system that wrote it puts around the word."""
    assert role_of_key(name) is role


@pytest.mark.parametrize(
    "parties",
    [
        [{"role": "Recipient", "name": "A Gas"}, {"role": "Excavator", "name": "B Bore"}],
        [{"PARVW": "AG", "NAME1": "A Gas"}, {"PARVW": "LF", "NAME1": "B Bore"}],
        [
            {"partyType": "Bill-to", "name": "A Gas"},
            {"partyType": "Contractor", "name": "B Bore"},
        ],
    ],
)
def test_a_sibling_tells_the_role_of_a_party(parties: list[dict[str, str]]) -> None:
    """Lists of parties have the same keys for all of them."""
    assert taken(WORK | {"parties": parties})["company"] == "B Bore"


def test_an_attribute_tells_the_role_of_a_contact() -> None:
    """The inspector is nobody whom the ticket names; the fax is no telephone."""
    source = b"""<job><orderNumber>J-7</orderNumber><typeOfWork>Set pole</typeOfWork>
      <contact type="inspector"><name>Lou Baca</name><phone>512-555-0101</phone></contact>
      <contact type="office"><name>Ann Ortiz</name><phone type="fax">512-555-0102</phone>
        <phone type="voice">512-555-0103</phone></contact>
      <contact type="onsite"><name>Hank Doyle</name><phone>512-555-0104</phone></contact></job>"""
    found = taken(source)

    assert (found["contact_name"], found["phone"]) == ("Ann Ortiz", "512-555-0103")
    assert (found["onsite_contact_name"], found["onsite_phone"]) == (
        "Hank Doyle",
        "512-555-0104",
    )


def test_members_fill_nothing_though_their_keys_name_an_excavator() -> None:
    """Unless nearly all of the document stands in them: then they are a wrapper."""
    inner = {"contractorName": "Mesa Trenching", "contractorPhone": "512-555-0105"}

    assert "company" not in taken(WORK | {"members": [inner], "a": {"b": 1, "c": 2}})
    assert taken({"response": WORK | inner})["company"] == "Mesa Trenching"


@pytest.mark.parametrize(
    "depth",
    [
        {"depth": 42, "depthUnit": "IN"},
        {"depth_ft": 3.5},
        {"depth": {"value": 42, "uom": "in"}},
        {"fields": [{"name": "Depth", "value": 42, "unit": "in"}]},
        {"excavation": {"depth": {"feet": 3.5, "inches": 0}}},
        {"MaxDepth": [{"_": "42", "$": {"uom": "IN"}}]},
    ],
)
def test_a_bare_number_takes_its_unit_from_beside_it(depth: dict[str, object]) -> None:
    """In a key of its own, in the key itself, or within the value."""
    assert taken(WORK | depth)["depth_inches"] == 42


def test_a_duration_of_zero_is_none() -> None:
    """Systems fill in what nobody has said."""
    assert "duration_days" not in taken(WORK | {"duration": 0.0, "durationUnit": "DAY"})


def test_one_and_zero_answer_a_key_that_asks_yes_or_no() -> None:
    """Elsewhere a zero is what nobody has filled in."""
    found = taken(WORK | {"white_paint_ind": "1", "blasting_flag": 0, "boring": "0"})

    assert (found["white_lines_painted"], found["is_blasting"]) == (True, False)
    assert "is_boring" not in found


def test_the_pieces_of_an_address_become_one_for_the_site_and_for_the_office() -> None:
    """House, direction, name and kind, in whatever order they are written."""
    site = {
        "streetType": "Rd",
        "preDir": "S",
        "streetName": "Ranch House",
        "houseNumber": "1408",
    }
    office = {"number": "77", "street": "Elm", "type": "St", "city": "Aledo"}
    found = taken(WORK | {"jobSite": site, "contractor": {"name": "A Tap", "address": office}})

    assert found["address"] == "1408 S Ranch House Rd"
    assert found["address_line_1"] == "77 Elm St"


def test_in_a_flat_object_the_address_behind_a_name_belongs_to_it() -> None:
    """The site stands further down, with its own street and place."""
    flat = {"name": "Palo Plumbing", "address1": "34 Elm Rd", "city": "Waco", "phone": ""}
    ticket = {"caller": "Ivy Cain", "work_type": "Replace sewer", "done_for": "Jose Ruiz"}
    site = {"county": "Bell", "place": "Temple", "st_from_address": "19", "street": "7th St"}
    found = taken(flat | ticket | site)

    assert (found["company"], found["address_line_1"]) == ("Palo Plumbing", "34 Elm Rd")
    assert (found["address"], found["city"]) == ("19 7th St", "Temple")


@pytest.mark.parametrize(
    ("geometry", "latitude"),
    [
        ({"x": -97.5001, "y": 30.2501}, 30.25),
        ({"type": "Point", "coordinates": [-97.5001, 30.2501]}, 30.25),
        ({"x": -10853650.4, "y": 3535725.7}, 30.25),
        ({"rings": [[[-97.41, 30.21], [-97.59, 30.21], [-97.52, 30.29]]]}, 30.25),
        (
            {"corners": [{"lat": 30.21, "lng": -97.41}, {"lat": 30.29, "lng": -97.59}] * 2},
            30.25,
        ),
    ],
)
def test_a_geometry_gives_its_middle(geometry: dict[str, object], latitude: float) -> None:
    """Longitude first, metres of Web Mercator, corners as lists or as objects."""
    point = taken(WORK | {"site": {"geometry": geometry}})["gps_coordinates"]

    assert isinstance(point, dict)
    assert point["latitude"] == pytest.approx(latitude, abs=2e-4)
    assert point["longitude"] == pytest.approx(-97.5, abs=2e-4)


def test_of_several_orders_only_the_first_is_read() -> None:
    """What the first does not say is not taken from the second."""
    orders = [
        {"orderNo": "1", "typeOfWork": "Set pole", "address": "14 Cedar Ln", "city": "Kyle"},
        {"orderNo": "2", "address": "80 Oak Rd", "poleNo": "P-77", "remarks": "by hand only"},
    ]
    reading = read("\n".join(json.dumps(order) for order in orders).encode())

    assert reading.taken()["address"] == "14 Cedar Ln"
    assert not {"pole_id", "work_area_description"} & reading.taken().keys()
    assert WarningCode.MULTIPLE_LOCATIONS in codes(reading)


def test_codes_and_logins_are_no_values() -> None:
    """`EM` is a kind of order, `RHINOJOSA` a login, `PZ4-GOLLIHAR` no description of a place."""
    found = taken(
        WORK
        | {"orderType": "PM02", "supervisor": "RHINOJOSA", "location": "PZ4-GOLLIHAR"}
        | {"assets": [{"type": "TRANSFORMER", "id": "T-1190"}], "floc": "POLE 417-22"}
    )

    assert not {"onsite_contact_name", "work_area_description"} & found.keys()
    assert (found["transformer_id"], found["pole_id"]) == ("T-1190", "POLE 417-22")


def test_dates_of_machines_are_dates() -> None:
    """A count of thousandths since 1970, digits in a row; 1900 stands for none."""
    dates = {
        "scheduledStart": 1757941200000,
        "created_at": "20250728",
        "expires": -2208988800000,
    }
    extra = read(json.dumps(WORK | dates).encode()).extra

    assert extra["work_start_at"].value == "2025-09-15T13:00Z"
    assert extra["document_created_at"].value == "2025-07-28"
    assert "expires_at" not in extra

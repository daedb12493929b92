"""A ticket as an Open Ticket 1.0: every slot, every limit, and all faults at once."""

from typing import Any

import pytest
from hypothesis import given

from domain.facts import TicketType
from domain.open_ticket.format import STANDARD_TYPES, faults_in
from domain.open_ticket.writing import open_ticket_of
from tests.domain.stated import (
    SQUARE,
    custom,
    facts_that_state,
    faults_of,
    make_submitted,
    polygon,
    section,
)

NEEDED = (
    "company", "contact_name", "phone", "address_line_1", "city_state_zip", "type_of_work",
    "city", "nearest_intersection", "is_blasting", "is_boring", "gps_coordinates",
)  # fmt: skip
LINE = {"type": "LineString", "coordinates": [[-97.75, 30.25], [-97.74, 30.25]]}
STRIP = {"geometry_type": "LineBuffer", "geojson": LINE, "buffer_distance_feet": 10.0}


@given(facts=facts_that_state(*NEEDED))
def test_any_whole_ticket_keeps_to_the_format(facts: dict[str, Any]) -> None:
    """A receiver refuses a ticket as a whole for one slot that is wrong."""
    document = open_ticket_of(make_submitted(**facts))

    assert faults_in(document) == []


def test_the_header_says_what_the_ticket_is_and_for_whom() -> None:
    """By it a ticket is routed before anybody reads on."""
    header = section("header", members=[{"code": "POTX01"}, {"code": "COWBOY01"}])

    assert header["formatVersion"] == "1.0"
    assert header["ticketNumber"] == "2606112345"
    assert header["centerName"] == "Texas811"
    assert header["memberIds"] == ["POTX01", "COWBOY01"]
    assert header["isTest"] is None


@pytest.mark.parametrize(
    ("stated", "kind", "standard", "action", "priority"),
    [
        ({}, "Normal", "Normal", "New", "Normal"),
        ({"priority_level": "Rush"}, "Normal", "Normal", "New", "Rush"),
        ({"ticket_type": "Emergency"}, "Emergency", "Emergency", "New", "Emergency"),
        ({"ticket_type": "Dig Up"}, "DigUp", "Damage", "New", "Rush"),
        ({"ticket_type": "No Response"}, "No Response", "No response", "2nd Notice", "Rush"),
        ({"ticket_type": "Update & Remark"}, "Update", "Remark", "New", "Normal"),
        ({"status": "Cancelled"}, "Normal", "Cancel", "Cancel", "Normal"),
    ],
)
def test_the_type_is_said_in_the_words_of_the_center_and_of_the_nation(
    stated: dict[str, Any], kind: str, standard: str, action: str, priority: str
) -> None:
    """What goes out at once must be urgent, and what is cancelled must not be dug."""
    header = section("header", **stated)

    found = (header["type"], header["standardType"], header["action"], header["priority"])
    assert found == (kind, standard, action, priority)


def test_a_demolition_is_told_apart_by_its_class() -> None:
    """Neither the center nor the nation has a type for it."""
    assert section("header", ticket_type="Demolition")["class"] == "Demolition"
    assert set(STANDARD_TYPES) == set(TicketType)


def test_the_work_site_holds_the_address_whole_and_in_parts() -> None:
    """Some receivers take the one, some the other."""
    site = section("workSite", address="410 1/2 N Bluebonnet Ln SE, Austin", county="travis")

    assert site["fullAddress"] == "410 1/2 N Bluebonnet Ln SE, Austin"
    assert site["addressNumber"] == "410"
    assert site["addressStreetName"] == "1/2 N Bluebonnet"
    assert (site["addressStreetType"], site["addressSuffix"]) == ("Ln", "SE")
    assert (site["county"], site["place"], site["stateProvince"]) == ("Travis", "Austin", "TX")


def test_a_site_without_an_address_has_empty_parts() -> None:
    """The format requires them, and admits that they are empty."""
    site = section("workSite", address=None, county=None, cross_street="FM 1431")

    assert site["fullAddress"] is site["county"] is None
    assert site["addressNumber"] == site["addressStreetName"] == ""
    assert site["intersection"] == "FM 1431"


def test_a_point_is_drawn_with_equal_corners() -> None:
    """All that is known is where, not how wide."""
    geometry = section("geometry")

    assert geometry["srid"] == 4326
    assert (geometry["longitude"], geometry["latitude"]) == (-97.7431, 30.2672)
    assert (geometry["secondaryLongitude"], geometry["secondaryLatitude"]) == (
        -97.7431,
        30.2672,
    )
    assert geometry["workSiteArea"] == ["POINT (-97.7431 30.2672)"]


def test_an_area_has_its_upper_left_and_lower_right_corner() -> None:
    """The corners come in the order that the format asks for; the box in that of GeoJSON."""
    geometry = section("geometry", geometry=polygon([SQUARE]))

    assert (geometry["longitude"], geometry["latitude"]) == (-97.75, 30.26)
    assert (geometry["secondaryLongitude"], geometry["secondaryLatitude"]) == (-97.74, 30.25)
    assert geometry["boundaryArea"] == ["MULTIPOINT ((-97.75 30.25), (-97.74 30.26))"]
    assert geometry["geoJson"]["bbox"] == [-97.75, 30.25, -97.74, 30.26]
    kinds = [one["properties"]["objectType"] for one in geometry["geoJson"]["features"]]
    assert kinds == ["excavationSite", "bufferedSite"]


def test_each_area_of_several_is_drawn_by_itself() -> None:
    """Receivers know polygons; a collection of them is not read by all."""
    farther = [[longitude + 0.1, latitude] for longitude, latitude in SQUARE]
    several = {"type": "MultiPolygon", "coordinates": [[SQUARE], [farther]]}

    geometry = section("geometry", geometry={"geometry_type": "Polygon", "geojson": several})

    assert [area.partition(" ")[0] for area in geometry["workSiteArea"]] == ["POLYGON"] * 2
    assert [one["id"] for one in geometry["geoJson"]["features"]] == [0, 1, 2, 3]


def test_a_strip_and_a_circle_become_areas() -> None:
    """The format has no word for how far a line or a point reaches."""
    circle = {"geometry_type": "Circle", "geojson": {"type": "Point", "coordinates": SQUARE[0]}}
    for drawn in (STRIP, {**circle, "buffer_distance_feet": 25.0}):
        assert section("geometry", geometry=drawn)["workSiteArea"][0].startswith("POLYGON ((")


@pytest.mark.parametrize(
    ("drawn", "fault"),
    [
        (
            {**STRIP, "buffer_distance_feet": None},
            ("geometry.workSiteArea", "GEOMETRY_MISMATCH"),
        ),
        (polygon([]), ("geometry.geoJson", "INVALID_GEOJSON")),
    ],
)
def test_a_shape_that_cannot_be_drawn_is_one_fault(drawn: Any, fault: tuple[str, str]) -> None:
    """That the section is missing then would be said twice."""
    assert list(faults_of(make_submitted(geometry=drawn)).items()) == [fault]


def test_a_site_without_a_place_has_no_geometry() -> None:
    """An address alone cannot be drawn, and half a coordinate is no place."""
    for place in (None, {"latitude": 30.0}):
        found = faults_of(make_submitted(gps_coordinates=place))
        assert found == {"geometry": "MISSING_GEOMETRY"}


def test_the_dates_are_those_of_the_clocks_at_the_site() -> None:
    """With offset and milliseconds, so that no receiver has to know our zones."""
    central, mountain = section("timeline"), section("timeline", county="El Paso")

    assert central["createdOn"] == "2026-03-02T09:00:00.000-06:00"
    assert central["workOn"] == "2026-03-05T08:00:00.000-06:00"
    assert central["expiresOn"].endswith("T23:59:59.000-05:00")
    assert None not in central.values()
    assert mountain["createdOn"] == "2026-03-02T08:00:00.000-07:00"


def test_the_excavator_has_a_caller_and_a_contact_on_site() -> None:
    """A locator calls the one who stands there."""
    contacts = section(
        "excavator",
        phone="(512) 555-0142 x7",
        onsite_contact_name="Sam Ortiz",
        onsite_phone="+44 20 7946 0958",
    )["contactList"]

    assert [one["contactType"] for one in contacts] == ["Caller", "Field Contact"]
    assert [one["phone"] for one in contacts] == ["5125550142", "442079460958"]
    assert contacts[0]["phoneExtension"] == "7"
    assert custom(onsite_contact_name="Sam Ortiz").get("onsiteContactName") == "Sam Ortiz"


@pytest.mark.parametrize(
    ("boring", "trenchless", "answer"),
    [(True, None, True), (False, None, False), (False, True, True), (None, True, True)],
)
def test_trenchless_work_is_boring_to_the_members(
    *, boring: bool | None, trenchless: bool | None, answer: bool
) -> None:
    """Both go through ground that nobody sees."""
    project = section("project", is_boring=boring, is_trenchless=trenchless)

    assert project["isDirectionalBoring"] is answer


@pytest.mark.parametrize("trenchless", [None, False])
def test_an_answer_that_nobody_gave_is_a_fault_and_never_a_no(
    *, trenchless: bool | None
) -> None:
    """Silence about explosives or boring is no statement."""
    ticket = make_submitted(is_blasting=None, is_boring=None, is_trenchless=trenchless)

    assert faults_of(ticket) == {
        "project.isDirectionalBoring": "MISSING_REQUIRED_FIELD",
        "project.isExplosives": "MISSING_REQUIRED_FIELD",
    }

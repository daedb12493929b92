"""How facts are written for the portal: in the center's words, one visible line each."""

from typing import Any

import pytest

from domain.facts import TicketType
from domain.packet import packet_of
from domain.wording import CENTER_TYPES, one_line
from tests.builders import make_ticket
from tests.domain.stated import SQUARE, polygon

POINT = {"latitude": 30.2672, "longitude": -97.7431}
SQUARE_KEYED = (
    "Polygon: POLYGON ((-97.75 30.25, -97.74 30.25, -97.74 30.26, -97.75 30.26, -97.75 30.25))"
)
TEN_FEET_ROUND = {
    "geometry_type": "Circle",
    "geojson": {"type": "Point", "coordinates": [-97.7431, 30.2672]},
    "buffer_distance_feet": 10.0,
}


def value(label: str, **stated: Any) -> str | None:
    """Return what is keyed in under this label for a whole ticket with these facts."""
    packet = packet_of(make_ticket(**stated))
    entries = [entry for section in packet.sections for entry in section.entries]
    return next((entry.value for entry in entries if entry.label == label), None)


def test_every_ticket_type_has_a_name_at_the_center() -> None:
    """The portal has no Demolition and no Update & Remark."""
    assert set(CENTER_TYPES) == set(TicketType)


@pytest.mark.parametrize(
    ("label", "stated", "keyed"),
    [
        ("Ticket type", {"ticket_type": "Demolition"}, "Normal"),
        ("Ticket type", {"ticket_type": "Update & Remark"}, "Update"),
        ("Work type", {}, "Replace power pole"),
        ("Work type", {"ticket_type": "Dig Up"}, "DigUp"),
        ("Work type", {"ticket_type": "Demolition"}, "Demolition - Replace power pole"),
        ("Work type", {"ticket_type": "Demolition", "type_of_work": None}, "Demolition"),
        ("Work type", {"ticket_type": "Demolition", "type_of_work": "DEMOLISH shed"}, "DEMOLISH shed"),
        ("Receive positive responses", {"email": "d@example.com"}, "By e-mail to d@example.com"),
        ("Receive positive responses", {"email": None}, ""),
        ("Explosives", {"is_blasting": True}, "Yes"),
        ("Trenchless", {"is_trenchless": False}, "No"),
        ("Trenchless", {}, None),
        ("Depth", {}, "72 in (6 ft)"),
        ("Depth", {"depth_inches": 18, "depth_description": "at most"}, "18 in (1.5 ft); at most"),
        ("Depth", {"depth_inches": None, "depth_description": "deep"}, "deep"),
        ("Depth", {"depth_inches": 84, "depth_description": "7 ft"}, "84 in (7 ft)"),
        ("Depth", {"depth_inches": 84, "depth_description": "6 ft"}, "84 in (7 ft); 6 ft"),
        ("Depth", {"depth_inches": 0}, "0 in (0 ft)"),
        ("Duration", {"duration_days": 1}, "1 day"),
        ("Duration", {"duration_days": 2, "duration_description": "2 Days"}, "2 days"),
        ("Duration", {"duration_days": None}, None),
        ("County", {"county": "DEWITT county"}, "DeWitt"),
        ("County", {"county": "Nowhere"}, "Nowhere"),
        ("Coordinates", {"gps_coordinates": POINT}, "30.267200, -97.743100"),
        ("Coordinates", {"gps_coordinates": {"latitude": 30.0}}, None),
        ("Coordinates", {"gps_coordinates": None}, None),
        ("Map", {"geometry": None}, None),
        ("Map", {"geometry": polygon([SQUARE])}, SQUARE_KEYED),
        ("Map", {"geometry": TEN_FEET_ROUND}, "Circle: POINT (-97.7431 30.2672), 10 ft to each side"),
        ("Map", {"geometry": polygon([])}, 'Polygon: {"coordinates": [], "type": "Polygon"}'),
        (
            "Nearest intersection",
            {"cross_street": "Oak St", "nearest_intersection": "FM 1431"},
            "Oak St; FM 1431",
        ),
    ],
    ids=str,
)  # fmt: skip
def test_a_fact_is_keyed_in_as_the_portal_asks_for_it(
    label: str, stated: dict[str, Any], keyed: str | None
) -> None:
    """The person copies; the words must already be the center's."""
    assert value(label, **stated) == keyed


@pytest.mark.parametrize(
    ("stated", "keyed"),
    [
        ({}, None),
        ({"previous_ticket_number": "26001"}, None),
        ({"ticket_type": "Update", "previous_ticket_number": "26001"}, "Update - 26001"),
        ({"ticket_type": "Update & Remark", "previous_ticket_number": "26001"}, "Update & Remark - 26001"),
        ({"ticket_type": "Dig Up", "previous_ticket_number": "26001"},
         "DigUp - 26001; Work: Replace power pole"),
        ({"ticket_type": "Dig Up", "type_of_work": None}, "DigUp"),
        ({"pole_id": "P1", "meter_number": "M2"}, "Pole: P1; Meter: M2"),
        ({"priority_level": "Rush"}, "Priority: Rush"),
    ],
    ids=str,
)  # fmt: skip
def test_the_remarks_open_with_the_words_that_the_center_reads(
    stated: dict[str, Any], keyed: str | None
) -> None:
    """By them a member knows what to do, and finds the earlier ticket."""
    assert value("Remarks", **stated) == keyed


@pytest.mark.parametrize(
    ("county", "sent", "keyed"),
    [
        ("Travis", "2026-03-05T14:00:00Z", "Thu 2026-03-05 08:00 CST"),
        ("El Paso", "2026-03-05T14:00:00Z", "Thu 2026-03-05 07:00 MST"),
        ("Travis", "2026-03-05T14:00:01Z", "Thu 2026-03-05 08:01 CST"),
        ("Nowhere", "2026-03-05T14:00:00Z", "Thu 2026-03-05 14:00 UTC"),
    ],
)
def test_the_start_is_keyed_in_by_the_clocks_at_the_site(
    county: str, sent: str, keyed: str
) -> None:
    """A start that is keyed in even a second too early may be an unlawful one."""
    assert value("Start", county=county, planned_start_at=sent) == keyed


@pytest.mark.parametrize(
    ("stated", "keyed"),
    [
        ({"expected_completion_on": "2026-03-09"}, "Mon 2026-03-09"),
        # 23:30 on Thursday at the site, when it is Friday in UTC.
        ({"planned_start_at": "2026-03-06T05:30:00Z"}, "Sat 2026-03-07"),
        ({"planned_start_at": "2026-03-06T05:30:00Z", "county": "Nowhere"}, "Sun 2026-03-08"),
        ({"planned_start_at": "2026-03-05T14:00:00Z", "duration_days": None}, ""),
        ({"planned_start_at": None}, ""),
    ],
    ids=str,
)
def test_the_completion_is_the_day_stated_or_counted_from_the_start(
    stated: dict[str, Any], keyed: str
) -> None:
    """The notice must give it (251.152(6)); of a duration every calendar day counts."""
    assert value("Expected completion", **stated) == keyed


@pytest.mark.parametrize(
    ("text", "keyed"),
    [
        ("  gate \t code  4 ", "gate code 4"),
        ("gate\nnorth", "gate; north"),
        ("Gate.\r\n\r\nNorth side:\nleft", "Gate. North side: left"),
        ("bell\x07 and\x00null", "bell and null"),
        ("\u202eevil\u200b", "evil"),
        ("\x01", ""),
    ],
)
def test_a_text_is_keyed_in_as_one_line_of_what_can_be_seen(text: str, keyed: str) -> None:
    """A field of one line swallows a pasted line break, and a portal refuses control marks."""
    assert one_line(text) == keyed

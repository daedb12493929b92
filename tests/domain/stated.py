"""Facts as somebody could state them, and tickets with all that an Open Ticket needs."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st

from domain.facts import LEGAL_STATEMENTS, PriorityLevel, TicketFacts, TicketType
from domain.location import Geometry, GPSCoordinate
from domain.open_ticket.format import OpenTicketError
from domain.open_ticket.writing import open_ticket_of
from domain.ticket import Ticket
from domain.timestamps import timestamps_of
from tests.builders import NOW, make_ticket

SQUARE = [[-97.75, 30.25], [-97.74, 30.25], [-97.74, 30.26], [-97.75, 30.26], [-97.75, 30.25]]

# All that an Open Ticket needs, whatever else is stated by default.
SUBMITTED: dict[str, Any] = {
    "email": "dana@example.com",
    "address_line_1": "12 Commerce St",
    "city_state_zip": "Austin, TX 78701",
    "nearest_intersection": "Yaupon St",
    "planned_start_at": "2026-03-05T14:00:00Z",
    "gps_coordinates": {"latitude": 30.2672, "longitude": -97.7431},
    "texas811_ticket_number": "2606112345",
    "notice_at": NOW,
}


def make_submitted(**fields: Any) -> Ticket:
    """Return a ticket that the center knows, with its dates, changed in what is given."""
    ticket = make_ticket(**{**SUBMITTED, **fields})
    return ticket.revised(now=NOW, **timestamps_of(ticket))


def polygon(coordinates: list[Any]) -> Geometry:
    """Return a drawn area; it is checked by nobody yet."""
    return Geometry.model_validate(
        {
            "geometry_type": "Polygon",
            "geojson": {"type": "Polygon", "coordinates": coordinates},
        }
    )


def faults_of(ticket: Ticket) -> dict[str, str]:
    """Return where the ticket does not fit the format, and the code for it."""
    with pytest.raises(OpenTicketError) as caught:
        open_ticket_of(ticket)
    return {fault.field: fault.code for fault in caught.value.errors}


def section(name: str, **fields: Any) -> Any:
    """Return one section of a submitted ticket as an Open Ticket."""
    return open_ticket_of(make_submitted(**fields))[name]


def custom(**fields: Any) -> dict[str, Any]:
    """Return the custom fields of a submitted ticket: name to value."""
    groups = section("customFieldGroupList", **fields)
    return {one["fieldName"]: one["value"] for group in groups for one in group["fieldList"]}


WORDS = st.text("abcdeXYZ 0123456789", min_size=1, max_size=20).map(
    lambda text: " ".join(text.split()) or "none"
)
MOMENTS = st.integers(0, 1_000_000).map(lambda minutes: NOW + timedelta(minutes=minutes))
DEGREES = st.integers(0, 999_999).map(lambda millionths: millionths / 1_000_000)
PLACES = st.builds(
    lambda north, east: GPSCoordinate(
        latitude=round(30 + north, 6), longitude=round(-98 + east, 6)
    ),
    DEGREES,
    DEGREES,
)
AREAS = st.integers(1, 9).map(
    lambda step: polygon([[[round(lon + step / 1000, 6), lat] for lon, lat in SQUARE]])
)
PHONES = st.integers(1_000, 9_999).map(lambda line: f"512-555-{line}")

BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "ticket_type": st.sampled_from(TicketType),
    "priority_level": st.sampled_from(PriorityLevel),
    "phone": PHONES,
    "onsite_phone": PHONES,
    "work_for_phone": PHONES,
    "email": WORDS.map(lambda name: f"{name.replace(' ', '')}@example.com"),
    "phone_extension": st.integers(1, 9_999).map(str),
    "onsite_phone_extension": st.integers(1, 9_999).map(str),
    "city_state_zip": st.integers(75_000, 79_999).map(lambda code: f"Austin, TX {code}"),
    "depth_inches": st.integers(0, 12_000),
    "duration_days": st.integers(0, 3_650),
    "planned_start_at": MOMENTS,
    "expected_completion_on": st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    "county": st.sampled_from(["Travis", "El Paso", "Bexar"]),
    "gps_coordinates": PLACES,
    "geometry": AREAS,
    **dict.fromkeys(LEGAL_STATEMENTS, st.booleans()),
}


def values_of(name: str) -> st.SearchStrategy[Any]:
    """Return what this field may say, without None."""
    return BY_NAME.get(name, WORDS)


def facts_that_state(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return facts of which these are stated and each other one may be."""
    others = {name: values_of(name) for name in TicketFacts.model_fields if name not in names}
    return st.fixed_dictionaries({name: values_of(name) for name in names}, optional=others)

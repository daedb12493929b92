"""Which is right: the point, or the county?"""

from typing import Any

import pytest

from domain.answering import answer, here
from domain.asking import asked_of
from domain.audit import Actor, Author
from domain.taking import Said, take
from domain.ticket import Ticket
from domain.validation import validated
from tests.builders import NOW, make_ticket
from tests.domain.answers import facts_of, refusal_of

POINT = {"latitude": 29.42, "longitude": -98.49, "source": "extracted"}  # San Antonio
ASKED: dict[str, Any] = {
    "problem": "point_in_other_county",
    "suggested_values": ("Bexar",),
    "current": POINT,
    "county": "McLennan",
}
BY_COUNTY = {"county": "McLennan", "gps_coordinates": None}
BY_POINT = {"county": "Bexar", "gps_coordinates": POINT}


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ("McLennan", BY_COUNTY),
        ("No, McLennan County.", BY_COUNTY),
        ("McLennan is right", BY_COUNTY),
        ("Bexar is wrong", BY_COUNTY),
        ("the county", BY_COUNTY),
        ("The point is wrong", BY_COUNTY),
        ("the GPS isn't right", BY_COUNTY),
        ("not the coordinates", BY_COUNTY),
        ("the point", BY_POINT),
        ("the coordinates are right", BY_POINT),
        ("the point isn't wrong", BY_POINT),
        ("the county is wrong", BY_POINT),
        ("McLennan is wrong", BY_POINT),
        ("Bexar County", {"county": "Bexar"}),
        ("Falls County", {"county": "Falls"}),
    ],
)
def test_what_is_said_to_be_right_stays_and_the_other_goes(
    said: str, facts: dict[str, object]
) -> None:
    """A point that was misread would else stand against the county for ever."""
    assert facts_of("gps_coordinates", said, **ASKED) == facts


def test_a_point_that_a_person_stated_is_not_lost_to_a_name() -> None:
    """Who says that it is wrong takes it back; who names a county may have overlooked it."""
    asked = {**ASKED, "is_stated": True}

    for said in ("McLennan", "the county", "McLennan is right"):
        assert "the point is wrong" in str(refusal_of("gps_coordinates", said, **asked).remedy)
    assert facts_of("gps_coordinates", "the point is wrong", **asked) == BY_COUNTY


@pytest.mark.parametrize("said", ["yes", "both", "Falls is right", "nowhere is wrong"])
def test_what_names_neither_is_refused(said: str) -> None:
    """The question stays."""
    assert refusal_of("gps_coordinates", said, **ASKED).field


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ("the shape is wrong", {"county": "McLennan", "geometry": None}),
        ("McLennan County", {"county": "McLennan", "geometry": None}),
        ("the polygon", {"county": "Bexar", "geometry": None}),
    ],
)
def test_a_shape_is_settled_like_a_point(said: str, facts: dict[str, object]) -> None:
    """It was read as well."""
    asked = {**ASKED, "problem": "geometry_in_other_county", "current": None}

    assert facts_of("geometry", said, **asked) == facts


def in_bexar(**edit: Any) -> Ticket:
    """Return a ticket for MCLENNAN COUNTY whose point lies in Bexar."""
    facts = {"county": "MCLENNAN COUNTY", "city": "Waco", "gps_coordinates": POINT, **edit}
    return validated(make_ticket(**facts), None, now=NOW)


def test_the_answer_closes_the_question_and_the_event_names_the_point() -> None:
    """However the county is spelled on the ticket."""
    ticket = in_bexar()
    said = [Said("gps_coordinates", "McLennan")]

    change, _taken = take(
        ticket,
        said,
        None,
        now=NOW,
        by=Author(actor=Actor.USER, name="Dana Ruiz"),
    )

    assert change
    assert change.ticket.gps_coordinates is None
    assert [gap.problem for gap in change.ticket.open_gaps] == []
    assert "gps_coordinates" in change.event.changed_fields
    assert change.event.notes == "Dana Ruiz stated county, gps_coordinates."


@pytest.mark.parametrize(
    ("edit", "is_stated"),
    [
        ({}, False),
        ({"gps_coordinates": {**POINT, "source": "geocoded"}}, False),
        ({"gps_coordinates": {**POINT, "source": "manual"}}, True),
        ({"gps_coordinates": {**POINT, "source": None}}, True),
        ({"confirmed_fields": ["gps_coordinates"]}, True),
    ],
)
def test_the_source_tells_whether_a_person_stated_the_point(
    edit: dict[str, Any], *, is_stated: bool
) -> None:
    """What was only read has a source that says so, until somebody confirms it."""
    ticket = in_bexar(**edit)
    asked = asked_of(ticket, "gps_coordinates")

    assert asked.is_stated is is_stated
    assert answer(asked, "the point is wrong", here(ticket, NOW)).facts == BY_COUNTY


@pytest.mark.parametrize(
    ("source", "is_stated"), [("extracted", False), ("manual", True), (None, True)]
)
def test_the_source_of_a_shape_tells_it_too(source: str | None, *, is_stated: bool) -> None:
    """A shape that was read may be taken back."""
    corners = [[-98.49, 29.42], [-98.489, 29.42], [-98.49, 29.421], [-98.49, 29.42]]
    shape = {
        "geometry_type": "Polygon",
        "geojson": {"type": "Polygon", "coordinates": [corners]},
        "geometry_source": source,
    }
    ticket = in_bexar(gps_coordinates=None, geometry=shape)

    assert asked_of(ticket, "geometry").problem == "geometry_in_other_county"
    assert asked_of(ticket, "geometry").is_stated is is_stated

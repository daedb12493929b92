"""The shape of a site: drawn from what was said, and never over what somebody drew himself."""

from typing import Any

import pytest

from domain.audit import Actor, Author
from domain.drafting import edit, open_ticket
from domain.drawing import DRAWN, drawn
from domain.location import Geometry, GeometryType
from domain.ticket import Ticket
from domain.validation import validated
from tests.builders import LATER, NOW, make_extraction, make_order, make_ticket

POINT = {"latitude": 30.27, "longitude": -97.74}
DANA = Author(actor=Actor.USER, name="Dana Ruiz")
STATED = Geometry(
    geometry_type=GeometryType.POINT,
    geojson={"type": "Point", "coordinates": [-97.74, 30.27]},
)


def shape_of(**facts: Any) -> Geometry | None:
    return drawn(make_ticket(gps_coordinates=POINT, **facts), now=NOW).geometry


def test_a_point_and_a_size_become_a_shape_with_its_area() -> None:
    """The center wants a polygon, and the order gave a point and "20 by 30 feet"."""
    shape = shape_of(work_area_size_description="20 by 30 feet")

    assert shape is not None
    assert shape.geometry_type is GeometryType.POLYGON
    assert shape.assumptions[0] == DRAWN
    assert shape.area_square_feet == pytest.approx(600, rel=0.01)


def test_a_size_in_the_description_of_the_place_will_do() -> None:
    """Within 10 ft of the pole is a circle."""
    shape = shape_of()

    assert shape is not None
    assert shape.geometry_type is GeometryType.CIRCLE


@pytest.mark.parametrize(
    "facts",
    [
        {"gps_coordinates": None},
        {"gps_coordinates": {"latitude": 30.27}},
        {"gps_coordinates": {"latitude": 35.47, "longitude": -90.0}},
        {"work_area_description": "Along the fence"},
    ],
    ids=str,
)
def test_nothing_is_drawn_from_half_of_what_it_takes(facts: dict[str, Any]) -> None:
    """A guess on a map is taken for a survey."""
    ticket = make_ticket(**{"gps_coordinates": POINT, **facts})

    assert drawn(ticket, now=LATER) is ticket


def test_what_somebody_drew_himself_is_not_drawn_over() -> None:
    """Neither the document's shape, nor the one that a person took away."""
    given = make_ticket(gps_coordinates=POINT, geometry=STATED)
    unsaid = make_ticket(gps_coordinates=POINT, confirmed_fields=["geometry"])

    assert drawn(given, now=LATER) is given
    assert drawn(unsaid, now=LATER) is unsaid


def test_the_shape_follows_the_point_through_every_edit() -> None:
    """It is drawn with the ticket, moves with the point, and goes when the point goes."""
    made = open_ticket(make_order(), make_extraction(gps_coordinates=POINT), now=NOW).ticket
    moved = edited(made, gps_coordinates={"latitude": 30.28, "longitude": -97.74})
    gone = edited(moved, gps_coordinates=None)

    assert made.geometry is not None
    assert moved.geometry is not None
    assert made.geometry.geojson != moved.geometry.geojson
    assert gone.geometry is None


def edited(ticket: Ticket, **stated: Any) -> Ticket:
    return edit(ticket, stated, None, now=LATER, by=DANA).ticket


def test_a_shape_that_we_drew_does_not_stand_for_white_lines() -> None:
    """Nobody has said that the site lies so: it must be marked where no address shows it."""
    facts = {"address": "County Road 7", "white_lines_painted": None, "gps_coordinates": POINT}
    ours = validated(drawn(make_ticket(**facts), now=NOW), None, now=NOW)
    assert ours.geometry is not None
    theirs = ours.geometry.model_copy(update={"assumptions": []})

    stated = validated(make_ticket(**facts, geometry=theirs), None, now=NOW)

    assert severity_of_white_lines(ours) == "required"
    assert severity_of_white_lines(stated) == "recommended"


def severity_of_white_lines(ticket: Ticket) -> str:
    [gap] = [one for one in ticket.open_gaps if one.field == "white_lines_painted"]
    return gap.severity.value

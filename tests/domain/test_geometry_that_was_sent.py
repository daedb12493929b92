"""A shape that comes from outside is checked before it is stored."""

import pytest

from domain.errors import RejectedError
from domain.geometry import checked, polygon_of, problems_of
from domain.location import Geometry, GeometryType
from domain.shape_problems import ShapeFault

LINE = [(-97.7431, 30.2672), (-97.7431, 30.2682)]
CORNERS = [(-97.7440, 30.2670), (-97.7430, 30.2670), (-97.7430, 30.2680), (-97.7440, 30.2680)]


def test_a_shape_that_was_sent_is_closed_measured_and_warned_of() -> None:
    """The rest of it stays what the sender said; to check it again changes nothing."""
    sent = Geometry(
        geometry_type=GeometryType.POLYGON,
        geojson={"type": "Polygon", "coordinates": [[list(corner) for corner in CORNERS]]},
        confidence=0.5,
        warnings=["Drawn by hand."],
    )

    stored = checked(sent)

    assert [problem.fault for problem in problems_of(sent)] == [ShapeFault.NOT_CLOSED]
    assert stored.geojson == polygon_of(CORNERS).geojson
    assert stored.warnings == [
        "Drawn by hand.",
        "The outline did not end where it began; it was closed.",
    ]
    assert stored.area_square_feet == polygon_of(CORNERS).area_square_feet
    assert stored.confidence == 0.5
    assert checked(stored) == stored


@pytest.mark.parametrize("kind", GeometryType)
def test_a_shape_is_drawn_as_its_type_says(kind: GeometryType) -> None:
    """Only a strip may be sent as a line; what is a line has no room for a dig."""
    line = {"type": "LineString", "coordinates": [list(position) for position in LINE]}
    geometry = Geometry.model_validate({"geometry_type": kind, "geojson": line})

    if kind is GeometryType.LINE_BUFFER:
        assert checked(geometry).geojson == line
        return
    with pytest.raises(RejectedError, match="cannot be drawn as a LineString") as refusal:
        checked(geometry)
    assert refusal.value.suggested_values


def test_a_shape_that_cannot_be_used_is_not_checked_away() -> None:
    """The reason goes to whoever sent it."""
    swapped = {"type": "Point", "coordinates": [30.2672, -97.7431]}

    with pytest.raises(RejectedError, match="latitude first"):
        checked(Geometry.model_validate({"geometry_type": "Point", "geojson": swapped}))

"""The flat map in feet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point

from domain.plane import FOOT_METERS, MILE_FEET, Plane

# From the series for WGS-84, in metres at latitude p:
#   a degree of latitude   111132.954 - 559.822 cos 2p + 1.175 cos 4p
#   a degree of longitude  111412.84 cos p - 93.5 cos 3p + 0.118 cos 5p
DEGREES_IN_METERS = [
    (26.0, 110_788.0, 100_117.7),
    (31.0, 110_869.5, 95_504.2),
    (36.5, 110_968.3, 89_591.1),
]


@pytest.mark.parametrize(("latitude", "north", "east"), DEGREES_IN_METERS)
def test_a_degree_is_as_long_as_the_tables_of_wgs_84_say(
    latitude: float, north: float, east: float
) -> None:
    """From the south of Texas to its north; the numbers come from the series."""
    plane = Plane.at(latitude, -100)

    assert plane.latitude_degree_feet * FOOT_METERS == pytest.approx(north, abs=0.5)
    assert plane.longitude_degree_feet * FOOT_METERS == pytest.approx(east, abs=0.5)


@given(st.floats(25.83, 36.5), st.floats(-1, 1), st.floats(-1, 1))
def test_a_mile_is_right_to_a_foot_wherever_it_lies_in_a_site(
    latitude: float, east: float, north: float
) -> None:
    """A map is true in its middle; half a mile from it the meridians have drawn together."""
    middle = Plane.at(latitude, -100)
    half = MILE_FEET / 2
    corner = middle.to_degrees(Point(east * half, north * half))
    assert isinstance(corner, Point)

    there = Plane.at(corner.y, corner.x)

    assert there.longitude_degree_feet * MILE_FEET == pytest.approx(
        middle.longitude_degree_feet * MILE_FEET, rel=1 / MILE_FEET
    )
    assert there.latitude_degree_feet == pytest.approx(
        middle.latitude_degree_feet, rel=1 / MILE_FEET
    )


@given(st.floats(26, 36), st.floats(-106, -94))
def test_a_shape_comes_back_from_the_map_as_it_was(latitude: float, longitude: float) -> None:
    """What is drawn in feet is stored in degrees."""
    line = LineString([(longitude, latitude), (longitude + 0.01, latitude - 0.01)])
    plane = Plane.over(line)

    back = plane.to_degrees(plane.to_feet(line))

    assert back.equals_exact(line, tolerance=1e-9)
    assert plane.latitude == pytest.approx(latitude - 0.005)

"""The shape of a site: drawn and measured."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point
from shapely import from_wkt as shape_from_wkt
from shapely.geometry import shape

from domain.errors import RejectedError
from domain.geometry import (
    BUFFER_FEET_MAX,
    CIRCLE_CONFIDENCE,
    RECTANGLE_CONFIDENCE,
    area_square_feet,
    bounding_box,
    buffered,
    checked,
    circle_at,
    point_at,
    polygon_of,
    problems_of,
    site_at,
    strip_along,
    to_wkt,
)
from domain.location import (
    CoordinateSource,
    Geometry,
    GeometrySource,
    GeometryType,
    GPSCoordinate,
)
from domain.sizes import Size, described_size

AUSTIN = GPSCoordinate(
    latitude=30.2672, longitude=-97.7431, source=CoordinateSource.GEOCODED, confidence=0.8
)
# A line of 0.001 degrees of latitude: 110.857 m there, which is 363.70 ft.
LINE = [(-97.7431, 30.2672), (-97.7431, 30.2682)]
LINE_FEET = 363.70
CORNERS = [(-97.7440, 30.2670), (-97.7430, 30.2670), (-97.7430, 30.2680), (-97.7440, 30.2680)]
BOW_TIE = [CORNERS[0], CORNERS[2], CORNERS[1], CORNERS[3]]

PLACES = st.builds(GPSCoordinate, latitude=st.floats(26, 36), longitude=st.floats(-106, -94))


def read(text: str) -> Size:
    size = described_size(text)
    assert size is not None
    return size


def numbers(value: Any) -> list[float]:
    """Return all numbers of nested coordinates."""
    if isinstance(value, list):
        return [number for one in value for number in numbers(one)]
    return [value]


def test_a_point_is_drawn_as_it_is_known() -> None:
    """Nothing is assumed, so that the confidence is that of the coordinate."""
    assert point_at(AUSTIN) == Geometry(
        geometry_type=GeometryType.POINT,
        geojson={"type": "Point", "coordinates": [-97.7431, 30.2672]},
        confidence=0.8,
        geometry_source=GeometrySource.GEOCODED,
        area_square_feet=0.0,
    )


@pytest.mark.parametrize("half", [{}, {"latitude": 30.3}, {"longitude": -97.7}], ids=str)
def test_half_a_coordinate_cannot_be_drawn(half: dict[str, float]) -> None:
    """The other half is asked for; zero would be in the Atlantic."""
    with pytest.raises(RejectedError, match="not whole") as refusal:
        point_at(GPSCoordinate.model_validate(half))

    assert refusal.value.field == "gps_coordinates"


def test_the_pole_is_refused_like_any_place_outside_texas() -> None:
    """A degree of longitude is no feet long there, and nothing can be divided by it."""
    with pytest.raises(RejectedError, match="not in Texas"):
        circle_at(GPSCoordinate(latitude=90, longitude=0), 10)


def test_a_described_circle_is_drawn_round_its_point() -> None:
    """Its shape is certain; where its middle lies is assumed."""
    site = site_at(AUSTIN, read("50 ft radius"))

    assert site.geometry_type is GeometryType.CIRCLE
    assert len(numbers(site.geojson["coordinates"])) == 2 * (64 + 1)
    assert site.area_square_feet == pytest.approx(math.pi * 50**2, rel=0.005)
    assert site.confidence == pytest.approx(0.8 * CIRCLE_CONFIDENCE)
    assert site.assumptions == [
        'The size is taken from "50 ft".',
        "The site is taken to be a circle of 50 ft radius.",
    ]


def test_a_described_rectangle_is_drawn_north_up_and_says_so() -> None:
    """Nobody said how it lies; whoever confirms the ticket can turn it."""
    site = site_at(AUSTIN, read("60 feet wide and 100 feet long"))

    box = bounding_box(site.geojson)
    assert site.geometry_type is GeometryType.POLYGON
    assert site.area_square_feet == pytest.approx(6_000, rel=0.01)
    # A thousandth of a degree is 363.70 ft to the north and 315.7 ft to the east there.
    assert box.north - box.south == pytest.approx(100 / 363_700, abs=2e-6)
    assert box.east - box.west == pytest.approx(60 / 315_700, abs=2e-6)
    assert site.confidence == pytest.approx(0.8 * RECTANGLE_CONFIDENCE)
    assert site.assumptions == [
        'The size is taken from "60 feet wide and 100 feet long".',
        "The point is taken to be the middle of the site.",
        "The site is taken to lie north-up: 60 ft from west to east, 100 ft to north.",
    ]


def test_a_choice_between_sizes_is_among_the_assumptions() -> None:
    """Whoever confirms the ticket should see that there was one."""
    site = site_at(AUSTIN, read("within 10 ft of the pole; work area 100 x 40 ft"))

    assert site.assumptions[0].startswith("Several sizes are described")


def test_a_circle_round_a_place_of_unknown_origin_is_as_sure_as_a_circle_can_be() -> None:
    """A confidence that nobody gave is not zero."""
    circle = circle_at(GPSCoordinate(latitude=30.2672, longitude=-97.7431), 50)

    assert circle.confidence == CIRCLE_CONFIDENCE
    assert circle.geometry_source is None


@given(PLACES, st.floats(50, BUFFER_FEET_MAX))
def test_a_circle_has_the_area_of_a_circle(place: GPSCoordinate, radius_feet: float) -> None:
    """Sixty-four edges are enough, and six decimals too."""
    circle = circle_at(place, radius_feet)

    assert circle.area_square_feet == pytest.approx(math.pi * radius_feet**2, rel=0.005)


@given(PLACES, st.floats(1, 5_280), st.floats(1, 5_280), st.sampled_from(["circle", "box"]))
def test_a_site_of_any_size_holds_its_point(
    place: GPSCoordinate, width_feet: float, length_feet: float, kind: str
) -> None:
    """The pole must be on the map of its own ticket."""
    is_round = kind == "circle"
    size = Size(width_feet, width_feet if is_round else length_feet, is_round, words="as said")
    site = site_at(place, size)

    assert place.longitude is not None
    assert place.latitude is not None
    assert shape(site.geojson).covers(
        Point(round(place.longitude, 6), round(place.latitude, 6))
    )
    assert all(round(one, 6) == one for one in numbers(site.geojson["coordinates"]))
    assert problems_of(site) == [] or site.warnings
    assert checked(site) == site


def test_a_strip_reaches_its_buffer_to_each_side_of_its_line() -> None:
    """As long as the line and twice the buffer wide, with a half circle at each end."""
    strip = strip_along(LINE, 10)

    assert strip.geometry_type is GeometryType.LINE_BUFFER
    assert strip.buffer_distance_feet == 10
    assert strip.area_square_feet == pytest.approx(LINE_FEET * 20 + math.pi * 10**2, rel=0.01)
    assert strip.assumptions == ["The site is taken to reach 10 ft to each side."]
    assert (strip.confidence, strip.geometry_source) == (1.0, GeometrySource.MANUAL)


def test_a_line_of_one_point_cannot_be_drawn() -> None:
    """It has no sides."""
    with pytest.raises(RejectedError, match="at least 2"):
        strip_along(LINE[:1], 10)


@pytest.mark.parametrize("feet", [0, 0.4, -1, BUFFER_FEET_MAX + 1, math.nan, math.inf])
def test_a_buffer_beyond_the_limits_is_refused(feet: float) -> None:
    """A shape that shrinks may vanish, and one that grows by miles is a misprint."""
    for refused in (
        lambda: strip_along(LINE, feet),
        lambda: circle_at(AUSTIN, feet),
        lambda: buffered(point_at(AUSTIN).geojson, feet),
    ):
        with pytest.raises(RejectedError, match="cannot reach") as refusal:
            refused()
        assert refusal.value.remedy == "Give a distance from 0.5 to 5,280 ft."


@pytest.mark.parametrize("corners", [CORNERS, [*CORNERS, CORNERS[0]]], ids=["open", "closed"])
def test_a_polygon_is_drawn_from_its_corners(corners: list[tuple[float, float]]) -> None:
    """Whether the first is said again at the end is a matter of habit."""
    polygon = polygon_of(corners, source=GeometrySource.GPS)

    assert polygon.geojson == {
        "type": "Polygon",
        "coordinates": [[list(corner) for corner in [*CORNERS, CORNERS[0]]]],
    }
    # 0.001 degrees are 363.70 ft to the north and 315.7 ft to the east there.
    assert polygon.area_square_feet == pytest.approx(363.70 * 315.7, rel=0.001)
    assert (polygon.geometry_source, polygon.warnings) == (GeometrySource.GPS, [])


@pytest.mark.parametrize(
    ("corners", "sentence"),
    [([], "no points"), (CORNERS[:2], "at least 3"), (BOW_TIE, "crosses")],
    ids=["none", "two", "bow tie"],
)
def test_corners_that_enclose_no_site_are_refused(
    corners: list[tuple[float, float]], sentence: str
) -> None:
    """The locator would not know where to paint."""
    with pytest.raises(RejectedError, match=sentence):
        polygon_of(corners)


def test_the_area_of_a_line_is_zero() -> None:
    """It has a length only."""
    line: dict[str, Any] = {"type": "LineString", "coordinates": [list(one) for one in LINE]}

    assert area_square_feet(line) == 0
    assert area_square_feet(polygon_of(CORNERS).geojson) == pytest.approx(114_820, rel=0.001)


@given(PLACES, st.floats(5, 500), st.floats(5, 500))
def test_a_shape_grows_by_its_buffer(
    place: GPSCoordinate, radius_feet: float, feet: float
) -> None:
    """What was inside stays inside, on all sides."""
    small = circle_at(place, radius_feet).geojson

    large = buffered(small, feet)

    assert shape(large).contains(shape(small))
    assert area_square_feet(large) == pytest.approx(
        math.pi * (radius_feet + feet) ** 2, rel=0.03
    )


def test_the_bounding_box_is_that_of_the_outermost_corners() -> None:
    """West, south, east, north: the order of RFC 7946."""
    assert bounding_box(polygon_of(CORNERS).geojson) == (-97.744, 30.267, -97.743, 30.268)


def test_a_shape_is_written_as_well_known_text() -> None:
    """The Open Ticket Specification takes it with six decimals."""
    assert to_wkt(point_at(AUSTIN).geojson) == "POINT (-97.7431 30.2672)"
    assert to_wkt(polygon_of(CORNERS).geojson) == (
        "POLYGON ((-97.744 30.267, -97.743 30.267, -97.743 30.268, -97.744 30.268,"
        " -97.744 30.267))"
    )


@given(PLACES, st.floats(1, 5_280))
def test_well_known_text_is_read_as_the_same_shape(
    place: GPSCoordinate, radius_feet: float
) -> None:
    """The one-call center draws what we drew."""
    geojson = circle_at(place, radius_feet).geojson

    assert shape_from_wkt(to_wkt(geojson)).equals_exact(shape(geojson), tolerance=1e-9)

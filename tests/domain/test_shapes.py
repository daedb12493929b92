"""Shapes as GeoJSON says them, and what can be wrong with one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon

from domain.errors import RejectedError
from domain.shape_problems import (
    VERTICES_MAX,
    ShapeFault,
    problems_in,
    shape_of,
)
from domain.shapes import geojson_of, read_outline

# A square of 0.001 degrees: some 364 ft from south to north.
W, E, S, N = -97.744, -97.743, 30.267, 30.268
SQUARE = [[W, S], [E, S], [E, N], [W, N], [W, S]]
FAR_SQUARE = [[x + 0.01, y] for x, y in SQUARE]
HOLE = [[x / 2 + (W + E) / 4, y / 2 + (S + N) / 4] for x, y in SQUARE]
BOW_TIE = [[W, S], [E, N], [E, S], [W, N], [W, S]]
STRIP = [[-97.7, 30.2], [-97.7, 30.3]]

WHOLE: dict[str, dict[str, Any]] = {
    "point": {"type": "Point", "coordinates": [W, S]},
    "point with a height": {"type": "Point", "coordinates": [W, S, 489.0]},
    "line": {"type": "LineString", "coordinates": SQUARE[:3]},
    "line that crosses itself": {"type": "LineString", "coordinates": BOW_TIE},
    "polygon": {"type": "Polygon", "coordinates": [SQUARE]},
    "polygon with a hole": {"type": "Polygon", "coordinates": [SQUARE, HOLE]},
    "two polygons": {"type": "MultiPolygon", "coordinates": [[SQUARE], [FAR_SQUARE]]},
    "edge of Texas": {"type": "Point", "coordinates": [-106.6, 31.99]},
}

WRONG: dict[str, tuple[Any, ShapeFault, str]] = {
    "no type": ({"coordinates": [W, S]}, ShapeFault.NOT_A_SHAPE, "'None' is not a shape"),
    "type is no word": ({"type": ["Point"]}, ShapeFault.NOT_A_SHAPE, "is not a shape"),
    "collection": (
        {"type": "GeometryCollection", "geometries": []},
        ShapeFault.NOT_A_SHAPE,
        "'GeometryCollection' is not a shape",
    ),
    "several points": (
        {"type": "MultiPoint", "coordinates": [[W, S]]},
        ShapeFault.NOT_A_SHAPE,
        "'MultiPoint' is not a shape",
    ),
    "no coordinates": ({"type": "Point"}, ShapeFault.NOT_A_SHAPE, "not nested"),
    "one number": ({"type": "Point", "coordinates": [W]}, ShapeFault.NOT_A_SHAPE, "nested"),
    "four numbers": (
        {"type": "Point", "coordinates": [W, S, 1, 2]},
        ShapeFault.NOT_A_SHAPE,
        "nested",
    ),
    "words": ({"type": "Point", "coordinates": ["W", "S"]}, ShapeFault.NOT_A_SHAPE, "nested"),
    "truth": ({"type": "Point", "coordinates": [W, True]}, ShapeFault.NOT_A_SHAPE, "nested"),
    "line for a polygon": (
        {"type": "Polygon", "coordinates": SQUARE},
        ShapeFault.NOT_A_SHAPE,
        "nested",
    ),
    "polygon for a line": (
        {"type": "LineString", "coordinates": [SQUARE]},
        ShapeFault.NOT_A_SHAPE,
        "nested",
    ),
    "empty line": ({"type": "LineString", "coordinates": []}, ShapeFault.EMPTY, "no points"),
    "no rings": ({"type": "Polygon", "coordinates": []}, ShapeFault.EMPTY, "no points"),
    "empty ring": ({"type": "Polygon", "coordinates": [[]]}, ShapeFault.EMPTY, "no points"),
    "no polygons": ({"type": "MultiPolygon", "coordinates": []}, ShapeFault.EMPTY, "no points"),
    "too many": (
        {"type": "LineString", "coordinates": [[W, S]] * (VERTICES_MAX + 1)},
        ShapeFault.TOO_MANY_POINTS,
        "5,001 points; at most 5,000",
    ),
    "swapped": (
        {"type": "Point", "coordinates": [S, W]},
        ShapeFault.SWAPPED,
        r"\[30.267, -97.744\] gives the latitude first",
    ),
    "minus forgotten": (
        {"type": "Point", "coordinates": [-W, S]},
        ShapeFault.WRONG_SIGN,
        "lacks its minus sign",
    ),
    "no such longitude": (
        {"type": "Point", "coordinates": [-977.44, S]},
        ShapeFault.OUT_OF_RANGE,
        "nowhere on earth",
    ),
    "absurd": (
        {"type": "Point", "coordinates": [10**400, S]},
        ShapeFault.OUT_OF_RANGE,
        "nowhere on earth",
    ),
    "not a number": (
        {"type": "Point", "coordinates": [float("nan"), S]},
        ShapeFault.OUT_OF_RANGE,
        "nowhere on earth",
    ),
    "one corner in Paris": (
        {"type": "LineString", "coordinates": [[W, S], [2.3522, 48.8566]]},
        ShapeFault.NOT_IN_TEXAS,
        r"\[2.3522, 48.8566\] is not in Texas",
    ),
    "line without length": (
        {"type": "LineString", "coordinates": [[W, S], [W, S]]},
        ShapeFault.TOO_FEW_POINTS,
        "A LineString needs at least 2",
    ),
    "two corners": (
        {"type": "Polygon", "coordinates": [[[W, S], [E, S], [W, S]]]},
        ShapeFault.TOO_FEW_POINTS,
        "A Polygon needs at least 3",
    ),
    "flat": (
        {"type": "Polygon", "coordinates": [[*STRIP, [-97.7, 30.25], STRIP[0]]]},
        ShapeFault.NO_AREA,
        "on one line",
    ),
    "flat but for the last decimal": (
        {
            "type": "Polygon",
            "coordinates": [
                [[W, S], [W + 0.003333, S + 0.001667], [E + 0.009, S + 0.005], [W, S]]
            ],
        },
        ShapeFault.NO_AREA,
        "on one line",
    ),
    "bow tie": (
        {"type": "Polygon", "coordinates": [BOW_TIE]},
        ShapeFault.CROSSES_ITSELF,
        "touches itself near latitude 30.2675, longitude -97.7435",
    ),
    "hole outside": (
        {"type": "Polygon", "coordinates": [SQUARE, FAR_SQUARE]},
        ShapeFault.MISPLACED_HOLE,
        "A hole lies outside",
    ),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_shape_that_a_site_can_have_is_without_a_fault(name: str) -> None:
    """What the map on the dashboard draws must come in."""
    assert problems_in(WHOLE[name]) == []


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_shape_is_refused_with_what_is_wrong(name: str) -> None:
    """The sentence goes to whoever drew it, who sees no stack trace."""
    geojson, fault, sentence = WRONG[name]

    [problem] = problems_in(geojson)

    assert problem.fault is fault
    assert problem.remedy.endswith(".")
    assert not problem.is_warning
    with pytest.raises(RejectedError, match=sentence) as refusal:
        shape_of(geojson)
    assert (refusal.value.field, refusal.value.remedy) == ("geometry", problem.remedy)


def test_an_open_outline_is_closed_with_a_warning() -> None:
    """Many tools leave out the last point; the missing edge may yet be the wrong one."""
    geojson: dict[str, Any] = {"type": "Polygon", "coordinates": [SQUARE[:-1]]}

    [problem] = problems_in(geojson)

    assert (problem.fault, problem.is_warning) == (ShapeFault.NOT_CLOSED, True)
    assert shape_of(geojson).equals(Polygon(SQUARE))


def test_an_open_outline_that_crosses_itself_is_told_both() -> None:
    """The fault comes first, for it is the one to mend."""
    faults = [
        one.fault for one in problems_in({"type": "Polygon", "coordinates": [BOW_TIE[:4]]})
    ]

    assert faults == [ShapeFault.CROSSES_ITSELF, ShapeFault.NOT_CLOSED]


def test_a_site_of_more_than_a_square_mile_is_only_warned_of() -> None:
    """No limit is in force; a wrong digit in a corner is the likelier reason."""
    corners = [[-97.75, 30.25], [-97.70, 30.25], [-97.70, 30.30], [-97.75, 30.30]]

    [problem] = problems_in({"type": "Polygon", "coordinates": [[*corners, corners[0]]]})

    assert (problem.fault, problem.is_warning) == (ShapeFault.LARGE, True)
    # 0.05 degrees are 4,811 m by 5,543 m there: 26.66 square kilometres.
    assert "10.3 square miles" in problem.sentence


@pytest.mark.parametrize("name", WHOLE)
def test_a_shape_is_the_same_after_a_round_trip(name: str) -> None:
    """What is stored is read again."""
    shape = shape_of(WHOLE[name])

    written = geojson_of(shape)

    assert shape_of(written).equals(shape)
    assert json.loads(json.dumps(written)) == written
    assert geojson_of(shape_of(written)) == written


def test_an_outline_is_written_counter_clockwise() -> None:
    """RFC 7946 asks for it, and some maps fill the rest of the world otherwise."""
    clockwise = {"type": "Polygon", "coordinates": [SQUARE[::-1]]}

    assert geojson_of(shape_of(clockwise)) == {"type": "Polygon", "coordinates": [SQUARE]}


@given(st.floats(-106, -94), st.floats(26, 36))
def test_a_position_keeps_six_decimals(longitude: float, latitude: float) -> None:
    """More would claim to know a site to a tenth of an inch."""
    outline = read_outline({"type": "Point", "coordinates": [longitude, latitude]})

    [[[position]]] = outline.parts

    assert position == (round(longitude, 6), round(latitude, 6))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=20,
)


@given(st.sampled_from(["Point", "LineString", "Polygon", "MultiPolygon"]), JUNK)
def test_no_json_is_read_with_an_accident(kind: str, junk: Any) -> None:
    """Shapes come from outside: the answer is a list of problems, whatever was sent."""
    problems = problems_in({"type": kind, "coordinates": junk})

    assert all(problem.sentence.endswith(".") for problem in problems)


@pytest.mark.parametrize(
    "position", [[W, S, 1.0, 2.0], [True, S], [W, False], [W], [], ["W", "S"]], ids=str
)
def test_a_position_is_two_numbers_and_a_height_at_most(position: list[Any]) -> None:
    """What is more or less than a place is not guessed at."""
    with pytest.raises(RejectedError):
        read_outline({"type": "Point", "coordinates": position})

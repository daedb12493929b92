"""Where the digging is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.location import Geometry, GPSCoordinate

POINT = {"type": "Point", "coordinates": [-97.7431, 30.2672]}


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 1))
def test_every_point_on_earth_is_the_same_after_a_round_trip(
    latitude: float, longitude: float, confidence: float
) -> None:
    """A rounded coordinate is another place."""
    point = GPSCoordinate(latitude=latitude, longitude=longitude, confidence=confidence)

    assert GPSCoordinate.model_validate_json(point.model_dump_json()) == point
    assert point.is_whole


@pytest.mark.parametrize(
    "wrong",
    [
        {"latitude": 90.001},
        {"latitude": -90.001},
        {"longitude": 180.001},
        {"longitude": -180.001},
        {"confidence": 1.001},
        {"confidence": -0.001},
        {"source": "guessed"},
        {"altitude": 150},
        {"latitude": float("nan")},
        {"longitude": float("inf")},
    ],
    ids=str,
)
def test_a_point_that_is_nowhere_on_earth_is_refused(wrong: dict[str, Any]) -> None:
    """The limits are the specification's."""
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        GPSCoordinate.model_validate(wrong)


@pytest.mark.parametrize("half", [{}, {"latitude": 30.3}, {"longitude": -97.7}], ids=str)
def test_half_a_coordinate_is_no_place(half: dict[str, float]) -> None:
    """It is kept in the draft, and the location is still asked for."""
    assert not GPSCoordinate.model_validate(half).is_whole


def test_zero_is_a_number_and_not_a_missing_one() -> None:
    """The equator and Greenwich are falsy."""
    assert GPSCoordinate(latitude=0, longitude=0).is_whole


def test_a_shape_says_nothing_that_nobody_said() -> None:
    """The defaults are the specification's."""
    shape = Geometry.model_validate({"geometry_type": "Point", "geojson": POINT})

    assert shape.model_dump(mode="json") == {
        "geometry_type": "Point",
        "geojson": POINT,
        "confidence": 0.0,
        "geometry_source": None,
        "assumptions": [],
        "warnings": [],
        "area_square_feet": None,
        "buffer_distance_feet": None,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"geometry_type": "Square"},
        {"geojson": None},
        {"geojson": {"coordinates": [float("nan"), 30.0]}},
        {"confidence": 2},
        {"geometry_source": "dream"},
        {"area_square_feet": float("inf")},
        {"radius": 5},
    ],
    ids=str,
)
def test_a_shape_that_the_specification_does_not_know_is_refused(
    wrong: dict[str, Any],
) -> None:
    """NaN deep inside GeoJSON would make a file that no map can open."""
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        Geometry.model_validate({"geometry_type": "Point", "geojson": POINT, **wrong})

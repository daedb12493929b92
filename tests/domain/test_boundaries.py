"""Which county a place is in."""

import re
from time import perf_counter

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from domain.boundaries import (
    BORDER_DOUBT_MILES,
    BORDER_TOLERANCE_FEET,
    boundaries,
    counties_touched,
    county_at,
    is_in_county,
    miles_outside,
    outline_of,
)
from domain.errors import RejectedError
from domain.geometry import circle_at, polygon_of
from domain.location import GPSCoordinate
from domain.shapes import TEXAS_BOX
from domain.texas import County, counties, find_county

ALL = sorted(counties().values(), key=lambda county: county.fips)

NOT_IN_TEXAS = {
    "Oklahoma City": (35.4676, -97.5164),
    "Santa Fe": (35.6870, -105.9378),
    "Shreveport": (32.5252, -93.7502),
    "Texarkana, Arkansas": (33.4418, -94.0377),
    "Ciudad Juarez": (31.6904, -106.4245),
    "Chihuahua": (28.6353, -106.0889),
    "Nuevo Laredo": (27.4763, -99.5164),
    "the open Gulf": (28.0, -95.0),
    "Paris, France": (48.8566, 2.3522),
}
IN_TEXAS = {
    "Canutillo": (31.9115, -106.6005, "El Paso"),
    "Anthony": (31.9993, -106.6055, "El Paso"),
    "the northern edge of Dallam": (36.5004, -102.5, "Dallam"),
    "the northern edge of Sherman": (36.5004, -101.95, "Sherman"),
    "Brownsville": (25.9017, -97.4975, "Cameron"),
    "Boca Chica": (25.9970, -97.1570, "Cameron"),
    "Orange": (30.0930, -93.7366, "Orange"),
    "Texline": (36.3778, -103.0205, "Dallam"),
    "El Paso": (31.7619, -106.4850, "El Paso"),
    "Austin": (30.2672, -97.7431, "Travis"),
    "Texarkana, Texas": (33.4251, -94.0477, "Bowie"),
}
TRAVIS = County("Travis", "48453", "America/Chicago")


@pytest.mark.parametrize("place", NOT_IN_TEXAS)
def test_a_place_outside_texas_is_in_no_county(place: str) -> None:
    """All but Paris lie in the box that the specification takes for Texas."""
    latitude, longitude = NOT_IN_TEXAS[place]

    assert county_at(latitude, longitude) is None
    assert all(miles_outside(county, latitude, longitude) > 0 for county in ALL)


@pytest.mark.parametrize("place", IN_TEXAS)
def test_a_place_in_texas_is_in_its_county(place: str) -> None:
    """The first four lie outside the box that the specification takes for Texas."""
    latitude, longitude, name = IN_TEXAS[place]

    county = county_at(latitude, longitude)

    assert county == find_county(name)
    assert county is not None
    assert is_in_county(county, latitude, longitude)
    assert miles_outside(county, latitude, longitude) == 0


@pytest.mark.parametrize("county", ALL, ids=lambda county: county.name)
def test_each_county_holds_a_point_that_no_other_holds(county: County) -> None:
    """Polygons that were shifted, swapped or laid over each other would show."""
    point = outline_of(county).representative_point()

    assert county_at(point.y, point.x) == county
    assert [one for one in ALL if is_in_county(one, point.y, point.x)] == [county]


@pytest.mark.parametrize("county", ALL, ids=lambda county: county.name)
def test_each_county_is_found_by_every_accepted_spelling(county: County) -> None:
    """Work orders are written by people, and by machines that shout."""
    name = county.name
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)  # Mc Lennan, De Witt
    spellings = [name, spaced, name.replace(" ", ""), name.replace(" ", "  ")]

    for spelling in spellings:
        for written in (spelling, spelling.upper(), spelling.lower()):
            assert find_county(written) == county
            assert find_county(f"{written} County") == county
            assert find_county(f"{written} COUNTY ") == county


def test_the_spellings_of_the_notes_are_found() -> None:
    """Three names are written in two ways even by the state."""
    for written, fips in {
        "Mc Lennan": "48309",
        "La Salle": "48283",
        "LaSalle": "48283",
        "De Witt": "48123",
        "DEWITT": "48123",
    }.items():
        county = find_county(written)
        assert county is not None
        assert county.fips == fips


def test_the_polygons_are_those_of_the_254_counties_in_the_order_of_their_codes() -> None:
    """A polygon under another county's name would move its sites."""
    drawn = boundaries()

    assert list(drawn.counties) == ALL
    assert all(polygon.is_valid and not polygon.interiors for polygon in drawn.polygons)
    west, south, east, north = drawn.index.geometries[0].bounds
    for polygon in drawn.polygons:
        west, south = min(west, polygon.bounds[0]), min(south, polygon.bounds[1])
        east, north = max(east, polygon.bounds[2]), max(north, polygon.bounds[3])
    assert TEXAS_BOX.holds(south, west)
    assert TEXAS_BOX.holds(north, east)


def test_neighbours_share_their_border_point_by_point() -> None:
    """A sliver between two counties would be a place in none of them."""
    drawn = boundaries()

    assert shapely.coverage_is_valid(drawn.polygons)
    assert list(shapely.union_all(drawn.polygons).interiors) == []


def test_a_point_on_a_border_is_in_the_county_with_the_lower_code() -> None:
    """It must be in one of them, and in the same one each time."""
    for county in ALL[::10]:
        longitude, latitude = outline_of(county).exterior.coords[0]
        holders = [one for one in ALL if miles_outside(one, latitude, longitude) == 0]

        assert county_at(latitude, longitude) == holders[0]
        assert county in holders


def test_a_point_just_outside_texas_is_in_the_nearest_county() -> None:
    """The border was simplified by up to fifty feet: such a point may well be inside."""
    dallam, longitude, north = north_of_dallam()
    forty_feet, ninety_feet = 40 / 364_000, 90 / 364_000

    assert county_at(north + forty_feet, longitude) == dallam
    assert is_in_county(dallam, north + forty_feet, longitude)
    assert (
        0 < miles_outside(dallam, north + forty_feet, longitude) <= BORDER_TOLERANCE_FEET / 5280
    )
    assert county_at(north + ninety_feet, longitude) is None
    assert not is_in_county(dallam, north + ninety_feet, longitude)


def test_the_miles_to_a_county_are_miles() -> None:
    """A degree of latitude is 110,968 m there, which is 68.95 miles."""
    dallam, longitude, north = north_of_dallam()

    assert miles_outside(dallam, north + 1, longitude) == pytest.approx(68.95, rel=0.01)
    assert BORDER_TOLERANCE_FEET / 5280 < BORDER_DOUBT_MILES


@given(st.floats(), st.floats())
def test_every_pair_of_numbers_is_in_one_county_or_in_none(
    latitude: float, longitude: float
) -> None:
    """A coordinate is typed by people: nan, infinity and the pole are answers too."""
    county = county_at(latitude, longitude)

    assert county is None or is_in_county(county, latitude, longitude)


@given(st.floats(25.83, 36.51), st.floats(-106.65, -93.5))
def test_where_no_county_is_found_the_point_is_in_none_of_them(
    latitude: float, longitude: float
) -> None:
    """The two ways to ask agree."""
    county = county_at(latitude, longitude)

    assert county is None or is_in_county(county, latitude, longitude)
    assert county is not None or not any(
        is_in_county(one, latitude, longitude) for one in ALL[::8]
    )


def test_a_site_inside_a_county_touches_it_alone() -> None:
    """Texas811 wants one county per ticket."""
    austin = GPSCoordinate(latitude=30.2672, longitude=-97.7431)

    assert counties_touched(circle_at(austin, 100).geojson) == [TRAVIS]


def test_a_site_on_a_border_touches_both_counties() -> None:
    """It needs two tickets."""
    longitude, latitude = border_of_travis_and_williamson()
    place = GPSCoordinate(latitude=latitude, longitude=longitude)

    touched = counties_touched(circle_at(place, 1_000).geojson)

    assert [county.name for county in touched] == ["Travis", "Williamson"]


def test_a_site_that_reaches_over_a_border_by_some_feet_is_in_one_county() -> None:
    """The border is not known that well: a second ticket would be for nothing."""
    longitude, latitude = border_of_travis_and_williamson()
    place = GPSCoordinate(latitude=latitude, longitude=longitude)

    touched = counties_touched(circle_at(place, 20).geojson)

    assert [county.name for county in touched] in (["Travis"], ["Williamson"])


def test_a_line_over_three_counties_touches_all_of_them() -> None:
    """In the order of their codes; a line has no area, and is somewhere all the same."""
    line = {"type": "LineString", "coordinates": [[-97.9, 30.0], [-97.7, 30.7]]}

    assert [one.name for one in counties_touched(line)] == ["Hays", "Travis", "Williamson"]


def test_a_site_outside_texas_touches_no_county() -> None:
    """The box that holds Texas holds a good part of Mexico."""
    corners = [(-105.0, 28.0), (-104.99, 28.0), (-104.99, 28.01)]

    assert counties_touched(polygon_of(corners).geojson) == []


def test_a_shape_that_is_none_is_refused_with_its_reason() -> None:
    """The answer "in no county" would be taken for a place outside Texas."""
    with pytest.raises(RejectedError, match="latitude first"):
        counties_touched({"type": "Point", "coordinates": [30.2672, -97.7431]})


def test_a_county_is_found_in_microseconds() -> None:
    """It is asked for each keystroke of a form; the limits are far above what is measured."""
    boundaries.cache_clear()
    began = perf_counter()
    boundaries()
    loaded = perf_counter()
    for _ in range(1_000):
        county_at(30.2672, -97.7431)
    found = perf_counter()

    assert loaded - began < 1
    assert (found - loaded) / 1_000 < 0.001


def north_of_dallam() -> tuple[County, float, float]:
    """Return the county, and the longitude and latitude of its northernmost corner."""
    dallam = find_county("Dallam")
    assert dallam is not None
    corners = outline_of(dallam).exterior.coords
    longitude, latitude = max(corners, key=lambda corner: corner[1])
    return dallam, longitude, latitude


def border_of_travis_and_williamson() -> tuple[float, float]:
    """Return the middle of the longest straight piece of the border of the two."""
    williamson = find_county("Williamson")
    assert williamson is not None
    border = outline_of(TRAVIS).intersection(outline_of(williamson))
    pieces = [
        (first, second)
        for line in shapely.get_parts(border)
        for first, second in zip(line.coords, line.coords[1:], strict=False)
    ]
    (x, y), (u, v) = max(pieces, key=lambda one: abs(one[0][0] - one[1][0]))
    return (x + u) / 2, (y + v) / 2

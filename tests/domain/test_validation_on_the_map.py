"""The place on the map: a point and a shape in the county that the ticket is for."""

from typing import Any

import pytest

from tests.domain.troubles import (
    REQUIRED,
    WARNING,
    Trouble,
    gap_of,
    troubles_of,
)

AUSTIN, SAN_ANTONIO, OKLAHOMA_CITY = (30.27, -97.74), (29.42, -98.49), (35.47, -97.52)


def point(latitude: float, longitude: float) -> dict[str, float]:
    return {"latitude": latitude, "longitude": longitude}


def box(latitude: float, longitude: float, half: float = 0.0005) -> dict[str, Any]:
    """Return a square on the map, with its middle here."""
    west, east = longitude - half, longitude + half
    south, north = latitude - half, latitude + half
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return polygon(ring)


def polygon(ring: list[list[float]]) -> dict[str, Any]:
    return {
        "geometry_type": "Polygon",
        "geojson": {"type": "Polygon", "coordinates": [ring]},
    }


# The straight border of Lubbock and Hockley counties, in the north of it, and that of Texas
# and New Mexico west of Andrews County.
LUBBOCK_WEST = (33.6, -102.08074)
NEW_MEXICO_EAST = (32.3, -103.06476)


# A route that begins in Texas and ends more than half a mile inside of New Mexico.
OVER_THE_BORDER = polygon(
    [
        [-103.0748, 32.3],
        [-103.0548, 32.3],
        [-103.0548, 32.302],
        [-103.0748, 32.302],
        [-103.0748, 32.3],
    ]
)


def west_of(place: tuple[float, float], feet: float) -> tuple[float, float]:
    """Return the point so many feet west of a place in the north of Texas; east if negative."""
    return place[0], place[1] - feet / 307_000


@pytest.mark.parametrize(
    ("edit", "trouble"),
    [
        ({"gps_coordinates": point(*AUSTIN)}, None),
        ({"gps_coordinates": {"latitude": 30.27}}, None),
        (
            {"gps_coordinates": point(*SAN_ANTONIO)},
            ("gps_coordinates", "point_in_other_county", REQUIRED),
        ),
        (
            {"gps_coordinates": point(*OKLAHOMA_CITY)},
            ("gps_coordinates", "outside_texas", REQUIRED),
        ),
        (
            {"gps_coordinates": point(30.27, 97.74)},
            ("gps_coordinates", "outside_texas", REQUIRED),
        ),
        (
            {"county": "Lubbock", "gps_coordinates": point(*west_of(LUBBOCK_WEST, -30))},
            None,
        ),
        ({"county": "Lubbock", "gps_coordinates": point(*west_of(LUBBOCK_WEST, 30))}, None),
        (
            {"county": "Lubbock", "gps_coordinates": point(*west_of(LUBBOCK_WEST, 1_000))},
            ("gps_coordinates", "point_near_border", WARNING),
        ),
        (
            {"county": "Lubbock", "gps_coordinates": point(*west_of(LUBBOCK_WEST, 4_000))},
            ("gps_coordinates", "point_in_other_county", REQUIRED),
        ),
    ],
    ids=str,
)
def test_a_point_lies_in_the_county_that_is_stated(
    edit: dict[str, Any], trouble: Trouble | None
) -> None:
    """A notice that goes to the wrong county warns nobody who has lines on the site."""
    assert troubles_of(**edit) == ([trouble] if trouble else [])


def test_a_point_in_another_county_comes_with_the_name_of_that_county() -> None:
    """Either the county or the point is wrong, and whoever wrote them knows which."""
    gap = gap_of(gps_coordinates=point(*SAN_ANTONIO))

    assert gap.suggested_values == ["Bexar"]
    assert "is in Bexar County, " in str(gap.user_friendly_description)
    assert "miles outside of Travis County" in str(gap.user_friendly_description)


def test_a_longitude_without_its_minus_comes_with_the_mended_pair() -> None:
    """It is the commonest slip of all, and China has no county of Texas."""
    gap = gap_of(gps_coordinates=point(30.27, 97.74))

    assert gap.suggested_values == ["30.27, -97.74"]
    assert "lacks the minus sign" in str(gap.user_friendly_description)
    assert str(gap.suggested_prompt).endswith("Is it 30.27, -97.74?")


@pytest.mark.parametrize("place", [OKLAHOMA_CITY, (51.5, 0.1)])
def test_a_point_that_no_sign_mends_is_asked_for_anew(place: tuple[float, float]) -> None:
    """A guess would send the locator somewhere."""
    gap = gap_of(gps_coordinates=point(*place))

    assert gap.suggested_values == []
    assert str(gap.suggested_prompt).endswith("What are the coordinates of the site?")


@pytest.mark.parametrize(
    ("place", "problems"),
    [(AUSTIN, ["field_missing"]), (OKLAHOMA_CITY, ["field_missing", "outside_texas"])],
)
def test_without_a_county_a_point_only_has_to_be_in_texas(
    place: tuple[float, float], problems: list[str]
) -> None:
    """There is nothing yet that it could contradict."""
    found = troubles_of(county=None, gps_coordinates=point(*place))

    assert [problem for _field, problem, _severity in found] == problems


@pytest.mark.parametrize(
    ("edit", "trouble"),
    [
        ({"geometry": box(*AUSTIN)}, None),
        ({"geometry": box(*SAN_ANTONIO)}, ("geometry", "geometry_in_other_county", REQUIRED)),
        ({"geometry": box(*OKLAHOMA_CITY)}, ("geometry", "not_in_texas", REQUIRED)),
        (
            {"geometry": box(*AUSTIN[::-1])},
            ("geometry", "latitude_and_longitude_swapped", REQUIRED),
        ),
        ({"geometry": box(30.27, 97.74)}, ("geometry", "longitude_without_minus", REQUIRED)),
        (
            {"county": "Lubbock", "geometry": box(*LUBBOCK_WEST, half=0.003)},
            ("geometry", "geometry_in_two_counties", REQUIRED),
        ),
        (
            {"county": "Lubbock", "geometry": box(*west_of(LUBBOCK_WEST, -100))},
            None,
        ),
        (
            {"county": "Lubbock", "geometry": box(*west_of(LUBBOCK_WEST, 300))},
            ("geometry", "geometry_near_border", WARNING),
        ),
        (
            {"county": "Lubbock", "geometry": box(*west_of(LUBBOCK_WEST, 4_000))},
            ("geometry", "geometry_in_other_county", REQUIRED),
        ),
        (
            {"county": "Andrews", "geometry": box(*NEW_MEXICO_EAST)},
            ("geometry", "geometry_near_border", WARNING),
        ),
        (
            {"county": "Andrews", "geometry": OVER_THE_BORDER},
            ("geometry", "not_in_texas", REQUIRED),
        ),
        (
            {
                "geometry": polygon(
                    [[-97.74, 30.27], [-97.73, 30.28], [-97.72, 30.29], [-97.74, 30.27]]
                )
            },
            ("geometry", "no_area", REQUIRED),
        ),
        (
            {"geometry": polygon(box(*AUSTIN)["geojson"]["coordinates"][0][:-1])},
            ("geometry", "not_closed", WARNING),
        ),
        (
            {"geometry": {"geometry_type": "Point", "geojson": {"type": "Nothing"}}},
            ("geometry", "not_a_shape", REQUIRED),
        ),
    ],
    ids=str,
)
def test_a_shape_lies_in_one_county_and_can_be_used(
    edit: dict[str, Any], trouble: Trouble | None
) -> None:
    """Texas811 refuses a polygon outside of the county, and one in two."""
    assert [found for found in troubles_of(**edit) if found[0] == "geometry"] == (
        [trouble] if trouble else []
    )


@pytest.mark.parametrize(
    ("county", "place", "half", "problem"),
    [
        (None, AUSTIN, 0.0005, None),
        ("Atlantis", LUBBOCK_WEST, 0.003, "geometry_in_two_counties"),
        (None, NEW_MEXICO_EAST, 0.0005, "geometry_near_border"),
        (None, (27.5, -95.0), 0.0005, "not_in_texas"),
        (None, west_of(NEW_MEXICO_EAST, 20), 0.0001, None),
    ],
)
def test_without_a_county_a_shape_only_has_to_be_in_one(
    county: str | None, place: tuple[float, float], half: float, problem: str | None
) -> None:
    """It is the ticket that is for one county, whichever it will be."""
    found = troubles_of(county=county, geometry=box(*place, half=half))

    assert [one[1] for one in found if one[0] == "geometry"] == ([problem] if problem else [])


def test_a_shape_in_two_counties_names_both() -> None:
    """The other part needs a ticket of its own."""
    gap = gap_of(county="Lubbock", geometry=box(*LUBBOCK_WEST, half=0.003))

    assert gap.suggested_values == ["Hockley", "Lubbock"]
    assert "Hockley or Lubbock" in str(gap.suggested_prompt)

"""The place in words: one county, an address or a description, the way, the white lines."""

from typing import Any

import pytest

from domain.gaps import GapCategory
from domain.rules.site import counties_named
from domain.texas import counties
from domain.validation import validated
from tests.builders import NOW, make_ticket
from tests.domain.troubles import (
    RECOMMENDED,
    REQUIRED,
    WARNING,
    Trouble,
    gap_of,
    troubles_of,
)

POINT = {"latitude": 30.27, "longitude": -97.74}
SQUARE = [
    [-97.7401, 30.2699],
    [-97.7399, 30.2699],
    [-97.7399, 30.2701],
    [-97.7401, 30.2701],
    [-97.7401, 30.2699],
]
DRAWN = {
    "geometry_type": "Polygon",
    "geojson": {"type": "Polygon", "coordinates": [SQUARE]},
}
PIN = {
    "geometry_type": "Point",
    "geojson": {"type": "Point", "coordinates": [-97.74, 30.27]},
}
DIRECTIONS = "From FM 1460 and CR 123 go 0.4 miles north, east side"
NOWHERE: Trouble = ("location", "address_or_gps_required", REQUIRED)
UNDESCRIBED: Trouble = ("nearest_intersection", "description_required", REQUIRED)
NO_WAY: Trouble = ("driving_directions", "directions_needed", REQUIRED)
BETTER_THE_WAY: Trouble = ("driving_directions", "directions_needed", RECOMMENDED)

PLACES: list[tuple[dict[str, Any], list[Trouble]]] = [
    ({"address": None}, [NOWHERE, NO_WAY]),
    ({"address": "TBD"}, [NOWHERE, NO_WAY]),
    ({"address": "", "gps_coordinates": {"latitude": 30.27}}, [NOWHERE, NO_WAY]),
    ({"address": "", "gps_coordinates": {"longitude": -97.74}}, [NOWHERE, NO_WAY]),
    ({"address": None, "gps_coordinates": POINT}, [NO_WAY]),
    ({"address": None, "gps_coordinates": POINT, "driving_directions": DIRECTIONS}, []),
    (
        {"address": None, "gps_coordinates": POINT, "nearest_intersection": None},
        [UNDESCRIBED, NO_WAY],
    ),
    (
        {
            "address": None,
            "gps_coordinates": POINT,
            "nearest_intersection": None,
            "driving_directions": DIRECTIONS,
        },
        [],
    ),
    (
        {"nearest_intersection": None},
        [("nearest_intersection", "field_missing", RECOMMENDED)],
    ),
    ({"nearest_intersection": None, "cross_street": "Pecan St"}, []),
    ({"address": "County Road 123"}, [BETTER_THE_WAY]),
    ({"address": "FM 1460"}, [BETTER_THE_WAY]),
    ({"address": "Ranch Road 12, Wimberley"}, [BETTER_THE_WAY]),
    ({"address": "2 miles north of FM 1460"}, [BETTER_THE_WAY]),
    ({"address": "100 block of Main St"}, [BETTER_THE_WAY]),
    ({"address": "5th Street"}, [BETTER_THE_WAY]),
    ({"address": "FM 1460", "driving_directions": DIRECTIONS}, []),
    ({"address": "4500 FM 1460"}, []),
    ({"address": "12B County Road 7"}, []),
    ({"address": "Lot 4, 410-412 Bluebonnet Ln"}, []),
]


@pytest.mark.parametrize(("edit", "troubles"), PLACES, ids=str)
def test_a_place_is_asked_for_until_a_locator_can_find_it(
    edit: dict[str, Any], troubles: list[Trouble]
) -> None:
    """251.152(2): the address and where on the property, else a description by the roads."""
    assert troubles_of(**edit) == troubles


@pytest.mark.parametrize("county", [county.name for county in counties().values()])
def test_every_county_of_texas_is_one_county(county: str) -> None:
    """Deaf Smith, Jim Hogg and Van Zandt are one each."""
    assert troubles_of(county=f"{county} County", city="Springfield") == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Travis and Hays", ["Travis", "Hays"]),
        ("Travis/Hays", ["Travis", "Hays"]),
        ("Travis, Hays Counties", ["Travis", "Hays"]),
        ("Travis County & Williamson County", ["Travis", "Williamson"]),
        ("Deaf Smith + Palo Pinto", ["Deaf Smith", "Palo Pinto"]),
        ("Fort Bend or Harris", ["Fort Bend", "Harris"]),
        ("Jim Hogg - Van Zandt; Bexar", ["Jim Hogg", "Van Zandt", "Bexar"]),
    ],
)
def test_several_counties_are_several_tickets(text: str, named: list[str]) -> None:
    """Texas811 takes one county a ticket, and the question is asked once."""
    gap = gap_of(county=text)

    assert (gap.field, gap.problem, gap.severity) == ("county", "one_county_only", REQUIRED)
    assert gap.suggested_values == named == counties_named(text)
    assert gap.category is GapCategory.BUSINESS_RULE
    assert " or ".join(named) in str(gap.suggested_prompt)


@pytest.mark.parametrize(
    ("text", "likely"),
    [
        ("Haris", "Harris"),
        ("Travis County, TX", "Travis"),
        ("Hays and Trafalgar", "Hays"),
        ("Travis, Travis County", "Travis"),
    ],
)
def test_a_misspelt_county_comes_with_the_names_that_it_may_mean(
    text: str, likely: str
) -> None:
    """The answer is one word."""
    gap = gap_of(county=text)

    assert (gap.problem, gap.severity) == ("unknown_county", REQUIRED)
    assert gap.suggested_values[0] == likely
    assert f"Did you mean {likely}" in str(gap.suggested_prompt)


def test_a_county_like_no_other_is_asked_for_openly() -> None:
    """A bad guess is worse than a question."""
    gap = gap_of(county="Saskatchewan")

    assert gap.suggested_values == []
    assert str(gap.suggested_prompt).endswith("In which Texas county is the site?")


UNCLEAR: dict[str, Any] = {"address": "FM 1460", "driving_directions": DIRECTIONS}
UNASKED = ("white_lines_painted", "field_missing")


@pytest.mark.parametrize(
    ("edit", "trouble"),
    [
        ({"white_lines_painted": None}, (*UNASKED, RECOMMENDED)),
        ({"white_lines_painted": False}, None),
        ({**UNCLEAR, "white_lines_painted": None}, (*UNASKED, REQUIRED)),
        (
            {**UNCLEAR, "white_lines_painted": False},
            ("white_lines_painted", "white_lining_required", WARNING),
        ),
        ({**UNCLEAR, "white_lines_painted": True}, None),
        ({**UNCLEAR, "geometry": DRAWN, "white_lines_painted": None}, (*UNASKED, RECOMMENDED)),
        ({**UNCLEAR, "geometry": DRAWN, "white_lines_painted": False}, None),
        ({**UNCLEAR, "geometry": PIN, "white_lines_painted": None}, (*UNASKED, REQUIRED)),
    ],
    ids=str,
)
def test_white_lines_are_needed_where_the_ticket_alone_does_not_show_the_site(
    edit: dict[str, Any], trouble: Trouble | None
) -> None:
    """16 TAC 18.3(c); a pin on the map does not say how far the site reaches."""
    assert troubles_of(**edit) == ([trouble] if trouble else [])


def test_a_county_named_like_a_city_that_lies_elsewhere_is_asked_about() -> None:
    """The notice would go to the operators of another county, and warn nobody."""
    gap = gap_of(county="Austin", city="Austin")

    assert (gap.field, gap.problem) == ("county", "city_in_other_county")
    assert gap.severity == REQUIRED
    assert gap.suggested_values == ["Travis County", "Austin County"]


@pytest.mark.parametrize(
    "fields",
    [
        {"county": "Travis", "city": "Austin"},
        {"county": "Austin", "city": "Bellville"},
        {"county": "Austin", "city": "Austin", "confirmed_fields": ["county"]},
    ],
    ids=["right", "another city", "said by a person"],
)
def test_a_county_that_may_well_be_meant_is_not_asked_about(fields: dict[str, Any]) -> None:
    """Most counties are not named like a city that lies elsewhere."""
    ticket = validated(make_ticket(**fields), None, now=NOW)

    assert "city_in_other_county" not in [gap.problem for gap in ticket.open_gaps]

"""Places of Texas: towns and ZIP codes, their counties, and how far they are from each other."""

import pytest

from domain.place_distances import (
    REACH_MILES,
    is_well_inside,
    middle_of_county,
    miles_from_county,
    miles_from_town,
    miles_inside,
)
from domain.places import (
    counties_of_town,
    county_of_zip,
    is_town,
    middle_of_town,
    middle_of_zip,
    places,
    town_key,
    towns,
)
from domain.texas import find_county, required_county

AUSTIN = (30.2672, -97.7431)


def test_every_zip_code_lies_in_a_county_of_texas() -> None:
    """A county that is spelt otherwise would never agree with the one on an order."""
    assert len(places()) > 2_500
    assert all(find_county(place.county) for place in places().values())
    assert all(place.names for place in places().values())


@pytest.mark.parametrize(
    ("one", "other"),
    [("FT. WORTH", "Fort Worth"), ("St Jo", "Saint Jo"), ("Mt. Pleasant", "MOUNT PLEASANT")],
)
def test_a_town_is_found_in_each_of_its_spellings(one: str, other: str) -> None:
    """Orders write Fort, St and Mount as they please."""
    assert town_key(one) == town_key(other)


def test_a_town_is_known_by_its_name_alone() -> None:
    """What mail does not go to is no town here."""
    assert is_town("Lockhart")
    assert not is_town("CBG-SOUTH")


@pytest.mark.parametrize(
    ("town", "counties"),
    [
        ("Lockhart", ("Caldwell",)),
        ("Austin", ("Travis", "Williamson", "Hays")),
        # Named like a county, and in another.
        ("Tyler", ("Smith",)),
        ("Nowhere Springs", ()),
    ],
)
def test_a_town_lies_in_its_counties(town: str, counties: tuple[str, ...]) -> None:
    """The one with most of its ZIP codes comes first."""
    assert counties_of_town(town)[:3] == counties


def test_a_zip_code_lies_in_its_main_county() -> None:
    """The four more digits say no more."""
    assert county_of_zip("78644") == county_of_zip("78644-1234") == "Caldwell"
    assert county_of_zip("10001") is None


def test_the_middle_of_a_place_is_in_its_county() -> None:
    """Else the point would contradict the county at once."""
    town, code, county = (
        middle_of_town("Lockhart"),
        middle_of_zip("78644"),
        middle_of_county("Caldwell"),
    )

    for middle in (town, code, county):
        assert middle is not None
        assert miles_inside(required_county("Caldwell"), *middle) > 0


@pytest.mark.parametrize("look_up", [middle_of_town, middle_of_zip, middle_of_county])
def test_what_is_not_known_has_no_middle(look_up: object) -> None:
    """A point would be an invention."""
    assert callable(look_up)
    assert look_up("Nowhere") is None


def test_only_what_is_far_from_the_border_is_well_inside() -> None:
    """A town at the border may reach over it."""
    travis, hays = required_county("Travis"), required_county("Hays")

    assert is_well_inside(travis, *AUSTIN)
    assert not is_well_inside(hays, *AUSTIN)
    assert miles_inside(hays, *AUSTIN) == 0
    # Coppell, in the corner of Dallas County.
    assert 0 < miles_inside(required_county("Dallas"), 32.96, -97.0) < REACH_MILES


def test_a_town_is_as_far_from_a_county_as_the_nearest_of_its_zip_codes() -> None:
    """A share of it may still be nearer, so only a great distance says something."""
    assert miles_from_county(towns()["lockhart"], required_county("Caldwell")) == 0
    assert 15 < miles_from_county(towns()["lockhart"], required_county("Williamson")) < 60


def test_a_point_is_measured_from_the_middle_of_a_town() -> None:
    """A town that is not known is at no distance."""
    near, far = miles_from_town("Austin", *AUSTIN), miles_from_town("El Paso", *AUSTIN)

    assert near is not None
    assert near < 3
    assert far is not None
    assert far > 450
    assert miles_from_town("Nowhere Springs", *AUSTIN) is None

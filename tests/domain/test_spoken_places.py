"""Where, as people say it."""

import pytest

from domain.texas import COUNTY_OF_NAMESAKE, find_county
from tests.domain.answers import facts_of, refusal_of


@pytest.mark.parametrize(
    "said",
    [
        "30.2672, -97.7431",
        "30.2672 -97.7431",
        "(30.2672,-97.7431)",
        "30.2672N 97.7431W",
        "N30.2672 W97.7431",
        "lat 30.2672, lon -97.7431",
        "-97.7431, 30.2672",
        "30\u00b016'01.92\"N 97\u00b044'35.16\"W",
        "30 16 01.92 N 97 44 35.16 W",
        "30.2672, - 97.7431",
        "it's 30.2672, -97.7431",
        "the coordinates are 30.2672, -97.7431.",
    ],
)
def test_coordinates_are_read_in_their_notations(said: str) -> None:
    """What is greater than ninety can be no latitude."""
    point = {"latitude": 30.2672, "longitude": -97.7431, "source": "manual"}

    assert facts_of("gps_coordinates", said) == {"gps_coordinates": point}
    assert facts_of("location", said) == {"gps_coordinates": point}


@pytest.mark.parametrize(
    "said",
    [
        *("30.2672", "here", "91, 181", "30.2672, 97.7431", "48.85, 2.35", "10 E 12 W"),
        *("30\u00b075'00\"N 97\u00b044'00\"W", "30.2672 N 97.7431 N", "30.2672, -97.7431?"),
        *("between 30.2672,-97.7431 and 30.27,-97.74", "not 30.2672,-97.7431"),
        *("30.2672 S 97.7431 W", "40.7128,-74.0060", "-30.2672, 97.7431", "30.267-97.7431 W"),
    ],
)
def test_what_is_no_point_in_texas_is_refused(said: str) -> None:
    """A missing minus sign is suggested and not put in."""
    refused = refusal_of("gps_coordinates", said)

    assert refused.remedy
    assert refused.suggested_values == (
        ("30.2672, -97.7431",) if said == "30.2672, 97.7431" else ()
    )


def test_degrees_and_minutes_need_no_marks() -> None:
    """As a receiver shows them."""
    said = facts_of("gps_coordinates", "30 16.02 N 97 44.59 W")["gps_coordinates"]

    assert (said["latitude"], said["longitude"]) == (30.267, -97.743166667)


def test_a_location_is_an_address_or_a_point_or_both() -> None:
    """Whichever a person has at hand."""
    both = facts_of("location", "gps 30.2672, -97.7431 at 415 Main St")

    assert facts_of("location", "2140 Sandy Hollow Ln") == {"address": "2140 Sandy Hollow Ln"}
    assert both["address"] == "415 Main St"
    assert both["gps_coordinates"]["latitude"] == 30.2672
    assert "address" in refusal_of("location", "here", is_required=True).problem


@pytest.mark.parametrize(
    "said",
    [
        "between 30.2672,-97.7431 and 30.27,-97.74",
        "30.2672,-97.7431 or 30.27,-97.74",
        "not at 30.2672,-97.7431",
        "maybe 30.2672,-97.7431",
        "north of 30.2672,-97.7431",
        "200 ft from 30.2672,-97.7431",
        "30\u00b075'00\"N 97\u00b044'00\"W",
        "30.2672 N 97.7431 N",
        "40.7128, -74.0060",
        "gps 40.7128, -74.0060 at the corner",
        "200 ft N of 30.2672, -97.7431",
        "30.2672, -97.7431 200 ft N",
        "wrong: 30.2672, -97.7431",
        "30.2672, -97.7431 is wrong",
        "30.2672, -97.7431 was the old site",
        "30.2672, -97.7431 but 2 miles east",
        "30.2672, -97.7431 plus 200 ft east",
        "30.2672, -97.7431, 200 ft from the corner",
        "30.2672, -97.7431, 410 Main St, gone",
        "500 yards ne of 30.2672, -97.7431",
        "opposite of 30.2672, -97.7431",
        "behind 30.2672, -97.7431",
        "near 30.2672, -97.7431",
        "Lot 2.5 45.6 acres at 30.2672, -97.7431",
        "Hwy 30.5 97.7 W",
        "30.5 - 97.7 acres",
        "the address is wrong",
        "ask Bob",
        "not at 410 Main but 412 Main",
        "No, 412 Main St",
        "410 Main St?",
    ],
)
def test_a_location_that_is_not_one_point_in_texas_is_refused(said: str) -> None:
    """Neither of two is guessed, nor what lies beside it."""
    assert refusal_of("location", said).remedy


@pytest.mark.parametrize("said", ["10 E 12 W Main", "Lot 2.5 45.6 acres", "1 N 2 E Elm St"])
def test_two_numbers_of_an_address_are_no_point(said: str) -> None:
    """They would lie in another part of the world."""
    assert facts_of("location", said) == {"address": said}


def test_an_address_beside_a_point_keeps_its_words() -> None:
    """Only what leads to the point is left out."""
    point = {"latitude": 30.2672, "longitude": -97.7431, "source": "manual"}
    told = {
        "410 Bluebonnet Ln, 30.2672, -97.7431": "410 Bluebonnet Ln",
        "30.2672, -97.7431 at 410 N Main St, Austin, TX 78704": "410 N Main St, Austin, TX 78704",
        "The coordinates are 30.2672, -97.7431 and 12 E 5th St": "12 E 5th St",
        "FM 1960 at 30.2672, -97.7431": "FM 1960",
    }

    for said, address in told.items():
        assert facts_of("location", said) == {"gps_coordinates": point, "address": address}


def test_an_office_said_in_one_breath_is_street_and_town() -> None:
    """Two fields are closed by one answer."""
    assert facts_of("address_line_1", "2200 Mesquite Rd, Ste 4, Lubbock, TX 79401") == {
        "address_line_1": "2200 Mesquite Rd, Ste 4",
        "city_state_zip": "Lubbock, TX 79401",
    }
    assert facts_of("address_line_1", "PO Box 1180") == {"address_line_1": "PO Box 1180"}


@pytest.mark.parametrize(
    ("said", "county"),
    [
        ("Travis Co.", "Travis"),
        ("the county is Travis", "Travis"),
        ("Austin County", "Austin"),
        ("in Houston Co., TX", "Houston"),
        ("Harris", "Harris"),
        ("Dallas", "Dallas"),
    ],
)
def test_a_county_is_read_by_its_name(said: str, county: str) -> None:
    """With its word or without."""
    assert facts_of("county", said) == {"county": county}


@pytest.mark.parametrize(
    ("said", "lies_in"),
    [
        ("Houston", "Harris"),
        ("Austin", "Travis"),
        ("it's in Austin, Texas", "Travis"),
        ("Tyler", "Smith"),
        ("Henderson", "Rusk"),
        ("Crockett", "Houston"),
        ("Jefferson", "Marion"),
        ("Franklin", "Robertson"),
        ("anderson", "Grimes"),
        ("Live Oak", "Bexar"),
    ],
)
def test_the_name_of_a_city_in_another_county_is_asked_again(said: str, lies_in: str) -> None:
    """Whoever says Austin seldom means Austin County."""
    either = refusal_of("county", said).suggested_values

    assert either[1] == f"{lies_in} County"
    for one in either:
        assert facts_of("county", one) == {"county": one.removesuffix(" County")}


def test_a_county_that_was_suggested_is_no_city() -> None:
    """The point lies in it."""
    asked = {
        "problem": "point_in_other_county",
        "suggested_values": ("Houston",),
        "current": (),
    }

    assert facts_of("gps_coordinates", "Houston", **asked) == {"county": "Houston"}
    assert facts_of("gps_coordinates", "1", **asked) == {"county": "Houston"}


def test_the_namesakes_are_counties_of_texas() -> None:
    """Both, and never the same."""
    for name, lies_in in COUNTY_OF_NAMESAKE.items():
        assert find_county(name) != find_county(lies_in)
        assert find_county(name)
        assert find_county(lies_in)


@pytest.mark.parametrize("said", ["Travis?", "not Travis", "Travis or Hays"])
def test_a_doubt_about_the_county_is_none(said: str) -> None:
    """The likely ones are named."""
    assert refusal_of("county", said).remedy


@pytest.mark.parametrize(
    "said", ["ask the office", "Austin, TX", "78704", "I'll tell you later"]
)
def test_the_town_of_an_office_has_a_zip(said: str) -> None:
    """A letter must arrive."""
    assert refusal_of("city_state_zip", said).field == "city_state_zip"

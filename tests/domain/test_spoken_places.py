"""Where, as people say it."""

import pytest

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
    ],
)
def test_what_is_no_point_in_texas_is_refused(said: str) -> None:
    """A missing minus sign is suggested and not put in."""
    refused = refusal_of("gps_coordinates", said)

    assert refused.remedy
    assert refused.suggested_values == (
        ("30.2672, -97.7431",) if said == "30.2672, 97.7431" else ()
    )


def test_a_location_is_an_address_or_a_point_or_both() -> None:
    """Whichever a person has at hand."""
    both = facts_of("location", "gps 30.2672, -97.7431 near 415 Main St")

    assert facts_of("location", "2140 Sandy Hollow Ln") == {"address": "2140 Sandy Hollow Ln"}
    assert both["address"] == "near 415 Main St"
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
        "Lot 2.5 45.6 acres at 30.2672, -97.7431": "Lot 2.5 45.6 acres",
        "30.2672, -97.7431, 200 ft from the corner": "200 ft from the corner",
        "The coordinates are 30.2672, -97.7431 and Main and Elm": "Main and Elm",
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

"""Which of several sites is meant: a choice, an address, or a refusal with an example."""

import pytest

from domain.spoken_sites import EXAMPLE, ONE_TICKET
from tests.domain.answers import facts_of, refusal_of

SITES = ("410 Bluebonnet Ln, Austin, TX 78704", "12 Elm St", "901 Elm Creek Rd")
ASKED = {"problem": "several_locations", "is_required": True, "suggested_values": SITES}
POLES = ("4417", "4418")


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("the first one", 1),
        ("First.", 1),
        ("it's the second one, please", 2),
        ("the 3rd site", 3),
        ("site 2", 2),
        ("location #3", 3),
        ("option 1", 1),
        ("2", 2),
        ("2)", 2),
        ("12", 2),
        ("Elm St", 2),
        ("the Elm St one", 2),
        ("12 ELM ST, please", 2),
        ("use the one on Elm Creek", 3),
        ("Yes, bluebonnet", 1),
        ("410 Bluebonnet Ln, Austin, TX", 1),
    ],
)
def test_a_site_is_chosen_by_its_number_or_by_a_part_of_its_name(
    said: str, number: int
) -> None:
    """Whoever has the list before him does not write the whole address again."""
    assert facts_of("address", said, **ASKED) == {"address": SITES[number - 1]}


@pytest.mark.parametrize(
    "said",
    [
        "both",
        "All.",
        "all of them",
        "all 3",
        "either",
        "both sites",
        "1 and 2",
        "the first and the third",
        "both 410 Bluebonnet Ln, Austin, TX 78704 and 12 Elm St",
        "901 Elm Creek Rd and 77 Oak St",
    ],
)
def test_a_ticket_takes_one_location(said: str) -> None:
    """The other needs a ticket of its own."""
    refused = refusal_of("address", said, **ASKED)

    assert str(refused.remedy).startswith(ONE_TICKET)
    assert refused.suggested_values == SITES


@pytest.mark.parametrize(
    "said",
    [
        "neither",
        "whichever",
        "Elm",
        "St",
        "site 9",
        "2 sites",
        "the other one",
        "the last one",
        "the street",
        "the whole road",
        "none of them",
        "Lot 7",
        "Elm or Bluebonnet",
    ],
)
def test_what_is_neither_a_choice_nor_an_address_is_refused(said: str) -> None:
    """These words would else stand on the notice where its address belongs."""
    refused = refusal_of("address", said, **ASKED)

    assert (refused.field, refused.remedy) == ("address", EXAMPLE)
    assert refused.suggested_values == SITES


@pytest.mark.parametrize("said", ["4", "not 12 Elm St", "yes", "no", "dunno"])
def test_a_number_a_denial_or_nothing_names_no_site(said: str) -> None:
    """A digit of a house number is no house."""
    assert refusal_of("address", said, **ASKED).remedy


@pytest.mark.parametrize(
    "said",
    ["77 Oak St", "77 Oak", "FM 1460", "5th Street", "Old Mill Road", "Oak Ave and Elm St"],
)
def test_an_address_that_the_order_does_not_list_is_taken(said: str) -> None:
    """It has a house number or a road, and the person knows better than the reader."""
    assert facts_of("address", said, **ASKED) == {"address": said}


def test_a_point_tells_the_site_too() -> None:
    """Two numbers in Texas."""
    assert "gps_coordinates" in facts_of("address", "30.2672, -97.7431", **ASKED)


def test_a_number_that_may_be_a_house_is_refused() -> None:
    """The second of the list, or number 2 on Oak St?"""
    asked = {**ASKED, "suggested_values": ("2 Oak St", "14 Oak St")}

    assert refusal_of("address", "2", **asked).remedy == EXAMPLE
    assert facts_of("address", "the second", **asked) == {"address": "14 Oak St"}


def test_a_name_that_holds_another_is_chosen_whole() -> None:
    """Pole 4 East is not Pole 4, and names not both."""
    asked = {**ASKED, "suggested_values": ("Pole 4", "Pole 4 East")}

    assert facts_of("address", "Pole 4", **asked) == {"address": "Pole 4"}
    assert facts_of("address", "Pole 4 East", **asked) == {"address": "Pole 4 East"}


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ("pole 4418", {"pole_id": "4418"}),
        ("the second", {"pole_id": "4418"}),
        ("pole #4420-A", {"pole_id": "4420-A"}),
        ("12 Elm St", {"address": "12 Elm St"}),
    ],
)
def test_of_several_poles_one_is_chosen_or_named(said: str, facts: dict[str, str]) -> None:
    """An order may list poles and no address."""
    asked = {**ASKED, "suggested_values": POLES}

    assert facts_of("pole_id", said, **asked) == facts

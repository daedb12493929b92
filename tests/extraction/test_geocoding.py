"""A point for a place in words: suggested from the middle of the smallest place, never taken."""

import pytest

from domain.extraction import DocumentKind
from extraction import read
from extraction.places.geocoding import (
    OFFLINE,
    Asked,
    Geocoder,
    Located,
    with_suggested_point,
)
from extraction.places.localities import locality_of
from tests.extraction.quoting import is_reproduced, middles_of

HEAD = "WORK ORDER 60417\nContractor: Mesa Trenching LLC\nType of Work: Set new pole\n\nWORK SITE INFORMATION\n"


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        (Asked(zip="78644", city="Lockhart", county="Caldwell"), "middle_of_the_zip"),
        (Asked(city="Lockhart", county="Caldwell"), "middle_of_the_town"),
        (Asked(city="Lockhart"), "middle_of_the_town"),
        (Asked(city="Lockhart", county="El Paso"), "middle_of_the_county"),
        (Asked(city="Nowhere Springs", county="Caldwell"), "middle_of_the_county"),
        (Asked(zip="10001", county="Caldwell"), "middle_of_the_county"),
    ],
)
def test_the_smallest_place_that_is_known_gives_the_point(asked: Asked, rule: str) -> None:
    """A town in another county than the one that is named is not it."""
    found = OFFLINE.locate(asked)

    assert found is not None
    assert found.rule == rule


@pytest.mark.parametrize("asked", [Asked(), Asked(address="410 Oak Ln"), Asked(city="Nowhere")])
def test_what_no_table_holds_has_no_point(asked: Asked) -> None:
    """A street alone is nowhere."""
    assert OFFLINE.locate(asked) is None


def test_the_larger_a_place_the_less_its_middle_is_worth() -> None:
    """In Brewster County the middle may be fifty miles from the site."""
    wide = [
        found.confidence
        for asked in (Asked(zip="78644"), Asked(city="Houston"), Asked(county="Brewster"))
        if (found := OFFLINE.locate(asked))
    ]

    assert wide == sorted(wide, reverse=True)
    assert wide[0] < 0.6
    assert wide[-1] < 0.05


@pytest.mark.parametrize(
    "lines",
    [
        "City: Lockhart\nState: TX",
        "Site Address: 410 Oak Ln, Lockhart, TX 78644",
        "County: Caldwell\nState: TX",
    ],
)
def test_a_place_without_a_point_has_one_suggested(lines: str) -> None:
    """It says that it was looked up, and from which words."""
    finding = read((HEAD + lines).encode()).fields["gps_coordinates"]

    assert not finding.is_taken
    assert isinstance(finding.value, dict)
    assert finding.value["source"] == "geocoded"
    assert finding.producer == "geocode"
    assert is_reproduced("gps_coordinates", finding)


def test_a_point_that_the_document_gives_is_the_only_one() -> None:
    """A middle beside it would be a rival that nobody wrote."""
    finding = read((HEAD + "City: Lockhart\nGPS: 29.8849, -97.67").encode()).fields[
        "gps_coordinates"
    ]

    assert finding.is_taken
    assert finding.alternatives == []


def test_what_is_no_order_has_no_point() -> None:
    """A menu that names a town is no work site."""
    reading = read(b"Lunch today in Lockhart, Texas 78644\nBrisket 12.00\n")

    assert reading.kind is DocumentKind.NOT_A_WORK_ORDER
    assert "gps_coordinates" not in reading.fields


class House:
    """A geocoder that knows one house, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []

    def locate(self, asked: Asked) -> Located | None:
        self.asked.append(asked)
        is_it = asked.address == "410 Oak Ln"
        return Located(29.88, -97.67, 0.01, "house") if is_it else None


SITE = HEAD + "Site Address: 410 Oak Ln\nCity: Lockhart\nCounty: Caldwell\nState: TX\n"


def test_another_geocoder_is_asked_and_its_answer_stays_a_suggestion() -> None:
    """However near its point may be, no person has looked at it."""
    house = House()
    finding = read(SITE.encode(), geocoder=house).fields["gps_coordinates"]

    assert house.asked == [Asked(address="410 Oak Ln", city="Lockhart", county="Caldwell")]
    assert finding.value == {"latitude": 29.88, "longitude": -97.67, "source": "geocoded"}
    assert (finding.rule, finding.confidence) == ("house", 0.55)
    assert not finding.is_taken
    assert [span.quote for span in finding.spans] == ["410 Oak Ln"]


@pytest.mark.parametrize("more", ["GPS: 29.8849, -97.67", "State: OK"])
def test_no_geocoder_is_asked_for_a_point_that_is_given_or_lies_elsewhere(more: str) -> None:
    """What the document says is not looked up, and nothing beyond Texas is."""
    house = House()
    text = SITE.replace("State: TX", more)

    read(text.encode(), geocoder=house)

    assert house.asked == []


def test_what_a_geocoder_does_not_know_has_no_point() -> None:
    """None is an answer."""
    other = SITE.replace("410 Oak", "12 Elm").encode()

    assert "gps_coordinates" not in read(other, geocoder=House()).fields


def test_where_the_state_is_unknown_nothing_is_looked_up() -> None:
    """The findings come back as they are."""
    findings = read(SITE.encode(), geocoder=House()).fields
    bare = {name: found for name, found in findings.items() if name != "gps_coordinates"}
    geocoder: Geocoder = House()

    assert with_suggested_point(bare, locality_of([], []), geocoder) == bare


def test_a_rule_that_is_none_proves_nothing() -> None:
    """Only what follows again is proven."""
    assert middles_of("house", ["410 Oak Ln"]) == []

"""Addresses, crossings, telephones and coordinates in the writings of the trade."""

import pytest

from extraction.values.addresses import county_in, split_address, unit_behind
from extraction.values.coordinates import is_swapped, point_of
from extraction.values.normalise import normalise
from extraction.values.phones import phone_extension_of, phone_of
from extraction.values.projected import from_plane, from_utm
from extraction.values.roads import two_roads
from tests.extraction.documents import order


@pytest.mark.parametrize(
    ("words", "street", "city"),
    [
        ("2901 FM 1460 Georgetown TX 78626", "2901 FM 1460", "Georgetown"),
        ("14300 N IH-35 Pflugerville, Texas 78660", "14300 N IH-35", "Pflugerville"),
        ("15 RM 620 S Lakeway TX", "15 RM 620 S", "Lakeway"),
        ("P.O. BOX 118 HONDO TX 78861", "P.O. BOX 118", "HONDO"),
        ("RR 2 Box 44 Hico TX 76457", "RR 2 Box 44", "Hico"),
        ("1400 Smith Houston TX 77002", "1400 Smith", "Houston"),
        ("715 9TH MAPLETON, IA 50999", "715 9TH", "MAPLETON"),
        ("123 1/2 N Elm St, Denton, TX", "123 1/2 N Elm St", "Denton"),
        ("4512-4520 Maple Ave, Dallas, TX", "4512-4520 Maple Ave", "Dallas"),
        ("410 Oak Ln; Lockhart; TX; 78644", "410 Oak Ln", "Lockhart"),
        ("410 Oak Ln, Lockhart, TX 78644 USA", "410 Oak Ln", "Lockhart"),
        # Without the state a town of Texas ends the street.
        ("1200 BLK OF MAIN ST, WACO", "1200 BLK OF MAIN ST", "WACO"),
        ("410 OAK LN LOCKHART 78644", "410 OAK LN", "LOCKHART"),
        ("925 Hewitt Drive Hewitt", "925 Hewitt Drive", "Hewitt"),
        ("410 Oak Ln, Unit 4", "410 Oak Ln, Unit 4", None),
        ("12 Elm Ct", "12 Elm Ct", None),
    ],
)
def test_an_address_ends_where_its_town_begins(
    words: str, street: str, city: str | None
) -> None:
    """By the kind of street, a road's number, a box, or the table of towns."""
    assert split_address(words)[:2] == (street, city)


@pytest.mark.parametrize(
    ("words", "county"),
    [
        ("4026 Killdeer Bay Dr Nueces County", "Nueces County"),
        ("Carl Stern Dr, Williamson Co.", "Williamson County"),
        ("410 Oak Ln, Waco TX 76701, McLennan County", "McLennan County"),
        ("410 County Road 12", None),
    ],
)
def test_a_county_behind_an_address_is_no_part_of_it(words: str, county: str | None) -> None:
    """And `Co.` is not Colorado there."""
    street, _city, state, _zip = split_address(words)

    assert county_in(words) == county
    assert state in (None, "TX")
    assert not street.endswith("County")


def test_a_state_that_is_written_like_a_county_stays_one() -> None:
    """Denver is in no county of Texas."""
    assert split_address("410 Oak Ln, Denver CO")[1:3] == ("Denver", "CO")


@pytest.mark.parametrize(
    ("words", "street", "unit"),
    [
        ("4512 Maple Ave, Ste 210", "4512 Maple Ave", "Ste 210"),
        ("4512 Maple Ave Bldg C Ste 210, Dallas, TX", "4512 Maple Ave", "Bldg C Ste 210"),
        ("4512 Maple Ave # 4", "4512 Maple Ave", "# 4"),
        ("100 Suite Dr", "100 Suite Dr", None),
    ],
)
def test_the_suite_of_an_office_has_a_line_of_its_own(
    words: str, street: str, unit: str | None
) -> None:
    """A street may be called Suite."""
    assert normalise("address_line_1", words) == street
    assert unit_behind(words) == unit


@pytest.mark.parametrize(
    ("words", "roads"),
    [
        ("Main St & Elm St", ("Main St", "Elm St")),
        ("FM 1460 @ CR 110", ("FM 1460", "CR 110")),
        ("corner of Main and Elm St", ("Main", "Elm St")),
        ("between Main St and Elm St", ("Main St", "Elm St")),
        ("Main St at Elm St", ("Main St", "Elm St")),
        ("SE corner of Main & Elm", None),
        ("Texas and Pacific Ave", None),
        ("410 Oak Ln & Main", None),
        ("N/A", None),
        ("Elm St, Oak St & Pine St", None),
    ],
)
def test_two_roads_that_cross_are_two(words: str, roads: tuple[str, str] | None) -> None:
    """A name with an `and` in it is one, and a corner of the compass tells more."""
    assert two_roads(words) == roads


def test_the_second_of_two_roads_is_the_cross_street() -> None:
    """Each has a field of its own."""
    taken = order("Nearest Intersection: Elm St & Pine St").taken()

    assert (taken["nearest_intersection"], taken["cross_street"]) == ("Elm St", "Pine St")


@pytest.mark.parametrize(
    ("words", "phone", "extension"),
    [
        ("(512) 555-0142 x 12", "512-555-0142", "12"),
        ("512-555-0142 EXT. 7", "512-555-0142", "7"),
        ("512-555-0142, ext: 1234", "512-555-0142", "1234"),
        ("(512)555-0142 (ext 44)", "512-555-0142", "44"),
        ("512-555-0142 opt 2", "512-555-0142", "2"),
        ("1-512-555-0142", "512-555-0142", None),
        ("( 512 ) 555 - 0142", "512-555-0142", None),
        ("512\u2013555\u20130142", "512-555-0142", None),
        ("5 1 2 5 5 5 0 1 4 2", "512-555-0142", None),
        ("1-800-DIG-TESS", "800-344-8377", None),
        ("12345678901234", None, None),
        ("THE-PHONE IS", None, None),
    ],
)
def test_a_phone_is_found_in_each_of_its_writings(
    words: str, phone: str | None, extension: str | None
) -> None:
    """With blanks inside, letters for digits, and an extension behind it."""
    assert (phone_of(words), phone_extension_of(words)) == (phone, extension)


@pytest.mark.parametrize(
    "words",
    [
        "N 30.2672 W 97.7431",
        "N30.2672, W97.7431",
        "Lat: 30.2672 Long: -97.7431",
        "X: -97.7431 Y: 30.2672",
        "30.2672 deg N, 97.7431 deg W",
        "30.2672 degrees north, 97.7431 degrees west",
        "N30\u00b016'01.92\" W97\u00b044'35.16\"",
        "30-16-01.92 N / 97-44-35.16 W",
        "30d16m01.92s N 97d44m35.16s W",
        "30 deg 16 min 1.92 sec N, 97 deg 44 min 35.16 sec W",
        "30\u00b0 16.032' N 97\u00b0 44.586' W",
        "N 30 16.032 W 97 44.586",
        "UTM Zone 14N 620900 E 3349062 N",
    ],
)
def test_a_point_is_read_in_the_writings_of_crews_and_surveyors(words: str) -> None:
    """Letters before or behind, decimal minutes, words, and metres of a named zone."""
    assert point_of(words) == pytest.approx((30.2672, -97.7431), abs=1e-4)


@pytest.mark.parametrize(
    "words",
    [
        "0.0, 0.0",
        "30.0000, -97.0000",
        "11/12/13 14/15/16",
        "12 30 45 11 20 30",
        "620900 3349062",
        "UTM Zone 14N 620900",
    ],
)
def test_placeholders_and_other_numbers_are_no_point(words: str) -> None:
    """Whole degrees stand where nobody has measured; metres need the name of their zone."""
    assert point_of(words) is None


def test_projected_coordinates_agree_with_published_ones() -> None:
    """The CN Tower in UTM; Austin in the central zone of the state plane (US feet)."""
    assert from_utm(17, 630_084, 4_833_438) == pytest.approx((43.642566, -79.387139), abs=1e-5)
    foot = 1200 / 3937
    austin = from_plane("4203", 3_115_000 * foot, 10_070_000 * foot)
    text = point_of("State Plane, Texas Central Zone: N 10,070,000 E 3,115,000 US ft")

    assert austin == pytest.approx((30.266, -97.741), abs=2e-3)
    assert text == pytest.approx(austin, abs=1e-6)


def test_a_latitude_in_degrees_minutes_and_seconds_is_not_taken_for_swapped() -> None:
    """Its seconds are no degrees."""
    assert not is_swapped("30 16 01.92 N", "97 44 35.16 W")
    assert is_swapped("-97.7431", "30.2672")

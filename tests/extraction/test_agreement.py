"""City, ZIP code, point and county: what follows from each, and what contradicts another."""

import pytest

from domain.extraction import Extraction, WarningCode
from extraction import read
from extraction.deciding.confidence import Evidence
from extraction.reader import weighed
from extraction.reading.text import read_text
from tests.extraction.documents import codes
from tests.extraction.quoting import is_reproduced

HEAD = ("WORK ORDER 60417", "Contractor: Mesa Trenching LLC", "Type of Work: Set new pole")
SITE = ("", "WORK SITE INFORMATION")


def reading_of(*lines: str) -> Extraction:
    return read("\n".join([*HEAD, *SITE, *lines]).encode())


@pytest.mark.parametrize(
    ("lines", "county", "rule", "is_taken"),
    [
        (("City: Temple", "State: TX"), "Bell", "county_of_the_city", True),
        (("Zip: 76501", "State: TX"), "Bell", "county_of_the_zip", True),
        (("GPS: 30.2672, -97.7431", "State: TX"), "Travis", "county_of_the_point", True),
        (("Site Address: 5 Elm St, Temple, TX 76501",), "Bell", "county_of_the_city", True),
        # At a border, in several counties, or perhaps in another state: only suggested.
        (("City: Coppell", "State: TX"), "Dallas", "county_of_the_city", False),
        (("City: Austin", "State: TX"), "Travis", "county_of_the_city", False),
        (("City: Temple",), "Bell", "county_of_the_city", False),
    ],
)
def test_a_county_follows_from_the_place(
    lines: tuple[str, ...], county: str, rule: str, *, is_taken: bool
) -> None:
    """As surely as the place lies in it, and with the words that it follows from."""
    finding = reading_of(*lines).fields["county"]

    assert (finding.value, finding.rule, finding.is_taken) == (county, rule, is_taken)
    assert finding.confidence < 0.9
    assert is_reproduced("county", finding)


def test_two_witnesses_are_surer_than_one() -> None:
    """A town and a point come from different people."""
    alone = reading_of("City: Temple", "State: TX").fields["county"]
    both = reading_of("City: Temple", "State: TX", "GPS: 31.0982, -97.3428").fields["county"]

    assert both.value == "Bell"
    assert both.confidence > alone.confidence


def test_a_stated_county_and_its_city_speak_for_each_other() -> None:
    """What agrees is evidence, and never lowers a confidence."""
    alone, both = reading_of("County: Bell"), reading_of("County: Bell", "City: Temple")
    evidence = evidence_of("County: Bell", "City: Temple")

    assert evidence_of("County: Bell")["county"].agreeing == 0
    assert (evidence["county"].agreeing, evidence["city"].agreeing) == (1, 1)
    assert both.fields["county"].confidence >= alone.fields["county"].confidence


def evidence_of(*lines: str) -> dict[str, Evidence]:
    document = read_text("\n".join([*HEAD, *SITE, *lines]).encode(), part="body")
    return weighed(document)[1]


@pytest.mark.parametrize("state", ["OK", "Iowa", "NM"])
def test_a_place_in_another_state_lies_in_no_county_of_texas(state: str) -> None:
    """There is a Temple in Oklahoma, too."""
    reading = reading_of("City: Temple", f"State: {state}")

    assert "county" not in reading.fields
    assert "gps_coordinates" not in reading.fields


def test_a_city_in_several_counties_does_not_doubt_the_one_that_is_stated() -> None:
    """It lies in that one as well."""
    finding = reading_of("County: Williamson", "City: Austin", "State: TX").fields["county"]

    assert (finding.value, finding.alternatives) == ("Williamson", [])


@pytest.mark.parametrize(
    ("lines", "code", "field"),
    [
        (
            ("County: Bell", "City: Temple", "GPS: 32.7767, -96.7970"),
            WarningCode.ADDRESS_GPS_MISMATCH,
            "gps_coordinates",
        ),
        (
            ("City: El Paso", "State: TX", "GPS: 30.2672, -97.7431"),
            WarningCode.ADDRESS_GPS_MISMATCH,
            "gps_coordinates",
        ),
        (
            ("County: El Paso", "City: Temple", "State: TX"),
            WarningCode.CONFLICTING_VALUES,
            "county",
        ),
        (
            ("County: El Paso", "Zip: 76501", "State: TX"),
            WarningCode.CONFLICTING_VALUES,
            "county",
        ),
        (
            ("Site Address: 5 Elm St, Temple, TX 10001", "County: Bell"),
            WarningCode.ZIP_STATE_MISMATCH,
            "address",
        ),
    ],
)
def test_parts_of_the_place_that_contradict_each_other_are_reported(
    lines: tuple[str, ...], code: WarningCode, field: str
) -> None:
    """One of them is wrong, and only a person knows which."""
    warnings = {(warning.code, warning.field) for warning in reading_of(*lines).warnings}

    assert (code, field) in warnings


@pytest.mark.parametrize(
    "lines",
    [
        ("County: Bell", "City: Temple", "GPS: 31.0982, -97.3428"),
        # Near the stated county, and named with it by many.
        ("County: Hays", "City: Austin", "State: TX"),
        ("County: Dubuque", "City: Dyersville", "State: IA", "GPS: 42.48, -91.12"),
    ],
)
def test_what_agrees_or_lies_near_is_not_reported(lines: tuple[str, ...]) -> None:
    """A warning in vain teaches people to skip warnings."""
    told = codes(reading_of(*lines))

    assert not told & {WarningCode.ADDRESS_GPS_MISMATCH, WarningCode.CONFLICTING_VALUES}


@pytest.mark.parametrize(
    ("written", "county"),
    [("Brasoria", "Brazoria"), ("San Patrico", "San Patricio"), ("Mclenan", "McLennan")],
)
def test_a_misspelt_county_is_put_right_and_asked_about(written: str, county: str) -> None:
    """It can only mean one."""
    finding = reading_of(f"County: {written}", "State: TX").fields["county"]

    assert (finding.value, finding.rule) == (county, "county_respelt")
    assert finding.confidence < 0.9
    assert is_reproduced("county", finding)


@pytest.mark.parametrize(
    ("county", "state"), [("Johnston", "OK"), ("Harding", "NM"), ("Bexer", "TX")]
)
def test_a_county_is_not_put_right_elsewhere_or_where_two_are_like_it(
    county: str, state: str
) -> None:
    """Johnston County, Oklahoma, is no Johnson."""
    assert reading_of(f"County: {county}", f"State: {state}").fields["county"].value == county


def test_a_county_that_only_another_state_has_is_no_fault_there() -> None:
    """It is as sure as any other labelled value."""
    reading = reading_of("County: Dubuque", "City: Dyersville", "State: IA")
    odd = reading_of("County: Dubuque", "State: TX")

    assert reading.fields["county"].confidence > odd.fields["county"].confidence


def test_a_town_follows_weakly_from_its_zip_code() -> None:
    """Many names share a code."""
    finding = reading_of("Zip: 76501", "State: TX").fields["city"]

    assert (finding.value, finding.is_taken) == ("Temple", False)
    assert is_reproduced("city", finding)


def test_an_update_of_a_routine_ticket_is_an_update() -> None:
    """`Routine` says how urgent it is, and stands on nearly every ticket."""
    reading = reading_of("Ticket Type: Update", "", "Request Type: ROUTINE")

    assert reading.fields["ticket_type"].value == "Update"


def test_a_zip_code_of_texas_goes_before_the_state_of_an_office() -> None:
    """A contractor of Oklahoma may dig in Texas."""
    reading = read(
        b'{"workOrder": "60417", "workType": "Set pole",'
        b' "contractor": {"name": "Mesa LLC", "city": "Norman", "state": "OK", "zip": "73069"},'
        b' "site": {"address": "410 Oak Ln", "city": "Temple", "zip": "76501"}}'
    )

    assert reading.extra["state"].value == "TX"
    assert reading.fields["county"].value == "Bell"
    assert WarningCode.OUT_OF_STATE not in codes(reading)


def test_texas_that_is_mentioned_anywhere_makes_a_town_one_of_its_own() -> None:
    """An address in a sentence says where the town is; a street of that name does not."""
    addressed = reading_of("City: Temple", "Remarks: meet at 410 Oak Ln, Waco TX 76701")
    named = reading_of("City: Temple", "Remarks: meet at 410 Texas Ave")

    assert addressed.fields["county"].confidence > named.fields["county"].confidence

"""One value a field: what wins, what stays beside it, and what stands in."""

from typing import Any

import pytest

from domain.extraction import DocumentKind, WarningCode
from extraction.deciding.confidence import CEILINGS, HIGHEST, LOWEST, Evidence, calibration
from extraction.intake import Medium
from tests.extraction.documents import codes, order


def test_two_companies_are_an_alternative_and_a_warning() -> None:
    """Both are named as the one who digs: a person has to choose."""
    reading = order("Contractor: Mesa Trenching LLC", "", "Contractor: Brazos Boring Inc")

    company = reading.fields["company"]
    assert company.value == "Mesa Trenching LLC"
    assert [other.value for other in company.alternatives] == ["Brazos Boring Inc"]
    assert company.confidence < 0.9
    assert WarningCode.CONFLICTING_VALUES in codes(reading)


def test_two_addresses_of_the_site_are_several_locations() -> None:
    """A ticket is for one place."""
    reading = order("Site Address: 410 Oak Ln", "Site Address: 900 Elm St")

    assert WarningCode.MULTIPLE_LOCATIONS in codes(reading)


def test_the_same_value_twice_is_no_conflict() -> None:
    """Capitals and blanks are no difference."""
    reading = order("Contractor: Mesa Trenching", "", "Contractor: MESA  TRENCHING")

    assert reading.fields["company"].alternatives == []


def test_type_of_work_goes_before_job_type() -> None:
    """The job type is the utility's class of orders; the type of work is what is dug."""
    reading = order("Job Type: Changeout, joint use")

    assert reading.taken()["type_of_work"] == "Set new pole"


def test_a_job_type_is_taken_where_there_is_no_other() -> None:
    """Better than nothing, and often all there is."""
    from extraction import read

    reading = read(b"WO #: 60417\nJob Type: Pole changeout\nCounty: Caldwell\nCity: Lockhart\n")

    assert reading.taken()["type_of_work"] == "Pole changeout"


def test_a_foreman_with_a_phone_stands_in_for_the_caller() -> None:
    """Somebody has to be called; whether it is he is asked."""
    reading = order("Contractor: Mesa", "Foreman: Bill Tate (Crew 4)", "Cell: 512-555-0177 x3")

    for field, value in {"contact_name": "Bill Tate", "phone": "512-555-0177"}.items():
        assert reading.fields[field].value == value
        assert 0.6 <= reading.fields[field].confidence < 0.9
    assert reading.taken()["onsite_contact_name"] == "Bill Tate"
    assert reading.taken()["phone_extension"] == "3"


@pytest.mark.parametrize("line", ["Caller: Ana Ruiz", "Office Phone: 512-555-0142"])
def test_a_foreman_stands_in_for_nobody_who_is_named(line: str) -> None:
    """Half of another contact would be a person with a stranger's number."""
    reading = order(line, "Foreman: Bill Tate", "Foreman Phone: 512-555-0177")

    assert reading.taken().get("contact_name") != "Bill Tate"
    assert reading.taken().get("phone") != "512-555-0177"


def test_the_utility_of_an_order_is_whom_the_contractor_works_for() -> None:
    """It gave the order; it does not dig."""
    reading = order("Utility: Pecan Valley Electric", "", "Contractor: Mesa Trenching LLC")

    assert reading.taken()["company"] == "Mesa Trenching LLC"
    assert reading.taken()["work_for"] == "Pecan Valley Electric"


def test_the_utility_that_digs_itself_works_for_nobody_else() -> None:
    """Its own crew is no contractor."""
    reading = order("Utility: Pecan Valley Electric", "", "Contractor: PECAN VALLEY ELECTRIC")

    assert "work_for" not in reading.fields


def test_the_owner_is_whom_the_work_is_for() -> None:
    """With the phone that stands below the name."""
    reading = order("Owner: Olga Marsh", "Phone: 512-555-0110", "", "Contractor: Mesa")

    assert reading.taken()["work_for"] == "Olga Marsh"
    assert reading.taken()["work_for_phone"] == "512-555-0110"
    assert "phone" not in reading.fields


def test_an_extension_stays_with_the_number_that_was_chosen() -> None:
    """The extension of another phone leads to somebody else."""
    reading = order("Caller: Ana Ruiz", "Phone: 512-555-0142", "Mobile: 512-555-0199 x9")

    assert reading.taken()["phone"] == "512-555-0142"
    assert "phone_extension" not in reading.fields


def test_a_number_behind_a_name_is_that_persons() -> None:
    """Many forms have one field for both."""
    reading = order("Caller: Ana Ruiz 512-555-0142")

    assert reading.taken()["contact_name"] == "Ana Ruiz"
    assert reading.taken()["phone"] == "512-555-0142"


def test_the_city_and_county_of_a_one_line_address_are_taken() -> None:
    """A form with one field for the place still names the city."""
    reading = order("Site Address: 410 Oak Ln, Waco, McLennan County, TX 76701")

    assert reading.taken()["address"] == "410 Oak Ln"
    assert reading.taken()["city"] == "Waco"
    assert reading.fields["city"].confidence >= 0.9
    assert "McLennan" in [other.value for other in reading.fields["county"].alternatives]


def evidence(**other: Any) -> Evidence:
    plain: dict[str, Any] = {
        "field": "company",
        "strength": 0.94,
        "producer": "label",
        "is_derived": False,
        "agreeing": 0,
        "rivals": 0,
        "margin": 1.0,
        "is_valid": True,
        "is_shaped": True,
        "kind": DocumentKind.WORK_ORDER,
        "medium": Medium.TEXT,
    }
    return Evidence(**(plain | other))


@pytest.mark.parametrize("strength", [-1.0, 0.0, 0.5, 0.94, 2.0])
def test_a_confidence_is_never_certain_and_never_nothing(strength: float) -> None:
    """Only a person makes a value certain."""
    for kind in DocumentKind:
        score = calibration().confidence(evidence(strength=strength, kind=kind, agreeing=9))
        assert LOWEST <= score <= CEILINGS.get(kind, HIGHEST)


@pytest.mark.parametrize(
    "worse",
    [
        {"strength": 0.6},
        {"strength": 0.3},
        {"rivals": 2, "margin": 0.0},
        {"is_valid": False},
        {"is_shaped": False},
        {"quality": 0.6},
        {"equals": 1},
    ],
)
def test_what_speaks_against_a_value_does_not_raise_its_confidence(
    worse: dict[str, Any],
) -> None:
    """A fitted table may find a feature useless, but not the wrong way round."""
    assert calibration().confidence(evidence(**worse)) <= calibration().confidence(evidence())


def test_the_map_of_confidences_rises_and_is_straight_between_its_knots() -> None:
    """A little more evidence is never a little less confidence."""
    table = calibration()

    assert list(table.sums) == sorted(table.sums)
    assert list(table.shares) == sorted(table.shares)
    middle = table.share((table.sums[0] + table.sums[1]) / 2)
    assert middle == pytest.approx((table.shares[0] + table.shares[1]) / 2)
    assert table.share(table.sums[-1] + 99) == table.shares[-1]
    assert table.share(table.sums[0] - 99) == table.shares[0]


def test_what_a_letter_says_is_asked_about() -> None:
    """A mail between people is no order, however plainly it speaks."""
    from extraction import read

    letter = (
        b"Dear Ana,\n\nthank you for the call. Please call Bill.\nCounty: Hays\n\nRegards, Joe"
    )
    reading = read(letter)

    assert reading.kind is DocumentKind.CORRESPONDENCE
    assert all(finding.confidence < 0.9 for finding in reading.fields.values())


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("Depth: 8 ft (pole), 3 ft (trench)", "depth_inches", 96),
        ("Duration: within 90 days", "duration_days", 90),
    ],
)
def test_a_doubtful_measure_is_asked_about_and_its_words_are_kept(
    line: str, field: str, value: int
) -> None:
    """The words are what the document says; only the number made of them is in doubt."""
    reading = order(line, "Contractor: Mesa Trenching LLC")
    described = f"{field.partition('_')[0]}_description"

    assert reading.fields[field].value == value
    assert 0.6 <= reading.fields[field].confidence < 0.9
    assert reading.fields[described].value == line.partition(": ")[2]


def test_a_deeper_exception_is_an_alternative() -> None:
    """Whoever digs there has to know of it."""
    depth = order("Depth: 24 in, except at the road where 60 in").fields["depth_inches"]

    assert (depth.value, [other.value for other in depth.alternatives]) == (24, [60])
    assert depth.confidence < 0.9


def test_the_unit_of_a_key_is_not_believed_for_a_depth_that_nobody_digs() -> None:
    """`depth_ft` with a 36 is a mistake of the one who filled it in."""
    from extraction import read

    depth = read(b'{"order": {"work_order": "60417", "depth_ft": "36"}}').fields["depth_inches"]

    assert depth.value == 432
    assert depth.confidence < 0.9


def test_how_many_poles_there_are_is_no_number_of_a_pole() -> None:
    """`Poles: 5` counts; a number of a pole is longer or stands behind one pole."""
    assert "pole_id" not in order("Poles: 5").fields
    assert "pole_id" not in order("No. of Poles: 12 each").fields
    assert order("Pole: 5").fields["pole_id"].value == "5"
    assert order("Poles: 4471-A").fields["pole_id"].value == "4471-A"


def test_one_of_several_rows_is_not_taken_without_a_question() -> None:
    """The first row of a table is no better than the second."""
    from extraction import read

    sheet = b"WO #: 60417\nCounty: Caldwell\nType of Work: Replace pole 1\nType of Work: Set anchor\n"
    work = read(sheet).fields["type_of_work"]

    assert work.value == "Replace pole 1"
    assert [other.value for other in work.alternatives] == ["Set anchor"]
    assert work.confidence < 0.9


def test_alternatives_come_by_confidence_and_hold_no_labels() -> None:
    """Words with a label within are more than one value."""
    reading = order(
        "Contractor: Mesa Trenching LLC",
        "Phone: 512-555-0142",
        "Mobile: 512-555-0199",
        "Alternate Phone: 512-555-0188",
        "Remarks: Dig by hand. Work Area: rear lot",
    )

    for finding in reading.fields.values():
        sure = [other.confidence for other in finding.alternatives]
        assert sure == sorted(sure, reverse=True)
        assert not any("Work Area:" in str(other.value) for other in finding.alternatives)
    assert len(reading.fields["phone"].alternatives) == 2


def test_a_longitude_belongs_to_one_latitude_only() -> None:
    """No point is made of the latitude of one place and the longitude of another."""
    reading = order(
        "Latitude: 30.1001", "Longitude: -97.2001", "Latitude: 31.5005", "Longitude: -98.7005"
    )
    point = reading.fields["gps_coordinates"]

    found = [point.value, *(other.value for other in point.alternatives)]
    assert [(p["latitude"], p["longitude"]) for p in found if isinstance(p, dict)] == [
        (30.1001, -97.2001),
        (31.5005, -98.7005),
    ]


def test_a_start_with_its_zone_keeps_it() -> None:
    """In a text as in JSON: the colon of the clock is no label."""
    start = order("Start Date: 2026-12-14T14:00:00Z").extra["work_start_at"]

    assert start.value == "2026-12-14T14:00Z"

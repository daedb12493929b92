"""Orders that leave open who digs, lists of poles, and depths of two kinds."""

import pytest

from domain.extraction import Extraction, WarningCode
from extraction import read
from extraction.values.plain import is_placeholder
from tests.extraction.documents import codes

HEAD = ("CADDO LAKE ELECTRIC COOPERATIVE", "WORK ORDER 26-4471", "")
SITE = ("Address: 212 Taylor St", "City: Jefferson", "County: Marion", "Work: replace pole")


def order(*lines: str) -> Extraction:
    return read("\n".join(lines).encode(), filename="order.txt")


@pytest.mark.parametrize(
    "raw",
    [
        "TBD (RFP 26-114 closes 11/20/2026)",
        "(to be assigned at bid opening 12/01/2026)",
        "Pending award",
        "by others",
        "Not yet selected - award expected 12/4",
        "To be named",
        "out for bid",
    ],
)
def test_who_is_still_to_be_hired_is_nobody(raw: str) -> None:
    assert is_placeholder(raw)
    reading = order(*HEAD, f"Contractor: {raw}", *SITE)
    assert "company" not in reading.fields
    assert WarningCode.MISSING_COMPANY in codes(reading)
    assert reading.fields["work_for"].value == "CADDO LAKE ELECTRIC COOPERATIVE"


@pytest.mark.parametrize(
    "raw", ["Pending Line Co", "Others Bros. Boring LLC", "TBD2 Utilities"]
)
def test_a_firm_of_a_like_name_is_one(raw: str) -> None:
    assert not is_placeholder(raw)


def test_poles_of_a_list_are_several_sites_whatever_their_tags_begin_with() -> None:
    reading = order(
        *HEAD,
        "Contractor: Neches Line Co.",
        "County: Jasper",
        "",
        "#  Pole No.     Street / location              Lat        Long",
        "1  RB2140-118   W Avenue J, btw N 5th & N 6th  27.79312   -97.67255",
        "2  RB2140-121   W Avenue J at N 8th            27.79318   -97.67530",
        "3  RB2140-144   Mainer Rd, 300 ft S of CR 44   27.80871   -97.68812",
    )
    assert WarningCode.MULTIPLE_LOCATIONS in codes(reading)
    assert "work_area_description" not in reading.fields


def test_one_pole_named_twice_is_one_site() -> None:
    reading = order(*HEAD, "Pole No: K-1182", "Pole: K-1182", *SITE)
    assert WarningCode.MULTIPLE_LOCATIONS not in codes(reading)


@pytest.mark.parametrize(
    ("lines", "inches"),
    [
        (
            ("Depth of cover: 5.5 ft", "The trench is 30 ft long and 9 ft deep at the weld."),
            108,
        ),
        (("Min cover: 48 in", "Excavation depth: 8 ft"), 96),
        (("Depth of cover: 42 in",), 42),
    ],
)
def test_the_depth_of_the_digging_goes_before_the_cover_over_a_pipe(
    lines: tuple[str, ...], inches: int
) -> None:
    reading = order(*HEAD, *SITE, "", *lines)
    assert reading.fields["depth_inches"].value == inches


@pytest.mark.parametrize(
    "line",
    [
        "Prepared 10/30/2026 by L. Garza-Pruitt, Asset Programs, 361-555-0172 for the crew",
        "Prepared by M. Castleman, Distribution Design, 972-555-0120 on behalf of the co-op",
    ],
)
def test_who_prepared_the_paper_is_no_contact(line: str) -> None:
    reading = order(*HEAD, line, "Contractor: Neches Line Co.", *SITE)
    assert not {"contact_name", "phone"} & reading.fields.keys()


def test_the_utility_that_issued_an_order_is_worked_for_and_not_the_occupant() -> None:
    reading = order(
        "WORK ASSIGNMENT 66120",
        "Issued by: Guadalupe Valley Electric Cooperative",
        "Contractor: Seguin Trench & Line LLC",
        "Occupant: R. Halloway",
        "Address: 310 Zorn Ln",
        "City: Seguin",
        "Bury secondary at 36 inches minimum along the fence.",
        "Allowed working days: 2",
    )
    assert reading.fields["work_for"].value == "Guadalupe Valley Electric Cooperative"
    assert reading.fields["duration_days"].value == 2
    assert reading.fields["depth_inches"].value == 36


def test_a_street_with_a_town_of_texas_behind_it_is_an_address() -> None:
    reading = order(*HEAD, "Contractor: Neches Line Co.", "Location: 14 Live Oak Ln, Anahuac")
    assert reading.fields["address"].value == "14 Live Oak Ln"
    assert reading.fields["city"].value == "Anahuac"


def test_who_asks_without_a_number_is_no_contact_beside_the_diggers_own() -> None:
    reading = order(
        "LAVACA ISD - EXCAVATION REQUEST              Request No. FM-26-0912",
        "",
        "1. REQUESTED BY (campus)",
        "Name: R. Villarreal     Campus: Lavaca High School     Date: 11/03/2026",
        "2. WHERE",
        "Street address: 600 School Rd     City: Hallettsville     County: Lavaca",
        "3. WHAT",
        "Describe: Install 180 ft chain link fence, 22 post holes",
        "Depth: 36 in.     Days needed: 3     Start: 11/30/2026",
        "4. WHO DIGS",
        "Company: Shiner Fence & Gate",
        "Contact: Walt Janak     Phone: 361-555-0136",
    )
    told = {name: found.value for name, found in reading.fields.items() if found.is_taken}
    assert told["work_order_ref"] == "FM-26-0912"
    assert told["company"] == "Shiner Fence & Gate"
    assert told["contact_name"] == "Walt Janak"
    assert told["work_for"] == "LAVACA ISD"
    assert told["address"] == "600 School Rd"
    assert told["duration_days"] == 3
    assert "address_line_1" not in told

"""What a clause states, denies or leaves open; how many sites an order names."""

import pytest

from domain.extraction import DocumentKind, WarningCode
from extraction import read
from extraction.statements import stated
from extraction.streets import crossing, is_numbered, is_street
from tests.extraction.documents import codes, order


@pytest.mark.parametrize(
    ("field", "text", "answer"),
    [
        ("is_boring", "The line will be installed by directional boring at 48 inches", True),
        ("is_boring", "HDD 640 LF of HDPE", True),
        ("is_boring", "No boring or blasting is planned", False),
        ("is_blasting", "No boring or blasting is planned", False),
        ("is_blasting", "No boring, trenching or blasting", False),
        ("is_blasting", "Blasting will not be used", False),
        ("is_blasting", "We will not blast, but will bore", False),
        ("is_boring", "We will not blast, but will bore", True),
        ("is_boring", "no trenching, boring only", True),
        ("is_boring", "Open trench; boring not required", False),
        ("is_boring", "If boring is needed, call the engineer", None),
        ("is_boring", "Please advise whether boring is planned", None),
        ("is_boring", "Is boring planned?", None),
        ("is_boring", "Any boring must be potholed", None),
        ("is_boring", "Acme Directional Boring, LLC will trench", None),
        ("is_blasting", "Blasting is prohibited", None),
        ("white_lines_painted", "The route has been white lined", True),
        ("white_lines_painted", "Site is marked in white paint", True),
        ("white_lines_painted", "NOT WHITE LINED", False),
        ("white_lines_painted", "The site will be white lined", None),
    ],
)
def test_a_clause_states_denies_or_leaves_open(
    field: str, text: str, *, answer: bool | None
) -> None:
    """A legal statement is put in nobody's mouth."""
    assert stated(field, text) is answer


@pytest.mark.parametrize(
    "text",
    [
        "1411 W Hightower Ave",
        "1200 BLK N FM 1417",
        "15800 IH 10 W Frontage Rd",
        "4502 County Road 215",
    ],
)
def test_a_house_or_a_block_with_its_street_is_an_address(text: str) -> None:
    """Also on a highway, where there is no kind of street."""
    assert is_numbered(text)
    assert not is_street(text)


@pytest.mark.parametrize(
    "text", ["FM 685 @ Kelly Ln", "Main St / Elm St", "US Hwy 290 and CR 12"]
)
def test_two_streets_cross_whatever_stands_between(text: str) -> None:
    """Dispatchers write it in many ways."""
    assert crossing(text) is not None


@pytest.mark.parametrize(
    "lines",
    [
        ("Site 1: Pole 18-204, 1170 CR 306", "Site 2: Pole 18-206, 1344 CR 306"),
        ("Remarks: replace poles 44-1187, 44-1188 and 44-1189",),
        ("Remarks: crew will work at three locations",),
    ],
)
def test_several_sites_on_one_order_are_shown(lines: tuple[str, ...]) -> None:
    """A ticket is for one site; a person must choose."""
    reading = order("Contractor: Mesa Trenching LLC", "Type of Work: replace poles", *lines)
    warned = [w for w in reading.warnings if w.code is WarningCode.MULTIPLE_LOCATIONS]

    assert len(warned) == 1
    assert warned[0].spans


def test_one_site_written_twice_is_one() -> None:
    """A road by its short name is the same road."""
    reading = order(
        "Contractor: Mesa Trenching LLC",
        "Site Address: 1170 County Road 306",
        "Remarks: trench at 1170 CR 306",
    )

    assert WarningCode.MULTIPLE_LOCATIONS not in codes(reading)


def test_a_form_is_an_order_although_its_words_are_few() -> None:
    """Filled labels about a dig count for more than words of the trade."""
    reading = read(b"Contractor: Mesa LLC\nAddress: 12 Oak St\nCity: Waco\nDepth: 3 ft\n")

    assert reading.kind is not DocumentKind.NOT_A_WORK_ORDER


@pytest.mark.parametrize(
    "lines",
    [("Instructions: CANCEL - CUSTOMER POSTPONED",), ("Ticket Type: Cancelled",)],
)
def test_a_cancellation_is_reported_wherever_it_stands(lines: tuple[str, ...]) -> None:
    """Nobody should dig, nor call in again, what was called off."""
    assert WarningCode.CANCELLATION in codes(order("Contractor: Mesa", *lines))


def test_a_policy_of_cancellation_cancels_nothing() -> None:
    """The word alone is not enough."""
    reading = order("Contractor: Mesa", "Remarks: see cancellation policy; gate code 44")

    assert WarningCode.CANCELLATION not in codes(reading)

"""What a clause states, denies or leaves open; how many sites an order names."""

import json

import pytest

from domain.extraction import ACCEPT_CONFIDENCE, DocumentKind, Span, WarningCode
from extraction import read
from extraction.candidates import Candidate
from extraction.deciding.resolve import Source, decided
from extraction.intake import Medium
from extraction.values.normalise import normalise
from extraction.values.statements import stated
from extraction.values.streets import crossing, is_numbered, is_street
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
        # A condition or a doubt stands behind as often as before.
        ("is_blasting", "No blasting unless rock is hit", None),
        ("is_blasting", "Blasting possible", None),
        ("is_blasting", "Use of explosives to be decided", None),
        ("is_boring", "We are not sure whether we will bore", None),
        ("is_boring", "Directional bore where required", None),
        ("is_boring", "HDD may be used", None),
        ("is_boring", "Bore under Main St, call Bob if there are questions", True),
        # Nor does it count what others bore or paint.
        ("is_boring", "Previous contractor bored under the road last year", None),
        ("is_boring", "All boring will be done by others next year", None),
        ("white_lines_painted", "The neighbor's lot is white lined", None),
        ("white_lines_painted", "Mark the white lined area", None),
        ("white_lines_painted", "Mark the entire lot, area is white lined", True),
        ("white_lines_painted", "The area is white lined by Friday", None),
        # Both yes and no, and options of a form, state nothing.
        ("is_boring", "No boring on Elm. Bore under CR 12", None),
        ("is_boring", "[X] Open trench [ ] Bore", None),
    ],
)
def test_a_clause_states_denies_or_leaves_open(
    field: str, text: str, *, answer: bool | None
) -> None:
    """A legal statement is put in nobody's mouth."""
    assert stated(field, text) is answer


@pytest.mark.parametrize(
    ("field", "value", "answer"),
    [
        ("is_boring", "Yes - under the drive", True),
        ("is_boring", "Yes (2 bores), in May 2026", True),
        ("is_boring", "N - open cut", False),
        ("is_blasting", "No. Rock saw; call Bob if questions", False),
        ("is_boring", "not sure whether we will bore", None),
        ("is_blasting", "No blasting unless rock is hit", None),
        ("is_blasting", "No, except if rock", None),
        ("is_boring", "No (bore only if TxDOT requires)", None),
        ("is_boring", "Not applicable - hand dig, bore pit only", None),
        ("is_blasting", "No - see note", None),
        ("is_boring", "Yes, possibly", None),
        ("is_boring", "Yes, by others", None),
        ("is_boring", "No, will bore under CR 12", None),
        ("white_lines_painted", "Yes, 11/20/2026", True),
        ("white_lines_painted", "Yes, by Friday", None),
        ("white_lines_painted", "Yes, tomorrow", None),
        ("white_lines_painted", "Yes (?)", None),
        ("white_lines_painted", "White paint maybe Friday", None),
        ("white_lines_painted", "Mark the white lined area", None),
        ("white_lines_painted", "The neighbor's lot is white lined", None),
    ],
)
def test_a_yes_or_a_no_with_a_doubt_behind_it_is_none(
    field: str, value: str, *, answer: bool | None
) -> None:
    """The same care for the value of a label as for a sentence."""
    assert normalise(field, value) is answer


@pytest.mark.parametrize(
    ("lines", "field", "value"),
    [
        (("Explosives: no", "Explosives: yes"), "is_blasting", False),
        (("Blasting: No", "Notes: Drill and blast the rock ledge."), "is_blasting", False),
        (("Boring: No", "Notes: Directional bore under Main St"), "is_boring", False),
        (("Duration: 2 days", "Duration: 10 days"), "duration_days", 2),
    ],
)
def test_what_is_said_and_denied_is_asked(
    lines: tuple[str, ...], field: str, *, value: object
) -> None:
    """Either may be what is meant: it is taken by nobody without a question."""
    reading = order("Contractor: Mesa Trenching LLC", *lines)
    warned = [w.field for w in reading.warnings if w.code is WarningCode.CONFLICTING_VALUES]

    assert reading.fields[field].value == value
    assert reading.fields[field].confidence < ACCEPT_CONFIDENCE
    assert warned == [field]


def test_a_remark_contradicts_a_flag_of_an_export() -> None:
    """A default that nobody changed is often `false`."""
    job = {"contractor": "X LLC", "jobAddress": "4 Elm St", "workType": "Set pole"}
    words = {"isBoring": False, "remarks": "Directional bore under Main"}
    reading = read(json.dumps({"workOrder": job | words}).encode(), filename="order.json")

    assert reading.fields["is_boring"].confidence < ACCEPT_CONFIDENCE
    assert WarningCode.CONFLICTING_VALUES in codes(reading)


@pytest.mark.parametrize(("north", "is_far"), [("31.5494", False), ("31.6493", True)])
def test_two_points_far_apart_under_one_label_are_asked(north: str, *, is_far: bool) -> None:
    """Two ends of a yard are one site; another town is none."""
    lines = ("Latitude: 31.5493", "Longitude: -97.1467")
    reading = order(*lines, f"Latitude: {north}", "Longitude: -97.1467", "Boring: No")

    assert (WarningCode.CONFLICTING_VALUES in codes(reading)) is is_far
    assert reading.fields["is_boring"].confidence >= ACCEPT_CONFIDENCE
    if is_far:
        assert reading.fields["gps_coordinates"].confidence < ACCEPT_CONFIDENCE


@pytest.mark.parametrize(("line", "start", "agreeing"), [(1, 12, 0), (1, 40, 1), (2, 12, 1)])
def test_two_who_read_the_same_words_are_one_witness(
    line: int, start: int, agreeing: int
) -> None:
    """Only what stands elsewhere speaks for a value."""
    words = Span(quote="Mesa Trenching", line=1, start=10, end=24)
    other = Span(quote="Mesa Trenching", line=line, start=start, end=start + 14)
    decision = decided(
        [
            Candidate("company", "Mesa Trenching", (words,), "finder", 0.8, "told"),
            Candidate("company", "Mesa Trenching", (other,), "label", 0.7),
        ],
        Source(DocumentKind.WORK_ORDER, Medium.TEXT, {}),
    )

    assert decision["company"].evidence.agreeing == agreeing


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

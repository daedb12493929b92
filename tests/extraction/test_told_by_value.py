"""Values that tell what their label means, and what stands behind a value in its own line."""

import pytest

from extraction import read
from extraction.document import Document, lines_of
from extraction.intake import Medium
from extraction.pairs import pairs_of


def said(text: str) -> dict[str, str]:
    """Return the value of each concept that this text gives; the first, if there are several."""
    found: dict[str, str] = {}
    for pair in pairs_of(Document(medium=Medium.TEXT, lines=lines_of(text))):
        if pair.value:
            found.setdefault(pair.label.concept, pair.value)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Assigned to: Pike Line Co (Contractor)", {"company": "Pike Line Co"}),
        ("Assigned to: J. Smith", {"company": None}),
        ("Sub: RGV Bury Pros LLC", {"company": "RGV Bury Pros LLC", "subdivision": None}),
        ("Sub: CLIFTON E", {"company": None, "subdivision": None}),
        ("Foreman: Crew 12 / Al Dorsey", {"onsite": "Al Dorsey"}),
        ("Phone: 254-555-0148, j@example.com", {"email": "j@example.com"}),
        ("Contractor: none - company crew", {"company": None}),
        ("City / ST / Zip: San Angelo / TX / 76903", {"city": "San Angelo", "zip": "76903"}),
        ("Address: 12 Oak St (Bell County)", {"address": "12 Oak St", "county": "Bell County"}),
        ("Where will you be digging?\n12 Oak St, Waco, TX 76701", {"extent": None}),
        ("811 REQ'D: [X]    BORE: [ ]", {"is_boring": "[ ]"}),
        ("BORE: [ ]    BLAST: [ ]", {"is_boring": None}),
        ("Bore driveway?: yes", {"is_boring": "yes"}),
        (
            "DESCRIPTION\n-----------\nTrench from pole to pad",
            {"description": "Trench from pole to pad"},
        ),
    ],
)
def test_one_line_says_what_its_value_shows(text: str, expected: dict[str, str | None]) -> None:
    """A label of two meanings has the one that fits, and a value ends before the next thing."""
    found = said(text)
    assert {concept: found.get(concept) for concept in expected} == expected


def test_an_emergency_may_be_explained_in_its_answer() -> None:
    """`YES - gas in buildings` is a yes."""
    form = "WORK ORDER 4410\nEmergency? YES - gas in buildings\nCounty: Bell\nContractor: Mesa LLC\n"
    assert read(form.encode(), filename="a.txt").fields["ticket_type"].value == "Emergency"

"""Labels with their values: on one line, below, in columns and in tables."""

import pytest

from extraction.attribution.offices import with_offices
from extraction.document import Document, lines_of
from extraction.intake import Medium
from extraction.pairs import pairs_of
from tests.extraction.documents import order


def said(*lines: str) -> dict[str, str]:
    """Return the value of each concept that these lines give."""
    document = Document(medium=Medium.TEXT, lines=lines_of("\n".join(lines)))
    return {pair.label.concept: pair.value for pair in with_offices(pairs_of(document))}


@pytest.mark.parametrize(
    "line",
    ["County: Bexar  City: San Antonio", "COUNTY = Bexar   CITY = San Antonio"],
)
def test_several_labels_of_one_line_have_a_value_each(line: str) -> None:
    """A value ends where the next label begins."""
    assert said(line) == {"county": "Bexar", "city": "San Antonio"}


@pytest.mark.parametrize(
    "lines",
    [
        ("Phone:   Email: a@example.com",),
        ("Phone:", "Email: a@example.com"),
        ("Phone:", "", "Bob"),
    ],
)
def test_a_blank_label_takes_nothing_from_its_neighbour(lines: tuple[str, ...]) -> None:
    """A field that was left empty is a question, never the next field's value."""
    assert said(*lines)["phone"] == ""


def test_an_unknown_label_ends_the_value_before_it() -> None:
    """Forms have fields that a locate does not need."""
    assert said("City: Waco   Payroll Code: 88")["city"] == "Waco"


def test_the_hour_of_a_time_is_no_label() -> None:
    """A colon between digits belongs to the value."""
    assert said("Work Start: 03/02/2026 07:30")["work_start_at"] == "03/02/2026 07:30"


def test_running_text_goes_on_until_a_blank_line() -> None:
    """Instructions are seldom one line long."""
    found = said(
        "Work Area: From the pole north", "  to the alley,", "40 ft.", "", "Call first"
    )

    assert found["extent"] == "From the pole north to the alley, 40 ft."


def test_a_value_may_stand_below_its_label() -> None:
    """Indented below a label that stands alone."""
    assert said("Company:", "    Mesa Trenching LLC")["company"] == "Mesa Trenching LLC"


def test_a_row_of_labels_heads_the_rows_below() -> None:
    """The cells of a table belong to the label above them."""
    found = said("Pole #      Address          City", "7781-A      410 Oak Ln       Lockhart")

    assert found == {"pole": "7781-A", "address": "410 Oak Ln", "city": "Lockhart"}


@pytest.mark.parametrize("words", ["Job #/Name", "WO#", "Work Order No.", "workOrderNumber"])
def test_one_label_has_many_spellings(words: str) -> None:
    """The table knows words, not their marks and capitals."""
    assert said(f"{words}: 60417") == {"work_order": "60417"}


def test_the_number_in_a_title_is_taken_to_be_confirmed() -> None:
    """`WORK ORDER 60417` has no colon, and no other meaning."""
    reading = order("LINE WORK ORDER 60418")

    assert {
        alternative.value for alternative in reading.fields["work_order_ref"].alternatives
    } == {"60418"}


def test_a_label_nearly_spelt_right_is_understood_but_trusted_less() -> None:
    """Typing errors of those who made the form are theirs for years."""
    good, bad = order("Nearest Intersection: Elm St"), order("Nearest Intersecton: Elm St")

    assert bad.taken()["nearest_intersection"] == "Elm St"
    read_well = good.fields["nearest_intersection"].confidence
    assert bad.fields["nearest_intersection"].confidence < read_well

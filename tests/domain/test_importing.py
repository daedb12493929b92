"""What a file brings: cells as they were written, elements however the text is cut, drafts."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audit import Actor, Author
from domain.errors import MalformedError, RejectedError, TooLargeError
from domain.exporting import FORMULA_BEGINNINGS, csv_line, unguarded
from domain.import_forms import from_json, from_row
from domain.importing import imported
from domain.json_elements import elements
from domain.open_ticket.writing import open_ticket_of
from domain.ticket import TicketStatus
from tests.builders import NOW
from tests.domain.stated import make_submitted

BY = Author(actor=Actor.USER, name="Lee Park")
CELLS = st.text(st.sampled_from(["'", "=", "@", "a", *FORMULA_BEGINNINGS]), max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@given(cell=CELLS)
def test_the_guard_before_a_formula_is_taken_off_and_nothing_else(cell: str) -> None:
    """Also where the text has apostrophes of its own."""
    written = csv_line([cell]).removesuffix("\r\n")
    if written.startswith('"'):
        written = written[1:-1].replace('""', '"')

    assert not written.startswith(FORMULA_BEGINNINGS)
    assert unguarded(written) == cell


@given(
    values=st.lists(VALUES, max_size=4), size=st.integers(1, 9), indent=st.none() | st.just(1)
)
def test_elements_come_whole_however_the_text_is_cut(
    values: list[Any], size: int, indent: int | None
) -> None:
    """A piece may end in the middle of a name, a number or an escape."""
    array = json.dumps(values, indent=indent)
    for text in (array, f'{{"type":"x","features":{array},"left_out":[]}}'):
        pieces = [text[at : at + size] for at in range(0, len(text), size)]

        found = list(elements(pieces, characters_max=10_000))

        assert [json.loads(one.text) for one in found] == values
        assert all(text.split("\n")[one.line - 1] for one in found)


def test_an_object_is_its_only_element_and_none_may_be_too_long() -> None:
    """One Open Ticket by itself; and a text that never ends is not held."""
    [one] = elements(['{"a": 1, "b"', ": [2]}"], characters_max=100)
    assert json.loads(one.text) == {"a": 1, "b": [2]}
    with pytest.raises(TooLargeError):
        list(elements(["[", '"', *["x" * 90] * 50], characters_max=200))
    with pytest.raises(TooLargeError):
        list(elements(["{"] + [f'"a{n}":1,' for n in range(2_000)], characters_max=20_000))


def test_what_the_center_knew_is_a_draft_here() -> None:
    """Its dates are computed from its notice, and it says what it was."""
    found = from_json({**open_ticket_of(make_submitted(status="Cancelled"))})

    change = imported(found, origin="t.json, line 1", now=NOW, by=BY)

    assert change.ticket.status in {TicketStatus.DRAFT, TicketStatus.VALID_PENDING_CONFIRM}
    assert change.ticket.expires_at == make_submitted().expires_at
    assert change.ticket.extraction_warnings == [
        "Where it comes from it was Cancelled; here it is a draft."
    ]
    assert found.id == from_json({**open_ticket_of(make_submitted(status="Cancelled"))}).id


COLUMNS = ("city", "phone", "latitude", "longitude")


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ("Waco,x,,", "phone"),
        ("Waco,,91,0", "gps_coordinates.latitude"),
        (",,,", None),
        ("Waco,,,,", None),
    ],
)
def test_a_row_that_does_not_fit_is_refused_with_its_field(
    cells: str, field: str | None
) -> None:
    """Too many cells are the form of the row; what says nothing is no ticket."""
    with pytest.raises(RejectedError) as refusal:
        from_row(COLUMNS, cells.split(","))

    assert refusal.value.field == field
    assert isinstance(refusal.value, MalformedError) is (cells == "Waco,,,,")


def test_half_a_place_is_kept() -> None:
    """A draft may lack the other number."""
    found = from_row(COLUMNS, ["Waco", "", "31.5", ""])

    place = found.raw(NOW).gps_coordinates
    assert place is not None
    assert (place.latitude, place.longitude) == (31.5, None)

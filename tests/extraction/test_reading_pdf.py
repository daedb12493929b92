"""Pages: columns, bold labels, values below, pictures, locks and limits."""

import pytest

from domain.extraction import DocumentKind, WarningCode
from extraction import read
from extraction.reading.cells import Cell, cells_of
from extraction.reading.pdf import PAGES_MAX
from tests.extraction.documents import codes
from tests.extraction.pages import FORM, locked_pdf, pdf


def test_a_form_in_two_columns_keeps_them_apart() -> None:
    """Two addresses and one phone stand level with each other."""
    taken = read(pdf(FORM)).taken()

    assert taken["company"] == "Mesa Trenching LLC"
    assert (taken["address_line_1"], taken["address"]) == ("12 Depot St", "410 Bluebonnet Ln")
    assert (taken["city"], taken["county"]) == ("Lockhart", "Caldwell")


def test_the_foreman_of_a_form_is_on_site_and_stands_in_for_the_caller() -> None:
    """There is nobody else on the page who could be called."""
    reading = read(pdf(FORM))

    assert reading.taken()["onsite_contact_name"] == "Bill Tate"
    assert reading.taken()["contact_name"] == "Bill Tate"
    assert reading.taken()["phone"] == reading.taken()["onsite_phone"] == "512-555-0177"
    assert reading.fields["phone"].confidence < 0.9


def test_a_label_with_its_value_is_not_the_value_of_a_title_beside_it() -> None:
    """The number of the order stands right of the utility's name in bold."""
    assert read(pdf(FORM)).taken()["work_order_ref"] == "60417"


def test_every_value_of_a_page_has_its_box() -> None:
    """A viewer marks the place."""
    reading = read(pdf(FORM))

    for finding in reading.fields.values():
        for span in finding.spans:
            assert span.box is not None
            assert span.box[0] < span.box[2] <= 612
            assert span.box[1] < span.box[3] <= 792


def test_a_value_below_its_label_and_its_next_line_are_one() -> None:
    """A wide text has its label on top."""
    page = [
        *FORM,
        (44, 230, "WORK AREA DESCRIPTION*"),
        (44, 242, "From the stake north along the fence"),
        (44, 253, "for 40 ft to the alley"),
    ]

    area = read(pdf(page)).taken()["work_area_description"]
    assert area == "From the stake north along the fence for 40 ft to the alley"


def test_words_that_touch_are_one_cell_and_columns_are_two() -> None:
    """Only geometry tells where a value ends."""
    words = [
        Cell("Mesa", 10, 10, 30, 19),
        Cell("LLC", 33, 10, 45, 19),
        Cell("City", 90, 10, 110, 19),
    ]

    assert [cell.text for cell in cells_of(words)] == ["Mesa LLC", "City"]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        pytest.param(pdf([]), WarningCode.UNREADABLE, id="a page without text"),
        pytest.param(
            b"\x89PNG\r\n\x1a\n" + bytes(64), WarningCode.UNREADABLE, id="a broken picture"
        ),
        pytest.param(locked_pdf(), WarningCode.ENCRYPTED, id="locked"),
        pytest.param(b"%PDF-1.4\nrubbish\n%%EOF", WarningCode.UNREADABLE, id="rubbish"),
    ],
)
def test_pages_that_give_no_text_give_one_warning_and_nothing_else(
    document: bytes, code: WarningCode
) -> None:
    """A draft with every question open is better than a failed job."""
    reading = read(document)

    assert (reading.kind, reading.fields) == (DocumentKind.UNREADABLE, {})
    assert codes(reading) == {code}


def test_pages_beyond_the_limit_are_left_out_and_reported() -> None:
    """A drawing set of a thousand pages is no order."""
    reading = read(pdf(FORM, *[[(40, 50, "Drawing")]] * PAGES_MAX))

    assert reading.taken()["company"] == "Mesa Trenching LLC"
    assert WarningCode.TRUNCATED in codes(reading)

"""Pages of a PDF: sentences, what is not seen, letters that no font names, and spoilt files."""

import random

import pytest

from domain.extraction import Extraction
from extraction import read
from extraction.reading.glyphs import UNKNOWN, mended, tick_of
from extraction.reading.sheet import View
from tests.extraction.pages import FORM, Word, box, lines_on, pdf


def test_a_sentence_goes_on_over_its_lines_and_over_what_was_filled_in() -> None:
    """Bold words and wide blanks within a sentence make no labels."""
    words: list[Word] = [
        (50, 100, "Notice is hereby given that"),
        (162, 100, "Limestone Fiber*"),
        (238, 100, "will place a line in the right of way of Rohde Rd"),
        (50, 112, "for a distance of 40 feet."),
    ]

    assert lines_on(pdf(words)) == [
        (
            None,
            (
                "Notice is hereby given that Limestone Fiber will place a line in the right of way"
                " of Rohde Rd for a distance of 40 feet."
            ),
        )
    ]


def test_an_address_in_short_lines_is_no_sentence() -> None:
    """A letter begins with one."""
    words: list[Word] = [(50, 100, "Ms. Ana Ruiz"), (50, 112, "12 Depot St"), (50, 124, "Waco")]

    assert [text for _label, text in lines_on(pdf(words))] == [
        "Ms. Ana Ruiz",
        "12 Depot St",
        "Waco",
    ]


def test_what_nobody_sees_is_not_read() -> None:
    """White on white, invisible, off the page, or on its side; white on blue is a heading."""
    hidden = "BT 1 1 1 rg /F1 9 Tf 50 500 Td (Company: Hidden LLC) Tj ET\n"
    hidden += "BT 0 0 0 rg 3 Tr /F1 9 Tf 50 480 Td (Company: Unseen LLC) Tj ET\n"
    hidden += "BT 0 Tr /F1 9 Tf 50 -40 Td (Company: Below LLC) Tj ET\n"
    hidden += "BT /F1 9 Tf 0 1 -1 0 30 300 Tm (Company: Margin LLC) Tj ET\n"
    hidden += box(50, 400, 300, 420, "0 0 0.5 rg")
    hidden += "BT 1 1 1 rg /F1 9 Tf 54 378 Td (Notes for the crew) Tj ET 0 0 0 rg\n"

    found = lines_on(pdf([(50, 100, "Address: 410 Bluebonnet Ln")], strokes=hidden))

    assert found == [("Address", "410 Bluebonnet Ln"), (None, "Notes for the crew")]


@pytest.mark.parametrize(
    ("letters", "word"),
    [
        ([UNKNOWN, "ber"], "fiber"),
        (["\ue001", "ag"], "flag"),
        (["o", UNKNOWN, "ce"], "office"),
        (["Zu", "\x01", "q"], "Zufiq"),
        (["7", UNKNOWN, "3"], "73"),
    ],
)
def test_a_ligature_that_no_font_names_is_guessed(letters: list[str], word: str) -> None:
    """As a word of the trade if there is one, else as the most frequent."""
    assert mended(letters) == word


def test_fonts_of_symbols_draw_tick_boxes() -> None:
    """The same byte is a letter in any other font."""
    assert (tick_of(0xF0FE, "abcdef+wingdings-regular"), tick_of(0xA8, "wingdings")) == (
        "\u2612",
        "\u2610",
    )
    assert tick_of(0x78, "helvetica") is None


def test_the_head_of_each_page_is_read_once_and_its_body_whole() -> None:
    """The number of the order stands on every page, in the same place."""
    first: list[Word] = [
        (50, 30, "Order No: 60417"),
        (50, 300, "City: Waco"),
        (50, 760, "Form 7"),
    ]
    second: list[Word] = [
        (50, 30, "Order No: 60417"),
        (50, 300, "City: Waco"),
        (50, 760, "Form 8"),
    ]

    assert lines_on(pdf(first, second)) == [
        ("Order No", "60417"),
        ("City", "Waco"),
        (None, "Form 7"),
        ("City", "Waco"),
        (None, "Form 8"),
    ]


@pytest.mark.parametrize(
    ("quarter_turns", "seen"),
    [
        (0, (10, 150, 30, 180)),
        (1, (20, 10, 50, 30)),
        (2, (70, 20, 90, 50)),
        (3, (150, 70, 180, 90)),
    ],
)
def test_places_are_those_of_the_page_as_it_is_turned_and_cut(
    quarter_turns: int, seen: tuple[float, ...]
) -> None:
    """A viewer shows 100 by 200 points of a larger sheet, upright or on a side."""
    view = View(left=5, bottom=7, right=105, top=207, quarter_turns=quarter_turns)

    assert view.box(15, 27, 35, 57) == seen
    assert view.size == ((100, 200), (200, 100))[quarter_turns % 2]


def test_spoilt_pages_are_read_as_far_as_they_go() -> None:
    """Cut off or with bits turned: the native code that reads them must stay alive."""
    whole, chance = pdf(FORM, FORM[:12], strokes=box(40, 90, 500, 200)), random.Random(811)  # noqa: S311 - nothing secret
    spoilt = [whole[: len(whole) * part // 20] for part in range(2, 20, 2)]
    for _turn in range(25):
        bits = bytearray(whole)
        for _bit in range(chance.choice((1, 8, 64))):
            bits[chance.randrange(len(bits))] ^= 1 << chance.randrange(8)
        spoilt.append(bytes(bits))

    readings = [read(document) for document in spoilt]

    assert all(isinstance(reading, Extraction) for reading in readings)
    assert any(reading.fields for reading in readings[9:])

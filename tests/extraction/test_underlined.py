"""Forms with lines to write on, boxes to tick and bars across the page, as geometry."""

from collections.abc import Sequence

import pytest

from extraction.document import Box
from extraction.reading.bars import with_bars
from extraction.reading.cells import Cell, Edge, cells_of
from extraction.reading.glyphs import OPEN, TICKED
from extraction.reading.labelling import labelled_lines
from extraction.reading.squares import with_squares
from extraction.reading.underlined import parted_by_lines

WIDE, BLANK, HIGH = 6.0, 8.0, 12.0  # points: a letter of a typewriter, a blank, a line


def _words(text: str, left: float, top: float, blank: float = BLANK) -> list[Cell]:
    found = []
    for word in text.split():
        right = left + WIDE * len(word)
        found.append(Cell(word, left, top, right, top + HIGH))
        left = right + blank
    return found


def _line(left: float, right: float, top: float) -> Edge:
    return Edge(top + HIGH + 2, left, right)


def _form() -> tuple[list[Cell], list[Edge]]:
    words = [
        *_words("Company", 50, 100, 4), *_words("Lone Oak Fence Company", 105, 100),
        *_words("Contact", 50, 120, 4), *_words("Wade Stancliff", 105, 120),
        *_words("Phone", 330, 120, 4), *_words("469-555-0136", 370, 120),
        *_words("Mailing address", 50, 140, 4), *_words("310 Silken Crossing", 150, 140),
        *_words("Campus", 330, 140, 4), *_words("Heritage High", 375, 140),
        *_words("Days needed", 420, 160, 4), *_words("4", 492, 160),
        *_words("Depth", 50, 160, 4), *_words("36 in.", 90, 160),
    ]  # fmt: skip
    lines = [
        _line(100, 560, 100), _line(100, 320, 120), _line(365, 560, 120),
        _line(145, 320, 140), _line(370, 560, 140), _line(85, 200, 160),
    ]  # fmt: skip
    return words, lines


def _read(words: Sequence[Cell], lines: Sequence[Edge]) -> dict[str | None, str]:
    rest, written = parted_by_lines(words, lines, [])
    cells = sorted([*cells_of(rest), *written], key=lambda one: (one.top, one.x0))
    return {row.label: row.text for row in labelled_lines(cells, page=1, part="body")}


def test_what_stands_on_one_line_is_one_value_and_what_stands_before_it_its_label() -> None:
    told = _read(*_form())
    assert told["Company"] == "Lone Oak Fence Company"
    assert told["Contact"] == "Wade Stancliff"
    assert told["Phone"] == "469-555-0136"
    assert told["Mailing address"] == "310 Silken Crossing"
    assert told["Campus"] == "Heritage High"
    assert told["Depth"] == "36 in."


def test_a_line_too_short_to_be_seen_is_told_by_its_row() -> None:
    words, lines = _form()
    _rest, written = parted_by_lines(words, lines, [])
    assert "4" in [cell.text for cell in written]


def test_the_sides_of_boxes_are_no_lines_to_write_on() -> None:
    words, lines = _form()
    sides = [Edge(edge.start, edge.at - 20, edge.at) for edge in lines]
    rest, written = parted_by_lines(words, lines, sides)
    assert (rest, written) == (words, [])


def test_lines_below_headings_part_nothing() -> None:
    words = [*_words("ACME DIGGERS", 50, 100), *_words("General notes", 50, 130)]
    rest, written = parted_by_lines(words, [_line(50, 560, 100), _line(50, 560, 130)], [])
    assert (rest, written) == (words, [])


@pytest.mark.parametrize(
    ("row", "signs"),
    [
        ("Boring? Kl Yes L] No", [TICKED, OPEN]),
        ("Boring? CJ Yes X] No", [OPEN, TICKED]),
        ("Boring? X] Yes L]No", [TICKED, OPEN]),
    ],
)
def test_squares_read_as_letters_are_boxes_where_one_is_crossed(
    row: str, signs: list[str]
) -> None:
    texts = [cell.text for cell in with_squares(_words(row, 50, 100, 4))]
    assert [text for text in texts if text in (TICKED, OPEN)] == signs


@pytest.mark.parametrize(
    "row", ["Boring? L] Yes CJ No", "Boring? K] Yes X] No", "Lot O No name"]
)
def test_two_alike_say_nothing(row: str) -> None:
    texts = [cell.text for cell in with_squares(_words(row, 50, 100, 4))]
    assert not {TICKED, OPEN} & set(texts)


def test_an_answer_ends_before_the_next_question() -> None:
    row = [*_words(f"{TICKED} No Explosives?", 50, 100, 4), *_words(f"{OPEN} Yes", 200, 100, 4)]
    assert [cell.text for cell in cells_of(row)] == [
        f"{TICKED} No",
        "Explosives?",
        f"{OPEN} Yes",
    ]


BAR: Box = (50, 100, 560, 116)


def test_a_numbered_bar_across_the_page_is_a_heading_though_its_words_are_a_label() -> None:
    cells = [
        Cell("1.", 55, 102, 64, 114, frame=BAR),
        Cell("Requested by (campus)", 68, 102, 200, 114, frame=BAR),
        Cell("Name", 55, 130, 90, 142),
        Cell("Ann Poe", 100, 130, 560, 142),
    ]
    bars, rest = with_bars(cells)
    assert [bar.text for bar in bars] == ["1. Requested by (campus)"]
    assert [cell.text for cell in rest] == ["Name", "Ann Poe"]


def test_a_numbered_box_over_boxes_is_filled_in_and_no_heading() -> None:
    below: Box = (50, 116, 560, 132)
    cells = [
        Cell("2. Contact", 55, 102, 120, 114, frame=BAR),
        Cell("Ann Poe", 55, 118, 560, 130, frame=below),
    ]
    assert with_bars(cells) == ([], cells)

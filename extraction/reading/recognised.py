"""Words that were recognised in a picture, made lines as the words of a printed page are."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extraction.document import Box, Line
from extraction.ocr.found import PageWord, PageWords, Rule
from extraction.reading.cells import Cell, Edge, cells_of
from extraction.reading.frames import Frames
from extraction.reading.glyphs import OPEN, TICKED
from extraction.reading.labelling import labelled_lines
from extraction.reading.squares import with_squares
from extraction.reading.text import plain
from extraction.reading.underlined import parted_by_lines

# A drawn square as it is read: its sides as brackets, its mark as an x or as one and a stroke.
TICKED_BOX = re.compile(r"[\[(][xX\u2713\u2714][xXkK|]?[\])|]")
OPEN_BOX = re.compile(r"\[[ _]?[\]J|)]?")


def recognised_lines(found: PageWords, *, page: int, part: str) -> Iterator[Line]:
    """Yield the lines of a picture from top to bottom.

    Their boxes are on the page as it was put straight, as `shown` on the page as it is.
    """
    frames = Frames(_edges(found.levels), _edges(found.uprights))
    words, written = parted_by_lines(
        with_squares([*_cells(found)]), _edges(found.levels), frames.uprights
    )
    cells = [*cells_of(words, frames.uprights), *written]
    cells = frames.framed(sorted(cells, key=lambda one: (one.top, one.x0, one.text)))
    for line in labelled_lines(cells, page=page, part=part):
        if line.box is None:
            yield line
        else:
            quality = _quality(found.words, line.box)
            yield replace(line, shown=found.on_page(line.box), quality=quality)


def _edges(rules: Sequence[Rule]) -> list[Edge]:
    return [Edge(round(r.at, 1), round(r.start, 1), round(r.end, 1)) for r in rules]


def _cells(found: PageWords) -> Iterator[Cell]:
    for word in found.words:
        x0, top, x1, bottom = (round(value, 2) for value in word.box)
        text = _box_of(word.text) or plain(word.text)
        yield Cell(text, x0, top, x1, bottom, is_bold=word.is_bold)


def _box_of(text: str) -> str | None:
    """Return the sign of a tick box that was read as brackets, None if this is none."""
    return TICKED if TICKED_BOX.fullmatch(text) else OPEN if OPEN_BOX.fullmatch(text) else None


def _quality(words: Sequence[PageWord], box: Box) -> float | None:
    """Return how sure the words within a box are, by their letters."""
    x0, top, x1, bottom = box
    inside = [
        word
        for word in words
        if x0 <= (word.box[0] + word.box[2]) / 2 <= x1
        and top <= (word.box[1] + word.box[3]) / 2 <= bottom
    ]
    letters = sum(len(word.text) for word in inside)
    if not letters:
        return None
    return round(sum(word.quality * len(word.text) for word in inside) / letters, 3)

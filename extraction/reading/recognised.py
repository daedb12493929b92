"""Words that were recognised in a picture, made lines as the words of a printed page are."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from extraction.document import Box, Line
from extraction.ocr.found import PageWord, PageWords, Rule
from extraction.reading.cells import Cell, Edge, cells_of
from extraction.reading.frames import Frames
from extraction.reading.labelling import labelled_lines
from extraction.reading.text import plain


def recognised_lines(found: PageWords, *, page: int, part: str) -> Iterator[Line]:
    """Yield the lines of a picture from top to bottom.

    Their boxes are on the page as it was put straight, as `shown` on the page as it is.
    """
    frames = Frames(_edges(found.levels), _edges(found.uprights))
    cells = frames.framed(cells_of(_cells(found), frames.uprights))
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
        yield Cell(plain(word.text), x0, top, x1, bottom, is_bold=word.is_bold)


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

"""Bars: numbered headings that stand alone in a box across the page: `2. Where`, shaded or not.

Their words may be those of a label (`Requested by`, `Where`), and nothing stands beside them:
what is below belongs to them and is not their value.
"""

import re
from collections.abc import Sequence

from extraction.document import Box
from extraction.labels.concepts import name_of
from extraction.lines.headings import IN_BRACKETS
from extraction.reading.cells import Cell
from extraction.reading.titles import meaning_of, words_of
from extraction.roles import role_of_heading

WIDE = 0.6  # of the words of the page: a bar reaches so far across
HIGH = 2.6  # of the height of its words: what is higher is a box to fill in
NUMERAL = re.compile(
    r"(?:(?:section|part|step|block|item)\s)?(?:\d{1,2}|[A-K]|[IVX]{1,4})\s?[.):-]{1,2}",
    re.IGNORECASE,
)
NUMBERED = re.compile(NUMERAL.pattern + r"\s{0,3}(?P<words>[A-Za-z].{2,58})", re.IGNORECASE)


def with_bars(cells: Sequence[Cell]) -> tuple[list[Cell], list[Cell]]:
    """Return the headings that are bars, each as one cell, and the other cells."""
    if not cells:
        return [], []
    wide = max(cell.x1 for cell in cells) - min(cell.x0 for cell in cells)
    boxes: dict[Box, list[Cell]] = {}
    for cell in cells:
        if cell.frame is not None and cell.frame[2] - cell.frame[0] >= WIDE * wide:
            boxes.setdefault(cell.frame, []).append(cell)
    bars, taken = [], set()
    for frame, inside in boxes.items():
        bar = _bar(frame, sorted(inside, key=_left))
        if bar is not None and not _is_in_a_form(frame, cells):
            bars.append(bar)
            taken |= {id(cell) for cell in inside}
    return bars, [cell for cell in cells if id(cell) not in taken]


def _bar(frame: Box, inside: Sequence[Cell]) -> Cell | None:
    """Return the heading that fills a box, if its words are numbered and open a section."""
    whole = inside[0]
    if len(inside) > 1 and (len(inside) > len(PARTS) or not NUMERAL.fullmatch(whole.text)):
        return None
    for cell in inside[1:]:
        whole = whole.joined(cell)
    match = NUMBERED.fullmatch(whole.text.strip())
    if match is None or frame[3] - frame[1] > HIGH * whole.height:
        return None
    words = IN_BRACKETS.sub("", words_of(match["words"]))
    role = role_of_heading(words, name_of(words))
    return whole if role is not None or meaning_of(words) is not None else None


PARTS = ("numeral", "words")


def _is_in_a_form(frame: Box, cells: Sequence[Cell]) -> bool:
    """Return whether a box stands right below, as in forms of boxes to be filled in."""
    below = [cell for cell in cells if cell.top >= frame[3] - 1]
    nearest = min(below, key=lambda cell: (cell.top, cell.x0), default=None)
    return nearest is None or nearest.frame is not None


def _left(cell: Cell) -> float:
    return cell.x0

"""Boxes of a form that hold a label and, below or beside it, its value."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from extraction.document import Box
from extraction.labels.concepts import LABEL_WORDS_MAX
from extraction.reading.cells import Cell
from extraction.reading.joining import below, beside
from extraction.reading.naming import is_known
from extraction.reading.titles import words_of

SMALLER = 0.88  # of the height of what follows: a first line in smaller type is a label
ROWS_MAX = 14  # a box with more rows is a frame around a section
COLUMN_BLANKS = "   "
HABIT_MIN = 3  # boxes that begin with a known label, from which on all do
HABIT_SHARE_MIN = 0.5
ALIGNED = 6.0  # points


def boxed(
    cells: Sequence[Cell], labels: Sequence[Cell]
) -> tuple[list[tuple[Cell, Cell]], list[Cell]]:
    """Return label and value of each box that holds one of each, and all the other cells.

    What a box holds without a label comes back as one cell.
    """
    is_label = {id(label) for label in labels}
    pairs: list[tuple[Cell, Cell]] = []
    others: list[Cell] = []
    boxes = list(_by_frame(cells))
    is_habit = _is_habit([inside for frame, inside in boxes if frame is not None])
    for frame, inside in boxes:
        named = [cell for cell in inside if id(cell) in is_label]
        if frame is None or len(named) > 1:
            others += inside
            continue
        label = named[0] if named else _small_first(inside)
        if label is None and is_habit:
            label = _alone_above(inside)
        rest = [cell for cell in inside if cell is not label]
        if label is None:
            others += [_merged(rest)] if _is_column(rest) else rest
        elif not rest or not _is_first(label, rest):
            others += inside
        else:
            pairs.append((label, _merged(rest)))
    return pairs, others


def _by_frame(cells: Iterable[Cell]) -> Iterator[tuple[Box | None, list[Cell]]]:
    found: dict[Box | None, list[Cell]] = {}
    for cell in cells:
        found.setdefault(cell.frame, []).append(cell)
    yield from found.items()


def _is_habit(boxes: Sequence[Sequence[Cell]]) -> bool:
    """Do most boxes with several rows begin with a known label that has the row to itself?"""
    firsts = [_alone_above(inside) for inside in boxes]
    known = sum(first is not None and is_known(first) for first in firsts)
    return known >= HABIT_MIN and known >= HABIT_SHARE_MIN * sum(map(bool, firsts))


def _alone_above(inside: Sequence[Cell]) -> Cell | None:
    """Return the first cell of a box if it is short, without digits, and all else is below it."""
    first = min(inside, key=lambda cell: (cell.top, cell.x0))
    rest = [cell for cell in inside if cell is not first]
    is_above = all(first.bottom <= cell.top + 0.4 * first.height for cell in rest)
    is_left = all(first.x0 <= cell.x0 + ALIGNED for cell in rest)
    is_short = len(first.text.split()) <= LABEL_WORDS_MAX and not any(
        letter.isdigit() for letter in words_of(first.text)
    )
    return first if rest and is_above and is_left and is_short else None


def _small_first(inside: Sequence[Cell]) -> Cell | None:
    """Return the first line of a box if its type is smaller than that of all the others."""
    first = min(inside, key=lambda cell: (cell.top, cell.x0))
    rest = [cell for cell in inside if cell is not first]
    is_small = all(first.type_size <= SMALLER * cell.type_size for cell in rest)
    is_above = all(first.bottom <= cell.top + 0.4 * first.height for cell in rest)
    return first if rest and is_small and is_above else None


def _is_first(label: Cell, rest: Sequence[Cell]) -> bool:
    """Is the label above or to the left of all that the box holds beside it?"""
    is_above = all(
        cell.top >= label.bottom - 0.5 * label.height or cell.x0 >= label.x1 - 2
        for cell in rest
    )
    return is_above and len({round(cell.middle) for cell in rest}) <= ROWS_MAX


def _is_column(cells: Sequence[Cell]) -> bool:
    """Do these cells stand one below the other, line after line?"""
    rows = sorted(cells, key=lambda cell: cell.top)
    gaps = itertools.pairwise(rows)
    is_close = all(
        -0.5 * above.height <= below.top - above.bottom <= 0.9 * above.height
        and above.is_bold == below.is_bold
        for above, below in gaps
    )
    return 1 < len(rows) <= ROWS_MAX and is_close


def _merged(cells: Sequence[Cell]) -> Cell:
    rows = sorted(cells, key=lambda cell: (round(cell.middle / 4), cell.x0))
    merged = rows[0]
    for last, cell in itertools.pairwise(rows):
        is_beside = abs(cell.middle - last.middle) <= 0.5 * last.height
        blank = beside(last, cell) if is_beside else below(cell)
        merged = merged.joined(cell, blank)
    return replace(merged, is_bold=all(cell.is_bold for cell in cells))

"""Values beside and below their labels, as forms without a table set them."""

import re
from collections.abc import Sequence

from extraction.reading.cells import Cell
from extraction.reading.frames import is_level_with, is_over
from extraction.reading.joining import below
from extraction.reading.titles import is_named_within, meaning_of
from extraction.values.addresses import SUFFIX

LABEL_SHIFT = 0.80  # of the height: how far a value may be above or below its label
WRAP_GAP = 0.75  # of the height: how far below itself a value goes on
BELOW_GAP = 1.6  # of the height: how far below its label a value may begin
ALIGNED = 3.0  # points: two cells that begin this near to each other are aligned
FAR = 7.0  # of the height: what is further from a value than this is no part of it
SHADED_GAP = 2.0  # of the height: how far behind the box of its label a value may begin
LONG_WORD = 8.0  # of the height: how wide the word that did not fit on a line may be
# A page on which somebody is greeted is a letter: there a line goes on only where it is full.
GREETED = re.compile(
    r"\s{0,4}(?:dear\s\S.{1,60}|(?:to\swhom\sit\smay\sconcern|gentlemen|ladies\sand\sgentlemen|sincerely|respectfully)\b.{0,20})[,:]\s{0,4}",
    re.IGNORECASE,
)
INLINE_GAP = 1.2  # of the height: a value that follows its label as words follow each other

# Printed tickets set the kind of a street in a column of its own: `BOND            ST`.
KIND_OF_STREET = re.compile(SUFFIX, re.IGNORECASE)

Values = dict[int, list[Cell]]  # by the place of their label


class Labels:
    """The labels of a page, and which cell may be the value of which."""

    def __init__(self, labels: Sequence[Cell], values: Sequence[Cell]) -> None:
        self.all = list(labels)
        self._occupied = {cell.frame for cell in values if cell.frame is not None}
        self._known = [meaning_of(label.text) is not None for label in labels]

    def is_known(self, place: int) -> bool:
        return self._known[place]

    def may_be_beside(self, label: Cell, cell: Cell) -> bool:
        """Is no rule between a label and a cell to its right, but that of two boxes in a row?"""
        if label.frame is None or label.frame == cell.frame:
            return True
        if label.frame in self._occupied:
            return False
        if cell.frame is None:  # the label alone is boxed, or shaded
            return cell.x0 - label.frame[2] <= SHADED_GAP * label.height
        return is_level_with(label.frame, cell.frame)

    def may_be_below(self, label: Cell, cell: Cell) -> bool:
        """Is no rule between a label and a cell below, but that of two boxes in a column?"""
        if label.frame is None or label.frame == cell.frame:
            return True
        if cell.frame is None or label.frame in self._occupied:
            return False
        return is_over(label.frame, cell.frame)


def valued(labels: Labels, rest: Sequence[Cell]) -> tuple[Values, list[Cell]]:
    """Return the values of each label, and the cells that belong to none."""
    values = _beside(labels, rest)
    taken = {id(cell) for found in values.values() for cell in found}
    loose = [cell for cell in rest if id(cell) not in taken]
    loose = _wrapped(labels, values, loose)
    return values, _below(labels, values, loose)


def _beside(labels: Labels, rest: Sequence[Cell]) -> Values:
    """Give each cell to the nearest label on its left with nothing but values between."""
    values: Values = {}
    for cell in sorted(rest, key=lambda cell: cell.x0):
        lefts = [
            (place, label)
            for place, label in enumerate(labels.all)
            if label.x1 <= cell.x0 + ALIGNED
            and (_is_level(label, cell) or _is_in_next_box(label, cell))
        ]
        if not lefts:
            continue
        nearest = max(label.x0 for _place, label in lefts)
        place, label = min(
            (found for found in lefts if found[1].x0 >= nearest - ALIGNED),
            key=lambda found: abs(found[1].middle - cell.middle),
        )
        taken = values.get(place, ())
        if taken and is_named_within(cell.text):
            continue
        if labels.may_be_beside(label, cell) and _is_near(taken, cell):
            values.setdefault(place, []).append(cell)
    return values


def _is_near(found: Sequence[Cell], cell: Cell) -> bool:
    """Is a cell no further from the values of a label than their columns are apart?"""
    level = [value for value in found if abs(value.middle - cell.middle) <= value.height]
    is_kind = level and KIND_OF_STREET.fullmatch(cell.text.strip()) is not None
    return (
        not level or is_kind or cell.x0 - max(value.x1 for value in level) <= FAR * cell.height
    )


def _is_level(label: Cell, cell: Cell) -> bool:
    return abs(label.middle - cell.middle) <= LABEL_SHIFT * min(label.height, cell.height) or (
        abs(label.bottom - cell.bottom) <= 0.35 * label.height
    )


def _is_in_next_box(label: Cell, cell: Cell) -> bool:
    """Is a cell in the box right of the box of a label?"""
    if label.frame is None or cell.frame is None or label.frame == cell.frame:
        return False
    is_next = abs(cell.frame[0] - label.frame[2]) <= ALIGNED
    return is_next and is_level_with(label.frame, cell.frame)


def _wrapped(labels: Labels, values: Values, loose: list[Cell]) -> list[Cell]:
    """Put loose cells that stand right below a value, aligned with it, into that value."""
    left = []
    margin = max((cell.x1 for cell in loose), default=0.0) if _is_letter(loose) else 0.0
    for cell in loose:
        home = next(
            (
                (place, at)
                for place, found in values.items()
                for at, value in enumerate(found)
                if _is_wrap(value, cell, _starts(labels.all[place], value, cell, margin))
                or (
                    _hangs(labels.all[place], value, cell, [*labels.all, *loose])
                    and _is_wrap(value, cell, (cell.x0,))
                )
            ),
            None,
        )
        if home is None:
            left.append(cell)
        else:
            place, at = home
            value = values[place][at]
            values[place][at] = value.joined(cell, below(cell))
    return left


def _is_letter(cells: Sequence[Cell]) -> bool:
    return any(GREETED.fullmatch(cell.text) for cell in cells)


def _starts(label: Cell, value: Cell, cell: Cell, margin: float) -> tuple[float, ...]:
    """Return where the next line of a value may begin: below it, or below its label.

    Words go on below their label where the line is full: what is longer by more than a word
    below a short value, such as a date, is a paragraph of its own.
    """
    is_inline = 0 <= value.x0 - label.x1 <= INLINE_GAP * label.height
    is_full = value.x1 >= max(cell.x1, margin) - LONG_WORD * label.height
    return (value.x0, label.x0) if is_inline and is_full else (value.x0,)


def _hangs(label: Cell, value: Cell, cell: Cell, rest: Sequence[Cell]) -> bool:
    """Is a cell the only one of its row, and set in between a label and where its value begins?"""
    is_between = label.x0 + ALIGNED < cell.x0 < value.x0
    return is_between and not any(
        other is not cell and abs(other.middle - cell.middle) <= LABEL_SHIFT * cell.height
        for other in rest
    )


def _is_wrap(above: Cell, cell: Cell, starts: Sequence[float]) -> bool:
    gap = cell.top - above.bottom
    height = max(above.height, cell.height) if cell.height < 2 * above.height else above.height
    is_under = -0.5 * height <= gap <= WRAP_GAP * height and cell.top > above.top
    return (
        is_under
        and cell.frame == above.frame
        and cell.is_bold == above.is_bold
        and any(abs(cell.x0 - start) <= ALIGNED for start in starts)
    )


def _below(labels: Labels, values: Values, loose: list[Cell]) -> list[Cell]:
    """Give loose cells to the blank label right above them, line after line."""
    left = []
    for cell in loose:
        place = next(
            (place for place in range(len(labels.all)) if _takes(labels, place, values, cell)),
            None,
        )
        if place is None:
            left.append(cell)
        else:
            values.setdefault(place, []).append(cell)
    return left


def _takes(labels: Labels, place: int, values: Values, cell: Cell) -> bool:
    """Is this cell below a label that has no value, or has one from below?"""
    label = labels.all[place]
    if not labels.is_known(place) or not labels.may_be_below(label, cell):
        return False
    if place not in values:
        return _is_under(label, cell)
    is_open = values[place][0].top > label.bottom - 0.5 * label.height
    return is_open and _is_under(values[place][-1], cell, label.height)


def _is_under(above: Cell, cell: Cell, height: float | None = None) -> bool:
    """Is a cell right below another? `height` is that of a line, where the other has several."""
    gap, line = cell.top - above.bottom, min(above.height, height or above.height)
    begins_near = abs(cell.x0 - above.x0) <= 4 * ALIGNED
    return begins_near and -0.3 * line <= gap <= BELOW_GAP * line

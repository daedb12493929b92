"""Labels that stand below their values, as captions under a line that is written on."""

from collections.abc import Sequence

from extraction.reading.cells import Cell
from extraction.reading.joining import below
from extraction.reading.naming import is_known

CAPTIONS_MIN = 4  # labels with a value right above them, from which on it is how a page does it
SHARE_MIN = 0.75  # of the labels that have something right above or below them
NEAR = 1.2  # of the height: how far above its label a value may end
LINE_GAP = 0.5  # of the height: lines of one value are no further apart
ALIGNED = 6.0  # points


def captioned(
    labels: Sequence[Cell], rest: Sequence[Cell]
) -> tuple[list[tuple[Cell, Cell]], list[Cell], list[Cell]]:
    """Return label and value where labels stand below, the other labels, and the other cells.

    Only a page that does so throughout is read so: a label has nothing beside it, and what is
    above it is nearer than what is below.
    """
    known = [label for label in labels if is_known(label)]
    above = {id(label): _above(label, rest) for label in known if not _has_beside(label, rest)}
    told = {
        id(label): cell
        for label in known
        if (cell := above.get(id(label))) is not None and _is_nearer(label, cell, rest)
    }
    under = sum(_below(label, rest) is not None for label in known if id(label) not in told)
    if len(told) < CAPTIONS_MIN or len(told) < SHARE_MIN * (len(told) + under):
        return [], list(labels), list(rest)
    pairs, taken = [], set()
    for label in labels:
        value = told.get(id(label)) or _above(label, rest)
        if value is not None and id(value) not in taken and not _has_beside(label, rest):
            lines = [value, *_lines_over(value, rest)]
            taken |= {id(line) for line in lines}
            whole = lines[-1]
            for line in reversed(lines[:-1]):
                whole = whole.joined(line, below(line))
            pairs.append((label, whole))
    named = {id(label) for label, _value in pairs}
    return (
        pairs,
        [label for label in labels if id(label) not in named],
        [cell for cell in rest if id(cell) not in taken],
    )


def _has_beside(label: Cell, rest: Sequence[Cell]) -> bool:
    return any(
        cell.x0 >= label.x1 and abs(cell.middle - label.middle) <= 0.6 * label.height
        for cell in rest
    )


def _above(label: Cell, rest: Sequence[Cell]) -> Cell | None:
    near = [
        cell
        for cell in rest
        if abs(cell.x0 - label.x0) <= ALIGNED
        and -0.3 * label.height <= label.top - cell.bottom <= NEAR * cell.height
        and cell.frame == label.frame
    ]
    return max(near, key=lambda cell: cell.bottom, default=None)


def _below(label: Cell, rest: Sequence[Cell]) -> Cell | None:
    near = [
        cell
        for cell in rest
        if abs(cell.x0 - label.x0) <= ALIGNED
        and -0.3 * label.height <= cell.top - label.bottom <= 3 * cell.height
    ]
    return min(near, key=lambda cell: cell.top, default=None)


def _is_nearer(label: Cell, above: Cell, rest: Sequence[Cell]) -> bool:
    under = _below(label, rest)
    return under is None or under.top - label.bottom > 1.5 * max(
        label.top - above.bottom, 0.2 * label.height
    )


def _lines_over(value: Cell, rest: Sequence[Cell]) -> list[Cell]:
    """Return the lines above the last line of a value that belong to it, upwards."""
    found: list[Cell] = []
    last = value
    while True:
        over = _above(last, rest)
        if over is None or last.top - over.bottom > LINE_GAP * last.height or over is last:
            return found
        found.append(over)
        last = over

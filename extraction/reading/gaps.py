"""Gaps of a page: where more room than between its lines parts one block from the next."""

from collections.abc import Sequence
from statistics import median_low

from extraction.reading.cells import Cell

WIDER = 1.7  # than most gaps of the page: so wide is one that parts blocks
GAP_MIN = 0.9  # of the height of a line
ROWS_MIN = 4  # fewer do not show how far apart lines are


def breaks_in(cells: Sequence[Cell]) -> frozenset[int]:
    """Return the places of the cells, in order from the top, before which a block ends."""
    gaps: list[tuple[int, float, float]] = []
    bottom = None
    for place, cell in enumerate(cells):
        if bottom is not None and cell.top > bottom - 0.3 * cell.height:
            gaps.append((place, cell.top - bottom, cell.type_size))
        bottom = cell.bottom if bottom is None else max(bottom, cell.bottom)
    if len(gaps) < ROWS_MIN:
        return frozenset()
    usual = max(0.0, median_low([gap for _place, gap, _size in gaps]))
    return frozenset(
        place
        for place, gap, size in gaps
        if gap >= WIDER * usual and gap - usual >= GAP_MIN * size
    )

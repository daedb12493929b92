"""Frames: the boxes that are drawn around the words of a page, from its rules."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from extraction.document import Box
from extraction.reading.cells import Cell, Edge

SNAP = 2.0  # points: rules nearer to each other than this are one
REACH = 1.5  # points by which a rule may end before the words that it holds
EDGES_MAX = 3_000


class Frames:
    """Finds the box around a point: the nearest rules on all four sides."""

    def __init__(self, levels: Sequence[Edge], uprights: Sequence[Edge]) -> None:
        self._levels = _snapped(levels)
        self._uprights = _snapped(uprights)
        self._level_places = [edge.at for edge in self._levels]
        self._upright_places = [edge.at for edge in self._uprights]

    @property
    def uprights(self) -> list[Edge]:
        """Return the upright rules: they part words that stand near to each other."""
        return self._uprights

    def framed(self, cells: Iterable[Cell]) -> list[Cell]:
        """Return the cells, each with the box around it, if one is drawn on all sides."""
        return [replace(cell, frame=self._around(cell)) for cell in cells]

    def _around(self, cell: Cell) -> Box | None:
        x, y = min(cell.x0 + 1.0, (cell.x0 + cell.x1) / 2), cell.middle
        top = _before(self._levels, self._level_places, y, x)
        bottom = _after(self._levels, self._level_places, y, x)
        left = _before(self._uprights, self._upright_places, x, y)
        right = _after(self._uprights, self._upright_places, x, y)
        if top is None or bottom is None or left is None or right is None:
            return None
        return left, top, right, bottom


def _snapped(edges: Sequence[Edge]) -> list[Edge]:
    """Return the edges in order; those that lie almost at one place lie at it."""
    found: list[Edge] = []
    at = None
    for edge in sorted(edges[:EDGES_MAX], key=lambda edge: (edge.at, edge.start, edge.end)):
        if at is None or edge.at - at > SNAP:
            at = edge.at
        found.append(replace(edge, at=round(at, 1)))
    return found


def _before(
    edges: Sequence[Edge], places: Sequence[float], at: float, across: float
) -> float | None:
    """Return the place of the last edge before a point that passes it."""
    for index in range(bisect_left(places, at) - 1, -1, -1):
        if edges[index].start - REACH <= across <= edges[index].end + REACH:
            return edges[index].at
    return None


def _after(
    edges: Sequence[Edge], places: Sequence[float], at: float, across: float
) -> float | None:
    for index in range(bisect_left(places, at), len(edges)):
        if edges[index].start - REACH <= across <= edges[index].end + REACH:
            return edges[index].at
    return None


def is_level_with(left: Box, right: Box) -> bool:
    """Do two frames stand beside each other, the second to the right, with the same height?"""
    overlap = min(left[3], right[3]) - max(left[1], right[1])
    height = min(left[3] - left[1], right[3] - right[1])
    return right[0] >= left[2] - 2 * SNAP and overlap >= 0.6 * height


def is_over(above: Box, below: Box) -> bool:
    """Is the second frame right below the first?"""
    overlap = min(above[2], below[2]) - max(above[0], below[0])
    width = min(above[2] - above[0], below[2] - below[0])
    return abs(below[1] - above[3]) <= 2 * SNAP and overlap >= 0.6 * width

"""What is drawn on a page: the edges of rules and boxes, tick boxes, coloured grounds.

A line, a thin bar and the side of a rectangle are all edges. A small square is a tick box, and
what is drawn inside of it is its mark.
"""

import ctypes
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

from extraction.document import Box
from extraction.reading.cells import Cell, Edge
from extraction.reading.glyphs import OPEN, TICKED
from extraction.reading.sheet import Ground, View, is_white

OBJECTS_MAX = 4_000  # of one page: a page with more is a drawing, not a form
SEGMENTS_MAX = 12_000
FORMS_DEPTH_MAX = 3
STRAIGHT = 0.8  # points by which an edge may lean
EDGE_MIN = 5.0  # points: what is shorter is no edge
TICK_MIN, TICK_MAX = 4.5, 16.0  # points: the side of a tick box
SQUARES_MAX = 400  # of one page: more are a pattern, not tick boxes
TICK_SKEW = 1.6  # points by which its sides may differ
MARKS = frozenset("xX\u00d7vV\u2713\u2714\u2612\u2022\u25cf\u25a0")

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
PLAIN: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(slots=True)
class Drawn:
    """What is drawn on a page beside its text."""

    levels: list[Edge] = field(default_factory=list)
    uprights: list[Edge] = field(default_factory=list)
    squares: list[Box] = field(default_factory=list)
    specks: list[Box] = field(default_factory=list)  # small things: they may mark a square
    ground: Ground = field(default_factory=Ground)
    segments: int = 0

    @property
    def is_form(self) -> bool:
        """Are there few enough strokes to be the rules of a form?"""
        return self.segments <= SEGMENTS_MAX


def drawn_on(page: Any, view: View) -> Drawn:
    """Return what is drawn on a page; nothing but the ground if it is a picture of lines."""
    drawn = Drawn()
    for thing, matrix in _things(page):
        kind = pdfium.FPDFPageObj_GetType(thing)
        if kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
            drawn.ground.has_picture = True
        elif kind == pdfium.FPDF_PAGEOBJ_PATH and drawn.is_form:
            _add_path(drawn, thing, matrix, view)
    return drawn if drawn.is_form else Drawn(ground=drawn.ground)


def _things(page: Any) -> Iterator[tuple[Any, Matrix]]:
    """Yield what a page draws, and what the forms in it draw, with how each is placed."""
    waiting: list[tuple[Any, Matrix, int]] = []
    for index in range(min(pdfium.FPDFPage_CountObjects(page), OBJECTS_MAX)):
        waiting.append((pdfium.FPDFPage_GetObject(page, index), PLAIN, 0))
        while waiting:
            thing, matrix, depth = waiting.pop()
            if not thing:
                continue
            if pdfium.FPDFPageObj_GetType(thing) != pdfium.FPDF_PAGEOBJ_FORM:
                yield thing, matrix
            elif depth < FORMS_DEPTH_MAX:
                inner = _joined(_matrix_of(thing), matrix)
                count = min(pdfium.FPDFFormObj_CountObjects(thing), OBJECTS_MAX)
                waiting.extend(
                    (pdfium.FPDFFormObj_GetObject(thing, at), inner, depth + 1)
                    for at in range(count)
                )


def _matrix_of(thing: Any) -> Matrix:
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(thing, found):
        return PLAIN
    return found.a, found.b, found.c, found.d, found.e, found.f


def _joined(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    ta, tb, tc, td, te, tf = then
    return (
        a * ta + b * tc,
        a * tb + b * td,
        c * ta + d * tc,
        c * tb + d * td,
        e * ta + f * tc + te,
        e * tb + f * td + tf,
    )


def _add_path(drawn: Drawn, path: Any, matrix: Matrix, view: View) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    if not fill.value and not stroke.value:
        return  # it only cuts out what others draw
    if not stroke.value and is_white(pdfium.FPDFPageObj_GetFillColor, path):
        return
    placing = _joined(_matrix_of(path), matrix)
    for points in _runs(drawn, path, placing, view):
        box = _around(points)
        width, height = box[2] - box[0], box[3] - box[1]
        if fill.value:
            drawn.ground.filled.append(box)
        if max(width, height) <= TICK_MAX and len(points) > 1:
            is_square = abs(width - height) <= TICK_SKEW and min(width, height) >= TICK_MIN
            (drawn.squares if is_square and _is_boxed(points) else drawn.specks).append(box)
        elif min(width, height) <= 2 * STRAIGHT:
            _add_edge(drawn, (box[0], box[1]), (box[2], box[3]), slack=2 * STRAIGHT)
        else:
            for start, end in itertools.pairwise(points):
                _add_edge(drawn, start, end, slack=STRAIGHT)


def _runs(drawn: Drawn, path: Any, matrix: Matrix, view: View) -> Iterator[list[Point]]:
    """Yield the lines of a path, each as the points that it goes through."""
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    run: list[Point] = []
    count = pdfium.FPDFPath_CountSegments(path)
    drawn.segments += max(0, count)
    for index in range(count if drawn.is_form else 0):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = view.point(
            a * x.value + c * y.value + e,
            b * x.value + d * y.value + f,
        )
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO:
            if run:
                yield run
            run = []
        run.append(point)
        if pdfium.FPDFPathSegment_GetClose(segment):
            run.append(run[0])
    if run:
        yield run


def _around(points: Sequence[Point]) -> Box:
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _is_boxed(points: Sequence[Point]) -> bool:
    """Do these points go round a box, corner by corner?"""
    x0, y0, x1, y1 = _around(points)
    return len(set(points)) >= 4 and all(  # noqa: PLR2004 - the corners
        min(abs(x - x0), abs(x - x1)) <= STRAIGHT and min(abs(y - y0), abs(y - y1)) <= STRAIGHT
        for x, y in points
    )


def _add_edge(drawn: Drawn, start: Point, end: Point, *, slack: float) -> None:
    (ax, ay), (bx, by) = start, end
    if abs(ay - by) <= slack and abs(ax - bx) >= EDGE_MIN:
        drawn.levels.append(Edge((ay + by) / 2, min(ax, bx), max(ax, bx)))
    elif abs(ax - bx) <= slack and abs(ay - by) >= EDGE_MIN:
        drawn.uprights.append(Edge((ax + bx) / 2, min(ay, by), max(ay, by)))


def with_ticks(words: Sequence[Cell], drawn: Drawn) -> list[Cell]:
    """Return the words with each tick box that is drawn as a word: ticked if it is marked."""
    if len(drawn.squares) > SQUARES_MAX:
        return list(words)
    left, ticks = list(words), []
    for square in _single(drawn.squares):
        inside = [word for word in left if word.text in MARKS and _holds(square, word)]
        is_crossed = any(_is_around(square, speck) for speck in [*drawn.specks, *drawn.squares])
        left = [word for word in left if word not in inside]
        ticks.append(Cell(TICKED if inside or is_crossed else OPEN, *square))
    return [*left, *ticks]


def _single(squares: Sequence[Box]) -> list[Box]:
    """Return the squares without those that lie within another or are drawn twice."""
    found: list[Box] = []
    for square in sorted(set(squares), key=lambda box: (box[0] - box[2], box)):
        x, y = (square[0] + square[2]) / 2, (square[1] + square[3]) / 2
        if not any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in found):
            found.append(square)
    return found


def _holds(box: Box, word: Cell) -> bool:
    middle = (word.x0 + word.x1) / 2
    return box[0] - 1 <= middle <= box[2] + 1 and box[1] - 1 <= word.middle <= box[3] + 1


def _is_around(square: Box, speck: Box) -> bool:
    """Is something smaller, but no mere dot of the frame, in this square?"""
    x, y = (speck[0] + speck[2]) / 2, (speck[1] + speck[3]) / 2
    is_inside = square[0] < x < square[2] and square[1] < y < square[3]
    is_real = min(speck[2] - speck[0], speck[3] - speck[1]) > 0.25 * (square[2] - square[0])
    is_same = all(abs(a - b) <= STRAIGHT for a, b in zip(square, speck, strict=True))
    return is_inside and is_real and not is_same

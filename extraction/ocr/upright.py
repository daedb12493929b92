"""How a page lies: by which angle its lines are turned, and whether they run upwards.

Lines of text make rows that are dark and rows that are empty. The angle at which the rows
differ most is the angle of the lines.
"""

from typing import Any

import numpy as np

DEGREES_MAX = 8.0  # pages of a scanner's feeder and of a steady hand; more is a photograph
DEGREES_MIN = 0.08  # less is not worth a rotation
COARSE, FINE = 0.5, 0.05  # degrees between two angles that are tried
POINTS_MAX = 60_000  # of ink that are looked at
SIDEWAYS_RATIO = 0.9  # of upright pages columns differ less than half as much as rows, mostly

Ink = np.ndarray[Any, np.dtype[np.bool_]]


def slant_of(ink: Ink) -> float:
    """Return by how many degrees the lines go down to the right; 0 if none can be seen."""
    rows, columns = _points(ink)
    if rows.size == 0:
        return 0.0
    steps = int(DEGREES_MAX / COARSE)
    coarse = [step * COARSE for step in range(-steps, steps + 1)]
    best = max(coarse, key=lambda angle: (_contrast(rows, columns, angle), -abs(angle)))
    steps = int(COARSE / FINE)
    fine = [best + step * FINE for step in range(-steps, steps + 1)]
    angle = max(fine, key=lambda angle: (_contrast(rows, columns, angle), -abs(angle)))
    return round(angle, 3) if abs(angle) >= DEGREES_MIN else 0.0


def lies_on_its_side(ink: Ink) -> bool:
    """Do the lines of this page run up or down instead of across?"""
    rows, columns = _points(ink)
    if rows.size == 0:
        return False
    angles = [step * 0.5 for step in range(-6, 7)]
    across = max(_contrast(rows, columns, angle) for angle in angles)
    upwards = max(_contrast(columns, rows, angle) for angle in angles)
    return upwards > SIDEWAYS_RATIO * across


def _points(ink: Ink) -> tuple[Any, Any]:
    """Return rows and columns of pixels where ink begins below white, evenly thinned.

    Edges and not areas: a dark picture would outweigh the text.
    """
    edges = ink[1:] & ~ink[:-1]
    rows, columns = np.nonzero(edges)
    step = max(1, rows.size // POINTS_MAX)
    return rows[::step].astype(np.float32), columns[::step].astype(np.float32)


def _contrast(rows: Any, columns: Any, degrees: float) -> float:
    """Return how much the rows of a page turned by this angle differ from each other."""
    shifted = rows - columns * np.float32(np.tan(np.radians(degrees)))
    counts = np.bincount((shifted - shifted.min()).astype(np.int64))
    return float(np.square(counts, dtype=np.float64).sum())

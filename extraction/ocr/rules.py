"""The lines that a form is ruled with: found by their long runs of ink, and taken away.

Letters that touch a rule are read wrongly, and an upright rule is read as a letter. Upright
rules are remembered: what stands on two sides of one is two things.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from extraction.ocr.found import Rule

ACROSS_INCHES_MIN = 0.55  # no word in capitals without a gap is that long
UPRIGHT_INCHES_MIN = 0.15  # a row of a table, if it ends at rules on both sides
ALONE_INCHES_MIN = 0.40  # an upright rule that ends anywhere; higher than letters of a title
THICK_INCHES_MAX = 0.028  # two points; what is thicker is a band, a picture or a title
POOL_INCHES = 0.014  # gaps of this length do not end a rule
END_INCHES = 0.03  # so near to a rule across does an upright one end

Ink = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a page, and their pixels with the grey at their edges."""

    pixels: Ink
    levels: list[Rule]  # in pixels
    uprights: list[Rule]


def rules_of(ink: Ink, dpi: float) -> Rules:
    """Return the rules that are drawn on a page that lies straight."""
    near = max(2, round(END_INCHES * dpi))
    across = _thin_runs(ink, dpi, ACROSS_INCHES_MIN)
    levels = [rule for rule, _pixels in _rules_in(across.T, near)]
    turned = _thin_runs(np.ascontiguousarray(ink.T), dpi, UPRIGHT_INCHES_MIN).T
    uprights, upright = [], np.zeros_like(turned)
    for rule, (left, right) in _rules_in(turned, near):
        top, bottom = int(rule.start), int(rule.end)
        if bottom - top >= ALONE_INCHES_MIN * dpi or _is_held(across, rule, near):
            uprights.append(rule)
            upright[top:bottom, left:right] = turned[top:bottom, left:right]
    return Rules(_widened(across | upright), levels, uprights)


def _is_held(across: Ink, rule: Rule, near: int) -> bool:
    """Return whether an upright rule ends at rules across on both sides."""
    left, right = max(0, int(rule.at) - 2 * near), int(rule.at) + 2 * near
    beside: Any = across[:, left:right].any(axis=1)
    ends = (int(rule.start), int(rule.end))
    return all(beside[max(0, end - near) : end + near].any() for end in ends)


def _rules_in(pixels: Ink, near: int) -> Iterator[tuple[Rule, tuple[int, int]]]:
    """Yield the upright rules that these pixels are, each with its first and last column."""
    columns = np.nonzero(pixels.any(axis=0))[0]
    for group in _groups(columns, near):
        left, right = int(group[0]), int(group[-1]) + 1
        rows = np.nonzero(pixels[:, left:right].any(axis=1))[0]
        for piece in _groups(rows, near):
            yield Rule((left + right) / 2, int(piece[0]), int(piece[-1]) + 1), (left, right)


def _groups(places: Any, gap: int) -> list[Any]:
    """Return places in order as groups without a wide gap."""
    return np.split(places, np.nonzero(np.diff(places) > gap)[0] + 1) if places.size else []


def _thin_runs(ink: Ink, dpi: float, inches_min: float) -> Ink:
    """Return the pixels of long thin runs along the rows, without what only crosses them."""
    pool = max(1, round(POOL_INCHES * dpi))
    runs = _long_runs(ink, pool, max(4, round(inches_min * dpi / pool)))
    thick = max(2, round(THICK_INCHES_MAX * dpi))
    return _thin(runs, ink, thick)


def _long_runs(ink: Ink, pool: int, length: int) -> Ink:
    """Return where each row has ink for at least `length` pools of pixels without a break."""
    rows, columns = ink.shape
    wide = columns // pool
    pooled = ink[:, : wide * pool].reshape(rows, wide, pool)[:, :, 0].copy()
    for place in range(1, pool):
        pooled |= ink[:, place : wide * pool : pool]
    found = np.zeros_like(ink)
    full, reach = pooled, 1  # full: ink from here on for `reach` pools
    while reach < length:
        step = min(reach, length - reach)
        if full.shape[1] <= step:
            return found
        full = full[:, step:] & full[:, :-step]
        reach += step
    starts, ends = full, full.shape[1]
    inside = np.zeros_like(pooled)
    reach = 1
    inside[:, :ends] = starts
    while reach < length:  # and now the same way back: all that such a run covers
        step = min(reach, length - reach)
        inside[:, step:] |= inside[:, :-step].copy()
        reach += step
    found[:, : wide * pool] = np.repeat(inside, pool, axis=1)
    return found & ink


def _thin(runs: Ink, ink: Ink, thick: int) -> Ink:
    """Return the runs where the ink above and below them ends soon, so that letters stay."""
    found = np.zeros_like(runs)
    rows = np.nonzero(runs.any(axis=1))[0]
    kept = runs[rows]
    for way in (-1, 1):
        covered = kept.copy()  # is all ink up to here in this direction?
        for step in range(1, thick + 1):
            at = rows + way * step
            inside = (at >= 0) & (at < ink.shape[0])
            covered &= ink[np.clip(at, 0, ink.shape[0] - 1)] & inside[:, None]
        kept = kept & ~covered
    found[rows] = kept
    return found


def _widened(rules: Ink) -> Ink:
    wide = rules.copy()
    wide[1:] |= rules[:-1]
    wide[:-1] |= rules[1:]
    wide[:, 1:] |= rules[:, :-1]
    wide[:, :-1] |= rules[:, 1:]
    return wide

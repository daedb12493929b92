"""Squares: the boxes before a yes and a no of a scanned form, which are read as letters.

A drawn square comes back as `L]`, `CJ` or `oO`, one with a cross as `Kl` or `X]`. Two letters
alone say nothing: only where one of the two looks empty and the other crossed are they boxes.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from extraction.reading.cells import Cell
from extraction.reading.glyphs import OPEN, TICKED

CROSSED = re.compile(r"[\[(|IL]?[XxK\u2713\u2714\u2612]{1,2}[\])|IlJ1]{0,2}")
EMPTY = re.compile(r"[\[(|LCUDOo0\u2610][\])JIlOo|_]{0,2}")
GLUED = re.compile(r"(?P<box>[\[(|LCK][\])JIl|X]{1,2}|\W{1,3})(?P<word>yes|no)", re.IGNORECASE)
WORDS = frozenset(["yes", "no"])
NEAR = 1.6  # of the height: a box stands no further before its word
LEVEL = 0.5  # of the height


def with_squares(words: Sequence[Cell]) -> list[Cell]:
    """Return the words, with signs for the boxes before a yes and the no that goes with it."""
    found = [part for word in words for part in _unglued(word)]
    answers = [word for word in found if word.text.lower().strip(".,;") in WORDS]
    boxes = {id(one): box for one in answers if (box := _box_before(one, found)) is not None}
    signs: dict[int, str] = {}
    ordered = sorted((one for one in answers if id(one) in boxes), key=lambda one: one.x0)
    for word in ordered:
        other = next(
            (o for o in ordered if o.x0 > word.x0 and _is_level(word, o)),
            None,
        )
        if other is None or word.text.lower()[:1] == other.text.lower()[:1]:
            continue
        pair = [boxes[id(word)], boxes[id(other)]]
        is_crossed = [CROSSED.fullmatch(box.text) is not None for box in pair]
        if sum(is_crossed) == 1:
            for box, crossed in zip(pair, is_crossed, strict=True):
                signs.setdefault(id(box), TICKED if crossed else OPEN)
    return [replace(word, text=signs.get(id(word), word.text)) for word in found]


def _unglued(word: Cell) -> list[Cell]:
    """Return `L]No` as its box and its word."""
    match = GLUED.fullmatch(word.text)
    if match is None:
        return [word]
    cut = word.x0 + (word.x1 - word.x0) * len(match["box"]) / len(word.text)
    return [
        replace(word, text=match["box"], x1=cut - 1),
        replace(word, text=match["word"], x0=cut),
    ]


def _box_before(word: Cell, words: Sequence[Cell]) -> Cell | None:
    """Return what stands right before an answer, if it may be a box."""
    before = [
        one
        for one in words
        if 0 <= word.x0 - one.x1 + 1 <= NEAR * word.height and _is_level(word, one)
    ]
    nearest = max(before, key=lambda one: one.x1, default=None)
    is_box = nearest is not None and (
        CROSSED.fullmatch(nearest.text) or EMPTY.fullmatch(nearest.text)
    )
    return nearest if is_box else None


def _is_level(one: Cell, other: Cell) -> bool:
    return abs(one.middle - other.middle) <= LEVEL * one.height

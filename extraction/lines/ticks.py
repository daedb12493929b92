"""Ticks: boxes on forms, drawn with brackets or as a sign, and what they state.

`[X] Yes  [ ] No` states the option that is ticked; `[X] Boring` states its own name.
"""

import re
from collections.abc import Iterator
from itertools import islice

from extraction.labels.concepts import find_label

BOXES_MAX = 40
BESIDE_MAX = 2  # blanks between a box and its words
BOX = re.compile(
    r"\[(?P<square>[xX\u2713\u2714*_ ]{0,2})\]|\((?P<round>[xX\u2713\u2714*_]|\s{1,2})\)"
    r"|(?P<sign>[\u2610-\u2612\u25a1\u25a0])|(?<![_\w])_(?P<line>[xX_])_(?![_\w])"
)
TICKED_SIGNS = "\u2611\u2612\u25a0"
STATEMENTS = frozenset(
    {"is_boring", "is_blasting", "is_trenchless", "white_lines", "is_emergency"}
)
GAP = re.compile(r" {2,}|\s*$")

Place = tuple[int, int]


def may_hold_boxes(text: str) -> bool:
    """Say whether a line has any sign that boxes are drawn with; most have none."""
    return "[" in text or "(" in text or "_" in text or not text.isascii()


def is_ticked(box: re.Match[str]) -> bool:
    """Is there a mark in this box?"""
    if box["sign"]:
        return box["sign"] in TICKED_SIGNS
    return (box["square"] or box["round"] or box["line"] or "").strip(" _") != ""


def options_in(text: str) -> list[tuple[bool, Place]]:
    """Return whether each option of a value is ticked, and where its words stand.

    Boxes stand before their words, unless the value begins with words.
    """
    boxes = list(islice(BOX.finditer(text), BOXES_MAX)) if may_hold_boxes(text) else []
    if not boxes:
        return []
    is_behind = text[: boxes[0].start()].strip(" .:_") != ""
    edges = [0, *(box.end() for box in boxes)] if is_behind else []
    ends = [*(box.start() for box in boxes[1:]), len(text)]
    return [
        (is_ticked(box), (edges[n], box.start()) if is_behind else (box.end(), ends[n]))
        for n, box in enumerate(boxes)
    ]


def statements_in(text: str) -> Iterator[tuple[Place, int, int]]:
    """Yield boxes before the name of something that is so or is not, and the place of its name."""
    boxes = list(islice(BOX.finditer(text), BOXES_MAX)) if may_hold_boxes(text) else []
    ends = [*(box.start() for box in boxes[1:]), len(text)][: len(boxes)]
    for box, end in zip(boxes, ends, strict=True):
        stop = GAP.search(text, box.end() + 1, end)
        words = (box.end(), stop.start() if stop else end)
        label = find_label(text[slice(*words)].strip())
        if label is not None and label.concept in STATEMENTS:
            start = words[0] + len(text[slice(*words)]) - len(text[slice(*words)].lstrip())
            yield box.span(), start, words[1]


def is_before_box(text: str, start: int, floor: int) -> bool:
    """Say whether an empty box stands right before this label."""
    boxes = list(islice(BOX.finditer(text, floor, start), BOXES_MAX))
    if not boxes or is_ticked(boxes[-1]):
        return False
    box = boxes[-1]
    is_of_last = floor and not text[floor : box.start()]  # `Street--[ ] Sidewalk--[ ]`
    between = text[box.end() : start]
    return not is_of_last and not between.strip() and len(between) <= BESIDE_MAX

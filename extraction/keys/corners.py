"""Corners: a box around the site, given by its north-west and south-east, as one shape.

`nwLat, nwLng, seLat, seLng`, `{"north": .., "south": .., "east": .., "west": ..}`, `minX .. maxY`:
its middle is the point of the site where no other is named.
"""

import re
from collections.abc import Mapping, Sequence

from extraction.document import Line
from extraction.keys.leaf import Leaf
from extraction.keys.splitting import words_of
from extraction.labels.concepts import Label, name_of
from extraction.roles import SILENT_ROLES, Role

DEGREES = re.compile(r"-?\d{1,3}\.\d{2,15}")
POINTS = frozenset(["latitude", "longitude", "point", "shape"])
NORTHS = frozenset(["latitude", "y", "north", "south", "top", "bottom"])
EASTS = frozenset(["longitude", "x", "east", "west", "left", "right"])
SIDES = frozenset(
    [
        "north",
        "south",
        "east",
        "west",
        "nw",
        "ne",
        "sw",
        "se",
        "northwest",
        "northeast",
        "southwest",
        "southeast",
        "min",
        "max",
        "upper",
        "lower",
        "top",
        "bottom",
        "left",
        "right",
        "ul",
        "ur",
        "ll",
        "lr",
        "minimum",
        "maximum",
        "corner",
    ]
)
PLAIN = frozenset(["latitude", "longitude", "x", "y"])
SIDE_OF_AXIS = re.compile(r"\b(?:min|max|[xy])(?=(?:min|max|[xy]|latitude|longitude)\b)")
SIDES_OF_A_BOX = 2
LETTERS = {"n": "north", "s": "south", "e": "east", "w": "west"}
Found = dict[int, list[Leaf]]


def with_boxes(found: Found, lines: Mapping[int, Line]) -> Found:
    """Return the leaves and, if none is a point of the site, the box that corners make."""
    if any(_is_point(leaf) for own in found.values() for leaf in own):
        return found
    boxes: dict[tuple[str, str], tuple[dict[int, Line], dict[int, Line]]] = {}
    for index in found:
        line = lines[index]
        words = _words(line)
        if words is None:
            continue
        around = line.within[-2] if _is_in_corner(line) else line.within[-1]
        norths, easts = boxes.setdefault((line.part, around), ({}, {}))
        side = _side(words)
        if side is not None:
            (norths if side == "north" else easts)[index] = line
    for norths, easts in boxes.values():
        if len(norths) == len(easts) == SIDES_OF_A_BOX:
            box = _box([*norths.values()], [*easts.values()])
            return found | {index: [] for index in norths | easts} | {min(norths): [box]}
    return found


def _is_point(leaf: Leaf) -> bool:
    """Is this where the site is, and no corner of a box?"""
    is_told = leaf.label.concept in POINTS and leaf.role not in SILENT_ROLES
    return is_told and bool(leaf.value) and not _is_in_corner(leaf.line)


def _is_in_corner(line: Line) -> bool:
    outer = words_of(line.trail[-1]).split() if line.trail else []
    return _is_corner(line) and not SIDES.isdisjoint(outer)


def _words(line: Line) -> frozenset[str] | None:
    """Return the words of the key of a number of degrees, if it names a side of something."""
    if not DEGREES.fullmatch(line.text.strip()):
        return None
    outer = line.trail[-1] if line.trail else ""
    key = SIDE_OF_AXIS.sub(r"\g<0> ", words_of(line.label or ""))
    key = LETTERS.get(name_of(line.label or ""), key)
    words = frozenset(f"{words_of(outer)} {key}".split())
    return None if SIDES.isdisjoint(words) else words


def _is_corner(line: Line) -> bool:
    """Is this a plain latitude or longitude, so that its object must name the corner?"""
    return words_of(line.label or "") in PLAIN


def _side(words: frozenset[str]) -> str | None:
    if not words.isdisjoint(("latitude", "y")):
        return "north"
    if not words.isdisjoint(("longitude", "x")):
        return "east"
    return "north" if words & NORTHS else "east" if words & EASTS else None


def _box(norths: Sequence[Line], easts: Sequence[Line]) -> Leaf:
    pairs = list(zip(norths, easts, strict=True))
    line = norths[0]
    return Leaf(
        line,
        Label("shape"),
        Role.SITE,
        "; ".join(f"{north.text.strip()} {east.text.strip()}" for north, east in pairs),
        tuple(one.span() for pair in pairs for one in pair),
        (line.part, line.within[-1], "box"),
    )

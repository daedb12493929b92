"""Crossing: the road that crosses, where its direction, name and kind stand in keys of their own.

`<CrossStreet><Pre>N</Pre><Name>Elm</Name><Type>Ave</Type></CrossStreet>` is one road.
"""

from collections.abc import Iterable
from dataclasses import replace

from extraction.keys.leaf import Leaf
from extraction.keys.meaning import meaning_of

ROADS = frozenset(["cross_1", "cross_2"])
BEFORE = frozenset(["street_before"])
BEHIND = frozenset(["street_behind", "type"])
PIECE_CHARACTERS_MAX = 12
Found = dict[int, list[Leaf]]


def with_whole_roads(found: Found) -> Found:
    """Return the leaves, the pieces of each crossing road joined at its name."""
    roads = _of_concept(found, ROADS)
    # Only in an object of the road itself: beside a site the pieces are the site's.
    alone = {
        place: own[0]
        for place, own in roads.items()
        if len(own) == 1 and _is_road_of_its_own(own[0][1])
    }
    if not alone:
        return found
    changed = dict(found)
    for place, pieces in _of_concept(found, BEFORE | BEHIND).items():
        if place in alone:
            index, road = alone[place]
            changed[index] = [_joined(road, [piece for _at, piece in pieces])]
            changed |= {at: [] for at, _piece in pieces}
    return changed


def _of_concept(
    found: Found, concepts: frozenset[str]
) -> dict[tuple[str, str], list[tuple[int, Leaf]]]:
    """Return the leaves of these concepts by the object that they stand in."""
    places: dict[tuple[str, str], list[tuple[int, Leaf]]] = {}
    for index, leaves in found.items():
        for leaf in leaves:
            if leaf.label.concept in concepts and leaf.line.trail:
                place = (leaf.line.part, leaf.line.within[-1])
                places.setdefault(place, []).append((index, leaf))
    return places


def _is_road_of_its_own(leaf: Leaf) -> bool:
    label = meaning_of(leaf.line.trail[-1], "")
    return label is not None and label.concept in ROADS


def _joined(leaf: Leaf, pieces: Iterable[Leaf]) -> Leaf:
    """Return the name of a road with what stands before and behind it."""
    short = [one for one in pieces if 0 < len(one.value) <= PIECE_CHARACTERS_MAX]
    before = [one for one in short if one.label.concept in BEFORE]
    behind = [one for one in short if one.label.concept in BEHIND]
    whole = [*before, leaf, *behind]
    return replace(
        leaf,
        value=" ".join(one.value for one in whole),
        spans=tuple(span for one in whole for span in one.spans),
    )

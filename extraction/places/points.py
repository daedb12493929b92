"""Where the work is: candidates for the coordinate of the site.

A labelled latitude and longitude is best, then a labelled pair, then the middle of a shape,
then pairs that stand alone in the text.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from domain.extraction import ExtractionWarning, WarningCode
from extraction.candidates import Candidate, strength_of
from extraction.document import Document
from extraction.pairs import Pair
from extraction.roles import SILENT_ROLES, Role
from extraction.values.coordinates import (
    CORNERS,
    SHAPE_POINTS_MAX,
    SHAPE_POINTS_MIN,
    Point,
    is_swapped,
    point_of,
    points_in,
)

POINT_LOSS = 0.02
SHAPE_LOSS = 0.06
SWAPPED_LOSS = 0.15
ALONE = 0.72  # one pair of numbers without a label
FIRST_OF_TWO = 0.88
SECOND_OF_TWO_LOSS = 0.06
OUTLINE = 0.80  # several pairs close together without a label
SITES = (Role.SITE, Role.NONE, Role.WORK, Role.JOB)
SPANS_MAX = 40
CORNER = {"latitude", "longitude"}
ITEM = re.compile(r"^(.*)\[\d{1,6}\]$")


def coordinates_of(document: Document, pairs: list[Pair]) -> list[Candidate]:
    """Return the candidates for the coordinate, the best kind first."""
    spoken = [
        (order, pair)
        for order, pair in enumerate(pairs)
        if pair.value and pair.role not in SILENT_ROLES
    ]
    corners = _outlines([*_joined(spoken)], pairs)
    return [*corners, *_labelled(spoken), *_unlabelled(document)]


def _joined(spoken: list[tuple[int, Pair]]) -> Iterator[Candidate]:
    """Join each latitude with the longitude nearest to it in the same block."""
    longitudes: dict[tuple[str, ...], list[tuple[int, Pair]]] = {}
    for at, pair in spoken:
        if pair.label.concept == "longitude":
            longitudes.setdefault(pair.trail, []).append((at, pair))
    for order, north in spoken:
        if north.label.concept != "latitude":
            continue
        east = _nearest(longitudes.get(north.trail, []), order)
        if east is None or point_of(f"{north.value} {east[1].value}") is None:
            continue
        swapped = is_swapped(north.value, east[1].value)
        yield Candidate(
            field="gps_coordinates",
            raw=f"{north.value} {east[1].value}",
            spans=(*north.spans, *east[1].spans),
            producer="composed",
            strength=strength_of(north) - SWAPPED_LOSS * swapped,
            rule="latitude_and_longitude_swapped"
            if swapped
            else "latitude_and_longitude_joined",
            order=order,
        )


def _nearest(found: list[tuple[int, Pair]], order: int) -> tuple[int, Pair] | None:
    """Take out the pair that stands nearest to a place: a longitude is of one latitude only."""
    place = bisect_left(found, order, key=lambda one: one[0])
    near = range(max(0, place - 1), min(place + 1, len(found)))
    best = min(near, key=lambda at: (abs(found[at][0] - order), at), default=None)
    return None if best is None else found.pop(best)


def _outlines(joined: list[Candidate], pairs: list[Pair]) -> list[Candidate]:
    """Return the points; those that are nothing but the corners of one list as one shape."""
    concepts: dict[tuple[str, ...], set[str]] = {}
    for pair in pairs:
        if pair.is_structured:
            concepts.setdefault(pair.trail, set()).add(pair.label.concept)
    bare = {str(trail[1]) for trail, known in concepts.items() if known == CORNER}
    lists: dict[str, list[Candidate]] = {}
    for candidate in joined:
        lists.setdefault(_list_of(candidate, bare), []).append(candidate)
    made = lists.pop("", [])
    for corners in lists.values():
        made += corners if len(corners) < SHAPE_POINTS_MIN else [_outline(corners)]
    return made


def _list_of(candidate: Candidate, bare: set[str]) -> str:
    """Return the path of the list that a corner stands in, or "" if it is no corner."""
    place = (candidate.spans[0].path or "").rpartition(".")[0].partition("@")[0]
    match = ITEM.match(place)
    return match[1] if match and place in bare else ""


def _outline(corners: list[Candidate]) -> Candidate:
    return replace(
        corners[0],
        raw="; ".join(corner.raw for corner in corners[:SHAPE_POINTS_MAX]),
        spans=tuple(span for corner in corners[:SPANS_MAX] for span in corner.spans),
        strength=corners[0].strength - SHAPE_LOSS,
        rule="middle_of_shape",
    )


def _labelled(spoken: list[tuple[int, Pair]]) -> Iterator[Candidate]:
    for order, pair in spoken:
        concept = pair.label.concept
        if concept not in ("point", "shape", "latitude", "extent", "remarks"):
            continue
        points = [p for p, _at in zip(points_in(pair.value), range(3), strict=False)]
        if points:
            is_one = concept == "point" and len(points) == 1
            is_shape = concept == "shape" or CORNERS.search(pair.words) is not None
            made = Candidate(
                field="gps_coordinates",
                raw=f"shape {pair.value}" if is_shape else pair.value,
                spans=pair.spans,
                producer="structure" if pair.is_structured else "label",
                strength=strength_of(pair) - (POINT_LOSS if is_one else SHAPE_LOSS),
                rule=None if len(points) == 1 else "middle_of_shape",
                order=order,
            )
            yield from _each(made, points)


def _each(made: Candidate, points: list[Point]) -> Iterator[Candidate]:
    """Yield a candidate; if it has two points that are no corners, the first and the second."""
    if len(points) != SHAPE_POINTS_MIN - 1 or CORNERS.search(made.raw):
        yield made
        return
    strength = min(made.strength, FIRST_OF_TWO)
    (north, west), second = points
    yield replace(made, raw=f"{north} {west}", strength=strength, rule="first_of_two_points")
    yield replace(
        made,
        raw=f"{second[0]} {second[1]}",
        strength=round(strength - SECOND_OF_TWO_LOSS, 3),
        rule="second_of_two_points",
    )


def _unlabelled(document: Document) -> Iterator[Candidate]:
    """Take the pairs of all lines together: one is a point, several are an outline."""
    found = []
    for line in document.lines:
        if line.label is None and (points := list(points_in(line.text))):
            found.append((line, points))
            if len(found) >= SHAPE_POINTS_MAX:
                break
    every = [point for _line, points in found for point in points]
    count = len(every)
    if not count:
        return
    raw = "; ".join(f"{north} {west}" for north, west in every)
    is_outline = count >= SHAPE_POINTS_MIN
    if any(CORNERS.search(line.text) for line, _points in found):
        raw = f"shape {raw}"
    made = Candidate(
        field="gps_coordinates",
        raw=raw,
        spans=tuple(line.span() for line, _points in found[:SPANS_MAX]),
        producer="finder",
        strength=OUTLINE if is_outline else ALONE,
        rule="middle_of_outline" if count > 1 else "pair_without_label",
        order=10_000,
    )
    yield from _each(made, every)


def swap_warnings(candidates: list[Candidate]) -> list[ExtractionWarning]:
    """Return the warning that latitude and longitude were exchanged, if they were."""
    swapped = [c for c in candidates if c.rule == "latitude_and_longitude_swapped"]
    return [
        ExtractionWarning(
            code=WarningCode.LAT_LON_SWAPPED,
            message="Latitude and longitude stand in each other's place; they were exchanged.",
            field="gps_coordinates",
            spans=list(candidate.spans),
        )
        for candidate in swapped[:1]
    ]

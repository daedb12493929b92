"""Lines and areas as SVG paths, in whole pixels and as few letters as it takes. Pure."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

Value = float | None
Point = tuple[int, int]


def stretches(values: Sequence[Value]) -> Iterator[Sequence[tuple[int, float]]]:
    """Yield what was recorded without a gap, each value with its place."""
    places = enumerate(values)
    for is_gap, found in groupby(places, key=lambda pair: pair[1] is None):
        if not is_gap:
            yield [(place, value) for place, value in found if value is not None]


def line_through(points: Sequence[Point]) -> str:
    """Return a path through points from left to right; one that is alone is drawn as a dash."""
    dash = "h2" if len(points) == 1 else ""
    return f"M{points[0][0]} {points[0][1]}{_way(points)}{dash}"


def area_between(top: Sequence[Point], bottom: Sequence[Point]) -> str:
    """Return the outline of what lies between two lines that begin and end at the same x.

    Of a width of nothing it is made as wide as a dash.
    """
    if len(top) == 1:
        (x, y), (_x, below) = top[0], bottom[0]
        return f"M{x - 1} {y}h2V{below}h-2z"
    back = [*reversed(bottom)]
    return f"M{top[0][0]} {top[0][1]}{_way(top)}V{back[0][1]}{_way(back)}z"


def _way(points: Sequence[Point]) -> str:
    """Return the way from the first point to the last; a level stretch of it is one step."""
    said: list[str] = []
    level = 0
    for (x, y), (next_x, next_y) in pairwise(points):
        if next_y == y:
            level += next_x - x
            continue
        if level:
            said.append(f"h{level}")
            level = 0
        said.append(f"l{next_x - x} {next_y - y}")
    if level:
        said.append(f"h{level}")
    return "".join(said)


def stacked(series: Sequence[Sequence[Value]]) -> Sequence[Sequence[Value]]:
    """Return the upper edge of each series laid on those before it.

    A gap in one is a gap in all: the sum is not known there.
    """
    columns = [
        tuple(None for _value in column) if None in column else _sums(column)
        for column in zip(*series, strict=True)
    ]
    return [*zip(*columns, strict=True)] if columns else [() for _one in series]


def _sums(column: Sequence[Value]) -> Sequence[Value]:
    total = 0.0
    sums: list[Value] = []
    for value in column:
        total += value or 0.0
        sums.append(total)
    return tuple(sums)

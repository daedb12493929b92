"""Shapes as SVG path data with whole numbers, north up."""

from collections.abc import Iterator

import shapely
from shapely.geometry.base import BaseGeometry


def path_of(shape: BaseGeometry) -> str:
    """Return the path data of an area or a line whose coordinates are those of the picture."""
    return "".join(_line(ring, is_closed=is_ring) for ring, is_ring in _lines_of(shape))


def _lines_of(shape: BaseGeometry) -> Iterator[tuple[BaseGeometry, bool]]:
    """Yield every line of a shape, and whether it comes back to where it began."""
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            yield part.exterior, True
            yield from ((ring, True) for ring in part.interiors)
        elif part.geom_type == "LineString":
            yield part, False


def _line(line: BaseGeometry, *, is_closed: bool) -> str:
    places = [(round(x), round(y)) for x, y in line.coords]
    start, *others = places[:-1] if is_closed else places
    steps: list[str] = []
    x, y = start
    for to_x, to_y in others:
        if (to_x, to_y) != (x, y):
            # A minus needs no blank before it.
            steps.append(f"{to_x - x} {to_y - y}".replace(" -", "-"))
        x, y = to_x, to_y
    drawn = " ".join(steps).replace(" -", "-")
    return f"M{start[0]} {start[1]}l{drawn or '0 0'}{'z' if is_closed else ''}"

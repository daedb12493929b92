"""The map of Texas: its counties, those with open tickets shaded, each a link.

The outlines are simplified together, so that neighbours keep one border between them.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import shapely
from shapely.affinity import affine_transform

from api.dashboard.maps.drawn import path_of
from domain.boundaries import boundaries
from domain.texas import counties

WIDTH = 280
SIMPLIFIED_BY = 1.2  # units of the picture; one is about 2.8 miles
SHADES = (1, 3, 10, 50)  # a county with so many tickets has the shade of its place here


@dataclass(frozen=True, slots=True)
class Outlines:
    """Path data by the key of a county's name (`county_key`), and the height of the picture."""

    paths: Mapping[str, str]
    height: int


@dataclass(frozen=True, slots=True)
class CountyMark:
    """A county with open tickets, as the map shows it."""

    name: str
    count: int
    path: str
    shade: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Shade:
    """A shade of the map by its place, and how many tickets it means."""

    place: int
    words: str


@dataclass(frozen=True, slots=True)
class TexasMap:
    """The picture: all counties without tickets as one path, the others one by one."""

    width: int
    height: int
    empty: str
    marks: tuple[CountyMark, ...]

    @property
    def count(self) -> int:
        return sum(mark.count for mark in self.marks)

    @property
    def shades(self) -> list[Shade]:
        """What the shades mean, the lightest first."""
        ends = [*(str(more - 1) for more in SHADES[1:]), ""]
        return [
            Shade(place, f"{least} to {last}" if last else f"{least} or more")
            for place, (least, last) in enumerate(zip(SHADES, ends, strict=True), start=1)
        ]


@cache
def outlines() -> Outlines:
    """Draw the counties, once."""
    drawn = boundaries()
    west, south, east, north = shapely.total_bounds(drawn.polygons)
    narrowed = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / ((east - west) * narrowed)

    across = narrowed * scale
    into = [across, 0, 0, -scale, -west * across, north * scale]
    flat = [affine_transform(polygon, into) for polygon in drawn.polygons]
    simple = shapely.coverage_simplify(flat, SIMPLIFIED_BY)
    key_of = {county.fips: key for key, county in counties().items()}
    paths = {
        key_of[county.fips]: path_of(shape)
        for county, shape in zip(drawn.counties, simple, strict=True)
    }
    return Outlines(paths, math.ceil((north - south) * scale))


def texas_map(counts: Mapping[str, int], chosen: str | None = None) -> TexasMap:
    """Return the map; `counts` are open tickets by the key of their county, `chosen` is a key.

    What is no county of Texas is left out.
    """
    drawn = outlines()
    marks = tuple(_marks(counts, chosen))
    marked = {key for key in counts if counts[key]} | ({chosen} if chosen else set())
    empty = "".join(path for key, path in drawn.paths.items() if key not in marked)
    return TexasMap(WIDTH, drawn.height, empty, marks)


def _marks(counts: Mapping[str, int], chosen: str | None) -> Iterator[CountyMark]:
    for key, path in outlines().paths.items():
        count = counts.get(key, 0)
        if count or key == chosen:
            shade = sum(count >= least for least in SHADES)
            yield CountyMark(counties()[key].name, count, path, shade, key == chosen)

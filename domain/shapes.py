"""Shapes as GeoJSON says them: which are read, and how they are written.

A position is longitude first, then latitude, in degrees (WGS-84), kept with six decimals: four
inches, and as many as the Open Ticket Specification takes. A third number is let go.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import shapely
from pydantic import JsonValue
from shapely import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from domain.errors import RejectedError

DECIMALS = 6
ABSURD_DEGREES = 1_000

GeoJson = Mapping[str, JsonValue]
Position = tuple[float, float]
Parts = list[list[list[Position]]]  # polygons, each of rings, each of positions

# How often the coordinates have to be wrapped to be those of a MultiPolygon.
NESTINGS = {"Point": 3, "LineString": 2, "Polygon": 1, "MultiPolygon": 0}


class Box(NamedTuple):
    """What lies between two meridians and two parallels; degrees, in the order of GeoJSON."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, latitude: float, longitude: float) -> bool:
        """Is the point in the box? NaN is nowhere."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north


EARTH = Box(west=-180, south=-90, east=180, north=90)
# A little more than Texas: what is outside is certainly not in Texas; of what is inside, half.
TEXAS_BOX = Box(west=-106.65, south=25.83, east=-93.5, north=36.51)


@dataclass(frozen=True, slots=True)
class Outline:
    """A shape that is well-formed, and perhaps wrong."""

    kind: str
    parts: Parts

    @property
    def is_area(self) -> bool:
        """Is it a polygon, or several?"""
        return self.kind in {"Polygon", "MultiPolygon"}

    def rings(self) -> Iterator[list[Position]]:
        """Yield the rings of all polygons; of a line or a point, its positions."""
        return (ring for part in self.parts for ring in part)

    def shape(self) -> BaseGeometry:
        """Return the shape to be computed with; an open ring is closed."""
        first = self.parts[0][0]
        if self.kind == "Point":
            return Point(first[0])
        if self.kind == "LineString":
            return LineString(first)
        polygons = [Polygon(shell, holes) for shell, *holes in self.parts]
        return polygons[0] if self.kind == "Polygon" else MultiPolygon(polygons)


def geojson_of(shape: BaseGeometry) -> dict[str, JsonValue]:
    """Return a shape in degrees as GeoJSON: six decimals, outer rings counter-clockwise."""
    turned = shapely.orient_polygons(shape)
    drawn: dict[str, JsonValue] = shapely.geometry.mapping(turned)
    return {"type": drawn["type"], "coordinates": _rounded(drawn["coordinates"])}


def read_outline(geojson: GeoJson) -> Outline:
    """Read GeoJSON into positions. Raises `RejectedError` if it is not one of our shapes."""
    kind, nested = geojson.get("type"), geojson.get("coordinates")
    if not isinstance(kind, str) or kind not in NESTINGS:
        raise RejectedError(
            f"{str(kind)[:40]!r} is not a shape that a work site can have.",
            field="geometry",
            remedy="Send a GeoJSON geometry of a type that is accepted.",
            suggested_values=list(NESTINGS),
        )
    for _ in range(NESTINGS[kind]):
        nested = [nested]
    parts = [
        [[_position(one) for one in _items(ring)] for ring in _items(part)]
        for part in _items(nested)
    ]
    return Outline(kind, parts)


def _items(value: JsonValue) -> list[JsonValue]:
    if not isinstance(value, list):
        raise _misshapen()
    return value


def _position(value: JsonValue) -> Position:
    match value:
        case [bool(), *_] | [_, bool(), *_] | [_, _, _, _, *_]:
            raise _misshapen()
        case [int() | float() as longitude, int() | float() as latitude, *_height]:
            return _degrees(longitude), _degrees(latitude)
        case _:
            raise _misshapen()


def _degrees(number: float) -> float:
    """Return what is kept of a number; one that is far too large for a float is infinite."""
    return round(float(number), DECIMALS) if abs(number) < ABSURD_DEGREES else math.inf


def _misshapen() -> RejectedError:
    return RejectedError(
        "The coordinates of the shape are not nested as its type asks.",
        field="geometry",
        remedy="Give each point as [longitude, latitude], and nest them as RFC 7946 says.",
    )


def _rounded(value: JsonValue) -> JsonValue:
    """Round all numbers of nested coordinates."""
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return round(value, DECIMALS) if isinstance(value, float) else value

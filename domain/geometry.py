"""Draws the shape of a site, and measures one.

A shape is given and returned as GeoJSON in degrees (WGS-84, longitude first, six decimals);
lengths are in feet, areas in square feet. Which shapes are read, and what can be wrong with
one, is in `domain.shapes` and `domain.shape_problems`; how a size is written is in
`domain.sizes`. What shapely makes stays in here.
"""

import math
from collections.abc import Sequence

import shapely
from pydantic import JsonValue
from shapely.geometry.base import BaseGeometry

from domain.errors import RejectedError
from domain.location import Geometry, GeometrySource, GeometryType, GPSCoordinate
from domain.plane import MILE_FEET, Plane
from domain.shape_problems import ShapeProblem, problems_in, shape_of
from domain.shapes import DECIMALS, Box, GeoJson, Position, geojson_of
from domain.sizes import Size

BUFFER_FEET_MIN = 0.5  # less is lost in the rounding
BUFFER_FEET_MAX = MILE_FEET
QUARTER_SEGMENTS = 16  # a circle has 64 edges, and lies within 0.13 percent of its radius

# How much of the confidence in a point is left when a size is drawn round it: a circle looks
# the same from all sides, a rectangle may lie otherwise.
CIRCLE_CONFIDENCE = 0.9
RECTANGLE_CONFIDENCE = 0.6

LAWFUL_KINDS = {
    GeometryType.POINT: {"Point"},
    GeometryType.POLYGON: {"Polygon", "MultiPolygon"},
    GeometryType.LINE_BUFFER: {"LineString", "Polygon", "MultiPolygon"},
    GeometryType.CIRCLE: {"Point", "Polygon"},
}


# Drawing.


def point_at(place: GPSCoordinate) -> Geometry:
    """Return the place as a shape. Raises `RejectedError` if a number of it is missing."""
    return _drawn(GeometryType.POINT, _point(place), place)


def site_at(place: GPSCoordinate, size: Size) -> Geometry:
    """Return the site of a described size with the place in its middle.

    How a rectangle lies is not known: its length is taken to run north. That and what else
    was assumed is in `assumptions`. Raises `RejectedError` if a number of the place is missing.
    """
    said = [*size.assumptions, f'The size is taken from "{size.words}".']
    if size.is_round:
        circle = circle_at(place, size.radius_feet)
        return circle.model_copy(update={"assumptions": [*said, *circle.assumptions]})
    middle = _point(place)
    east, north = size.width_feet / 2, size.length_feet / 2
    rectangle = Plane.over(middle).to_degrees(shapely.box(-east, -north, east, north))
    sides = f"{size.width_feet:,.4g} ft from west to east, {size.length_feet:,.4g} ft to north"
    assumptions = [
        *said,
        "The point is taken to be the middle of the site.",
        f"The site is taken to lie north-up: {sides}.",
    ]
    return _drawn(GeometryType.POLYGON, rectangle, place, RECTANGLE_CONFIDENCE, assumptions)


def circle_at(place: GPSCoordinate, radius_feet: float) -> Geometry:
    """Return the circle round a place, as a polygon of 64 edges that run outside it.

    Raises `RejectedError` for a radius that is not from `BUFFER_FEET_MIN` to `BUFFER_FEET_MAX`,
    and if a number of the place is missing.
    """
    circle = _widened(_point(place), radius_feet)
    assumptions = [f"The site is taken to be a circle of {radius_feet:,.4g} ft radius."]
    return _drawn(GeometryType.CIRCLE, circle, place, CIRCLE_CONFIDENCE, assumptions)


def strip_along(
    line: Sequence[Position], buffer_feet: float, source: GeometrySource = GeometrySource.MANUAL
) -> Geometry:
    """Return the strip that reaches so many feet to each side of a line, with round ends.

    Raises `RejectedError` for a line that is none, and for a buffer that is not from
    `BUFFER_FEET_MIN` to `BUFFER_FEET_MAX`.
    """
    route = shape_of({"type": "LineString", "coordinates": _coordinates(line)})
    strip = Geometry(
        geometry_type=GeometryType.LINE_BUFFER,
        geojson=geojson_of(_widened(route, buffer_feet)),
        confidence=1.0,
        geometry_source=source,
        assumptions=[f"The site is taken to reach {buffer_feet:,.4g} ft to each side."],
        buffer_distance_feet=buffer_feet,
    )
    return checked(strip)


def polygon_of(
    corners: Sequence[Position], source: GeometrySource = GeometrySource.MANUAL
) -> Geometry:
    """Return the polygon with these corners; the last may repeat the first, or not.

    Raises `RejectedError` for corners that enclose no site.
    """
    is_closed = corners[:1] == corners[-1:]
    ring = corners if is_closed else [*corners, corners[0]]
    return checked(
        Geometry(
            geometry_type=GeometryType.POLYGON,
            geojson={"type": "Polygon", "coordinates": [_coordinates(ring)]},
            confidence=1.0,
            geometry_source=source,
        )
    )


# Checking.


def problems_of(geometry: Geometry) -> list[ShapeProblem]:
    """Return what is wrong with a shape; it can be used if all of it are warnings."""
    return problems_in(geometry.geojson)


def checked(geometry: Geometry) -> Geometry:
    """Return the shape as it is stored: rings closed, six decimals, area and warnings known.

    Raises `RejectedError` for a shape that cannot be used, and for one that is not what
    `geometry_type` calls it.
    """
    shape = shape_of(geometry.geojson)
    if shape.geom_type not in LAWFUL_KINDS[geometry.geometry_type]:
        raise RejectedError(
            f"A {geometry.geometry_type} cannot be drawn as a {shape.geom_type}.",
            field="geometry",
            remedy="Change the type of the geometry, or draw it otherwise.",
            suggested_values=sorted(LAWFUL_KINDS[geometry.geometry_type]),
        )
    warnings = [problem.sentence for problem in problems_of(geometry)]
    return geometry.model_copy(
        update={
            "geojson": geojson_of(shape),
            "warnings": list(dict.fromkeys([*geometry.warnings, *warnings])),
            "area_square_feet": round(_square_feet(shape), 1),
        }
    )


# Measuring. Each raises `RejectedError` for a shape that cannot be used.


def area_square_feet(geojson: GeoJson) -> float:
    """Return the area; that of a point or a line is 0."""
    return _square_feet(shape_of(geojson))


def buffered(geojson: GeoJson, feet: float) -> dict[str, JsonValue]:
    """Return the shape, wider on all sides by `BUFFER_FEET_MIN` to `BUFFER_FEET_MAX` feet."""
    return geojson_of(_widened(shape_of(geojson), feet))


def bounding_box(geojson: GeoJson) -> Box:
    """Return the smallest box of meridians and parallels round the shape."""
    return Box(*shape_of(geojson).bounds)


def to_wkt(geojson: GeoJson) -> str:
    """Return the shape as Well-Known Text, which the Open Ticket Specification asks for."""
    return shapely.to_wkt(shape_of(geojson), rounding_precision=DECIMALS)


# With shapely, in degrees.


def _point(place: GPSCoordinate) -> BaseGeometry:
    if place.latitude is None or place.longitude is None:
        raise RejectedError(
            "The coordinate is not whole: its latitude or its longitude is missing.",
            field="gps_coordinates",
            remedy="Give both numbers.",
        )
    return shape_of({"type": "Point", "coordinates": [place.longitude, place.latitude]})


def _widened(shape: BaseGeometry, feet: float) -> BaseGeometry:
    """Return the shape with all that is within so many feet of it."""
    if not BUFFER_FEET_MIN <= feet <= BUFFER_FEET_MAX:
        raise RejectedError(
            f"A site cannot reach {feet:,g} ft to each side.",
            field="geometry",
            remedy=f"Give a distance from {BUFFER_FEET_MIN} to {BUFFER_FEET_MAX:,} ft.",
        )
    # The edges touch the arc from outside, so that no mark falls short.
    reach = feet / math.cos(math.pi / 4 / QUARTER_SEGMENTS)
    plane = Plane.over(shape)
    wide = plane.to_degrees(plane.to_feet(shape).buffer(reach, quad_segs=QUARTER_SEGMENTS))
    # To round each number by itself would make small circles cross themselves.
    return shapely.set_precision(wide, 10**-DECIMALS)


def _square_feet(shape: BaseGeometry) -> float:
    return Plane.over(shape).to_feet(shape).area


def _drawn(
    kind: GeometryType,
    shape: BaseGeometry,
    place: GPSCoordinate,
    likelihood: float = 1.0,
    assumptions: Sequence[str] = (),
) -> Geometry:
    """Return what was drawn round a place; it is as sure as the place and the drawing are."""
    confidence = 1.0 if place.confidence is None else place.confidence
    return checked(
        Geometry(
            geometry_type=kind,
            geojson=geojson_of(shape),
            confidence=round(confidence * likelihood, 4),
            geometry_source=GeometrySource(place.source) if place.source else None,
            assumptions=list(assumptions),
        )
    )


def _coordinates(positions: Sequence[Position]) -> list[JsonValue]:
    return [[longitude, latitude] for longitude, latitude in positions]

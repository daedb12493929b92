"""What can be wrong with the shape of a site, in sentences for whoever drew it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import shapely
from shapely.geometry.base import BaseGeometry

from domain.errors import RejectedError
from domain.plane import MILE_FEET, Plane
from domain.shapes import EARTH, TEXAS_BOX, GeoJson, Outline, Position, read_outline

VERTICES_MAX = 5_000  # a mile of river bank, drawn point by point, has about 500
AREA_SQUARE_FEET_MAX = MILE_FEET**2  # no limit is in force; more is rarely meant
THICKNESS_FEET_MIN = 0.2  # less is what rounding makes of a line; six decimals are 0.36 ft

DISTINCT_MIN = {"Point": 1, "LineString": 2, "Polygon": 3, "MultiPolygon": 3}
PLACE = re.compile(r"\[(?P<longitude>[-\d.]{1,30}) (?P<latitude>[-\d.]{1,30})\]")


class ShapeFault(StrEnum):
    """What can be wrong with a shape."""

    NOT_A_SHAPE = "not_a_shape"
    EMPTY = "empty"
    TOO_MANY_POINTS = "too_many_points"
    OUT_OF_RANGE = "out_of_range"
    SWAPPED = "latitude_and_longitude_swapped"
    WRONG_SIGN = "longitude_without_minus"
    NOT_IN_TEXAS = "not_in_texas"
    NOT_CLOSED = "not_closed"
    TOO_FEW_POINTS = "too_few_points"
    NO_AREA = "no_area"
    CROSSES_ITSELF = "crosses_itself"
    MISPLACED_HOLE = "misplaced_hole"
    LARGE = "large"


WARNINGS = frozenset({ShapeFault.NOT_CLOSED, ShapeFault.LARGE})


@dataclass(frozen=True, slots=True)
class ShapeProblem:
    """What is wrong with a shape, and what mends it."""

    fault: ShapeFault
    sentence: str
    remedy: str

    @property
    def is_warning(self) -> bool:
        """Can the shape be used all the same?"""
        return self.fault in WARNINGS


def problems_in(geojson: GeoJson) -> list[ShapeProblem]:
    """Return what is wrong with a shape: at most one fault that forbids it, then warnings.

    What is asked later supposes that what was asked before is right.
    """
    try:
        outline = read_outline(geojson)
    except RejectedError as error:
        return [ShapeProblem(ShapeFault.NOT_A_SHAPE, error.problem, str(error.remedy))]
    warnings: list[ShapeProblem] = []
    for ask in QUESTIONS:
        problem = ask(outline)
        if problem and not problem.is_warning:
            return [problem, *warnings]
        warnings += [problem] if problem else []
    return warnings


def shape_of(geojson: GeoJson) -> BaseGeometry:
    """Return the shape to be computed with, in degrees; an open ring is closed.

    Raises `RejectedError` for the fault that forbids it.
    """
    for problem in problems_in(geojson):
        if not problem.is_warning:
            raise RejectedError(problem.sentence, field="geometry", remedy=problem.remedy)
    return read_outline(geojson).shape()


# The questions, in the order in which they are asked.


def _is_empty(outline: Outline) -> ShapeProblem | None:
    if outline.parts and all(outline.parts) and all(outline.rings()):
        return None
    return ShapeProblem(
        ShapeFault.EMPTY,
        "The shape, or a part of it, has no points.",
        "Draw the shape again, or leave it out.",
    )


def _is_too_long(outline: Outline) -> ShapeProblem | None:
    count = sum(len(ring) for ring in outline.rings())
    if count <= VERTICES_MAX:
        return None
    return ShapeProblem(
        ShapeFault.TOO_MANY_POINTS,
        f"The shape has {count:,} points; at most {VERTICES_MAX:,} are taken.",
        "Simplify the shape, or split the site into several tickets.",
    )


def _is_astray(outline: Outline) -> ShapeProblem | None:
    astray = (
        position
        for ring in outline.rings()
        for position in ring
        if not TEXAS_BOX.holds(longitude=position[0], latitude=position[1])
    )
    return next(map(_place_problem, astray), None)


def _place_problem(position: Position) -> ShapeProblem:
    """Return what is wrong with a position that is not in Texas."""
    longitude, latitude = position
    said = f"[{longitude:g}, {latitude:g}]"
    if TEXAS_BOX.holds(longitude=latitude, latitude=longitude):
        return ShapeProblem(
            ShapeFault.SWAPPED,
            f"The point {said} gives the latitude first.",
            "Give the longitude first: in GeoJSON a point is [longitude, latitude].",
        )
    if TEXAS_BOX.holds(longitude=-longitude, latitude=latitude):
        return ShapeProblem(
            ShapeFault.WRONG_SIGN,
            f"The longitude of the point {said} lacks its minus sign.",
            "Longitudes in Texas lie between -106.65 and -93.5.",
        )
    if not EARTH.holds(longitude=longitude, latitude=latitude):
        return ShapeProblem(
            ShapeFault.OUT_OF_RANGE,
            f"The point {said} is nowhere on earth.",
            "Give degrees: longitudes from -180 to 180, latitudes from -90 to 90.",
        )
    return ShapeProblem(
        ShapeFault.NOT_IN_TEXAS,
        f"The point {said} is not in Texas.",
        "Correct the point; Texas811 takes notices for Texas only.",
    )


def _is_open(outline: Outline) -> ShapeProblem | None:
    if not outline.is_area or all(ring[0] == ring[-1] for ring in outline.rings()):
        return None
    return ShapeProblem(
        ShapeFault.NOT_CLOSED,
        "The outline did not end where it began; it was closed.",
        "Check the edge between the last point and the first.",
    )


def _is_too_short(outline: Outline) -> ShapeProblem | None:
    needed = DISTINCT_MIN[outline.kind]
    if all(len(set(ring)) >= needed for ring in outline.rings()):
        return None
    return ShapeProblem(
        ShapeFault.TOO_FEW_POINTS,
        f"A {outline.kind} needs at least {needed} different points.",
        "Add the missing points.",
    )


def _is_flat(outline: Outline) -> ShapeProblem | None:
    # A bow tie may have no area either, for its halves cancel out: ask for the hull.
    hulls = (part.convex_hull for part in shapely.get_parts(outline.shape()))
    if not outline.is_area or all(_thickness_feet(hull) > THICKNESS_FEET_MIN for hull in hulls):
        return None
    return ShapeProblem(
        ShapeFault.NO_AREA,
        "The outline encloses no area: its points lie on one line.",
        "Draw the outline round the site, or give a line and a buffer.",
    )


def _thickness_feet(hull: BaseGeometry) -> float:
    """Return the width of a long rectangle that has the area and the circumference."""
    in_feet = Plane.over(hull).to_feet(hull)
    return 2 * in_feet.area / in_feet.length


def _is_tangled(outline: Outline) -> ShapeProblem | None:
    shape = outline.shape()
    if not outline.is_area or shape.is_valid:
        return None
    reason = shapely.is_valid_reason(shape)
    if "elf-intersection" in reason:
        return ShapeProblem(
            ShapeFault.CROSSES_ITSELF,
            f"The outline crosses or touches itself{_where(reason)}.",
            "List the corners in the order in which one would walk round the site.",
        )
    return ShapeProblem(
        ShapeFault.MISPLACED_HOLE,
        f"A hole lies outside its outline, or two parts overlap{_where(reason)}.",
        "Leave the holes out, or draw the parts apart.",
    )


def _where(reason: str) -> str:
    """Return the place that GEOS names, in words."""
    found = PLACE.search(reason)
    return (
        f" near latitude {found['latitude']}, longitude {found['longitude']}" if found else ""
    )


def _is_large(outline: Outline) -> ShapeProblem | None:
    square_feet = _square_feet(outline.shape())
    if square_feet <= AREA_SQUARE_FEET_MAX:
        return None
    return ShapeProblem(
        ShapeFault.LARGE,
        f"The shape covers {square_feet / MILE_FEET**2:,.1f} square miles.",
        "Check its corners, or split the site into several tickets.",
    )


def _square_feet(shape: BaseGeometry) -> float:
    return Plane.over(shape).to_feet(shape).area


QUESTIONS: tuple[Callable[[Outline], ShapeProblem | None], ...] = (
    _is_empty,
    _is_too_long,
    _is_astray,
    _is_open,
    _is_too_short,
    _is_flat,
    _is_tangled,
    _is_large,
)

"""Rules on the place as it is on the map: the point and the shape lie in the county they should.

The law asks for words; the point and the polygon are what Texas811 routes by, and a notice that
is routed to the wrong county warns nobody. The drawn borders have a doubt of their own (ADR 0006).
"""

from collections.abc import Iterator

import shapely
from shapely.geometry.base import BaseGeometry

from domain.boundaries import (
    BORDER_DOUBT_MILES,
    BORDER_TOLERANCE_FEET,
    counties_touched,
    county_at,
    feet_outside,
    outline_of,
)
from domain.gaps import GapCategory, GapSeverity
from domain.plane import MILE_FEET, Plane
from domain.rules.case import SUGGESTED_VALUES_MAX, Case, Problem
from domain.shape_problems import ShapeFault
from domain.shapes import GeoJson
from domain.texas import County

BORDER_DOUBT_FEET = BORDER_DOUBT_MILES * MILE_FEET

# What a place on the map is called in a sentence, and in the code of a problem.
WORD_FOR = {"gps_coordinates": "point", "geometry": "shape"}
CODE_FOR = {"gps_coordinates": "point", "geometry": "geometry"}


def the_point_is_in_its_county(case: Case) -> Iterator[Problem]:
    """Yield a point that is not in Texas, or not in the county that is stated."""
    if case.point is None:
        return
    feet = feet_outside(case.county, *case.point) if case.county else 0.0
    if case.county and feet <= BORDER_TOLERANCE_FEET:
        return
    if case.county and feet <= BORDER_DOUBT_FEET:
        yield _near_border(case.county, "gps_coordinates", feet)
        return
    actual = county_at(*case.point)
    if actual is None:
        yield _outside_texas(*case.point)
    elif case.county:
        yield _in_other_county(case.county, actual, "gps_coordinates", feet)


def the_shape_can_be_used(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with the shape itself, in the words of whoever can mend it."""
    for found in case.shape_problems:
        yield Problem(
            field="geometry",
            problem=found.fault,
            category=GapCategory.VALIDATION_RULE,
            severity=GapSeverity.WARNING if found.is_warning else GapSeverity.REQUIRED,
            description=found.sentence,
            prompt=f"{found.sentence} {found.remedy}",
        )


def the_shape_is_in_its_county(case: Case) -> Iterator[Problem]:
    """Yield a shape that is in two counties, in another than stated, or not in Texas."""
    shape, geometry = case.shape, case.ticket.geometry
    if shape is None or geometry is None:
        return
    # Nearly every shape lies inside of its county: that is seen without measuring anything.
    if case.county and outline_of(case.county).covers(shape):
        return
    touched = _counties_of(shape, geometry.geojson)
    if len(touched) > 1:
        yield _in_two_counties(touched)
    elif not touched:
        yield _shape_outside_texas("lies outside of Texas")
    else:
        yield from _in_one_county(case, touched[0], shape)


def _in_one_county(case: Case, actual: County, shape: BaseGeometry) -> Iterator[Problem]:
    """Judge a shape that no other county holds, and that its own does not hold wholly."""
    stated = case.county or actual
    feet = _feet_beyond(stated, shape)
    if feet <= BORDER_TOLERANCE_FEET:
        return
    if feet <= BORDER_DOUBT_FEET:
        yield _near_border(stated, "geometry", feet)
    elif actual == stated:
        yield _shape_outside_texas("reaches out of Texas")
    else:
        yield _in_other_county(stated, actual, "geometry", feet)


def _counties_of(shape: BaseGeometry, geojson: GeoJson) -> list[County]:
    """Return the counties in which a shape lies, without measuring if it lies well in one."""
    middle = shape.representative_point()
    county = county_at(middle.y, middle.x)
    if county and outline_of(county).covers(shape):
        return [county]
    return counties_touched(geojson)


def _feet_beyond(county: County, shape: BaseGeometry) -> float:
    """Return how far the corners of a shape reach out of a county."""
    plane = Plane.over(shape)
    corners = shapely.points(shapely.get_coordinates(plane.to_feet(shape)))
    return float(shapely.distance(plane.to_feet(outline_of(county)), corners).max())


# What is said.


def _near_border(county: County, field: str, feet: float) -> Problem:
    return Problem(
        field=field,
        problem=f"{CODE_FOR[field]}_near_border",
        category=GapCategory.BUSINESS_RULE,
        severity=GapSeverity.WARNING,
        description=f"The {WORD_FOR[field]} seems to lie up to {feet:,.0f} feet outside of "
        f"{county.name} County; so near to a border the drawn counties cannot tell.",
        prompt=f"Is the site in {county.name} County, yes or no? If not, in which county is it?",
        suggested_values=(county.name,),
    )


def _in_other_county(stated: County, actual: County, field: str, feet: float) -> Problem:
    place = WORD_FOR[field]
    says = (
        f"The {place} is in {actual.name} County, {feet / MILE_FEET:,.1f} miles outside of "
        f"{stated.name} County."
    )
    return Problem(
        field=field,
        problem=f"{CODE_FOR[field]}_in_other_county",
        category=GapCategory.BUSINESS_RULE,
        severity=GapSeverity.REQUIRED,
        description=says,
        prompt=f"{says} Which is right: the {place}, or {stated.name} County?",
        suggested_values=(actual.name,),
    )


def _outside_texas(latitude: float, longitude: float) -> Problem:
    """Say that a point is not in Texas, and what it may have meant.

    Latitude and longitude cannot be swapped here: no longitude of Texas is a latitude.
    """
    says = f"The point {latitude:g}, {longitude:g} is not in Texas."
    mended: tuple[str, ...] = ()
    if longitude > 0 and county_at(latitude, -longitude):
        says += " Its longitude lacks the minus sign."
        mended = (f"{latitude}, {-longitude}",)
    asks = f"Is it {mended[0]}?" if mended else "What are the coordinates of the site?"
    return Problem(
        field="gps_coordinates",
        problem="outside_texas",
        category=GapCategory.VALIDATION_RULE,
        severity=GapSeverity.REQUIRED,
        description=says,
        prompt=f"{says} {asks}",
        suggested_values=mended,
    )


def _shape_outside_texas(where: str) -> Problem:
    return Problem(
        field="geometry",
        problem=ShapeFault.NOT_IN_TEXAS,
        category=GapCategory.VALIDATION_RULE,
        severity=GapSeverity.REQUIRED,
        description=f"The shape {where}.",
        prompt=f"The shape {where}. Draw what is in Texas; Texas811 takes no other notices.",
    )


def _in_two_counties(touched: list[County]) -> Problem:
    names = [county.name for county in touched]
    listed = " and ".join(names[:SUGGESTED_VALUES_MAX])
    return Problem(
        field="geometry",
        problem="geometry_in_two_counties",
        category=GapCategory.BUSINESS_RULE,
        severity=GapSeverity.REQUIRED,
        description=f"The shape reaches into {len(names)} counties: {listed}.",
        prompt=f"Which county is this ticket for: {' or '.join(names[:SUGGESTED_VALUES_MAX])}? "
        "Draw only the part in that county; the other part needs a ticket of its own.",
        suggested_values=tuple(names[:SUGGESTED_VALUES_MAX]),
    )

"""Which county of Texas a place is in, by the polygons of `texas_counties.geojson`.

How the polygons were made, and how far they can be trusted, is in docs/adr/0006. Water beyond
the coast is no county.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import shapely
from shapely import Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from domain.plane import MILE_FEET, Plane
from domain.shape_problems import shape_of
from domain.shapes import TEXAS_BOX, GeoJson
from domain.texas import County, counties

# What our own drawing may be off: no border was moved by more than 52 feet when it was
# simplified and rounded. Nearer than this is on the border.
BORDER_TOLERANCE_FEET = 60
# What the source may be off: it draws a river by a point every 3,400 feet, and along the Rio
# Grande 95 percent of the real border is within 2,229 feet of the drawn one. A point that is
# outside its county by less deserves a question, not a refusal.
BORDER_DOUBT_MILES = 0.5

# More degrees than BORDER_TOLERANCE_FEET anywhere in Texas: finds the borders worth measuring.
NEARBY_DEGREES = 0.001
FAR_DEGREES = 0.1


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The counties in the order of their FIPS codes, their polygons, and an index of them."""

    counties: tuple[County, ...]
    polygons: tuple[Polygon, ...]
    index: STRtree

    def near(self, area: BaseGeometry) -> list[int]:
        """Return where the counties stand whose bounding box touches that of the area."""
        return sorted(self.index.query(area).tolist())


@cache
def boundaries() -> Boundaries:
    """Read the polygons, once."""
    text = files("domain").joinpath("texas_counties.geojson").read_text(encoding="utf-8")
    features = json.loads(text)["features"]
    by_fips = {county.fips: county for county in counties().values()}
    # No county has a hole.
    polygons = tuple(Polygon(feature["geometry"]["coordinates"][0]) for feature in features)
    shapely.prepare(polygons)
    return Boundaries(
        counties=tuple(by_fips[feature["properties"]["fips"]] for feature in features),
        polygons=polygons,
        index=STRtree(polygons),
    )


@cache
def outline_of(county: County) -> Polygon:
    """Return the outline of a county in degrees."""
    drawn = boundaries()
    return drawn.polygons[drawn.counties.index(county)]


def county_at(latitude: float, longitude: float) -> County | None:
    """Return the county in which a point is, or None where there is no county of Texas.

    On a border it is the county with the lower FIPS code; just outside Texas, by less than
    `BORDER_TOLERANCE_FEET`, it is the nearest.
    """
    if not TEXAS_BOX.holds(latitude, longitude):
        return None
    drawn = boundaries()
    near = drawn.near(_surroundings(latitude, longitude))
    for one in near:
        if shapely.intersects_xy(drawn.polygons[one], longitude, latitude):
            return drawn.counties[one]
    return _nearest([drawn.counties[one] for one in near], latitude, longitude)


def is_far_outside(latitude: float, longitude: float) -> bool:
    """Is no county of Texas within `FAR_DEGREES` of a point, about six miles?"""
    around = shapely.Point(longitude, latitude).buffer(FAR_DEGREES)
    drawn = boundaries()
    return not any(drawn.polygons[one].intersects(around) for one in drawn.near(around))


def is_in_county(county: County, latitude: float, longitude: float) -> bool:
    """Is the point in the county, or on its border within `BORDER_TOLERANCE_FEET`?"""
    return feet_outside(county, latitude, longitude) <= BORDER_TOLERANCE_FEET


def miles_outside(county: County, latitude: float, longitude: float) -> float:
    """Return how many miles a point is from the county, 0 inside it.

    Up to `BORDER_DOUBT_MILES` the polygons cannot tell. Far away it is a rough number: a
    hundred miles off by one or two.
    """
    return feet_outside(county, latitude, longitude) / MILE_FEET


def feet_outside(county: County, latitude: float, longitude: float) -> float:
    """Return how many feet a point is from the county, 0 inside it."""
    polygon = outline_of(county)
    if shapely.intersects_xy(polygon, longitude, latitude):
        return 0.0
    return Plane.at(latitude, longitude).to_feet(polygon).distance(shapely.Point(0, 0))


def counties_touched(geojson: GeoJson) -> list[County]:
    """Return the counties in which a shape lies, by FIPS code.

    A county is left out if the shape reaches into it by less than `BORDER_TOLERANCE_FEET`;
    a shape that is nowhere deeper than that is in the county of its middle.
    Raises `RejectedError` for a shape that is none (`domain.shape_problems`).
    """
    site = shape_of(geojson)
    drawn = boundaries()
    plane = Plane.over(site)
    deep = [
        drawn.counties[one]
        for one in drawn.near(site)
        if _inner(plane.to_feet(drawn.polygons[one])).intersects(plane.to_feet(site))
    ]
    middle = site.representative_point()
    nearest = county_at(middle.y, middle.x)
    return deep or [county for county in (nearest,) if county]


def _inner(county: BaseGeometry) -> BaseGeometry:
    """Return a county in feet without what is on its border."""
    return county.buffer(-BORDER_TOLERANCE_FEET)


def _surroundings(latitude: float, longitude: float) -> Polygon:
    """Return a box round a point that reaches `NEARBY_DEGREES` to each side."""
    return shapely.box(
        longitude - NEARBY_DEGREES,
        latitude - NEARBY_DEGREES,
        longitude + NEARBY_DEGREES,
        latitude + NEARBY_DEGREES,
    )


def _nearest(near: Iterable[County], latitude: float, longitude: float) -> County | None:
    """Return the nearest of some counties, if it is within `BORDER_TOLERANCE_FEET`."""
    distances = {county: feet_outside(county, latitude, longitude) for county in near}
    nearest = min(distances, key=distances.__getitem__, default=None)
    within = nearest and distances[nearest] <= BORDER_TOLERANCE_FEET
    return nearest if within else None

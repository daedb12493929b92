"""Where a ticket's work site is: its place in the county, and what it looks like from near.

North is up. A picture is drawn in units of which `SIDE` make its longer side.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import shapely
from shapely.affinity import affine_transform
from shapely.geometry.base import BaseGeometry

from api.dashboard.maps.drawn import path_of
from domain.boundaries import outline_of
from domain.errors import RejectedError
from domain.plane import MILE_FEET, Plane
from domain.shape_problems import shape_of
from domain.texas import County, find_county
from domain.ticket import Ticket

SIDE = 200
MARGIN = 16
BAR_SHARE_MAX = 0.4  # of the width
NEAR_FEET_MIN = 200  # a single point is shown with so much round it
ROUND_LENGTHS = (1, 2, 5)
DOT_RADIUS_MIN = 4


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A length in the picture, and what it is on the ground."""

    units: int
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One drawing: what is drawn, and how long a foot is in it.

    `site` is empty where the site is a point, or too small to be seen: `dot` shows it then.
    """

    width: int
    height: int
    county: str
    site: str
    dot: tuple[int, int]
    bar: ScaleBar


@dataclass(frozen=True, slots=True)
class SiteMap:
    """A site in its county and from near, with words for whoever sees neither."""

    in_county: Picture | None
    near: Picture
    county: str | None
    middle: str
    said: str


def site_map(ticket: Ticket) -> SiteMap | None:
    """Return the pictures of a ticket's site; None where no place is known, or none that can be."""
    site = _site_of(ticket)
    if site is None:
        return None
    plane, county = Plane.over(site), find_county(ticket.county or "")
    flat = plane.to_feet(site)
    outline = plane.to_feet(outline_of(county)) if county else None
    middle = site.centroid
    where = f"{middle.y:.5f}, {middle.x:.5f}"
    return SiteMap(
        in_county=_picture(flat, outline, outline.union(flat)) if outline else None,
        near=_picture(flat, outline, _surroundings(flat)),
        county=county.name if county else None,
        middle=where,
        said=_said(flat, county, where),
    )


def _site_of(ticket: Ticket) -> BaseGeometry | None:
    """Return the site in degrees: its shape, or its point."""
    place = ticket.gps_coordinates
    if ticket.geometry:
        try:
            return shape_of(ticket.geometry.geojson)
        except RejectedError:  # a gap asks for a shape that is one
            return None
    if place and place.latitude is not None and place.longitude is not None:
        return shapely.Point(place.longitude, place.latitude)
    return None


def _surroundings(site: BaseGeometry) -> BaseGeometry:
    """Return a square round the site that leaves some room on each side, in feet."""
    west, south, east, north = site.bounds
    reach = max(east - west, north - south, NEAR_FEET_MIN) * 0.7
    x, y = (west + east) / 2, (south + north) / 2
    return shapely.box(x - reach, y - reach, x + reach, y + reach)


def _picture(site: BaseGeometry, county: BaseGeometry | None, shown: BaseGeometry) -> Picture:
    """Return the drawing of what is shown, in feet; the county is cut off at its frame."""
    west, south, east, north = shown.bounds
    scale = (SIDE - 2 * MARGIN) / max(east - west, north - south)
    width = round((east - west) * scale) + 2 * MARGIN
    height = round((north - south) * scale) + 2 * MARGIN
    into = [scale, 0, 0, -scale, MARGIN - west * scale, MARGIN + north * scale]
    frame = shapely.box(-MARGIN, -MARGIN, width + MARGIN, height + MARGIN)
    drawn_site = affine_transform(site, into)
    middle = drawn_site.centroid
    outline = affine_transform(county, into).simplify(0.7) if county else shapely.Point()
    return Picture(
        width=width,
        height=height,
        county=path_of(shapely.intersection(outline, frame)),
        site=path_of(drawn_site) if drawn_site.length > 4 * DOT_RADIUS_MIN else "",
        dot=(round(middle.x), round(middle.y)),
        bar=_bar(width, scale),
    )


def _bar(width: int, scale: float) -> ScaleBar:
    """Return the longest round length that has room: in miles, or where they are many, in feet."""
    feet_max = width * BAR_SHARE_MAX / scale
    if feet_max >= MILE_FEET:
        miles = _round_length(feet_max / MILE_FEET)
        return ScaleBar(round(miles * MILE_FEET * scale), f"{miles:g} mi")
    feet = _round_length(feet_max)
    return ScaleBar(round(feet * scale), f"{feet:g} ft")


def _round_length(longest: float) -> float:
    power = 10.0 ** math.floor(math.log10(longest))
    return max(first * power for first in ROUND_LENGTHS if first * power <= longest)


def _said(site: BaseGeometry, county: County | None, where: str) -> str:
    """Return in words what the pictures show."""
    return " ".join(_sentences(site, county, where))


def _sentences(site: BaseGeometry, county: County | None, where: str) -> Iterator[str]:
    yield f"Work site at {where}" + (f" in {county.name} County." if county else ".")
    west, south, east, north = site.bounds
    if site.length:
        yield f"It is about {east - west:,.0f} ft wide and {north - south:,.0f} ft from south to north."

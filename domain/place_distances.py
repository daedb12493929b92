"""How far towns, ZIP codes and points of Texas are from the counties, and from each other.

Of a town only the middles of its ZIP codes are known (`domain.places`), so each distance is one
from a middle, in statute miles.
"""

from functools import lru_cache

from shapely import Point

from domain.boundaries import county_at, outline_of
from domain.places import Place, town_key, towns
from domain.plane import MILE_FEET, Plane
from domain.texas import County, find_county

# A town or a ZIP code whose middle is nearer to a border than this may reach over it: only the
# middle is known, and most are not wider than that.
REACH_MILES = 3.0


def miles_inside(county: County, latitude: float, longitude: float) -> float:
    """Return how many miles a point is from the border of the county around it, 0 outside it."""
    if county_at(latitude, longitude) is not county:
        return 0.0
    border = Plane.at(latitude, longitude).to_feet(outline_of(county).exterior)
    return border.distance(Point(0, 0)) / MILE_FEET


# Asked of the middles of ZIP codes, which are a few thousand and always the same.
@lru_cache(4_096)
def is_well_inside(county: County, latitude: float, longitude: float) -> bool:
    """Is a point in a county, and farther from its border than a town reaches?"""
    return miles_inside(county, latitude, longitude) > REACH_MILES


def miles_from_county(of_place: tuple[Place, ...], county: County) -> float:
    """Return how far the nearest of some ZIP codes is from a county, 0 if its middle is inside."""
    outline = outline_of(county)
    plane = Plane.over(outline)
    drawn = plane.to_feet(outline)
    middles = [plane.to_feet(Point(one.longitude, one.latitude)) for one in of_place]
    return min(drawn.distance(middle) for middle in middles) / MILE_FEET


def miles_from_town(name: str, latitude: float, longitude: float) -> float | None:
    """Return how far a point is from the middle of the nearest ZIP code of a town."""
    plane = Plane.at(latitude, longitude)
    distances = [
        plane.to_feet(Point(place.longitude, place.latitude)).distance(Point(0, 0)) / MILE_FEET
        for place in towns().get(town_key(name), ())
    ]
    return min(distances, default=None)


def middle_of_county(name: str) -> tuple[float, float] | None:
    """Return latitude and longitude of a point well inside a county, in degrees."""
    county = find_county(name)
    if county is None:
        return None
    point = outline_of(county).representative_point()
    return round(point.y, 5), round(point.x, 5)

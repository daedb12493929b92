"""A flat map of one place in feet, on which a site can be drawn and measured.

Longitudes and latitudes are stretched by the radii of the WGS-84 ellipsoid where the map is
centred. Over a site of one mile a distance is wrong by less than a foot in a mile, which is
about the last digit of a coordinate with six decimals; the error grows with the square of the
site. Feet are international feet of 0.3048 m.
"""

import math
from dataclasses import dataclass
from typing import Self

from shapely import Point
from shapely.affinity import affine_transform
from shapely.geometry.base import BaseGeometry

FOOT_METERS = 0.3048
MILE_FEET = 5280

# WGS-84 (NIMA TR8350.2, table 3.1): semi-major axis in metres, and flattening.
EQUATOR_METERS = 6_378_137.0
FLATTENING = 1 / 298.257223563
ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING)


@dataclass(frozen=True, slots=True)
class Plane:
    """The map round one point: east and north in feet, with the point at zero."""

    latitude: float
    longitude: float
    latitude_degree_feet: float
    longitude_degree_feet: float

    @classmethod
    def at(cls, latitude: float, longitude: float) -> Self:
        """Return the map centred here; degrees, WGS-84."""
        sine, cosine = math.sin(math.radians(latitude)), math.cos(math.radians(latitude))
        # The ellipsoid is rounder along the meridian than across it.
        bulge = 1 - ECCENTRICITY_SQUARED * sine**2
        across = EQUATOR_METERS / math.sqrt(bulge)
        along = across * (1 - ECCENTRICITY_SQUARED) / bulge
        degree = math.pi / 180 / FOOT_METERS
        return cls(latitude, longitude, along * degree, across * cosine * degree)

    @classmethod
    def over(cls, shape: BaseGeometry) -> Self:
        """Return the map centred in the middle of a shape that is in degrees."""
        middle: Point = shape.centroid
        return cls.at(middle.y, middle.x)

    def to_feet(self, shape: BaseGeometry) -> BaseGeometry:
        """Return the shape in feet east and north of the centre."""
        east, north = self.longitude_degree_feet, self.latitude_degree_feet
        return affine_transform(
            shape, [east, 0, 0, north, -self.longitude * east, -self.latitude * north]
        )

    def to_degrees(self, shape: BaseGeometry) -> BaseGeometry:
        """Return a shape of this map in degrees of longitude and latitude."""
        east, north = 1 / self.longitude_degree_feet, 1 / self.latitude_degree_feet
        return affine_transform(shape, [east, 0, 0, north, self.longitude, self.latitude])

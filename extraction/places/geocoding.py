"""Geocoding: a point for a place that is only told in words, as a suggestion and never more.

The port is `Geocoder`: `read(..., geocoder=...)` takes another. The only one that ships looks nothing up in the network: it knows
the middle of ZIP codes, towns and counties of Texas. How likely the middle of a place is the
site falls with its size; it is far below what is filled in without a person.
"""

import math
from dataclasses import dataclass
from typing import Protocol

from pydantic import JsonValue

from domain.extraction import Finding, Span
from domain.location import CoordinateSource
from domain.places import counties_of_town, middle_of_town, middle_of_zip, town_key, towns
from domain.texas import find_county
from extraction.places.localities import Locality
from extraction.values.coordinates import Point

CONFIDENCE_MAX = 0.55  # below what is taken: a person has to look at a point that nobody gave
CONFIDENCE_MIN = 0.02
RADIUS_OF_A_TOWN = 2.0  # miles from its middle, at least
PRODUCER = "geocode"
ZIP_RULE, TOWN_RULE, COUNTY_RULE = (
    "middle_of_the_zip",
    "middle_of_the_town",
    "middle_of_the_county",
)
RULES = {TOWN_RULE: "city", COUNTY_RULE: "county"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A place in words, as far as it is known."""

    address: str | None = None
    city: str | None = None
    county: str | None = None
    zip: str | None = None


@dataclass(frozen=True, slots=True)
class Located:
    """A point for a place, how far the site may be from it, and what the point is."""

    latitude: float
    longitude: float
    radius_miles: float
    rule: str

    @property
    def confidence(self) -> float:
        """Return how likely the point is within a mile of the site, 0 to 0.55."""
        share = 1 / (1 + self.radius_miles)
        return round(max(CONFIDENCE_MIN, min(CONFIDENCE_MAX, share)), 3)


class Geocoder(Protocol):
    """What finds a point for a place; it raises nothing, and gives None if it does not know."""

    def locate(self, asked: Asked) -> Located | None:
        """Return a point in Texas for this place."""


class MiddleOfPlaces:
    """The geocoder without a network: the middle of the smallest place that is named."""

    def locate(self, asked: Asked) -> Located | None:
        return (
            _of_zip(asked.zip) or _of_town(asked.city, asked.county) or _of_county(asked.county)
        )


def _of_zip(code: str | None) -> Located | None:
    from domain.place_distances import REACH_MILES

    middle = middle_of_zip(code) if code else None
    return Located(*middle, REACH_MILES, ZIP_RULE) if middle else None


def _of_town(name: str | None, county: str | None) -> Located | None:
    """Return the middle of a town, unless the county that is named with it lies elsewhere."""
    middle = middle_of_town(name) if name else None
    if middle is None or name is None:
        return None
    if county and county not in counties_of_town(name):
        return None
    width = max(
        _apart(middle, (one.latitude, one.longitude)) for one in towns()[town_key(name)]
    )
    return Located(*middle, max(RADIUS_OF_A_TOWN, width), TOWN_RULE)


def _of_county(name: str | None) -> Located | None:
    from domain.boundaries import outline_of
    from domain.place_distances import middle_of_county
    from domain.plane import MILE_FEET, Plane

    middle, found = (middle_of_county(name), find_county(name)) if name else (None, None)
    if middle is None or found is None:
        return None
    area = Plane.at(*middle).to_feet(outline_of(found)).area / MILE_FEET**2
    return Located(*middle, math.sqrt(area / math.pi), COUNTY_RULE)


def _apart(one: Point, other: Point) -> float:
    """Return how many miles two points are apart, roughly."""
    north = (one[0] - other[0]) * 69.0
    east = (one[1] - other[1]) * 69.0 * math.cos(math.radians(one[0]))
    return math.hypot(north, east)


def with_suggested_point(
    findings: dict[str, Finding], locality: Locality, geocoder: Geocoder
) -> dict[str, Finding]:
    """Return the findings with a suggested point, if the document gives none and is in Texas."""
    if not locality.is_texas or "gps_coordinates" in findings:
        return findings
    asked = Asked(
        address=_taken(findings, "address"),
        city=_taken(findings, "city"),
        county=_taken(findings, "county"),
        zip=str(locality.zip.value) if locality.zip else None,
    )
    found = geocoder.locate(asked)
    words = _words_for(found.rule, findings, locality) if found else ()
    if found is None or not words:
        return findings
    return {**findings, "gps_coordinates": _suggested(found, words)}


def _words_for(rule: str, findings: dict[str, Finding], locality: Locality) -> tuple[Span, ...]:
    """Return the words that a point follows from; those of the address for a foreign rule."""
    if rule == ZIP_RULE:
        return locality.zip.spans if locality.zip else ()
    finding = findings.get(RULES.get(rule, "address")) or findings.get("city")
    return tuple(finding.spans) if finding else ()


def _taken(findings: dict[str, Finding], name: str) -> str | None:
    finding = findings.get(name)
    return str(finding.value) if finding and finding.is_taken else None


def _suggested(found: Located, words: tuple[Span, ...]) -> Finding:
    value: dict[str, JsonValue] = {
        "latitude": found.latitude,
        "longitude": found.longitude,
        "source": CoordinateSource.GEOCODED.value,
    }
    return Finding(
        value=value,
        confidence=found.confidence,
        producer=PRODUCER,
        rule=found.rule,
        spans=list(words),
    )


OFFLINE = MiddleOfPlaces()

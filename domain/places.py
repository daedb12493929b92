"""Places of Texas: the towns and ZIP codes that mail goes to, the counties they lie in, their middle.

A table of 2,595 ZIP codes with their names, made from the MIT-licensed data of the package
`zipcodes` 3.0. A ZIP code is given its main county, so a town at a border may have a share in a
county that is not named here: what the table says is a suggestion, never a verdict.
"""

import csv
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import fmean

from domain.texas import COUNTY_OF_NAMESAKE, find_county

STANDARD = "S"  # a ZIP code of streets; P is one of boxes, U one of a single receiver
SAINTS = {"ft": "fort", "mt": "mount", "st": "saint"}
LETTERS = re.compile(r"[^a-z]+")


@dataclass(frozen=True, slots=True)
class Place:
    """A ZIP code: its main county, its middle in degrees, and the names that mail may bear."""

    zip: str
    county: str
    latitude: float
    longitude: float
    kind: str
    names: tuple[str, ...]


@cache
def places() -> dict[str, Place]:
    """Return all ZIP codes of Texas, by code."""
    text = files("domain").joinpath("texas_places.csv").read_text(encoding="utf-8")
    return {
        row["zip"]: Place(
            zip=row["zip"],
            county=row["county"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            kind=row["kind"],
            names=tuple(row["names"].split("|")),
        )
        for row in csv.DictReader(text.splitlines())
    }


def town_key(name: str) -> str:
    """Reduce a spelling to what tells towns apart: `FT. WORTH` and `Fort Worth` are one."""
    words = LETTERS.sub(" ", name.lower()).split()
    return "".join(SAINTS.get(word, word) for word in words)


@cache
def towns() -> dict[str, tuple[Place, ...]]:
    """Return the ZIP codes of each town, by the key of its name."""
    found: dict[str, list[Place]] = {}
    for place in places().values():
        for name in place.names:
            found.setdefault(town_key(name), []).append(place)
    return {key: tuple(of_town) for key, of_town in found.items()}


def is_town(name: str) -> bool:
    """Return whether mail goes to a town of this name in Texas."""
    return town_key(name) in towns()


def counties_of_town(name: str) -> tuple[str, ...]:
    """Return the counties in which a town lies, the one with most of its ZIP codes first."""
    of_town = towns().get(town_key(name), ())
    streets = [place for place in of_town if place.kind == STANDARD] or of_town
    counted = Counter(place.county for place in streets)
    known = COUNTY_OF_NAMESAKE.get(_county_named_like(name))
    ranked = sorted(counted, key=lambda county: (county != known, -counted[county], county))
    return tuple(ranked)


def _county_named_like(name: str) -> str:
    county = find_county(name)
    return county.name if county else ""


def county_of_zip(code: str) -> str | None:
    """Return the main county of a ZIP code, given with or without its four more digits."""
    place = places().get(code[:5])
    return place.county if place else None


def middle_of_town(name: str) -> tuple[float, float] | None:
    """Return latitude and longitude of the middle of a town, in degrees."""
    of_town = towns().get(town_key(name))
    return _middle(of_town) if of_town else None


def middle_of_zip(code: str) -> tuple[float, float] | None:
    """Return latitude and longitude of the middle of a ZIP code, in degrees."""
    place = places().get(code[:5])
    return (place.latitude, place.longitude) if place else None


def _middle(of_town: tuple[Place, ...]) -> tuple[float, float]:
    streets = [place for place in of_town if place.kind == STANDARD] or of_town
    return (
        round(fmean(place.latitude for place in streets), 5),
        round(fmean(place.longitude for place in streets), 5),
    )

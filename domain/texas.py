"""Texas: its 254 counties, their FIPS codes and their time zones.

The table is the list of 2020 (254 rows, FIPS 48001 to 48507, odd numbers only). All counties
keep Central time but El Paso and Hudspeth, which keep Mountain time.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

from domain.errors import RejectedError

CENTER_ZONE = "America/Chicago"  # the one-call center works in Dallas
SUGGESTIONS_MAX = 3
SHOWN_CHARACTERS_MAX = 80
SUGGESTION_LIKENESS_MIN = 70  # percent; below this a name is not worth offering

# Cities that bear the name of another county than the one in which they lie, or mostly lie: those
# that are known to us, not all. Who says the bare name may mean either.
COUNTY_OF_NAMESAKE = {
    "Anderson": "Grimes", "Austin": "Travis", "Bailey": "Fannin", "Bowie": "Montague",
    "Burleson": "Johnson", "Caldwell": "Burleson", "Cameron": "Milam", "Crockett": "Houston",
    "Crosby": "Harris", "Dawson": "Navarro", "Ector": "Fannin", "Franklin": "Robertson",
    "Hardin": "Liberty", "Hemphill": "Sabine", "Henderson": "Rusk", "Houston": "Harris",
    "Jefferson": "Marion", "Kenedy": "Karnes", "Live Oak": "Bexar", "Marion": "Guadalupe",
    "Parker": "Collin", "Pecos": "Reeves", "Rusk": "Cherokee", "Sherman": "Grayson",
    "Taylor": "Williamson", "Terrell": "Kaufman", "Tyler": "Smith", "Wilson": "Lynn",
    "Yoakum": "Lavaca",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class County:
    """A county of Texas: official name, FIPS code, and IANA zone of its wall clocks."""

    name: str
    fips: str
    timezone: str


@cache
def counties() -> dict[str, County]:
    """Return all 254 counties by the key of their name (`county_key`)."""
    text = files("domain").joinpath("texas_counties.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {county_key(row["name"]): County(**row) for row in rows}


def county_key(name: str) -> str:
    """Reduce a spelling to what tells counties apart: `De Witt County` and `DEWITT` are one."""
    letters = re.sub(r"[^a-z]", "", name.lower())
    return letters.removesuffix("county")


def find_county(name: str) -> County | None:
    """Return the county of this name, in any case and spacing, with or without "County"."""
    return counties().get(county_key(name))


def required_county(name: str) -> County:
    """Return the county of this name. Raises RejectedError, with the likely ones, if none is."""
    county = find_county(name)
    if county is None:
        likely = suggest_counties(name)
        raise RejectedError(
            f"{name[:SHOWN_CHARACTERS_MAX]!r} is not a county of Texas.",
            field="county",
            remedy=f"Did you mean {' or '.join(likely)}?" if likely else "Name one of the 254.",
            suggested_values=likely,
        )
    return county


@cache
def zone_named(name: str) -> ZoneInfo:
    """Return the IANA zone of this name."""
    return ZoneInfo(name)


def suggest_counties(name: str) -> list[str]:
    """Return the names most like a misspelt one, the likeliest first, at most three."""
    likely = process.extract(
        county_key(name),
        list(counties()),
        scorer=fuzz.ratio,
        limit=SUGGESTIONS_MAX,
        score_cutoff=SUGGESTION_LIKENESS_MIN,
    )
    return [counties()[key].name for key, _likeness, _index in likely]

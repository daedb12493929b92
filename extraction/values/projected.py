"""Projected coordinates: metres of UTM and feet of the Texas state plane, if they are called so.

Numbers of such a kind look like any others: they are read only beside the name of their system
and zone. The formulas are those of J. P. Snyder, Map Projections, USGS 1395 (1987); the zones
are those of NAD 83 (Tex. Nat. Res. Code 21.071). A result is good to a metre.
"""

import math
import re
from collections.abc import Iterator

Point = tuple[float, float]

AXIS = 6_378_137.0  # of the ellipsoid GRS 80, in metres; WGS 84 has the same
FLATTENING = 1 / 298.257222101
E2 = FLATTENING * (2 - FLATTENING)
US_FOOT = 1200 / 3937  # of a metre
UTM_SCALE, UTM_EAST = 0.9996, 500_000.0
CHARACTERS_MAX = 4_000

NUMBER = r"(\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,6})?|\d{6,8}(?:\.\d{1,6})?)"
BESIDE = r"[^\d]{1,30}"
UTM = re.compile(
    rf"\b(?:utm|zone)\b[^\d]{{0,20}}(?P<zone>1[345])\s?[NRS]?\b{BESIDE}{NUMBER}{BESIDE}{NUMBER}",
    re.IGNORECASE,
)
PLANE = re.compile(
    r"\b(?:state plane|spcs|nad\s?-?83)\b.{0,40}?\b(?P<zone>420[1-5]|north central|south central|north|central|south)\b"
    rf"(?:\s?zone)?[^\d]{{0,30}}{NUMBER}{BESIDE}{NUMBER}",
    re.IGNORECASE,
)
# zone: its parallels, its origin (degrees), false east and north (metres).
PLANES = {
    "4201": (34.65, 36 + 11 / 60, 34.0, -101.5, 200_000.0, 1_000_000.0),
    "4202": (32 + 8 / 60, 33 + 58 / 60, 31 + 40 / 60, -98.5, 600_000.0, 2_000_000.0),
    "4203": (30 + 7 / 60, 31 + 53 / 60, 29 + 40 / 60, -100 - 20 / 60, 700_000.0, 3_000_000.0),
    "4204": (28 + 23 / 60, 30 + 17 / 60, 27 + 50 / 60, -99.0, 600_000.0, 4_000_000.0),
    "4205": (26 + 10 / 60, 27 + 50 / 60, 25 + 40 / 60, -98.5, 300_000.0, 5_000_000.0),
}
NAMES = {
    "north": "4201",
    "north central": "4202",
    "central": "4203",
    "south central": "4204",
    "south": "4205",
}
METRES_WORD = re.compile(r"\bmet(?:er|re)s?\b|\d\s?m\b", re.IGNORECASE)


def projected_in(text: str) -> Iterator[Point]:
    """Yield the points that stand beside the name of their system, latitude first."""
    text = text[:CHARACTERS_MAX]
    for match in UTM.finditer(text):
        one, two = (_number(raw) for raw in match.group(2, 3))
        # The northing of Texas has seven digits, its easting six.
        yield from_utm(int(match["zone"]), min(one, two), max(one, two))
    for match in PLANE.finditer(text):
        zone = match["zone"].lower()
        scale = 1.0 if METRES_WORD.search(match[0]) else US_FOOT
        one, two = (_number(raw) * scale for raw in match.group(2, 3))
        # In each zone the false north is far greater than any false east.
        yield from_plane(NAMES.get(zone, zone), min(one, two), max(one, two))


def _number(raw: str) -> float:
    return float(raw.replace(",", ""))


def from_utm(zone: int, east: float, north: float) -> Point:
    """Return latitude and longitude of metres in a northern zone (Snyder, 8-17 to 8-25)."""
    e1 = (1 - math.sqrt(1 - E2)) / (1 + math.sqrt(1 - E2))
    arc = north / UTM_SCALE / (AXIS * (1 - E2 / 4 - 3 * E2**2 / 64 - 5 * E2**3 / 256))
    foot = arc + (3 * e1 / 2 - 27 * e1**3 / 32) * math.sin(2 * arc)
    foot += (21 * e1**2 / 16 - 55 * e1**4 / 32) * math.sin(4 * arc)
    foot += 151 * e1**3 / 96 * math.sin(6 * arc)
    second = E2 / (1 - E2)
    tangent, cosine = math.tan(foot) ** 2, second * math.cos(foot) ** 2
    bulge = 1 - E2 * math.sin(foot) ** 2
    across, along = AXIS / math.sqrt(bulge), AXIS * (1 - E2) / bulge**1.5
    d = (east - UTM_EAST) / (across * UTM_SCALE)
    tilt = 5 + 3 * tangent + 10 * cosine - 4 * cosine**2 - 9 * second
    rest = 61 + 90 * tangent + 298 * cosine + 45 * tangent**2
    latitude = foot - across * math.tan(foot) / along * (
        d**2 / 2 - tilt * d**4 / 24 + rest * d**6 / 720
    )
    turn = d - (1 + 2 * tangent + cosine) * d**3 / 6
    turn += (5 - 2 * cosine + 28 * tangent + 24 * tangent**2) * d**5 / 120
    middle = zone * 6 - 183
    return math.degrees(latitude), middle + math.degrees(turn / math.cos(foot))


def from_plane(zone: str, east: float, north: float) -> Point:
    """Return latitude and longitude of metres in a zone of Texas (Snyder, 15-7 to 15-11)."""
    first, second, origin, middle, false_east, false_north = PLANES[zone]
    m1, m2 = _m(math.radians(first)), _m(math.radians(second))
    t1, t2 = _t(math.radians(first)), _t(math.radians(second))
    cone = math.log(m1 / m2) / math.log(t1 / t2)
    factor = AXIS * m1 / (cone * t1**cone)
    rho0 = factor * _t(math.radians(origin)) ** cone
    x, y = east - false_east, rho0 - (north - false_north)
    t = (math.hypot(x, y) / factor) ** (1 / cone)
    latitude = math.pi / 2 - 2 * math.atan(t)
    for _turn in range(5):
        sine = math.sqrt(E2) * math.sin(latitude)
        half = math.sqrt(E2) / 2
        latitude = math.pi / 2 - 2 * math.atan(t * ((1 - sine) / (1 + sine)) ** half)
    return math.degrees(latitude), middle + math.degrees(math.atan2(x, y) / cone)


def _m(latitude: float) -> float:
    return math.cos(latitude) / math.sqrt(1 - E2 * math.sin(latitude) ** 2)


def _t(latitude: float) -> float:
    sine = math.sqrt(E2) * math.sin(latitude)
    turned: float = ((1 - sine) / (1 + sine)) ** (math.sqrt(E2) / 2)
    return math.tan(math.pi / 4 - latitude / 2) / turned

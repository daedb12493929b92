"""Coordinates: degrees, minutes and seconds in any writing, longitude first, and shapes.

Which of two numbers is the latitude is decided by where the United States lie, not by the
order they are written in; a longitude that lost its minus gets it back.
"""

import math
import re
from collections.abc import Iterator, Sequence
from string import digits

from pydantic import JsonValue

from extraction.values.projected import projected_in

Point = tuple[float, float]

LATITUDES = (18.0, 72.0)  # of the United States
LONGITUDES = (-180.0, -64.0)
TEXAS_LONGITUDES = (-106.7, -93.4)
DECIMALS = 6  # a tenth of a metre
CHARACTERS_MAX = 200_000  # of one text in which points are sought
DIGITS_MIN = 6  # of the shortest point that is taken: 29.4, -98.5
SHAPE_POINTS_MIN = 3
SHAPE_POINTS_MAX = 5_000
SHAPE_DEGREES_MAX = 0.5  # points farther apart than this are no one work site

NAMED = r"(?:(?:latitude|longitude|lat|long?|lng|[xy])\b\.?\s{0,2}[:=]?\s{0,3})?"
OWN_SIDE = r"(?:[NSEW]\b|(?:north|south|east|west)\b)"
SIDE_FIRST = r"([NSEW])\.?\s{0,2}"
BETWEEN = r"\s{0,4}[,/;|\s]\s{0,4}"
DECIMAL = r"([+-]?\s?\d{1,3}\.\d{2,20})\s{0,2}(?:[\u00b0\u00ba]|deg(?:rees)?\b\.?)?\s{0,2}"
END = r"(?![\d.]\d|\d)"
# `30.2672 N 97.7431 W`, `Lat 30.2672 Long -97.7431`; and with the letters before the numbers.
DECIMAL_PAIR = re.compile(
    rf"(?<![\d.])(?:{NAMED}{SIDE_FIRST}{DECIMAL}[,/;|]?\s{{0,4}}{NAMED}{SIDE_FIRST}{DECIMAL}"
    rf"|{DECIMAL}({OWN_SIDE})?{BETWEEN}{NAMED}(?:[NSEW]\s)?{DECIMAL}({OWN_SIDE})?){END}",
    re.IGNORECASE,
)
MARK = r"(?:[\u00b0\u00ba\u02da]|deg(?:rees)?\b\.?|d\b|d(?=\d)|[:/\s-])"
MINUTE_MARK = r"(?:['\u2019\u2032]|min(?:utes)?\b\.?|m\b|m(?=\d)|[:/\s-])"
SECOND_MARK = r"(?:\"|\u201d|\u2033|''|\u2019\u2019|sec(?:onds)?\b\.?|s\b)"
# Degrees, then minutes with a part, or minutes and seconds.
PARTS = (
    rf"([+-]?\d{{1,3}})\s{{0,2}}{MARK}\s{{0,2}}"
    rf"(?:([0-5]?\d\.\d{{1,10}})\s{{0,2}}['\u2019\u2032m]?|([0-5]?\d)\s{{0,2}}{MINUTE_MARK}\s{{0,2}}([0-5]?\d(?:\.\d{{1,10}})?)\s{{0,2}}{SECOND_MARK}?)\s{{0,2}}"
)
PARTS_PAIR = re.compile(
    rf"(?<![\d.])(?:{NAMED}{SIDE_FIRST}{PARTS}[,/;|]?\s{{0,4}}{NAMED}{SIDE_FIRST}{PARTS}"
    rf"|{PARTS}({OWN_SIDE})?[\s,;/|]{{1,5}}{NAMED}{PARTS}({OWN_SIDE})?){END}",
    re.IGNORECASE,
)
NUMBERS = re.compile(r"\d+")
NUMBERS_OF_PARTS_MIN = 6  # degrees, minutes, seconds or a part of a minute, twice
IS_ANGLE = re.compile(
    r"[\u00b0\u00ba\u02da'\u2019\u2032\"]|\b[NW]\b|\bdeg|-\d{2,3}\b|\d\.\d|[NW]\d|\d[NW]\b",
    re.IGNORECASE,
)
ONLY_ZEROS = re.compile(r"\.0+(?!\d)")
METRES = r"(-?\d{6,8}(?:\.\d{1,20})?)"
METRE_PAIR = re.compile(METRES + r"\s{0,4}[,;\s]\s{0,4}" + METRES + r"(?![\d.])")
METRE = re.compile(METRES)
MILLION = 1_000_000
LONGITUDE_DIGITS = 8
MILLIONTHS_PAIR = re.compile(
    rf"(?<![\d.])(-?\d{{8,9}})\s{{0,4}}[,;/\s]\s{{0,4}}{NAMED}(-?\d{{8,9}})(?![\d.])",
    re.IGNORECASE,
)
EARTH_METRES = 6_378_137.0  # the radius that Web Mercator counts with
NUMBER = re.compile(r"[+-]?\s?\d{1,3}(?:\.\d{1,20})?")
# Two points are the corners of one thing only where words say so.
CORNERS = re.compile(
    r"\b(?:[ns][ew]|corners?|outline|shape|polygon|linestring|bbox|bounding|box|envelope|perimeter"
    r"|boundary|min|max)\b",
    re.IGNORECASE,
)


def point_of(raw: str) -> Point | None:
    """Return the first point that these words name, as latitude and longitude."""
    return next(points_in(raw), None)


def points_in(text: str) -> Iterator[Point]:
    """Yield the points in a text in order; pairs that lie nowhere near are left out."""
    text = text[:CHARACTERS_MAX]
    if _digits_in(text) < DIGITS_MIN:
        return
    ways = (
        _in_degrees(text),
        _in_metres(text),
        _in_parts(text),
        _in_millionths(text),
        _projected(text),
    )
    for points in ways:
        first = next(points, None)
        if first is not None:
            yield first
            yield from points
            return


def _digits_in(text: str) -> int:
    """Return how many digits there are; those of plain text are counted fast."""
    if text.isascii():
        return sum(map(text.count, digits))
    return sum(map(str.isdigit, text))


def _in_degrees(text: str) -> Iterator[Point]:
    if text.count(".") < len(("latitude", "longitude")):
        return
    for match in DECIMAL_PAIR.finditer(text):
        side, one, other_side, other = match.group(1, 2, 3, 4)
        if one is None:
            one, side, other, other_side = match.group(5, 6, 7, 8)
        if ONLY_ZEROS.search(one) and ONLY_ZEROS.search(other):
            continue  # whole degrees are a placeholder, or prices
        point = oriented(_signed(one, side), _signed(other, other_side))
        if point:
            yield point


def _projected(text: str) -> Iterator[Point]:
    for latitude, longitude in projected_in(text):
        point = oriented(latitude, longitude)
        if point:
            yield point


def _in_metres(text: str) -> Iterator[Point]:
    for match in METRE_PAIR.finditer(text):
        point = _from_metres(float(match[1]), float(match[2]))
        if point:
            yield point


def _in_millionths(text: str) -> Iterator[Point]:
    """Yield points in whole millionths of a degree, as dispatchers' systems keep them.

    A longitude of millionths is too large for metres of Web Mercator or feet of a state plane.
    """
    for match in MILLIONTHS_PAIR.finditer(text):
        point = oriented(int(match[1]) / MILLION, int(match[2]) / MILLION)
        if point and max(len(part.lstrip("-")) for part in match.groups()) >= LONGITUDE_DIGITS:
            yield point


def _in_parts(text: str) -> Iterator[Point]:
    if len(NUMBERS.findall(text)) < NUMBERS_OF_PARTS_MIN:
        return
    for match in PARTS_PAIR.finditer(text):
        if not IS_ANGLE.search(match[0]):
            continue  # three numbers and three more are dates, or a list
        if match[2]:
            first = _from_parts(match.group(2, 3, 4, 5), match[1])
            second = _from_parts(match.group(7, 8, 9, 10), match[6])
        else:
            first = _from_parts(match.group(11, 12, 13, 14), match[15])
            second = _from_parts(match.group(16, 17, 18, 19), match[20])
        point = oriented(first, second)
        if point:
            yield point


def _from_metres(first: float, second: float) -> Point | None:
    """Return two numbers of Web Mercator (EPSG 3857, ESRI 102100) as a point, or None.

    In the United States its x is a large negative number and its y a large positive one, which
    no other system of metres or feet has.
    """
    east, north = (first, second) if first < 0 else (second, first)
    if east >= 0 or north <= 0:
        return None
    longitude = math.degrees(east / EARTH_METRES)
    latitude = math.degrees(2 * math.atan(math.exp(north / EARTH_METRES)) - math.pi / 2)
    if not (_is_in(latitude, LATITUDES) and _is_in(longitude, LONGITUDES)):
        return None
    return round(latitude, DECIMALS), round(longitude, DECIMALS)


def _signed(number: str, letter: str | None) -> float:
    value = float(number.replace(" ", ""))
    return -abs(value) if letter and letter[0].upper() in "SW" else value


def _from_parts(parts: Sequence[str | None], letter: str | None) -> float:
    """Return degrees of degrees with minutes that have a part, or with minutes and seconds."""
    degrees, whole, minutes, seconds = (float(part or 0) for part in parts)
    value = abs(degrees) + (whole + minutes) / 60 + seconds / 3600
    return _signed(str(-value if degrees < 0 else value), letter)


def oriented(first: float, second: float) -> Point | None:
    """Return two numbers as latitude and longitude of a place in the United States, or None."""
    for latitude, longitude in ((first, second), (second, first)):
        west = -abs(longitude) if _is_in(-abs(longitude), TEXAS_LONGITUDES) else longitude
        if _is_in(latitude, LATITUDES) and _is_in(west, LONGITUDES):
            return round(latitude, DECIMALS), round(west, DECIMALS)
    return None


def is_swapped(latitude: str, longitude: str) -> bool:
    """Is what is called latitude the longitude?"""
    point = point_of(f"{latitude} {longitude}")
    named = _number(latitude)
    is_degrees = "." in latitude or not METRE.match(latitude.strip())
    return point is not None and is_degrees and abs(point[0] - named) > 1


def _number(raw: str) -> float:
    match = NUMBER.search(raw)
    return float(match.group().replace(" ", "")) if match else 0.0


def center_of(points: Sequence[Point]) -> Point | None:
    """Return the middle of the box around a shape, or None if it is too large to be one site."""
    if not points:
        return None
    latitudes, longitudes = [p[0] for p in points], [p[1] for p in points]
    height, width = max(latitudes) - min(latitudes), max(longitudes) - min(longitudes)
    if max(height, width) > SHAPE_DEGREES_MAX:
        return None
    return (
        round(min(latitudes) + height / 2, DECIMALS),
        round(min(longitudes) + width / 2, DECIMALS),
    )


def _is_in(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def coordinate(raw: str) -> JsonValue:
    """Return the point in these words in the form of the ticket: of a shape its middle.

    Of two points that nobody calls corners it is the first: the middle is written nowhere.
    """
    points = [
        point for point, _index in zip(points_in(raw), range(SHAPE_POINTS_MAX), strict=False)
    ]
    is_shape = len(points) >= SHAPE_POINTS_MIN or CORNERS.search(raw) is not None
    middle = center_of(points if is_shape else points[:1])
    if middle is None:
        return None
    return {"latitude": middle[0], "longitude": middle[1], "source": "extracted"}

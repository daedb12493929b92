"""Coordinates: decimal degrees, degrees-minutes-seconds, longitude first, and shapes.

Which of two numbers is the latitude is decided by where the United States lie, not by the
order they are written in; a longitude that lost its minus gets it back.
"""

import re
from collections.abc import Iterator, Sequence

from pydantic import JsonValue

Point = tuple[float, float]

LATITUDES = (18.0, 72.0)  # of the United States
LONGITUDES = (-180.0, -64.0)
TEXAS_LONGITUDES = (-106.7, -93.4)
DECIMALS = 6  # a tenth of a metre
CHARACTERS_MAX = 200_000  # of one text in which points are sought
SHAPE_POINTS_MIN = 3
SHAPE_POINTS_MAX = 5_000
SHAPE_DEGREES_MAX = 0.5  # points farther apart than this are no one work site

DEGREES = r"([+-]?\s?\d{1,3}\.\d{2,20})\s{0,2}\u00b0?\s{0,2}([NSEW])?"
DECIMAL_PAIR = re.compile(
    DEGREES + r"\s{0,4}[,/;\s]\s{0,4}(?:[NSEW]\s)?" + DEGREES + r"(?![\d.])"
)
PART = r"(-?\d{1,3})\s{0,2}[\u00b0\u00ba/:\s-]\s{0,2}(\d{1,2})\s{0,2}['\u2019\u2032/:\s-]\s{0,2}(\d{1,2}(?:\.\d{1,10})?)\s{0,2}(?:\"|\u201d|\u2033|'')?\s{0,2}([NSEW])?"
DMS_PAIR = re.compile(PART + r"[\s,;]{1,5}" + PART + r"(?!\d)", re.IGNORECASE)
NUMBER = re.compile(r"[+-]?\s?\d{1,3}\.\d{1,20}")


def point_of(raw: str) -> Point | None:
    """Return the first point that these words name, as latitude and longitude."""
    return next(points_in(raw), None)


def points_in(text: str) -> Iterator[Point]:
    """Yield the points in a text in order; pairs that lie nowhere near are left out."""
    text = text[:CHARACTERS_MAX]
    found = False
    for match in DECIMAL_PAIR.finditer(text):
        point = oriented(_signed(match[1], match[2]), _signed(match[3], match[4]))
        if point:
            found = True
            yield point
    if found:
        return
    for match in DMS_PAIR.finditer(text):
        first = _from_parts(match.group(1, 2, 3), match[4])
        second = _from_parts(match.group(5, 6, 7), match[8])
        point = oriented(first, second)
        if point:
            yield point


def _signed(number: str, letter: str | None) -> float:
    value = float(number.replace(" ", ""))
    return -abs(value) if letter and letter.upper() in "SW" else value


def _from_parts(parts: Sequence[str], letter: str | None) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = abs(degrees) + minutes / 60 + seconds / 3600
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
    return point is not None and abs(point[0] - _number(latitude)) > 1


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
    """Return the middle of the points in these words in the form of the ticket."""
    points = [
        point for point, _index in zip(points_in(raw), range(SHAPE_POINTS_MAX), strict=False)
    ]
    middle = center_of(points)
    if middle is None:
        return None
    return {"latitude": middle[0], "longitude": middle[1], "source": "extracted"}

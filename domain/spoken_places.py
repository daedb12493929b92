"""Where, as people say it: coordinates in several notations, an address, the excavator's office."""

import re

from domain.errors import RejectedError
from domain.location import CoordinateSource, GPSCoordinate
from domain.texas import required_county

TEXT_CHARACTERS_MAX = 2_000
LATITUDE_MAX, LONGITUDE_MAX = 90, 180
MINUTES_IN_A_DEGREE = 60
# A little more than Texas, in degrees: two numbers elsewhere are seldom meant as a point.
TEXAS_LATITUDES, TEXAS_LONGITUDES = (25.5, 37.0), (-107.0, -93.0)

EXAMPLE = "Answer with latitude and longitude in degrees, like 30.2672, -97.7431."

PLAIN = str.maketrans(
    {"\u2032": "'", "\u2019": "'", "\u2033": '"', "\u201d": '"', "\u2212": "-"}
)
DEGREES = (
    r"(?:(?P<{0}sign>[-+])\s?)?(?P<{0}degrees>\d{{1,3}}(?:\.\d{{1,12}})?)\s?(?:°|deg(?:rees)?)?"
    r"""(?:\s?(?P<{0}minutes>\d{{1,2}}(?:\.\d{{1,6}})?)\s?'(?:\s?(?P<{0}seconds>\d{{1,2}}(?:\.\d{{1,6}})?)\s?(?:"|''))?)?"""
)
NAMED = r"(?:(?:latitude|longitude|lat|long?|lng)\.?\s?[:=]?\s?)?"
SIDE = r"\s?(?P<{0}side>[nsew]\b)?"
SIDE_BEFORE = r"(?:(?P<{0}before>[nsew])\s?)?"


def _number(name: str) -> str:
    return NAMED + (SIDE_BEFORE + DEGREES + SIDE).format(name)


POINT = re.compile(
    r"(?<![\w.])\(?" + _number("a") + r"(?:\s?[,;/]\s?|\s+)" + _number("b") + r"\)?(?![\w.])",
    re.IGNORECASE,
)
# `30 16 02 N`: degrees, minutes and seconds without their marks.
UNMARKED = re.compile(
    r"\b(\d{1,3})[ -](\d{1,2})[ -](\d{1,2}(?:\.\d{1,6})?)\s?(?=[nsew]\b)",
    re.IGNORECASE | re.ASCII,
)
NAMES_COORDINATES = re.compile(
    r"\b(?:gps|coord\w*|lat(?:itude)?|lon(?:gitude|g)?|lng)\b|\u00b0", re.IGNORECASE
)
# What leads to a point, or from it to an address, and is no part of that.
NAMING = re.compile(
    r"\b(?:(?:the )?(?:gps|coordinates?|coords?|site|location)(?: of the site)?|at|is|are|it'?s)\b"
    r"|[:;()]",
    re.IGNORECASE,
)
AND = re.compile(r"^\W*(?:and|at|is)\b", re.IGNORECASE)
# Beside a point, these make it another point, or none.
DOUBTS = re.compile(
    r"\b(?:not?|nor|never|\w+n't|except|instead|or|maybe|probably|unless)\b|\?|\d\.\d{3}",
    re.IGNORECASE,
)
RELATES = re.compile(
    r"\b(?:between|from|to|past|beyond|(?:north|south|east|west|feet|ft|miles?|yards?) of)\W*$",
    re.IGNORECASE,
)
OFFICE = re.compile(
    r"(?P<street>\S.*?),\s*(?P<town>[^,\d]+,?\s+(?:TX|Texas|[A-Z]{2})\.?,?\s+\d{5}(?:-\d{4})?)",
    re.IGNORECASE,
)
COUNTY = re.compile(
    r"(?:(?:it'?s|it is|the site is|that'?s|we'?re|still)\s+)?(?:in\s+)?(?:the\s+)?"
    r"(?P<name>.+?)\s*(?:county)?(?:,?\s*(?:tx|texas))?[.!]?",
    re.IGNORECASE,
)


def point_said(text: str) -> dict[str, object]:
    """Return the point that a text gives. Raises RejectedError if it gives none on this earth."""
    found = POINT.fullmatch(_plain(text))
    if found is None:
        raise _no_point(f"“{text.strip()[:80]}” cannot be read as coordinates.")
    return {"gps_coordinates": _point(found)}


def location_said(text: str) -> dict[str, object]:
    """Return a point, an address, or both, whichever a text gives.

    Two numbers are a point only in Texas; elsewhere they belong to the address. Raises
    RejectedError for two points, and for one that is related to (`not at`, `between`).
    """
    plain = _plain(text)
    points = [one for one in POINT.finditer(plain) if _looks_like_a_point(one)]
    here = [one for one in points if _is_in_texas(one)]
    if not here:
        return _address(text, is_point=bool(points) and bool(NAMES_COORDINATES.search(plain)))
    [found, *others] = here
    before, after = plain[: found.start()], plain[found.end() :]
    beside = f"{before} {after}"
    if others or DOUBTS.search(beside) or RELATES.search(before):
        raise _no_point(
            f"“{text.strip()[:80]}” does not name one point.", field="location", or_address=True
        )
    words = f"{NAMING.sub(' ', before)} {AND.sub('', after)}".strip(" :,;()")
    address = {"address": " ".join(words.split())} if re.search(r"[^\W\d_]{3}", words) else {}
    return {"gps_coordinates": _point(found), **address}


def office_said(text: str) -> dict[str, object]:
    """Return the excavator's street, and the city line if it was said in the same breath."""
    said = " ".join(text.split())
    if whole := OFFICE.fullmatch(said):
        return {
            "address_line_1": whole["street"].strip(),
            "city_state_zip": whole["town"].strip(),
        }
    return {"address_line_1": said}


def county_said(text: str) -> dict[str, object]:
    """Return the county that is meant. Raises RejectedError, with the likely ones, if none is."""
    found = COUNTY.fullmatch(" ".join(text.split())[:TEXT_CHARACTERS_MAX])
    return {"county": required_county(found["name"] if found else text).name}


def _address(text: str, *, is_point: bool) -> dict[str, object]:
    if is_point:
        raise _no_point(
            f"“{text.strip()[:80]}” is no point in Texas.", field="location", or_address=True
        )
    if not (re.search(r"[^\W\d_]{2}", text) and len(text.split()) > 1):
        raise _no_point(
            f"“{text.strip()[:80]}” is neither an address nor a point in Texas.",
            field="location",
            or_address=True,
        )
    return {"address": text.strip()}


def _plain(text: str) -> str:
    plain = " ".join(text[:TEXT_CHARACTERS_MAX].translate(PLAIN).split())
    return UNMARKED.sub(r"\1°\2'\3" + '" ', plain)


def _looks_like_a_point(found: re.Match[str]) -> bool:
    """Are these degrees, and not two numbers of an address?"""
    has_point = all("." in found[f"{name}degrees"] for name in "ab")
    return has_point or all(found[f"{name}side"] or found[f"{name}minutes"] for name in "ab")


def _is_in_texas(found: re.Match[str]) -> bool:
    """Can this be a site, if at most the minus sign of its longitude is missing?"""
    latitude, longitude = _latitude_and_longitude(found)
    return _is_between(latitude, TEXAS_LATITUDES) and _is_between(
        -abs(longitude), TEXAS_LONGITUDES
    )


def _is_between(degrees: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= degrees <= bounds[1]


def _latitude_and_longitude(found: re.Match[str]) -> tuple[float, float]:
    first, second = _degrees(found, "a"), _degrees(found, "b")
    # What is greater than 90 can be no latitude.
    is_swapped = _side(found, "a") in ("e", "w") or (abs(first) > LATITUDE_MAX >= abs(second))
    return (second, first) if is_swapped else (first, second)


def _side(found: re.Match[str], name: str) -> str:
    return (found[f"{name}side"] or found[f"{name}before"] or "").lower()


def _point(found: re.Match[str]) -> dict[str, object]:
    latitude, longitude = _latitude_and_longitude(found)
    sides = [_side(found, name) for name in "ab"]
    if len({side in ("n", "s") for side in sides if side}) < len(list(filter(None, sides))):
        raise _no_point(f"“{found[0].strip()[:80]}” names one direction twice.")
    small = [found[f"{name}{part}"] for name in "ab" for part in ("minutes", "seconds")]
    if any(float(part or 0) >= MINUTES_IN_A_DEGREE for part in small):
        raise _no_point("Minutes and seconds are less than 60.")
    if abs(latitude) > LATITUDE_MAX or abs(longitude) > LONGITUDE_MAX:
        raise _no_point(f"{latitude:g}, {longitude:g} is no point on this earth.")
    if longitude > 0 and not any(sides):
        suggested = [f"{latitude}, {-longitude}"] if _is_in_texas(found) else []
        raise RejectedError(
            f"{latitude:g}, {longitude:g} is not in Texas: the longitude lacks its minus sign.",
            field="gps_coordinates",
            remedy=f"Is it {suggested[0]}?" if suggested else EXAMPLE,
            suggested_values=suggested,
        )
    place = GPSCoordinate(
        latitude=latitude, longitude=longitude, source=CoordinateSource.MANUAL
    )
    return place.model_dump(mode="json", exclude_none=True)


def _degrees(found: re.Match[str], name: str) -> float:
    """Return one number in degrees; south and west are negative."""
    minutes = float(found[f"{name}minutes"] or 0) + float(found[f"{name}seconds"] or 0) / 60
    size = float(found[f"{name}degrees"]) + minutes / 60
    is_negative = found[f"{name}sign"] == "-" or _side(found, name) in ("s", "w")
    return round(-size if is_negative else size, 9)


def _no_point(
    problem: str, *, field: str = "gps_coordinates", or_address: bool = False
) -> RejectedError:
    remedy = (
        "Answer like 410 Bluebonnet Ln, or like 30.2672, -97.7431." if or_address else EXAMPLE
    )
    return RejectedError(problem, field=field, remedy=remedy)

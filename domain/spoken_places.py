"""Where, as people say it: coordinates in several notations, an address, the excavator's office."""

import re

from domain.errors import RejectedError
from domain.location import CoordinateSource, GPSCoordinate
from domain.texas import COUNTY_OF_NAMESAKE, required_county, suggest_counties

TEXT_CHARACTERS_MAX = 2_000
LATITUDE_MAX, LONGITUDE_MAX = 90, 180
MINUTES_IN_A_DEGREE = 60
# A little more than Texas, in degrees: two numbers elsewhere are seldom meant as a point.
TEXAS_LATITUDES, TEXAS_LONGITUDES = (25.5, 37.0), (-107.0, -93.0)

QUESTION_OF_COUNTY = "Answer with the name of the county alone, like Travis County."
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
    r"(?<![\w.])\(?" + _number("a") + r"(?:\s?[,;/]\s?|\s+)" + _number("b") + r"\)?(?!\w|\.\d)",
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
# `30 16.02 N`: degrees and minutes without their marks.
UNMARKED_MINUTES = re.compile(
    r"(?<![\d.])(\d{1,3})[ -](\d{1,2}\.\d{1,6})\s?(?=[nsew]\b)", re.IGNORECASE | re.ASCII
)
# What leads to a point, or from it to an address, and is no part of that.
NAMING = re.compile(
    r"\b(?:(?:the )?(?:gps|coordinates?|coords?|site|location)(?: of the site)?|at|is|are|it'?s)\b"
    r"|[:;()]",
    re.IGNORECASE,
)
LEADS_TO_A_POINT = re.compile(
    r"^(?:it'?s |it is |that'?s )?(?:at )?(?:(?:the )?(?:gps|coordinates?|coords?)\b(?: (?:are|is))?[ :]*)?",
    re.IGNORECASE,
)
AND = re.compile(r"^\W*(?:and|at|is)\b", re.IGNORECASE)
# Beside a point only a whole address may stand: any other words could make it another point.
WAY = (
    r"(?:st|street|ave|avenue|ln|lane|rd|road|blvd|boulevard|dr|drive|way|ct|court|cir|circle|pkwy"
    r"|parkway|hwy|highway|trl|trail|pl|place|loop|cv|cove|ter|terrace|sq|square|pass|path|bend|run)"
)
NUMBERED = r"(?:fm|rm|rr|cr|sh|us|ih|i|hwy|highway|county road|ranch road|farm road|loop|spur)[ -]?\d{1,4}"
SIDES = r"(?:(?:n|s|e|w|ne|nw|se|sw|north|south|east|west)\.? )?"
ADDRESS = re.compile(
    rf"\d{{1,6}}[a-z]? {SIDES}(?:(?:[a-z]+|\d{{1,3}}(?:st|nd|rd|th))(?: [a-z]+){{0,3}} {WAY}\.?|{NUMBERED})"
    rf"(?:,? (?:ste|suite|unit|apt|lot) [a-z0-9]{{1,5}})?"
    rf"(?:(?:,? [a-z]+(?: [a-z]+){{0,2}})?,? (?:tx|texas)(?:,? \d{{5}})?)?"
    rf"|{NUMBERED}",
    re.IGNORECASE,
)
# These make an address another place, or none: `opposite`, `old`, `200 ft`.
RELATES = re.compile(
    r"\b(?:not?|nor|never|\w+n't|except|instead|or|maybe|probably|unless|wrong|incorrect|old|was|were"
    r"|but|plus|minus|of|from|to|past|beyond|between|near|behind|opposite|across|off|by|before|after|about"
    r"|approx\w*|ft|feet|foot|yards?|yds?|miles?|mi|meters?|acres?|inch(?:es)?|blocks?|from|there|here)\b|\?",
    re.IGNORECASE,
)
OFFICE = re.compile(
    r"(?P<street>\S.*?),\s*(?P<town>[^,\d]+,?\s+(?:TX|Texas|[A-Z]{2})\.?,?\s+\d{5}(?:-\d{4})?)",
    re.IGNORECASE,
)
COUNTY = re.compile(
    r"(?:(?:it'?s|it is|the (?:site|county) is|that'?s|we'?re|still)\s+)?(?:in\s+)?(?:the\s+)?"
    r"(?P<name>[^\W\d_](?:[^\W\d_]|[ .'-])*?)\s*(?P<county>\bcounty|\bco\.?)?(?:,?\s*(?:tx|texas))?[.!]?",
    re.IGNORECASE,
)


def point_said(text: str) -> dict[str, object]:
    """Return the point that a text gives. Raises RejectedError if it gives none in Texas."""
    found = POINT.fullmatch(LEADS_TO_A_POINT.sub("", _plain(text)).rstrip(" ."))
    if found is None:
        raise _no_point(f"“{text.strip()[:80]}” cannot be read as coordinates.")
    return {"gps_coordinates": _point(found)}


def location_said(text: str) -> dict[str, object]:
    """Return a point, an address, or both, whichever a text gives.

    Two numbers are a point only in Texas; elsewhere they belong to the address. Raises
    RejectedError for two points, and for one beside which anything but an address stands: it may
    deny the point, or lead away from it (`not at`, `200 ft N of`).
    """
    plain = _plain(text)
    points = [one for one in POINT.finditer(plain) if _looks_like_a_point(one)]
    here = [one for one in points if _is_in_texas(one)]
    if not here:
        return _address(text, is_point=bool(points) and bool(NAMES_COORDINATES.search(plain)))
    [found, *others] = here
    before, after = plain[: found.start()], plain[found.end() :]
    beside = f"{NAMING.sub(' ', before)} {AND.sub('', NAMING.sub(' ', after, count=1))}"
    words = " ".join(beside.strip(" .:,;()").split())
    is_whole = not words or (ADDRESS.fullmatch(words) and not RELATES.search(words))
    if others or not is_whole:
        raise _no_point(
            f"“{text.strip()[:80]}” does not name one point and nothing else.",
            field="location",
            or_address=True,
        )
    return {"gps_coordinates": _point(found), **({"address": words} if words else {})}


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
    """Return the county that is meant.

    Raises RejectedError, with the likely ones, if none is, and for the bare name of a place that
    lies in another county: Austin is in Travis County.
    """
    said = " ".join(text.split())[:TEXT_CHARACTERS_MAX]
    found = COUNTY.fullmatch(said)
    if found is None and "?" in said:
        raise RejectedError(
            f"“{said[:80]}” asks, and does not say the county.",
            field="county",
            remedy=QUESTION_OF_COUNTY,
            suggested_values=suggest_counties(said),
        )
    county = required_county(found["name"] if found else text)
    lies_in = COUNTY_OF_NAMESAKE.get(county.name)
    if lies_in and not (found and found["county"]):
        either = (f"{county.name} County", f"{lies_in} County")
        raise RejectedError(
            f"{county.name} is a place in {lies_in} County, and the name of another county.",
            field="county",
            remedy=f"In which is the site: {either[0]} or {either[1]}?",
            suggested_values=either,
        )
    return {"county": county.name}


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
    return UNMARKED_MINUTES.sub(r"\1°\2' ", UNMARKED.sub(r"\1°\2'\3" + '" ', plain))


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
    if not _is_in_texas(found) or longitude > 0:
        raise _no_point(f"{latitude:g}, {longitude:g} is no point in Texas.")
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

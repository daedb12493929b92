"""Where, as people say it: coordinates in several notations, an address, the excavator's office."""

import re

from domain.errors import RejectedError
from domain.location import CoordinateSource, GPSCoordinate
from domain.texas import required_county

TEXT_CHARACTERS_MAX = 2_000
LATITUDE_MAX, LONGITUDE_MAX = 90, 180

PLAIN = str.maketrans(
    {"\u2032": "'", "\u2019": "'", "\u2033": '"', "\u201d": '"', "\u2212": "-"}
)
DEGREES = (
    r"(?P<{0}sign>[-+])?(?P<{0}degrees>\d{{1,3}}(?:\.\d{{1,12}})?)\s?(?:°|deg(?:rees)?)?"
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
        raise RejectedError(
            f"“{text.strip()[:80]}” cannot be read as coordinates.",
            field="gps_coordinates",
            remedy="Answer with latitude and longitude in degrees, like 30.2672, -97.7431.",
        )
    return {"gps_coordinates": _point(found)}


def location_said(text: str) -> dict[str, object]:
    """Return a point, an address, or both, whichever a text gives."""
    found = POINT.search(_plain(text))
    if found is None or not _looks_like_a_point(found):
        if not (re.search(r"[^\W\d_]{2}", text) and len(text.split()) > 1):
            raise RejectedError(
                f"“{text.strip()[:80]}” is neither an address nor a point.",
                field="location",
                remedy="Answer like 410 Bluebonnet Ln, or like 30.2672, -97.7431.",
            )
        return {"address": text.strip()}
    plain = _plain(text)
    beside = f"{plain[: found.start()]} {plain[found.end() :]}"
    words = re.sub(
        r"\b(?:gps|coordinates?|coords?|at|is|are|the|and|or)\b|[:,;()]", " ", beside
    )
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


def _plain(text: str) -> str:
    return " ".join(text[:TEXT_CHARACTERS_MAX].translate(PLAIN).split())


def _looks_like_a_point(found: re.Match[str]) -> bool:
    """Are these degrees, and not two numbers of an address?"""
    has_point = all("." in found[f"{name}degrees"] for name in "ab")
    return has_point or all(found[f"{name}side"] or found[f"{name}minutes"] for name in "ab")


def _point(found: re.Match[str]) -> dict[str, object]:
    first, second = _degrees(found, "a"), _degrees(found, "b")
    sides = [(found[f"{name}side"] or found[f"{name}before"] or "").lower() for name in "ab"]
    # What is greater than 90 can be no latitude.
    is_swapped = sides[0] in ("e", "w") or (abs(first) > LATITUDE_MAX >= abs(second))
    latitude, longitude = (second, first) if is_swapped else (first, second)
    if abs(latitude) > LATITUDE_MAX or abs(longitude) > LONGITUDE_MAX:
        raise RejectedError(
            f"{latitude:g}, {longitude:g} is no point on this earth.",
            field="gps_coordinates",
            remedy="Answer with latitude and longitude in degrees, like 30.2672, -97.7431.",
        )
    if longitude > 0 and not any(sides):
        raise RejectedError(
            f"{latitude:g}, {longitude:g} is not in Texas: the longitude lacks its minus sign.",
            field="gps_coordinates",
            remedy=f"Is it {latitude}, {-longitude}?",
            suggested_values=[f"{latitude}, {-longitude}"],
        )
    place = GPSCoordinate(
        latitude=latitude, longitude=longitude, source=CoordinateSource.MANUAL
    )
    return place.model_dump(mode="json", exclude_none=True)


def _degrees(found: re.Match[str], name: str) -> float:
    """Return one number in degrees; south and west are negative."""
    minutes = float(found[f"{name}minutes"] or 0) + float(found[f"{name}seconds"] or 0) / 60
    size = float(found[f"{name}degrees"]) + minutes / 60
    side = (found[f"{name}side"] or found[f"{name}before"] or "").lower()
    is_negative = found[f"{name}sign"] == "-" or side in ("s", "w")
    return round(-size if is_negative else size, 9)

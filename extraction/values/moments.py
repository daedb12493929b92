"""Moments: dates and times as the trade writes them, as ISO text.

A date needs day, month and year: none of them is made up. The clock is the one that the
document writes. A zone that is stated (`CST`, `Z`, `-06:00`) is kept as an offset; where it is not known
only the date is. A count of seconds since 1970 is UTC.
"""

import re
from datetime import UTC, date, datetime

from domain.texas import zone_named

EPOCH = re.compile(r"-?\d{9,10}(?:\d{3})?")  # seconds or thousandths since 1970
SECONDS_DIGITS = 10
EPOCH_MIN, EPOCH_MAX = 946_684_800, 4_102_444_800  # 2000 to 2100
NOON, HOURS, MINUTES = 12, 24, 60
TWO_DIGITS = 99  # the largest year that is written without its century
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
YEAR = r"(?P<y>20\d\d|\d\d)\b"
LONG_YEAR = r"(?P<y>20\d\d)\b"
CLOCK = (
    r"(?:\s{0,3}[,@-]?\s{0,3}(?:at\s{0,3})?(?:(?P<H>\d{1,2}):(?P<M>\d\d)(?::\d\d)?\s?(?P<half>[ap]\.?m?\.?(?![a-z]))?"
    r"|(?P<H2>\d{1,2})\s?(?P<half2>[ap]\.?m\.?(?![a-z]))|(?P<H3>[01]\d|2[0-3])(?P<M3>[0-5]\d)(?:\s?h(?:ou)?rs?|h\b|(?=\s|$))))?"
)
# What may stand behind a clock: an offset, or the name of a zone.
ZONE = re.compile(
    r"(?::\d\d)?(?:[.,]\d{1,9})?\s{0,2}\(?(?:(?P<offset>[+-](?:0\d|1[0-4]):?[0-5]\d)(?!\d)"
    r"|(?P<name>Z|UTC|GMT|[CMP][SD]?T|E[SD]?T(?!\W{0,4}(?:DUR|COMPL|DEPTH|TIME))|AK?[SD]T|HA?[SD]T|[CEW]ES?T|[BIJ]ST"
    r"|Central|Mountain|Eastern|Pacific)\b)"
)
MOMENT_CHARACTERS_MAX = 48
# What letters a date may have: `10 May St` and `FM 1236` are none.
WORDS = re.compile(r"[A-Za-z]{1,40}")
TIME_WORD = re.compile(
    r"(?:[ap]|[ap]?m|[tz]|at|of|utc|gmt|hrs|hours|st|nd|rd|th|[cmpe][sd]?t|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?"
    r"|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:r|rs)?|fri|sat(?:ur)?|sun)(?:day)?)",
    re.IGNORECASE,
)
CLOCKS = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?", re.IGNORECASE)
UNIVERSAL = frozenset(["Z", "UTC", "GMT"])
# `CST` in summer is said of the clock that then is on the wall.
PLACES = {
    "CENTRAL": "America/Chicago",
    "MOUNTAIN": "America/Denver",
    "EASTERN": "America/New_York",
    "PACIFIC": "America/Los_Angeles",
}
ZONES = PLACES | {
    f"{name[0]}{half}T": place for name, place in PLACES.items() for half in ("", "S", "D")
}
FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        (
            r"^(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])"
            r"(?:[T ]?(?P<H>[01]\d|2[0-3]):?(?P<M>[0-5]\d):?\d{0,2})?$"
        ),
        r"(?P<y>20\d\d)[-/](?P<m>\d\d?)[-/](?P<d>\d\d?)(?!\d)(?:[T ]\s{0,2}(?P<H>\d\d?):(?P<M>\d\d)(?::\d\d)?\s?(?P<half>[ap]m)?)?",
        rf"(?<![\d/.-])(?P<m>\d{{1,2}})[/.-](?P<d>\d{{1,2}})[/.-]{YEAR}(?![/.-]\d){CLOCK}",
        rf"\b{MONTH}\s{{0,2}}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,3}}{LONG_YEAR}{CLOCK}",
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s-]{{0,2}}(?:of\s)?{MONTH}[\s,-]{{0,2}}{YEAR}{CLOCK}",
    )
)


def moment(raw: str) -> str | None:
    """Return a date and time as ISO text, in the wall clock that the document writes."""
    for form in FORMS:
        match = form.search(raw)
        found = _iso(match.groupdict()) if match else None
        if match and found:
            return _zoned(found, raw[match.end() :]) if "T" in found else found
    return _since_1970(raw.strip()) if EPOCH.fullmatch(raw.strip()) else None


def is_moment(raw: str) -> bool:
    """Say whether this is nothing but a date, with a time or without."""
    text = raw.strip()
    if not text[:1].isalnum() or len(text) > MOMENT_CHARACTERS_MAX:
        return False
    is_told = all(map(TIME_WORD.fullmatch, WORDS.findall(text)))
    return is_told and (CLOCKS.fullmatch(text) is not None or moment(text) is not None)


def _zoned(clock: str, behind: str) -> str:
    """Return a moment with the offset that stands behind it, without its clock if none is known."""
    zone = ZONE.match(behind)
    if zone is None:
        return clock
    if zone["offset"]:
        hours, minutes = zone["offset"][:3], zone["offset"][-2:]
        return f"{clock}{hours}:{minutes}"
    name = zone["name"].upper()
    if name in UNIVERSAL:
        return f"{clock}Z"
    place = ZONES.get(name)
    if place is None:
        return clock.partition("T")[0]
    local = datetime.fromisoformat(clock).replace(tzinfo=zone_named(place))
    return local.isoformat(timespec="minutes")


def _since_1970(raw: str) -> str | None:
    """Return the moment that a count of seconds or thousandths since 1970 means, in UTC."""
    seconds = int(raw) / (1000 if len(raw.lstrip("-")) > SECONDS_DIGITS else 1)
    if not EPOCH_MIN <= seconds <= EPOCH_MAX:
        return None  # before 2000 it stands for no date
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M}Z"


def _iso(found: dict[str, str | None]) -> str | None:
    """Return the moment, only the date if the clock is none, or None if there is no such day."""
    year, named = int(found["y"] or 0), found.get("name")
    month = MONTHS.index(named[:3].lower()) + 1 if named else int(found["m"] or 0)
    try:
        day = date(year if year > TWO_DIGITS else 2000 + year, month, int(found["d"] or 0))
    except ValueError:
        return None
    clock = _clock(found)
    return f"{day.isoformat()}T{clock}" if clock else day.isoformat()


def _clock(found: dict[str, str | None]) -> str | None:
    """Return the hour and minute of 24; `15:20 pm` is what it is, afternoon."""
    said = found.get("H") or found.get("H2") or found.get("H3")
    if said is None:
        return None
    hour, minute = int(said), int(found.get("M") or found.get("M3") or 0)
    half = (found.get("half") or found.get("half2") or "").lower()[:1]
    if half == "p" and hour < NOON:
        hour += NOON
    elif half == "a" and hour == NOON:
        hour = 0
    return f"{hour:02}:{minute:02}" if hour < HOURS and minute < MINUTES else None

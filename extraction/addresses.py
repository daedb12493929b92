"""Addresses: a street cut free of the city, state and zip that stand behind it."""

import re

STATES = dict(
    pair.split(":")
    for pair in """alabama:AL|alaska:AK|arizona:AZ|arkansas:AR|california:CA|colorado:CO|connecticut:CT
delaware:DE|florida:FL|georgia:GA|hawaii:HI|idaho:ID|illinois:IL|indiana:IN|iowa:IA|kansas:KS
kentucky:KY|louisiana:LA|maine:ME|maryland:MD|massachusetts:MA|michigan:MI|minnesota:MN
mississippi:MS|missouri:MO|montana:MT|nebraska:NE|nevada:NV|new hampshire:NH|new jersey:NJ
new mexico:NM|new york:NY|north carolina:NC|north dakota:ND|ohio:OH|oklahoma:OK|oregon:OR
pennsylvania:PA|rhode island:RI|south carolina:SC|south dakota:SD|tennessee:TN|texas:TX|utah:UT
vermont:VT|virginia:VA|washington:WA|west virginia:WV|wisconsin:WI|wyoming:WY
district of columbia:DC""".replace("\n", "|").split("|")
)
CODES = frozenset(STATES.values())
STATE = r"(?:" + "|".join(sorted({*CODES, *STATES}, key=lambda name: (-len(name), name))) + r")"
ZIP = r"\d{5}(?:-\d{4})?"
SUFFIX = (
    r"(?:st|street|ave|avenue|rd|road|dr|drive|ln|lane|blvd|boulevard|ct|court|cir|circle|pl|place"
    r"|pkwy|parkway|hwy|highway|trl|trail|way|ter|terrace|loop|lp|pass|path|run|sq|square|xing"
    r"|crossing|cv|cove|bnd|bend|expy|expressway|fwy|freeway|row|pike|plz|plaza|pt|point|rdg|ridge"
    r"|holw|hollow|vw|view|spur|bluff|park)\b\.?"
)
DIRECTION = r"(?:[nsew]|[ns][ew]|north|south|east|west)\b\.?"
UNIT = r"(?:apt|ste|suite|unit|bldg|lot|trlr|spc|#)\.?\s{0,2}#?[A-Za-z0-9-]{1,8}"

# "... Port Chicago Hwy, Ste 100, Concord, CA 94520": what stands behind the street.
TAIL = re.compile(
    r"[\s,]{1,10}(?P<state>" + STATE + r")\.?(?:[\s,]{1,10}(?P<zip>" + ZIP + r"))?\s{0,3}$",
    re.IGNORECASE,
)
STREET = re.compile(
    r"^(?P<street>\d{1,6}[A-Za-z]?(?:-\d{1,6})?\s{1,3}(?:[\w.'-]{1,30}\s{1,3}){0,5}?"
    + SUFFIX
    + r"(?:\s{1,3}(?:\d{1,5}|"
    + DIRECTION
    + r")(?![\w-])){0,2}(?:,?\s{1,3}"
    + UNIT
    + r")?)",
    re.IGNORECASE,
)
COUNTY_PART = re.compile(r",\s{0,3}([A-Z][A-Za-z ]{1,30}? (?:County|Co\.?))$")
HOUSE = re.compile(r"^\d{1,6}[A-Za-z]?(?:\s?-\s?\d{1,6})?$")
COLUMN = re.compile(r" {2,}|\t")
AGENCY_CODE = re.compile(r"\s{1,3}[A-Z]{3,5}$")
PLACEHOLDER = re.compile(
    r"^(?:not (?:supplied|listed|provided|available|applicable)|n/?a|none|unknown|value|null|tbd|[\W0xX]*)$",
    re.IGNORECASE,
)
EDGE = " ,;:|*-"


def state_code(raw: str) -> str | None:
    """Return the two letters of a state, given its name or its letters."""
    text = " ".join(raw.split()).strip(EDGE + ".")
    return text.upper() if text.upper() in CODES else STATES.get(text.lower())


def split_address(raw: str) -> tuple[str, str | None, str | None, str | None]:
    """Split into street, city, state code and zip; what is not there is None."""
    text = raw.strip(EDGE)
    tail = TAIL.search(text)
    if tail is None or not text[: tail.start()].strip(EDGE):
        return " ".join(text.split()), None, None, None
    street, city = _street_and_city(text[: tail.start()].strip(EDGE))
    return street, city, state_code(tail["state"]), tail["zip"]


def county_in(raw: str) -> str | None:
    """Return the county that stands between the city and the state of an address."""
    match = COUNTY_PART.search(TAIL.sub("", raw.strip(EDGE)))
    return match[1] if match else None


def _street_and_city(text: str) -> tuple[str, str | None]:
    """Cut before the city: at the last wide gap or comma, else behind the kind of street."""
    text = COUNTY_PART.sub("", text)
    gaps = list(COLUMN.finditer(text))
    head, _comma, last = text.rpartition(",")
    if gaps and not head:
        cut = gaps[-1]
        return _joined(text[: cut.start()]), _joined(text[cut.end() :])
    if head:
        return _joined(head), _joined(last)
    match = STREET.match(text)
    if match and match.end() < len(text):
        return _joined(match["street"]), _joined(text[match.end() :])
    return _joined(text), None


def _joined(text: str) -> str:
    return " ".join(text.split()).strip(EDGE)


def street_address(raw: str) -> str | None:
    """Return the street of a mailing address, without city, state and zip."""
    street = split_address(raw)[0]
    return None if PLACEHOLDER.match(street) or "@" in street else street


def city_state_zip(raw: str) -> str | None:
    """Return `City, ST 12345` out of a mailing address, if it is all there."""
    _street, city, state, code = split_address(f"- {raw}" if TAIL.match(raw) else raw)
    return f"{city}, {state} {code}" if city and state and code else None


def place_of(raw: str) -> str | None:
    """Return `City, ST 12345` of words that are nothing but that."""
    match = TAIL.search(raw.strip())
    if match is None:
        return None
    city = _joined(raw.strip()[: match.start()])
    state = state_code(match["state"])
    return f"{city}, {state} {match['zip']}" if city and match["zip"] else None


def site_address(raw: str) -> str | None:
    """Return the street of a site: without city and state, and without an agency's code."""
    if re.match(r"^\d{1,2}:\d{2}", raw.strip()):
        return None
    street = street_address(raw)
    if street is None or HOUSE.match(street):
        return None
    match = STREET.match(street)
    if match and AGENCY_CODE.fullmatch(street[match.end() :]):
        return match["street"]
    return street

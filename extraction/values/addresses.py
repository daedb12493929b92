"""Addresses: a street cut free of the city, state and zip that stand behind it."""

import re

from domain.places import is_town
from domain.texas import find_county
from extraction.remembered import remembered

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
UNIT = r"(?:apt|ste|suite|unit|bldg|building|lot|trlr|spc|space|rm|room|floor|fl|#)\.?\s{0,2}#?(?!(?:st|dr|rd|ln|ct|pl|cv|sq|way|ave)\b)(?:[A-Za-z]{0,2}-?\d[A-Za-z0-9-]{0,7}|[A-Za-z]{1,2}\b)"
HOUSE_NUMBER = r"\d{1,6}[A-Za-z]?(?:-\d{1,6}|\s1/2)?"
# `FM 1460`, `IH-35`: a road that is called by its number.
ROAD = r"(?:f\.?m|r\.?m|rr|c\.?r|p\.?r|s\.?h|u\.?s|i\.?h|i)\.?[\s-]{0,2}\d{1,4}[a-z]?\b"
BOX = r"(?:p\.?\s?o\.?\s?(?:box|bx)|(?:rr|rt|hc|rural route|route|star rt)\s?\d{1,3}\s?,?\s?(?:box|bx))\s?#?\d{1,6}[A-Za-z]?"

# "... Mill Pond Hwy, Ste 210, Mapleton, OR 97000": what stands behind the street.
TAIL = re.compile(
    r"[\s,]{1,10}(?P<state>" + STATE + r")\.?(?:[\s,]{0,10}(?P<zip>" + ZIP + r"))?\s{0,3}$",
    re.IGNORECASE,
)
STREET = re.compile(
    r"^(?P<street>"
    + HOUSE_NUMBER
    + r"\s{1,3}(?:(?:"
    + DIRECTION
    + r"\s{1,3})?"
    + ROAD
    + r"|(?:ave|avenue)\s[a-z]\b|(?:[\w.'-]{1,30}\s{1,3}){0,5}?"
    + SUFFIX
    + r")(?:\s{1,3}(?:\d{1,5}|"
    + DIRECTION
    + r")(?![\w-])){0,2}(?:,?\s{1,3}"
    + UNIT
    + r"){0,2})",
    re.IGNORECASE,
)
MAIL = re.compile(rf"^(?P<street>{BOX})", re.IGNORECASE)
IS_UNIT = re.compile(
    rf"(?:,?\s{{1,3}}|,\s{{0,3}})(?P<unit>{UNIT}(?:,?\s{{1,3}}{UNIT})?)$", re.IGNORECASE
)
COUNTY_LAST = re.compile(
    r"[\s,(]{1,4}(?P<name>[A-Za-z]{2,20}(?:\s[A-Za-z]{2,20}){0,2})\s(?:County|Cnty|Co\.?)\)?$",
    re.IGNORECASE,
)
COUNTRY = re.compile(r"[\s,]{1,5}(?:USA|U\.S\.A\.?|US|United States(?: of America)?)$")
COUNTY_BEHIND = re.compile(
    r"(?P<zip>\b\d{5}(?:-\d{4})?|\b(?:TX|Texas))[\s,(]{1,4}(?P<county>(?:[A-Z][A-Za-z]{1,20}\s){1,3}(?:County|COUNTY|Co\.?|CO))\)?$"
)
ZIP_BEHIND = re.compile(rf"[\s,]{{1,5}}(?P<zip>{ZIP})$")
TOWN_WORDS_MAX = 4
COUNTY_PART = re.compile(r",\s{0,3}([A-Z][A-Za-z ]{1,30}? (?:County|Co\.?))$")
HOUSE = re.compile(r"^\d{1,6}[A-Za-z]?(?:\s?-\s?\d{1,6})?$")
CODE = re.compile(r"[A-Z]{2,8}[-_][A-Z_-]{2,12}")  # `CBG-SOUTH` names a grid or a crew
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


@remembered
def split_address(raw: str) -> tuple[str, str | None, str | None, str | None]:
    """Split into street, city, state code and zip; what is not there is None."""
    text = _without_county_behind(raw)
    tail = TAIL.search(text)
    if tail is None or _is_court(tail) or _is_county_word(tail, text):
        return _without_state(text)
    if not text[: tail.start()].strip(EDGE):
        return " ".join(text.split()), None, None, None
    street, city = _street_and_city(text[: tail.start()].strip(EDGE))
    return street, city, state_code(tail["state"]), tail["zip"]


def _is_county_word(tail: re.Match[str], text: str) -> bool:
    """Is this the county of `Williamson Co.`, and not Colorado?"""
    if tail["state"].lower() != "co" or tail["zip"] is not None or "," in tail[0]:
        return False
    return not tail[0].strip().isupper() or county_cut(text)[1] is not None


def county_cut(text: str) -> tuple[str, str | None]:
    """Return a text without the county of Texas that ends it, and that county as written."""
    match = COUNTY_LAST.search(text)
    words = match["name"].split() if match else []
    for count in range(len(words), 0, -1):
        name = " ".join(words[-count:])
        if match and find_county(name):
            return text[: match.start() + match[0].rindex(name)].strip(EDGE), f"{name} County"
    return text, None


def _without_county_behind(raw: str) -> str:
    """Return an address without its country, and without a county that stands behind its end."""
    text = COUNTRY.sub("", raw.strip(EDGE).replace(";", ","))
    behind = COUNTY_BEHIND.search(text)
    return text[: behind.end("zip")] if behind else text


def _without_state(text: str) -> tuple[str, str | None, str | None, str | None]:
    """Split an address that names no state: only a town that Texas has ends its street."""
    code = ZIP_BEHIND.search(text)
    head = text[: code.start()].strip(EDGE) if code else text
    head = county_cut(COUNTY_PART.sub("", head))[0]
    street, comma, last = head.rpartition(",")
    if comma and _is_town(last) and re.search(r"[A-Za-z]", street):
        return _joined(street), _joined(last), None, code["zip"] if code else None
    match = STREET.match(head)
    rest = head[match.end() :].strip(EDGE) if match else ""
    if match and _is_town(rest) and not IS_OF_A_STREET.fullmatch(rest):
        return _joined(match["street"]), _joined(rest), None, code["zip"] if code else None
    whole = text if code else head
    return " ".join(whole.split()), None, None, None


IS_OF_A_STREET = re.compile(rf"{SUFFIX}|{DIRECTION}|center|park row", re.IGNORECASE)


def _is_town(name: str) -> bool:
    """Is this a town of Texas, by its plain name?"""
    return is_town(CITY_OF.sub("", _joined(name)))


CITY_OF = re.compile(r"^(?:city|town) of\s", re.IGNORECASE)


def _is_court(tail: re.Match[str]) -> bool:
    """Is this the kind of street in `12 Elm Ct`, and not Connecticut?"""
    return tail["state"].lower() == "ct" and tail["zip"] is None and "," not in tail[0]


def county_in(raw: str) -> str | None:
    """Return the county that stands between the city and the state of an address."""
    behind = COUNTY_BEHIND.search(COUNTRY.sub("", raw.strip(EDGE)))
    if behind:
        return behind["county"]
    text = raw.strip(EDGE)
    found = county_cut(text)[1]
    match = COUNTY_PART.search(TAIL.sub("", text))
    return found or (match[1] if match else None)


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
    match = STREET.match(text) or MAIL.match(text)
    if match and match.end() < len(text):
        return _joined(match["street"]), _joined(text[match.end() :])
    match = ORDINAL.match(text)
    if match:
        return _joined(match["street"]), _joined(match["town"])
    return _before_town(text)


# `715 9TH MAPLETON`: a numbered street without its kind, before the town.
ORDINAL = re.compile(
    rf"^(?P<street>\d{{1,6}}\s(?:{DIRECTION}\s)?\d{{1,3}}(?:st|nd|rd|th)(?:\s{DIRECTION}(?=\s))?)\s(?P<town>[A-Za-z][A-Za-z .]{{2,30}})$",
    re.IGNORECASE,
)


def _before_town(text: str) -> tuple[str, str | None]:
    """Cut before the longest town of Texas that ends a street of no known kind."""
    words = text.split()
    for count in range(min(TOWN_WORDS_MAX, len(words) - 2), 0, -1):
        town = " ".join(words[-count:])
        if words[0][0].isdigit() and _is_town(town):
            return _joined(" ".join(words[:-count])), town
    return _joined(text), None


def unit_behind(raw: str) -> str | None:
    """Return the suite, the building or the like that stands behind a street."""
    match = IS_UNIT.search(split_address(raw)[0])
    return match["unit"] if match and match.start() else None


def _joined(text: str) -> str:
    return " ".join(text.split()).strip(EDGE)


def street_address(raw: str) -> str | None:
    """Return the street of a mailing address, without city, state and zip."""
    street = split_address(raw)[0]
    return None if PLACEHOLDER.match(street) or "@" in street else street


def mailing_street(raw: str) -> str | None:
    """Return the street of a mailing address without the suite, which has a line of its own."""
    street = street_address(raw)
    match = IS_UNIT.search(street) if street else None
    return street[: match.start()].strip(EDGE) if street and match and match.start() else street


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
    if street is None or HOUSE.match(street) or CODE.fullmatch(street):
        return None
    match = STREET.match(street)
    if match and AGENCY_CODE.fullmatch(street[match.end() :]):
        return match["street"]
    return street

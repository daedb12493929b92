"""Normalising: from the words of a document to a value that a ticket can hold.

One function a kind of value; each gives the value, or None if the words say nothing. A value
normalised again is itself, so that a quote always reproduces what was made of it.
"""

import re
from collections.abc import Callable

from pydantic import JsonValue

from domain.texas import find_county
from extraction.addresses import site_address, street_address
from extraction.coordinates import coordinate
from extraction.labels import closed_up
from extraction.measures import days_of, inches_of
from extraction.phones import NUMBER, extension_of, phone_of

TEXT_CHARACTERS_MAX = 20_000
EDGE = " \t\r\n,;:|*_="

# What forms and exports write where nothing was filled in.
PLACEHOLDERS = frozenset(
    """n/a|na|none|null|nil|value|string|not supplied|not listed|not provided|not applicable|not available
    |not specified|not given|not entered|not known|unknown|unk|undefined|unspecified|nan|tbd|tba|blank|select
    |please select|no data|no value|no entry|no name|none provided|none given|same|varies|see attached
    |-none-|(none)|<none>|n.a.|--not listed--|--none--|name|pending|empty|enter text here|click here to enter text""".replace(
        "\n    ", ""
    ).split("|")
)
RUBBISH = re.compile(r"^[\W_xX0]*$")
YES = frozenset(["y", "yes", "true", "t", "x", "checked", "[x]", "(x)"])
NO = frozenset(["n", "no", "false", "f", "[", "]", "(", ")", "unchecked"])
WHITE = re.compile(r"\bwhite\b", re.IGNORECASE)
COUNTY_WORD = re.compile(r"\s+(?:county|co\.?|parish)$", re.IGNORECASE)
CITY_TAIL = re.compile(r",?\s+[A-Z]{2}\.?(?:\s+\d{5}(?:-\d{4})?)?$|,\s*(?:Texas|TX)\b.*$")
CITY_HEAD = re.compile(r"^(?:city|town) of\s+", re.IGNORECASE)
EMAIL = re.compile(r"[\w.+'-]{1,64}@(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2,24}")
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_#-]*(?: [A-Za-z0-9./_-]*\d[A-Za-z0-9./_-]*)?")
TIME = re.compile(r"^\d{1,2}:\d{2}")
ONLY_DATE = re.compile(r"^\d{1,4}[/-]\d{1,2}[/-]\d{1,4}\b")
TIMESTAMP_NOTE = re.compile(r"\s*\[\d{1,2}/\d{1,2}/\d{2,4} [^\[\]]{0,60}\]")

TYPES: tuple[tuple[str, str], ...] = (
    (r"non[- ]?emergency", "Normal"),
    (r"emergency|emerg\b", "Emergency"),
    (
        r"no[- ]?response|no[- ]?show|second (?:request|notice)|2nd (?:request|notice)",
        "No Response",
    ),
    (r"re-?mark", "Update & Remark"),
    (r"update|renew|refresh|extension|extend", "Update"),
    (r"dig[- ]?up|damage|hit line|dug up", "Dig Up"),
    (r"demolition|\bdemo\b", "Demolition"),
    (
        r"^(?:new |original )?(?:normal|routine|regular|standard|new|original)(?: (?:notice|ticket|locate|request))?$",
        "Normal",
    ),
)
PRIORITIES: tuple[tuple[str, str], ...] = (
    (r"non[- ]?emergency|normal|standard|routine|^low$|^medium$|regular", "Standard"),
    (r"emergency|critical|^p1$|^e$", "Emergency"),
    (r"rush|urgent|expedite|high|asap|short notice", "Rush"),
)
DATE_FORMS = (
    re.compile(r"(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?:[T ](?P<H>\d\d):(?P<M>\d\d))?"),
    re.compile(
        r"(?P<m>\d{1,2})[/-](?P<d>\d{1,2})[/-](?P<y>20\d\d|\d\d)\b"
        r"(?:,?\s{0,4}(?:at\s{0,3})?(?P<H>\d{1,2}):(?P<M>\d\d)(?::\d\d)?\s?(?P<half>[ap]m)?)?",
        re.IGNORECASE,
    ),
)
NOON = 12
TWO_DIGITS = 99  # the largest year that is written without its century
REMARK = re.compile(r"\s{0,3}\([\w .,#/-]{2,40}\)$")
TITLE = re.compile(
    r"\s{0,3}[,/-]\s{0,3}(?:(?:site|crew|job|project|field|general|line)\s)?(?:foreman|supervisor|superintendent"
    r"|crew(?:\s(?:#\s?)?\w{1,10})?|lead(?:er|man)?|chief|manager|coordinator|inspector|engineer|lineman|operator"
    r"|dispatcher|owner)\.?$",
    re.IGNORECASE,
)


def plain_text(raw: str) -> str | None:
    """Return the words with single blanks, or None if they are a placeholder."""
    text = " ".join(raw.split()).strip(EDGE)
    return None if is_placeholder(text) else text[:TEXT_CHARACTERS_MAX]


def is_placeholder(raw: str) -> bool:
    """Is this what stands where nothing was filled in?"""
    text = " ".join(raw.lower().split()).strip(EDGE)
    return not text or text in PLACEHOLDERS or RUBBISH.match(text) is not None


def name_text(raw: str) -> str | None:
    """Return a name of a person or company; a number or a date is none."""
    text = plain_text(raw)
    if text is None or not re.search(r"[A-Za-z]", text) or TIME.match(text) or "@" in text:
        return None
    return text


def person(raw: str) -> str | None:
    """Return the name of a person without the title, crew or number that stands behind it."""
    number = NUMBER.search(raw)
    text = name_text(raw[: number.start()] if number and number.start() else raw)
    if text is None:
        return None
    name = TITLE.sub("", REMARK.sub("", text)).strip(EDGE + " -(")
    return name or text


def free_text(raw: str) -> str | None:
    """Return running text without the stamps that dispatch systems put after each line."""
    return plain_text(TIMESTAMP_NOTE.sub(" ", raw))


def road(raw: str) -> str | None:
    """Return the name of a road; a time or a date is none."""
    text = plain_text(raw)
    if text is None or TIME.match(text) or ONLY_DATE.match(text):
        return None
    return text if len(text) > 1 else None


def yes_or_no(raw: str) -> bool | None:
    """Return what a tick box says, or None if it is neither yes nor no."""
    text = " ".join(raw.lower().split()).strip(" .,;")
    return True if text in YES else False if text in NO else None


def white_lines(raw: str) -> bool | None:
    """Return whether the site is marked in white; flags or stakes alone say nothing of paint."""
    said = yes_or_no(raw)
    if said is None and WHITE.search(raw) and not re.search(r"\bno[t ]", raw.lower()):
        return True
    return said


def county(raw: str) -> str | None:
    """Return a county without the word; one of Texas in its official spelling."""
    text = plain_text(raw)
    if text is None or not re.search(r"[A-Za-z]{3}", text):
        return None
    name = COUNTY_WORD.sub("", re.split(r",", text)[0]).strip()
    known = find_county(name)
    return known.name if known else name


def city(raw: str) -> str | None:
    """Return a city without its state and zip."""
    text = name_text(raw)
    return None if text is None else CITY_HEAD.sub("", CITY_TAIL.sub("", text)).strip(EDGE)


def email(raw: str) -> str | None:
    """Return the first e-mail address."""
    match = EMAIL.search(raw)
    return match.group().strip(".'") if match else None


def identifier(raw: str) -> str | None:
    """Return a number of an order or a thing: it has a digit and is no date."""
    text = plain_text(raw.strip().lstrip("#"))
    if text is None or TIME.match(text) or ONLY_DATE.match(text):
        return None
    match = IDENTIFIER.match(text.lstrip("#: "))
    found = match.group().rstrip(".-/_") if match else ""
    return found if re.search(r"\d", found) and not RUBBISH.match(found) else None


def by_table(table: tuple[tuple[str, str], ...]) -> Callable[[str], str | None]:
    """Return a normaliser that maps words to the first row whose pattern is in them."""

    def mapped(raw: str) -> str | None:
        text = " ".join(closed_up(raw).lower().replace("*", " ").split()).strip(EDGE)
        return next((value for pattern, value in table if re.search(pattern, text)), None)

    return mapped


def moment(raw: str) -> str | None:
    """Return a date and time as ISO text, in the wall clock that the document writes."""
    for form in DATE_FORMS:
        match = form.search(raw)
        if match:
            return _iso(match.groupdict())
    return None


def _iso(found: dict[str, str | None]) -> str:
    year, month, day = (int(found[key] or 0) for key in "ymd")
    date = f"{year if year > TWO_DIGITS else 2000 + year:04}-{month:02}-{day:02}"
    if found.get("H") is None:
        return date
    hour, half = int(found["H"] or 0), (found.get("half") or "").lower()
    if half == "pm" and hour < NOON:
        hour += NOON
    elif half == "am" and hour == NOON:
        hour = 0
    return f"{date}T{hour:02}:{found['M']}"


Normaliser = Callable[[str], JsonValue]

NORMALISERS: dict[str, Normaliser] = {
    "company": name_text,
    "contact_name": person,
    "onsite_contact_name": person,
    "work_for": name_text,
    "member_name": name_text,
    "phone": phone_of,
    "onsite_phone": phone_of,
    "work_for_phone": phone_of,
    "phone_extension": extension_of,
    "onsite_phone_extension": extension_of,
    "email": email,
    "address_line_1": street_address,
    "address": site_address,
    "service_address": site_address,
    "city": city,
    "county": county,
    "nearest_intersection": road,
    "cross_street": road,
    "is_boring": yes_or_no,
    "is_trenchless": yes_or_no,
    "is_blasting": yes_or_no,
    "white_lines_painted": white_lines,
    "emergency_flag": yes_or_no,
    "gps_coordinates": coordinate,
    "depth_inches": inches_of,
    "duration_days": days_of,
    "work_area_description": free_text,
    "marking_instructions": free_text,
    "driving_directions": free_text,
    "emergency_justification": free_text,
    "pole_id": identifier,
    "transformer_id": identifier,
    "meter_number": identifier,
    "work_order_ref": identifier,
    "incident_number": identifier,
    "source_ticket_number": identifier,
    "previous_ticket_number": identifier,
    "damage_claim_number": identifier,
    "ticket_type": by_table(TYPES),
    "priority_level": by_table(PRIORITIES),
    "work_start_at": moment,
    "expires_at": moment,
    "document_created_at": moment,
}


def normalise(field: str, raw: str) -> JsonValue:
    """Return the value that these words give to this field, or None."""
    return NORMALISERS.get(field, plain_text)(raw)

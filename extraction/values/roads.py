"""Roads that cross: `A & B`, `A @ B`, `corner of A and B`, `between A and B` are two names.

Words such as `and` part two names only where both have the shape of a street; a corner
of the compass (`NE corner of`) stays with its words, because it tells more than the names.
"""

import re

from extraction.values.streets import IS_STREET

CHARACTERS_MAX = 160
LEAD = re.compile(
    r"^(?:(?:at |near )?(?:the )?(?:corner|intersection|intersect|int|junction|jct|x)\.?(?: of)?|between|btwn?\.?|betw|near|at)[\s:]{1,3}",
    re.IGNORECASE,
)
# `1 -- GRAND AVE`, `2nd: Monroe St`: which of the roads that cross this is.
COUNT = re.compile(
    r"(?:#\s?)?[12](?:st|nd)?\s{0,2}(?:int(?:ersection)?|cross(?: st(?:reet)?)?)?\s{0,2}(?:-{1,2}|\u2013|[.):=])\s{1,6}(?=[A-Z]|\d{1,3}(?:st|nd|rd|th)\b)",
    re.IGNORECASE,
)
BOTH = re.compile(
    rf"(?:{COUNT.pattern})(?P<one>\S.{{2,60}}?)[\s,;/|]{{1,6}}(?:{COUNT.pattern})(?P<two>\S.{{2,60}})",
    re.IGNORECASE,
)
COMPASS = re.compile(
    r"^(?:at )?(?:the )?(?:[ns][ew]|(?:north|south)[ -]?(?:east|west)|[nsew])(?:ly)? (?:cor|corner|side|quad|of)\b",
    re.IGNORECASE,
)
MARKS = re.compile(r"\s{0,3}(?:&|@|;|\\|\||\s/|/\s|/)\s{0,3}")
WORDS = re.compile(
    r"\s{1,3}(?:and|at|x|w/|-{1,2}|\u2013|intersection with)\s{1,3}", re.IGNORECASE
)
NAME = re.compile(r"(?=.{0,40}[A-Za-z])[A-Za-z0-9#][\w .'#-]{2,58}\.?")
HOUSE = re.compile(r"^\d{2,6}\s(?!\S{0,4}(?:st|nd|rd|th)\b)(?=[A-Za-z])", re.IGNORECASE)


def two_roads(raw: str) -> tuple[str, str] | None:
    """Return the two roads that cross, in the order that they are written, or None."""
    text = " ".join(raw[: 2 * CHARACTERS_MAX].split()).strip(" ,.;:")
    counted = BOTH.fullmatch(text) if len(text) <= CHARACTERS_MAX else None
    if counted:
        return counted["one"].strip(" ,;"), counted["two"].strip(" ,;")
    if len(text) > CHARACTERS_MAX or COMPASS.match(text) or HOUSE.match(text):
        return None
    names = LEAD.sub("", text, count=1)
    for divider in (MARKS, WORDS):
        parts = divider.split(names)
        if len(parts) == len(PAIR) and all(NAME.fullmatch(part.strip()) for part in parts):
            one, two = (part.strip(" ,") for part in parts)
            is_told = names != text and (_is_road(one) or _is_road(two))
            if divider is MARKS or is_told or (_is_road(one) and _is_road(two)):
                return one, two
    return None


PAIR = ("one", "two")


def without_count(raw: str) -> str:
    """Return a road without the number that counts it among those that cross."""
    return COUNT.sub("", raw, count=1) if COUNT.match(raw) else raw


def one_road(raw: str) -> str:
    """Return a road without the words that lead to it."""
    text = " ".join(raw.split())
    return LEAD.sub("", text, count=1) if len(text) <= CHARACTERS_MAX else text


def _is_road(name: str) -> bool:
    return IS_STREET.fullmatch(name) is not None

"""Whether a value looks like what most values of its field look like.

A value of an odd shape may still be right, and a well-shaped one wrong: this is evidence for the
confidence, never a reason to drop anything.
"""

import re
from collections.abc import Callable

from pydantic import JsonValue

from domain.places import is_town
from extraction.values.streets import IS_ADDRESS, IS_STREET, TWO

STREET_CHARACTERS_MAX = 80  # a longer one holds more than a street
NAME_WORDS_MAX = 8
WORK_WORDS = range(2, 31)
AREA_WORDS_MIN = 5
NUMBER_CHARACTERS_MAX = 20

PERSON = re.compile(
    r"[^\W\d_][\w.'\u2019-]{0,30}(?:,? (?:[\"(]?[^\W\d_][\w.'\u2019-]{0,30}[\")]?)){1,3}"
)
GLUED = re.compile(
    r"[:@=|]|\d{5}|\d{3}[-.]\d{4}|\b(?:phone|fax|contact|address|email)\b", re.IGNORECASE
)
# A house on a county road that is known by its number alone.
ON_A_NUMBER = re.compile(r"\d{1,6}\s\d{1,4}[A-Za-z]?")
MAIL_BOX = re.compile(r"p\.?\s?o\.?\s?box\s\w{1,8}", re.IGNORECASE)
POSITION = re.compile(
    r"\b(?:from|to|along|behind|front|rear|side|north|south|east|west|[ns][ew]?|corner|feet|ft|pole|easement|lot"
    r"|yard|property|row|right[- ]of[- ]way|of|at|between|near|locate|mark)\b",
    re.IGNORECASE,
)


def is_shaped(field: str, value: JsonValue, *, is_texan: bool) -> bool:
    """Return whether the value has the usual shape of its field; what has no shape always has."""
    test = SHAPES.get(field)
    if field == "city" and not is_texan:
        test = _is_name
    return test is None or test(str(value))


def _is_address(text: str) -> bool:
    shapes = (IS_ADDRESS, IS_STREET, TWO, ON_A_NUMBER, MAIL_BOX)
    return len(text) <= STREET_CHARACTERS_MAX and any(shape.fullmatch(text) for shape in shapes)


def _is_road(text: str) -> bool:
    return len(text) <= STREET_CHARACTERS_MAX and IS_STREET.fullmatch(text) is not None


def _is_name(text: str) -> bool:
    return len(text.split()) <= NAME_WORDS_MAX and GLUED.search(text) is None


def _is_person(text: str) -> bool:
    return PERSON.fullmatch(text) is not None and _is_name(text)


def _is_work(text: str) -> bool:
    return len(text.split()) in WORK_WORDS and GLUED.search(text) is None


def _is_area(text: str) -> bool:
    return len(text.split()) >= AREA_WORDS_MIN and POSITION.search(text) is not None


def _is_number(text: str) -> bool:
    return len(text) <= NUMBER_CHARACTERS_MAX and any(letter.isdigit() for letter in text)


SHAPES: dict[str, Callable[[str], bool]] = {
    "address": _is_address,
    "address_line_1": _is_address,
    "service_address": _is_address,
    "nearest_intersection": _is_road,
    "cross_street": _is_road,
    "city": is_town,
    "company": _is_name,
    "work_for": _is_name,
    "contact_name": _is_person,
    "onsite_contact_name": _is_person,
    "type_of_work": _is_work,
    "work_area_description": _is_area,
    "marking_instructions": _is_area,
    "pole_id": _is_number,
    "transformer_id": _is_number,
    "meter_number": _is_number,
    "work_order_ref": _is_number,
}

"""Told by the value: what a label means if its value is so, in one table.

`Location: 410 Oak Ln` is an address; `Exp: N` is no explosives; `Assigned to: Contractor` is nobody.
"""

import re
from collections.abc import Callable

from domain.places import is_town
from extraction.roles import Role
from extraction.values.addresses import STREET, place_of, split_address, state_code
from extraction.values.moments import is_moment
from extraction.values.normalise import EMAIL
from extraction.values.phones import NUMBER
from extraction.values.shapes import (
    CODE,
    CUSTOMER,
    DEGREES_ONLY,
    KIND_OF_DIGGER,
    LOCATED,
    NO_NAME,
    NOBODY,
    OF_FIRM,
    ONE_LETTER,
    POLE_SIZE,
    PROSE,
    REST_OF_LABEL,
    SECTION,
    STATION,
    STATIONS,
)
from extraction.values.streets import is_numbered
from extraction.values.trades import LEGAL, is_company

STATE_LETTERS = 2
ADDRESS_TAIL = re.compile(r"[\s,.]{0,4}(?:[A-Za-z .]{2,30}(?:,\s?| )(?:TX|Texas)\b.{0,12})?")
FIRM_WORDS_MIN = 3  # of a firm without its legal form: `Rita Pool` is a person
WORK_WORDS_MIN = 3
NUMERIC = re.compile(r"\d{4}")
DOES = re.compile(
    r"\b(?:replac\w*|install\w*|relocat\w*|repair\w*|remov\w*|ext\.|extend\w*|extension|rebuild\w*|upgrad\w*|convert\w*|conversion"
    r"|bury|bor(?:e|ing)|trench\w*|excavat\w*|dig(?:ging)?|construct\w*|demolish\w*|demolition|grad(?:e|ing)|drill\w*|tie-?in|renew\w*|tap|change ?out|abandon\w*|make[- ]ready|xfmr|urd)\b",
    re.IGNORECASE,
)
NUMBER_OF_A_PLACE = re.compile(r"(?=\S{0,30}\d)[A-Z0-9]{1,12}(?:[-_.][A-Z0-9]{1,12}){1,4}")
DIMENSIONS = re.compile(
    r"\d{1,5}(?:\.\d)?\s?(?:ft|feet|'|in|\")?\.?\s?(?:x|by)\s?\d{1,5}(?:\.\d)?\s?(?:ft|feet|'|in|\")?\.?",
    re.IGNORECASE,
)
COUNTED = re.compile(r"\d{1,3}(?:\s\D.{0,40})?")  # `On site: 2 units`
YES_OR_NO = re.compile(r"(?:yes|no|y|n)\.?", re.IGNORECASE)
NUMBERS = frozenset(
    [
        "work_order",
        "work_request",
        "ticket",
        "previous_ticket",
        "pole",
        "meter",
        "transformer",
        "address",
        "city",
        "subdivision",
        "cross_1",
        "lot",
        "depth",
        "duration",
    ]
)
PEOPLE = frozenset({"caller", "contact", "onsite", "work_for"})
# No place is called by a date: `On 14-OCT-26` is no street, `At: 09:15` no road that crosses.
OF_PLACES = frozenset(
    ["cross_1", "cross_2", "street", "address", "city", "county", "extent", "subdivision"]
)
OWN_CREW = re.compile(
    r"(?:(?:none|n/?a|no)\s{0,2}[-,(:]\s{0,2})?(?:the )?(?:city|own|our|in-?house|company|utility|district|co-?op|county|state|town|local)?\s?"
    r"(?:crews?|forces|personnel|staff|employees)(?: [#\w]{1,6})?",
    re.IGNORECASE,
)
ONLY_PHONE = re.compile(
    r"[^A-Za-z]{0,4}(?:(?:ph|cell|tel|phone|office|mobile)[.:# ]{0,3})?", re.IGNORECASE
)
PARTY_PHONE = {
    "caller": Role.CALLER,
    "onsite": Role.ONSITE,
    "work_for": Role.WORK_FOR,
    "contact": None,
    "name": None,
}
ZIP_LAST = re.compile(r"\b\d{5}(?:-\d{4})?\s{0,3}$")


def _is_number(value: str) -> bool:
    """Say whether this is a telephone number and no name."""
    number = NUMBER.search(value)
    return number is not None and ONLY_PHONE.fullmatch(value[: number.start()]) is not None


def _is_street(value: str) -> bool:
    """Say whether this is a street address and tells no more."""
    head, _comma, place = value.partition(",")
    if is_numbered(value) or (is_numbered(head) and _is_town(place.strip())):
        return True
    split, city = split_address(value)[:2]
    if city and is_numbered(split) and ZIP_LAST.search(value):
        return True  # `5800 Westgate Blvd, Austin 78745`
    street = STREET.match(value)
    return street is not None and ADDRESS_TAIL.fullmatch(value[street.end() :]) is not None


def _is_town(place: str) -> bool:
    """Is this a city with its state, or a town of Texas alone: `14 Oak Ln, Anahuac`?"""
    return is_place(place) or (place.replace(" ", "").isalpha() and is_town(place))


def _is_state(value: str) -> bool:
    return len(value) == STATE_LETTERS and state_code(value) is not None


def _is_firm(value: str) -> bool:
    """Is this the name of a firm alone, and no person of one?"""
    is_named = LEGAL.search(value) is not None or (
        len(value.split()) >= FIRM_WORDS_MIN and is_company(value)
    )
    return is_named and OF_FIRM.search(value) is None and "," not in value[:-6]


def is_place(text: str) -> bool:
    """Is this nothing but a city, a state and a zip?"""
    place = place_of(text)
    return place is not None and not any(letter.isdigit() for letter in place.split(",")[0])


def _is_work(value: str) -> bool:
    """Is this what a job does, and no number of it: `URD primary ext. & pad xfmr`?"""
    is_told = len(value.split()) >= WORK_WORDS_MIN and NUMERIC.search(value) is None
    return is_told and DOES.search(value) is not None


Test = Callable[[str], object]
# What a label means if its value is so; the first row that fits is taken.
MEANINGS: tuple[tuple[frozenset[str], Test, str, Role | None], ...] = (
    (frozenset({"company", "assignee"}), KIND_OF_DIGGER.fullmatch, "nothing", None),
    (frozenset({"assignee", "subdivision"}), is_company, "company", None),
    (frozenset({"expires_at"}), YES_OR_NO.fullmatch, "is_blasting", None),  # `Exp: N`
    (NUMBERS, YES_OR_NO.fullmatch, "nothing", None),
    (OF_PLACES | PEOPLE, is_moment, "nothing", None),
    (frozenset({"onsite"}), COUNTED.fullmatch, "nothing", None),
    (frozenset({"phone", "mobile"}), EMAIL.fullmatch, "email", None),
    (frozenset({"email"}), _is_number, "phone", None),
    (frozenset({"street"}), _is_state, "state", None),
    (frozenset(PARTY_PHONE), _is_number, "phone", None),
    (frozenset({"caller", "contact"}), CUSTOMER.search, "work_for", None),
    (frozenset({"type_of_work", "job_type", "work_activity"}), CODE.fullmatch, "nothing", None),
    (PEOPLE, NOBODY.fullmatch, "nothing", None),
    (PEOPLE, REST_OF_LABEL.fullmatch, "nothing", None),
    (PEOPLE | {"company", "name"}, NO_NAME.fullmatch, "nothing", None),
    (frozenset({"caller", "contact"}), _is_firm, "company", None),
    (frozenset({"work_for"}), STATION.fullmatch, "member_name", Role.MEMBER),
    (frozenset({"lot_block"}), SECTION.fullmatch, "str", None),
    (PEOPLE | {"company"}, ONE_LETTER.fullmatch, "nothing", None),
    (PEOPLE | {"company", "street", "address"}, PROSE.fullmatch, "nothing", None),
    (frozenset({"extent"}), DIMENSIONS.fullmatch, "size", None),
    (frozenset({"extent"}), NUMBER_OF_A_PLACE.fullmatch, "nothing", None),
    (frozenset({"equipment"}), YES_OR_NO.fullmatch, "nothing", None),
    (frozenset({"company"}), OWN_CREW.fullmatch, "nothing", None),
    (frozenset({"work_order"}), _is_street, "nothing", None),
    (frozenset({"work_order"}), _is_work, "type_of_work", None),
    (frozenset({"pole"}), POLE_SIZE.fullmatch, "nothing", None),
    (frozenset({"marking"}), LOCATED.fullmatch, "nothing", None),
    (frozenset({"cross_1"}), STATIONS.fullmatch, "nothing", None),
    (frozenset({"extent"}), _is_street, "address", Role.SITE),
    (frozenset({"address"}), is_place, "city_state_zip", None),
    (frozenset({"phone"}), _is_street, "mailing_address", None),
    (frozenset({"lot_block"}), DEGREES_ONLY.fullmatch, "point", None),
)

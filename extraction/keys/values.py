"""Values: what the value of a key says about the key.

`ST` with `TX` is a state and with `Main St` a street; a type of `ZX07` is a code, and a person
called `KBRANDT` is a login. What is only a code fills nothing.
"""

import re
from dataclasses import replace

from extraction.keys.meaning import KINDS, STATEMENTS, is_flag
from extraction.keys.shapes import YES_OR_NO, shown_by
from extraction.keys.splitting import words_of
from extraction.keys.tables import words_in
from extraction.labels.concepts import Label, name_of
from extraction.lines.told_by_value import DIMENSIONS, OF_PLACES
from extraction.values.addresses import CODES, STREET
from extraction.values.coordinates import point_of
from extraction.values.moments import is_moment
from extraction.values.names import CODE_ALONE

CODE = re.compile(r"[A-Z]{1,4}[-_]?\d{0,4}|\d{1,4}")
TOKEN = re.compile(r"\S{1,80}")
# `TKING`, `hdeleon`: an initial before a name. No first name begins with two such letters.
INITIAL = (
    r"(?!(?i:[bcfgkps]l|[bcdfgkptw]r|[cgkpstw]h|s[ckmnpqtw]|[dtgq]w|kn|gn|ll|mc|ng|[dtcs]z|ts|zh|rh))"
    r"(?i:[b-df-hj-np-tv-z]{2})"
)
LOGIN = re.compile(
    rf"[A-Z]{{6,}}|[a-z]{{6,}}|{INITIAL}(?:[A-Z]{{2,10}}|[a-z]{{2,10}})|\S{{0,40}}[\d_@\\]\S{{0,40}}"
)
KIND_OF_TICKET = re.compile(
    r"(?:new |original )?(?:emergency|emerg?|em|norm|emer|upd|updt|routine|regular|normal|update|no[ -]?response|demolition|dig[ -]?up"
    r"|non[ -]?emergency|rush|short notice|standard|damage)(?: (?:(?:of|to|on|for) (?:an? |the )?(?:existing|previous|prior|original) )?(?:ticket|request|locate|notice))?",
    re.IGNORECASE,
)
ASSET = re.compile(
    r"(pole|xfmr|transformer|meter)\s?(?:#|no\.?|id)?\s{0,2}[\w-]{0,20}\d[\w-]{0,20}",
    re.IGNORECASE,
)
ASSETS = {"pole": "pole", "xfmr": "transformer", "transformer": "transformer", "meter": "meter"}
UNIT = re.compile(
    r"(?:in|inch|inches|ft|feet|foot|yd|yds|m|cm|mm|d|day|days|dy|wk|wks|week|weeks|w|h|hr|hrs|hour"
    r"|hours|hur|mo|mon|month|months|min|minutes|\"|'|us-ft|fot)\.?",
    re.IGNORECASE,
)
LONG_NUMBER = re.compile(r"[A-Z]{0,3}-?\d{5,20}")  # of a ticket, and no rank of one
ADDRESS_CHARACTERS_MAX = 80
ASSET_CHARACTERS_MAX = 60
WORDED = frozenset(["extent", "remarks", "directions", "marking", "description"])
KINDS_OF_WORK = frozenset(["type", "type_of_work", "job_type", "work_category"])
OF_THE_MESSAGE = frozenset(["msg type", "message type", "event", "event type", "action"])
NO_PERSON = re.compile(
    r"(?:the )?(?:call cent(?:er|re)|customer (?:service|care)|dispatch(?: cent(?:er|re))?|control room|help ?desk"
    r"|(?:web|online|mobile)(?: (?:portal|user|form|entry|site))?|internet|system(?: user)?|batch|interface|integration(?: user)?"
    r"|service account|administrator|admin|automated|auto|operations|anonymous|anon|refused|passer-?by)",
    re.IGNORECASE,
)
# What sorts orders and does not say what is done.
GENERAL_WORK = words_in(
    """construction maintenance repair capital corrective preventive emergency routine planned
    installation replacement inspection service reactive scheduled expense design operations"""
)
PEOPLE = frozenset(["contact", "caller", "onsite", "created_by"])
BUDGETS = frozenset(["afe", "afe #", "wbs", "wbs element", "charge #", "budget #"])
NAMED = PEOPLE | frozenset(["name", "company", "work_for"])
OWNERS = frozenset(["owner", "owner id"])  # of a record: a user, if it is a login
STATE_KEYS = frozenset(["st", "region", "stt", "regio", "stat"])


def weighed(label: Label | None, key: str, value: str) -> Label | None:
    """Return what a key means beside this value, or None if the value is no answer to it."""
    last = name_of(key).split()[-1:]
    is_kind = not KINDS.isdisjoint(last)
    shown = shown_by(label, name_of(key), value)
    if shown is not None:
        return shown
    if label is None:
        return _of_kind_alone(value) if is_kind else _of_asset(value)
    if not STATE_KEYS.isdisjoint(last) and value.strip().upper() in CODES:
        return Label("state", label.role)
    if label.concept in KINDS_OF_WORK or is_kind:
        return _of_kind(label, value, is_kind=is_kind)
    return _answered(label, key, value)


def _of_kind_alone(value: str) -> Label | None:
    """Return what a `class` or `kind` of nothing is: only its value can say."""
    is_told = KIND_OF_TICKET.fullmatch(value) is not None
    return Label("ticket_type", is_guessed=True) if is_told else None


def _answered(label: Label, key: str, value: str) -> Label | None:
    if label.concept == "unit":
        return label if UNIT.fullmatch(value) else Label("address_2", label.role)
    if label.concept == "ticket_type" and name_of(key) in OF_THE_MESSAGE:
        return label if KIND_OF_TICKET.fullmatch(value) else None
    is_type = label.concept == "nature" and "type" in words_of(key).split()
    if is_type and KIND_OF_TICKET.fullmatch(value):
        return Label("ticket_type")
    if _is_no_answer(label.concept, key, value):
        return None
    if label.concept == "work_order" and name_of(key) in BUDGETS:
        return replace(label, is_guessed=True)  # an order has its own number beside it
    return _of_place(label, value) if label.concept in ("extent", "point") else label


def _of_place(label: Label, value: str) -> Label:
    """Return what a location is: a point, a size, an address, or words about where it is."""
    if point_of(value) is not None:
        return replace(label, concept="point")
    if DIMENSIONS.fullmatch(value):
        return replace(label, concept="size")
    is_address = len(value) <= ADDRESS_CHARACTERS_MAX and STREET.match(value)
    return replace(label, concept="address" if is_address else "extent")


def _of_kind(label: Label, value: str, *, is_kind: bool) -> Label | None:
    if KIND_OF_TICKET.fullmatch(value):
        return replace(label, concept="ticket_type", role=None)
    is_sorted = is_kind or label.concept != "type_of_work"
    if is_sorted and value.strip().lower() in GENERAL_WORK:
        return replace(label, concept="work_category")
    return None if CODE.fullmatch(value) else label


def _is_of_another_kind(concept: str, value: str) -> bool:
    """Is this a date for a place, a number for a priority or a company, or a flag for a name?"""
    if concept in NAMED and YES_OR_NO.fullmatch(value):
        return True
    if concept in OF_PLACES:
        return is_moment(value)
    if concept == "priority":
        return LONG_NUMBER.fullmatch(value) is not None
    return concept == "company" and CODE_ALONE.fullmatch(value.strip()) is not None


def _is_no_answer(concept: str, key: str, value: str) -> bool:
    if concept in STATEMENTS:
        # A zero is what nobody has filled in, a one may count bores; paint is not counted.
        is_open = value == "0" or (value == "1" and concept != "white_lines")
        return is_open and not is_flag(key)
    if concept in WORDED:
        return TOKEN.fullmatch(value) is not None
    if concept == "address":
        return value.strip().lower() == "same" or is_moment(value)
    if _is_of_another_kind(concept, value):
        return True
    is_user = concept in PEOPLE or (concept == "work_for" and name_of(key) in OWNERS)
    if is_user and LOGIN.fullmatch(value):
        return True
    return concept in (*PEOPLE, "name") and NO_PERSON.fullmatch(value) is not None


def _of_asset(value: str) -> Label | None:
    """Return what `POLE 417-22-B` is under a key that is not known."""
    match = ASSET.fullmatch(value) if len(value) < ASSET_CHARACTERS_MAX else None
    return Label(ASSETS[match[1].lower()], is_guessed=True) if match else None

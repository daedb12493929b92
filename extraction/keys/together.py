"""Together: what a leaf is not, once it is known what else the document says.

A supervisor without a telephone, beside the contact of a contractor, is not on the site; a
customer who lives next door only called; `city: ABL` beside `cityName: Abilene` is a code.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from extraction.keys.leaf import Leaf
from extraction.keys.owners import (
    EXPLICIT,
    Rule,
    Told,
    owners_of_assets,
    owners_of_records,
    owners_of_things,
    people_of_owners,
    place_of,
    plain_owners,
    silent,
)
from extraction.keys.records import named_records
from extraction.keys.splitting import words_of
from extraction.roles import SILENT_ROLES, Role
from extraction.values.normalise import is_placeholder, normalise
from extraction.values.phones import NUMBER

Found = dict[int, list[Leaf]]
SITES = (Role.SITE, Role.NONE, Role.WORK, Role.JOB)
PEOPLE = frozenset(["contact", "caller", "name"])
CODE = re.compile(r"[A-Za-z0-9]{1,10}(?:[-_/][A-Za-z0-9]{1,12}){0,4}")
CODED = frozenset(["city", "county", "nature", "type_of_work", "job_type"])
NAMING_WORDS = frozenset(["name", "description", "text", "long", "full", "label"])
SUPERVISORS = frozenset(
    ["supervisor", "work supervisor", "superintendent", "work order supervisor"]
)
CODE_CHARACTERS_MAX = 4  # of a place; a longer one is its name
HOUSE_NUMBER = re.compile(r"\d{1,6}")
OF_AN_ANSWER = frozenset(["work_request", "id", "number"])
NUMBERED = frozenset(["work_order", "work_request", "ticket", "incident"])
ACCOUNTS = frozenset(["account", "customer"])
PAYLOADS = frozenset([".data", ".result", ".results", ".payload", ".response", ".body"])
OF_ONE_CONCEPT_MAX = 10  # values in one object that are compared with each other
ADDRESSES_MAX = 100  # that are compared with those of customers


def weighed_together(found: Found) -> Found:
    """Return the leaves, those changed that others of the document put in another light."""
    told = [leaf for leaves in found.values() for leaf in leaves if _says(leaf)]
    rules = [rule for make in RULES if (rule := make(told)) is not None]
    if not rules:
        return found
    return {
        index: [_changed(leaf, rules) for leaf in leaves] for index, leaves in found.items()
    }


def _changed(leaf: Leaf, rules: Iterable[Rule]) -> Leaf:
    for rule in rules:
        leaf = rule(leaf)
    return leaf


def _says(leaf: Leaf) -> bool:
    return leaf.role not in SILENT_ROLES and bool(leaf.value) and not is_placeholder(leaf.value)


def _callers_first(told: Told) -> Rule | None:
    """Offer the number of the company only, where the one who calls has one of his own."""
    own = [
        leaf
        for leaf in told
        if leaf.label.concept == "phone"
        and leaf.role is Role.CALLER
        and NUMBER.search(leaf.value)
    ]
    if not own:
        return None
    places = {(leaf.line.part, path) for leaf in own for path in leaf.line.within[1:]}
    places |= {place_of(leaf) for leaf in own if leaf.label.role is Role.CALLER}

    def rule(leaf: Leaf) -> Leaf:
        is_company = leaf.label.concept == "phone" and leaf.role is Role.EXCAVATOR
        if is_company and place_of(leaf) in places:
            return replace(leaf, label=replace(leaf.label, concept="alt_phone"))
        return leaf

    return rule


def _names_for_codes(told: Told) -> Rule | None:
    """Leave out a code whose name stands beside it: `city` and `cityName`, two natures."""
    named: dict[tuple[str, str, str], list[Leaf]] = {}
    for leaf in told:
        if leaf.label.concept in CODED:
            named.setdefault((*place_of(leaf), leaf.label.concept), []).append(leaf)
    codes = {
        id(leaf)
        for leaves in named.values()
        if len(leaves) <= OF_ONE_CONCEPT_MAX
        for leaf in leaves
        if CODE.fullmatch(leaf.value)
        and any(_is_name_of(other, leaf) for other in leaves if other is not leaf)
    }
    return (lambda leaf: silent(leaf) if id(leaf) in codes else leaf) if codes else None


def _is_name_of(name: Leaf, code: Leaf) -> bool:
    if len(name.value) <= len(code.value) or name.role is not code.role:
        return False
    if code.label.concept == "nature":
        return " " in name.value
    short, full = (
        words_of(code.line.label or "").split(),
        words_of(name.line.label or "").split(),
    )
    rest = [word for word in full if word not in short]
    return (
        len(full) > len(short)
        and not NAMING_WORDS.isdisjoint(rest)
        and len(code.value) <= CODE_CHARACTERS_MAX
    )


def _supervisors(told: Told) -> Rule | None:
    """Leave out a supervisor without a telephone where a contractor has a contact."""
    has_contact = any(
        (leaf.label.concept in PEOPLE and leaf.role in (Role.CALLER, Role.EXCAVATOR))
        or leaf.label.concept == "caller"
        for leaf in told
    )
    phones = {
        place_of(leaf)
        for leaf in told
        if leaf.role is Role.ONSITE and leaf.label.concept in ("phone", "mobile")
    }
    if not has_contact:
        return None

    def rule(leaf: Leaf) -> Leaf:
        is_bare = (
            words_of(leaf.line.label or "") in SUPERVISORS and place_of(leaf) not in phones
        )
        return silent(leaf) if is_bare and leaf.label.concept == "onsite" else leaf

    return rule


def _neighbours(told: Told) -> Rule | None:
    """Leave out a customer who lives in another house of the street: he only called."""
    homes = [leaf for leaf in told if leaf.label.concept == "address"][:ADDRESSES_MAX]
    sites = {_street(leaf.value) for leaf in homes if leaf.role in SITES} - {None}
    near = {
        place_of(leaf)
        for leaf in homes
        if leaf.role is Role.WORK_FOR
        and any(_is_next_door(_street(leaf.value), site) for site in sites)
    }
    if not near:
        return None
    return lambda leaf: (
        silent(leaf) if leaf.role is Role.WORK_FOR and place_of(leaf) in near else leaf
    )


def _street(raw: str) -> tuple[str, str] | None:
    """Return the number and the street of an address."""
    value = normalise("address", raw)
    match = HOUSE_NUMBER.match(str(value or ""))
    if match is None:
        return None
    return match[0], str(value)[match.end() :].strip().lower()


def _is_next_door(one: tuple[str, str] | None, other: tuple[str, str] | None) -> bool:
    return one is not None and other is not None and one[1] == other[1] and one[0] != other[0]


def _customers_people(told: Told) -> Rule | None:
    """Give the contact beside the account of a customer to the customer, if another digs."""
    accounts = {
        (leaf.line.part, leaf.line.within[-2])
        for leaf in told
        if leaf.role is Role.WORK_FOR
        and len(leaf.line.within) > 1
        and _holder(leaf) in ACCOUNTS
    }
    is_dug = any(
        leaf.label.concept == "company" and EXPLICIT.search(words_of(leaf.line.label or ""))
        for leaf in told
    )
    if not accounts or not is_dug:
        return None

    def rule(leaf: Leaf) -> Leaf:
        is_plain = leaf.role is Role.CALLER and _holder(leaf) == "contact"
        if is_plain and (leaf.line.part, leaf.line.within[-2]) in accounts:
            return silent(leaf)
        return leaf

    return rule


def _holder(leaf: Leaf) -> str:
    return words_of(leaf.line.trail[-1]) if leaf.line.trail else ""


def _envelopes(told: Told) -> Rule | None:
    """Leave out the number of a request that a server gives to its own answer."""
    answers = {
        (leaf.line.part, outer)
        for leaf in told
        if leaf.label.concept in NUMBERED
        for outer, inner in pairwise(leaf.line.within)
        if inner.removeprefix(outer).partition("[")[0] in PAYLOADS
    }
    if not answers:
        return None
    return lambda leaf: (
        silent(leaf)
        if leaf.label.concept in OF_AN_ANSWER and place_of(leaf) in answers
        else leaf
    )


RULES = (
    owners_of_records,
    owners_of_assets,
    owners_of_things,
    people_of_owners,
    _customers_people,
    _callers_first,
    _names_for_codes,
    _supervisors,
    _neighbours,
    plain_owners,
    _envelopes,
    named_records,
)

"""Owners: who owns a record, a pole, a wire or a well, and is not the one who digs.

`company` in the tag of a pole or in a list of wires is whose thing it is; the operator of a
well, named beside a contractor, is who has the work done.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from extraction.document import Line
from extraction.keys.leaf import Leaf
from extraction.keys.splitting import words_of
from extraction.keys.tables import words_in
from extraction.labels.concepts import Label
from extraction.roles import Role
from extraction.values.normalise import is_placeholder
from extraction.values.trades import is_company

Told = list[Leaf]
Rule = Callable[[Leaf], Leaf]
Found = dict[int, list[Leaf]]
EXPLICIT = re.compile(r"\b(?:contractor|excavator|vendor|subcontractor|digger)\b")
ACCOUNT_KEYS = (["account"], ["customer"], ["client"])
# Things of a plant, in whose objects a company is whose they are.
THINGS = words_in(
    """tag tags wire wires cable cables conductor conductors attachment attachments span spans
    guy guys anchor anchors insulator insulators strand strands crossarm crossarms riser risers
    duct ducts equipment equipments"""
)
NAMES = frozenset(["name", "company", "utility"])
OIL = re.compile(r"\b(?:lease|well|wellhead|api|rrc|afe|battery|pumper|company man)\b")
OPERATORS = frozenset(["operator", "operator company", "well operator", "lease operator"])
UTILITIES = frozenset(["utility", "utility company", "electric utility", "gas utility"])
ORDERS = frozenset(["work_order", "work_request"])
OF_DIGGER = frozenset(["company", "name"])
DIGGERS = frozenset([Role.EXCAVATOR, Role.CALLER])
OF_NAME = NAMES | {"member_name"}
OF_OPERATORS = OF_NAME | {"phone"}


def place_of(leaf: Leaf) -> tuple[str, str]:
    """Return the object that a leaf stands in."""
    return leaf.line.part, leaf.line.within[-1]


def silent(leaf: Leaf) -> Leaf:
    """Return the leaf as of nobody whom the ticket has a field for."""
    return replace(leaf, role=Role.OTHER)


def plain_owners(told: Told) -> Rule | None:
    """Take a plain company, where a contractor is named as such, for whom the work is done."""
    named = [leaf for leaf in told if leaf.label.concept == "company"]
    explicit = [leaf for leaf in named if EXPLICIT.search(words_of(leaf.line.label or ""))]
    plain = [
        leaf
        for leaf in named
        if words_of(leaf.line.label or "") == "company" and leaf.role in (Role.NONE, Role.JOB)
    ]
    if (
        not explicit
        or len(plain) != 1
        or any(leaf.label.concept == "work_for" for leaf in told)
    ):
        return None
    owner = plain[0]
    return lambda leaf: (
        replace(leaf, label=Label("work_for", is_guessed=True)) if leaf is owner else leaf
    )


def owners_of_records(told: Told) -> Rule | None:
    """Leave out who owns a record of a customer's system: the account beside is the customer."""
    objects = {
        place_of(leaf)
        for leaf in told
        if leaf.label.concept == "work_for"
        and words_of(leaf.line.label or "").split()[:1] in ACCOUNT_KEYS
    }
    if not objects:
        return None

    def rule(leaf: Leaf) -> Leaf:
        is_owner = words_of(leaf.line.label or "").split()[:1] == ["owner"]
        return silent(leaf) if is_owner and place_of(leaf) in objects else leaf

    return rule


def owners_of_assets(told: Told) -> Rule | None:
    """Leave out who owns one pole of a list, where an owner is named for the whole order."""
    is_named = any(
        leaf.role is Role.WORK_FOR and leaf.label.concept in ("name", "company", "work_for")
        for leaf in told
    )
    poles = {place_of(leaf) for leaf in told if leaf.label.concept in ("pole", "transformer")}
    if not is_named or not poles:
        return None

    def rule(leaf: Leaf) -> Leaf:
        is_owner = leaf.label.concept == "work_for" and "owner" in words_of(
            leaf.line.label or ""
        )
        return silent(leaf) if is_owner and place_of(leaf) in poles else leaf

    return rule


def owners_of_things(told: Told) -> Rule | None:
    """Leave out whose a tag, a wire or a cable is: it stands there, and its owner may not dig."""
    things = {place_of(leaf) for leaf in told if _is_in_a_thing(leaf)}
    if not things:
        return None
    return lambda leaf: (
        silent(leaf)
        if leaf.label.concept in ("company", "work_for", "utility") and place_of(leaf) in things
        else leaf
    )


def people_of_owners(told: Told) -> Rule | None:
    """Leave out the person of a customer, where his company stands in the same object.

    Only beside somebody who digs: a center's customer is the one who calls.
    """
    if not any(leaf.role in DIGGERS and leaf.label.concept in OF_DIGGER for leaf in told):
        return None
    owners = {
        place_of(leaf)
        for leaf in told
        if leaf.role is Role.WORK_FOR and leaf.label.concept == "company"
    }
    if not owners:
        return None
    return lambda leaf: (
        silent(leaf)
        if leaf.role is Role.WORK_FOR
        and leaf.label.concept == "name"
        and place_of(leaf) in owners
        else leaf
    )


def _is_in_a_thing(leaf: Leaf) -> bool:
    holder = words_of(leaf.line.trail[-1]).split() if leaf.line.trail else []
    return not THINGS.isdisjoint(holder[-1:])


def with_operators(found: Found, lines: Iterable[Line]) -> Found:
    """Return the leaves; the operator of a well is whom a contractor works for, if no other is.

    Of a one-call centre an operator is a member or a clerk: only beside a well, a lease or a
    number of the trade's offices is it the company that has the work done. A utility is it in
    an order of work that is no ticket: that names its recipients so.
    """
    told = [leaf for leaves in found.values() for leaf in leaves if leaf.value]
    digs = any(leaf.label.concept in OF_DIGGER and leaf.role is Role.EXCAVATOR for leaf in told)
    if not digs or any(_is_customer(leaf) for leaf in told):
        return found
    holders = _holders(told, lines)
    places = {place_of(leaf) for leaf in told if _names_one_of(leaf, holders)}
    if len(places) != 1:
        return found
    return {index: [_of_operator(leaf, places) for leaf in own] for index, own in found.items()}


def _holders(told: Told, lines: Iterable[Line]) -> frozenset[str]:
    """Return the names of objects in which this document would tell whom the work is for."""
    concepts = {leaf.label.concept for leaf in told}
    is_oil = any(OIL.search(words_of(line.label or "")) for line in lines)
    is_order = "ticket" not in concepts and (
        bool(concepts & ORDERS) or any(_numbers_a_job(leaf) for leaf in told)
    )
    return (OPERATORS if is_oil else frozenset()) | (UTILITIES if is_order else frozenset())


def _numbers_a_job(leaf: Leaf) -> bool:
    return leaf.label.concept in ("number", "id") and leaf.role is Role.JOB


def _is_customer(leaf: Leaf) -> bool:
    is_named = leaf.label.concept == "work_for" or (
        leaf.role is Role.WORK_FOR and leaf.label.concept in NAMES
    )
    return is_named and not is_placeholder(leaf.value)


def _names_one_of(leaf: Leaf, holders: frozenset[str]) -> bool:
    """Is this the name of a company in an object that is called so, and stands in no list?"""
    holder = words_of(leaf.line.trail[-1]) if leaf.line.trail else ""
    is_name = leaf.label.concept in OF_NAME and is_company(leaf.value)
    return is_name and holder in holders and not leaf.line.within[-1].endswith("]")


def _of_operator(leaf: Leaf, places: set[tuple[str, str]]) -> Leaf:
    if place_of(leaf) not in places or leaf.label.concept not in OF_OPERATORS:
        return leaf
    concept = "work_for" if leaf.label.concept in OF_NAME else leaf.label.concept
    return replace(leaf, label=Label(concept), role=Role.WORK_FOR)

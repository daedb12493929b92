"""Centers and dispatchers: is this a ticket of a call center, or what a dispatcher's system sends?

A ticket has one number and words that only a center uses; a work order may name a ticket too,
often still blank, and a report names many.
"""

import re

from extraction.pairs import Pair
from extraction.roles import Role
from extraction.values.alternatives import any_of

OF_A_CENTER = any_of(
    r"one[- ]?call|\b811\b|excavator|members? notified|operators? notified|\bmembers?\s?:|\bmbrs\s?:|\bterms\s?:"
    r"|miss utility|dig ?safe\b|underground service alert|notice of intent to excavate|diggers? hotline|gopher state"
    r"|notification cent(?:er|re)|dig ?alert|locate request|\bstations? notified|sunshine state one"
)
# The number of a ticket is long; `not called`, `29.` and `(call 811)` are none.
TICKET_NUMBER = re.compile(
    r"^\W{0,3}(?:[A-Z]{1,4}-?)?(?=[\w-]{0,20}\d{5})[\w-]{6,24}", re.IGNORECASE
)
TICKETS_OF_A_LIST = 3
OF_MEMBERS = frozenset(["member_name", "name", "utility"])
MEMBERS_MIN = 2
# What only a center asks: a utility's order may tell of boring, and of one of these.
STATED = frozenset(["white_lines", "is_blasting", "ticket_type"])
STATED_MIN = 2
ORDERS = frozenset(["work_order", "work_request"])
OF_A_DISPATCHER = re.compile(
    r"incident|nature|units?\b|alarm|dispatch|\bcad\b|agency|reporter|call ?type|responder|en ?route|narrative|\bbeat\b"
    r"|determinant|\bori\b|\bbox\b|cross ?street|radio|tac\b|premise"
)
DISPATCHER_WORDS_MIN = 4


def is_of_a_center(text: str) -> bool:
    """Tell if a text has words that only a call center uses."""
    return OF_A_CENTER.search(text.lower()) is not None


def _has_members(pairs: list[Pair]) -> bool:
    """Tell if JSON or XML names the excavator and those whom a center has told of a ticket."""
    roles = {pair.role for pair in pairs if pair.is_structured}
    return Role.MEMBER in roles and bool({Role.EXCAVATOR, Role.CALLER} & roles)


def _has_told_members(pairs: list[Pair]) -> bool:
    """Tell if a text names who digs, and in a list those whom a center has told of it."""
    told = {
        p.value.strip()
        for p in pairs
        if p.label.concept in OF_MEMBERS and p.role is Role.MEMBER
    }
    digs = any(p.label.concept == "company" and p.role is Role.EXCAVATOR for p in pairs)
    return digs and len(told) >= MEMBERS_MIN


def _states(filled: set[str]) -> bool:
    """Are the questions answered that a center asks of every excavator, and no order named?"""
    return len(STATED & filled) >= STATED_MIN and filled.isdisjoint(ORDERS)


def _is_delivered(pairs: list[Pair], filled: set[str]) -> bool:
    """Is a ticket delivered here: its number, or its kind and when the digging may begin?"""
    return has_number(pairs) or {"ticket_type", "work_start_at"} <= filled


def has_number(pairs: list[Pair]) -> bool:
    """Tell if one ticket is numbered here; a list of several is a report on tickets."""
    numbers = {
        pair.value.strip()
        for pair in pairs
        if pair.label.concept == "ticket" and TICKET_NUMBER.match(pair.value)
    }
    return 0 < len(numbers) < TICKETS_OF_A_LIST


def is_ticket(text: str, pairs: list[Pair], filled: set[str]) -> bool:
    """Is there the number of a ticket with words of a center, or is one delivered as data?"""
    if has_number(pairs) and is_of_a_center(text):
        return True
    if has_number(pairs) and (_has_told_members(pairs) or _states(filled)):
        return True
    return _is_delivered(pairs, filled) and _has_members(pairs)


def is_pushed(pairs: list[Pair], filled: set[str]) -> bool:
    """Is this what the system of a dispatcher sends: an incident, its nature, its units?"""
    if not {"nature", "incident"} & filled or filled & {"company", "work_order", "depth"}:
        return False
    keys = " ".join({re.sub(r"\W", " ", pair.path) for pair in pairs if pair.path}).lower()
    return len(set(OF_A_DISPATCHER.findall(keys))) >= DISPATCHER_WORDS_MIN

"""Parties: whose an object of a document is, by its name and by what it says of itself.

`{"role": "Excavator"}`, `<contact type="onsite">` and PARVW=LF tell the role of the object
that they stand in; names tell it where nothing else does. What belongs to a member fills
nothing, unless nearly the whole document stands in it: then it is a wrapper.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from extraction.document import Line
from extraction.keys.callers import PEOPLE as OF_PEOPLE
from extraction.keys.callers import flagged, passed_over
from extraction.keys.splitting import words_of
from extraction.keys.tables import names_in, words_in
from extraction.keys.vocabulary import (
    IDLE,
    OTHERS,
    PARTIES,
    TAILS,
    TELLING,
    TOLD,
)
from extraction.labels.concepts import name_of
from extraction.roles import SILENT_ROLES, Role, role_of_name

CACHE_MAX = 8_192
TOLD_CHARACTERS_MAX = 40
IN_BRACKETS = re.compile(r"\([^()]{0,60}\)")
WRAPPER_SHARE = 0.7  # of the leaves of a document: an object with more is all there is
PARTY_ROLES = frozenset({Role.EXCAVATOR, Role.CALLER, Role.ONSITE, Role.WORK_FOR})
# Names of objects that are a part of the party around them, though alone they mean a site.
PARTS_OF_PARTY = names_in(
    """location|address|position|place|addresses|geo|geography|property|premise|premises|locations
    |mailing address|street address|physical address|business address"""
)
MAILING = names_in(
    "mailing|mailing address|mail|mail address|mailing location|postal|postal address"
)
LISTS_OF_PARTIES = frozenset(["participants", "participant", "parties", "party"])
OFFICES = (Role.EXCAVATOR, Role.CALLER)
OF_COMPANY = frozenset(["company", "organization", "office", "firm", "co", "vendor"])
OTHER_ORDERS = frozenset(["related", "linked", "parent", "child", "children", "previous"])
ORDERS = frozenset(
    ["ticket", "tickets", "order", "orders", "job", "jobs", "request", "requests"]
)
STRONG = words_in(
    """role parvw parvwtxt addrtype function usage relationship capacity party resource"""
)
# A role in the name of an object, where as a part of a key it would say nothing.
OBJECTS = {"fld": Role.ONSITE}
# What a person is called for what he does: beside a name, as strong as `role`.
TITLES = names_in("title|position|job title|contact type|person type|duty|duties")
# Behind `role` they only say how it is told.
OF_A_ROLE = frozenset(
    ["text", "txt", "description", "desc", "descr", "name", "code", "cd", "long"]
)
PEOPLE = frozenset(["contact", "contacts", "person", "people", "phone", "phones"])
HOLDERS = words_in(
    """party parties contact contacts partner partners person people company companies address
    addresses adrmas phone phones location locations participant participants entity entities
    stakeholder stakeholders organization organizations role roles"""
)


class Parties:
    """The role of every object of a structured document, each found once."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._told: dict[str, Role] = {}
        self._words: dict[str, str] = {}
        self._sizes: dict[str, int] = {}
        self._roles: dict[tuple[str, ...], Role] = {}
        self._count = len(lines)
        for line in lines:
            self._hear(line)
        flags = flagged(lines, self._words)
        self._told |= {path: role for path, (role, _words) in flags.items()}
        told = {path: (role, self._words.get(path, "")) for path, role in self._told.items()}
        self._told |= dict.fromkeys(sorted(passed_over(told | flags)), Role.OTHER)

    def _hear(self, line: Line) -> None:
        """Count a leaf, and note if it tells the role of its object."""
        for path in line.within:
            self._sizes[path] = self._sizes.get(path, 0) + 1
        if not line.within or len(line.text) > TOLD_CHARACTERS_MAX:
            return
        key = name_of(line.label or "")
        key = key if tells_role(key) else words_of(line.label or "")
        if tells_role(key) and line.within[-1] not in self._told:
            role = told_role(line.text, key, line.trail[-1] if line.trail else "")
            if role is not None:
                self._told[line.within[-1]] = role
                self._words[line.within[-1]] = words_of(line.text)

    def role_of(self, line: Line) -> Role:
        """Return whose value a leaf is, by the objects around it."""
        if line.within not in self._roles:
            self._roles[line.within] = self._found(line.trail, line.within)
        return self._roles[line.within]

    def _found(self, trail: Sequence[str], within: Sequence[str]) -> Role:
        role = self._told.get(within[0], Role.NONE) if within else Role.NONE
        is_in_a_list = False
        for name, path in zip(trail, within[1:], strict=False):
            inner = self._told.get(path) or role_of_key(name)
            if role in PARTY_ROLES and words_of(name) in MAILING:
                # Where mail reaches the one who digs is the office; that of others is nothing.
                inner = role if role in OFFICES else Role.OTHER
            if inner in SILENT_ROLES and self._is_wrapper(path):
                continue
            if role is Role.MEMBER and is_in_a_list and self._told.get(path) in PARTY_ROLES:
                role = Role.NONE  # a participant who says for himself what he is
            is_in_a_list = words_of(name) in LISTS_OF_PARTIES
            role = merged(role, inner, name)
        return role

    def _is_wrapper(self, path: str) -> bool:
        return self._sizes.get(path, 0) >= WRAPPER_SHARE * self._count


def merged(outer: Role, inner: Role | None, name: str) -> Role:
    """Return the role of an object of that name and role within one of the outer role."""
    if outer in SILENT_ROLES or inner is None:
        return outer
    if inner in SILENT_ROLES:
        return inner
    words = words_of(name)
    if inner is Role.SITE and outer in PARTY_ROLES and words in PARTS_OF_PARTY:
        return outer
    if inner is Role.CALLER and outer in (Role.ONSITE, Role.WORK_FOR):
        return outer
    is_company = inner is Role.EXCAVATOR and words in OF_COMPANY
    return outer if is_company and outer in (Role.WORK_FOR, Role.ONSITE) else inner


@lru_cache(CACHE_MAX)
def role_of_key(key: str) -> Role | None:
    """Return the role that the name of an object says."""
    role = role_of_name(name_of(key)) or OBJECTS.get(name_of(key))
    if role not in (None, Role.NONE):
        return role
    words = words_of(key).split()
    if not OTHERS.isdisjoint(words) or _is_of_another_order(words):
        return Role.OTHER
    if words and words[0] in ("alternate", "alt", "secondary", "backup"):
        return Role.ONSITE
    while words:
        role = _last_party(words)
        if role is not None or words[-1] not in TAILS:
            break
        words.pop()
    return role or _last_named(words_of(key).split())


def _is_of_another_order(words: Sequence[str]) -> bool:
    """Is this `related tickets` or `parent work order`?"""
    return not (OTHER_ORDERS.isdisjoint(words) or ORDERS.isdisjoint(words))


def _last_party(words: Sequence[str]) -> Role | None:
    """Return the party that these words end in, if what stands before it is idle or none."""
    for first in range(len(words)):
        named = PARTIES.get(" ".join(words[first:]))
        if named is not None:
            return Role(named) if _is_plain(words[:first]) else None
    return None


def _last_named(words: Sequence[str]) -> Role | None:
    """Return the role that headings know of these words, or of their end."""
    for first in range(len(words)):
        role = role_of_name(" ".join(words[first:]))
        if role is not None:
            return role if _is_plain(words[:first]) else None
    return None


def _is_plain(words: Sequence[str]) -> bool:
    return all(word in IDLE or word in PARTIES for word in words)


def _role_in_words(words: Sequence[str]) -> Role | None:
    """Return the party of `Contractor performing work` or `Prime line contractor`."""
    if not OTHERS.isdisjoint(words):
        return Role.OTHER
    for found in (words[:1], words[-1:]):
        named = PARTIES.get(" ".join(found))
        if named is not None and Role(named) in PARTY_ROLES and len(words) > 1:
            return Role(named)
    return None


@lru_cache(CACHE_MAX)
def tells_role(key: str) -> bool:
    """Return whether a key tells the role of its object: `role`, `PARTN_ROLE_TXT`."""
    words = key.split()
    while len(words) > 1 and words[-1] in OF_A_ROLE:
        words.pop()
    return (
        key in TELLING or key in TITLES or " ".join(words) in TELLING or words[-1:] == ["role"]
    )


@lru_cache(CACHE_MAX)
def told_role(text: str, key: str, around: str) -> Role | None:
    """Return the role that a value such as `LF` or `On-site contact` gives to its object."""
    name = name_of(text)
    role = TOLD.get(name) or role_of_name(name) or TOLD.get(words_of(text))
    is_of_people = not OF_PEOPLE.isdisjoint(words_of(around).split())
    if key in TITLES and role is Role.WORK_FOR and role_of_key(around) is Role.CALLER:
        return role  # the requester is the home owner
    if key in TITLES and not (is_of_people or key in TELLING):
        return None  # the title of a job, the position of a point
    is_strong = not STRONG.isdisjoint(key.split()) or (key in TITLES and is_of_people)
    role = None if role is Role.NONE else role
    if is_strong and role is None:
        plain = name_of(IN_BRACKETS.sub(" ", text))
        return TOLD.get(plain) or _role_in_words(plain.split())
    if role is None or is_strong:
        return role
    # `type` says much in a contact, and little in a ticket or a shape.
    holders = words_of(around).split()
    if role is Role.SITE and not PEOPLE.isdisjoint(holders):
        return Role.ONSITE
    is_holder = not HOLDERS.isdisjoint(holders)
    is_alone = role in PARTY_ROLES and not around
    return role if is_holder or is_alone else None

"""Meaning: what a key asks for, and whose it is if the key itself says so.

First the key as it is written, then in full words, then as a party with a concept behind it
(`site_cross_street`), then together with the name of its object (`Street` has a `name`).
"""

from dataclasses import replace
from functools import cache, lru_cache

from extraction.keys.splitting import words_of
from extraction.keys.tables import words_in
from extraction.keys.vocabulary import (
    IDLE,
    KEY_NAMES,
    OTHERS,
    PARTIES,
    TAILS,
    UNITS,
)
from extraction.labels.claims import PARTS
from extraction.labels.concepts import Label, find_label, name_of
from extraction.labels.words import ALIASES
from extraction.roles import Role, role_of_name

UNIT_LETTERS_MIN = 4  # of a unit within a question: `in` there is a word
QUESTION_WORDS_MIN = 4
CACHE_MAX = 16_384
# Too general to mean anything behind a word that is not known.
GENERAL = words_in(
    """number name type id description street state document_created_at nothing contact company
    work_for caller onsite utility member_name city phone email address zip unit size incident
    ticket work_request work_order point shape street_before street_behind first_name last_name
    extension mobile fax alt_phone address_2 work_start_at expires_at mailing_address extent job_type nature priority
    cross_1 center created_by other_party latitude longitude remarks"""
)
# Of these the key alone says little: the object around it may say more.
OF_AN_OBJECT = words_in(
    """name type number id nothing nature street_before street_behind first_name last_name
    description"""
)
# What a description, a name or a text within an object of that name stands for.
DESCRIBED = words_in(
    """type_of_work job_type work_category county city state ticket_type nature subdivision
    duration depth utility company work_for caller onsite contact phone email pole transformer
    meter street work_order ticket priority cross_1 cross_2 marking directions remarks
    extent is_boring is_blasting white_lines zip"""
)
DESCRIBING = frozenset(
    [
        "name",
        "text",
        "value",
        "#",
        "description",
        "display",
        "label",
        "full name",
        "title",
        "id",
        "quantity",
        "amount",
        "magnitude",
        "person",
    ]
)
NAMED_BY_DESCRIPTION = frozenset(
    ["type_of_work", "job_type", "work_category", "county", "city", "ticket_type", "duration"]
)
BY_ID = frozenset(["pole", "transformer", "meter"])
# Words at the end of a key that say no more than the concept before them.
BARE_OF = {
    "description": NAMED_BY_DESCRIPTION,
    "#": frozenset(["latitude", "longitude", "depth", "duration", "zip", "point"]),
}
KINDS = frozenset(["kind", "class", "category", "classification"])
MEASURES = frozenset(["depth", "duration"])
FLAGS = frozenset(
    ["is", "has", "flag", "flg", "yn", "ind", "indicator", "bool", "fl", "required"]
)
STATEMENTS = frozenset(["is_boring", "is_trenchless", "is_blasting", "white_lines"])
WHO_DIGS = frozenset(["company", "caller", "contact"])
DIG_WORDS = frozenset(["dig", "digging", "excavation", "excavating", "locate"])
# Said to the locator, or to the crew: the object around it tells to whom.
SAID_TO = frozenset(["instruction", "instructions"])
TURNS = frozenset(["name", "of", "for"])


@cache
def table() -> dict[str, str]:
    """Return what names mean: the labels of documents, and above them the names of keys."""
    known: dict[str, str] = {}
    for concept, aliases in ALIASES.items():
        for alias in aliases.replace("\n", " ").split("|"):
            known.setdefault(" ".join(alias.split()), concept)
    return known | KEY_NAMES


@lru_cache(CACHE_MAX)
def meaning_of(key: str, around: str) -> Label | None:
    """Return what a key means in an object of that name, or None if it is not known."""
    name = words_of(key)
    if not name:
        return None
    own = _of_key(key, name)
    is_own = own is not None and own.concept not in OF_AN_OBJECT and own.role is None
    if is_own and name not in SAID_TO:
        return own
    joined = _with_object(name, own, around)
    return joined or own or _guessed(key)


def _of_key(key: str, name: str) -> Label | None:
    concept = KEY_NAMES.get(name) or KEY_NAMES.get(name_of(key))
    if concept is not None:
        return Label(concept)
    if _is_of_others(name):
        return _of_another(name)
    found = find_label(key) or (find_label(name) if name != name_of(key) else None)
    if found is None or found.role is Role.FOOTER:
        return _parsed(name)
    if found.role is Role.CALLER and name.startswith(("alt ", "alternate ")):
        found = replace(found, role=Role.ONSITE)  # whoever else may be asked is on the site
    if found.concept != "name" or found.role is None:
        own = _own_role(found.concept, found.role, name)
        return found if own is found.role else replace(found, role=own)
    return replace(found, concept=_of_party("name", found.role))


def _is_of_others(name: str) -> bool:
    return not OTHERS.isdisjoint(name.split())


def _of_another(name: str) -> Label | None:
    """Return what a key with the name of a stranger means: only if that is known as a whole."""
    concept = table().get(name)
    if concept is not None:
        return Label(concept)
    rest = " ".join(word for word in name.split() if word not in OTHERS)
    inner = table().get(rest)
    return Label(inner, Role.OTHER) if inner in PARTS else None


def _parsed(name: str) -> Label | None:
    """Read a key as words before a concept: a party, idle words, or words not known."""
    words = name.split()
    for first in range(len(words)):
        rest = _without_tail(words[first:])
        concept = table().get(rest)
        if concept is None:
            continue
        role, is_known = _party(words[:first])
        if is_known:
            return Label(_of_party(concept, role), _own_role(concept, role, name))
        return None if concept in GENERAL else Label(concept, is_guessed=True)
    return _behind(words)


def _own_role(concept: str, role: Role | None, name: str) -> Role | None:
    """Return the party, but for `dig contractor`: who digs is not of the site."""
    is_digger = concept in WHO_DIGS and name.split(maxsplit=1)[0] in DIG_WORDS
    return None if is_digger and role is Role.SITE else role


def _without_tail(words: list[str]) -> str:
    """Return the words without idle ones and units at their end."""
    whole = " ".join(words)
    if whole in table():
        return whole
    bare = " ".join(words[:-1])
    if table().get(bare) in BARE_OF.get(words[-1], ()):
        return bare
    kept = list(words)
    while len(kept) > 1 and (kept[-1] in IDLE or kept[-1] in UNITS or kept[-1] in FLAGS):
        kept.pop()
        if " ".join(kept) in table():
            break
    return " ".join(kept)


def _behind(words: list[str]) -> Label | None:
    """Read `phone contractor`: a part with its party behind it."""
    for count in range(1, len(words)):
        concept = table().get(" ".join(words[:count]))
        rest = [word for word in words[count:] if word not in TURNS]
        role, is_known = _party(rest)
        if concept in PARTS and role is not None and is_known:
            return Label(_of_party(concept, role), role)
    return None


def _of_party(concept: str, role: Role | None) -> str:
    """Return the concept of `contractor name`: a company, as `caller name` is a person."""
    if concept != "name" or role is None:
        return concept
    return {Role.EXCAVATOR: "company", Role.CALLER: "caller", Role.ONSITE: "onsite"}.get(
        role, "work_for" if role is Role.WORK_FOR else concept
    )


def _party(words: list[str]) -> tuple[Role | None, bool]:
    """Return the party that words name, and whether each of them is known."""
    left = [word for word in words if word not in FLAGS]
    role: Role | None = None
    while left:
        count = next(
            (n for n in range(min(3, len(left)), 0, -1) if " ".join(left[:n]) in PARTIES), 0
        )
        if count:
            named = Role(PARTIES[" ".join(left[:count])])
            role = named if role is None or named in _NARROWER else role
        elif left[0] not in IDLE:
            return None, False
        left = left[max(1, count) :]
    return role, True


_NARROWER = (Role.CALLER, Role.ONSITE, Role.WORK_FOR)  # `contractor contact` is the contact


def _with_object(name: str, own: Label | None, around: str) -> Label | None:
    """Return what a general key means as a part of its object."""
    outer = words_of(around) if around else ""
    if not outer:
        return None
    concept = table().get(f"{outer} {name}") or _overlapping(outer, name)
    bare = _without_tails(outer)
    if concept is None and bare != outer and bare not in PARTIES:
        outer, concept = bare, table().get(f"{bare} {name}")
    is_more = own is None or own.concept in OF_AN_OBJECT or own.role is not None
    is_more = is_more or name in SAID_TO
    if concept and is_more and not (name == "id" and concept not in BY_ID):
        found = find_label(f"{outer} {name}")
        return found if found and found.concept == concept else Label(concept)
    if name not in DESCRIBING or _is_of_others(outer):
        return None
    inner = table().get(outer)
    is_told = inner in NAMED_BY_DESCRIPTION if name == "description" else inner in DESCRIBED
    if name == "id" and inner not in BY_ID:
        return None
    is_thing = role_of_name(outer) in (None, Role.WORK)  # no party, no order
    return Label(inner) if inner and is_told and is_thing else None


def _overlapping(outer: str, name: str) -> str | None:
    """Return what `tagText` is in a `poleTag`: the key says the last word of its object again."""
    first, _blank, rest = name.partition(" ")
    if not rest or not outer.endswith(f" {first}"):
        return None
    concept = table().get(_without_tail(f"{outer} {rest}".split()))
    return concept if concept in BY_ID else None


def _without_tails(name: str) -> str:
    """Return the name of an object without `detail`, `info` and the like at its end."""
    words = name.split()
    while len(words) > 1 and words[-1] in TAILS and words[-1] != "type":
        words.pop()
    return " ".join(words)


def _guessed(key: str) -> Label | None:
    """Return what a key is nearly spelt like."""
    return find_label(key, is_fuzzy=True)


@lru_cache(CACHE_MAX)
def unit_of(key: str) -> str | None:
    """Return the unit that a key ends in: `depth_ft` is in feet, or that a question names."""
    words = name_of(key).split()
    if words and words[-1] in UNITS:
        return UNITS[words[-1]]
    named = [UNITS[word] for word in words if word in UNITS and len(word) >= UNIT_LETTERS_MIN]
    return named[0] if len(named) == 1 and len(words) >= QUESTION_WORDS_MIN else None


@lru_cache(CACHE_MAX)
def is_flag(key: str) -> bool:
    """Return whether a key asks for yes or no by its shape, so that 1 and 0 answer it."""
    return not FLAGS.isdisjoint(name_of(key).split())

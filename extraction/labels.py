"""What a label means: from its words, by the table in `words`, to a concept.

A concept is a field of the ticket, a part of one (`number`, `state`) or a fact beside it
(`work_start_at`). Which field a concept fills depends on the role of its block and is the
business of `candidates`.
"""

import re
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process

from domain.facts import TicketFacts
from extraction.roles import Role, split_role
from extraction.words import ALIASES

LABEL_CHARACTERS_MAX = 60
LABEL_WORDS_MAX = 9
FUZZY_CHARACTERS_MIN = 9  # short labels differ too little to be guessed
FUZZY_LIKENESS_MIN = 92
CACHE_MAX = 4_096

CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
NUMBER_WORDS = re.compile(r"\b(?:number|num|nbr|nr|no|numbers|nos)\b|#")
SPACED_LETTERS = re.compile(r"(?:\b[A-Z] ){4,30}[A-Z]\b")
SEPARATORS = re.compile(r"[^a-z0-9#]+")

EMPTY_BY_SHAPE = re.compile(r"^(?:is|has|was) ")

# A label that opens a block: the plain labels that follow it speak of that party.
OPENERS: dict[str, Role] = {
    "company": Role.EXCAVATOR,
    "caller": Role.CALLER,
    "onsite": Role.ONSITE,
    "work_for": Role.WORK_FOR,
    "utility": Role.WORK_FOR,
}

# What a party that a label has opened lays claim to; all else belongs to the section.
OF_A_PARTY = frozenset(["name", "phone", "mobile", "fax", "extension", "email"])
OF_A_COMPANY = OF_A_PARTY | frozenset(
    ["address", "address_2", "city", "state", "zip", "city_state_zip", "street", "number"]
)

# What can only speak of the site, whoever's block it stands in.
OF_THE_SITE = frozenset(
    [
        "county",
        "cross_1",
        "cross_2",
        "subdivision",
        "lot_block",
        "lot",
        "str",
        "latitude",
        "point",
        "directions",
        "extent",
        "service_address",
    ]
)

# What may follow the name of a party: `caller` + `phone`.
PARTS = frozenset(
    [
        "name",
        "contact",
        "company",
        "phone",
        "mobile",
        "fax",
        "extension",
        "email",
        "address",
        "address_2",
        "city",
        "state",
        "zip",
        "county",
        "city_state_zip",
        "street",
        "number",
        "latitude",
        "longitude",
        "point",
    ]
)


@dataclass(frozen=True, slots=True)
class Label:
    """What a label means, for whom, and how surely it was recognised."""

    concept: str
    role: Role | None = None
    is_guessed: bool = False  # by likeness of spelling only


def name_of(text: str) -> str:
    """Return a label reduced to its words: `Job #/Name` and `jobNumberName` -> `job # name`."""
    spaced = CAMEL.sub(" ", text[: 2 * LABEL_CHARACTERS_MAX]).lower()
    words = SEPARATORS.sub(" ", NUMBER_WORDS.sub(" # ", spaced.replace("_", " ")))
    return " ".join(words.split())


def closed_up(text: str) -> str:
    """Return the text with letters that were spaced out for show put together: R O U T I N E."""
    return SPACED_LETTERS.sub(lambda found: found.group().replace(" ", ""), text)


@cache
def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for concept, aliases in ALIASES.items():
        for alias in aliases.replace("\n", " ").split("|"):
            table.setdefault(" ".join(alias.split()), concept)
    return table


@cache
def own_names() -> dict[str, str]:
    """Return the field names of our own ticket by their normalised spelling."""
    return {name_of(field): field for field in TicketFacts.model_fields}


def find_label(text: str, *, is_fuzzy: bool = False) -> Label | None:
    """Return what a label means, or None if it is no label that is known here."""
    if not 0 < len(text) <= LABEL_CHARACTERS_MAX:
        return None
    found = _find(name_of(text), is_fuzzy=is_fuzzy)
    return found or (_first_of_several(text) if "/" in text else None)


def _first_of_several(text: str) -> Label | None:
    """Return what `Job #/Name` asks for first, if each of its parts is a label."""
    labels = [_known(name_of(part)) for part in text.split("/")]
    return labels[0] if all(labels) else None


_cache: dict[tuple[str, bool], Label | None] = {}


def _find(name: str, *, is_fuzzy: bool) -> Label | None:
    key = (name, is_fuzzy)
    if key not in _cache:
        if len(_cache) >= CACHE_MAX:
            _cache.clear()
        _cache[key] = _known(name) or (_alike(name) if is_fuzzy else None)
    return _cache[key]


def _known(name: str) -> Label | None:
    if not name or len(name.split()) > LABEL_WORDS_MAX:
        return None
    concept = _table().get(name) or _table().get(EMPTY_BY_SHAPE.sub("", name))
    if concept is not None:
        split = split_role(name) if concept in PARTS else None
        return Label(concept, split[0] if split and split[1] in _table() else None)
    split = split_role(name)
    if split is None:
        return None
    role, rest = split
    part = _table().get(rest)
    return Label(part, role) if part in PARTS else None


def _alike(name: str) -> Label | None:
    """Return the one label that this is nearly spelt like."""
    if len(name) < FUZZY_CHARACTERS_MIN:
        return None
    found = process.extractOne(
        name, list(_table()), scorer=fuzz.ratio, score_cutoff=FUZZY_LIKENESS_MIN
    )
    return Label(_table()[found[0]], is_guessed=True) if found else None

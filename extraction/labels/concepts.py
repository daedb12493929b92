"""What a label means: from its words, by the table in `words`, to a concept.

A concept is a field of the ticket, a part of one (`number`, `state`) or a fact beside it
(`work_start_at`). Which field a concept fills depends on the role of its block and is the
business of `candidates`.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from domain.facts import TicketFacts
from extraction.labels.claims import PARTS
from extraction.labels.questions import asked_by
from extraction.labels.words import ALIASES
from extraction.roles import Role, role_of_name, split_role

LABEL_CHARACTERS_MAX = 60
LABEL_WORDS_MAX = 9
FUZZY_CHARACTERS_MIN = 9  # short labels differ too little to be guessed
FUZZY_LIKENESS_MIN = 88
FUZZY_LEAD_MIN = 8  # points by which the next concept must be behind
FUZZY_NEIGHBOURS = 16
FUZZY_WORD_MIN = 70  # of each word with its like
CONFUSED = str.maketrans("015", "ols")
CACHE_MAX = 8_192

ACCENTS = dict.fromkeys(range(768, 880))
IN_PARENTHESES = re.compile(r"(?P<own>[^()]{2,40}?)\s?\((?P<other>[^()]{3,40})\)\s?")
CAMEL = re.compile(
    r"(?<=[a-z0-9])(?=[A-Z])(?!(?<=\d)(?:ST|ND|RD|TH)\b)|(?<=[A-Z])(?=[A-Z][a-z])"
)
NUMBER_WORDS = re.compile(r"\b(?:number|num|nbr|nr|no|numbers|nos)\b|#")
SPACED_MIN = 4  # blanks between letters that are spaced out
# Begins with a letter, and not with an edge: so a search skips to where one stands.
SPACED_LETTERS = re.compile(r"[A-Z](?<!\w[A-Z]) (?:[A-Z] ){3,29}[A-Z]\b")
INITIALS = re.compile(r"\b(?:[a-z]\.){2,5}")
POSSESSIVE = re.compile(r"['\u2019]s\b")
SEPARATORS = re.compile(r"[^a-z0-9#]+")
PARTS_OF_LABEL = re.compile(r"\s{0,3}(?:[/,;&+]|\band\b|\bor\b)\s{0,3}", re.IGNORECASE)
PARTS_MAX = 5

# What may stand around a label without changing what it asks for.
BEFORE = re.compile(
    r"^(?:is|has|was|best|their|the|your|our|a|any|please|enter|provide|list|print|primary|main|actual|exact"
    r"|full|est|estimated|approx|approximate|anticipated|expected|proposed|current|reported"
    r"|local|planned|corrected|correct|revised|min|minimum|max|maximum|average|add l|addl) "
)
BEHIND = re.compile(
    r" (?:required|optional|if known|if any|if different|if applicable|y n|yes no|y or n|yes or no"
    r"|to reach (?:you|me|us)|to call|print|please print|provided|used|involved|requested|here|below"
    r"|ft|feet|in|inches|days?|hrs|hours|in feet|in inches|in ft|in days|wgs84|nad83|voice|for responses?|for questions|for this (?:job|ticket)"
    r"|(?<!equipment )to be (?:removed|replaced|retired|exchanged|changed(?: out)?|swapped|pulled|relocated|transferred|abandoned|worked on)"
    r"|on (?:the )?property|on this job|s|(?:check|select|circle|mark|choose) (?:one|all that apply))$"
)
OF_SITE = re.compile(r"\b(?:site|dig|job|jobsite|worksite|excavation|incident|leak|locate)\b")
OF = re.compile(r"^(?P<part>.{2,30}?) (?:of|for) (?:the |your )?(?P<party>.{3,40})$")
THING = re.compile(
    r"(?:pole|meter|transformer|service|structure|hydrant|main|line|outage|pedestal|cabinet|equipment)s?"
)  # that stands at the site
OF_A_THING = frozenset(
    {"address", "city", "county", "street", "zip", "latitude", "longitude", "point"}
)
PEOPLE_OF_FIRM = frozenset({"caller", "onsite"})
TRIMS_MAX = 6


@dataclass(frozen=True, slots=True)
class Label:
    """What a label means, for whom, and how surely it was recognised."""

    concept: str
    role: Role | None = None
    is_guessed: bool = False  # by likeness of spelling only
    more: tuple["Label", ...] = ()  # what the label asks for beside this: City/County


def name_of(text: str) -> str:
    """Return a label reduced to its words: `Job #/Name` and `jobNumberName` -> `job # name`."""
    return _name_of(text[: 2 * LABEL_CHARACTERS_MAX])


@lru_cache(CACHE_MAX)
def _name_of(text: str) -> str:
    if not text.isascii():  # labels of the table have no accents
        text = unicodedata.normalize("NFKD", text).translate(ACCENTS)
    spaced = CAMEL.sub(" ", text).lower()
    spaced = POSSESSIVE.sub("", INITIALS.sub(_closed, spaced))
    words = SEPARATORS.sub(" ", NUMBER_WORDS.sub(" # ", spaced.replace("_", " ")))
    return " ".join(words.split())


def _closed(initials: re.Match[str]) -> str:
    return initials.group().replace(".", "") + " "


def closed_up(text: str) -> str:
    """Return the text with letters that were spaced out for show put together: R O U T I N E."""
    if text.count(" ") < SPACED_MIN:
        return text
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


@lru_cache(CACHE_MAX)
def find_label(text: str, *, is_fuzzy: bool = False) -> Label | None:
    """Return what a label means, or None if it is no label that is known here."""
    return _label(text, is_fuzzy) if 0 < len(text) <= LABEL_CHARACTERS_MAX else None


@lru_cache(CACHE_MAX)
def _label(text: str, is_fuzzy: bool) -> Label | None:  # noqa: FBT001 - remembered by place
    if text.strip(" ?").lower() == "no":
        return None
    name = name_of(text)
    several = None if name in _table() else _of_several(text)
    found = several or _find(name, is_fuzzy=is_fuzzy)
    found = found or _in_two_languages(text)
    asked = asked_by(text) if found is None else None
    return Label(asked, is_guessed=True) if asked else found


def _in_two_languages(text: str) -> Label | None:
    """Return what `County (Condado)` asks for: the same thing twice."""
    match = IN_PARENTHESES.fullmatch(text) if "(" in text else None
    if match is None:
        return None
    own = _find(name_of(match["own"]), is_fuzzy=False)
    other = _find(name_of(match["other"]), is_fuzzy=False)
    return own if own and other and own.concept == other.concept else None


def _of_several(text: str) -> Label | None:
    """Return what `City / County / Zip` asks for first, with the rest, if each is a label."""
    parts = [part for part in PARTS_OF_LABEL.split(text) if part.strip(" .")]
    if not 1 < len(parts) <= PARTS_MAX:
        return None
    names = [name_of(part) for part in parts]
    names = [_part_name(name, names[0]) for name in names]
    labels = [_find(name, is_fuzzy=False) for name in names]
    found = [label for label in labels if label is not None]
    if len(found) < len(parts):
        return None
    if len({label.concept for label in found}) == 1:
        return found[0]  # the same thing in two words, or in two languages
    return replace(found[0], more=tuple(found[1:]))


def _part_name(name: str, first: str) -> str:
    """Return what a part of a label means beside the first: `City/Co`, `Job name/no.`."""
    if name == "co" and first in ("city", "st"):
        return "county"
    return f"{first.partition(' ')[0]} #" if name == "#" and first else name


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
    for _ in range(TRIMS_MAX):
        found = _as_spelt(name)
        if found is not None:
            return found
        shorter = BEFORE.sub("", name).replace(" the ", " ")
        shorter = BEHIND.sub("", name) if shorter == name else shorter
        if shorter == name:
            return None
        name = shorter
    return None


def _as_spelt(name: str) -> Label | None:
    concept = _table().get(name)
    if concept is not None:
        split = split_role(name) if concept in PARTS else None
        role = split[0] if split and split[1] in _table() else None
        is_site = concept == "address" and OF_SITE.search(name)
        return Label(concept, role or (Role.SITE if is_site else None))
    split = split_role(name) or _turned(name)
    if split is None:
        return None
    role, rest = split
    part = _table().get(rest)
    if part in PARTS:
        return Label(part, role)
    if part in PEOPLE_OF_FIRM and role is Role.EXCAVATOR:
        return Label(part)  # `Sub PM`, `Contractor lead man`: its own
    inner = _as_spelt(rest) if part is None else None
    return inner if inner and inner.concept in PARTS else None


def _turned(name: str) -> tuple[Role, str] | None:
    """Split `phone of caller` as if it were `caller phone`."""
    match = OF.match(name)
    role = role_of_name(match["party"]) if match else None
    if match and role is None and THING.fullmatch(match["party"]):
        role = Role.SITE if _table().get(match["part"]) in OF_A_THING else None
    is_party = role is not None and role not in (Role.MEMBER, Role.FOOTER)
    return (role, match["part"]) if match and role and is_party else None


def _alike(name: str) -> Label | None:
    """Return the one concept whose label this is nearly spelt like, if no other comes near."""
    spelt = " ".join(_unconfused(word) for word in name.split())
    if spelt != name and (known := _known(spelt)):
        return replace(known, is_guessed=True)
    if len(name) < FUZZY_CHARACTERS_MIN:
        return None
    near = process.extract(
        spelt,
        _aliases_of(len(spelt.split())),
        scorer=fuzz.ratio,
        score_cutoff=FUZZY_LIKENESS_MIN - FUZZY_LEAD_MIN,
        limit=FUZZY_NEIGHBOURS,
    )
    near = [found for found in near if _is_wordwise_alike(spelt, found[0])]
    if not near or near[0][1] < FUZZY_LIKENESS_MIN:
        return None
    concept = _table()[near[0][0]]
    others = [likeness for alias, likeness, _ in near if _table()[alias] != concept]
    is_ahead = near[0][1] - max(others, default=0) >= FUZZY_LEAD_MIN
    return Label(concept, is_guessed=True) if is_ahead else None


@cache
def _aliases_of(words: int) -> list[str]:
    """Return the labels of so many words that are long enough to be guessed."""
    return [
        alias
        for alias in _table()
        if len(alias) >= FUZZY_CHARACTERS_MIN and len(alias.split()) == words
    ]


def _is_wordwise_alike(left: str, right: str) -> bool:
    words = zip(left.split(), right.split(), strict=True)
    return all(fuzz.ratio(one, other) >= FUZZY_WORD_MIN for one, other in words)


def _unconfused(word: str) -> str:
    """Return a word with the digits that recognition puts for letters read as those."""
    return word.translate(CONFUSED) if any(letter.isalpha() for letter in word) else word

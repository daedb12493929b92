"""Tagged: the tag of a pole or a transformer, where only what stands beside it says of which.

`ASSETNUM: PMT-58813` beside `DESCRIPTION: XFMR, PAD MOUNT` is a transformer, `TIDNR` beside
`EQKTX: POLE WOOD 40/3` a pole. A plain description speaks of the asset only in its own object.
"""

import re
from collections.abc import Sequence

from extraction.document import Line
from extraction.keys.shapes import WORK
from extraction.keys.siblings import Group
from extraction.keys.splitting import words_of
from extraction.keys.tables import names_in
from extraction.labels.concepts import Label

# What is written on the thing goes before the number that a system gives it.
TAGS = names_in(
    """tidnr|techidentno|technical id|technical identification #|tech ident #|asset tag|tag|tag #
    |equipment tag|facility tag|structure tag|barcode|grid #|asset #|asset id|asset nbr|facility id
    |facility #|asset name|feature id"""
)
NUMBERS = names_in("equnr|equipment|equipment #|equipment id")
PLACES = names_in("tplnr|functional location|functional loc|func location|func loc")
# What describes the asset wherever it stands, and what does so only in the asset's own object.
DESCRIBED = names_in(
    """eqktx|eqtxt|equip description|equip text|equipment description|equipment text|equidescr|asset description|asset type
    |asset class|equipment type|equipment class|facility type|facility description|pltxt
    |functional location description|structure type|feature type|feature class"""
)
# Under which names a better number may stand beside it.
BETTER = {TAGS: frozenset[str](), NUMBERS: TAGS, PLACES: TAGS | NUMBERS}
OWN_DESCRIPTION = names_in("description|desc|type|class|kind|name|text|long description")
OF_AN_ASSET = frozenset(["asset", "assets", "equipment", "facility", "structure"])
PLACES_OF_ASSETS = names_in("functional location|func location|functional loc|func loc")
THINGS = frozenset(["pole", "transformer", "meter"])
TAG_WORDS = frozenset(["tag", "tags"])
NUMBER_OF_TAG = frozenset(["#", "value", "text", "tag", "id", "label", "map"])
YEAR = re.compile(r"(?:19|20)\d{2}(?:-\d{2}-\d{2}.{0,20})?")
TAG_OBJECTS = (["tag"], ["tags"])
KINDS_OF_NODE = DESCRIBED | names_in(
    "type|class|kind|node type|point type|item type|record type|category"
)
OWN_OBJECTS = tuple([word] for word in sorted(OF_AN_ASSET))
WRAPPERS = frozenset(
    ["attributes", "properties", "data", "fields", "values", "item", "content"]
)
KINDS = (
    (
        "transformer",
        re.compile(
            r"\W{0,2}(?:(?:\d\s?-?ph|three[- ]phase|single[- ]phase|pad[- ]?m(?:oun)?t(?:ed)?|pole[- ]?m(?:oun)?t(?:ed)?|oh|ug)\.?[\s,]{1,3}){0,3}"
            r"(?:xfmr|xfrmr|transformer|trans|trf|pad ?mount(?!ed sw)|pmt)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "pole",
        re.compile(
            r"\W{0,2}(?:(?:wood(?:en)?|steel|concrete|conc|dist(?:ribution)?|utility|power|fiberglass|joint[- ]use|\d{2}['/-]?\d?)[\s,]{1,3}){0,3}"
            r"poles?\b(?! ?-?(?:m(?:oun)?t|top))",
            re.IGNORECASE,
        ),
    ),
    (
        "meter",
        re.compile(r"\W{0,2}(?:elec(?:tric)?|gas|water|ami|amr)?\s?meters?\b", re.IGNORECASE),
    ),
)
# `PMT-58813`, `XFMR 4471`: the letters of the tag tell it alone.
PREFIXED = re.compile(
    r"(?:(?P<transformer>PMT|XFMR|XFR|TRF|TRANS)|(?P<pole>POLE))[- ]?\w{0,4}\d[\w-]{1,14}"
)
TAG = re.compile(r"(?=\S{0,24}\d)[A-Za-z0-9][\w./-]{1,24}(?: \d[\w./-]{0,14})?")
CHARACTERS_MAX = 60


def of_asset(line: Line, group: Group, around: Group | None = None) -> Label | None:
    """Return what a tag is by its siblings or its letters; a description of an asset is nothing."""
    name, value = words_of(line.label or ""), line.text.strip()
    is_own = name in OWN_DESCRIPTION and _is_in_asset(line.trail)
    if (is_own or name in DESCRIBED) and _is_about_a_thing(name, value):
        return Label("nothing")
    found = _of_tag_object(name, value, line.trail) or _tagged(name, value, line, group)
    if found is None and around is not None and _is_in_tags(line):
        kind = _kind_around(around) if name in TAGS and TAG.fullmatch(value) else None
        found = Label(kind) if kind else None
    is_number = name in NUMBERS | PLACES and TAG.fullmatch(value) is not None
    return found or (Label("nothing") if is_number else None)


def _of_tag_object(name: str, value: str, trail: Sequence[str]) -> Label | None:
    """Return what a plain number is in an object such as `poleTags`."""
    words = words_of(trail[-1]).split() if trail else []
    is_tag = len(words) > 1 and words[-1] in TAG_WORDS and words[-2] in THINGS
    is_number = NUMBER_OF_TAG.isdisjoint(name.split()) is False
    is_plain = TAG.fullmatch(value) is not None and YEAR.fullmatch(value) is None
    return Label(words[-2]) if is_tag and is_number and is_plain else None


def _is_in_tags(line: Line) -> bool:
    return bool(line.trail) and words_of(line.trail[-1]).split()[-1:] in TAG_OBJECTS


def _kind_around(around: Group) -> str | None:
    """Return of what kind the thing is whose tags are a list of their own."""
    told = (one for one in around.lines if words_of(one.label or "") in KINDS_OF_NODE)
    return next((kind for one in told if (kind := _kind_of(one.text))), None)


def _is_about_a_thing(name: str, value: str) -> bool:
    """Do these words describe what stands there, and no work on it?"""
    is_text = (
        name not in ("name", "text", "type", "class", "kind") and WORK.search(value) is None
    )
    return _kind_of(value) is not None or (is_text and name in OWN_DESCRIPTION)


def _tagged(name: str, value: str, line: Line, group: Group) -> Label | None:
    names = next((names for names in BETTER if name in names), None)
    if names is None or not TAG.fullmatch(value) or _has(BETTER[names], group):
        return None
    kind = next((kind for one in group.lines if (kind := _told(one, line.trail))), None)
    prefixed = PREFIXED.fullmatch(value)
    if kind is None and prefixed is None:
        return None
    return Label(kind or str(prefixed and prefixed.lastgroup), is_guessed=name not in TAGS)


def _told(line: Line, trail: Sequence[str]) -> str | None:
    """Return of what kind the asset is, as this leaf beside its tag says."""
    name = words_of(line.label or "")
    is_of_asset = name in DESCRIBED or (name in OWN_DESCRIPTION and _is_in_asset(trail))
    return _kind_of(line.text) if is_of_asset else None


def _kind_of(text: str) -> str | None:
    words = text[:CHARACTERS_MAX]
    return next((kind for kind, pattern in KINDS if pattern.match(words)), None)


def _has(names: frozenset[str], group: Group) -> bool:
    return any(
        words_of(line.label or "") in names and TAG.fullmatch(line.text.strip())
        for line in group.lines
    )


def _is_in_asset(trail: Sequence[str]) -> bool:
    """Is the object right around this an asset?"""
    for name in reversed(trail):
        words = words_of(name)
        if words not in WRAPPERS:
            return words in PLACES_OF_ASSETS or words.split()[-1:] in OWN_OBJECTS
    return False

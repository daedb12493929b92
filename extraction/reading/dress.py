"""How a page in HTML sets its labels apart from its values: by tags, by classes, by type."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from extraction.labels.concepts import LABEL_CHARACTERS_MAX
from extraction.reading.markup import Node
from extraction.reading.titles import meaning_of

NAMING = frozenset({"b", "strong", "label", "dt", "th"})  # tags that labels stand in
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "legend", "summary"})
NAMING_CLASS = re.compile(
    r"(?:^|[\s_-])(?:label|lbl|key|term|caption|fieldname|field-name|field-label|fieldlabel|question|prompt"
    r"|name|hdr|heading|title|k)(?:$|[\s_-])",
    re.IGNORECASE,
)
BOLD = re.compile(r"font-weight\s{0,5}:\s{0,5}(?:bold|[6-9]00)", re.IGNORECASE)
ATTRIBUTE_CHARACTERS_MAX = 500
TELLING_MIN = 3  # known labels set apart by their type, from which on it tells labels
TELLING_SHARE_MIN = 0.4  # of all that is set apart so: so many are known labels
CLASS_SHARE_MIN = 0.5  # the same of a class or a style that says nothing by its name
WITHIN_WORDS = frozenset(["a", "b", "br", "em", "font", "i", "small", "span", "strong", "u"])
# Labels that ask for running text: as a heading, they name the paragraph below.
TEXTS = frozenset(
    [
        "remarks",
        "marking",
        "directions",
        "extent",
        "scope",
        "type_of_work",
        "reason",
        "emergency_reason",
        "problem",
    ]
)


@dataclass(frozen=True, slots=True)
class Dress:
    """What a page sets its labels apart by."""

    is_telling: bool = False  # what its tags and type set apart is mostly labels
    classes: frozenset[str] = frozenset()  # classes and styles of which the same is true

    @classmethod
    def of(cls, page: Node) -> "Dress":
        """Return what the labels of a page that are known tell."""
        return cls(_is_type_telling(page), _telling_classes(page))

    def is_naming(self, node: Node) -> bool:
        """Are these words set apart as labels are, by any of it?"""
        if node.is_label or is_naming(node) or self.is_classed(node):
            return True
        if node.tag not in HEADINGS:
            return False
        label = meaning_of(_said(node))
        return label is not None and label.concept in TEXTS

    def is_classed(self, node: Node) -> bool:
        """Is this in a class or a style in which most words are labels?"""
        return bool(self.classes) and not self.classes.isdisjoint(_dresses(node))


def is_naming(node: Node) -> bool:
    """Are words set apart by a tag, its class or its type, as labels are?"""
    if node.tag in NAMING:
        return True
    kind = node.attributes.get("class", "")[:ATTRIBUTE_CHARACTERS_MAX]
    style = node.attributes.get("style", "")[:ATTRIBUTE_CHARACTERS_MAX]
    return (bool(kind) and NAMING_CLASS.search(kind) is not None) or (
        bool(style) and BOLD.search(style) is not None
    )


def squeezed(text: str) -> str:
    """Return the text with single blanks."""
    return " ".join(text.split())


def is_label(text: str) -> bool:
    """Are these words a label: known ones, or few and a colon?"""
    words = squeezed(text)
    bare = words.rstrip(": ")
    if not bare or len(bare) > LABEL_CHARACTERS_MAX or ":" in bare:
        return False
    return words.endswith(":") or meaning_of(bare) is not None


def _said(node: Node) -> str:
    return squeezed(node.words(3 * LABEL_CHARACTERS_MAX))


def _is_type_telling(page: Node) -> bool:
    """Is what a page sets apart by tag, class or type mostly labels?"""
    known = total = 0
    waiting = [page]
    while waiting:
        node = waiting.pop()
        if is_naming(node):
            words = _said(node)
            total += bool(words)
            known += is_label(words)
        else:
            waiting.extend(node.nodes)
    return known >= TELLING_MIN and known >= TELLING_SHARE_MIN * total


def _telling_classes(page: Node) -> frozenset[str]:
    """Return the classes and styles of which at least half of what they dress is a label."""
    known: Counter[str] = Counter()
    total: Counter[str] = Counter()
    waiting = [page]
    while waiting:
        node = waiting.pop()
        waiting.extend(node.nodes)
        dresses = list(_dresses(node))
        if not dresses or any(child.tag not in WITHIN_WORDS for child in node.nodes):
            continue
        words = _said(node)
        total.update(dresses if words else ())
        known.update(dresses if is_label(words) else ())
    return frozenset(
        dress
        for dress, count in known.items()
        if count >= TELLING_MIN and count >= CLASS_SHARE_MIN * total[dress]
    )


def _dresses(node: Node) -> Iterator[str]:
    """Yield what a node is dressed in: each class, its style, its colour."""
    for name in ("class", "style", "bgcolor", "align"):
        said = node.attributes.get(name, "")[:ATTRIBUTE_CHARACTERS_MAX]
        if said:
            pieces = said.split() if name == "class" else ["".join(said.lower().split())]
            yield from (f"{node.tag} {name} {piece}" for piece in pieces)

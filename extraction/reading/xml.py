"""XML: every element with text and every attribute becomes a line with its name and path.

Document types, entities and references to other files are refused by defusedxml.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from xml.etree.ElementTree import Element, ParseError

from domain.extraction import ExtractionWarning, WarningCode
from extraction.document import CHARACTERS_MAX, LINES_MAX, Document, Line, numbered
from extraction.intake import Medium
from extraction.reading.leaves import DEPTH_MAX, Place, ReadText, lines_of_value
from extraction.reading.members import NAME_KEYS, VALUE_KEYS, WEAK_NAMES
from extraction.reading.text import plain, read_text, truncated

NAME_ATTRIBUTES = ("name", "label", "key", "field", "caption", "fieldName", "displayName")
VALUES = frozenset(["value", "val"])
# Elements that only hold others: their title says what they are.
SECTIONS = frozenset(
    ["section", "group", "block", "fieldset", "panel", "tab", "part", "category"]
)
TITLES = ("title", "heading", *NAME_ATTRIBUTES)
NUMBERED = frozenset(["id", "seq", "order", "index", "type"])  # what says nothing of a field
OF_THE_SCHEMA = frozenset(["nil", "schemaLocation", "noNamespaceSchemaLocation"])
TAG = re.compile(r"<[^<>]{0,2000}>")


def read_xml(
    document: bytes, *, part: str = "body", read: ReadText = lambda _text, _part: None
) -> Document:
    """Return the leaves of an XML document; a broken one gives the text between its tags.

    `read` is asked for the lines of a text within an element that is a document of its own.
    """
    from defusedxml import DefusedXmlException  # only XML pays for it
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(document[:CHARACTERS_MAX], forbid_dtd=True)
    except DefusedXmlException:
        return Document(medium=Medium.XML, warnings=(_FORBIDDEN,))
    except (ParseError, ValueError, LookupError):
        return _as_text(document, part)
    place = Place(part=part).key(_local(root.tag))
    leaves = list(islice(_Walk(read).leaves(root, place), LINES_MAX))
    lines = numbered(leaves)
    is_cut = len(leaves) == LINES_MAX or _is_too_deep(root)
    return Document(medium=Medium.XML, lines=lines, warnings=(_CUT,) if is_cut else ())


_CUT = truncated(f"{LINES_MAX:,} values to a depth of {DEPTH_MAX} were read")
_FORBIDDEN = ExtractionWarning(
    code=WarningCode.UNREADABLE,
    message="The XML declares a document type or entities, which are not read here.",
)


def _as_text(document: bytes, part: str) -> Document:
    """Return what stands between the tags of XML that does not parse, one text a line."""
    read = read_text(document, part=part)
    lines = tuple(replace(line, text=TAG.sub("  ", line.text)) for line in read.lines)
    return replace(read, medium=Medium.XML, lines=lines)


def _is_too_deep(root: Element) -> bool:
    """Is an element within more others than are opened?"""
    level = [root]
    for _depth in range(DEPTH_MAX + 1):
        level = [child for element in level for child in element]
    return bool(level)


class _Walk:
    """A walk through the elements, in the order of the document."""

    def __init__(self, read: ReadText) -> None:
        self._read = read

    def leaves(self, element: Element, place: Place) -> Iterator[Line]:
        """Yield the lines of an element: its attributes, its text, its children."""
        if place.depth > DEPTH_MAX:
            return
        pair = _named_by_child(element) or _named_by_attribute(element)
        if pair is not None:
            name, value = pair
            inner = place.key(_local(value.tag))
            yield from self._text(plain((value.text or "").strip()), name, inner)
            return
        name, used = _name(element)
        inside = place.inside(name)
        yield from self._attributes(element, used, place, inside)
        text = plain((element.text or "").strip())
        if text or not len(element):
            yield from self._text(text, name, place)
        counts, seen = Counter(child.tag for child in element), Counter[str]()
        for child in element:
            step = inside.key(_local(child.tag))
            if counts[child.tag] > 1:
                step = step._replace(path=f"{step.path}[{seen[child.tag]}]")
                seen[child.tag] += 1
            yield from self.leaves(child, step)

    def _attributes(
        self, element: Element, used: str | None, place: Place, inside: Place
    ) -> Iterator[Line]:
        for full, value in element.attrib.items():
            key = _local(full)
            if full == used or key in OF_THE_SCHEMA:
                continue
            if key in VALUES and not len(element):  # <Depth value="42">: the element's own
                name = inside.trail[-1]
                yield replace(place.line(plain(value), name), path=f"{place.path}@{key}")
            else:
                yield inside.key(key, "@").line(plain(value), key)

    def _text(self, text: str, name: str, place: Place) -> Iterator[Line]:
        yield from lines_of_value(text, name, place, self._read)


def _name(element: Element) -> tuple[str, str | None]:
    """Return what an element is called, and the attribute that says so, if one does.

    <field name="City">Kyle</field> is a city; the name of <Contact name="Ann"/> is a value.
    """
    is_pair = bool((element.text or "").strip()) or not VALUES.isdisjoint(element.attrib)
    if is_pair and not len(element):
        for key in NAME_ATTRIBUTES:
            if element.get(key):
                return str(element.get(key)), key
    if len(element) and _local(element.tag).lower() in SECTIONS:
        for key in TITLES:
            if element.get(key):
                return str(element.get(key)), key
    return _local(element.tag), None


def _named_by_child(element: Element) -> tuple[str, Element] | None:
    """Return the name and the value of <field><name>City</name><value>Kyle</value></field>."""
    if len(element) != len(("name", "value")) or not NUMBERED.issuperset(element.attrib):
        return None
    first, second = element
    is_pair = _local(first.tag) in _NAMES and _local(second.tag) in (*VALUE_KEYS, "data")
    if not is_pair or len(first) or len(second) or not (first.text or "").strip():
        return None
    return str(first.text).strip(), second


def _named_by_attribute(element: Element) -> tuple[str, Element] | None:
    """Return the name and the value of <Data name="city"><value>Kyle</value></Data>."""
    if len(element) != 1 or (element.text or "").strip():
        return None
    inner = element[0]
    name = next((element.get(key) for key in NAME_ATTRIBUTES if element.get(key)), None)
    is_value = _local(inner.tag).lower() in VALUE_KEYS and not len(inner)
    return (name, inner) if name and is_value else None


_NAMES = frozenset(NAME_KEYS) - WEAK_NAMES


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]

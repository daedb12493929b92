"""XML: every element with text and every attribute becomes a line with its name and path.

Document types, entities and references to other files are refused by defusedxml.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from xml.etree.ElementTree import Element, ParseError

from domain.extraction import ExtractionWarning, WarningCode
from extraction.document import CHARACTERS_MAX, LINES_MAX, Document, Line
from extraction.intake import Medium
from extraction.reading.text import plain, read_text, truncated

DEPTH_MAX = 40
NAME_ATTRIBUTES = ("name", "label", "key", "field")
TAG = re.compile(r"<[^<>]{0,2000}>")


def read_xml(document: bytes, *, part: str = "body") -> Document:
    """Return the leaves of an XML document; a broken one gives the text between its tags."""
    from defusedxml import DefusedXmlException  # only XML pays for it
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(document[:CHARACTERS_MAX], forbid_dtd=True)
    except DefusedXmlException:
        return Document(medium=Medium.XML, warnings=(_FORBIDDEN,))
    except (ParseError, ValueError, LookupError):
        return _as_text(document, part)
    leaves = list(islice(_leaves(root, "$", (), part), LINES_MAX))
    lines = tuple(replace(leaf, number=number) for number, leaf in enumerate(leaves, start=1))
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


def _leaves(element: Element, path: str, trail: tuple[str, ...], part: str) -> Iterator[Line]:
    if len(trail) > DEPTH_MAX:
        return
    name = _name(element)
    here = f"{path}.{_local(element.tag)}"
    for key, value in element.attrib.items():
        if _local(key) not in (*NAME_ATTRIBUTES, "nil", "schemaLocation"):
            label = name if _local(key) == "value" else _local(key)
            yield Line(
                plain(value),
                label=label,
                trail=(*trail, name),
                path=f"{here}@{_local(key)}",
                part=part,
            )
    text = plain((element.text or "").strip())
    if text or not len(element):
        yield Line(text, label=name, trail=trail, path=here, part=part)
    for index, child in enumerate(element):
        step = f"{here}[{index}]" if _is_repeated(element, child) else here
        yield from _leaves(child, step, (*trail, name), part)


def _name(element: Element) -> str:
    """Return what an element is called: its tag, or for <field name="City"> that name."""
    for key in NAME_ATTRIBUTES:
        if element.get(key) and not len(element):
            return str(element.get(key))
    return _local(element.tag)


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _is_repeated(parent: Element, child: Element) -> bool:
    return sum(1 for other in parent if other.tag == child.tag) > 1

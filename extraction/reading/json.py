"""JSON: every leaf becomes a line with its key, its path and the names around it.

Strict first; a document with trailing commas, comments or single quotes is mended with a
warning; what cannot be mended is read as text. Members of the kind {"fieldName": .., "value": ..}
count as a leaf of that name.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from pydantic import JsonValue

from domain.extraction import ExtractionWarning, WarningCode
from domain.facts import TicketFacts
from extraction.document import CHARACTERS_MAX, LINES_MAX, Document, Line
from extraction.intake import Medium
from extraction.reading.text import decoded, read_text, truncated, truncation_of

DEPTH_MAX = 40  # objects within objects; deeper ones are left out
NAME_KEYS = ("displayName", "fieldName", "label", "name", "key", "attribute", "field")
GROUP_KEYS = ("groupName", "sectionName", "section")

# One pass over strings, comments and commas: what is inside a string stays as it is.
TOKENS = re.compile(
    r'"(?:[^"\\]|\\.){0,100000}"'
    r"|'(?:[^'\\\n]|\\.){0,100000}'"
    r"|//[^\n]{0,100000}"
    r"|/\*[\s\S]{0,100000}?\*/"
    r"|,(?=\s{0,1000}[}\]])"
)
BARE_KEY = re.compile(r"([{,]\s{0,1000})([A-Za-z_]\w{0,100})(\s{0,100}:)")


_REPAIRED = (
    ExtractionWarning(
        code=WarningCode.MALFORMED_JSON_REPAIRED,
        message="The JSON was not well-formed; commas, comments or quotes were mended.",
    ),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the walk through the document stands."""

    path: str = "$"
    trail: tuple[str, ...] = ()
    part: str = "body"
    depth: int = 0

    def within(self, key: str) -> "Place":
        return Place(f"{self.path}.{key}", (*self.trail, key), self.part, self.depth + 1)

    def at(self, index: int) -> "Place":
        return Place(f"{self.path}[{index}]", self.trail, self.part, self.depth + 1)


def read_json(document: bytes, *, part: str = "body") -> Document:
    """Return the leaves of a JSON document, or its text if it is not JSON after all."""
    text = decoded(document)[:CHARACTERS_MAX]
    value, is_repaired = _parsed(text)
    if value is None:
        return read_text(document, part=part)
    leaves = list(islice(_leaves(value, Place(part=part)), LINES_MAX))
    lines = tuple(replace(leaf, number=number) for number, leaf in enumerate(leaves, start=1))
    warnings = truncation_of(text) + (_REPAIRED if is_repaired else ())
    if len(leaves) == LINES_MAX or _is_too_deep(value):
        warnings += (truncated(f"{LINES_MAX:,} values to a depth of {DEPTH_MAX} were read"),)
    return Document(medium=Medium.JSON, lines=lines, warnings=warnings)


def _parsed(text: str) -> tuple[JsonValue, bool]:
    """Return the value and whether the text had to be mended; None if it is no container."""
    for attempt, is_repaired in ((text, False), (_mended(text), True)):
        try:
            value = json.loads(attempt)
        except (ValueError, RecursionError):
            continue
        return (value if isinstance(value, dict | list) else None), is_repaired
    return None, False


def _mended(text: str) -> str:
    return BARE_KEY.sub(r'\1"\2"\3', TOKENS.sub(_mended_token, text))


def _mended_token(match: re.Match[str]) -> str:
    token = match.group()
    if token.startswith('"'):
        return token
    if token.startswith("'"):
        return json.dumps(token[1:-1].replace("\\'", "'"), ensure_ascii=False)
    return ""


def _is_too_deep(value: JsonValue) -> bool:
    """Is something within more objects and lists than are opened?"""
    level: list[JsonValue] = [value]
    for _depth in range(DEPTH_MAX + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return bool(level)


def _leaves(value: JsonValue, place: Place) -> Iterator[Line]:
    if place.depth > DEPTH_MAX:
        return
    if isinstance(value, dict):
        yield from _members(value, place)
    elif isinstance(value, list):
        yield from _items(value, place)
    elif value is not None:
        yield _leaf(value, place)


def _members(value: dict[str, JsonValue], place: Place) -> Iterator[Line]:
    name = _name_of_pair(value)
    if name is not None:
        yield from _leaves(
            value["value"],
            replace(place, path=f"{place.path}.value", trail=(*place.trail, name)),
        )
        return
    group = next((value[key] for key in GROUP_KEYS if isinstance(value.get(key), str)), None)
    around = replace(place, trail=(*place.trail, str(group))) if group else place
    for key, member in value.items():
        inner = around.within(key)
        if len(place.trail) == 0 and key in _OWN_OBJECTS and isinstance(member, dict):
            yield Line(json.dumps(member), label=key, path=inner.path, part=inner.part)
        yield from _leaves(member, inner)


# A shape of our own tickets is handed on whole.
_OWN_OBJECTS = frozenset({"geometry"}) & TicketFacts.model_fields.keys()


def _name_of_pair(value: dict[str, JsonValue]) -> str | None:
    """Return the name of a member that says its name in one key and its value in another."""
    if "value" not in value or isinstance(value["value"], dict | list):
        return None
    for key in reversed(NAME_KEYS):
        name = value.get(key)
        if isinstance(name, str) and name.strip():
            return name
    return None


def _items(value: list[JsonValue], place: Place) -> Iterator[Line]:
    if value and all(isinstance(item, int | float) for item in value):
        # A pair of numbers is a coordinate: apart they mean nothing.
        yield _leaf(" ".join(str(item) for item in value), place)
        return
    for index, item in enumerate(value):
        yield from _leaves(item, place.at(index))


def _leaf(value: JsonValue, place: Place) -> Line:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    label = place.trail[-1] if place.trail else None
    return Line(text, label=label, trail=place.trail[:-1], path=place.path, part=place.part)

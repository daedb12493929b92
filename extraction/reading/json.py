"""JSON: every leaf becomes a line with its key, its path and the names around it.

Strict first; what is not well-formed is read leniently with a warning; what cannot be read so
is read as text. Members of the kind {"fieldName": .., "value": ..} count as a leaf of that name.
"""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from pydantic import JsonValue

from domain.extraction import ExtractionWarning, WarningCode
from domain.facts import TicketFacts
from extraction.document import CHARACTERS_MAX, LINES_MAX, Document, Line, numbered
from extraction.intake import Medium
from extraction.reading.headed import rows_under_first, tables_of
from extraction.reading.leaves import DEPTH_MAX, Place, ReadText, lines_of_value
from extraction.reading.lenient import BrokenError, lines_of_json, parsed
from extraction.reading.linked import aliases_in, is_aliases, linked_in, reference_of
from extraction.reading.members import (
    GROUP_KEYS,
    OF_A_MACHINE,
    OF_THE_FIELD,
    flattened,
    is_scalar,
    named_value,
    plain_key,
    points_of,
    rows_of_two,
    wrapped_key,
)
from extraction.reading.text import decoded, read_text, truncated, truncation_of

_REPAIRED = (
    ExtractionWarning(
        code=WarningCode.MALFORMED_JSON_REPAIRED,
        message="The JSON was not well-formed; commas, comments or quotes were mended.",
    ),
)
ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|[\s\S])"
)
LINKED_MAX = 200  # objects that are only named and read where they belong
# A shape of our own tickets is handed on whole.
_OWN_OBJECTS = frozenset({"geometry"}) & TicketFacts.model_fields.keys()


def read_json(
    document: bytes, *, part: str = "body", read: ReadText = lambda _text, _part: None
) -> Document:
    """Return the leaves of a JSON document, or its text if it is not JSON after all.

    `read` is asked for the lines of a text within a value that is a document of its own.
    """
    text = _without_halves(decoded(document)[:CHARACTERS_MAX])
    value, is_repaired = _parsed(text)
    if value is None:
        return read_text(document, part=part)
    leaves = list(islice(_Walk(read, value).leaves(value, None, Place(part=part)), LINES_MAX))
    lines = numbered(leaves)
    warnings = truncation_of(text) + (_REPAIRED if is_repaired else ())
    if len(leaves) == LINES_MAX or _is_too_deep(value):
        warnings += (truncated(f"{LINES_MAX:,} values to a depth of {DEPTH_MAX} were read"),)
    return Document(medium=Medium.JSON, lines=lines, warnings=warnings)


def _without_halves(text: str) -> str:
    """Return JSON without halves of a character: what holds one cannot be written down again."""
    if "\\ud" not in text and "\\uD" not in text:
        return text
    return ESCAPE.sub(lambda found: r"\ufffd" if found["half"] else found[0], text)


def _parsed(text: str) -> tuple[JsonValue, bool]:
    """Return the value and whether the text had to be mended; None if it is no container."""
    try:
        value: JsonValue = json.loads(text, object_pairs_hook=_object)
    except RecursionError:
        return None, False
    except ValueError:
        rows = lines_of_json(text)
        if rows is not None:
            return rows, False
        try:
            return parsed(text), True
        except BrokenError:
            return None, False
    return (value if isinstance(value, dict | list) else None), False


def _object(members: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    """Return an object; of a key that stands there twice, both values."""
    found = dict(members)
    if len(found) == len(members):
        return found
    found.clear()
    for key, value in members:
        if key in found and found[key] != value:
            found[f"{key} "] = value
        else:
            found[key] = value
    return found


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


def _group_of(value: dict[str, JsonValue]) -> str | None:
    """Return the name that an object gives to the group that it is."""
    names = (value.get(key) for key in GROUP_KEYS)
    return next((name for name in names if isinstance(name, str) and name[:1].isalpha()), None)


class _Walk:
    """A walk through the values, in the order of the document."""

    def __init__(self, read: ReadText, value: JsonValue = None) -> None:
        self._read = read
        self._names = aliases_in(value)
        self._linked = linked_in(value)
        self._seen: set[str] = set()
        self._open: list[str] = []
        self._opened = 0

    def leaves(self, value: JsonValue, name: str | None, place: Place) -> Iterator[Line]:
        """Yield the lines of a value of that name."""
        if place.depth > DEPTH_MAX:
            return
        if isinstance(value, dict):
            yield from self._members(value, name, place)
        elif isinstance(value, list):
            yield from self._items(value, name, place)
        elif value is not None and not (isinstance(value, float) and not math.isfinite(value)):
            text = str(value).lower() if isinstance(value, bool) else str(value)
            yield from lines_of_value(text, name, place, self._read)

    def _members(
        self, value: dict[str, JsonValue], name: str | None, place: Place
    ) -> Iterator[Line]:
        value = flattened(value)
        named = named_value(value)
        if named is not None:
            yield from self._named(value, *named, place)
            return
        linked = self._linked.get(reference_of(value) or ("", ""))
        if linked is not None and place.depth and self._may_open(linked[1]):
            yield from self._of_linked(*linked, name, place)
            return
        wrapped = wrapped_key(value) if name is not None else None
        here = place.inside(name) if name is not None or place.depth else place
        if wrapped is not None:
            yield from self.leaves(value[wrapped], name, place.key(wrapped))
        group = _group_of(value)
        if group:
            here = here.inside(group)
        tables, heads = tables_of(value)
        for key, member in value.items():
            if key in tables:
                inside = here.key(key).inside(key)
                yield from self._rows(*tables[key], key, inside)
            elif key != wrapped and key not in heads:
                yield from self._member(key, member, here)

    def _member(self, key: str, member: JsonValue, here: Place) -> Iterator[Line]:
        """Yield a member of an object under the name that it has, or that its code stands for."""
        inner, name = here.key(key.strip()), self._names.get(key) or plain_key(key)
        if isinstance(member, dict) and here.trail and OF_A_MACHINE.fullmatch(key):
            name = here.trail[-1]  # one of several, each called as all of them are
        if not here.trail and key in _OWN_OBJECTS and isinstance(member, dict):
            yield replace(here.line(json.dumps(member), key), path=inner.path)
        if key == "included" and not here.trail and self._linked:
            member = self._not_linked(member)
        if not (isinstance(member, dict) and is_aliases(member)):
            yield from self.leaves(member, name, inner)

    def _of_linked(
        self, value: dict[str, JsonValue], path: str, name: str | None, place: Place
    ) -> Iterator[Line]:
        """Yield an object that stands apart where it belongs; its path stays its own."""
        self._seen.add(path)
        self._open.append(path)
        members = value.get("attributes")
        inside = f"{path}.attributes" if isinstance(members, dict) else path
        found = members if isinstance(members, dict) else value
        yield from self.leaves(found, name, place._replace(path=inside, depth=place.depth + 1))
        self._open.pop()
        self._opened += 1

    def _may_open(self, path: str) -> bool:
        """May an object that is only named be read here: not within itself, nor too often?"""
        return path not in self._open and self._opened + len(self._open) < LINKED_MAX

    def _not_linked(self, value: JsonValue) -> JsonValue:
        """Return what stands apart and was not named anywhere."""
        if not isinstance(value, list):
            return value
        return [
            None if f"$.included[{index}]" in self._seen else one
            for index, one in enumerate(value)
        ]

    def _named(
        self, value: dict[str, JsonValue], name: str, key: str, place: Place
    ) -> Iterator[Line]:
        """Yield a member that has its name in a value, and what else stands beside it."""
        yield from self.leaves(value[key], name, place.key(key))
        beside = place.inside(name)
        for other, member in value.items():
            if other in OF_THE_FIELD or other == key or member == name:
                continue
            if is_scalar(member) and member is not None:
                yield from self.leaves(member, other, beside.key(other))

    def _rows(
        self, heads: list[str], rows: list[tuple[int, list[JsonValue]]], name: str, place: Place
    ) -> Iterator[Line]:
        """Yield the cells of a table, each called as the head of its column."""
        for index, row in rows:
            here = place.item(index)
            around = here.inside(name)
            for column, (head, cell) in enumerate(zip(heads, row, strict=True)):
                yield from self.leaves(cell, head, around.item(column))

    def _items(self, value: list[JsonValue], name: str | None, place: Place) -> Iterator[Line]:
        shape = points_of(value)
        if shape is not None:  # a pair of numbers is a coordinate: apart they mean nothing
            yield place.line(shape, name)
            return
        pairs = rows_of_two(value)
        if pairs is not None:
            yield from self._members(pairs, name, place)
            return
        heads, rows = rows_under_first(value)
        if heads:
            yield from self._rows(heads, rows, name or "rows", place.inside(name))
            return
        for index, item in enumerate(value):
            yield from self.leaves(item, name, place.item(index))

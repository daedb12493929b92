"""Linked: what JSON says in one place about a value that stands in another.

Names of columns beside records with bare codes (`"fieldAliases": {"F1": "Job number"}`), and
objects that are only named where they belong (`{"type": "people", "id": "7"}`, as JSON:API).
"""

import re
from collections.abc import Iterator

from pydantic import JsonValue

ALIASES_MIN = 3
OBJECTS_MAX = 2_000
NAME_CHARACTERS_MAX = 80
CODE = re.compile(r"[A-Za-z_]{1,20}\d{1,8}")
SHOWN = ("alias", "label", "displayName", "title", "caption")
TECHNICAL = ("name", "fieldName", "id", "key", "field")
REFERENCE = frozenset(["type", "id"])
Linked = dict[tuple[str, str], tuple[dict[str, JsonValue], str]]


def aliases_in(value: JsonValue) -> dict[str, str]:
    """Return the names that a document gives to the codes that it uses as keys."""
    names: dict[str, str] = {}
    used: set[str] = set()
    for one in _objects(value):
        told = _told_by(one) | _told_by_list(one)
        for code, name in told.items():
            names.setdefault(code, name)
        if not told:
            used.update(key for key in one if CODE.fullmatch(key))
    return {code: name for code, name in names.items() if code in used}


def _told_by(one: dict[str, JsonValue]) -> dict[str, str]:
    """Return an object that is nothing but names of codes."""
    return {code: str(name).strip() for code, name in one.items()} if is_aliases(one) else {}


def is_aliases(one: dict[str, JsonValue]) -> bool:
    """Is this object nothing but names of codes?"""
    return len(one) >= ALIASES_MIN and all(
        isinstance(name, str) and CODE.fullmatch(code) and _is_name(name)
        for code, name in one.items()
    )


def _told_by_list(one: dict[str, JsonValue]) -> dict[str, str]:
    """Return the name of the one code that an object of a list of columns tells."""
    code = next((one[key] for key in TECHNICAL if isinstance(one.get(key), str)), None)
    name = next((one[key] for key in SHOWN if isinstance(one.get(key), str)), None)
    is_told = isinstance(code, str) and isinstance(name, str) and CODE.fullmatch(code)
    return {str(code): str(name).strip()} if is_told and _is_name(str(name)) else {}


def _is_name(text: str) -> bool:
    return len(text) <= NAME_CHARACTERS_MAX and text[:1].isalpha() and not CODE.fullmatch(text)


def _objects(value: JsonValue) -> Iterator[dict[str, JsonValue]]:
    level: list[JsonValue] = [value]
    count = 0
    while level and count < OBJECTS_MAX:
        following: list[JsonValue] = []
        for one in level[:OBJECTS_MAX]:
            if isinstance(one, dict):
                count += 1
                yield one
                following += one.values()
            elif isinstance(one, list):
                following += one
        level = [one for one in following if isinstance(one, dict | list)]


def linked_in(value: JsonValue) -> Linked:
    """Return the objects that stand apart under `included`, by their type and id."""
    apart = value.get("included") if isinstance(value, dict) else None
    if not isinstance(apart, list):
        return {}
    return {
        (str(one["type"]), str(one["id"])): (one, f"$.included[{index}]")
        for index, one in enumerate(apart[:OBJECTS_MAX])
        if isinstance(one, dict) and one.keys() >= REFERENCE
    }


def reference_of(value: dict[str, JsonValue]) -> tuple[str, str] | None:
    """Return the type and the id of the object that this one only names."""
    inner = value.get("data")
    one = inner if isinstance(inner, dict) else value
    if one.keys() != REFERENCE:
        return None
    return str(one["type"]), str(one["id"])

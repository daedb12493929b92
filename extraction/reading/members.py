"""Members: objects that only wrap a value, and pairs that name it in a value of their own.

`{"content": 42}` is 42, `{"name": "County", "value": "Hays"}` is a county, and numbers in
lists of two are the points of a shape.
"""

import re
from collections.abc import Mapping

from pydantic import JsonValue

NAME_KEYS = (
    "displayName",
    "fieldName",
    "label",
    "name",
    "key",
    "attribute",
    "field",
    "question",
    "prompt",
    "caption",
    "title",
    "column",
    "attributeName",
    "id",
    "type",
    "n",
    "k",
)
VALUE_KEYS = (
    "value",
    "fieldValue",
    "attributeValue",
    "answer",
    "response",
    "val",
    "content",
    "text",
    "stringValue",
    "v",
)
GROUP_KEYS = ("groupName", "sectionName", "section")
# Where converters put the text of an element, and wrappers their value.
WRAPPING_KEYS = (
    "display_value",
    "displayValue",
    "content",
    "_text",
    "#text",
    "$t",
    "_",
    "__text",
    "@value",
    "_value",
    "value",
    "text",
    "val",
    "_cdata",
    "#cdata-section",
)
# The only member of an object, under a name that says nothing: `{"v": 4}`, `{"-Imported": 4}`.
LONE = re.compile(r"v|d|Value|Val|-[A-Z0-9].{0,40}|_{1,2}|\d{1,3}")
# A name that a machine gave to one of several: `-Nq8xZ`, `0`, `01HV3Q`.
OF_A_MACHINE = re.compile(r"[-\d].{0,60}")
TYPED = re.compile(r"value_?[A-Z][A-Za-z]{2,12}|(?:text|string|number|date)_?[Vv]alue")
OF_CUSTOMERS = re.compile(r"__(?:c|r|pc|pr)$")
WORDED = re.compile(r"[^\d]*[A-Za-z]{3}[^\d]*\d?")  # `field_118` is a name for machines
ATTRIBUTE_KEYS = ("$", "_attributes", "@attributes", "-attributes", "_attr")
# What such an object says of the value and not of the thing: how it may be filled in.
OF_THE_FIELD = frozenset(
    [
        "max",
        "min",
        "maxlength",
        "minlength",
        "maximum",
        "minimum",
        "length",
        "size",
        "order",
        "position",
        "index",
        "sequence",
        "seq",
        "required",
        "mandatory",
        "precision",
        "scale",
        "datatype",
        "data_type",
        "dataType",
        "fieldType",
        "format",
        "pattern",
        "visible",
        "hidden",
        "readonly",
        "readOnly",
        "editable",
        "default",
        "defaultValue",
        "row",
        "column",
        "col",
        "sortOrder",
        "maxLength",
        "minLength",
        "domain",
        "nullable",
        "isRequired",
    ]
)
WEAK_NAMES = frozenset(["id", "type", "n", "k", "title", "column"])
WEAK_VALUES = frozenset(["content", "text", "v", "val", "response"])
MEMBERS_OF_PAIR_MAX = 4  # an object with a weak name and more than this is no pair
NAME_CHARACTERS_MAX = 80
COLUMNS = 2  # a name and its value
ROWS_MIN = 2  # of names and values: a single list of two is a list
NUMBERS_MAX = 20_000  # of one shape


def flattened(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Return an object with the attributes that a converter of XML has put apart."""
    key = next((key for key in ATTRIBUTE_KEYS if isinstance(value.get(key), dict)), None)
    apart = value.get(key) if key else None
    if key is None or not isinstance(apart, dict):
        return value
    rest = {name: member for name, member in value.items() if name != key}
    return rest | {
        f"{key}.{name}": member for name, member in apart.items() if name not in rest
    }


def named_value(value: Mapping[str, JsonValue]) -> tuple[str, str] | None:
    """Return the name that an object gives to its value, and the key that it stands under."""
    key = next((key for key in VALUE_KEYS if key in value), None) or _typed_key(value)
    if key is None or not is_scalar(value[key]):
        return None
    is_small = len(value) <= MEMBERS_OF_PAIR_MAX
    if key in WEAK_VALUES and not is_small:
        return None
    names = [
        name.strip()
        for name_key in _names(value, is_small=is_small)
        if isinstance(name := value[name_key], str)
        and 0 < len(name.strip()) <= NAME_CHARACTERS_MAX
    ]
    if not names:
        return None
    return next((name for name in names if WORDED.fullmatch(name)), names[0]), key


def _typed_key(value: Mapping[str, JsonValue]) -> str | None:
    """Return the one key such as `valueText`, which also tells of what kind the value is."""
    typed = [key for key in value if TYPED.fullmatch(key)]
    return typed[0] if len(typed) == 1 else None


def _names(value: Mapping[str, JsonValue], *, is_small: bool) -> list[str]:
    """Return the keys that may hold the name: the technical name before the one shown."""
    strong = [key for key in reversed(NAME_KEYS) if key in value and key not in WEAK_NAMES]
    weak = [key for key in NAME_KEYS if key in value and key in WEAK_NAMES] if is_small else []
    return [*strong, *weak]


def wrapped_key(value: Mapping[str, JsonValue]) -> str | None:
    """Return the key of the only value of an object whose other members speak about it."""
    lone = next(iter(value)) if len(value) == 1 else None
    if lone is not None and LONE.fullmatch(lone) and is_scalar(value[lone]):
        return lone
    key = next((key for key in WRAPPING_KEYS if key in value), None)
    if key is None or not is_scalar(value[key]):
        return None
    return key if len(value) <= MEMBERS_OF_PAIR_MAX else None


def plain_key(key: str) -> str:
    """Return a key without the ending that a system gives to all fields of its customers."""
    return OF_CUSTOMERS.sub("", key.strip()) or key


def is_scalar(value: JsonValue) -> bool:
    """Is this a value without members?"""
    return not isinstance(value, dict | list)


def rows_of_two(value: list[JsonValue]) -> dict[str, JsonValue] | None:
    """Return a list of `[name, value]` as an object, if it is one."""
    if len(value) < ROWS_MIN:
        return None
    found: dict[str, JsonValue] = {}
    for row in value:
        if not (isinstance(row, list) and len(row) == COLUMNS):
            return None
        name, inner = row
        if not (isinstance(name, str) and name and is_scalar(inner)):
            return None
        found.setdefault(name, inner)
    return found


def points_of(value: list[JsonValue], *, is_inner: bool = False) -> str | None:
    """Return lists of numbers as the points of one shape: `x y, x y`; None if they are none."""
    if not value:
        return None
    if all(_is_number(item) for item in value):
        if not is_inner and not any(isinstance(item, float) for item in value):
            return None  # whole numbers in a row are a list of numbers
        return " ".join(str(item) for item in value[:NUMBERS_MAX])
    pieces = []
    for item in value[:NUMBERS_MAX]:
        piece = points_of(item, is_inner=True) if isinstance(item, list) else None
        if piece is None:
            return None
        pieces.append(piece)
    return ", ".join(pieces)


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

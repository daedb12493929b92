"""Headed: tables in JSON, the names of the columns once and the rows as bare lists.

`{"columns": ["City", "Depth"], "rows": [["Kyle", "4 ft"]]}`, or the names as the first row.
"""

from pydantic import JsonValue

from extraction.reading.members import is_scalar

COLUMNS_MIN = 3
COLUMNS_MAX = 500
HEADS_MAX = 10  # lists of names in one object that may be those of columns
HEAD_CHARACTERS_MAX = 80
NAMES = (
    "name",
    "fieldName",
    "title",
    "label",
    "displayName",
    "headerName",
    "field",
    "key",
    "alias",
    "id",
)
Rows = list[tuple[int, list[JsonValue]]]


def tables_of(
    value: dict[str, JsonValue],
) -> tuple[dict[str, tuple[list[str], Rows]], frozenset[str]]:
    """Return the tables of an object, by the key of their rows, and the keys of their heads."""
    tables: dict[str, tuple[list[str], Rows]] = {}
    used = set()
    named = {key: heads for key, member in value.items() if (heads := _heads(member))}
    for key, member in value.items() if named else ():
        rows = _rows(member)
        for other, heads in list(named.items())[:HEADS_MAX] if rows else ():
            if other != key and all(len(row) == len(heads) for _index, row in rows):
                tables[key] = heads, rows
                used.add(other)
                break
    return tables, frozenset(used)


def rows_under_first(value: list[JsonValue]) -> tuple[list[str], Rows]:
    """Return the heads and the rows of a table whose first row is its heads; empty if none is."""
    rows = _rows(value)
    heads = _heads(value[0]) if len(rows) > 1 else []
    is_table = heads and all(len(row) == len(heads) for _index, row in rows)
    return (heads, rows[1:]) if is_table else ([], [])


def _rows(value: JsonValue) -> Rows:
    if not isinstance(value, list) or not value:
        return []
    rows = [(index, row) for index, row in enumerate(value) if isinstance(row, list)]
    is_plain = len(rows) == len(value) and all(
        len(row) >= COLUMNS_MIN and any(isinstance(cell, str) for cell in row)
        for _at, row in rows
    )
    return rows if is_plain else []


def _heads(value: JsonValue) -> list[str]:
    """Return the names of columns: texts, or objects that have a name; empty if it is no such."""
    if not isinstance(value, list) or not COLUMNS_MIN <= len(value) <= COLUMNS_MAX:
        return []
    names = [_head(one) for one in value]
    is_named = all(0 < len(name) <= HEAD_CHARACTERS_MAX and name[0].isalpha() for name in names)
    return names if is_named and len(set(names)) == len(names) else []


def _head(value: JsonValue) -> str:
    if isinstance(value, dict):
        value = next((value[name] for name in NAMES if isinstance(value.get(name), str)), None)
    return value.strip() if isinstance(value, str) and is_scalar(value) else ""

"""Writing: a template as the TOML that a person reads and mends. `loading` reads it back."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from extraction.templates.model import Template

LINE_MAX = 96


def to_toml(template: Template) -> str:
    """Return the template as a TOML file; what is as by default is left out."""
    told = template.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    tables = {
        name: told.pop(name)
        for name in ("match", "sections", "fields", "constants", "tests")
        if name in told
    }
    blocks = [[*_pairs({"name": template.name, "version": template.version} | told)]]
    for name, table in tables.items():
        if isinstance(table, list):
            blocks += [[f"[[{name}]]", *_pairs(_field_first(row))] for row in table]
        elif name == "sections":
            blocks += [[f"[sections.{key}]", *_pairs(row)] for key, row in table.items()]
        else:
            blocks.append([f"[{name}]", *_pairs(table)])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _field_first(row: dict[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in sorted(row, key=lambda key: key != "field")}


def _pairs(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        line = f"{key} = {_value(value)}"
        if isinstance(value, list) and len(line) > LINE_MAX:
            rows = "".join(f"    {_value(one)},\n" for one in value)
            line = f"{key} = [\n{rows}]"
        yield line


def _value(value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{key} = {_value(one)}" for key, one in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, str) and "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"  # a pattern, as it is
    # JSON escapes as TOML does, but for one control character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

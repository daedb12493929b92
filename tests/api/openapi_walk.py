"""A walk through an OpenAPI document: its operations, its contents, every schema in it."""

from collections.abc import Iterator
from typing import Any

import jsonschema

Document = dict[str, Any]


def operations(document: Document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the place, the method and the operation of each."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", method, operation


def contents(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each place that holds media types, with the media types."""
    for where, _method, operation in operations(document):
        parts = {"body": operation.get("requestBody", {}), **operation["responses"]}
        for name, part in parts.items():
            if "content" in part:
                yield f"{where} {name}", part["content"]


def schemas(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every schema, also those inside others."""
    for name, schema in document["components"]["schemas"].items():
        yield from _inside(name, schema)
    for where, content in contents(document):
        for media in content.values():
            yield from _inside(where, media["schema"])
    for where, _method, operation in operations(document):
        for parameter in operation["parameters"]:
            yield from _inside(f"{where} {parameter['name']}", parameter["schema"])


def resolved(document: Document, schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema, or the one that it refers to."""
    if "$ref" not in schema:
        return schema
    name = schema["$ref"].rpartition("/")[2]
    named: dict[str, Any] = document["components"]["schemas"].get(name, {})
    return named


def problems_with(document: Document, schema: dict[str, Any], value: object) -> list[str]:
    """Return where a value departs from a schema of this document."""
    whole = {**schema, "components": document["components"]}
    found = jsonschema.Draft202012Validator(whole).iter_errors(value)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


def _inside(where: str, schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield where, schema
    for name, part in schema.get("properties", {}).items():
        yield from _inside(f"{where}.{name}", part)
    for part in (schema.get("items"), schema.get("additionalProperties")):
        if isinstance(part, dict):
            yield from _inside(f"{where}[]", part)
    for part in schema.get("anyOf", ()):
        yield from _inside(where, part)

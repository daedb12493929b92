"""What the document of a GPT must keep to, a rule each; `lint` tells which are broken, and where.

Sources: "Production notes on GPT Actions" (the limits on texts, no headers, 100,000 characters),
"Sending and returning files with GPT Actions" (the files), "Configuring actions in GPTs". What
importers were seen to trip over is in the rules on schemas: null, objects without properties.
"""

import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from tests.api.openapi_walk import (
    Document,
    contents,
    operations,
    problems_with,
    resolved,
    schemas,
)

OPERATIONS_MAX = 10  # the fewer, the better the model chooses
OPERATION_CHARACTERS_MAX = 300
PARAMETER_CHARACTERS_MAX = 700
DOCUMENT_CHARACTERS_MAX = 100_000
ID = re.compile(r"[a-z]+([A-Z][a-z]+)+")
# What a person must agree to each time, and what must never stop a conversation to ask.
CONSEQUENTIAL = re.compile("cancel|confirm|submi", re.IGNORECASE)
HARMLESS = re.compile("(answer|create|find|get|list|update|validate)[A-Z]")
JSON = "application/json"
FILES = "openaiFileIdRefs"
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
WORDS = frozenset(
    {
        *("$ref", "type", "description", "enum", "default", "examples", "format", "anyOf"),
        *("properties", "required", "additionalProperties", "items", "minItems", "maxItems"),
        *("minimum", "maximum", "minLength", "maxLength"),
    }
)
FORMATS = frozenset({"date", "date-time"})
TYPES = frozenset({"array", "boolean", "integer", "number", "object", "string"})

Found = Iterator[tuple[str, str]]


def lint(document: Document, *, is_public: bool = True) -> list[str]:
    """Return what is broken, as `rule: where: what`; `is_public` if others can reach the server."""
    rules = [*RULES, *([_server_is_public] if is_public else [])]
    return [
        f"{rule.__name__.strip('_')}: {where}: {what}"
        for rule in rules
        for where, what in rule(document)
    ]


def _operations_are_few(document: Document) -> Found:
    count = len(list(operations(document)))
    if not 1 <= count <= OPERATIONS_MAX:
        yield "paths", f"{count} operations"


def _ids_are_names(document: Document) -> Found:
    seen = set()
    for where, _method, operation in operations(document):
        name = operation.get("operationId", "")
        if not ID.fullmatch(name) or name in seen:
            yield where, f"operationId {name!r}"
        seen.add(name)


def _operations_are_described(document: Document) -> Found:
    for where, _method, operation in operations(document):
        for word in ("summary", "description"):
            if not 1 <= len(operation.get(word, "")) <= OPERATION_CHARACTERS_MAX:
                yield where, f"{word} of {len(operation.get(word, ''))} characters"


def _texts_are_short(document: Document) -> Found:
    described = list(schemas(document))
    for where, _method, operation in operations(document):
        described += [(f"{where} {one['name']}", one) for one in operation["parameters"]]
    for where, part in described:
        if len(part.get("description", "")) > PARAMETER_CHARACTERS_MAX:
            yield where, f"description of {len(part['description'])} characters"


def _document_is_small(document: Document) -> Found:
    if (size := len(json.dumps(document))) >= DOCUMENT_CHARACTERS_MAX:
        yield "all", f"{size} characters"


def _consequences_are_stated(document: Document) -> Found:
    """Unsaid, a GET asks nobody and all else asks each time."""
    for where, _method, operation in operations(document):
        name, asks = operation.get("operationId", ""), operation.get("x-openai-isConsequential")
        if not isinstance(asks, bool):
            yield where, f"{asks!r}"
        if asks is not True and CONSEQUENTIAL.search(name):
            yield where, f"{name} asks nobody"
        if asks is not False and HARMLESS.match(name):
            yield where, f"{name} asks each time"


def _parameters_are_plain(document: Document) -> Found:
    for where, _method, operation in operations(document):
        for one in operation["parameters"]:
            if one["in"] not in ("path", "query") or not one.get("description"):
                yield where, f"{one['in']} {one['name']}, {one.get('description')!r}"


def _nothing_is_null(document: Document) -> Found:
    for where, schema in schemas(document):
        absent = object()
        if schema.get("type") == "null" or schema.get("default", absent) is None:
            yield where, "null"
        if None in schema.get("enum", ()) or "nullable" in schema:
            yield where, "null"


def _schemas_are_plain(document: Document) -> Found:
    for where, schema in schemas(document):
        if unknown := sorted(set(schema) - WORDS):
            yield where, ", ".join(unknown)
        if schema.get("format", "date") not in FORMATS:
            yield where, schema["format"]


def _everything_has_a_type(document: Document) -> Found:
    for where, schema in schemas(document):
        kind = schema.get("type")
        is_typed = isinstance(kind, str) and kind in TYPES
        if not (is_typed or "$ref" in schema or schema.get("anyOf")):
            yield where, f"no type, {sorted(schema)}"
        if kind == "array" and not schema.get("items"):
            yield where, "a list of anything"
        if kind == "object" and not isinstance(schema.get("properties"), dict):
            yield where, "an object without properties"
        if missing := sorted(
            set(schema.get("required", ())) - set(schema.get("properties", ()))
        ):
            yield where, f"requires {missing}"


def _references_lead_somewhere(document: Document) -> Found:
    named = document["components"]["schemas"]
    used = set()
    for where, schema in schemas(document):
        name = schema.get("$ref", "").removeprefix("#/components/schemas/")
        used.add(name)
        if name and name not in named:
            yield where, name
    for name in sorted(set(named) - used):
        yield name, "not used"


def _bodies_are_json(document: Document) -> Found:
    for where, content in contents(document):
        if set(content) != {JSON}:
            yield where, ", ".join(content)


def _answers_are_objects(document: Document) -> Found:
    for where, _method, operation in operations(document):
        good = [status for status in operation["responses"] if status.startswith("2")]
        for status in good:
            schema = (
                operation["responses"][status]
                .get("content", {})
                .get(JSON, {})
                .get("schema", {})
            )
            if resolved(document, schema).get("type") != "object":
                yield where, status
        if not good:
            yield where, "no good answer"


def _errors_are_one_shape(document: Document) -> Found:
    for where, _method, operation in operations(document):
        bad = {status for status in operation["responses"] if not status.startswith("2")}
        content = operation["responses"].get("default", {}).get("content", {})
        if bad != {"default"} or not content.get(JSON, {})["schema"]["$ref"].endswith(
            "/Problem"
        ):
            yield where, ", ".join(sorted(bad))
    for name in document["components"]["schemas"]:
        if "ValidationError" in name:
            yield name, "a shape that nothing answers"


def _examples_are_valid(document: Document) -> Found:
    for where, schema in schemas(document):
        given = [
            *schema.get("examples", ()),
            *([schema["default"]] if "default" in schema else []),
        ]
        for example in given:
            yield from (
                (where, problem) for problem in problems_with(document, schema, example)
            )


def _files_are_strings(document: Document) -> Found:
    for where, schema in schemas(document):
        files = schema.get("properties", {}).get(FILES)
        if files and (files.get("type"), files.get("items")) != ("array", {"type": "string"}):
            yield where, json.dumps(files)
        if files and not files.get("description"):
            yield where, "the model is not told which files"


def _security_is_bearer(document: Document) -> Found:
    schemes = document["components"]["securitySchemes"]
    if [(one.get("type"), one.get("scheme")) for one in schemes.values()] != [
        ("http", "bearer")
    ]:
        yield "components", json.dumps(schemes)
    if document.get("security") != [{name: []} for name in schemes]:
        yield "security", json.dumps(document.get("security"))
    for where, _method, operation in operations(document):
        if "security" in operation:
            yield where, "a security of its own"


def _version_is_said(document: Document) -> Found:
    if document["openapi"] != "3.1.0":
        yield "openapi", document["openapi"]
    if not re.fullmatch(r"\d+\.\d+\.\d+", document["info"]["version"]):
        yield "info.version", document["info"]["version"]


def _server_is_one(document: Document) -> Found:
    urls = [server["url"] for server in document["servers"]]
    for url in urls:
        parts = urlsplit(url)
        is_local = parts.scheme == "http" and parts.hostname in LOCAL
        if not (parts.scheme == "https" or is_local) or url.endswith("/") or not parts.hostname:
            yield "servers", url
    if len(urls) != 1:
        yield "servers", f"{len(urls)} of them"


def _server_is_public(document: Document) -> Found:
    for server in document["servers"]:
        parts = urlsplit(server["url"])
        if parts.scheme != "https" or parts.port is not None or parts.hostname in LOCAL:
            yield "servers", server["url"]


RULES: list[Callable[[Document], Found]] = [
    _operations_are_few,
    _ids_are_names,
    _operations_are_described,
    _texts_are_short,
    _document_is_small,
    _consequences_are_stated,
    _parameters_are_plain,
    _nothing_is_null,
    _schemas_are_plain,
    _everything_has_a_type,
    _references_lead_somewhere,
    _bodies_are_json,
    _answers_are_objects,
    _errors_are_one_shape,
    _examples_are_valid,
    _files_are_strings,
    _security_is_bearer,
    _version_is_said,
    _server_is_one,
]

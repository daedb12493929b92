"""The description of this API that a GPT is given: few operations, and plain schemas.

`/openapi.json` is for everybody else. This one is made of it: the operations with the tag `gpt`,
what they take and answer, and nothing that an importer of GPT Actions trips over ("Production
notes on GPT Actions", "Configuring actions in GPTs"). Its limits are checked by
`tests/api/gpt_lint.py`. What is said here is a part of what holds: a value that the plain schema
admits and the whole one does not is refused by the route.

It stays at OpenAPI 3.1.0, as FastAPI writes it and ChatGPT accepts it. Nothing is left in it that
3.0 would read otherwise.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI, Request

from api.file_references import FIELD as FILES_FIELD
from api.routing import Router
from domain.errors import RejectedError

TAG = "gpt"
PLACE = "#/components/schemas/"
JSON = "application/json"
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})

# What an importer reads of a schema, beside what is rewritten below.
KEPT = (
    "type",
    "description",
    "enum",
    "default",
    "examples",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
)
FORMATS = frozenset({"date", "date-time"})
# A GPT sends no headers of its own and no cookies.
PARAMETERS = frozenset({"path", "query"})
OPERATION = ("operationId", "summary", "description", "x-openai-isConsequential")
PARAMETER = ("name", "in", "required", "description")
SECURITY = {"bearer": {"type": "http", "scheme": "bearer"}}

Schema = Mapping[str, Any]
Schemas = Mapping[str, Schema]


def routes(app: FastAPI, *, public_url: str | None) -> APIRouter:
    """Return the route of the GPT's document over all routes that the application has."""
    router = Router()

    @cache
    def document() -> dict[str, Any]:
        return gpt_document(app.openapi())

    @router.get("/gpt/openapi.json", include_in_schema=False)
    async def get_gpt_document(request: Request) -> dict[str, Any]:
        """Describe this API to a GPT."""
        server = {"url": public_url or _own_url(request)}
        return {**document(), "servers": [server]}

    return router


def gpt_document(whole: Mapping[str, Any]) -> dict[str, Any]:
    """Return the GPT's part of an OpenAPI document; `servers` is left to the caller."""
    schemas: Schemas = whole.get("components", {}).get("schemas", {})
    paths: dict[str, dict[str, Any]] = {}
    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            if TAG in operation.get("tags", ()):
                paths.setdefault(path, {})[method] = _operation(operation, schemas)
    return {
        "openapi": whole["openapi"],
        "info": _info(whole["info"]),
        "paths": paths,
        "components": {"schemas": _named_in(paths, schemas), "securitySchemes": SECURITY},
        "security": [{name: []} for name in SECURITY],
    }


def _own_url(request: Request) -> str:
    """Return the address by which this request came, if a GPT or its maker can use it."""
    try:
        url = request.base_url
        is_usable = url.scheme == "https" or url.hostname in LOCAL
    except ValueError:  # the Host of the request is no host
        is_usable = False
    if not is_usable:
        raise RejectedError(
            "The public address of this service is not known.",
            field="PUBLIC_URL",
            remedy="Set PUBLIC_URL to the https address at which the service is reached.",
        )
    return str(url).rstrip("/")


def _info(info: Mapping[str, Any]) -> dict[str, Any]:
    text = info.get("description") or info.get("summary", "")
    return {"title": info["title"], "description": text, "version": info["version"]}


def _operation(operation: Mapping[str, Any], schemas: Schemas) -> dict[str, Any]:
    plain = {name: operation[name] for name in OPERATION if name in operation}
    plain["parameters"] = [
        _parameter(given, schemas)
        for given in operation.get("parameters", ())
        if given["in"] in PARAMETERS
    ]
    body = operation.get("requestBody", {})
    if JSON in body.get("content", {}):
        plain["requestBody"] = {
            "required": body.get("required", False),
            "content": _json(body["content"][JSON]["schema"], schemas),
        }
    plain["responses"] = dict(_responses(operation["responses"], schemas))
    return plain


def _parameter(given: Mapping[str, Any], schemas: Schemas) -> dict[str, Any]:
    plain = {name: given[name] for name in PARAMETER if name in given}
    schema = _plain(given["schema"], schemas)
    return plain | {"schema": {word: schema[word] for word in schema if word != "description"}}


def _responses(
    responses: Mapping[str, Any], schemas: Schemas
) -> Iterator[tuple[str, dict[str, Any]]]:
    for status, response in responses.items():
        if status.startswith("2"):
            content = response.get("content", {})
            told = _json(content[JSON]["schema"], schemas) if JSON in content else None
            plain = {"description": response["description"]}
            yield status, plain | ({"content": told} if told else {})
    yield (
        "default",
        {
            "description": "What is wrong, in which field, and what mends it.",
            "content": _json({"$ref": f"{PLACE}Problem"}, schemas),
        },
    )


def _json(schema: Schema, schemas: Schemas) -> dict[str, Any]:
    return {JSON: {"schema": _plain(schema, schemas)}}


def _named_in(part: object, schemas: Schemas) -> dict[str, Any]:
    """Return the schemas that this part of a document names, and those that they name."""
    found: dict[str, Any] = {}
    left = list(_names_in(part))
    while left:
        name = left.pop()
        if name not in found:
            found[name] = _plain_object(schemas[name], schemas)
            left += _names_in(found[name])
    return dict(sorted(found.items()))


def _names_in(part: object) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _names_in(one)
    elif isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield _name(part)
        for one in part.values():
            yield from _names_in(one)


def _name(schema: Schema) -> str:
    return str(schema.get("$ref", "")).removeprefix(PLACE)


def _plain(schema: Schema, schemas: Schemas) -> dict[str, Any]:
    """Return a schema in words that importers know; only objects are referred to by name."""
    schema = _without_null(schema)
    if name := _name(schema):
        if _is_object(schemas[name]):
            return {"$ref": f"{PLACE}{name}"}
        beside = {word: said for word, said in schema.items() if word != "$ref"}
        return _plain({**schemas[name], **beside}, schemas)
    if _is_object(schema):
        return _plain_object(schema, schemas)
    plain = {word: schema[word] for word in KEPT if word in schema}
    if "const" in schema:
        plain["enum"] = [schema["const"]]
    if schema.get("format") in FORMATS:
        plain["format"] = schema["format"]
    if choices := schema.get("anyOf"):
        plain["anyOf"] = [_plain(choice, schemas) for choice in choices]
    if schema.get("type") == "array":
        plain["items"] = _items(schema, schemas)
    return plain


def _plain_object(schema: Schema, schemas: Schemas) -> dict[str, Any]:
    """Return the schema of an object; it always has `properties`, or its values would be lost."""
    given = schema.get("properties", {})
    plain = {word: schema[word] for word in KEPT if word in schema}
    plain |= {
        "type": "object",
        "properties": {name: _property(name, one, schemas) for name, one in given.items()},
    }
    required = [name for name in schema.get("required", ()) if not _admits_null(given[name])]
    if required:
        plain["required"] = required
    if isinstance(values := schema.get("additionalProperties"), dict):
        plain["additionalProperties"] = _plain(values, schemas) or True
    return plain


def _property(name: str, schema: Schema, schemas: Schemas) -> dict[str, Any]:
    plain = _plain(schema, schemas)
    if name == FILES_FIELD:
        # ChatGPT puts the files in only if they are described to it as strings.
        plain["items"] = {"type": "string"}
    return plain


def _items(schema: Schema, schemas: Schemas) -> dict[str, Any]:
    """Return what a list holds; of a list with a schema for each place, all of them."""
    if "prefixItems" not in schema:
        return _plain(schema.get("items", {}), schemas)
    kinds: list[dict[str, Any]] = []
    for place in schema["prefixItems"]:
        kind = _plain(place, schemas)
        kinds += [kind] if kind not in kinds else []
    return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}


def _without_null(schema: Schema) -> Schema:
    """Return a schema without null: what is not there is left out, not said to be nothing."""
    rest = {
        word: said
        for word, said in schema.items()
        if word not in ("anyOf", "oneOf") and not (word == "default" and said is None)
    }
    choices = [one for one in _choices(schema) if one.get("type") != "null"]
    if isinstance(kinds := schema.get("type"), list):
        rest.pop("type")
        choices = [{"type": kind} for kind in kinds if kind != "null"]
    if len(choices) == 1:
        return _without_null({**choices[0], **rest})
    return {**rest, "anyOf": choices} if choices else rest


def _choices(schema: Schema) -> list[Schema]:
    return list(schema.get("anyOf") or schema.get("oneOf") or ())


def _admits_null(schema: Schema) -> bool:
    kinds = schema.get("type", ())
    return "null" in kinds or any(one.get("type") == "null" for one in _choices(schema))


def _is_object(schema: Schema) -> bool:
    return schema.get("type") == "object" or "properties" in schema

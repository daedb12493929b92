"""Each rule on the GPT's document bites: a good document that is broken in one way is told so."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.gpt_lint import RULES, lint
from tests.api.openapi_walk import Document

TICKET = "#/components/schemas/Ticket"
PROBLEM = "#/components/schemas/Problem"


def answers(reference: str) -> dict[str, Any]:
    return {
        "description": "What it is.",
        "content": {"application/json": {"schema": {"$ref": reference}}},
    }


def operation(name: str, *, asks: bool = False) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": "Do it",
        "description": "Does it.",
        "x-openai-isConsequential": asks,
        "parameters": [
            {
                "name": "ticket_id",
                "in": "path",
                "required": True,
                "description": "Of which ticket.",
                "schema": {"type": "string"},
            }
        ],
        "responses": {"200": answers(TICKET), "default": answers(PROBLEM)},
    }


def good() -> Document:
    files = {"type": "array", "items": {"type": "string"}, "description": "One work order."}
    body = {"type": "object", "properties": {"openaiFileIdRefs": files}}
    create = operation("createTicket") | {"parameters": []}
    create["requestBody"] = {
        "required": True,
        "content": {"application/json": {"schema": body}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tickets", "description": "Tickets.", "version": "1.0.0"},
        "servers": [{"url": "https://tickets.example.com"}],
        "paths": {
            "/gpt/tickets": {"post": create},
            "/gpt/tickets/{ticket_id}": {"get": operation("getTicket")},
            "/gpt/tickets/{ticket_id}/confirm": {"post": operation("confirmTicket", asks=True)},
        },
        "components": {
            "schemas": {
                "Ticket": {
                    "type": "object",
                    "properties": {
                        "county": {"type": "string", "examples": ["Travis"], "maxLength": 20},
                        "depth": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
                    },
                    "required": ["county"],
                },
                "Problem": {"type": "object", "properties": {"problem": {"type": "string"}}},
            },
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"bearer": []}],
    }


def test_a_good_document_passes() -> None:
    assert lint(good()) == []


Break = Callable[[Document], object]


def many(document: Document) -> None:
    for letter in "ABCDEFGH":
        path = f"/gpt/{letter}/{{ticket_id}}"
        document["paths"][path] = {"get": operation(f"get{letter}aTicket")}


def grown(document: Document) -> None:
    properties = document["components"]["schemas"]["Ticket"]["properties"]
    properties.update(
        {f"note_{n}": {"type": "string", "description": "x" * 690} for n in range(140)}
    )


def put(*path: str | int, to: object) -> Break:
    """Return what sets the value at a path; the last step may be new."""

    def break_(document: Document) -> None:
        reached(document, path[:-1])[path[-1]] = to

    return break_


def without(*path: str | int) -> Break:
    """Return what removes the value at a path."""
    return lambda document: reached(document, path[:-1]).pop(path[-1])


def reached(document: Document, path: tuple[str | int, ...]) -> Any:
    place: Any = document
    for step in path:
        place = place[step]
    return place


CREATE = ("paths", "/gpt/tickets", "post")
BODY = (*CREATE, "requestBody", "content", "application/json", "schema", "properties")
ANSWER = (*CREATE, "responses", "200")
PARAMETER = ("paths", "/gpt/tickets/{ticket_id}", "get", "parameters", 0)
SCHEMAS = ("components", "schemas")
COUNTY = (*SCHEMAS, "Ticket", "properties", "county")
CONFIRM = ("paths", "/gpt/tickets/{ticket_id}/confirm", "post")
FILES = (*BODY, "openaiFileIdRefs")

BREAKS: dict[str, tuple[str, Break]] = {
    "eleven operations": ("operations_are_few", many),
    "no operation": ("operations_are_few", put("paths", to={})),
    "an id in snake case": ("ids_are_names", put(*CREATE, "operationId", to="create_ticket")),
    "an id twice": ("ids_are_names", put(*CREATE, "operationId", to="getTicket")),
    "no id": ("ids_are_names", without(*CREATE, "operationId")),
    "a long summary": ("operations_are_described", put(*CREATE, "summary", to="x" * 301)),
    "a long description": (
        "operations_are_described",
        put(*CREATE, "description", to="x" * 301),
    ),
    "no description": ("operations_are_described", without(*CREATE, "description")),
    "a long parameter": ("texts_are_short", put(*PARAMETER, "description", to="x" * 701)),
    "a long property": ("texts_are_short", put(*COUNTY, "description", to="x" * 701)),
    "a long schema": ("texts_are_short", put(*SCHEMAS, "Ticket", "description", to="x" * 701)),
    "too many words": ("document_is_small", grown),
    "consequence unsaid": (
        "consequences_are_stated",
        without(*CREATE, "x-openai-isConsequential"),
    ),
    "consequence as text": (
        "consequences_are_stated",
        put(*CONFIRM, "x-openai-isConsequential", to="true"),
    ),
    "confirmed unasked": (
        "consequences_are_stated",
        put(*CONFIRM, "x-openai-isConsequential", to=False),
    ),
    "asked at each step": (
        "consequences_are_stated",
        put(*CREATE, "x-openai-isConsequential", to=True),
    ),
    "cancelled unasked": (
        "consequences_are_stated",
        put(*CREATE, "operationId", to="cancelTicket"),
    ),
    "a header": ("parameters_are_plain", put(*PARAMETER, "in", to="header")),
    "a parameter without a word": (
        "parameters_are_plain",
        put(*PARAMETER, "description", to=""),
    ),
    "a null type": ("nothing_is_null", put(*COUNTY, "type", to="null")),
    "null as a choice": ("nothing_is_null", put(*COUNTY, to={"anyOf": [{"type": "null"}]})),
    "a null default": ("nothing_is_null", put(*COUNTY, "default", to=None)),
    "a null in a list of values": (
        "nothing_is_null",
        put(*COUNTY, "enum", to=["Travis", None]),
    ),
    "a nullable": ("nothing_is_null", put(*COUNTY, "nullable", to=True)),
    "a list of types": ("everything_has_a_type", put(*COUNTY, "type", to=["string", "null"])),
    "a discriminator": ("schemas_are_plain", put(*SCHEMAS, "Ticket", "discriminator", to={})),
    "places of a list": ("schemas_are_plain", put(*COUNTY, "prefixItems", to=[])),
    "a pattern of names": ("schemas_are_plain", put(*COUNTY, "patternProperties", to={})),
    "a constant": ("schemas_are_plain", put(*COUNTY, "const", to="Travis")),
    "a format of our own": ("schemas_are_plain", put(*COUNTY, "format", to="county")),
    "no type": ("everything_has_a_type", without(*COUNTY, "type")),
    "an object without properties": (
        "everything_has_a_type",
        put(*COUNTY, to={"type": "object"}),
    ),
    "a list of anything": ("everything_has_a_type", put(*COUNTY, to={"type": "array"})),
    "an unknown requirement": (
        "everything_has_a_type",
        put(*SCHEMAS, "Ticket", "required", to=["x"]),
    ),
    "a reference to nothing": (
        "references_lead_somewhere",
        put(*COUNTY, to={"$ref": "#/components/schemas/County"}),
    ),
    "a reference elsewhere": ("references_lead_somewhere", put(*COUNTY, to={"$ref": "#/info"})),
    "a schema that nobody uses": (
        "references_lead_somewhere",
        put(*SCHEMAS, "Spare", to={"type": "object", "properties": {}}),
    ),
    "another media type": (
        "bodies_are_json",
        put(*ANSWER, "content", "text/csv", to={"schema": {"type": "string"}}),
    ),
    "a list as the answer": (
        "answers_are_objects",
        put(
            *ANSWER,
            "content",
            "application/json",
            to={"schema": {"type": "array", "items": {"type": "string"}}},
        ),
    ),
    "an answer without content": ("answers_are_objects", put(*ANSWER, to={"description": "."})),
    "no good answer": ("answers_are_objects", without(*CREATE, "responses", "200")),
    "a 422": ("errors_are_one_shape", put(*CREATE, "responses", "422", to=answers(PROBLEM))),
    "errors of another shape": (
        "errors_are_one_shape",
        put(*CREATE, "responses", "default", to=answers(TICKET)),
    ),
    "errors unsaid": ("errors_are_one_shape", without(*CREATE, "responses", "default")),
    "the framework's own errors": (
        "errors_are_one_shape",
        put(*SCHEMAS, "HTTPValidationError", to={"type": "object", "properties": {}}),
    ),
    "an example that is refused": (
        "examples_are_valid",
        put(*COUNTY, "examples", to=["x" * 21]),
    ),
    "a default that is refused": ("examples_are_valid", put(*COUNTY, "default", to=7)),
    "files as objects": (
        "files_are_strings",
        put(*FILES, "items", to={"type": "object", "properties": {}}),
    ),
    "files without a word": ("files_are_strings", put(*FILES, "description", to="")),
    "another scheme": (
        "security_is_bearer",
        put("components", "securitySchemes", "key", to={"type": "apiKey"}),
    ),
    "no security": ("security_is_bearer", put("security", to=[])),
    "a security of its own": ("security_is_bearer", put(*CREATE, "security", to=[])),
    "another OpenAPI": ("version_is_said", put("openapi", to="3.0.3")),
    "no version": ("version_is_said", put("info", "version", to="latest")),
    "a path for a server": ("server_is_one", put("servers", to=[{"url": "/"}])),
    "two servers": ("server_is_one", put("servers", to=[{"url": "https://a.test"}] * 2)),
    "a server without TLS": ("server_is_one", put("servers", to=[{"url": "http://a.test"}])),
    "a server ending in a slash": (
        "server_is_one",
        put("servers", to=[{"url": "https://a.test/"}]),
    ),
    "a server at home": (
        "server_is_public",
        put("servers", to=[{"url": "http://localhost:8000"}]),
    ),
    "a server at another port": (
        "server_is_public",
        put("servers", to=[{"url": "https://a.test:8443"}]),
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_document_that_is_broken_in_one_way_is_told_so(name: str) -> None:
    rule, break_ = BREAKS[name]
    document = copy.deepcopy(good())

    break_(document)

    assert rule in {found.partition(":")[0] for found in lint(document)}


def test_every_rule_is_broken_once() -> None:
    """A rule that never bites is a comment."""
    names = {rule.__name__.strip("_") for rule in RULES} | {"server_is_public"}

    assert {rule for rule, _break in BREAKS.values()} == names


def test_a_server_at_home_is_good_enough_to_try() -> None:
    document = good() | {"servers": [{"url": "http://localhost:8000"}]}

    assert lint(document, is_public=False) == []

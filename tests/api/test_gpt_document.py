"""The document that a GPT is given: made of the whole one, and plain."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from fastapi import APIRouter, FastAPI, Header, Path, Query
from openapi_spec_validator import validate
from pydantic import BaseModel, ConfigDict, Field

from api.file_references import FileReferences
from api.gpt_document import gpt_document
from api.problems import Problem
from tests.api.gpt_lint import lint
from tests.api.openapi_walk import Document

SERVER = {"servers": [{"url": "https://tickets.example.com"}]}


class Status(StrEnum):
    """Where a ticket is."""

    DRAFT = "draft"
    READY = "ready"


class Point(BaseModel):
    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float]


class Line(BaseModel):
    type: Literal["LineString"] = "LineString"
    coordinates: Annotated[list[tuple[float, float]], Field(min_length=2)]


class Note(BaseModel):
    text: str
    about: "Note | None" = None


class Ticket(BaseModel):
    """A ticket."""

    model_config = ConfigDict(json_schema_extra={"title": "A locate ticket"})

    id: str
    status: Status = Field(description="Draft, or ready.")
    county: Annotated[str | None, Field(max_length=20, examples=["Travis"])]
    depth_inches: float | None = Field(default=None, gt=0, le=600)
    starts_at: datetime | None = Field(default=None, description="ISO 8601, with zone.")
    site: Annotated[Point | Line, Field(discriminator="type")] | None = None
    lines: list[str] = Field(default_factory=list)
    values: dict[str, float] = Field(default_factory=dict)
    packet: dict[str, Any] | None = None
    suggested: str | float | None = None
    note: Note | None = None
    code: Annotated[str | None, Field(pattern="^x")] = None


class Create(BaseModel):
    model_config = ConfigDict(extra="forbid")

    openaiFileIdRefs: FileReferences | None = None  # noqa: N815 - the name is ChatGPT's
    county: str | None = None
    priority: Literal["Normal", "Urgent"] | None = None


TicketId = Annotated[str, Path(description="Of which ticket.")]


class Secret(BaseModel):
    """Nothing for a GPT."""

    keys: list[str]


def small_app() -> FastAPI:
    """One that uses all that FastAPI and pydantic write and an importer does not read."""
    app = FastAPI(
        title="Tickets",
        summary="Makes tickets.",
        version="1.2.3",
        responses={"4XX": {"model": Problem}},
    )
    router = APIRouter(tags=["gpt", "tickets"])
    asks = {"x-openai-isConsequential": True}
    does_not_ask = {"x-openai-isConsequential": False}

    @router.post("/gpt/tickets", status_code=201, openapi_extra=does_not_ask)
    async def createTicket(body: Create) -> Ticket:  # noqa: N802 - the id of the operation
        """Create a ticket."""
        raise NotImplementedError

    @router.get("/gpt/tickets/{ticket_id}", openapi_extra=does_not_ask)
    async def getTicket(  # noqa: N802 - as above
        ticket_id: TicketId,
        status: Annotated[Status | None, Query(description="Only then.")] = None,
        if_match: Annotated[str | None, Header()] = None,
    ) -> Ticket:
        """Read a ticket."""
        raise NotImplementedError

    @router.post("/gpt/tickets/{ticket_id}/confirm", openapi_extra=asks)
    async def confirmTicket(ticket_id: TicketId) -> Ticket:  # noqa: N802 - as above
        """Confirm a ticket."""
        raise NotImplementedError

    @app.get("/keys")
    async def keys() -> Secret:
        raise NotImplementedError

    app.include_router(router)
    for route in router.routes:
        route.operation_id = route.name  # type: ignore[attr-defined]  # of a route
    return app


@pytest.fixture(scope="module")
def whole() -> Document:
    return small_app().openapi()


@pytest.fixture(scope="module")
def document(whole: Document) -> Document:
    return gpt_document(whole) | SERVER


def properties(document: Document, name: str) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"][name]["properties"]
    return found


def test_only_what_is_tagged_is_there(document: Document) -> None:
    assert {path: set(methods) for path, methods in document["paths"].items()} == {
        "/gpt/tickets": {"post"},
        "/gpt/tickets/{ticket_id}": {"get"},
        "/gpt/tickets/{ticket_id}/confirm": {"post"},
    }
    assert "Secret" not in document["components"]["schemas"]
    assert not [name for name in document["components"]["schemas"] if "Validation" in name]


def test_it_says_which_version_of_the_service_it_describes(document: Document) -> None:
    assert document["info"] == {
        "title": "Tickets",
        "description": "Makes tickets.",
        "version": "1.2.3",
    }
    assert document["openapi"] == "3.1.0"


def test_an_operation_keeps_its_name_and_whether_it_asks(document: Document) -> None:
    confirm = document["paths"]["/gpt/tickets/{ticket_id}/confirm"]["post"]

    assert confirm["operationId"] == "confirmTicket"
    assert confirm["x-openai-isConsequential"] is True
    assert confirm["description"] == "Confirm a ticket."


def test_what_may_be_null_is_what_may_be_left_out(document: Document) -> None:
    """Required and null, in the whole document, is optional and never null in this one."""
    ticket = document["components"]["schemas"]["Ticket"]

    assert ticket["properties"]["county"] == {
        "type": "string",
        "maxLength": 20,
        "examples": ["Travis"],
    }
    assert ticket["required"] == ["id", "status"]


def test_numbers_and_times_keep_their_bounds_and_their_meaning(document: Document) -> None:
    ticket = properties(document, "Ticket")

    assert ticket["depth_inches"] == {"type": "number", "maximum": 600}
    assert ticket["starts_at"] == {
        "type": "string",
        "format": "date-time",
        "description": "ISO 8601, with zone.",
    }
    assert ticket["code"] == {"type": "string"}


def test_a_list_of_values_is_written_where_it_is_used(document: Document) -> None:
    """A reference with a word beside it loses the word in some importers."""
    assert properties(document, "Ticket")["status"] == {
        "type": "string",
        "enum": ["draft", "ready"],
        "description": "Draft, or ready.",
    }
    assert "Status" not in document["components"]["schemas"]


def test_choices_stay_without_what_tells_them_apart(document: Document) -> None:
    ticket = properties(document, "Ticket")

    assert ticket["site"] == {
        "anyOf": [{"$ref": "#/components/schemas/Point"}, {"$ref": "#/components/schemas/Line"}]
    }
    assert ticket["suggested"] == {"anyOf": [{"type": "string"}, {"type": "number"}]}
    assert properties(document, "Line")["type"]["enum"] == ["LineString"]


def test_a_pair_is_a_list_of_two(document: Document) -> None:
    pair = {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}}

    assert properties(document, "Point")["coordinates"] == pair
    assert properties(document, "Line")["coordinates"]["items"] == pair


def test_an_object_always_has_properties(document: Document) -> None:
    """Without them, what a GPT writes into it is refused before it is sent."""
    ticket = properties(document, "Ticket")

    assert ticket["packet"] == {"type": "object", "properties": {}}
    assert ticket["values"]["additionalProperties"] == {"type": "number"}
    assert ticket["values"]["properties"] == {}


def test_what_refers_to_itself_ends(document: Document) -> None:
    assert properties(document, "Note")["about"] == {"$ref": "#/components/schemas/Note"}


def test_files_are_described_as_strings(document: Document, whole: Document) -> None:
    """ChatGPT puts objects there, but only if it was told of strings."""
    files = properties(document, "Create")["openaiFileIdRefs"]

    assert files["items"] == {"type": "string"}
    assert files["maxItems"] == 10
    assert "one file" in files["description"]
    assert "FileReference" not in document["components"]["schemas"]
    assert "FileReference" in whole["components"]["schemas"]


def test_headers_are_not_told_of(document: Document) -> None:
    """A GPT cannot send them."""
    read = document["paths"]["/gpt/tickets/{ticket_id}"]["get"]

    assert [one["name"] for one in read["parameters"]] == ["ticket_id", "status"]
    assert read["parameters"][1]["schema"] == {"type": "string", "enum": ["draft", "ready"]}


def test_an_error_has_one_shape(document: Document) -> None:
    responses = document["paths"]["/gpt/tickets"]["post"]["responses"]

    assert set(responses) == {"201", "default"}
    assert responses["default"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Problem"
    }
    assert properties(document, "Problem")["remedy"] == {"type": "string"}


def test_the_whole_document_is_left_as_it_was(whole: Document) -> None:
    """It is everybody else's, and FastAPI gives the same one each time."""
    before = repr(whole)

    gpt_document(whole)

    assert repr(whole) == before


def test_it_passes_its_lint(document: Document) -> None:
    assert lint(document) == []


def test_it_passes_a_public_validator(document: Document) -> None:
    validate(document)

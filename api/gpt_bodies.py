"""The bodies of a conversation: flat, and as forgiving as the words of a person.

The ticket's fields stand beside the others, and each may be said in words (`"4 ft"`,
`"12/1/2026 8 AM"`), so they are described here and read in `domain.taking`.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.bodies import REPLIES_MAX, Cancel, Confirm, PersonName, Reply, Requester, Submit
from api.file_references import FileReferences
from api.responses import RecordAnswers
from domain.audit import Actor
from domain.facts import TicketFacts
from domain.questions import QUESTIONS
from domain.taking import Said
from domain.work_order import IDEMPOTENCY_KEY_CHARACTERS_MAX

DOCUMENT_TEXT_CHARACTERS_MAX = 90_000  # ChatGPT sends less than 100,000 with a request
SESSION_KEY_CHARACTERS_MAX = 64
KEPT = ("type", "format", "enum", "minimum", "maximum", "maxLength")
# What is an object, in as few words as a model needs.
OBJECTS: dict[str, dict[str, Any]] = {
    "gps_coordinates": {
        "type": "object",
        "properties": {"latitude": {"type": "number"}, "longitude": {"type": "number"}},
    },
    "geometry": {
        "type": "object",
        "properties": {
            "geometry_type": {"type": "string"},
            "geojson": {"type": "object", "properties": {}},
        },
    },
}

SessionKey = Annotated[
    str | None,
    Field(
        max_length=SESSION_KEY_CHARACTERS_MAX,
        description="Send back the `session_key` of the last answer.",
    ),
]


def field_schemas() -> dict[str, Any]:
    """Return what the API's document says of each ticket field that may be said."""
    whole = TicketFacts.model_json_schema()
    return {
        name: {
            **(OBJECTS.get(name) or _plain(one, whole["$defs"])),
            "description": QUESTIONS[name].prompt,
        }
        for name, one in whole["properties"].items()
    }


def _plain(schema: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    said = next(one for one in schema["anyOf"] if one.get("type") != "null")
    known = {**named.get(said.get("$ref", "").rpartition("/")[2], {}), **said}
    return {word: known[word] for word in KEPT if word in known}


def _with_fields(schema: dict[str, Any]) -> None:
    schema["properties"] |= field_schemas()
    schema["additionalProperties"] = False


class _Fields(BaseModel):
    """Ticket fields, flat, beside what a conversation needs."""

    model_config = ConfigDict(
        frozen=True, extra="allow", str_strip_whitespace=True, json_schema_extra=_with_fields
    )
    __pydantic_extra__: dict[str, JsonValue]

    by: PersonName | None = Field(None, description="Who speaks, if known.")
    session_key: SessionKey = None

    @property
    def fields_said(self) -> list[Said]:
        return [Said(name, value) for name, value in (self.__pydantic_extra__ or {}).items()]


class CreateTicket(_Fields):
    """A new ticket: any fields, the file that the user attached, or its text; or all of them."""

    openaiFileIdRefs: FileReferences = Field(default_factory=list)  # noqa: N815 - ChatGPT's name
    document_text: str | None = Field(
        None,
        max_length=DOCUMENT_TEXT_CHARACTERS_MAX,
        description="The whole text of a work order that the user pasted, unchanged.",
    )
    idempotency_key: str | None = Field(
        None,
        min_length=1,
        max_length=IDEMPOTENCY_KEY_CHARACTERS_MAX,
        description="Not needed: the same content in the same session is the same ticket.",
    )

    @property
    def fields_said(self) -> list[Said]:
        """What is said; a conversation client writes "" and null for what it does not know."""
        return [one for one in super().fields_said if one.value not in (None, "")]


class UpdateTicket(_Fields):
    """Fields to change, flat, and answers to gaps, all at once; null unsays a field."""

    answers: list[Reply] = Field(
        default_factory=list,
        max_length=REPLIES_MAX,
        description="Answers in the user's own words, to gaps or for fields.",
    )
    version: int | None = Field(
        None, ge=1, description="The version that was seen; another one is refused."
    )

    @property
    def all_said(self) -> list[Said]:
        return [*self.fields_said, *(one.said for one in self.answers)]


class AnswerGap(Reply):
    """An answer to one gap, in the user's own words."""

    by: PersonName | None = Field(None, description="Who answers, if known.")
    version: int | None = Field(None, ge=1, description="The version that was seen.")
    session_key: SessionKey = None

    @property
    def all_said(self) -> list[Said]:
        return [self.said]


class ValidateTicket(BaseModel):
    """A validation by the rules of today."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    session_key: SessionKey = None


class ConfirmTicket(Confirm):
    """A named person's word that the packet is right."""

    actor: Requester = Actor.CUSTOM_GPT
    session_key: SessionKey = None


class CancelTicket(Cancel):
    """A ticket given up, by a named person, with the reason."""

    actor: Requester = Actor.CUSTOM_GPT
    session_key: SessionKey = None


class RecordSubmission(Submit):
    """What the center gave back when a person keyed the packet in."""

    actor: Requester = Actor.CUSTOM_GPT
    session_key: SessionKey = None


class RecordResponses(RecordAnswers):
    """What members answered."""

    actor: Requester = Actor.CUSTOM_GPT
    session_key: SessionKey = None

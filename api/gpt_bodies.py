"""The bodies of a conversation: flat, and as forgiving as the words of a person.

The ticket's fields stand beside the others, and each may be said in words (`"4 ft"`,
`"12/1/2026 8 AM"`), so they are described here and read in `domain.taking`; when something happened
is read in `domain.spoken_times`, by the clocks of the site.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.bodies import REPLIES_MAX, Action, Cancel, Confirm, PersonName, Reply, Requester
from api.file_references import FileReferences
from api.responses import RESPONSES_MAX
from domain.audit import Actor
from domain.facts import TicketFacts
from domain.following import Answer
from domain.questions import QUESTIONS
from domain.responses import MEMBERS_MAX, Member, Outcome
from domain.spoken_ago import is_now
from domain.spoken_days import Here
from domain.spoken_times import TEXT_CHARACTERS_MAX, center_start_said, past_moment_said
from domain.submitting import CenterReceipt
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
        description="Not needed: the same content in the same session, or on the same day, is the "
        "same ticket.",
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
    """A named person's word that the packet is right, as this version of the ticket has it."""

    by: PersonName = Field(
        description="First and last name of the person who said that the packet is right; never yours."
    )
    version: int = Field(
        ge=1, description="The `version` of the answer whose packet that person was shown."
    )
    actor: Requester = Actor.CUSTOM_GPT
    session_key: SessionKey = None


class CancelTicket(Cancel):
    """A ticket given up, by a named person, with the reason."""

    actor: Requester = Actor.CUSTOM_GPT
    session_key: SessionKey = None


SaidMoment = Annotated[str, Field(min_length=1, max_length=TEXT_CHARACTERS_MAX)]


class RecordSubmission(Action):
    """What the center gave back when a person keyed the packet in.

    The fields of a `CenterReceipt`; its times are said in words.
    """

    actor: Requester = Actor.CUSTOM_GPT
    session_key: SessionKey = None
    texas811_ticket_number: str = Field(min_length=1, max_length=50)
    notice_at: SaidMoment = Field(
        description="When the center took the notice, as the person says it: today at 9:15 am, "
        "12/1/2026 8:02 AM. Every legal date follows from it."
    )
    members: list[Member] = Field(
        default_factory=list,
        max_length=MEMBERS_MAX,
        description="The members that the center notified, all of them.",
    )
    member_list_missing: bool = Field(
        default=False, description="True if the person does not have the list of members."
    )
    center_start_at: SaidMoment | None = Field(
        default=None,
        description="The start that the center shows, as the person says it: 12/3/2026 8:00 AM.",
    )
    submission_confirmation: str | None = Field(default=None, max_length=100)

    def receipt(self, place: Here) -> CenterReceipt:
        """Return the receipt. Raises RejectedError for a time that cannot be read or meant."""
        start = self.center_start_at
        return CenterReceipt(
            texas811_ticket_number=self.texas811_ticket_number,
            notice_at=past_moment_said(self.notice_at, place, field="notice_at"),
            members=self.members,
            member_list_missing=self.member_list_missing,
            center_start_at=center_start_said(start, place) if start else None,
            submission_confirmation=self.submission_confirmation,
        )


class AnswerSaid(BaseModel):
    """What a member answered: the fields of an `Answer`, its time said in words."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    member_code: str = Field(min_length=1, max_length=10)
    facility: str | None = Field(default=None, max_length=60)
    outcome: Outcome | None = None
    center_code: str | None = Field(
        default=None, max_length=300, description="The center's own words for the answer."
    )
    response_date: SaidMoment | None = Field(
        default=None,
        description="When the member answered, as the person says it: today at 9:15 am. Now, if left out.",
    )
    response_text: str | None = Field(default=None, max_length=2_000)
    marking_color: str | None = Field(default=None, max_length=50)
    marking_instructions: str | None = Field(default=None, max_length=2_000)
    requires_standby: bool = False
    standby_contact: str | None = Field(default=None, max_length=200)
    standby_phone: str | None = Field(default=None, max_length=20)
    special_instructions: str | None = Field(default=None, max_length=2_000)

    def answer(self, place: Here) -> Answer:
        """Return the answer. Raises RejectedError for a time that cannot be read or meant."""
        said = self.response_date
        at = None
        if said and not is_now(said):
            at = past_moment_said(said, place, field="response_date")
        return Answer.model_validate({**self.model_dump(), "response_date": at})


class RecordResponses(Action):
    """What members answered, each judged as if it came alone."""

    actor: Requester = Actor.CUSTOM_GPT
    session_key: SessionKey = None
    responses: list[AnswerSaid] = Field(min_length=1, max_length=RESPONSES_MAX)

"""An Open Positive Response, as members and centers send it, and the answers that it stands for.

The format is the Open Positive Response Standard (fnca-open-standards/positive-response,
2025-04-03): strict, because nothing may be assumed where people dig. It has no date of its own, so
an answer is given when it arrives; and it speaks of several facilities at once, each of which is
an answer here.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, JsonValue, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from domain.errors import ConflictError, MalformedError
from domain.following import Answer
from domain.responses import (
    FACILITIES_MAX,
    MEMBER_CODE_CHARACTERS_MAX,
    Facility,
    Outcome,
    outcome_of,
)

NUMBER_CHARACTERS_MAX = 50
ATTACHMENTS_MAX = 10  # as in Open Ticket
SHOWN_CHARACTERS_MAX = 80

# The form is right and a value is not: to the format that is an invalid response, not a malformed
# document.
VALUE_FAULTS = frozenset({"string_too_long", "string_too_short", "too_long", "too_short"})

Text = Annotated[str, Field(max_length=2_000)]


class _Strict(BaseModel):
    """What the standard defines, by its names, and nothing else."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        str_strip_whitespace=True,
        alias_generator=to_camel,
    )


class ResponseAttachment(_Strict):
    """A picture or a plan beside a response: where it lies, or itself in base64."""

    name: Text
    mime_type: Text | None = None
    url: Text | None = None
    value: str | None = None


class LocatedShape(_Strict):
    """What was located, as a shape."""

    wkt: str | None = None
    geo_json: JsonValue = None


class PositiveResponse(_Strict):
    """What one member answers about facilities of its own at one ticket.

    `action` is the center's response code. `session` is the sender's own mark. A `comment` tells a
    new answer from a copy of an earlier one in the same words.
    """

    ticket_number: str = Field(min_length=1, max_length=NUMBER_CHARACTERS_MAX)
    member_code: str = Field(min_length=1, max_length=MEMBER_CODE_CHARACTERS_MAX)
    facility_list: list[Facility] = Field(min_length=1, max_length=FACILITIES_MAX)
    action: str = Field(min_length=1, max_length=300)
    comment: Text | None = None
    session: Text | None = None
    attachment_list: list[ResponseAttachment] = Field(
        default_factory=list,
        max_length=ATTACHMENTS_MAX,
        validation_alias=AliasChoices("attachmentList", "attachments"),
    )
    geometry: LocatedShape | None = None

    def answers(self) -> Iterator[Answer]:
        """Yield the answer about each facility; what the action means is found out later."""
        for facility in self.facility_list:
            yield Answer(
                member_code=self.member_code,
                facility=facility,
                center_code=self.action,
                response_text=self.comment or None,
            )

    def not_applied(self, codes: Mapping[str, Outcome]) -> Iterator[str]:
        """Yield what is taken only in part, in sentences for the sender.

        `codes` are the center's response codes, as this installation knows them.
        """
        if outcome_of(self.action, codes) is Outcome.UNKNOWN:
            yield (
                f"What {self.action[:SHOWN_CHARACTERS_MAX]} means is not known here: it is kept "
                "as it is, and the facility stays open."
            )
        if self.attachment_list:
            yield "Attachments are not kept here and have been discarded."
        if self.geometry and self.geometry.model_fields_set:
            yield "Located shapes are not kept here; the geometry has been discarded."


def read_positive_response(value: Any) -> PositiveResponse:
    """Return the response that this JSON value is.

    Raises MalformedError for what is not built as the standard says, a field that it does not
    define above all, and ConflictError for a value that is longer or shorter than it may be. All
    that is wrong is named.
    """
    try:
        return PositiveResponse.model_validate(value)
    except ValidationError as refusal:
        faults = refusal.errors(include_url=False, include_input=False)
    malformed = [fault for fault in faults if fault["type"] not in VALUE_FAULTS]
    told = malformed or faults
    kind = MalformedError if malformed else ConflictError
    raise kind(
        " ".join(map(_sentence, told)),
        field=_place(told[0]) or None,
        remedy="Send what Open Positive Response defines, and nothing else.",
        suggested_values=[name for name in _NAMES if malformed],
    )


_NAMES = tuple(
    field.alias for field in PositiveResponse.model_fields.values() if field.alias is not None
)


def _place(fault: ErrorDetails) -> str:
    return ".".join(map(str, fault["loc"]))[:SHOWN_CHARACTERS_MAX]


def _sentence(fault: ErrorDetails) -> str:
    place = _place(fault)
    if fault["type"] == "extra_forbidden":
        return f"There is no field {place}."
    if fault["type"] == "missing":
        return f"{place} is missing."
    return f"{place}: {fault['msg']}." if place else "A response is a JSON object."

"""What was read from a document: values with their quotes, confidence and alternatives.

How it is read is the business of the `extraction` package; this is only the result, which
is stored beside the work order and shown with the ticket. It holds no time and no chance:
the same bytes give the same `Extraction`.
"""

import math
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from domain.facts import REQUIRED_FIELDS, TicketFacts
from domain.location import PROVENANCE_FIELDS

ACCEPT_CONFIDENCE = 0.90  # from here a value is taken without a question
CONFIRM_CONFIDENCE = 0.60  # from here it is taken and a person is asked; below, only suggested
STATED = "stated"  # the producer of a value that the client gave by name


class DocumentKind(StrEnum):
    """What a document is, as far as a locate ticket is concerned."""

    WORK_ORDER = "work_order"
    LOCATE_TICKET = "locate_ticket"
    DISPATCH = "dispatch"
    PERMIT = "permit"
    CORRESPONDENCE = "correspondence"
    FIELDS = "fields"
    NOT_A_WORK_ORDER = "not_a_work_order"
    UNREADABLE = "unreadable"


class WarningCode(StrEnum):
    """What a reader of the document should know before trusting what was read."""

    OUT_OF_STATE = "out_of_state"
    NOT_A_WORK_ORDER = "not_a_work_order"
    LOW_TEXT_QUALITY = "low_text_quality"
    OCR_USED = "ocr_used"
    OCR_UNAVAILABLE = "ocr_unavailable"
    MALFORMED_JSON_REPAIRED = "malformed_json_repaired"
    LAT_LON_SWAPPED = "lat_lon_swapped"
    ADDRESS_GPS_MISMATCH = "address_gps_mismatch"
    ZIP_STATE_MISMATCH = "zip_state_mismatch"
    INVALID_PHONE = "invalid_phone"
    PLACEHOLDER_VALUES = "placeholder_values"
    MULTIPLE_LOCATIONS = "multiple_locations"
    MULTIPLE_COUNTIES = "multiple_counties"
    CONFLICTING_VALUES = "conflicting_values"
    TEST_TICKET = "test_ticket"
    CANCELLATION = "cancellation"
    UNMAPPED_TICKET_TYPE = "unmapped_ticket_type"
    EMERGENCY_WITHOUT_JUSTIFICATION = "emergency_without_justification"
    MISSING_COMPANY = "missing_company"
    TRUNCATED = "truncated"
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"
    READING_TIMED_OUT = "reading_timed_out"
    LLM_UNGROUNDED = "llm_ungrounded"
    LLM_FAILED = "llm_failed"


class _Result(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Span(_Result):
    """Where a value stands: part of a mail, page, line, characters, box, and the words.

    Pages and lines count from 1. `start` and `end` are character offsets in the line, or in
    the value at `path` for JSON and XML. `box` is x0, top, x1, bottom in points.
    """

    quote: str
    part: str = "body"
    page: int = Field(default=1, ge=1)
    line: int = Field(default=1, ge=1)
    start: int = Field(default=0, ge=0)
    end: int = Field(default=0, ge=0)
    path: str | None = None
    box: tuple[float, float, float, float] | None = None


class Alternative(_Result):
    """Another value that the document would also support."""

    value: JsonValue
    confidence: float = Field(ge=0.0, le=1.0)
    spans: list[Span] = Field(default_factory=list)


class Finding(_Result):
    """The value found for one field: how sure, where, by which producer and rule.

    A finding below `CONFIRM_CONFIDENCE` is a suggestion: it is shown and never filled in.
    """

    value: JsonValue
    confidence: float = Field(ge=0.0, le=1.0)
    producer: str
    rule: str | None = None
    spans: list[Span] = Field(default_factory=list)
    alternatives: list[Alternative] = Field(default_factory=list)

    @property
    def is_taken(self) -> bool:
        return self.confidence >= CONFIRM_CONFIDENCE

    def as_alternative(self) -> Alternative:
        return Alternative(value=self.value, confidence=self.confidence, spans=self.spans)


class ExtractionWarning(_Result):
    """A condition of the document, as a code, a sentence and the places that show it."""

    code: WarningCode
    message: str
    field: str | None = None
    spans: list[Span] = Field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class Extraction(_Result):
    """All that was read from one work order.

    `fields` are named as in `TicketFacts`. `extra` holds what the ticket has no field for
    (the number of a ticket at another center, the planned start, the name of the member that
    received it).
    """

    reader_version: str
    kind: DocumentKind
    fields: dict[str, Finding] = Field(default_factory=dict)
    extra: dict[str, Finding] = Field(default_factory=dict)
    warnings: list[ExtractionWarning] = Field(default_factory=list)

    @property
    def confidence(self) -> float:
        """Return how far the required fields are known, 0 to 1.

        The geometric mean of their confidences, times the share of them that was found.
        """
        sure = [self.fields[name].confidence for name in REQUIRED_FIELDS if name in self.fields]
        if not sure:
            return 0.0
        mean = math.prod(sure) ** (1 / len(sure))
        return round(mean * len(sure) / len(REQUIRED_FIELDS), 4)

    def with_stated(self, facts: TicketFacts) -> Self:
        """Return this extraction with what the client stated by name put above what was read.

        A value that was read and differs is kept as an alternative and warned about.
        """
        fields, warnings = dict(self.fields), list(self.warnings)
        for name, value in facts.model_dump(mode="json", include=set(facts.stated())).items():
            read = fields.get(name)
            differs = read is not None and _facts_in(read.value) != _facts_in(value)
            fields[name] = Finding(
                value=value,
                confidence=1.0,
                producer=STATED,
                alternatives=[read.as_alternative()] if read and differs else [],
            )
            if read and differs and read.is_taken:
                warnings.append(_contradiction(name, read, value))
        return self.model_copy(update={"fields": fields, "warnings": warnings})

    def taken(self) -> dict[str, JsonValue]:
        """Return the values that are sure enough to be filled in: field to value."""
        return {
            name: finding.value for name, finding in self.fields.items() if finding.is_taken
        }


def _facts_in(value: JsonValue) -> JsonValue:
    """Return what a value says, without what it leaves open and how it came to be known."""
    if not isinstance(value, dict):
        return value
    return {
        name: part
        for name, part in value.items()
        if part is not None and name not in PROVENANCE_FIELDS
    }


def _contradiction(name: str, read: Finding, stated: JsonValue) -> ExtractionWarning:
    return ExtractionWarning(
        code=WarningCode.CONFLICTING_VALUES,
        message=f"The document says {read.value!r} for {name}; {stated!r} was stated and is used.",
        field=name,
        spans=read.spans,
    )

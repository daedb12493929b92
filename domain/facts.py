"""What a person or a document can say about a dig: sections A to E of a locate ticket.

Every field may be missing. Limits are the specification's; whether a value makes sense
(a phone that rings, a county in Texas) is the business of `domain.validation`, so that a
doubtful value becomes a question and is never lost. Booleans that are legal statements have
three values: nobody has said, yes, no.
"""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_validator

from domain.location import Geometry, GPSCoordinate
from domain.moment import StatedMoment

DEPTH_INCHES_MAX = 12_000
DURATION_DAYS_MAX = 3_650
FREE_TEXT_CHARACTERS_MAX = 20_000

# Without these seven the specification admits no submission.
REQUIRED_FIELDS = (
    "company",
    "contact_name",
    "phone",
    "type_of_work",
    "county",
    "city",
    "work_area_description",
)

# Yes, no, or nobody has said: a default would put words into somebody's mouth.
LEGAL_STATEMENTS = frozenset(
    {"is_trenchless", "is_blasting", "is_boring", "white_lines_painted"}
)


class TicketType(StrEnum):
    """The kinds of locate ticket: the specification's words, and two more of the center's."""

    NORMAL = "Normal"
    EMERGENCY = "Emergency"
    NO_RESPONSE = "No Response"
    UPDATE = "Update"
    UPDATE_REMARK = "Update & Remark"
    DIG_UP = "Dig Up"
    DEMOLITION = "Demolition"
    # What Texas811 takes beside the specification's seven.
    SURVEY_DESIGN = "Survey/Design"
    RECALL = "Recall"


class PriorityLevel(StrEnum):
    """How urgently the excavator needs the locate."""

    STANDARD = "Standard"
    RUSH = "Rush"
    EMERGENCY = "Emergency"


class TicketFacts(BaseModel):
    """The fields that somebody may state, each of them optional while a ticket is a draft."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True
    )

    work_order_ref: str | None = Field(default=None, max_length=100)
    ticket_type: TicketType | None = None
    priority_level: PriorityLevel | None = None

    # Section A: the excavator, and the contact on site if that is somebody else.
    company: str | None = Field(default=None, max_length=200)
    contact_name: str | None = Field(default=None, max_length=100)
    phone: str | None = Field(default=None, min_length=10, max_length=20)
    phone_extension: str | None = Field(default=None, max_length=10)
    email: str | None = Field(default=None, max_length=100)
    address_line_1: str | None = Field(default=None, max_length=200)
    address_line_2: str | None = Field(default=None, max_length=200)
    city_state_zip: str | None = Field(default=None, max_length=200)
    onsite_contact_name: str | None = Field(default=None, max_length=100)
    onsite_phone: str | None = Field(default=None, max_length=20)
    onsite_phone_extension: str | None = Field(default=None, max_length=10)

    # Section B: the work.
    work_for: str | None = Field(default=None, max_length=200)
    work_for_phone: str | None = Field(default=None, max_length=20)
    type_of_work: str | None = Field(default=None, max_length=FREE_TEXT_CHARACTERS_MAX)
    work_category: str | None = Field(default=None, max_length=50)
    is_trenchless: bool | None = None
    is_blasting: bool | None = None
    is_boring: bool | None = None
    depth_inches: int | None = Field(default=None, ge=0, le=DEPTH_INCHES_MAX)
    depth_description: str | None = Field(default=None, max_length=100)
    duration_days: int | None = Field(default=None, ge=0, le=DURATION_DAYS_MAX)
    duration_description: str | None = Field(default=None, max_length=200)
    # Ours beside the specification's: the notice must give both dates (251.152(6)), and the
    # center asks for the equipment.
    planned_start_at: StatedMoment | None = None
    expected_completion_on: date | None = None
    equipment_type: str | None = Field(default=None, max_length=200)

    # Section C: the site.
    county: str | None = Field(default=None, max_length=100)
    city: str | None = Field(default=None, max_length=100)
    address: str | None = Field(default=None, max_length=FREE_TEXT_CHARACTERS_MAX)
    cross_street: str | None = Field(default=None, max_length=200)
    subdivision: str | None = Field(default=None, max_length=200)
    lot_block: str | None = Field(default=None, max_length=100)
    section_township_range: str | None = Field(default=None, max_length=100)
    driving_directions: str | None = Field(default=None, max_length=FREE_TEXT_CHARACTERS_MAX)
    work_area_description: str | None = Field(default=None, max_length=FREE_TEXT_CHARACTERS_MAX)
    nearest_intersection: str | None = Field(default=None, max_length=200)
    gps_coordinates: GPSCoordinate | None = None
    geometry: Geometry | None = None
    pole_id: str | None = Field(default=None, max_length=50)
    transformer_id: str | None = Field(default=None, max_length=50)
    meter_number: str | None = Field(default=None, max_length=50)
    service_address: str | None = Field(default=None, max_length=FREE_TEXT_CHARACTERS_MAX)
    additional_references: str | None = Field(default=None, max_length=FREE_TEXT_CHARACTERS_MAX)

    # Section D: the marking.
    work_area_size_description: str | None = Field(default=None, max_length=200)
    marking_instructions: str | None = Field(default=None, max_length=FREE_TEXT_CHARACTERS_MAX)
    white_lines_painted: bool | None = None

    # Section E: special conditions.
    emergency_justification: str | None = Field(
        default=None, max_length=FREE_TEXT_CHARACTERS_MAX
    )
    damage_claim_number: str | None = Field(default=None, max_length=50)
    previous_ticket_number: str | None = Field(default=None, max_length=50)
    continuation_reference: str | None = Field(default=None, max_length=100)

    @field_validator(*sorted(LEGAL_STATEMENTS), mode="before")
    @classmethod
    def _is_no_number(cls, given: object) -> object:
        """Raise ValueError for 0 and 1: they say neither yes nor no."""
        if isinstance(given, int | float) and not isinstance(given, bool):
            problem = "say true or false, not a number"
            raise ValueError(problem)  # noqa: TRY004 - pydantic turns a ValueError into a refusal
        return given

    @field_validator("expected_completion_on", mode="before")
    @classmethod
    def _is_no_count_of_seconds(cls, given: object) -> object:
        """Raise ValueError for a number, also as text: seconds since when?"""
        if isinstance(given, int | float) or (isinstance(given, str) and given.isdecimal()):
            problem = "write the date as text, like 2026-12-03"
            raise ValueError(problem)
        return given

    @field_validator("depth_inches", "duration_days", mode="before")
    @classmethod
    def _is_no_truth(cls, given: object) -> object:
        """Raise ValueError for true and false: they are no measures."""
        if isinstance(given, bool):
            problem = "give a number"
            raise ValueError(problem)  # noqa: TRY004 - pydantic turns a ValueError into a refusal
        return given

    def stated(self) -> dict[str, object]:
        """Return the fields that say something: name to value, in the order above."""
        return {
            name: value
            for name in TicketFacts.model_fields
            if (value := getattr(self, name)) is not None and value != ""
        }

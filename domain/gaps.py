"""A gap: what is missing or wrong in a ticket, as a question that a person can answer.

Which gaps a ticket has is decided in `domain.validation`.
"""

from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field

from domain.moment import Moment

GAP_NAMESPACE = UUID("6f0a3c1e-52a5-5c1e-9d6b-2f6f4a1f8110")


class GapCategory(StrEnum):
    """What kind of demand is not met."""

    REQUIRED_FIELD = "required_field"
    VALIDATION_RULE = "validation_rule"
    BUSINESS_RULE = "business_rule"
    COMPLIANCE_CHECK = "compliance_check"


class GapSeverity(StrEnum):
    """Required stops a submission; recommended and warning do not."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    WARNING = "warning"


class ValidationGap(BaseModel):
    """One thing that is missing or wrong, the question that closes it, and its history.

    `id` is the same each time the same problem is found on the same ticket, so a repeated
    validation updates a gap and never adds a second one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    category: GapCategory
    field: str
    problem: str
    severity: GapSeverity
    suggested_prompt: str | None = None
    suggested_values: list[str] = Field(default_factory=list)
    user_friendly_description: str | None = None
    help_text: str | None = None
    created_at: Moment
    resolved_at: Moment | None = None
    resolution_method: str | None = None

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None

    def kept_from(self, earlier: Self) -> Self:
        """Return this gap with the birth of the earlier finding of the same problem."""
        return self.model_copy(update={"created_at": earlier.created_at})


def gap_id(ticket_id: str, field: str, problem: str) -> str:
    """Return the id of this problem on this ticket; the same in every run."""
    return str(uuid5(GAP_NAMESPACE, f"{ticket_id}/{field}/{problem}"))

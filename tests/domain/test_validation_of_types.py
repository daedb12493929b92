"""What each type of ticket demands, and what it does not give."""

from datetime import timedelta
from typing import Any

import pytest

from domain.gaps import GapCategory
from domain.rules.types import EMERGENCY_WITHIN
from tests.builders import NOW
from tests.domain.troubles import (
    RECOMMENDED,
    REQUIRED,
    WARNING,
    Trouble,
    gap_of,
    troubles_of,
)

EMERGENCY = {
    "ticket_type": "Emergency",
    "emergency_justification": "Gas leak",
    "planned_start_at": NOW,
}
NUMBER_MISSING: Trouble = ("previous_ticket_number", "previous_ticket_required", REQUIRED)


@pytest.mark.parametrize(
    ("edit", "trouble"),
    [
        (EMERGENCY, None),
        ({**EMERGENCY, "planned_start_at": None}, None),
        (
            {**EMERGENCY, "emergency_justification": None},
            ("emergency_justification", "justification_required", REQUIRED),
        ),
        (
            {**EMERGENCY, "emergency_justification": "see attached"},
            ("emergency_justification", "justification_required", REQUIRED),
        ),
        ({**EMERGENCY, "planned_start_at": NOW + EMERGENCY_WITHIN}, None),
        (
            {**EMERGENCY, "planned_start_at": NOW + EMERGENCY_WITHIN + timedelta(minutes=1)},
            ("planned_start_at", "emergency_starts_late", RECOMMENDED),
        ),
        ({**EMERGENCY, "priority_level": "Emergency"}, None),
        (
            {"priority_level": "Emergency"},
            ("priority_level", "emergency_on_other_type", RECOMMENDED),
        ),
        ({"priority_level": "Rush"}, None),
        ({"ticket_type": "Update"}, NUMBER_MISSING),
        ({"ticket_type": "Update & Remark"}, NUMBER_MISSING),
        ({"ticket_type": "No Response"}, NUMBER_MISSING),
        ({"ticket_type": "Recall"}, NUMBER_MISSING),
        ({"ticket_type": "Recall", "previous_ticket_number": "unknown"}, NUMBER_MISSING),
        ({"ticket_type": "Update", "previous_ticket_number": "2600123456"}, None),
        (
            {"ticket_type": "Dig Up"},
            ("previous_ticket_number", "field_missing", RECOMMENDED),
        ),
        ({"ticket_type": "Dig Up", "previous_ticket_number": "2600123456"}, None),
        ({"ticket_type": "Survey/Design"}, ("ticket_type", "no_digging", WARNING)),
        ({"ticket_type": "Demolition"}, ("ticket_type", "goes_as_normal", WARNING)),
    ],
    ids=str,
)
def test_a_type_asks_for_what_belongs_to_it(
    edit: dict[str, Any], trouble: Trouble | None
) -> None:
    """The center sends back what lacks it, and the clock starts anew."""
    assert troubles_of(**edit) == ([trouble] if trouble else [])


def test_a_false_emergency_is_named_by_its_price() -> None:
    """The justification is a statement with legal weight (251.155(d))."""
    gap = gap_of(ticket_type="Emergency", planned_start_at=NOW)

    assert gap.category is GapCategory.COMPLIANCE_CHECK
    assert "1,000 to 2,000 dollars" in str(gap.help_text)

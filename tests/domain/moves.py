"""Each legal move of a ticket, with what it takes to be made."""

from datetime import datetime
from typing import Any

from domain.responses import Outcome
from domain.ticket import TicketStatus
from tests.builders import NOW
from tests.domain.lives import (
    AFTER,
    AGREEMENT,
    CANCELLATION,
    DAMAGE,
    DIGGING,
    EMERGENCY,
    EXPIRY,
    GROUND,
    LATE,
    NOTICE,
    REFRESH_BY,
    RELEASED,
    START,
    make_response,
)

Status = TicketStatus
Pair = tuple[TicketStatus, TicketStatus]

# A required gap, as validation would have left it.
GAP = {
    "id": "gap-1",
    "category": "required_field",
    "field": "county",
    "problem": "field_missing",
    "severity": "required",
    "user_friendly_description": "The county is missing.",
    "suggested_prompt": "In which Texas county is the site?",
    "created_at": NOW,
}
OPEN = [make_response(outcome=Outcome.DELAYED)]

# Each legal move: what the ticket must hold beside all that it has gathered, and the moment.
LEGAL: dict[Pair, tuple[dict[str, Any], datetime]] = {
    (Status.DRAFT, Status.EXTRACTING): ({}, NOW),
    (Status.DRAFT, Status.VALIDATING_FIELDS): ({}, NOW),
    (Status.EXTRACTING, Status.VALIDATING_FIELDS): ({}, NOW),
    (Status.EXTRACTING, Status.DRAFT): ({}, NOW),
    (Status.VALIDATING_FIELDS, Status.DRAFT): (
        {"validation_gaps": [GAP], "confirmation": None},
        NOW,
    ),
    (Status.VALIDATING_FIELDS, Status.VALID_PENDING_CONFIRM): ({}, NOW),
    (Status.VALID_PENDING_CONFIRM, Status.VALIDATING_FIELDS): ({}, NOW),
    (Status.VALID_PENDING_CONFIRM, Status.DRAFT): ({}, NOW),
    (Status.VALID_PENDING_CONFIRM, Status.READY): ({}, NOW),
    (Status.READY, Status.VALIDATING_FIELDS): ({}, NOW),
    (Status.READY, Status.SUBMITTED): ({}, NOTICE),
    (Status.SUBMITTED, Status.RESPONSES_IN): ({}, DIGGING),
    (Status.SUBMITTED, Status.READY_TO_DIG): ({**EMERGENCY, "member_responses": []}, NOTICE),
    (Status.SUBMITTED, Status.EXPIRED): ({}, EXPIRY),
    (Status.SUBMITTED, Status.DAMAGED): ({"damages": [DAMAGE]}, DIGGING),
    (Status.RESPONSES_IN, Status.SUBMITTED): ({"member_responses": OPEN}, DIGGING),
    (Status.RESPONSES_IN, Status.READY_TO_DIG): ({}, START),
    (Status.RESPONSES_IN, Status.EXPIRED): ({}, EXPIRY),
    (Status.RESPONSES_IN, Status.DAMAGED): ({"damages": [DAMAGE]}, DIGGING),
    (Status.READY_TO_DIG, Status.SUBMITTED): ({"grounds": [GROUND]}, DIGGING),
    (Status.READY_TO_DIG, Status.EXPIRING): ({}, REFRESH_BY),
    (Status.READY_TO_DIG, Status.EXPIRED): ({}, EXPIRY),
    (Status.READY_TO_DIG, Status.DAMAGED): ({"damages": [DAMAGE]}, DIGGING),
    (Status.EXPIRING, Status.SUBMITTED): ({"member_responses": OPEN}, LATE),
    (Status.EXPIRING, Status.READY_TO_DIG): ({"life_agreements": [AGREEMENT]}, LATE),
    (Status.EXPIRING, Status.EXPIRED): ({}, EXPIRY),
    (Status.EXPIRING, Status.DAMAGED): ({"damages": [DAMAGE]}, LATE),
    (Status.EXPIRED, Status.DAMAGED): ({"damages": [DAMAGE]}, AFTER),
    (Status.DAMAGED, Status.READY_TO_DIG): ({"damages": [RELEASED]}, DIGGING),
    (Status.DAMAGED, Status.EXPIRING): ({"damages": [RELEASED]}, LATE),
    (Status.DAMAGED, Status.EXPIRED): ({"damages": [RELEASED]}, AFTER),
    **{
        (status, Status.CANCELLED): ({"cancellation": CANCELLATION}, DIGGING)
        for status in (
            Status.DRAFT,
            Status.EXTRACTING,
            Status.VALIDATING_FIELDS,
            Status.VALID_PENDING_CONFIRM,
            Status.READY,
            Status.SUBMITTED,
            Status.RESPONSES_IN,
            Status.READY_TO_DIG,
            Status.EXPIRING,
        )
    },
}


def name(pair: Pair) -> str:
    return f"{pair[0]}-{pair[1]}"

"""What each guard says, word by word: it is read by whoever is kept from going on."""

from datetime import datetime
from typing import Any

import pytest

from domain import guards
from domain.guards import Guard, Objection
from domain.ticket import TicketStatus
from tests.builders import NOW
from tests.domain.ids import named
from tests.domain.lives import (
    EMERGENCY,
    NOTICE,
    SECOND,
    START,
    make_life,
)
from tests.domain.moves import GAP

NOTICE_TIME = Objection(
    "The notice must have been given after the ticket was made and not later than now.",
    "Give the time at which the center took the notice.",
)
ASK_AGAIN = Objection(
    "The ticket was not validated as it is now.",
    "Validate it again.",
)
ATTEST = Objection(
    "Nobody attests that it is an emergency.",
    "Attest it (`emergency_attested`): a false claim costs 1,000 to 2,000 dollars.",
)
HIDDEN_GAP = {**GAP, "user_friendly_description": None, "suggested_prompt": None}
UNATTESTED = make_life(TicketStatus.DRAFT).confirmation

MADE_LATE = {"created_at": NOW.replace(second=40, microsecond=7)}

# Each guard, what is spoilt, when, and all that it objects.
SAID: list[tuple[Guard, dict[str, Any], datetime, list[Objection]]] = [
    (
        guards.a_work_order_is_attached,
        {"work_order_id": None},
        NOW,
        [Objection("No work order is attached.", "Hand in a work order.")],
    ),
    (
        guards.the_extraction_is_kept,
        {"extracted_at": None},
        NOW,
        [
            Objection(
                "Nothing was read from the work order yet.", "Wait for the reading to end."
            )
        ],
    ),
    (
        guards.the_failure_is_recorded,
        {"extraction_warnings": []},
        NOW,
        [Objection("The reading left no warning.", "Record why the reading failed.")],
    ),
    (
        guards.a_required_gap_is_open,
        {},
        NOW,
        [Objection("No required answer is missing.", "Confirm the ticket.")],
    ),
    (
        guards.no_required_gap_is_open,
        {
            "validation_gaps": [GAP, HIDDEN_GAP, {**GAP, "severity": "recommended"}],
            "confirmation": None,
        },
        NOW,
        [
            Objection("The county is missing.", "In which Texas county is the site?"),
            Objection("county: field_missing.", "Answer the question about county."),
        ],
    ),
    (guards.it_was_validated_as_it_is, {"last_validated_at": None}, NOW, [ASK_AGAIN]),
    (guards.it_was_validated_as_it_is, {"edited_at": NOW + SECOND}, NOW, [ASK_AGAIN]),
    (guards.it_was_validated_as_it_is, {"edited_at": NOW}, NOW, []),
    (
        guards.a_person_confirms_it,
        {"confirmation": None},
        NOW,
        [Objection("Nobody has confirmed it.", "Name the person who confirms it.")],
    ),
    (
        guards.the_start_would_be_lawful,
        {"planned_start_at": START - SECOND},
        NOW,
        [
            Objection(
                "The planned start Wed 2026-03-04 23:59 CST is before Thu 2026-03-05 00:00 CST, "
                "the earliest that the law allows if the notice is given now.",
                "When shall the digging start? The earliest is Thu 2026-03-05 00:00 CST.",
            )
        ],
    ),
    (guards.the_emergency_is_attested, {"confirmation": None}, NOW, []),
    (guards.the_emergency_is_attested, {**EMERGENCY, "confirmation": None}, NOW, [ATTEST]),
    (
        guards.the_emergency_is_attested,
        {"ticket_type": "Emergency"},
        NOW,
        [Objection("The emergency has no justification.", "Say what makes it one.")],
    ),
    *(
        (
            guards.the_packet_is_as_confirmed,
            spoil,
            NOTICE,
            [
                Objection(
                    "The packet is not the one that was confirmed.",
                    "Reopen it and confirm it again.",
                )
            ],
        )
        for spoil in ({"confirmation": None}, {"city": "Waco", "confirmation": UNATTESTED})
    ),
    (
        guards.the_center_gave_a_number,
        {"texas811_ticket_number": None},
        NOTICE,
        [Objection("The center's ticket number is missing.", "Give the number.")],
    ),
    (guards.the_notice_time_is_possible, {}, NOTICE, []),
    (guards.the_notice_time_is_possible, {"notice_at": NOW}, NOTICE, []),
    (guards.the_notice_time_is_possible, {}, NOTICE - SECOND, [NOTICE_TIME]),
    # A clock on a form shows no seconds: the minute in which the ticket was made is taken.
    (guards.the_notice_time_is_possible, {**MADE_LATE, "notice_at": NOW}, NOTICE, []),
    (
        guards.the_notice_time_is_possible,
        {**MADE_LATE, "notice_at": NOW - SECOND},
        NOTICE,
        [NOTICE_TIME],
    ),
    (guards.the_notice_time_is_possible, {"notice_at": NOW - SECOND}, NOTICE, [NOTICE_TIME]),
    (guards.the_notice_time_is_possible, {"notice_at": None}, NOTICE, [NOTICE_TIME]),
    (
        guards.the_member_list_is_accounted_for,
        {"members": []},
        NOTICE,
        [
            Objection(
                "Which members the center notified is not said.",
                "List the members, or state that the center's list cannot be had "
                "(`member_list_missing`).",
            )
        ],
    ),
    (
        guards.the_member_list_is_accounted_for,
        {"members": [], "member_list_missing": True},
        NOTICE,
        [],
    ),
]


@pytest.mark.parametrize(("guard", "spoil", "now", "said"), SAID, ids=named)
def test_a_guard_says_what_is_wrong_and_what_would_help(
    guard: Guard, spoil: dict[str, Any], now: datetime, said: list[Objection]
) -> None:
    """A sentence a dispatcher can act upon, and nothing where nothing is wrong."""
    assert list(guard(make_life(TicketStatus.SUBMITTED, **spoil), now)) == said

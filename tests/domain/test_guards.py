"""Every guard of every move: what it objects to, what it says, and what would allow the move."""

import re
from datetime import datetime
from typing import Any

import pytest

from domain.errors import RejectedError
from domain.lifecycle import MOVES, PERMITS_DIGGING, advance, can_advance
from domain.responses import Member
from domain.ticket import Ticket
from tests.builders import NOW
from tests.domain.ids import named
from tests.domain.lives import (
    AFTER,
    CANCELLATION,
    DAMAGE,
    DIGGING,
    EMERGENCY,
    EXPIRY,
    GAS,
    GROUND,
    LATE,
    NOTICE,
    POWER,
    REFRESH_BY,
    RELEASED,
    SECOND,
    START,
    make_life,
    make_response,
)
from tests.domain.moves import GAP, LEGAL, OPEN, Pair, Status, name

NOT_VALIDATED: list[tuple[dict[str, Any], str]] = [
    ({"validation_gaps": [GAP], "confirmation": None}, "county is missing"),
    ({"last_validated_at": None}, "not validated as it is"),
    ({"edited_at": NOW + SECOND}, "not validated as it is"),
]

# Each guard of each move: what spoils it (fields, moment), and a word of what is said.
SPOILT: list[tuple[Pair, dict[str, Any], datetime | None, str]] = [
    ((Status.DRAFT, Status.EXTRACTING), {"work_order_id": None}, None, "No work order"),
    (
        (Status.EXTRACTING, Status.VALIDATING_FIELDS),
        {"extracted_at": None},
        None,
        "Nothing was read",
    ),
    ((Status.EXTRACTING, Status.DRAFT), {"extraction_warnings": []}, None, "no warning"),
    ((Status.VALIDATING_FIELDS, Status.DRAFT), {"validation_gaps": []}, None, "No required"),
    *(
        (pair, spoil, None, said)
        for pair in [
            (Status.VALIDATING_FIELDS, Status.VALID_PENDING_CONFIRM),
            (Status.VALID_PENDING_CONFIRM, Status.READY),
        ]
        for spoil, said in NOT_VALIDATED
    ),
    (
        (Status.VALID_PENDING_CONFIRM, Status.READY),
        {"confirmation": None},
        None,
        "Nobody has confirmed",
    ),
    (
        (Status.VALID_PENDING_CONFIRM, Status.READY),
        {"planned_start_at": START - SECOND},
        None,
        "earliest that the law allows",
    ),
    (
        (Status.VALID_PENDING_CONFIRM, Status.READY),
        {"planned_start_at": datetime(2026, 3, 17, 5, 0, tzinfo=NOW.tzinfo)},
        None,
        "more than 14 days",
    ),
    (
        (Status.VALID_PENDING_CONFIRM, Status.READY),
        {"ticket_type": "Emergency"},
        None,
        "no justification",
    ),
    (
        (Status.READY, Status.SUBMITTED),
        {"city": "Waco", "confirmation": None},
        None,
        "not the one",
    ),
    (
        (Status.READY, Status.SUBMITTED),
        {"texas811_ticket_number": None},
        None,
        "number is miss",
    ),
    ((Status.READY, Status.SUBMITTED), {"notice_at": None}, None, "notice must have been"),
    (
        (Status.READY, Status.SUBMITTED),
        {"notice_at": NOW - SECOND},
        None,
        "notice must have been",
    ),
    ((Status.READY, Status.SUBMITTED), {}, NOTICE - SECOND, "notice must have been given"),
    ((Status.READY, Status.SUBMITTED), {"members": []}, None, "is not said"),
    ((Status.SUBMITTED, Status.RESPONSES_IN), {"member_responses": []}, None, "not answered"),
    ((Status.SUBMITTED, Status.RESPONSES_IN), {"member_responses": OPEN}, None, "Delayed"),
    ((Status.SUBMITTED, Status.RESPONSES_IN), {"members": []}, None, "not recorded"),
    (
        (Status.SUBMITTED, Status.RESPONSES_IN),
        {"member_list_missing": True},
        None,
        "not recorded",
    ),
    ((Status.SUBMITTED, Status.RESPONSES_IN), {"members": [GAS, POWER]}, None, "ONC01"),
    ((Status.SUBMITTED, Status.RESPONSES_IN), {"grounds": [GROUND]}, None, "not settled"),
    (
        (Status.SUBMITTED, Status.READY_TO_DIG),
        {"ticket_type": "Normal"},
        None,
        "Only a justified",
    ),
    (
        (Status.SUBMITTED, Status.READY_TO_DIG),
        {"emergency_justification": None},
        None,
        "Only a justified",
    ),
    ((Status.SUBMITTED, Status.READY_TO_DIG), {"grounds": [GROUND]}, None, "not settled"),
    ((Status.SUBMITTED, Status.READY_TO_DIG), {}, EXPIRY, "life ended"),
    (
        (Status.RESPONSES_IN, Status.SUBMITTED),
        {"member_responses": [make_response()]},
        None,
        "Every answer is closed",
    ),
    ((Status.RESPONSES_IN, Status.READY_TO_DIG), {}, START - SECOND, "may not begin before"),
    ((Status.RESPONSES_IN, Status.READY_TO_DIG), {}, EXPIRY, "life ended"),
    ((Status.READY_TO_DIG, Status.SUBMITTED), {"grounds": []}, None, "Nothing has come up"),
    (
        (Status.EXPIRING, Status.SUBMITTED),
        {"member_responses": [make_response()]},
        None,
        "Nothing has come up",
    ),
    ((Status.READY_TO_DIG, Status.EXPIRING), {}, REFRESH_BY - SECOND, "does not expire soon"),
    ((Status.READY_TO_DIG, Status.EXPIRING), {"refresh_by_at": None}, None, "not expire soon"),
    ((Status.READY_TO_DIG, Status.EXPIRING), {}, EXPIRY, "life has ended"),
    ((Status.READY_TO_DIG, Status.EXPIRING), {"expires_at": None}, None, "life has ended"),
    ((Status.EXPIRING, Status.READY_TO_DIG), {"life_agreements": []}, None, "no signed agreem"),
    ((Status.EXPIRING, Status.READY_TO_DIG), {"refresh_by_at": LATE}, None, "expires soon"),
    ((Status.EXPIRING, Status.READY_TO_DIG), {"refresh_by_at": None}, None, "expires soon"),
    ((Status.EXPIRING, Status.READY_TO_DIG), {"site_check": None}, None, "copy of the ticket"),
    *(
        ((origin, Status.EXPIRED), spoil, now, "life has not ended")
        for origin in (Status.SUBMITTED, Status.RESPONSES_IN, *PERMITS_DIGGING, Status.DAMAGED)
        for spoil, now in (({}, EXPIRY - SECOND), ({"expires_at": None}, None))
    ),
    *(
        ((origin, Status.DAMAGED), {"damages": [RELEASED]}, None, "No damage is reported")
        for origin in (Status.SUBMITTED, Status.RESPONSES_IN, *PERMITS_DIGGING, Status.EXPIRED)
    ),
    *(
        ((Status.DAMAGED, target), {"damages": [spoilt]}, None, said)
        for target in PERMITS_DIGGING
        for spoilt, said in [
            (DAMAGE, "has not released"),
            (RELEASED.model_copy(update={"dig_up_ticket_number": None}), "DigUp ticket"),
        ]
    ),
    ((Status.DAMAGED, Status.READY_TO_DIG), {"member_responses": OPEN}, None, "Delayed"),
    ((Status.DAMAGED, Status.EXPIRING), {"member_responses": OPEN}, None, "Delayed"),
    ((Status.DAMAGED, Status.READY_TO_DIG), {}, LATE, "expires soon"),
    ((Status.DAMAGED, Status.EXPIRING), {}, DIGGING, "does not expire soon"),
    ((Status.DAMAGED, Status.EXPIRED), {"damages": [DAMAGE]}, None, "not released"),
    *(
        ((origin, target), {"cancellation": None}, None, "Why it is cancelled")
        for origin, target in MOVES
        if target is Status.CANCELLED
    ),
    *(
        (
            (origin, Status.CANCELLED),
            {"cancellation": CANCELLATION.model_copy(update={"sent_to_center": None})},
            None,
            "Whether the cancellation was sent",
        )
        for origin in (Status.SUBMITTED, Status.RESPONSES_IN, *PERMITS_DIGGING)
    ),
]


@pytest.mark.parametrize(("pair", "spoil", "moment", "said"), SPOILT, ids=named)
def test_a_guard_refuses_says_why_and_what_would_allow_it(
    pair: Pair, spoil: dict[str, Any], moment: datetime | None, said: str
) -> None:
    """One thing is missing: the move does not happen, and nothing changes."""
    origin, target = pair
    fields, now = LEGAL[pair]
    ticket = make_life(origin, **{**fields, **spoil})
    before = ticket.model_copy(deep=True)

    with pytest.raises(RejectedError, match=re.escape(said)) as no:
        advance(ticket, target, now=moment or now)

    assert not can_advance(ticket, target, now=moment or now)
    assert ticket == before
    assert (bool(no.value.remedy), no.value.field) == (True, "status")
    assert no.value.problem.startswith(f"The ticket cannot become {target}. ")


def test_a_refusal_tells_every_objection_once() -> None:
    """One call to the office, not three."""
    silent = [Member(code="A"), Member(code="B")]
    ticket = make_life(Status.SUBMITTED, members=silent, grounds=[GROUND, GROUND])

    with pytest.raises(RejectedError) as no:
        advance(ticket, Status.RESPONSES_IN, now=DIGGING)

    assert no.value.problem == (
        "The ticket cannot become ResponsesIn. A has not answered. B has not answered. "
        "MarksLost, raised Fri 2026-03-06 09:00 CST, is not settled."
    )
    assert no.value.remedy == (
        "Ask the member for its answer. "
        "Give a second notice; record its answer, and settle the ground."
    )


def test_every_guard_of_every_move_is_seen_to_refuse() -> None:
    """A guard that no test can trip may as well not stand there."""
    guarded = {(pair, guard) for pair, move in MOVES.items() for guard in move.guards}

    tripped = {
        (pair, guard)
        for pair, spoil, moment, _said in SPOILT
        for guard in MOVES[pair].guards
        if list(guard(spoilt(pair, spoil), moment or LEGAL[pair][1]))
    }

    assert {(name(pair), guard.__name__) for pair, guard in guarded - tripped} == set()


def spoilt(pair: Pair, spoil: dict[str, Any]) -> Ticket:
    return make_life(pair[0], **{**LEGAL[pair][0], **spoil})


def test_finished_work_may_leave_a_damage_that_nobody_released() -> None:
    """The hold ends with the life of a ticket whose work is closed."""
    ticket = make_life(Status.DAMAGED, damages=[DAMAGE], closed_at=DIGGING)

    assert advance(ticket, Status.EXPIRED, now=AFTER).status is Status.EXPIRED


def test_a_draft_may_be_attested_by_nobody_unless_it_is_an_emergency() -> None:
    """A false emergency costs 1,000 to 2,000 dollars: somebody must stand for it."""
    ticket = make_life(Status.VALID_PENDING_CONFIRM, **EMERGENCY)
    confirmation = ticket.confirmation
    assert confirmation is not None
    unattested = confirmation.model_copy(update={"emergency_attested": False})

    with pytest.raises(RejectedError, match="Nobody attests"):
        advance(ticket.revised(now=NOW, confirmation=unattested), Status.READY, now=NOW)

    assert advance(ticket, Status.READY, now=NOW).status is Status.READY

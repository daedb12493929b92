"""What each guard of a submitted ticket says, word by word."""

from datetime import datetime
from typing import Any

import pytest

from domain import guards
from domain.guards import Guard, Objection
from domain.lifecycle import TRANSITIONS
from domain.ticket import TicketStatus
from tests.builders import NOW
from tests.domain.ids import named
from tests.domain.lives import (
    AGREEMENT,
    CANCELLATION,
    CHECK,
    DAMAGE,
    DIGGING,
    EXPIRY,
    GAS,
    GROUND,
    NOTICE,
    POWER,
    REFRESH_BY,
    RELEASED,
    SECOND,
    START,
    make_life,
    make_response,
)
from tests.domain.moves import OPEN
from tests.domain.test_objections import SAID as EARLIER

NOT_SAID_WHETHER_SENT = Objection(
    "Whether the cancellation was sent to the center is not said.",
    "Say whether the center was told (`sent_to_center`: true or false).",
)
RELEASE_IT = Objection(
    "The operator has not released the site.", "Record who released it and when."
)
LIFE_ENDED = Objection("The ticket's life has ended.", "Give notice by a new ticket.")
LIFE_GOES_ON = Objection("The ticket's life has not ended.", "Cancel it, or close the work.")
SOON = Objection(
    "The ticket expires soon.",
    "Refresh it, or agree in writing with each operator on a longer life.",
)
NOT_SOON = Objection("The ticket does not expire soon.", "Nothing needs to be done yet.")
NOT_RELEASED = Objection(
    "The damage is not released and the work not closed.",
    "Record the release, or close the work.",
)
NO_EMERGENCY = Objection(
    "Only a justified emergency may begin before the answers are in.",
    "Wait for the answers and for the lawful start.",
)

REOPENED: list[dict[str, Any]] = [
    {"member_responses": OPEN},
    {"grounds": [GROUND]},
    {"members": []},
]

# Each guard, what is spoilt, when, and all that it objects.
SAID: list[tuple[Guard, dict[str, Any], datetime, list[Objection]]] = [
    (
        guards.every_answer_closes,
        {"member_responses": OPEN},
        DIGGING,
        [
            Objection(
                "ATM01 (gas) answered Delayed, which does not close it.",
                "Ask the member for its answer.",
            )
        ],
    ),
    *((guards.an_answer_or_a_ground_is_open, spoil, DIGGING, []) for spoil in REOPENED),
    (
        guards.an_answer_or_a_ground_is_open,
        {},
        DIGGING,
        [
            Objection(
                "Every answer is closed and no ground for a second notice is open.",
                "Record what was reopened, or raise a ground with its reason.",
            )
        ],
    ),
    (
        guards.no_ground_is_open,
        {"grounds": [GROUND]},
        DIGGING,
        [
            Objection(
                "MarksLost, raised Fri 2026-03-06 09:00 CST, is not settled.",
                "Give a second notice; record its answer, and settle the ground.",
            )
        ],
    ),
    *(
        (
            guards.digging_must_stop,
            spoil,
            DIGGING,
            [
                Objection(
                    "Nothing has come up that stops the digging.",
                    "Record what was reopened, or raise a ground with its reason.",
                )
            ],
        )
        for spoil in (
            {},
            {"closed_at": DIGGING},
            {"expires_at": DIGGING},
            {"damages": [DAMAGE]},
        )
    ),
    *(
        (guards.digging_must_stop, spoil, DIGGING, [])
        for spoil in (
            {"superseded_by_number": "2"},
            {"earliest_lawful_start": DIGGING + SECOND},
            {"member_list_missing": True},
            {"member_responses": OPEN},
            {"grounds": [GROUND]},
            {"member_responses": [make_response(requires_standby=True)]},
            {"site_check": CHECK.model_copy(update={"no_unmarked_lines_seen": False})},
            {"site_check": CHECK.model_copy(update={"place_verified": False})},
            {"site_check": CHECK.model_copy(update={"white_lines_verified": False})},
            {"site_check": CHECK.model_copy(update={"ticket_copy_on_site": False})},
        )
    ),
    (guards.it_is_an_emergency, {}, NOTICE, [NO_EMERGENCY]),
    (guards.it_is_an_emergency, {"ticket_type": "Emergency"}, NOTICE, [NO_EMERGENCY]),
    (
        guards.nothing_is_missing_for_digging,
        {"closed_at": DIGGING},
        START - SECOND,
        [
            Objection("The work was closed as finished.", "Make a new ticket."),
            Objection(
                "Digging may not begin before Thu 2026-03-05 00:00 CST.", "Wait until then."
            ),
        ],
    ),
    (guards.it_expires_soon, {}, REFRESH_BY, []),
    (guards.it_expires_soon, {}, REFRESH_BY - SECOND, [NOT_SOON]),
    (guards.it_expires_soon, {"refresh_by_at": None}, EXPIRY, [NOT_SOON]),
    (guards.it_does_not_expire_soon, {}, REFRESH_BY - SECOND, []),
    (guards.it_does_not_expire_soon, {}, REFRESH_BY, [SOON]),
    (guards.it_does_not_expire_soon, {"refresh_by_at": None}, NOW, [SOON]),
    (
        guards.its_life_was_extended,
        {"members": [GAS, POWER], "life_agreements": [AGREEMENT]},
        DIGGING,
        [
            Objection(
                "There is no signed agreement with ONC01 on a longer life.",
                "Record the agreement, signed and dated by both (16 TAC 18.3(f)).",
            )
        ],
    ),
    (
        guards.its_life_was_extended,
        {"life_agreements": [AGREEMENT.model_copy(update={"member_code": "atm 01"})]},
        DIGGING,
        [],
    ),
    (guards.its_life_has_ended, {}, EXPIRY, []),
    (guards.its_life_has_ended, {}, EXPIRY - SECOND, [LIFE_GOES_ON]),
    (guards.its_life_has_ended, {"expires_at": None}, EXPIRY, [LIFE_GOES_ON]),
    (guards.its_life_goes_on, {}, EXPIRY - SECOND, []),
    (guards.its_life_goes_on, {}, EXPIRY, [LIFE_ENDED]),
    (guards.its_life_goes_on, {"expires_at": None}, NOW, [LIFE_ENDED]),
    (
        guards.a_damage_is_open,
        {"damages": [RELEASED]},
        DIGGING,
        [Objection("No damage is reported.", "Report its time, place and facility.")],
    ),
    (guards.every_damage_is_released, {"damages": [RELEASED, DAMAGE]}, DIGGING, [RELEASE_IT]),
    (
        guards.every_damage_is_released,
        {"damages": [RELEASED.model_copy(update={"dig_up_ticket_number": None})]},
        DIGGING,
        [
            Objection(
                "The number of the DigUp ticket is not stored.",
                "Report the damage to the center and record the number.",
            )
        ],
    ),
    (guards.the_damage_is_over, {"damages": [RELEASED]}, DIGGING, []),
    (guards.the_damage_is_over, {"damages": [DAMAGE]}, DIGGING, [NOT_RELEASED]),
    (guards.the_damage_is_over, {"damages": [DAMAGE], "closed_at": DIGGING}, DIGGING, []),
    (
        guards.the_damage_is_over,
        {"damages": [DAMAGE], "closed_at": DIGGING - SECOND},
        DIGGING,
        [NOT_RELEASED],
    ),
    (
        guards.a_reason_is_given,
        {},
        DIGGING,
        [Objection("Why it is cancelled is not said.", "Give the reason.")],
    ),
    (guards.the_center_is_told_or_not, {}, DIGGING, [NOT_SAID_WHETHER_SENT]),
    (
        guards.the_center_is_told_or_not,
        {"cancellation": CANCELLATION.model_copy(update={"sent_to_center": None})},
        DIGGING,
        [NOT_SAID_WHETHER_SENT],
    ),
    (
        guards.the_center_is_told_or_not,
        {"cancellation": CANCELLATION.model_copy(update={"sent_to_center": False})},
        DIGGING,
        [],
    ),
]


@pytest.mark.parametrize(("guard", "spoil", "now", "said"), SAID, ids=named)
def test_a_guard_in_force_says_what_is_wrong_and_what_would_help(
    guard: Guard, spoil: dict[str, Any], now: datetime, said: list[Objection]
) -> None:
    """A sentence a dispatcher can act upon, and nothing where nothing is wrong."""
    assert list(guard(make_life(TicketStatus.SUBMITTED, **spoil), now)) == said


def test_every_guard_has_its_sentences_here() -> None:
    """A guard of which nobody knows what it says is one that nobody can obey."""
    in_use = {guard for move in TRANSITIONS for guard in move.guards}

    assert in_use == {guard for guard, _spoil, _now, said in [*EARLIER, *SAID] if said}

"""What stands by, and what does not wait: readiness where somebody asked, or where it burns."""

from typing import Any

import pytest

from domain.readiness import SITE_CHECKS, Missing, is_justified_emergency, why_not_ready
from domain.responses import MemberResponse, Outcome
from domain.ticket import TicketStatus
from tests.domain.lives import (
    ANSWERED,
    DAMAGE,
    DIGGING,
    EMERGENCY,
    GAS,
    GROUND,
    NOTICE,
    POWER,
    SECOND,
    STANDBY,
    START,
    make_life,
    make_response,
)

WAITING = TicketStatus.RESPONSES_IN


def missing(**fields: Any) -> list[Missing]:
    """Return what is missing while digging, of a ticket that lacks nothing but what is given."""
    return why_not_ready(make_life(WAITING, **fields), DIGGING)


# Standby.


@pytest.mark.parametrize(
    "asked",
    [
        make_response(requires_standby=True),
        make_response("atm01", None, Outcome.STANDBY_REQUIRED),
        make_response("ATM01", "steam", requires_standby=True),
    ],
    ids=str,
)
def test_a_later_answer_does_not_take_back_the_wish_to_stand_by(asked: MemberResponse) -> None:
    """The locator who marks the line does not know of the one who wants to watch it."""
    answers = [asked, make_response(at=DIGGING)]

    waiting = missing(member_responses=answers)

    assert [one.condition for one in waiting] == ["standby_arranged"]
    assert missing(member_responses=answers, standbys=[STANDBY]) == []
    lower = STANDBY.model_copy(update={"member_code": "atm 01"})
    assert missing(member_responses=answers, standbys=[lower]) == []


def test_a_standby_of_one_member_is_none_of_another() -> None:
    """Oncor's person does not watch the gas."""
    answers = [
        make_response(requires_standby=True),
        make_response("ONC01", None, requires_standby=True),
    ]

    waiting = missing(members=[GAS, POWER], member_responses=answers, standbys=[STANDBY])

    assert [one.problem for one in waiting] == ["ONC01 wants a person at the site."]


# Emergency.


def test_a_justified_emergency_waits_for_nothing_but_the_notice() -> None:
    """It may begin at once, with reasonable care (251.155(b))."""
    bare: dict[str, Any] = {"members": [], "member_responses": [], "site_check": None}
    standby = [make_response(requires_standby=True)]

    assert at_once(**bare) == []
    assert at_once(**{**bare, "members": [GAS], "member_responses": standby}) == []
    assert at_once(center_start_at=START) == []


def test_a_standby_that_is_arranged_is_waited_for() -> None:
    """Nobody digs before that person is there; what was arranged before it was asked is nothing."""
    answers = [make_response(requires_standby=True)]
    comes = STANDBY.model_copy(update={"meets_at": DIGGING + SECOND})

    assert missing(member_responses=answers, standbys=[comes]) == [
        Missing(
            "standby_arranged",
            "The person of ATM01 comes Fri 2026-03-06 09:00 CST.",
            "Wait until then, or arrange another time.",
        )
    ]
    there = comes.model_copy(update={"meets_at": DIGGING})
    assert missing(member_responses=answers, standbys=[comes, there]) == []
    early = STANDBY.model_copy(update={"arranged_at": ANSWERED - SECOND})
    [found] = missing(member_responses=answers, standbys=[early])
    assert found.problem == "ATM01 wants a person at the site."


def test_an_emergency_that_waited_for_its_answers_is_checked_like_any_dig() -> None:
    """It did not begin at once: now there is time to look."""
    unchecked = {**EMERGENCY, "site_check": None}

    assert len(missing(**unchecked)) == len(SITE_CHECKS)
    assert missing(**EMERGENCY) == []
    begun = make_life(TicketStatus.READY_TO_DIG, **unchecked)
    assert why_not_ready(begun, DIGGING) == []


def at_once(**fields: Any) -> list[Missing]:
    """Return what is missing of an emergency in the moment of its notice."""
    return why_not_ready(make_life(TicketStatus.SUBMITTED, **EMERGENCY, **fields), NOTICE)


@pytest.mark.parametrize(
    ("spoil", "condition"),
    [
        ({"grounds": [GROUND]}, "no_open_ground"),
        ({"damages": [DAMAGE]}, "no_damage_hold"),
        ({"texas811_ticket_number": None}, "notice_given"),
        ({"closed_at": DIGGING}, "in_force"),
        ({"superseded_by_number": "2"}, "not_superseded"),
        ({"expires_at": DIGGING}, "not_expired"),
    ],
    ids=str,
)
def test_an_emergency_is_held_by_what_holds_every_ticket(
    spoil: dict[str, Any], condition: str
) -> None:
    """An emergency excuses from waiting, not from stopping."""
    assert [one.condition for one in missing(**EMERGENCY, **spoil)] == [condition]


@pytest.mark.parametrize("reason", [None, ""])
def test_an_emergency_without_a_reason_waits_like_any_ticket(reason: str | None) -> None:
    """A word in a file of another tool must not open the ground."""
    claimed = {"ticket_type": "Emergency", "emergency_justification": reason}

    assert [one.condition for one in missing(**claimed, member_responses=[])] == [
        "members_closed"
    ]
    assert is_justified_emergency(make_life(WAITING, **EMERGENCY))
    assert not is_justified_emergency(make_life(WAITING, **claimed))
    assert not is_justified_emergency(make_life(WAITING, emergency_justification="Gas leak"))

"""The members of a submitted ticket, and their persons at the site."""

from datetime import timedelta
from typing import Any

import pytest

from domain.audit import Actor, Author, event_id
from domain.errors import ConflictError, RejectedError
from domain.following import amend_members, arrange_standby
from domain.lifecycle import IN_FORCE
from domain.moving import next_turn, turning_points
from domain.responses import MEMBERS_MAX, Member
from domain.second_notices import GroundFound, raise_ground
from domain.statements import GroundReason
from domain.ticket import TicketStatus
from tests.domain.lives import (
    AFTER,
    AGREEMENT,
    ANSWERED,
    DAMAGE,
    DANA,
    DIGGING,
    EXPIRY,
    GAS,
    LATE,
    POWER,
    SECOND,
    STANDBY,
    make_life,
    make_response,
    taken,
)

Status = TicketStatus
NOBODY = Author(actor=Actor.USER)
OVER = [one for one in Status if one not in IN_FORCE | {Status.DAMAGED}]
LOST = GroundFound(reason=GroundReason.MARKS_LOST, notes="Rain.")


# Members.


@pytest.mark.parametrize(
    ("status", "target"),
    [
        (Status.SUBMITTED, Status.SUBMITTED),
        (Status.RESPONSES_IN, Status.SUBMITTED),
        (Status.READY_TO_DIG, Status.SUBMITTED),
        (Status.DAMAGED, Status.DAMAGED),
    ],
)
def test_a_member_that_is_added_is_waited_for(
    status: TicketStatus, target: TicketStatus
) -> None:
    """Somebody else has lines there: what was complete is not any more."""
    ticket = make_life(status, damages=[DAMAGE])

    change = amend_members(ticket, [POWER], now=DIGGING, by=DANA)

    assert change.ticket.members == [GAS, POWER]
    assert change.ticket.status is target
    event = change.event
    assert (event.action, event.notes) == ("members_recorded", "Dana Ruiz: notified ONC01.")
    assert event.id == event_id(ticket.id, 1)
    assert "members" in event.changed_fields
    assert not change.ticket.member_list_missing


def test_a_member_that_is_amended_keeps_its_code_and_its_facilities() -> None:
    """A shorter list must not make an open facility vanish."""
    ticket = make_life(
        Status.SUBMITTED,
        members=[POWER],
        member_responses=[make_response("ONC01", "electric")],
        standbys=[STANDBY.model_copy(update={"member_code": "ONC01"})],
    )

    change = amend_members(
        ticket, [Member(code="onc01", extended_until=LATE)], now=DIGGING, by=DANA
    )

    assert change.ticket.members == [POWER.model_copy(update={"extended_until": LATE})]
    assert change.ticket.status is Status.SUBMITTED
    assert change.event.notes == "Dana Ruiz: notified ONC01."


@pytest.mark.parametrize("unknown", [{"members": []}, {"member_list_missing": True}], ids=str)
def test_one_known_member_does_not_stand_for_a_missing_list(unknown: dict[str, Any]) -> None:
    """Its answer came by telephone; who else was notified is as unknown as before."""
    ticket = make_life(Status.SUBMITTED, **unknown)

    one = amend_members(ticket, [GAS], now=DIGGING, by=DANA)
    whole = amend_members(ticket, [GAS], now=DIGGING, by=DANA, is_whole_list=True)

    assert one.ticket.member_list_missing
    assert (one.ticket.status, one.ticket.positive_response_at) == (Status.SUBMITTED, None)
    assert one.event.notes == "Dana Ruiz: notified ATM01. The list is not whole."
    assert not whole.ticket.member_list_missing
    assert whole.ticket.status is Status.READY_TO_DIG
    assert whole.event.notes == "Dana Ruiz: notified ATM01."


def test_a_longer_life_ends_where_a_new_member_has_not_agreed() -> None:
    """The agreement binds who signed it; without the other there is none (16 TAC 18.3(f))."""
    extended = make_life(Status.READY_TO_DIG, life_agreements=[AGREEMENT])

    early = amend_members(extended, [POWER], now=DIGGING, by=DANA)
    late = amend_members(extended, [POWER], now=AFTER, by=DANA)

    assert extended.expires_at == AGREEMENT.until
    assert early.ticket.expires_at == early.ticket.marking_expires_at == EXPIRY
    assert early.event.notes == (
        "Dana Ruiz: notified ONC01. The ticket lives until Fri 2026-03-20 23:59 CDT."
    )
    assert (early.ticket.status, late.ticket.status) == (Status.SUBMITTED, Status.EXPIRED)


def test_members_are_refused_that_are_none_or_twice_or_too_many() -> None:
    """A list from outside is looked at before it counts."""
    ticket = make_life(Status.SUBMITTED)
    many = [Member(code=f"M{number}") for number in range(MEMBERS_MAX)]

    with pytest.raises(RejectedError, match=r"^No member is named[.]$") as none:
        amend_members(ticket, [], now=DIGGING, by=DANA)
    with pytest.raises(ConflictError, match="ONC01 is listed twice"):
        amend_members(ticket, [POWER, Member(code="onc 01")], now=DIGGING, by=DANA)
    with pytest.raises(RejectedError, match="A ticket holds at most 200 members") as full:
        amend_members(ticket, many, now=DIGGING, by=DANA)
    with pytest.raises(RejectedError, match="Nobody is named"):
        amend_members(ticket, [POWER], now=DIGGING, by=NOBODY)

    assert (none.value.field, none.value.remedy) == ("members", "Name at least one.")
    assert (full.value.field, full.value.remedy) == ("members", "Name the notified ones only.")
    exactly = amend_members(ticket, many[1:], now=DIGGING, by=DANA)
    assert len(exactly.ticket.members) == MEMBERS_MAX
    assert (exactly.event.notes or "").startswith("Dana Ruiz: notified M1, M2, M3, ")


@pytest.mark.parametrize("status", OVER)
def test_nothing_follows_on_a_ticket_that_is_not_in_force(status: TicketStatus) -> None:
    """Neither members nor standbys nor grounds: it was not sent, or it is over."""
    ticket = make_life(status)

    with pytest.raises(RejectedError, match=f"The center notifies nobody for a {status} tick"):
        amend_members(ticket, [POWER], now=DIGGING, by=DANA)
    with pytest.raises(RejectedError, match=f"Nobody stands by for a {status} ticket"):
        arrange_standby(ticket, STANDBY, now=DIGGING, by=DANA)
    with pytest.raises(RejectedError, match=f"There is no second notice for a {status} ticket"):
        raise_ground(ticket, LOST, now=DIGGING, by=DANA)


# Standby.


def test_an_arranged_standby_lets_the_digging_begin() -> None:
    """The member's person will be there (251.151(c))."""
    asked = [make_response(requires_standby=True)]
    ticket = make_life(Status.RESPONSES_IN, member_responses=asked)
    said = STANDBY.model_copy(update={"member_code": "atm 01", "meets_at": DIGGING})

    change = arrange_standby(ticket, said, now=DIGGING, by=DANA)

    assert change.ticket.standbys == [said.model_copy(update={"member_code": "ATM01"})]
    assert change.ticket.status is Status.READY_TO_DIG
    assert (change.event.action, change.event.notes) == (
        "standby_arranged",
        "Dana Ruiz arranged with ATM01: Lee Park.",
    )


def test_nobody_digs_before_the_person_is_there() -> None:
    """Nobody has to ask again when the hour comes, nor may the hour have passed already."""
    asked = [make_response(requires_standby=True)]
    ticket = make_life(Status.RESPONSES_IN, member_responses=asked)
    comes_at = DIGGING + timedelta(hours=2)
    said = STANDBY.model_copy(update={"meets_at": comes_at})

    waits = taken(arrange_standby(ticket, said, now=DIGGING, by=DANA))
    change = next_turn(waits, comes_at)

    assert waits.status is Status.RESPONSES_IN
    assert comes_at in turning_points(waits)
    assert next_turn(waits, comes_at - SECOND) is None
    assert change is not None
    assert change.ticket.status is Status.READY_TO_DIG
    with pytest.raises(
        RejectedError, match=r"^The meeting on the site cannot lie in the past[.]$"
    ) as no:
        arrange_standby(ticket, said, now=comes_at + SECOND, by=DANA)
    assert (no.value.field, no.value.remedy) == (
        "meets_at",
        "Give the time that was agreed on.",
    )


def test_a_standby_of_who_was_not_notified_is_refused() -> None:
    """Whose person is it?"""
    ticket = make_life(Status.SUBMITTED)

    with pytest.raises(RejectedError, match="NOBODY is not among the members"):
        arrange_standby(
            ticket, STANDBY.model_copy(update={"member_code": "NOBODY"}), now=DIGGING, by=DANA
        )
    two = [STANDBY, STANDBY.model_copy(update={"contact": "Kim Lee"})]
    for said in two:
        ticket = taken(arrange_standby(ticket, said, now=ANSWERED, by=DANA))
    assert ticket.standbys == two

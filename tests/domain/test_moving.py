"""The moves that time makes: each at its legal instant, in legal order, late or in time."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.audit import Actor, Change, event_id
from domain.moving import TURNS, next_turn, turning_points
from domain.responses import Outcome, ResponseStatus
from domain.ticket import Ticket, TicketStatus
from tests.builders import NOW, make_draft
from tests.domain.lives import (
    AFTER,
    AGREEMENT,
    ANSWERED,
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
    STANDBY,
    START,
    make_life,
    make_response,
    taken,
)

Status = TicketStatus
DELAYED = [make_response(outcome=Outcome.DELAYED)]


def turns(ticket: Ticket, now: datetime) -> list[Change]:
    """Return every turn until this moment, each made on what the one before it left."""
    made = []
    while change := next_turn(ticket, now):
        made.append(change)
        ticket = taken(change)
    return made


def told(ticket: Ticket, now: datetime) -> list[str | None]:
    return [change.event.notes for change in turns(ticket, now)]


def ends(ticket: Ticket, now: datetime) -> list[TicketStatus]:
    return [change.ticket.status for change in turns(ticket, now)]


START_TOLD = (
    "Thu 2026-03-05 00:00 CST: the lawful start is reached and nothing is missing "
    "(Tex. Util. Code 251.151; 16 TAC 18.4)."
)
SOON_TOLD = "Wed 2026-03-18 23:59 CDT: the last gap-free refresh has passed (16 TAC 18.3(e))."
END_TOLD = "Fri 2026-03-20 23:59 CDT: its life ends (16 TAC 18.3(e))."


@pytest.mark.parametrize(
    ("status", "at", "target", "notes"),
    [
        (Status.RESPONSES_IN, START, Status.READY_TO_DIG, START_TOLD),
        (Status.READY_TO_DIG, REFRESH_BY, Status.EXPIRING, SOON_TOLD),
        (Status.EXPIRING, EXPIRY, Status.EXPIRED, END_TOLD),
    ],
)
def test_a_ticket_turns_at_the_instant_and_not_a_second_before(
    status: TicketStatus, at: datetime, target: TicketStatus, notes: str
) -> None:
    """The event says which instant it was, and by what rule."""
    ticket = make_life(status, response_status="Complete")

    assert next_turn(ticket, at - SECOND) is None
    change = next_turn(ticket, at)

    assert change is not None
    assert change.ticket == ticket.model_copy(update={"status": target, "updated_at": at})
    event = change.event
    assert (event.actor, event.action, event.notes) == (Actor.SYSTEM, "time_passed", notes)
    assert (event.from_status, event.to_status) == (status, target)
    assert (event.id, event.timestamp) == (event_id(ticket.id, 1), at)
    assert event.changed_fields == ["status"]
    assert event.compliance_relevant


def test_a_run_that_comes_late_tells_every_instant_in_order() -> None:
    """The worker was away for three weeks: the history is what it would have been."""
    changes = turns(make_life(Status.RESPONSES_IN), AFTER)

    assert [change.event.notes for change in changes] == [START_TOLD, SOON_TOLD, END_TOLD]
    assert [(one.event.from_status, one.event.to_status) for one in changes] == [
        ("ResponsesIn", "ReadyToDig"),
        ("ReadyToDig", "Expiring"),
        ("Expiring", "Expired"),
    ]
    assert {change.event.timestamp for change in changes} == {AFTER}
    assert len({change.event.id for change in changes}) == 3


@pytest.mark.parametrize("status", list(Status))
def test_to_run_twice_finds_nothing_the_second_time(status: TicketStatus) -> None:
    """Timer and sweep may both ring."""
    ticket = make_life(status)
    for change in turns(ticket, AFTER):
        ticket = taken(change)

    assert next_turn(ticket, AFTER) is None
    assert next_turn(ticket, AFTER + timedelta(days=400)) is None


@pytest.mark.parametrize(
    "status",
    [
        Status.DRAFT,
        Status.EXTRACTING,
        Status.VALIDATING_FIELDS,
        Status.VALID_PENDING_CONFIRM,
        Status.READY,
        Status.EXPIRED,
        Status.CANCELLED,
    ],
)
def test_time_moves_no_ticket_that_is_not_in_force(status: TicketStatus) -> None:
    """Before the notice nothing runs, and after the end nothing does."""
    wrong = make_life(status, expires_at=NOW)

    assert next_turn(wrong, AFTER) is None
    assert list(turning_points(wrong)) == []


def test_a_start_that_was_prevented_is_not_made_up_for() -> None:
    """The site was checked after the end: it was never ready, and never will be."""
    assert ends(make_life(Status.RESPONSES_IN, site_check=None), AFTER) == [Status.EXPIRED]


def test_a_start_is_not_told_earlier_than_it_was_known() -> None:
    """What made it possible was recorded on Friday: nobody could dig by it on Thursday."""
    ticket = make_life(Status.RESPONSES_IN).revised(now=DIGGING, site_check=None)
    checked = ticket.revised(now=DIGGING, site_check=make_life(Status.DRAFT).site_check)

    assert told(checked, LATE)[0] == START_TOLD.replace(
        "Thu 2026-03-05 00:00", "Fri 2026-03-06 09:00"
    )


def test_a_clock_that_goes_back_makes_nothing_ready() -> None:
    """The host's clock was put right by an hour."""
    ticket = make_life(Status.RESPONSES_IN).revised(now=START + SECOND)

    assert next_turn(ticket, START - SECOND) is None
    change = next_turn(ticket, START)
    assert change is not None
    assert (change.ticket.status, change.ticket.updated_at) == (Status.READY_TO_DIG, START)


def test_an_expiry_comes_whatever_is_open() -> None:
    """Neither a ground nor a missing answer keeps a ticket alive."""
    for status in (Status.SUBMITTED, Status.READY_TO_DIG):
        ticket = make_life(status, grounds=[GROUND], members=[GAS, POWER])

        assert ends(ticket, AFTER)[-1] is Status.EXPIRED


def test_of_several_standbys_the_first_that_suffices_begins_the_digging() -> None:
    """Another's person comes weeks later: a late run must not take the start back for it."""
    asked = [make_response(requires_standby=True), make_response("ONC01", None)]
    comes_at = DIGGING + timedelta(hours=2)
    standbys = [
        STANDBY.model_copy(update={"meets_at": comes_at}),
        STANDBY.model_copy(update={"member_code": "ONC01", "meets_at": AFTER}),
    ]
    ticket = make_life(
        Status.RESPONSES_IN, members=[GAS, POWER], member_responses=asked, standbys=standbys
    )

    assert next_turn(ticket, comes_at - SECOND) is None
    assert {comes_at, AFTER} <= set(turning_points(ticket))
    assert ends(ticket, AFTER) == [Status.READY_TO_DIG, Status.EXPIRING, Status.EXPIRED]
    assert (told(ticket, AFTER)[0] or "").startswith("Fri 2026-03-06 11:00 CST: the lawful")


# Damage.


def test_a_held_ticket_outlives_its_end_until_it_is_released() -> None:
    """Somebody must still say that the line is safe."""
    held = make_life(Status.DAMAGED, damages=[DAMAGE])

    assert next_turn(held, AFTER) is None
    assert ends(make_life(Status.DAMAGED, damages=[RELEASED]), AFTER)[-1] is Status.EXPIRED


def test_finished_work_leaves_its_damage_when_its_life_ends() -> None:
    """Closed after the damage: nobody will release it any more."""
    closed = make_life(Status.DAMAGED, damages=[DAMAGE], closed_at=DIGGING)

    assert next_turn(closed, EXPIRY - SECOND) is None
    [notes] = told(closed, EXPIRY)
    assert notes == (
        "Fri 2026-03-20 23:59 CDT: the damage is released, or the work closed, and its life has "
        "ended (16 TAC 18.3(e))."
    )


def test_a_site_that_was_released_early_is_ready_at_its_start() -> None:
    """Damaged while it waited and released while it waited: nobody has to ask again."""
    ticket = make_life(Status.DAMAGED, damages=[RELEASED], response_status="Damaged")

    assert next_turn(ticket, START - SECOND) is None
    assert told(ticket, START) == [START_TOLD]
    assert turns(ticket, START)[0].ticket.response_status is ResponseStatus.COMPLETE
    assert next_turn(make_life(Status.DAMAGED, damages=[DAMAGE]), START) is None


# Finished work.


def test_finished_work_is_not_reminded_but_expires() -> None:
    """Its alarms would hide those that matter."""
    digging = make_life(Status.READY_TO_DIG, closed_at=DIGGING)
    silent = make_life(Status.SUBMITTED, closed_at=DIGGING, member_responses=[])

    assert told(digging, AFTER) == [END_TOLD]
    assert told(silent, AFTER) == [END_TOLD]
    assert list(turning_points(digging)) == [EXPIRY]
    assert list(turning_points(silent)) == [EXPIRY]
    assert ends(make_life(Status.RESPONSES_IN, closed_at=DIGGING), LATE) == []


# When to look.


@pytest.mark.parametrize(
    ("status", "fields", "expected"),
    [
        (Status.SUBMITTED, {"member_responses": []}, [EXPIRY, START]),
        (Status.SUBMITTED, {"members": [GAS, POWER]}, [EXPIRY, START, START]),
        (Status.SUBMITTED, {"member_responses": DELAYED}, [EXPIRY]),
        (Status.RESPONSES_IN, {"member_responses": []}, [START, EXPIRY]),
        (Status.READY_TO_DIG, {}, [REFRESH_BY, EXPIRY]),
        (Status.READY_TO_DIG, {"refresh_by_at": None}, [EXPIRY]),
        (Status.EXPIRING, {}, [EXPIRY]),
        (Status.DAMAGED, {}, [START, EXPIRY]),
        (Status.EXPIRING, {"expires_at": None}, []),
    ],
    ids=str,
)
def test_the_instants_of_a_ticket_are_those_that_may_turn_it(
    status: TicketStatus, fields: dict[str, Any], expected: list[datetime]
) -> None:
    """A timer is set for each; one that is missing would be found by the sweep alone."""
    assert list(turning_points(make_life(status, **fields))) == expected


@pytest.mark.parametrize(
    "ticket",
    [
        make_life(Status.RESPONSES_IN),
        make_life(Status.READY_TO_DIG),
        make_life(Status.EXPIRING, life_agreements=[AGREEMENT]),
        make_life(Status.DAMAGED, damages=[RELEASED]),
        make_life(Status.SUBMITTED, member_responses=[]),
        make_life(Status.SUBMITTED, **EMERGENCY, member_responses=[]),
        make_life(
            Status.SUBMITTED,
            members=[GAS.model_copy(update={"extended_until": DIGGING}), POWER],
            member_responses=[],
        ),
    ],
    ids=["waits", "digs", "extended", "released", "silent", "emergency", "two dues"],
)
def test_no_ticket_turns_before_its_first_instant(ticket: Ticket) -> None:
    """Whoever sets a timer for the first of them misses nothing."""
    first = min(turning_points(ticket))

    for now in (NOTICE, ANSWERED, DIGGING, LATE, first - SECOND):
        assert now >= first or next_turn(ticket, now) is None


def test_the_turns_are_listed_in_legal_order() -> None:
    """A start after an end would dig on a dead ticket."""
    ticket = make_life(Status.RESPONSES_IN)

    instants = [getattr(ticket, turn.instant) for turn in TURNS]

    assert instants == sorted(instants)
    assert next_turn(make_draft(status="Submitted"), AFTER) is None

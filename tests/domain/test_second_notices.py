"""Second notices: what stops a dig until a person says how it was settled."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.audit import Actor, Author
from domain.digging import check_site
from domain.errors import RejectedError
from domain.lifecycle import IN_FORCE
from domain.responses import Outcome, ResponseStatus
from domain.second_notices import GroundFound, Settlement, raise_ground, settle_ground
from domain.statements import GroundReason
from domain.ticket import Ticket, TicketStatus
from tests.domain.lives import (
    CHECK,
    DAMAGE,
    DANA,
    DIGGING,
    EMERGENCY,
    GROUND,
    make_life,
    make_response,
    taken,
)

Status = TicketStatus
NOBODY = Author(actor=Actor.USER)
OVER = [one for one in Status if one not in IN_FORCE | {Status.DAMAGED}]
LOST = GroundFound(reason=GroundReason.MARKS_LOST, notes="Rain.")


def word(ground_id: str, settlement: str) -> Settlement:
    return Settlement(
        ground_id=ground_id, settlement=settlement, second_notice_number="2606600001"
    )


@pytest.mark.parametrize(
    ("status", "target"),
    [
        (Status.SUBMITTED, Status.SUBMITTED),
        (Status.RESPONSES_IN, Status.SUBMITTED),
        (Status.READY_TO_DIG, Status.SUBMITTED),
        (Status.EXPIRING, Status.SUBMITTED),
        (Status.DAMAGED, Status.DAMAGED),
    ],
)
@pytest.mark.parametrize("reason", list(GroundReason))
def test_a_ground_for_a_second_notice_stops_the_digging(
    reason: GroundReason, status: TicketStatus, target: TicketStatus
) -> None:
    """Digging may not begin, or must stop (16 TAC 18.4(e))."""
    ticket = make_life(status, damages=[DAMAGE])
    found = GroundFound(reason=reason, notes="A vent pipe.", member_code=" atm01")

    change = raise_ground(ticket, found, now=DIGGING, by=DANA)

    [ground] = change.ticket.grounds
    assert change.ticket.status is target
    assert (ground.reason, ground.notes, ground.member_code) == (
        reason,
        "A vent pipe.",
        "ATM01",
    )
    assert (ground.raised_at, ground.raised_by) == (DIGGING, "Dana Ruiz")
    assert (ground.answer_due_at, ground.is_open) == (DIGGING + timedelta(hours=4), True)
    assert change.event.action == "second_notice_due"
    assert change.event.notes == (
        f"Dana Ruiz: {reason}. A vent pipe. Answer due Fri 2026-03-06 13:00 CST, N: pipeline "
        "operators answer a second notice within 4 hours (16 TAC 18.4(e))."
    )


def test_a_ground_is_raised_without_knowing_whose_line_it_is() -> None:
    """Nor in which county: what stops the digging must never wait for a spelling."""
    ticket = make_life(Status.READY_TO_DIG).revised(now=DIGGING, county="Bexer")
    found = LOST.model_copy(update={"second_notice_number": "2606500001"})

    change = raise_ground(ticket, found, now=DIGGING, by=DANA)

    [ground] = change.ticket.grounds
    assert (ground.member_code, ground.second_notice_number) == (None, "2606500001")
    assert (change.ticket.status, ground.answer_due_at) == (
        Status.SUBMITTED,
        DIGGING + timedelta(hours=4),
    )
    with pytest.raises(RejectedError, match="NOBODY is not among the members"):
        raise_ground(
            ticket, LOST.model_copy(update={"member_code": "NOBODY"}), now=DIGGING, by=DANA
        )
    with pytest.raises(RejectedError, match="Nobody is named"):
        raise_ground(ticket, LOST, now=DIGGING, by=NOBODY)


def test_an_emergency_stops_for_a_ground_like_any_dig() -> None:
    """It is excused from waiting, not from what it sees."""
    change = raise_ground(
        make_life(Status.READY_TO_DIG, **EMERGENCY), LOST, now=DIGGING, by=DANA
    )

    assert change.ticket.status is Status.SUBMITTED


def grounded(**fields: Any) -> Ticket:
    """Return a ticket whose digging two grounds have stopped."""
    ticket = make_life(Status.READY_TO_DIG, **fields)
    for _ground in range(2):
        ticket = taken(raise_ground(ticket, LOST, now=DIGGING, by=DANA))
    return ticket


def test_digging_goes_on_when_the_last_ground_is_settled() -> None:
    """By a person's word, each of them; the hours that pass settle none."""
    ticket = grounded()
    first, second = (one.id for one in ticket.grounds)
    later = DIGGING + timedelta(hours=5)

    one = settle_ground(ticket, word(second, "Marked anew."), now=later, by=DANA)
    both = settle_ground(taken(one), word(first, "Marked."), now=later, by=DANA)
    looked = CHECK.model_copy(update={"checked_at": later})
    checked = check_site(taken(both), looked, now=later, by=DANA)

    assert first != second
    assert one.ticket.status is Status.SUBMITTED
    assert [ground.is_open for ground in one.ticket.grounds] == [True, False]
    # The locator was there since the last look at the site.
    assert both.ticket.status is Status.RESPONSES_IN
    assert checked.ticket.status is Status.READY_TO_DIG
    done = both.ticket.grounds[0]
    assert (done.settled_at, done.settled_by, done.settlement) == (
        later,
        "Dana Ruiz",
        "Marked.",
    )
    assert (one.event.action, one.event.notes) == (
        "second_notice_settled",
        "Dana Ruiz: MarksLost is settled, second notice 2606600001. Marked anew.",
    )


def test_a_settled_ground_frees_nothing_that_something_else_holds() -> None:
    """The ground was settled; a member has still not answered."""
    ticket = grounded(member_responses=[make_response(outcome=Outcome.DELAYED)])
    for ground in ticket.grounds:
        ticket = taken(settle_ground(ticket, word(ground.id, "Marked."), now=DIGGING, by=DANA))

    assert ticket.status is Status.SUBMITTED
    assert ticket.response_status is ResponseStatus.PARTIAL


def test_only_an_open_ground_is_settled() -> None:
    """Which are open is said."""
    settled = GROUND.model_copy(update={"id": "old", "settled_at": DIGGING})
    ticket = make_life(Status.SUBMITTED, grounds=[settled, GROUND])

    for ground_id in ("old", "nobody"):
        with pytest.raises(RejectedError, match=r"^No ground of this id is open[.]$") as no:
            settle_ground(ticket, word(ground_id, "Marked."), now=DIGGING, by=DANA)
    assert (no.value.field, no.value.remedy) == ("ground_id", "Name an open one.")
    assert no.value.suggested_values == ("ground-1",)
    with pytest.raises(RejectedError, match="Nobody is named"):
        settle_ground(ticket, word("ground-1", "Marked."), now=DIGGING, by=NOBODY)


def test_a_ground_is_settled_by_a_second_notice_or_was_a_mistake() -> None:
    """A notice that nobody can show was not given."""
    ticket = make_life(Status.SUBMITTED, grounds=[GROUND])
    bare = Settlement(ground_id="ground-1", settlement="Wrong site.")
    mistaken = bare.model_copy(update={"was_a_mistake": True})
    numbered = GROUND.model_copy(update={"second_notice_number": "7"})
    known = make_life(Status.SUBMITTED, grounds=[numbered])

    with pytest.raises(
        RejectedError, match=r"^The number of the second notice is not known[.]$"
    ) as no:
        settle_ground(ticket, bare, now=DIGGING, by=DANA)
    mistake = settle_ground(ticket, mistaken, now=DIGGING, by=DANA)

    assert (no.value.field, no.value.remedy) == (
        "second_notice_number",
        "Give the second notice and its number, or state `was_a_mistake`.",
    )
    assert mistake.event.notes == "Dana Ruiz: MarksLost is settled, a mistake. Wrong site."
    assert mistake.ticket.open_grounds == []
    for said, number in ((bare, "7"), (word("ground-1", "Marked."), "2606600001")):
        [done] = settle_ground(known, said, now=DIGGING, by=DANA).ticket.grounds
        assert done.second_notice_number == number


@pytest.mark.parametrize(
    "spoilt",
    [
        {"reason": "Bored"},
        {"notes": " "},
        {"notes": "x" * 2001},
        {"member_code": "A" * 11},
        {"second_notice_number": "1" * 51},
        {"settled_at": DIGGING},
    ],
    ids=lambda spoilt: next(iter(spoilt)) + str(len(str(spoilt))),
)
def test_a_ground_has_its_reason_and_limits(spoilt: dict[str, Any]) -> None:
    """Why the digging stopped is asked by whoever pays for it."""
    with pytest.raises(ValidationError):
        GroundFound.model_validate({"reason": "MarksLost", "notes": "Rain.", **spoilt})

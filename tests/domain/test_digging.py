"""On the site: the checks before the digging, and an emergency's start."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.audit import Actor, Author, event_id
from domain.digging import begin_emergency, check_site
from domain.errors import RejectedError
from domain.lifecycle import IN_FORCE
from domain.responses import ResponseStatus
from domain.statements import GroundReason
from domain.ticket import TicketStatus
from tests.domain.lives import (
    AGREEMENT,
    CHECK,
    DANA,
    DIGGING,
    EMERGENCY,
    GROUND,
    LATE,
    NOTICE,
    make_life,
    taken,
)

Status = TicketStatus
NOBODY = Author(actor=Actor.USER)
POWER_AGREES = AGREEMENT.model_copy(
    update={"member_code": "ONC01", "until": datetime(2026, 4, 1, 22, 0, tzinfo=UTC)}
)
# The day on which it is already tomorrow in UTC, at the site.
EVENING = datetime(2026, 3, 11, 3, 0, tzinfo=UTC)


# The checks.


def test_a_checked_site_lets_the_digging_begin() -> None:
    """Each of the checks is in the event: it is asked for after an accident."""
    ticket = make_life(Status.RESPONSES_IN, site_check=None)

    change = check_site(ticket, CHECK, now=DIGGING, by=DANA)

    assert (change.ticket.site_check, change.ticket.status) == (CHECK, Status.READY_TO_DIG)
    event = change.event
    assert (event.action, event.id) == ("site_checked", event_id(ticket.id, 1))
    assert event.notes == (
        "Dana Ruiz: ticket copy on site: yes, place verified: yes, white lines verified: yes, "
        "no unmarked lines seen: yes."
    )


@pytest.mark.parametrize(
    ("status", "now"), [(Status.READY_TO_DIG, DIGGING), (Status.EXPIRING, LATE)]
)
@pytest.mark.parametrize(
    "name", ["ticket_copy_on_site", "place_verified", "white_lines_verified"]
)
def test_a_check_that_fails_while_digging_stops_it(
    name: str, status: TicketStatus, now: datetime
) -> None:
    """The lines that were marked may lie elsewhere."""
    failed = CHECK.model_copy(update={name: False})

    stopped = check_site(make_life(status), failed, now=now, by=DANA)
    again = check_site(taken(stopped), CHECK, now=now, by=DANA)

    assert stopped.ticket.status is Status.RESPONSES_IN
    assert f"{name.replace('_', ' ')}: no" in (stopped.event.notes or "")
    assert again.ticket.status is status


def test_an_unmarked_line_that_was_seen_is_a_ground_for_a_second_notice() -> None:
    """A later look that does not see it makes it no marked one (16 TAC 18.4(e))."""
    seen = CHECK.model_copy(update={"no_unmarked_lines_seen": False})

    stopped = check_site(make_life(Status.READY_TO_DIG), seen, now=DIGGING, by=DANA)
    again = check_site(taken(stopped), CHECK, now=DIGGING, by=DANA)

    [ground] = stopped.ticket.grounds
    assert (ground.reason, ground.is_open) == (GroundReason.UNMARKED_LINE_SEEN, True)
    assert (ground.raised_at, ground.raised_by) == (DIGGING, "Dana Ruiz")
    assert ground.notes == "Seen as the site was checked."
    assert stopped.ticket.status is again.ticket.status is Status.SUBMITTED
    assert (stopped.event.action, stopped.event.from_status) == ("site_checked", "ReadyToDig")
    assert (stopped.event.notes or "").endswith("no unmarked lines seen: no.")
    assert again.ticket.grounds == [ground]


@pytest.mark.parametrize(
    "status", [one for one in Status if one not in IN_FORCE | {Status.DAMAGED}]
)
def test_a_site_is_checked_while_its_ticket_is_in_force(status: TicketStatus) -> None:
    """Before the notice there is nothing to check it against."""
    with pytest.raises(RejectedError, match=f"There is no site to check for a {status} ticket"):
        check_site(make_life(status), CHECK, now=DIGGING, by=DANA)


# An emergency.


def test_an_emergency_begins_at_once_and_its_answers_come_later() -> None:
    """With reasonable care, before any answer (251.155(b))."""
    ticket = make_life(Status.SUBMITTED, **EMERGENCY, member_responses=[], site_check=None)

    change = begin_emergency(ticket, now=NOTICE, by=DANA)

    assert change.ticket.status is Status.READY_TO_DIG
    assert change.ticket.response_status is ResponseStatus.PENDING
    assert (change.event.action, change.event.notes) == (
        "emergency_begun",
        "Dana Ruiz: digging begins, Gas leak",
    )
    assert (change.event.from_status, change.event.to_status) == ("Submitted", "ReadyToDig")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ticket_type": "Normal"}, "Only a justified emergency may begin"),
        ({"emergency_justification": None}, "Only a justified emergency may begin"),
        ({"grounds": [GROUND]}, "MarksLost, raised"),
        ({"closed_at": DIGGING}, "The work was closed as finished"),
    ],
    ids=str,
)
def test_nothing_else_begins_before_its_answers(fields: dict[str, Any], said: str) -> None:
    """A word in the type is not enough, and what stops a dig stops this one."""
    ticket = make_life(Status.SUBMITTED, **{**EMERGENCY, "member_responses": [], **fields})

    with pytest.raises(RejectedError, match=said) as no:
        begin_emergency(ticket, now=DIGGING, by=DANA)

    assert no.value.remedy


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.SUBMITTED])
def test_an_emergency_begins_on_a_submitted_ticket_alone(status: TicketStatus) -> None:
    """The table leads to ReadyToDig from elsewhere too, but by other ways."""
    ticket = make_life(status, life_agreements=[AGREEMENT])

    with pytest.raises(
        RejectedError, match=f"No emergency excavation begins on a {status} tic"
    ):
        begin_emergency(ticket, now=DIGGING, by=DANA)
    with pytest.raises(RejectedError, match="Nobody is named"):
        begin_emergency(make_life(Status.SUBMITTED, **EMERGENCY), now=DIGGING, by=NOBODY)

"""The release of a damaged site: what lets the digging go on, and what ends it."""

from datetime import datetime
from typing import Any

import pytest

from domain.audit import Actor, Author, Change
from domain.digging import DamageFound, Release, check_site, release, report_damage
from domain.errors import RejectedError
from domain.following import Answer, respond
from domain.moving import next_turn
from domain.responses import Outcome, ResponseStatus
from domain.submitting import close
from domain.ticket import Ticket, TicketStatus
from tests.domain.lives import (
    AFTER,
    ANSWERED,
    CHECK,
    DANA,
    DIGGING,
    EXPIRY,
    LATE,
    SECOND,
    START,
    make_life,
    make_response,
    taken,
)

Status = TicketStatus
NOBODY = Author(actor=Actor.USER)
FOUND: dict[str, Any] = {
    "occurred_at": ANSWERED,
    "place": "Rear easement",
    "facility": "gas service",
}


def damaged(ticket: Ticket, *, now: datetime = DIGGING, **found: Any) -> Change:
    return report_damage(
        ticket, DamageFound.model_validate({**FOUND, **found}), now=now, by=DANA
    )


def released(ticket: Ticket, *, now: datetime = DIGGING, **said: Any) -> Change:
    given = {"released_by": "Lee Park", "dig_up_ticket_number": "2606500009", **said}
    return release(ticket, Release.model_validate(given), now=now, by=DANA)


@pytest.mark.parametrize(
    ("status", "now", "target"),
    [
        (Status.READY_TO_DIG, DIGGING, Status.READY_TO_DIG),
        (Status.READY_TO_DIG, LATE, Status.EXPIRING),
        (Status.READY_TO_DIG, EXPIRY, Status.EXPIRED),
        (Status.RESPONSES_IN, START - SECOND, Status.DAMAGED),
        (Status.EXPIRED, AFTER, Status.EXPIRED),
    ],
)
def test_a_released_site_goes_on_where_nothing_else_is_missing(
    status: TicketStatus, now: datetime, target: TicketStatus
) -> None:
    """Never before its start, and never after its end."""
    looked = CHECK.model_copy(update={"checked_at": now})
    held = taken(damaged(make_life(status, site_check=looked), now=now))

    change = released(held, now=now)

    [damage] = change.ticket.damages
    assert change.ticket.status is target
    assert (damage.released_at, damage.released_by) == (now, "Lee Park")
    assert damage.dig_up_ticket_number == "2606500009"
    assert (change.event.action, change.event.notes) == (
        "damage_released",
        "Dana Ruiz: Lee Park releases the site, DigUp 2606500009.",
    )


def test_a_site_is_looked_at_again_after_its_release() -> None:
    """The repair has moved earth and marks: the check of before says nothing about it."""
    held = taken(damaged(make_life(Status.READY_TO_DIG)))
    later = DIGGING + SECOND
    freed = taken(released(held, now=later))

    change = check_site(
        freed, CHECK.model_copy(update={"checked_at": later}), now=later, by=DANA
    )

    assert freed.status is Status.DAMAGED
    assert change.ticket.status is Status.READY_TO_DIG


def test_a_site_released_before_its_start_is_ready_at_its_start() -> None:
    """Nobody has to come back and ask."""
    held = taken(damaged(make_life(Status.RESPONSES_IN), now=ANSWERED))
    freed = taken(released(held, now=ANSWERED))

    assert next_turn(freed, START - SECOND) is None
    change = next_turn(freed, START)

    assert change is not None
    assert change.ticket.status is Status.READY_TO_DIG


def test_a_released_site_waits_for_the_answers_that_are_open() -> None:
    """The line next to the damaged one is not marked yet."""
    delayed = [make_response(outcome=Outcome.DELAYED)]
    held = taken(damaged(make_life(Status.SUBMITTED, member_responses=delayed)))
    freed = taken(released(held))
    answer = Answer(member_code="ATM01", outcome=Outcome.MARKED)

    change = respond(freed, answer, now=DIGGING, by=DANA)

    assert freed.status is Status.DAMAGED
    assert change.ticket.status is Status.READY_TO_DIG
    assert change.ticket.response_status is ResponseStatus.COMPLETE


def test_several_damages_are_released_one_by_one() -> None:
    """Two operators: each speaks for its own line."""
    once = taken(damaged(make_life(Status.READY_TO_DIG)))
    twice = taken(damaged(once, facility="fiber"))
    first, second = (one.id for one in twice.damages)

    with pytest.raises(RejectedError, match=r"^Several damages are open[.]$") as no:
        released(twice)
    one = released(twice, damage_id=second)
    both = released(taken(one))

    assert first != second
    assert (no.value.field, no.value.remedy) == ("damage_id", "Name the one that is released.")
    assert no.value.suggested_values == (first, second)
    assert (one.ticket.status, both.ticket.status) == (Status.DAMAGED, Status.READY_TO_DIG)
    assert [damage.is_open for damage in one.ticket.damages] == [True, False]


def test_only_an_open_damage_is_released() -> None:
    """And by its DigUp ticket: without one the center was never told."""
    held = taken(damaged(make_life(Status.READY_TO_DIG)))
    freed = taken(released(held))

    with pytest.raises(RejectedError, match=r"^No such damage is open[.]$") as stranger:
        released(held, damage_id="nobody")
    with pytest.raises(RejectedError, match="No such damage is open") as none:
        released(freed)
    with pytest.raises(
        RejectedError, match=r"^The number of the DigUp ticket is not known[.]$"
    ) as unnumbered:
        released(held, dig_up_ticket_number=None)
    with pytest.raises(RejectedError, match="Nobody is named"):
        release(held, Release(released_by="Lee"), now=DIGGING, by=NOBODY)

    assert stranger.value.remedy == "Name the one that is released."
    assert none.value.remedy == "Nothing is held."
    assert (unnumbered.value.field, unnumbered.value.remedy) == (
        "dig_up_ticket_number",
        "Report the damage to the center and give the number of its ticket.",
    )


def test_a_site_is_not_released_by_the_number_of_its_own_ticket() -> None:
    """The center gives each DigUp a number of its own."""
    held = taken(damaged(make_life(Status.READY_TO_DIG)))

    with pytest.raises(RejectedError, match="This is the number of the ticket itself"):
        released(held, dig_up_ticket_number="2606100001")


def test_the_number_that_was_given_with_the_damage_is_enough() -> None:
    """It was reported with its DigUp ticket; the later one, if there is one, counts."""
    held = taken(damaged(make_life(Status.READY_TO_DIG), dig_up_ticket_number="1"))

    same = released(held, dig_up_ticket_number=None).ticket.damages[0]
    newer = released(held, dig_up_ticket_number="2").ticket.damages[0]

    assert (same.dig_up_ticket_number, newer.dig_up_ticket_number) == ("1", "2")


# The end.


def test_a_damage_found_after_the_work_was_closed_is_held_all_the_same() -> None:
    """Closed and expired; in April somebody finds the scratched coating."""
    over = make_life(Status.EXPIRED, closed_at=LATE)

    held = taken(damaged(over, now=AFTER))

    assert held.status is Status.DAMAGED
    assert next_turn(held, AFTER) is None
    assert released(held, now=AFTER).ticket.status is Status.EXPIRED


def test_work_that_is_closed_over_a_damage_ends_with_its_life() -> None:
    """Nobody will release it any more, and nobody will dig."""
    held = taken(damaged(make_life(Status.READY_TO_DIG)))
    closed = taken(close(held, now=DIGGING, by=DANA))

    assert closed.status is Status.DAMAGED
    change = next_turn(closed, EXPIRY)
    assert change is not None
    assert change.ticket.status is Status.EXPIRED
    assert released(closed).ticket.status is Status.DAMAGED

"""The notice of a submitted ticket, corrected: every date moves, and the ticket with them."""

from datetime import datetime, timedelta

import pytest

from domain.audit import Actor, Author
from domain.errors import RejectedError
from domain.submitting import correct_notice
from domain.ticket import TicketStatus
from tests.builders import NOW
from tests.domain.lives import (
    AFTER,
    AGREEMENT,
    ANSWERED,
    DANA,
    DIGGING,
    EXPIRY,
    NOTICE,
    SECOND,
    START,
    make_life,
)

Status = TicketStatus
NOBODY = Author(actor=Actor.USER, name=" ")


def test_a_corrected_notice_moves_every_date_and_says_why() -> None:
    """It was given on Tuesday, not on Monday: everything is a day later."""
    ticket = make_life(Status.SUBMITTED, member_responses=[])
    tuesday = NOTICE + timedelta(days=1)

    change = correct_notice(ticket, tuesday, now=tuesday, by=DANA, reason="Misread.")

    after, event = change.ticket, change.event
    assert after.notice_at == tuesday
    assert after.earliest_lawful_start == tuesday + timedelta(days=2)
    assert after.expires_at == EXPIRY + timedelta(days=3)
    assert event.action == "notice_corrected"
    assert (event.notes or "").startswith(
        "Dana Ruiz: Misread. Notice given Tue 2026-03-03 10:00 CST. Earliest lawful start: "
    )
    assert {"notice_at", "expires_at", "earliest_lawful_start"} <= set(event.changed_fields)


def test_a_corrected_notice_is_computed_by_the_policy_of_its_own_day() -> None:
    """The policy that the ticket kept was that of the day that was wrong."""
    ticket = make_life(Status.SUBMITTED, member_responses=[])
    wrong = ticket.revised(now=NOTICE, policy_version="2031-01")

    change = correct_notice(wrong, NOTICE, now=DIGGING, by=DANA, reason="Misread.")

    assert (change.ticket.policy_version, change.ticket.expires_at) == ("2007-09", EXPIRY)


def test_a_notice_is_corrected_also_where_no_date_can_be_computed() -> None:
    """The county is misspelt: what is known is kept, and that it is not enough is said."""
    ticket = make_life(Status.SUBMITTED, member_responses=[])
    nowhere = ticket.revised(now=NOTICE, county="Bexer", center_start_at=DIGGING)

    change = correct_notice(nowhere, NOTICE, now=DIGGING, by=DANA, reason="Misread.")

    assert (change.event.notes or "").endswith(
        "No date can be computed: the time of the notice or the county is not known."
    )


def test_a_corrected_start_in_the_future_stops_the_digging() -> None:
    """Somebody digs by a start that was never lawful."""
    digging = make_life(Status.READY_TO_DIG)
    tuesday, thursday = NOTICE + timedelta(days=1), START + timedelta(hours=1)

    change = correct_notice(digging, tuesday, now=thursday, by=DANA, reason="Misread.")

    assert change.ticket.status is Status.RESPONSES_IN
    assert (change.event.from_status, change.event.to_status) == ("ReadyToDig", "ResponsesIn")


def test_a_notice_is_not_corrected_past_the_answers_to_it() -> None:
    """They would be the answers to another notice."""
    with pytest.raises(
        RejectedError, match=r"^A member has answered before this time: the answers would be "
    ) as no:
        correct_notice(
            make_life(Status.READY_TO_DIG),
            ANSWERED + SECOND,
            now=DIGGING,
            by=DANA,
            reason="Misread.",
        )

    assert (no.value.field, no.value.remedy) == (
        "notice_at",
        "If notice was given again, make a new ticket by `refresh`.",
    )
    exact = correct_notice(
        make_life(Status.SUBMITTED), ANSWERED, now=DIGGING, by=DANA, reason="Misread."
    )
    assert exact.ticket.notice_at == ANSWERED


def test_a_corrected_end_in_the_past_ends_the_ticket() -> None:
    """It was given two weeks earlier: nobody may dig for another second."""
    long_ago = NOTICE - timedelta(days=21)
    ticket = make_life(Status.READY_TO_DIG, created_at=long_ago)

    change = correct_notice(ticket, long_ago, now=DIGGING, by=DANA, reason="Misread.")

    assert change.ticket.status is Status.EXPIRED
    assert change.ticket.expires_at is not None
    assert change.ticket.expires_at < DIGGING


def test_a_correction_keeps_the_centers_start_and_the_agreements() -> None:
    """They are other people's words."""
    ticket = make_life(Status.SUBMITTED, center_start_at=DIGGING, life_agreements=[AGREEMENT])

    change = correct_notice(ticket, NOTICE, now=DIGGING, by=DANA, reason="Looked again.")

    assert change.ticket.expires_at == AGREEMENT.until
    assert change.ticket.earliest_lawful_start == DIGGING
    assert "The center gives a later start" in (change.event.notes or "")


@pytest.mark.parametrize("notice_at", [NOW - SECOND, DIGGING + SECOND], ids=["early", "future"])
def test_a_notice_is_corrected_to_a_possible_time_only(notice_at: datetime) -> None:
    """Before the ticket there was nothing to notify, and the future is not known."""
    with pytest.raises(RejectedError, match="The notice must have been given after") as no:
        correct_notice(
            make_life(Status.SUBMITTED), notice_at, now=DIGGING, by=DANA, reason="Misread."
        )

    assert (no.value.field, no.value.remedy) == (
        "notice_at",
        "Give the time at which the center took the notice.",
    )


@pytest.mark.parametrize(
    ("status", "now"),
    [
        (Status.READY, DIGGING),
        (Status.EXPIRED, AFTER),
        (Status.CANCELLED, DIGGING),
        (Status.DAMAGED, DIGGING),
        # Its turn has not been made yet, but its life has ended.
        (Status.READY_TO_DIG, EXPIRY),
    ],
)
def test_no_correction_brings_a_dead_ticket_back(status: TicketStatus, now: datetime) -> None:
    """Expired ends the right to dig for ever."""
    with pytest.raises(RejectedError, match=f"The notice of a {status} ticket") as no:
        correct_notice(make_life(status), DIGGING, now=now, by=DANA, reason="Misread.")

    assert (no.value.field, no.value.remedy) == (
        "status",
        "Correct it while the ticket is in force.",
    )
    with pytest.raises(RejectedError, match="Nobody is named"):
        correct_notice(make_life(status), NOTICE, now=now, by=NOBODY, reason="Misread.")

"""What a user is told first is true: by the status, the type, and what stops the dig."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from api.dates import dates_of
from api.sentences import View, sentence_for
from domain.ticket import Ticket, TicketStatus
from tests.builders import NOW, make_ticket
from tests.domain.lives import ANSWERED, DIGGING, NOTICE, make_life


def said_of(ticket: Ticket, now: datetime = NOW) -> str:
    return sentence_for(View(ticket, dates_of(ticket, now), now))


def pending(**fields: Any) -> Ticket:
    return make_ticket(status="ValidPendingConfirm", last_validated_at=NOW, **fields)


@pytest.mark.parametrize("kind", ["Survey/Design", "No Response", "Dig Up", "Recall"])
def test_a_type_that_permits_no_digging_promises_no_date(kind: str) -> None:
    """Before the notice and after it."""
    number = {"previous_ticket_number": "2606100000", "damage_claim_number": "D-1"}

    before = said_of(pending(ticket_type=kind, **number))
    after = said_of(
        make_life(TicketStatus.SUBMITTED).model_copy(update={"ticket_type": kind}), ANSWERED
    )

    for told in (before, after):
        assert f"A {kind} ticket permits no digging" in told
        assert "allows digging" not in told
        assert "not known yet" not in told


def test_a_notice_that_could_be_given_now_tells_from_when_on_it_allows_digging() -> None:
    assert "allows digging from Thursday, March 5, 2026 at 12:00 AM CST" in said_of(pending())


@pytest.mark.parametrize("status", [TicketStatus.SUBMITTED, TicketStatus.READY_TO_DIG])
def test_the_end_of_the_work_and_a_newer_ticket_come_first(status: TicketStatus) -> None:
    """Whatever the status says."""
    ticket = make_life(status)

    closed = said_of(ticket.model_copy(update={"closed_at": DIGGING}), DIGGING)
    superseded = said_of(ticket.model_copy(update={"superseded_by_number": "26099"}), DIGGING)

    assert closed.startswith("The work was closed as finished")
    assert superseded.startswith("The center has ticket 26099 in the place of this one")


def test_what_is_missing_beside_the_start_is_told() -> None:
    """The members, and whether the list of them is there at all."""
    ticket = make_life(TicketStatus.SUBMITTED, member_responses=[])
    nobody = ticket.model_copy(update={"members": [], "member_list_missing": True})

    assert "Nobody may dig before Thursday, March 5" in said_of(ticket, ANSWERED)
    assert "Still missing for digging:" in said_of(ticket, ANSWERED)
    assert "Nobody may dig before" not in said_of(ticket, DIGGING)
    assert "Which members were notified is not recorded." in said_of(nobody, ANSWERED)


def test_the_site_check_is_told_where_all_have_answered() -> None:
    ticket = make_life(TicketStatus.RESPONSES_IN).model_copy(update={"site_check": None})

    assert "site" in said_of(ticket, DIGGING).partition("Still missing for digging:")[2]


def test_a_submitted_emergency_is_told_to_wait_for_nobody() -> None:
    """251.155 lets it begin; that it does is recorded by a person."""
    emergency = make_life(TicketStatus.SUBMITTED).model_copy(
        update={
            "ticket_type": "Emergency",
            "emergency_justification": "Gas blows in the street",
            "earliest_lawful_start": NOTICE,
        }
    )

    told = said_of(emergency, NOTICE + timedelta(minutes=5))

    assert "Nobody may dig before" not in told
    assert "every operator has answered" not in told


def test_a_dig_that_must_stop_is_not_said_to_be_allowed() -> None:
    """The status follows within moments; the sentence does not wait for it."""
    ticket = make_life(TicketStatus.READY_TO_DIG)
    unchecked = ticket.model_copy(update={"members": [], "member_list_missing": True})

    assert said_of(ticket, DIGGING).startswith("Digging may begin.")
    assert said_of(unchecked, DIGGING).startswith("Nobody may dig now.")


def test_the_time_of_the_notice_is_read_back_by_both_clocks() -> None:
    """In El Paso they differ."""
    ticket = make_life(TicketStatus.SUBMITTED).model_copy(update={"county": "El Paso"})

    told = said_of(ticket, ANSWERED)

    assert (
        "Monday, March 2, 2026 at 9:00 AM MST (Monday, March 2, 2026 at 10:00 AM CST)" in told
    )

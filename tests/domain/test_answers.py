"""To record what a member answered: what is taken, what is refused, where it puts the ticket."""

from datetime import datetime
from typing import Any

import pytest

from domain.audit import Change, event_id
from domain.following import Answer, respond
from domain.responses import Outcome, ResponseStatus, ResponseType
from domain.ticket import Ticket, TicketStatus
from tests.domain.lives import (
    AFTER,
    ANSWERED,
    DANA,
    DIGGING,
    EMERGENCY,
    EXPIRY,
    GAS,
    LATE,
    NOTICE,
    POWER,
    SECOND,
    START,
    make_life,
    taken,
)

Status = TicketStatus
SILENT: dict[str, Any] = {"members": [GAS, POWER], "member_responses": []}


def answered(ticket: Ticket, *, now: datetime = ANSWERED, **said: Any) -> Change:
    """Return the ticket with one answer, of the gas company if no other is named."""
    given = {"member_code": "ATM01", **said}
    return respond(ticket, Answer.model_validate(given), now=now, by=DANA)


def submitted(**fields: Any) -> Ticket:
    return make_life(Status.SUBMITTED, **{**SILENT, **fields})


def test_an_answer_is_kept_as_it_was_given() -> None:
    """It is evidence: whose, about what, when, in whose words."""
    ticket = submitted()
    said: dict[str, Any] = {
        "member_code": " atm-01",
        "facility": "GAS",
        "center_code": "Located - Facilities Marked",
        "response_date": ANSWERED - SECOND,
        "response_text": "Marked in yellow.",
        "marking_color": "yellow",
        "marking_instructions": "See flags.",
        "requires_standby": True,
        "standby_contact": "Lee Park",
        "standby_phone": "512-555-0199",
        "special_instructions": "Hand dig.",
    }

    change = answered(ticket, **said)

    [response] = change.ticket.member_responses
    assert response.model_dump() == {
        **said,
        "id": response.id,
        "member_code": "ATM01",
        "member_name": "Atmos Energy",
        "facility": "gas",
        "outcome": Outcome.MARKED,
        "is_late": False,
        "response_type": ResponseType.POSITIVE,
        "clearance_granted": True,
        "received_at": ANSWERED,
        "processed_at": ANSWERED,
    }
    event = change.event
    assert (event.action, event.id) == ("response_recorded", event_id(ticket.id, 1))
    assert event.notes == ("Dana Ruiz: ATM01 (gas) answered Marked, Wed 2026-03-04 08:59 CST.")
    assert event.changed_fields == ["response_status", "member_responses"]
    assert event.field_changes["response_status"] == {"before": "Pending", "after": "Partial"}
    assert event.compliance_relevant


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_outcome_has_the_specifications_word_and_clears_only_if_it_closes(
    outcome: Outcome,
) -> None:
    """Other tools of the customer read `response_type` and `clearance_granted`."""
    words = {
        Outcome.MARKED: ResponseType.POSITIVE,
        Outcome.MARKED_TO_METER: ResponseType.POSITIVE,
        Outcome.CLEAR: ResponseType.CLEAR,
        Outcome.NO_MARK_NEEDED: ResponseType.CLEAR,
        Outcome.SELF_LOCATE: ResponseType.CLEAR,
        Outcome.STANDBY_REQUIRED: ResponseType.STANDBY,
    }

    [response] = answered(submitted(), outcome=outcome).ticket.member_responses

    assert response.response_type is words.get(outcome, ResponseType.NEGATIVE)
    assert response.clearance_granted is outcome.is_closing
    assert (response.response_date, response.facility) == (ANSWERED, None)


def test_the_last_open_answer_moves_the_ticket_on() -> None:
    """Before the lawful start it waits for it; after it, it is ready."""
    ticket = taken(answered(submitted(), outcome="Marked"))
    assert (ticket.status, ticket.response_status) == (Status.SUBMITTED, ResponseStatus.PARTIAL)
    ticket = taken(answered(ticket, member_code="ONC01", facility="fiber", outcome="Clear"))

    waits = answered(ticket, member_code="ONC01", facility="electric", outcome="Clear")
    digs = answered(
        ticket, member_code="ONC01", facility="electric", outcome="Clear", now=DIGGING
    )

    assert (waits.event.from_status, waits.event.to_status) == ("Submitted", "ResponsesIn")
    assert (digs.event.from_status, digs.event.to_status) == ("Submitted", "ReadyToDig")
    assert waits.ticket.response_status is ResponseStatus.COMPLETE
    assert waits.ticket.positive_response_at == ANSWERED
    assert digs.ticket.expires_at == waits.ticket.expires_at == ticket.expires_at == EXPIRY


@pytest.mark.parametrize(
    ("status", "now"),
    [(Status.RESPONSES_IN, ANSWERED), (Status.READY_TO_DIG, DIGGING), (Status.EXPIRING, LATE)],
)
def test_a_reopened_answer_stops_what_it_had_allowed(
    status: TicketStatus, now: datetime
) -> None:
    """The member found another line: whoever digs on may strike it."""
    change = answered(make_life(status), outcome="InConflict", now=now)

    assert (change.ticket.status, change.ticket.positive_response_at) == (
        Status.SUBMITTED,
        None,
    )
    assert change.ticket.response_status is ResponseStatus.PARTIAL


def test_an_older_answer_that_comes_later_changes_nothing_that_counts() -> None:
    """Somebody types in on Friday what the newer answer of Wednesday has overtaken."""
    digging = make_life(Status.READY_TO_DIG, response_status="Complete")

    change = answered(digging, outcome="Delayed", response_date=ANSWERED - SECOND, now=DIGGING)

    assert change.ticket.status is Status.READY_TO_DIG
    assert change.ticket.response_status is ResponseStatus.COMPLETE
    assert len(change.ticket.member_responses) == 2


def test_a_late_answer_stays_late_and_moves_no_date() -> None:
    """Old tools counted the life of the ticket from the last answer."""
    ticket = submitted()

    in_time = answered(ticket, outcome="Marked", now=START)
    late = answered(ticket, outcome="Marked", now=START + SECOND)
    typed_late = answered(ticket, outcome="Marked", response_date=ANSWERED, now=DIGGING)

    assert [
        change.ticket.member_responses[0].is_late for change in (in_time, late, typed_late)
    ] == [False, True, False]
    assert late.event.notes == (
        "Dana Ruiz: ATM01 answered Marked, late, Thu 2026-03-05 00:00 CST."
    )
    dates = ("earliest_lawful_start", "expires_at", "refresh_by_at", "response_due_at")
    assert [getattr(late.ticket, name) for name in dates] == [
        getattr(ticket, name) for name in dates
    ]
    corrected = late.ticket.revised(now=DIGGING, response_due_at=AFTER)
    assert corrected.member_responses[0].is_late


def test_an_answer_within_an_extension_is_in_time() -> None:
    """The operator declared extraordinary circumstances (251.158)."""
    extended = GAS.model_copy(update={"extended_until": DIGGING})

    change = answered(submitted(members=[extended]), outcome="Marked", now=DIGGING)

    assert not change.ticket.member_responses[0].is_late
    endless = answered(submitted(**EMERGENCY), outcome="Marked", now=DIGGING)
    assert not endless.ticket.member_responses[0].is_late


def test_the_answers_to_an_emergency_come_in_while_it_is_dug() -> None:
    """It did not wait for them, and they take nothing back."""
    digging = make_life(Status.READY_TO_DIG, **EMERGENCY, **SILENT)

    change = answered(digging, outcome="Delayed", now=NOTICE)

    assert change.ticket.status is Status.READY_TO_DIG
    assert change.ticket.response_status is ResponseStatus.PARTIAL


def test_each_answer_has_an_id_that_a_rerun_gives_again() -> None:
    """The same answer to the same version is the same statement; the next is another."""
    ticket = submitted()
    first = answered(ticket, outcome="Marked")
    second = answered(taken(first), outcome="Clear")

    assert answered(ticket, outcome="Marked") == first
    ids = [one.id for one in second.ticket.member_responses]
    assert len(set(ids)) == 2
    assert ids[0] == first.ticket.member_responses[0].id


def test_a_held_or_expired_ticket_still_takes_answers() -> None:
    """They are evidence, and after a release they count."""
    held = answered(make_life(Status.DAMAGED, **SILENT), outcome="Marked", now=DIGGING)
    over = answered(make_life(Status.EXPIRED, **SILENT), outcome="Marked", now=AFTER)

    assert (held.ticket.status, over.ticket.status) == (Status.DAMAGED, Status.EXPIRED)
    assert held.ticket.response_status is ResponseStatus.DAMAGED
    assert over.ticket.expires_at == EXPIRY

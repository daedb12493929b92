"""Where what was just recorded puts a ticket, and what is put right: answers, dates, silence."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.audit import Actor
from domain.moving import as_of, explained, next_turn, settled
from domain.responses import Member, Outcome, ResponseStatus
from domain.ticket import Ticket, TicketStatus
from tests.builders import NOW, make_draft
from tests.domain.lives import (
    AFTER,
    AGREEMENT,
    ANSWERED,
    CHECK,
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
    START,
    make_life,
    make_response,
    taken,
)

Status = TicketStatus
OPEN = {"member_responses": [make_response(outcome=Outcome.DELAYED)]}
UNSAFE_SITE = {"site_check": CHECK.model_copy(update={"no_unmarked_lines_seen": False})}

SETTLED: list[tuple[TicketStatus, dict[str, Any], datetime, TicketStatus]] = [
    (Status.SUBMITTED, {}, ANSWERED, Status.RESPONSES_IN),
    (Status.SUBMITTED, {}, START, Status.READY_TO_DIG),
    (Status.SUBMITTED, {}, REFRESH_BY, Status.EXPIRING),
    (Status.SUBMITTED, {}, EXPIRY, Status.EXPIRED),
    (Status.SUBMITTED, OPEN, START, Status.SUBMITTED),
    (Status.SUBMITTED, OPEN, EXPIRY, Status.EXPIRED),
    (Status.SUBMITTED, {"member_responses": []}, AFTER - timedelta(days=1), Status.SUBMITTED),
    (Status.SUBMITTED, {"grounds": [GROUND]}, DIGGING, Status.SUBMITTED),
    (Status.SUBMITTED, {"closed_at": DIGGING}, DIGGING, Status.RESPONSES_IN),
    (Status.SUBMITTED, {**EMERGENCY, **OPEN}, DIGGING, Status.SUBMITTED),
    (Status.SUBMITTED, EMERGENCY, NOTICE, Status.READY_TO_DIG),
    (Status.RESPONSES_IN, {}, START - SECOND, Status.RESPONSES_IN),
    (Status.RESPONSES_IN, {}, START, Status.READY_TO_DIG),
    (Status.RESPONSES_IN, OPEN, START, Status.SUBMITTED),
    (Status.RESPONSES_IN, {"members": [GAS, POWER]}, START, Status.SUBMITTED),
    (Status.RESPONSES_IN, {"grounds": [GROUND]}, START, Status.SUBMITTED),
    (Status.RESPONSES_IN, {"site_check": None}, START, Status.RESPONSES_IN),
    (Status.READY_TO_DIG, {}, DIGGING, Status.READY_TO_DIG),
    (Status.READY_TO_DIG, OPEN, DIGGING, Status.SUBMITTED),
    (Status.READY_TO_DIG, {"members": [GAS, POWER]}, DIGGING, Status.SUBMITTED),
    (Status.READY_TO_DIG, {"grounds": [GROUND]}, DIGGING, Status.SUBMITTED),
    (Status.READY_TO_DIG, UNSAFE_SITE, DIGGING, Status.RESPONSES_IN),
    (Status.READY_TO_DIG, {"superseded_by_number": "2"}, DIGGING, Status.RESPONSES_IN),
    (
        Status.READY_TO_DIG,
        {"member_responses": [make_response(requires_standby=True)]},
        DIGGING,
        Status.RESPONSES_IN,
    ),
    (Status.READY_TO_DIG, {"center_start_at": LATE}, DIGGING, Status.RESPONSES_IN),
    (Status.READY_TO_DIG, {}, START - SECOND, Status.RESPONSES_IN),
    (Status.READY_TO_DIG, {}, LATE, Status.EXPIRING),
    (Status.READY_TO_DIG, {"closed_at": DIGGING}, LATE, Status.READY_TO_DIG),
    (Status.READY_TO_DIG, {**EMERGENCY, **OPEN}, DIGGING, Status.READY_TO_DIG),
    (Status.READY_TO_DIG, {**EMERGENCY, "grounds": [GROUND]}, DIGGING, Status.SUBMITTED),
    (Status.EXPIRING, {}, LATE, Status.EXPIRING),
    (Status.EXPIRING, {"life_agreements": [AGREEMENT]}, LATE, Status.READY_TO_DIG),
    (Status.EXPIRING, OPEN, LATE, Status.SUBMITTED),
    (Status.EXPIRING, {}, EXPIRY, Status.EXPIRED),
    (Status.DAMAGED, {"damages": [DAMAGE]}, DIGGING, Status.DAMAGED),
    (Status.DAMAGED, {"damages": [DAMAGE]}, AFTER, Status.DAMAGED),
    (Status.DAMAGED, {"damages": [RELEASED, DAMAGE]}, DIGGING, Status.DAMAGED),
    (Status.DAMAGED, {"damages": [RELEASED]}, DIGGING, Status.READY_TO_DIG),
    (Status.DAMAGED, {"damages": [RELEASED]}, START - SECOND, Status.DAMAGED),
    (Status.DAMAGED, {"damages": [RELEASED], **OPEN}, DIGGING, Status.DAMAGED),
    (Status.DAMAGED, {"damages": [RELEASED]}, LATE, Status.EXPIRING),
    (Status.DAMAGED, {"damages": [RELEASED]}, EXPIRY, Status.EXPIRED),
    (Status.EXPIRED, {}, AFTER, Status.EXPIRED),
    (Status.CANCELLED, {}, AFTER, Status.CANCELLED),
    (Status.READY, {}, AFTER, Status.READY),
]


@pytest.mark.parametrize(("status", "fields", "now", "target"), SETTLED, ids=str)
def test_a_ticket_goes_where_its_facts_put_it_and_stays_there(
    status: TicketStatus, fields: dict[str, Any], now: datetime, target: TicketStatus
) -> None:
    """Nobody has to ask for it, and to ask twice changes nothing more."""
    ticket = settled(make_life(status, **fields), now)

    assert ticket.status is target
    assert ticket.updated_at == now
    assert settled(ticket, now) == ticket


def test_the_answers_are_counted_and_dated_anew() -> None:
    """When the last answer closed is when it was given, not when it was typed in."""
    answers = [make_response(), make_response("ONC01", None, at=ANSWERED + SECOND)]
    ticket = make_life(Status.SUBMITTED, members=[GAS, POWER], member_responses=answers)

    done = settled(ticket, DIGGING)
    reopened = settled(done.revised(now=DIGGING, **OPEN), DIGGING)

    assert done.response_status is ResponseStatus.COMPLETE
    assert done.positive_response_at == ANSWERED + SECOND
    assert reopened.response_status is ResponseStatus.NO_RESPONSE
    assert reopened.positive_response_at is None


@pytest.mark.parametrize("unknown", [{"members": []}, {"member_list_missing": True}], ids=str)
def test_answers_of_unknown_members_are_no_positive_response(unknown: dict[str, Any]) -> None:
    """Who is not on the list was not heard."""
    ticket = settled(make_life(Status.SUBMITTED, **unknown), DIGGING)

    assert (ticket.status, ticket.positive_response_at) == (Status.SUBMITTED, None)
    assert ticket.response_status is ResponseStatus.PARTIAL


# Silence.


def silent(*members: Member, **fields: Any) -> Ticket:
    """Return a submitted ticket of these members, none of whom has answered."""
    given = {"member_responses": [], **fields}
    return make_life(Status.SUBMITTED, members=list(members), **given)


def test_silence_is_told_when_the_answer_was_due_and_permits_nothing() -> None:
    """Somebody must be called, and the Railroad Commission be told."""
    ticket = silent(GAS, POWER)

    assert next_turn(ticket, START - SECOND) is None
    change = next_turn(ticket, START + SECOND)

    assert change is not None
    assert change.ticket == ticket.model_copy(
        update={"response_status": ResponseStatus.NO_RESPONSE, "updated_at": START + SECOND}
    )
    event = change.event
    assert (event.action, event.actor) == ("response_overdue", Actor.SYSTEM)
    assert (event.from_status, event.to_status) == ("Submitted", "Submitted")
    assert event.field_changes == {
        "response_status": {"before": "Pending", "after": "No Response"}
    }
    assert event.notes == (
        "Thu 2026-03-05 00:00 CST: no answer of ATM01 (gas), ONC01 (electric), ONC01 (fiber) "
        "when it was due. Give a second notice, and report it to the Railroad Commission "
        "(16 TAC 18.4(e), 18.5(c))."
    )
    assert next_turn(taken(change), EXPIRY - SECOND) is None


def test_only_who_was_due_is_named() -> None:
    """The operator that declared extraordinary circumstances (251.158) still has time."""
    extended = GAS.model_copy(update={"extended_until": DIGGING})

    change = next_turn(silent(extended, POWER), DIGGING - SECOND)

    assert change is not None
    assert "no answer of ONC01 (electric), ONC01 (fiber) when" in (change.event.notes or "")
    assert next_turn(silent(extended), DIGGING - SECOND) is None
    told = next_turn(silent(extended), DIGGING)
    assert ((told and told.event.notes) or "").startswith(
        "Fri 2026-03-06 09:00 CST: no answer of ATM01 (gas) when it was due."
    )


def test_silence_is_told_before_the_end_however_late_the_run() -> None:
    """It has to be reported, also where the worker was away until the ticket had expired."""
    first = next_turn(silent(GAS), AFTER)
    assert first is not None
    second = next_turn(taken(first), AFTER)

    assert (first.event.action, first.ticket.status) == ("response_overdue", Status.SUBMITTED)
    assert second is not None
    assert second.ticket.status is Status.EXPIRED


def test_an_answer_that_was_due_after_the_end_is_not_told_as_overdue() -> None:
    """The ticket ended first."""
    extended = GAS.model_copy(update={"extended_until": EXPIRY})

    change = next_turn(silent(extended), EXPIRY)

    assert change is not None
    assert (change.event.action, change.ticket.status) == ("time_passed", Status.EXPIRED)
    endless = silent(GAS, ticket_type="No Response")
    late = next_turn(endless, AFTER)
    assert late is not None
    assert late.event.action == "response_overdue"


# Dates.


def test_wrong_dates_are_put_right_and_explained() -> None:
    """Another tool wrote its own: the event names each, and the rule of every date."""
    wrong = make_life(Status.SUBMITTED, expires_at=AFTER, response_due_at=None, **OPEN)

    change = next_turn(wrong, ANSWERED)

    assert change is not None
    assert change.ticket == wrong.model_copy(
        update={"expires_at": EXPIRY, "response_due_at": START, "updated_at": ANSWERED}
    )
    assert change.event.action == "timestamps_recomputed"
    assert change.event.changed_fields == ["expires_at", "response_due_at"]
    assert change.event.notes == (
        "Computed again from the notice: response_due_at, expires_at. "
        + explained(change.ticket)
    )


def test_a_start_that_was_too_early_stops_the_digging_when_it_is_put_right() -> None:
    """Somebody digs by a date that the law does not give."""
    wrong = make_life(Status.READY_TO_DIG, center_start_at=LATE, earliest_lawful_start=START)

    change = next_turn(wrong, DIGGING)

    assert change is not None
    assert (change.ticket.status, change.ticket.earliest_lawful_start) == (
        Status.RESPONSES_IN,
        LATE,
    )


@pytest.mark.parametrize("status", [Status.READY, Status.EXPIRED, Status.CANCELLED])
def test_dates_of_a_ticket_that_is_not_in_force_are_left(status: TicketStatus) -> None:
    """They are history, or not yet."""
    assert next_turn(make_life(status, expires_at=AFTER), LATE) is None


@pytest.mark.parametrize(
    "fields", [{"notice_at": None}, {"policy_version": "2031-01"}], ids=str
)
def test_a_ticket_that_cannot_be_computed_keeps_its_dates_and_ends(
    fields: dict[str, Any],
) -> None:
    """Of the customer's shape, or of a newer version: one such ticket must not stop the sweep."""
    ticket = make_life(Status.READY_TO_DIG).revised(now=NOW, **fields)

    assert next_turn(ticket, DIGGING) is None
    change = next_turn(ticket.revised(now=NOW, refresh_by_at=None), EXPIRY)
    assert change is not None
    assert change.ticket.status is Status.EXPIRED


def test_each_date_is_explained_with_its_rule_and_source() -> None:
    """This is read back in a dispute."""
    said = explained(make_life(Status.SUBMITTED))

    assert said.startswith(
        "Earliest lawful start: Thu 2026-03-05 00:00 CST, A: 48 countable hours at the site after "
        "the notice (Tex. Util. Code 251.151(a)). Response due: Thu 2026-03-05 00:00 CST, A: "
    )
    assert " Expires: Fri 2026-03-20 23:59 CDT, A: the end of working day 14 after" in said
    assert said.endswith(" Policy 2007-09.")
    assert explained(make_draft()) == (
        "No date can be computed: the time of the notice or the county is not known."
    )


def test_a_ticket_can_be_seen_as_it_is_before_that_is_written() -> None:
    """Between an instant and the worker's run, nobody may be shown a ticket that has ended."""
    digging = make_life(Status.READY_TO_DIG)

    assert as_of(digging, DIGGING) == digging
    assert as_of(digging, LATE).status is Status.EXPIRING
    assert as_of(digging, AFTER).status is Status.EXPIRED

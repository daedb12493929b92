"""A further ticket for the same site: its own notice, chained to the old one."""

from datetime import timedelta
from typing import Any

import pytest

from domain.audit import Actor, Change, event_id
from domain.drafting import open_ticket
from domain.errors import RejectedError
from domain.facts import TicketFacts, TicketType
from domain.refreshing import FOLLOW_UPS, NOT_CARRIED_OVER, FollowUp, refresh
from domain.ticket import Ticket, TicketStatus
from tests.builders import make_extraction, make_order
from tests.domain.lives import AFTER, DANA, DIGGING, LATE, make_life

Status = TicketStatus
# What a ticket can say of a dig, with a value for each kind that matters here.
SAID: dict[str, Any] = {
    "previous_ticket_number": "2601500004",
    "expected_completion_on": "2026-03-09",
    "work_order_ref": "WO-7",
    "confirmed_fields": ["city", "planned_start_at"],
    "work_order_filename": "order.pdf",
    "extraction_confidence": 0.9,
}


def refreshed(
    status: TicketStatus = Status.READY_TO_DIG, kind: str = "Update", **fields: Any
) -> Change:
    ticket = make_life(status, **{**SAID, **fields})
    return refresh(ticket, FollowUp(TicketType(kind)), None, now=LATE, by=DANA)


def test_a_refresh_carries_the_facts_and_asks_the_dates_anew() -> None:
    """The same place and work, under a notice of its own (16 TAC 18.3(e))."""
    old = make_life(Status.READY_TO_DIG, **SAID)

    change = refresh(old, FollowUp(TicketType.UPDATE), None, now=LATE, by=DANA)

    new = change.ticket
    carried = set(TicketFacts.model_fields) - NOT_CARRIED_OVER
    assert {name: getattr(new, name) for name in carried} == {
        name: getattr(old, name) for name in carried
    }
    assert (new.planned_start_at, new.expected_completion_on) == (None, None)
    assert (new.ticket_type, new.previous_ticket_number) == (TicketType.UPDATE, "2606100001")
    assert (new.previous_ticket_id, new.work_order_id) == (old.id, "order-1")
    assert (new.work_order_filename, new.extraction_confidence) == ("order.pdf", 0.9)
    assert new.extracted_at == old.extracted_at
    assert new.created_at == new.updated_at == new.requested_at == LATE
    assert new.confirmed_fields == ["city"]
    assert new.status is Status.DRAFT
    assert "planned_start_at" in {gap.field for gap in new.open_gaps}


def test_nothing_of_the_old_notice_lives_on_in_the_new_ticket() -> None:
    """Not its number, its members, its answers or its dates: they would open the ground."""
    new = refreshed().ticket
    blank = Ticket(id="x", created_at=LATE, updated_at=LATE, requested_at=LATE)
    ours = {
        "texas811_ticket_number",
        "notice_at",
        "policy_version",
        "earliest_lawful_start",
        "expires_at",
        "members",
        "member_responses",
        "site_check",
        "confirmation",
        "response_status",
        "closed_at",
        "superseded_by_number",
        "version",
    }

    assert {name: getattr(new, name) for name in ours} == {
        name: getattr(blank, name) for name in ours
    }


def test_a_refresh_is_a_creation_and_says_of_what() -> None:
    """The chain of numbers is followed from one ticket to the next."""
    change = refreshed()

    event = change.event
    assert (event.action, event.actor) == ("ticket_created", Actor.USER)
    assert event.notes == "Update of 2606100001 (ticket ticket-1)."
    assert (event.from_status, event.to_status) == (None, "Draft")
    assert event.id == event_id(change.ticket.id, 1)
    assert event.ticket_id == change.ticket.id != "ticket-1"


def test_the_same_request_gives_the_same_new_ticket() -> None:
    """A client that lost our answer asks again; another kind or number is another ticket."""
    first = refreshed()

    assert refreshed() == first
    assert refreshed(kind="Update & Remark").ticket.id != first.ticket.id
    assert refreshed(version=7).ticket.id == first.ticket.id
    second = FollowUp(TicketType.UPDATE, 1)
    old = make_life(Status.READY_TO_DIG, **SAID)
    assert refresh(old, second, None, now=LATE, by=DANA).ticket.id != first.ticket.id
    assert refreshed(id="ticket-2").ticket.id != first.ticket.id


@pytest.mark.parametrize("kind", FOLLOW_UPS)
@pytest.mark.parametrize(
    "status", [Status.SUBMITTED, Status.RESPONSES_IN, Status.READY_TO_DIG, Status.EXPIRING]
)
def test_a_ticket_in_force_has_every_kind_of_follow_up(
    status: TicketStatus, kind: TicketType
) -> None:
    """The center takes each as a new request with a number of its own."""
    assert refreshed(status, kind).ticket.ticket_type is kind


@pytest.mark.parametrize("status", [Status.EXPIRED, Status.CANCELLED, Status.DAMAGED])
def test_a_life_that_has_ended_or_is_held_is_not_updated(status: TicketStatus) -> None:
    """There is nothing to extend; a new notice of the ordinary type is given."""
    for kind in ("Update", "Update & Remark"):
        with pytest.raises(RejectedError) as no:
            refreshed(status, kind)

        assert (no.value.problem, no.value.field, no.value.remedy) == (
            f"A {status} ticket cannot be updated: there is no life to extend.",
            "ticket_type",
            "Give notice anew with a Normal ticket.",
        )
        assert no.value.suggested_values == ("Normal",)
    for kind in ("Normal", "No Response", "Dig Up", "Recall"):
        assert refreshed(status, kind).ticket.previous_ticket_id == "ticket-1"


@pytest.mark.parametrize("kind", sorted(set(TicketType) - set(FOLLOW_UPS)))
def test_a_kind_that_follows_no_other_is_refused(kind: TicketType) -> None:
    """An emergency is justified by itself, never by an older ticket."""
    with pytest.raises(RejectedError) as no:
        refreshed(kind=kind)

    assert (no.value.problem, no.value.field, no.value.remedy) == (
        f"A {kind} ticket does not follow another.",
        "ticket_type",
        "Use one of Update, Update & Remark, Normal, No Response, Dig Up, Recall.",
    )
    assert no.value.suggested_values == FOLLOW_UPS


def test_a_ticket_that_the_center_does_not_know_is_not_followed() -> None:
    """It can still be edited itself."""
    with pytest.raises(RejectedError) as no:
        refreshed(Status.DRAFT, "Normal", texas811_ticket_number=None)

    assert (no.value.problem, no.value.field, no.value.remedy) == (
        "The center does not know this Draft ticket yet.",
        "status",
        "Edit the ticket itself, and submit it.",
    )


def test_a_refresh_is_validated_with_what_was_read() -> None:
    """What the work order suggests is offered again."""
    read = make_extraction(planned_start_at=None)
    old = open_ticket(make_order(), read, now=DIGGING).ticket.revised(
        now=DIGGING, status="Expired", texas811_ticket_number="1", city=None
    )

    new = refresh(
        old, FollowUp(TicketType.NORMAL), read, now=AFTER + timedelta(days=1), by=DANA
    ).ticket

    [gap] = [gap for gap in new.open_gaps if gap.field == "city"]
    assert gap.suggested_values == ["Austin"]

"""By when somebody must do something: one moment for each place in the life of a ticket."""

from datetime import UTC, datetime

from domain.ticket import Ticket, TicketStatus
from domain.urgency import due_at
from tests.builders import NOW
from tests.domain.lives import EMERGENCY, REFRESH_BY, START, make_life

# The planned start is Friday 08:00 at the site: 48 countable hours before it.
NOTICE_BY = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)


def due(ticket: Ticket) -> datetime | None:
    """Return by when somebody must do something about a ticket."""
    return due_at(
        ticket.status,
        ticket.ticket_type,
        ticket.county,
        lambda name: getattr(ticket, name),
        is_closed=ticket.closed_at is not None,
    )


def test_what_is_due_follows_the_life_of_a_ticket_from_planned_start_to_its_end() -> None:
    lives = [make_life(status) for status in TicketStatus]
    assert {one.status.value: due(one) for one in lives} == {
        **dict.fromkeys(
            ("Draft", "Extracting", "ValidatingFields", "ValidPendingConfirm", "Ready"),
            NOTICE_BY,
        ),
        "Submitted": START,
        "ResponsesIn": START,
        "ReadyToDig": REFRESH_BY,
        "Expiring": REFRESH_BY,
        "Expired": None,
        "Cancelled": None,
        "Damaged": NOW,
    }


def test_an_emergency_is_due_at_once_until_the_digging_has_begun() -> None:
    assert due(make_life(TicketStatus.DRAFT, **EMERGENCY)) == NOW
    assert due(make_life(TicketStatus.SUBMITTED, **EMERGENCY)) == NOW
    begun = make_life(TicketStatus.READY_TO_DIG, **EMERGENCY)
    assert due(begun) == begun.refresh_by_at


def test_finished_work_is_reminded_of_nothing_but_an_open_damage() -> None:
    closed = {
        status: due(make_life(status, closed_at=NOW))
        for status in (TicketStatus.EXPIRING, TicketStatus.DAMAGED)
    }
    assert closed == {TicketStatus.EXPIRING: None, TicketStatus.DAMAGED: NOW}
    assert due(make_life(TicketStatus.CANCELLED, **EMERGENCY)) is None

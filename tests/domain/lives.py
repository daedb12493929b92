"""Tickets at every point of their life, whole and lawful, to be spoilt in the point that matters.

The notice is given on Monday 2026-03-02, Texas Independence Day, at 10:00 Central. So the count
begins on Tuesday: the start is Thursday 2026-03-05 00:00, the last gap-free refresh the end of
Wednesday 2026-03-18, the end of life that of Friday 2026-03-20.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.audit import Actor, Author, Change
from domain.packet import packet_of
from domain.responses import Member, MemberResponse, Outcome
from domain.statements import (
    Cancellation,
    Confirmation,
    Damage,
    Ground,
    GroundReason,
    LifeAgreement,
    SiteCheck,
    Standby,
)
from domain.ticket import Ticket, TicketStatus
from domain.timestamps import timestamps_of
from tests.builders import NOW, make_ticket

NOTICE = NOW + timedelta(hours=1)
ANSWERED = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
START = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)
DIGGING = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
REFRESH_BY = datetime(2026, 3, 19, 4, 59, 59, tzinfo=UTC)
LATE = datetime(2026, 3, 19, 15, 0, tzinfo=UTC)
EXPIRY = datetime(2026, 3, 21, 4, 59, 59, tzinfo=UTC)
AFTER = EXPIRY + timedelta(hours=1)
SECOND = timedelta(seconds=1)

DANA = Author(actor=Actor.USER, name="Dana Ruiz")

GAS = Member(code="ATM01", name="Atmos Energy", facilities=["gas"])
POWER = Member(code="ONC01", name="Oncor", facilities=["electric", "fiber"])


def make_response(
    code: str = "ATM01",
    facility: str | None = "gas",
    outcome: Outcome = Outcome.MARKED,
    *,
    at: datetime = ANSWERED,
    **more: Any,
) -> MemberResponse:
    """Return an answer of a member."""
    return MemberResponse.model_validate(
        {
            "id": f"{code}/{facility}/{outcome}/{at.isoformat()}",
            "member_code": code,
            "member_name": code,
            "facility": facility,
            "outcome": outcome,
            "response_type": "Positive",
            "response_date": at,
            "received_at": at,
            **more,
        }
    )


CHECK = SiteCheck(
    checked_at=DIGGING,
    checked_by="Dana Ruiz",
    ticket_copy_on_site=True,
    place_verified=True,
    white_lines_verified=True,
    no_unmarked_lines_seen=True,
)
GROUND = Ground(
    id="ground-1",
    reason=GroundReason.MARKS_LOST,
    raised_at=DIGGING,
    raised_by="Dana Ruiz",
    notes="Rain.",
    answer_due_at=DIGGING + timedelta(hours=4),
)
DAMAGE = Damage(
    id="damage-1",
    occurred_at=DIGGING,
    place="Rear easement",
    facility="gas service",
    reported_at=DIGGING,
    reported_by="Dana Ruiz",
    dig_up_ticket_number="2606500009",
    notice_due_at=DIGGING + timedelta(hours=1),
    report_due_at=DIGGING + timedelta(days=30),
)
RELEASED = DAMAGE.model_copy(update={"released_at": DIGGING, "released_by": "Atmos"})
AGREEMENT = LifeAgreement(
    member_code="ATM01",
    until=datetime(2026, 4, 3, 22, 0, tzinfo=UTC),
    signed_on=date(2026, 3, 10),
    signed_by_excavator="Dana Ruiz",
    signed_by_operator="Lee Park",
    document="Binder 7",
)
STANDBY = Standby(
    member_code="ATM01", arranged_at=ANSWERED, arranged_by="Dana Ruiz", contact="Lee Park"
)
CANCELLATION = Cancellation(
    cancelled_at=DIGGING,
    cancelled_by="Dana Ruiz",
    reason="The job is off.",
    sent_to_center=True,
)

EMERGENCY: dict[str, Any] = {"ticket_type": "Emergency", "emergency_justification": "Gas leak"}

# All that a ticket can have gathered on its way; no guard has anything to object to it.
GATHERED: dict[str, Any] = {
    "work_order_id": "order-1",
    "extracted_at": NOW,
    "extraction_warnings": ["ocr_used: The document is a picture."],
    "last_validated_at": NOW,
    "texas811_ticket_number": "2606100001",
    "notice_at": NOTICE,
    "members": [GAS],
    "member_responses": [make_response()],
    "site_check": CHECK,
}


def taken(change: Change) -> Ticket:
    """Return the ticket of a change as the store holds it from now on."""
    return change.ticket.model_copy(update={"version": change.ticket.version + 1})


def confirmed_now(ticket: Ticket, *, emergency_attested: bool = True) -> Ticket:
    """Return the ticket with its packet confirmed."""
    confirmation = Confirmation(
        confirmed_at=NOW,
        confirmed_by="Dana Ruiz",
        emergency_attested=emergency_attested,
        packet_fingerprint=packet_of(ticket).fingerprint,
    )
    return ticket.revised(now=ticket.updated_at, confirmation=confirmation)


def make_life(status: TicketStatus, **fields: Any) -> Ticket:
    """Return a ticket in this status that has gathered everything, changed in what is given."""
    ticket = make_ticket(**{**GATHERED, "status": status, **fields})
    if "confirmation" not in fields:
        ticket = confirmed_now(ticket)
    dates = {name: at for name, at in timestamps_of(ticket).items() if name not in fields}
    return ticket.revised(now=ticket.updated_at, **dates)

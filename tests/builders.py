"""Whole and lawful examples, to be spoilt by the tests in the one point that matters.

Everything is invented. `NOW` is a Monday morning in Texas; time only moves if a test says so.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.audit import Actor, AuditEvent, Change, event_id, field_changes
from domain.extraction import DocumentKind, Extraction, Finding
from domain.facts import TicketFacts
from domain.ticket import Ticket
from domain.work_order import Submission, WorkOrder
from storage.store import Store

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)

# All that Texas811 needs to know: a ticket with these facts has no gap.
STATED: dict[str, Any] = {
    "company": "Caprock Line Builders",
    "contact_name": "Dana Ruiz",
    "phone": "512-555-0142",
    "email": "dana.ruiz@caprock.example.com",
    "address_line_1": "2200 Mesquite Rd",
    "city_state_zip": "Lubbock, TX 79401",
    "work_for": "Pedernales Light & Power",
    "type_of_work": "Replace power pole",
    "equipment_type": "Digger derrick",
    "county": "Travis",
    "city": "Austin",
    "address": "410 Bluebonnet Ln",
    "nearest_intersection": "Bluebonnet Ln and Pecan St",
    "work_area_description": "Within 10 ft of the pole in the rear easement",
    "marking_instructions": "Mark a 20 ft radius round the pole",
    "is_blasting": False,
    "is_boring": False,
    "white_lines_painted": True,
    "depth_inches": 72,
    # The notice is given on a legal holiday, so digging may begin on the Thursday.
    "planned_start_at": "2026-03-06T14:00:00Z",
    "duration_days": 2,
}


def make_facts(**stated: Any) -> TicketFacts:
    """Return the facts of a whole ticket, changed in what is given; None unsays a fact."""
    return TicketFacts.model_validate({**STATED, **stated})


def make_ticket(ticket_id: str = "ticket-1", **fields: Any) -> Ticket:
    """Return a whole ticket that was never stored, changed in what is given."""
    times = {"created_at": NOW, "updated_at": NOW, "requested_at": NOW}
    return Ticket.model_validate({**STATED, **times, "id": ticket_id, **fields})


def make_draft(ticket_id: str = "ticket-1", **fields: Any) -> Ticket:
    """Return a ticket that says nothing but what is given."""
    return Ticket.model_validate(
        {"id": ticket_id, "created_at": NOW, "updated_at": NOW, "requested_at": NOW, **fields}
    )


def make_event(ticket: Ticket, *, before: Ticket | None = None) -> AuditEvent:
    """Return the event that explains how the ticket came to be as it is."""
    changes = field_changes(before, ticket)
    return AuditEvent(
        id=event_id(ticket.id, ticket.version + 1),
        ticket_id=ticket.id,
        timestamp=ticket.updated_at,
        actor=Actor.USER,
        action="ticket_edited" if before else "ticket_created",
        to_status=ticket.status,
        changed_fields=list(changes),
        field_changes=changes,
    )


def make_change(ticket: Ticket, *, now: datetime = NOW, **edits: Any) -> Change:
    """Return the edit of a ticket as the store takes it; without edits, its creation."""
    before = ticket if edits else None
    after = ticket.revised(now=now, **edits)
    return Change(ticket=after, event=make_event(after, before=before))


def make_finding(value: Any, confidence: float = 0.95, **more: Any) -> Finding:
    """Return a value as the reader would give it."""
    return Finding(value=value, confidence=confidence, producer="label", **more)


def make_extraction(confidence: float = 0.95, **values: Any) -> Extraction:
    """Return what was read from a document: the whole ticket, changed in what is given.

    A value may be a `Finding`, or None for a field that the document does not show.
    """
    read = {name: value for name, value in {**STATED, **values}.items() if value is not None}
    return Extraction(
        reader_version="1",
        kind=DocumentKind.WORK_ORDER,
        fields={
            name: value if isinstance(value, Finding) else make_finding(value, confidence)
            for name, value in read.items()
        },
    )


def make_order(
    work_order_id: str = "order-1", *, document: bytes = b"", now: datetime = NOW, **fields: Any
) -> WorkOrder:
    """Return an accepted work order."""
    submission = Submission.model_validate(
        {"document": document, "filename": "order.pdf", **fields}
    )
    return submission.as_work_order(work_order_id=work_order_id, now=now)


def customer_json() -> dict[str, Any]:
    """Return a ticket as the specification's own code would have written it to its file.

    Its times are naive `utcnow()` put through `str`, its booleans default to False, and its
    `gap_count` was counted before a gap was resolved.
    """
    resolved = {
        "id": "11111111-2222-4333-8444-666666666666",
        "resolved_at": "2025-08-31 13:00:00",
    }
    return {
        **STATED,
        "id": "7b0d0f1e-6a8e-4c55-8f3a-0c9e5a1d2b3c",
        "status": "Draft",
        "created_at": "2025-08-31 11:59:59.123456",
        "updated_at": "2025-08-31 12:00:00",
        "requested_at": "2025-08-31 11:00:00",
        "ticket_type": "Update & Remark",
        "priority_level": "Rush",
        "is_trenchless": False,
        "white_lines_painted": False,
        "gps_coordinates": {"latitude": 30.2672, "longitude": -97.7431, "source": "manual"},
        "geometry": {
            "geometry_type": "Point",
            "geojson": {"type": "Point", "coordinates": [-97.7431, 30.2672]},
            "confidence": 0.8,
        },
        "validation_gaps": [CUSTOMER_GAP, CUSTOMER_GAP | resolved],
        "gap_count": 2,
        "member_responses": [CUSTOMER_RESPONSE],
    }


CUSTOMER_GAP: dict[str, Any] = {
    "id": "11111111-2222-4333-8444-555555555555",
    "category": "required_field",
    "field": "company",
    "problem": "field_missing",
    "severity": "required",
    "suggested_values": [],
    "created_at": "2025-08-31 12:00:00.000001",
}

CUSTOMER_RESPONSE: dict[str, Any] = {
    "id": "2f0a44a5-4f0e-4b43-9a0f-0a3b8f5b1a11",
    "member_code": "ATM",
    "member_name": "Atmos Energy",
    "response_type": "Clear",
    "response_date": "2025-09-02 08:15:00",
    "clearance_granted": True,
    "received_at": "2025-09-02 08:15:01",
}


async def tickets_in(store: Store) -> list[Ticket]:
    """Return all tickets of a store, by their ids."""
    return [await store.tickets.get(ticket_id) for ticket_id in sorted(store.tickets.ids())]

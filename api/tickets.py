"""Tickets: listed, and shown with their gaps, their history and what was read."""

from typing import Annotated, Self

from fastapi import APIRouter, Query, status
from pydantic import BaseModel, Field

from domain.audit import AuditEvent
from domain.deadlines import Deadlines
from domain.extraction import Extraction
from domain.gaps import ValidationGap
from domain.moment import Moment, StatedMoment
from domain.moving import as_of
from domain.readiness import Missing, why_not_ready
from domain.start import deadlines_if_sent
from domain.ticket import Ticket, TicketStatus, ValidationStatus
from domain.timestamps import deadlines_of
from jobs.job import Env
from jobs.turning import extraction_of
from jobs.validate_ticket import ValidateTicket
from storage.audit_reading import DamagedLine
from storage.entries import Entry
from storage.index import TicketQuery

PAGE_SIZE_MAX = 100
ASKED_CHARACTERS_MAX = 200


class TicketList(BaseModel):
    """Which tickets are asked for, and which part of their list."""

    status: TicketStatus | None = None
    county: str | None = Field(None, max_length=ASKED_CHARACTERS_MAX)
    company: str | None = Field(None, max_length=ASKED_CHARACTERS_MAX)
    month: str | None = Field(None, description="Of the last change, in UTC: YYYY-MM.")
    expiring_before: StatedMoment | None = None
    text: str | None = Field(
        None,
        max_length=ASKED_CHARACTERS_MAX,
        description="Words that all stand in the ticket; three letters of one are enough.",
    )
    limit: int = Field(PAGE_SIZE_MAX, ge=1, le=PAGE_SIZE_MAX)
    offset: int = Field(0, ge=0)

    @property
    def query(self) -> TicketQuery:
        return TicketQuery(**self.model_dump(exclude={"limit", "offset"}))


class TicketLine(BaseModel):
    """One ticket in a list."""

    id: str
    status: TicketStatus
    validation_status: ValidationStatus
    gap_count: int
    extraction_confidence: float
    company: str | None
    county: str | None
    city: str | None
    type_of_work: str | None
    work_order_ref: str | None
    work_order_filename: str | None
    updated_at: Moment

    @classmethod
    def of(cls, ticket: Ticket | Entry) -> Self:
        return cls.model_validate({name: getattr(ticket, name) for name in cls.model_fields})


class TicketPage(BaseModel):
    """A part of the list, the latest change first. `damaged` names files that cannot be read."""

    tickets: list[TicketLine]
    total: int
    damaged: list[str]


class TicketView(BaseModel):
    """A ticket with everything that is known about it.

    `next_question` is the prompt of the first open gap, the required ones first. `deadlines`
    explains the dates that follow from the notice; before it, those that a notice given now
    would have. `missing_for_digging` is every condition of lawful digging that is not met now.
    `damaged_history` names lines of the audit log that cannot be believed.
    """

    ticket: Ticket
    version: int
    open_gaps: list[ValidationGap]
    next_question: str | None
    deadlines: Deadlines | None
    missing_for_digging: list[Missing]
    history: list[AuditEvent]
    damaged_history: list[DamagedLine]
    extraction: Extraction | None


async def view_ticket(env: Env, ticket: Ticket) -> TicketView:
    """Return a ticket with its gaps, history, and what was read from its work order."""
    gaps, now = ticket.open_gaps, env.clock()
    history = await env.store.history(ticket.id)
    return TicketView(
        ticket=ticket,
        version=ticket.version,
        open_gaps=gaps,
        next_question=gaps[0].suggested_prompt if gaps else None,
        deadlines=deadlines_of(ticket) or deadlines_if_sent(ticket, now),
        missing_for_digging=why_not_ready(ticket, now),
        history=history.events,
        damaged_history=history.damaged,
        extraction=await extraction_of(env, ticket),
    )


def routes(env: Env) -> APIRouter:
    """Return the routes of tickets over this store and queue."""
    router = APIRouter(tags=["tickets"])

    @router.get("/tickets")
    async def list_tickets(asked: Annotated[TicketList, Query()]) -> TicketPage:
        """List tickets, the latest change first; what is asked must all be true of a ticket."""
        page = await env.store.index.find(asked.query, limit=asked.limit, offset=asked.offset)
        return TicketPage(
            tickets=[TicketLine.of(entry) for entry in page.entries],
            total=page.total,
            damaged=page.damaged,
        )

    @router.post("/tickets/{ticket_id:path}/validate", status_code=status.HTTP_202_ACCEPTED)
    async def validate_ticket(ticket_id: str) -> TicketLine:
        """Have a ticket validated again by the rules of today."""
        ticket = await env.store.tickets.get(ticket_id)
        await env.queue.put(ValidateTicket(ticket_id=ticket.id))
        return TicketLine.of(ticket)

    @router.get("/tickets/{ticket_id:path}")
    async def get_ticket(ticket_id: str) -> TicketView:
        """Show a ticket with its gaps, its history, and what was read with which confidence."""
        # Nobody may read that digging is lawful because a worker is late.
        ticket = as_of(await env.store.tickets.get(ticket_id), env.clock())
        return await view_ticket(env, ticket)

    return router

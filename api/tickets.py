"""A ticket shown with its gaps, its history and what was read."""

from typing import Self

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from api.auth import needs
from api.bodies import Edit, Replies, author_of
from api.dates import DateLine, dates_of
from api.routing import Router
from api.versions import IfMatch, agreed_version, etag_of
from domain.access import Permission
from domain.audit import AuditEvent
from domain.deadlines import Deadlines
from domain.extraction import Extraction
from domain.gaps import ValidationGap
from domain.location import Geometry
from domain.moment import Moment
from domain.moving import as_of
from domain.packet import PacketSection, sections_of
from domain.readiness import Missing, why_not_ready
from domain.start import deadlines_if_sent
from domain.taking import Refusal
from domain.ticket import Ticket, TicketStatus, ValidationStatus
from domain.timestamps import deadlines_of
from jobs.job import Env
from jobs.taking import take_turn, validate
from jobs.turning import extraction_of
from storage.audit_reading import DamagedLine
from storage.entry import Entry


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


class TicketView(BaseModel):
    """A ticket with everything that is known about it.

    `next_question` is the prompt of the first open gap, the required ones first. `deadlines`
    explains the dates that follow from the notice; before it, those that a notice given now
    would have. `missing_for_digging` is every condition of lawful digging that is not met now.
    `dates` are the same as `deadlines`, as they hold, and in words. `packet` is what will be keyed in, as
    far as it can be filled. `damaged_history` names lines of the audit log that cannot be believed.
    """

    ticket: Ticket
    version: int
    status: TicketStatus
    dates: list[DateLine]
    geometry: Geometry | None
    packet: tuple[PacketSection, ...]
    open_gaps: list[ValidationGap]
    next_question: str | None
    deadlines: Deadlines | None
    missing_for_digging: list[Missing]
    history: list[AuditEvent]
    damaged_history: list[DamagedLine]
    extraction: Extraction | None


class AnsweredView(TicketView):
    """The ticket after its answers, what was refused, and which questions stay open."""

    refused: list[Refusal]
    left_open: list[str]


async def view_ticket(env: Env, ticket: Ticket) -> TicketView:
    """Return a ticket with its gaps, history, and what was read from its work order."""
    gaps, now = ticket.open_gaps, env.clock()
    history = await env.store.history(ticket.id)
    return TicketView(
        ticket=ticket,
        version=ticket.version,
        status=ticket.status,
        dates=dates_of(ticket, now),
        geometry=ticket.geometry,
        packet=sections_of(ticket),
        open_gaps=gaps,
        next_question=gaps[0].suggested_prompt if gaps else None,
        deadlines=deadlines_of(ticket) or deadlines_if_sent(ticket, now),
        missing_for_digging=why_not_ready(ticket, now),
        history=history.events,
        damaged_history=history.damaged,
        extraction=await extraction_of(env, ticket),
    )


def routes(env: Env) -> APIRouter:
    """Return the routes of one ticket over this store."""
    router = Router(tags=["tickets"])
    router.include_router(_drafting(env))  # the last path below would swallow them

    @router.get("/tickets/{ticket_id:path}", dependencies=[needs(Permission.READ)])
    async def get_ticket(ticket_id: str, response: Response) -> TicketView:
        """Show a ticket with its gaps, its history, and what was read with which confidence."""
        # Nobody may read that digging is lawful because a worker is late.
        ticket = as_of(await env.store.tickets.get(ticket_id), env.clock())
        response.headers["ETag"] = etag_of(ticket)
        return await view_ticket(env, ticket)

    return router


def _drafting(env: Env) -> APIRouter:
    router = Router(dependencies=[needs(Permission.DRAFT)])

    @router.post("/tickets/{ticket_id:path}/validate")
    async def validate_ticket(
        ticket_id: str, request: Request, response: Response
    ) -> TicketView:
        """Validate a ticket again by the rules of today, at once, and show it."""
        ticket = await validate(env, ticket_id, by=author_of(request, Edit()))
        response.headers["ETag"] = etag_of(ticket)
        return await view_ticket(env, ticket)

    @router.post("/tickets/{ticket_id:path}/answers")
    async def answer_gaps(
        ticket_id: str,
        body: Replies,
        request: Request,
        response: Response,
        if_match: IfMatch = None,
    ) -> AnsweredView:
        """Answer open gaps in words; what one answer refuses does not lose the others."""
        by, version = author_of(request, body), agreed_version(if_match, body.version)
        ticket, taken = await take_turn(env, ticket_id, body.said, by=by, version=version)
        response.headers["ETag"] = etag_of(ticket)
        view = await view_ticket(env, ticket)
        return AnsweredView(**dict(view), refused=taken.refused, left_open=taken.left_open)

    return router

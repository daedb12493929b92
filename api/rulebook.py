"""What the rules say: the dates of a notice, what is missing for digging, what is submitted."""

from fastapi import APIRouter
from pydantic import BaseModel, JsonValue

from api.auth import needs
from api.routing import Router
from domain.access import Permission
from domain.deadlines import Deadlines, deadlines
from domain.facts import TicketType
from domain.moment import Moment, StatedMoment
from domain.moving import as_of
from domain.open_ticket.writing import open_ticket_of
from domain.packet import Packet, packet_of
from domain.readiness import Missing, why_not_ready
from domain.texas import required_county
from domain.ticket import TicketStatus
from jobs.job import Env


class Readiness(BaseModel):
    """Whether digging is lawful at a moment, and everything that is missing for it."""

    at: Moment
    is_ready: bool
    status: TicketStatus
    missing: list[Missing]


def routes(env: Env) -> APIRouter:
    """Return the routes of the rulebook over this store."""
    router = Router(tags=["rules"], dependencies=[needs(Permission.READ)])

    @router.get("/tickets/{ticket_id:path}/readiness")
    async def get_readiness(ticket_id: str, at: StatedMoment | None = None) -> Readiness:
        """Tell what is missing for lawful digging, now or at another moment."""
        moment = at or env.clock()
        ticket = as_of(await env.store.tickets.get(ticket_id), moment)
        missing = why_not_ready(ticket, moment)
        return Readiness(at=moment, is_ready=not missing, status=ticket.status, missing=missing)

    @router.get("/tickets/{ticket_id:path}/packet")
    async def get_packet(ticket_id: str) -> Packet:
        """Show what a person keys into the portal, in the portal's order."""
        return packet_of(await env.store.tickets.get(ticket_id))

    @router.get("/tickets/{ticket_id:path}/open-ticket")
    async def get_open_ticket(ticket_id: str) -> dict[str, JsonValue]:
        """Show the ticket as Open Ticket 1.0 JSON."""
        return open_ticket_of(await env.store.tickets.get(ticket_id))

    @router.get("/deadlines")
    async def get_deadlines(
        at: StatedMoment, county: str, ticket_type: TicketType = TicketType.NORMAL
    ) -> Deadlines:
        """Tell every date that would follow from a notice given at `at`, each explained."""
        return deadlines(at, required_county(county), ticket_type)

    return router

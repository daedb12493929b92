"""A ticket as it was, made so again, and as a bundle for a regulator: also where there is only HTTP."""

import asyncio
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.auth import needs
from api.bodies import Reasoned, author_of
from api.routing import Router
from api.tickets import TicketView, view_ticket
from api.versions import IfMatch, agreed_version, etag_of
from domain.access import Permission
from domain.audit import AuditEvent
from domain.errors import RejectedError
from domain.moment import StatedMoment
from domain.ticket import Ticket
from jobs.job import Env
from jobs.reverting import revert_ticket
from storage.bundling import Bundling
from storage.layout import checked_name
from storage.ticket_times import TicketTimes

ZIP = "application/zip"
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    200: {"content": {ZIP: {"schema": {"type": "string", "format": "binary"}}}}
}


class PastAsked(BaseModel):
    """Which past: a version, or a moment with its zone."""

    model_config = ConfigDict(extra="forbid")

    version: int | None = Field(default=None, ge=1)
    at: StatedMoment | None = None


class PastView(BaseModel):
    """A ticket as it was, and the event that had made it so."""

    ticket: Ticket
    version: int
    event: AuditEvent


class Revert(Reasoned):
    """What a ticket shall say again: what it said in a version, or at a moment with its zone."""

    to_version: int | None = Field(default=None, ge=1)
    at: StatedMoment | None = None


def routes(env: Env) -> APIRouter:
    """Return the routes of the past of a ticket over this store."""
    router = Router(tags=["past"])
    router.include_router(_reverting(env))

    @router.get("/tickets/{ticket_id:path}/past", dependencies=[needs(Permission.READ)])
    async def get_past(ticket_id: str, asked: Annotated[PastAsked, Query()]) -> PastView:
        """Show a ticket as it was stored in a version, or at a moment."""
        to = one_of(asked.version, asked.at, "version")
        times, known = TicketTimes(env.store), checked_name("ticket_id", ticket_id)
        if isinstance(to, int):
            then = await times.in_version(known, to)
        else:
            then = await times.at(known, to)
        return PastView(ticket=then.ticket, version=then.ticket.version, event=then.event)

    @router.get(
        "/tickets/{ticket_id:path}/bundle",
        dependencies=[needs(Permission.READ)],
        response_class=Response,
        responses=DOCUMENTED,
    )
    async def get_bundle(ticket_id: str) -> Response:
        """Send a ticket as a zip that can be checked without this service, also one that is over."""
        bundling = Bundling(env.store)
        content = await asyncio.to_thread(bundling.content, ticket_id, now=env.clock())
        headers = {"Content-Disposition": f'attachment; filename="ticket-{ticket_id}.zip"'}
        return Response(content, media_type=ZIP, headers=headers)

    return router


def _reverting(env: Env) -> APIRouter:
    router = Router(dependencies=[needs(Permission.FOLLOW)])

    @router.post("/tickets/{ticket_id:path}/revert")
    async def revert(
        ticket_id: str,
        body: Revert,
        request: Request,
        response: Response,
        if_match: IfMatch = None,
    ) -> TicketView:
        """Make a ticket say again what it said then, as its next version; what happened stays."""
        to = one_of(body.to_version, body.at, "to_version")
        by = author_of(request, body).model_copy(update={"reason": body.reason})
        version = agreed_version(if_match, body.version)
        known = checked_name("ticket_id", ticket_id)
        ticket = await revert_ticket(env, known, to, by=by, version=version)
        response.headers["ETag"] = etag_of(ticket)
        return await view_ticket(env, ticket)

    return router


def one_of(version: int | None, at: datetime | None, field: str) -> int | datetime:
    """Return which of the two is given. Raises RejectedError for both, and for none."""
    if version is not None and at is None:
        return version
    if at is not None and version is None:
        return at
    raise RejectedError(
        f"Either {field} or at must be given.",
        field=field,
        remedy="Name a version, or a moment as in 2026-12-07T10:00:00-06:00.",
    )

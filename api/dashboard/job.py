"""The page of one job: what it was asked, each attempt at it, what came of it, and what to do now."""

from typing import Annotated, Any
from urllib.parse import quote

import pydantic_core
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, Response

from api.auth import needs
from api.dashboard.about_jobs.arguments import shown
from api.dashboard.about_jobs.job_attempts import told_of
from api.dashboard.about_jobs.job_look import Found, attempt_of, look, or_none, related_to
from api.dashboard.about_jobs.job_timeline import draw
from api.dashboard.about_jobs.lost_attempts import why_lost
from api.dashboard.about_jobs.states import TONES
from api.dashboard.desk import Desk
from api.dashboard.forms import Deed, deed, done
from api.dashboard.jobs import PATH
from api.dashboard.rendering import page
from api.routing import Router
from domain.access import Permission
from domain.errors import NotFoundError
from jobs.cancelling import cancel_order
from jobs.job import Env
from jobs.ringing import job_again, run_now
from jobs.standing import standing
from logs import masked
from storage.telemetry_records import AttemptRecord


def routes(desk: Desk) -> APIRouter:
    """Return the routes of the page of a job."""
    router = Router(include_in_schema=False, dependencies=[needs(Permission.READ)])
    env = desk.env

    @router.get(f"{PATH}/{{job_id:path}}")
    async def show(
        request: Request, job_id: str, attempt: Annotated[str, Query()] = ""
    ) -> HTMLResponse:
        found = await look(env, job_id)
        one = await attempt_of(env, job_id, attempt) if attempt else None
        return page(request, "job.html", **await _values(env, found, one))

    @router.post(f"{PATH}/{{job_id:path}}/run", dependencies=[needs(Permission.OPERATE)])
    async def run(
        request: Request, job_id: str, deed: Annotated[Deed, Depends(deed)]
    ) -> Response:
        found = await look(env, job_id)
        again = job_again(found.kind, job_id, found.arguments)
        rung = await run_now(env, again, by=deed.by, reason=deed.reason)
        said = "is queued" if rung.is_new else "waits or runs already, and is not queued twice"
        return done(request, address_of(job_id), f"{job_id} {said}.")

    @router.post(f"{PATH}/{{job_id:path}}/cancel", dependencies=[needs(Permission.DRAFT)])
    async def cancel(
        request: Request, job_id: str, deed: Annotated[Deed, Depends(deed)]
    ) -> Response:
        found = await look(env, job_id)
        if found.order is None or not found.can_be_cancelled:
            raise NotFoundError(
                "This job is about no work order that could be cancelled.",
                field="job",
                remedy="A ticket is cancelled on its own page.",
            )
        stands = await cancel_order(env, found.order.id, by=deed.by, reason=deed.reason)
        said = f"The work order {stands.work_order_id} is cancelled by {stands.by}."
        return done(request, address_of(job_id), said)

    return router


def address_of(job_id: str) -> str:
    """Return the address of the page of a job."""
    return f"{PATH}/{quote(job_id)}"


async def _values(env: Env, found: Found, one: AttemptRecord | None) -> dict[str, Any]:
    """Return what the page shows: the last attempts, or one with all that it has logged."""
    now, troubles = env.clock(), found.troubles
    attempts = [one] if one else found.attempts
    ticket, order = found.ticket, found.order
    history = await or_none(env.store.history(ticket.id), troubles) if ticket else None
    is_under_way = found.queued or (found.latest and found.latest.ended_at is None)
    return {
        "found": found,
        "told": told_of(
            attempts,
            history.events if history else (),
            now,
            why_lost=await why_lost(env, attempts),
            is_whole=one is not None,
        ),
        "is_one": one is not None,
        "left_out": max(0, found.attempts_kept - len(attempts)),
        "drawing": draw(attempts, now),
        "arguments": shown(pydantic_core.from_json(found.arguments)),
        "progress": await env.board.read(found.job_id) if is_under_way else None,
        "standing": await or_none(standing(env, order), troubles) if order else None,
        "related": await related_to(env, found),
        "is_cancelled": order is not None and env.store.work_orders.is_cancelled(order.id),
        "masked": masked,
        "tones": TONES,
    }

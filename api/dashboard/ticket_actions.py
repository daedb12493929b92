"""What a person does on a ticket's page: each form is an action of the API, with its reason.

The form carries the version that it was shown for; a ticket that was changed since is not touched.
A refusal gives the form back as it was typed. The reason stands in the event of the change.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from api import actions
from api.auth import needs
from api.dashboard.about_tickets.form_fields import read_form
from api.dashboard.about_tickets.form_problems import problems_of
from api.dashboard.about_tickets.move_table import MOVES, MOVES_BY_NAME
from api.dashboard.about_tickets.moves import Move
from api.dashboard.about_tickets.plain_words import in_words
from api.dashboard.desk import Desk
from api.dashboard.forms import Deed, deed, done
from api.dashboard.ticket import Attempt, ticket_page
from api.problems import FieldProblem, status_of
from api.routing import Router
from domain.access import Permission
from domain.audit import Author, named
from domain.errors import ConflictError, RejectedError, Texas811Error
from domain.readiness import county_of
from domain.taking import Said
from domain.texas import zone_named
from domain.ticket import Ticket
from jobs.acting import act, follow_up
from jobs.taking import take_turn, validate

PATH = "/dashboard/tickets/{ticket_id}"
ANSWER = "answer."  # before the id of the gap that an input answers
VERSION_DIGITS_MAX = 18


def routes(desk: Desk) -> APIRouter:
    """Return the routes of every move, and of the answers to the questions of a draft."""
    router = Router(include_in_schema=False)
    for move in MOVES:
        granted = [needs(move.permission)]
        router.post(f"{PATH}/{move.name}", dependencies=granted)(_endpoint(desk, move))
    router.include_router(_drafting(desk))
    return router


def _drafting(desk: Desk) -> APIRouter:
    router = Router(include_in_schema=False, dependencies=[needs(Permission.DRAFT)])

    @router.post(f"{PATH}/answers")
    async def answer_gaps(
        request: Request, ticket_id: str, doing: Annotated[Deed, Depends(deed)]
    ) -> Response:
        """Answer the questions of a draft in words; what one answer refuses loses no other."""
        try:
            ticket, refused = await _answered(desk, ticket_id, doing)
        except (RejectedError, ConflictError) as refusal:
            return await _given_back(request, desk, ticket_id, "answers", doing, refusal)
        if refused:
            attempt = Attempt("answers", doing.reason, doing.fields, refused)
            return await ticket_page(request, desk, ticket_id, attempt=attempt)
        return done(request, _page_of(ticket.id), f"Taken. {_standing(ticket)}")

    @router.post(f"{PATH}/validate")
    async def validate_again(
        request: Request, ticket_id: str, doing: Annotated[Deed, Depends(deed)]
    ) -> Response:
        """Validate the ticket by the rules of today."""
        ticket = await validate(desk.env, ticket_id, by=_with_reason(doing))
        said = f"Validated: {len(ticket.open_gaps)} gaps are open. {_standing(ticket)}"
        return done(request, _page_of(ticket.id), said)

    return router


def _endpoint(desk: Desk, move: Move) -> Callable[..., Awaitable[Response]]:
    """Return the coroutine function that serves a move."""

    async def endpoint(
        request: Request, ticket_id: str, doing: Annotated[Deed, Depends(deed)]
    ) -> Response:
        try:
            ticket = await _made(desk, ticket_id, move, doing)
        except (RejectedError, ConflictError, ValidationError) as refusal:
            return await _given_back(request, desk, ticket_id, move.name, doing, refusal)
        said = f"{move.label}: done. {_standing(ticket)}"
        if ticket.id != ticket_id:
            said = f"A further {ticket.ticket_type} ticket was made; this is it."
        return done(request, _page_of(ticket.id), said)

    endpoint.__name__ = move.action.__name__
    endpoint.__doc__ = move.action.__doc__
    return endpoint


async def _made(desk: Desk, ticket_id: str, move: Move, doing: Deed) -> Ticket:
    """Make a move and return the ticket. Raises what it raises, and what its form lacks."""
    body = _body(move, await desk.env.store.tickets.get(ticket_id), doing, desk)
    make = follow_up if move.action is actions.refresh else act
    # A reason that is part of what is recorded stands in the notes already.
    by = doing.by if move.takes_reason else _with_reason(doing)
    return await make(
        desk.env,
        ticket_id,
        lambda scene: move.action(scene, body),
        by=by,
        version=version_of(doing),
    )


def _body(move: Move, ticket: Ticket, doing: Deed, desk: Desk) -> BaseModel:
    """Return the body of an action as its form says it. Raises RejectedError, ValidationError."""
    zone = zone_named(county_of(ticket).timezone)
    said = read_form(move.fields(ticket), doing.fields, zone, desk.env.clock())
    if move.takes_reason:
        said["reason"] = doing.reason
    return move.body.model_validate({**said, "by": named(doing.by)})


def _with_reason(doing: Deed) -> Author:
    return doing.by.model_copy(update={"reason": doing.reason})


def version_of(doing: Deed) -> int | None:
    """Return the version that a form was shown for."""
    text = doing.fields.get("version", "")
    is_one = text.isdecimal() and text.isascii() and len(text) <= VERSION_DIGITS_MAX
    return int(text) if is_one else None


async def _answered(
    desk: Desk, ticket_id: str, doing: Deed
) -> tuple[Ticket, list[FieldProblem]]:
    """Take what was answered, and return the ticket and what is refused of it.

    Raises RejectedError if nothing was answered or taken, ConflictError for another version.
    """
    said = [
        Said(name.removeprefix(ANSWER), text)
        for name, text in doing.fields.items()
        if name.startswith(ANSWER) and text.strip()
    ]
    if not said:
        raise RejectedError(
            "Nothing was answered.", remedy="Write an answer to at least one question."
        )
    ticket, taken = await take_turn(
        desk.env, ticket_id, said, by=_with_reason(doing), version=version_of(doing)
    )
    return ticket, [FieldProblem(**dict(one)) for one in taken.refused]


async def _given_back(  # noqa: PLR0913, PLR0917 - the form, where it was, and why it is refused
    request: Request,
    desk: Desk,
    ticket_id: str,
    name: str,
    doing: Deed,
    refusal: Texas811Error | ValidationError,
) -> Response:
    """Return the ticket's page with the form as it was sent, and why it was refused."""
    ticket = await desk.env.store.tickets.get(ticket_id)
    fields = MOVES_BY_NAME[name].fields(ticket) if name in MOVES_BY_NAME else ()
    attempt = Attempt(
        name,
        doing.reason,
        doing.fields,
        problems_of(refusal, fields),
        version_of(doing),
        status_of_refusal(refusal),
    )
    return await ticket_page(request, desk, ticket_id, attempt=attempt)


def status_of_refusal(refusal: Texas811Error | ValidationError) -> int:
    """Return with which status a form that was refused is given back."""
    if isinstance(refusal, ValidationError):
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return status_of(refusal)


def _standing(ticket: Ticket) -> str:
    return f"The ticket stands at: {in_words(ticket.status)}."


def _page_of(ticket_id: str) -> str:
    return PATH.format(ticket_id=ticket_id)

"""The page of one ticket: where it stands, what it waits for, what it says, what can be done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.auth import needs
from api.dashboard.about_tickets.form_fields import filled
from api.dashboard.about_tickets.moves import Offer
from api.dashboard.about_tickets.plain_words import field_words, in_words
from api.dashboard.about_tickets.ticket_history import since_version
from api.dashboard.about_tickets.ticket_sheet import TicketSheet, document_words, sheet_of
from api.dashboard.desk import Desk
from api.dashboard.forms import author_of
from api.dashboard.rendering import page
from api.problems import FieldProblem
from api.routing import Router
from domain.access import Permission
from domain.drafting import VALIDATES

PATH = "/dashboard/tickets/{ticket_id}"
LATEST_MAX = 4  # events that are shown at once; the others are folded


@dataclass(frozen=True, slots=True)
class Attempt:
    """A form that was refused: which, what was typed in it, why, and the version it was shown for."""

    name: str = ""
    reason: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[FieldProblem] = ()
    version: int | None = None
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY


NO_ATTEMPT = Attempt()


def routes(desk: Desk) -> APIRouter:
    """Return the route of the page."""
    router = Router(include_in_schema=False, dependencies=[needs(Permission.READ)])

    @router.get(PATH)
    async def show_ticket(request: Request, ticket_id: str, history: str = "") -> HTMLResponse:
        """Show a ticket as it stands now; `history=whole` shows all that ever happened to it."""
        return await ticket_page(request, desk, ticket_id, is_whole_history=history == "whole")

    return router


async def ticket_page(
    request: Request,
    desk: Desk,
    ticket_id: str,
    *,
    attempt: Attempt = NO_ATTEMPT,
    is_whole_history: bool = False,
) -> HTMLResponse:
    """Return the page, with a form that was refused as it was sent, and what has changed since."""
    by = author_of(request)
    sheet, history = await sheet_of(desk.env, ticket_id, by, is_whole_history=is_whole_history)
    seen = attempt.version
    is_overtaken = seen is not None and seen < sheet.ticket.version
    return page(
        request,
        "ticket.html",
        status=attempt.status if attempt.problems else HTTPStatus.OK,
        sheet=sheet,
        offers=[*_offers(sheet, attempt)],
        ticket=sheet.ticket,
        attempt=attempt,
        changed=since_version(sheet.ticket, history, seen) if is_overtaken and seen else (),
        words=in_words,
        latest_max=LATEST_MAX,
        is_whole_history=is_whole_history,
        field_words=field_words,
        can_correct=sheet.ticket.status in VALIDATES,
        document=document_words(sheet.ticket, sheet.extraction),
    )


def _offers(sheet: TicketSheet, attempt: Attempt) -> Iterator[Offer]:
    """Yield what can be done, the form that was refused with what was typed in it."""
    for offer in sheet.offers:
        is_tried = offer.move.name == attempt.name
        yield replace(offer, fields=filled(offer.fields, attempt.typed)) if is_tried else offer

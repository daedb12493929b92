"""The document of a ticket, with each value that was read from it marked at its place."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from api.auth import needs
from api.dashboard.about_tickets.document_told import told_on_ticket
from api.dashboard.assets import DOCUMENT_STYLE
from api.dashboard.desk import Desk
from api.dashboard.rendering import page
from api.routing import Router
from domain.access import Permission
from domain.errors import NotFoundError
from domain.ticket import Ticket
from extraction.showing.pictures import PICTURES_MAX, media_type_of
from extraction.showing.sheet import Asked
from jobs.turning import extraction_of

PATH = "/dashboard/tickets/{ticket_id}/document"
PART_CHARACTERS_MAX = 1_000
# A document never changes; but it may name people, so it is kept by this browser alone, and not long.
PICTURE_KEPT = "private, max-age=3600"


def routes(desk: Desk) -> APIRouter:
    """Return the routes of the page, and of the pictures on it."""
    router = Router(include_in_schema=False, dependencies=[needs(Permission.READ)])

    @router.get(PATH)
    async def show_document(request: Request, ticket_id: str) -> HTMLResponse:
        """Show the document, read again, with what was read when the ticket was made."""
        ticket, asked = await _asked(desk, ticket_id)
        pictures = f"/dashboard/tickets/{quote(ticket_id, safe='')}/document/picture"
        shown = await desk.readers.show(asked, pictures)
        return page(
            request,
            "ticket_document.html",
            ticket=ticket,
            name=asked.filename or "Work order",
            document_style_url=DOCUMENT_STYLE.url,
            # Made by `extraction.showing`, which escapes all that comes from the document.
            document=Markup(shown),  # noqa: S704 - see above
        )

    @router.get(f"{PATH}/picture")
    async def get_picture(
        ticket_id: str,
        number: Annotated[int, Query(alias="page", ge=1, le=PICTURES_MAX)],
        part: Annotated[str, Query(max_length=PART_CHARACTERS_MAX)] = "body",
    ) -> Response:
        """Draw one page of the document, or of a PDF that came with a mail."""
        _ticket, asked = await _asked(desk, ticket_id)
        drawn = await desk.readers.picture(asked, part, number)
        if drawn is None:
            raise NotFoundError(
                "The document has no such page, or it cannot be drawn.",
                field="page",
                remedy="Read its text on the page of the document.",
            )
        headers = {"Cache-Control": PICTURE_KEPT}
        return Response(drawn, media_type=media_type_of(drawn), headers=headers)

    return router


async def _asked(desk: Desk, ticket_id: str) -> tuple[Ticket, Asked]:
    """Return a ticket with its document. Raises NotFoundError, UnavailableError."""
    ticket = await desk.env.store.tickets.get(ticket_id)
    extraction = await extraction_of(desk.env, ticket)
    if ticket.work_order_id is None or extraction is None:
        raise NotFoundError(
            f"Nothing was read for the ticket {ticket_id}: it was not made from a work order.",
            field="ticket_id",
            remedy="Look at the facts on the ticket's own page.",
        )
    order = await desk.env.store.work_orders.get(ticket.work_order_id)
    document = await desk.env.store.work_orders.document(order.id)
    told = told_on_ticket(ticket, extraction)
    return ticket, Asked(document, extraction, order.filename, order.media_type, told)

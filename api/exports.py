"""Exports: the tickets that a list would find, streamed in a format of other programs.

They need no more than the permission to read: whoever may list tickets may read each of them.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from api.auth import needs
from api.listing import TicketSearch
from api.routing import Router
from domain.access import Permission
from domain.exporting import MEDIA_TYPES, SUFFIXES, Export, ExportFormat
from jobs.finding import find_tickets, read_in_parts
from jobs.job import Env

TICKETS_AT_ONCE = 100  # in memory, however many are exported


class ExportAsked(TicketSearch):
    """Which tickets are exported, and how they are written."""

    format: ExportFormat = ExportFormat.CSV
    bom: bool = Field(
        default=False, description="Begin CSV with the mark by which spreadsheets know UTF-8."
    )


DOCUMENTED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The tickets, the latest change first.",
        "content": {media_type: {"schema": {}} for media_type in MEDIA_TYPES.values()},
        "headers": {
            "X-Damaged-Tickets": {
                "description": "How many files cannot be read, and are missing here.",
                "schema": {"type": "integer"},
            },
            "X-Left-Out-Tickets": {
                "description": "How many tickets cannot be written as Open Ticket.",
                "schema": {"type": "integer"},
            },
        },
    }
}


def routes(env: Env) -> APIRouter:
    """Return the routes of exports over this store."""
    router = Router(tags=["exports"], dependencies=[needs(Permission.READ)])

    @router.get("/exports/tickets", response_class=StreamingResponse, responses=DOCUMENTED)
    async def export_tickets(asked: Annotated[ExportAsked, Query()]) -> StreamingResponse:
        """Export tickets as CSV, JSON, Open Ticket 1.0 or GeoJSON; the questions of the list hold.

        What a format cannot hold is left out: `left_out` at the end of GeoJSON names it, and for
        Open Ticket a header counts it.
        """
        now = env.clock()
        page = await find_tickets(env.store, asked.search, now)
        ids = [entry.id for entry in page.entries]
        suffix = SUFFIXES.get(asked.format, "json")
        headers = {
            "Content-Disposition": f'attachment; filename="tickets-{now:%Y%m%dT%H%M%SZ}.{suffix}"',
            "X-Damaged-Tickets": str(len(page.damaged)),
        }
        if asked.format is ExportFormat.OPEN_TICKET:
            # A list of documents has no place for it, and a header goes out before them: so they
            # are written twice.
            tried = Export(asked.format, now)
            async for _text in written(env, tried, ids):
                pass
            headers["X-Left-Out-Tickets"] = str(len(tried.left_out))
        export = Export(asked.format, now, has_mark=asked.bom)
        return StreamingResponse(
            written(env, export, ids), headers=headers, media_type=MEDIA_TYPES[asked.format]
        )

    return router


async def written(env: Env, export: Export, ids: Sequence[str]) -> AsyncIterator[str]:
    """Yield an export, piece by piece; it is written beside the loop."""
    yield export.begin()
    async for tickets in read_in_parts(env.store, ids, TICKETS_AT_ONCE):
        yield await asyncio.to_thread(export.part, tickets)
    yield export.end()

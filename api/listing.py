"""Tickets listed and searched, page by page; the history of one."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.auth import needs
from api.cursors import CURSOR_CHARACTERS_MAX, cursor_at, place_at
from api.routing import Router
from api.tickets import TicketLine
from domain.access import Permission
from domain.audit import AuditEvent
from domain.conditions import ConditionName
from domain.errors import RejectedError
from domain.facts import TicketType
from domain.moment import StatedMoment
from domain.ticket import TicketStatus, ValidationStatus
from jobs.finding import Search, find_tickets
from jobs.job import Env
from storage.audit_reading import DamagedLine
from storage.queries import TicketQuery

PAGE_SIZE_MAX = 100
HISTORY_PAGE_SIZE_MAX = 500
ASKED_CHARACTERS_MAX = 200


class TicketSearch(BaseModel):
    """Which tickets are asked for; all that is asked must be true of a ticket.

    A question that there is not is refused: left out in silence, it would find every ticket.
    """

    model_config = ConfigDict(extra="forbid")

    status: list[TicketStatus] = Field(
        default_factory=list,
        max_length=len(TicketStatus),
        description="One of these; repeat the parameter for each.",
    )
    county: str | None = Field(None, max_length=ASKED_CHARACTERS_MAX)
    company: str | None = Field(None, max_length=ASKED_CHARACTERS_MAX)
    month: str | None = Field(None, description="Of the last change, in UTC: YYYY-MM.")
    expiring_before: StatedMoment | None = None
    text: str | None = Field(
        None,
        max_length=ASKED_CHARACTERS_MAX,
        description="Words that all stand in the ticket; three letters of one are enough.",
    )
    validation_status: ValidationStatus | None = None
    ticket_type: TicketType | None = None
    not_ready_because: ConditionName | None = Field(
        None,
        description="A condition of lawful digging that is not met now. Where no status is asked, "
        "of tickets that were submitted and are still followed.",
    )

    @property
    def search(self) -> Search:
        """What is asked, as the store is asked it."""
        asked = {
            name: getattr(self, name)
            for name in TicketSearch.model_fields
            if name not in {"status", "not_ready_because"}
        }
        query = TicketQuery(status=tuple(self.status) or None, **asked)
        return Search(query, self.not_ready_because)


class TicketList(TicketSearch):
    """Which tickets are asked for, and which part of their list."""

    limit: int = Field(PAGE_SIZE_MAX, ge=1, le=PAGE_SIZE_MAX)
    offset: int = Field(0, ge=0, le=2**53)
    cursor: str | None = Field(
        None,
        min_length=1,
        max_length=CURSOR_CHARACTERS_MAX,
        description="The `next_cursor` of the page before, with the same questions.",
    )

    @property
    def asked(self) -> str:
        """All that was asked, whatever part of the list is wanted."""
        return self.model_dump_json(exclude={"limit", "offset", "cursor"})


class TicketPage(BaseModel):
    """A part of the list, the latest change first, and how many there are in all.

    `next_cursor` leads to the next page, and is missing on the last one. On the way from cursor to
    cursor no ticket is shown twice; one that is changed meanwhile is the first of a new walk.
    `damaged` names files that cannot be read, whatever was asked.
    """

    tickets: list[TicketLine]
    total: int
    limit: int
    next_cursor: str | None
    damaged: list[str]


class EventOrder(StrEnum):
    """Which event comes first."""

    OLDEST_FIRST = "oldest_first"
    NEWEST_FIRST = "newest_first"


class HistoryPart(BaseModel):
    """Which part of a ticket's history is asked for."""

    model_config = ConfigDict(extra="forbid")

    action: str | None = Field(None, max_length=ASKED_CHARACTERS_MAX)
    order: EventOrder = EventOrder.OLDEST_FIRST
    limit: int = Field(PAGE_SIZE_MAX, ge=1, le=HISTORY_PAGE_SIZE_MAX)
    offset: int = Field(0, ge=0, le=2**53)


class HistoryPage(BaseModel):
    """A part of what happened to a ticket, and how many events there are in all.

    `damaged` names lines of the audit log that cannot be believed.
    """

    events: list[AuditEvent]
    total: int
    damaged: list[DamagedLine]


def routes(env: Env) -> APIRouter:
    """Return the routes of lists over this store."""
    router = Router(tags=["tickets"], dependencies=[needs(Permission.READ)])

    @router.get("/tickets")
    async def list_tickets(asked: Annotated[TicketList, Query()]) -> TicketPage:
        """List tickets, the latest change first; what is asked must all be true of a ticket."""
        if asked.cursor and asked.offset:
            raise RejectedError(
                "A cursor and an offset are two places.",
                field="offset",
                remedy="Leave the offset out.",
            )
        after = place_at(asked.cursor, asked.asked) if asked.cursor else None
        # One more than is shown tells whether there is a next page.
        page = await find_tickets(
            env.store,
            asked.search,
            env.clock(),
            limit=asked.limit + 1,
            offset=asked.offset,
            after=after,
        )
        shown = page.entries[: asked.limit]
        has_more = len(page.entries) > asked.limit
        return TicketPage(
            tickets=[TicketLine.of(entry) for entry in shown],
            total=page.total,
            limit=asked.limit,
            next_cursor=cursor_at(shown[-1].place, asked.asked) if has_more else None,
            damaged=page.damaged,
        )

    router.include_router(_routes_of_histories(env))
    return router


def _routes_of_histories(env: Env) -> APIRouter:
    """Return the route of a ticket's history."""
    router = Router()

    @router.get("/tickets/{ticket_id:path}/history")
    async def get_history(ticket_id: str, part: Annotated[HistoryPart, Query()]) -> HistoryPage:
        """Show what happened to a ticket, by whom, and which values it changed."""
        history = await env.store.history(ticket_id)
        events = [one for one in history.events if part.action in (None, one.action)]
        if part.order is EventOrder.NEWEST_FIRST:
            events.reverse()
        return HistoryPage(
            events=events[part.offset :][: part.limit],
            total=len(events),
            damaged=history.damaged,
        )

    return router

"""The tickets page: what needs attention today, and every ticket by the column of its life."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from api.auth import needs
from api.cursors import CURSOR_CHARACTERS_MAX
from api.dashboard import ticket, ticket_actions, ticket_correction, ticket_document
from api.dashboard.about_tickets.board import Board
from api.dashboard.about_tickets.shelves import BY_STATUS, COLUMNS, SHELVES, Filters, Shelf
from api.dashboard.desk import Desk
from api.dashboard.rendering import fragment, page
from api.routing import Router
from domain.access import Permission
from domain.errors import RejectedError
from domain.texas import find_county, suggest_counties
from storage.store import Store
from storage.words import words_in

PATH = "/dashboard/tickets"
ASKED_CHARACTERS_MAX = 200
WORDS_MAX = 8  # of a search: each more looks through all words of all tickets again


class Asked(BaseModel):
    """What the page is asked to show; a field that was left blank asks nothing."""

    model_config = ConfigDict(str_strip_whitespace=True)

    county: str = Field("", max_length=ASKED_CHARACTERS_MAX)
    text: str = Field("", max_length=ASKED_CHARACTERS_MAX)
    list: str = Field("", max_length=ASKED_CHARACTERS_MAX)
    cursor: str = Field("", max_length=CURSOR_CHARACTERS_MAX)

    @property
    def filters(self) -> Filters:
        """What is asked of all columns; a county by the name that it really has."""
        county = find_county(self.county) if self.county else None
        words = " ".join(words_in(self.text)[:WORDS_MAX])
        return Filters(county.name if county else self.county or None, words or None)

    @property
    def has_too_many_words(self) -> bool:
        """Were more words given than are sought?"""
        return len(words_in(self.text)) > WORDS_MAX

    @property
    def shelf(self) -> Shelf | None:
        """The one list that is asked for. Raises RejectedError for one that there is not."""
        if not self.list:
            return None
        shelf = SHELVES.get(self.list)
        if shelf is None:
            raise RejectedError(
                "There is no such list of tickets.",
                field="list",
                remedy="Choose one of the lists on the tickets page.",
                suggested_values=[one.name for one in COLUMNS],
            )
        return shelf


def routes(desk: Desk) -> APIRouter:
    """Return the routes of all that the dashboard shows of tickets."""
    router = Router()
    for part in (
        _board(desk),
        ticket.routes(desk),
        ticket_actions.routes(desk),
        ticket_correction.routes(desk),
        ticket_document.routes(desk),
    ):
        router.include_router(part)
    return router


def _board(desk: Desk) -> APIRouter:
    router = Router(include_in_schema=False, dependencies=[needs(Permission.READ)])
    board = board_of(desk.env.store)

    @router.get(PATH)
    async def show_tickets(request: Request, asked: Annotated[Asked, Query()]) -> HTMLResponse:
        """Show the board, or one list of it."""
        now, filters, shelf = desk.env.clock(), asked.filters, asked.shelf
        listed = None
        if shelf:
            cursor = asked.cursor or None
            listed = await board.listed(shelf, filters, now, cursor)
        return page(
            request,
            "tickets.html",
            asked=asked,
            filters=filters,
            shelf=shelf,
            shelves=(*COLUMNS, *BY_STATUS),
            attention=None if shelf else await board.attention(now),
            columns=() if shelf else await board.columns(filters, now),
            listed=listed,
            texas=await board.county_map(filters),
            words_max=WORDS_MAX,
            likely=() if find_county(asked.county) else suggest_counties(asked.county),
        )

    return router


@lru_cache(maxsize=1)
def board_of(store: Store) -> Board:
    """Return the board of this process's store, which remembers what its tickets wait for."""
    return Board(store)


async def live(desk: Desk) -> Mapping[str, str]:
    """Return what needs attention now, for all who watch the page."""
    seen = await board_of(desk.env.store).attention(desk.env.clock())
    return {"attention": fragment("tickets_attention.html", attention=seen)}

"""The tickets page put together: what needs attention today, the columns, the map, one list.

Everything comes from the index in memory; tickets are read only for what the shown ones wait for.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from api.cursors import cursor_at, place_at
from api.dashboard.about_tickets.countdowns import Countdown, countdowns_of, why_urgent
from api.dashboard.about_tickets.shelves import ATTENTION, COLUMNS, Filters, Shelf
from api.dashboard.about_tickets.waits import Told, Waits
from api.dashboard.maps.texas_map import TexasMap, texas_map
from domain.facts import TicketType
from domain.texas import county_key
from domain.ticket import TicketStatus
from domain.urgency import BEFORE_NOTICE, OPEN
from storage.entry import Entry, microseconds
from storage.queries import TicketQuery
from storage.store import Store

CARDS_MAX = 6  # in a column
ATTENTION_MAX = 10
LIST_MAX = 50
COUNTDOWNS_MAX = 2
TODAY = timedelta(hours=24)
OVERDUE, DUE = "overdue", "due"
NOT_TOLD = Told()


@dataclass(frozen=True, slots=True)
class Card:
    """A ticket as the board shows it; `waits_for` is empty where nothing is missing."""

    entry: Entry
    why: str
    countdowns: Sequence[Countdown]
    waits_for: str = ""

    @property
    def is_emergency(self) -> bool:
        return self.entry.ticket_type == TicketType.EMERGENCY

    @property
    def tone(self) -> str:
        """How grave the reason is: `bad` where something is overdue, or cannot wait."""
        is_held = self.entry.status == TicketStatus.DAMAGED
        is_late = any(one.tone == "bad" for one in self.countdowns)
        return "bad" if self.is_emergency or is_held or is_late else "warn"

    @property
    def is_before_notice(self) -> bool:
        return self.entry.status in BEFORE_NOTICE


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how many tickets it has, how many are overdue, or due within a day; the first ones."""

    shelf: Shelf
    total: int
    overdue_count: int
    due_count: int
    cards: Sequence[Card]


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason for attention, and how many tickets have it."""

    shelf: Shelf
    total: int


@dataclass(frozen=True, slots=True)
class Attention:
    """The most urgent tickets of all, the gravest first, and how many there are for each reason."""

    cards: Sequence[Card]
    reasons: Sequence[Reason]
    total: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A part of one shelf, and where the next part begins."""

    shelf: Shelf
    total: int
    cards: Sequence[Card]
    next_cursor: str | None


class Board:
    """Tickets as their page shows them. One for each process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waits = Waits(store)

    async def attention(self, now: datetime) -> Attention:
        """Return what needs somebody today, in all counties: no filter may hide an emergency."""
        cards: dict[str, Card] = {}
        reasons: list[Reason] = []
        for shelf in ATTENTION:
            page = await self._store.index.find(
                shelf.query(now, Filters()), limit=ATTENTION_MAX, order=shelf.order
            )
            if page.total:
                reasons.append(Reason(shelf, page.total))
            for entry in page.entries:
                cards.setdefault(entry.id, _card(entry, now))
        # The last shelf has all of them.
        total = reasons[-1].total if reasons and reasons[-1].shelf is ATTENTION[-1] else 0
        shown = list(cards.values())[:ATTENTION_MAX]
        held = [card.entry for card in shown if card.entry.status == TicketStatus.DAMAGED]
        told = await self._waits.of(held, now)
        return Attention([_held(card, told) for card in shown], reasons, total)

    async def columns(self, asked: Filters, now: datetime) -> list[Column]:
        """Return the columns, each with its most urgent tickets."""
        found = []
        for shelf in COLUMNS:
            query = shelf.query(now, asked)
            page = await self._store.index.find(query, limit=CARDS_MAX, order=shelf.order)
            due = await self._due(shelf, asked, now) if page.total else {}
            found.append((shelf, page, due))
        told = await self._waits.of(
            [entry for _shelf, page, _due in found for entry in page.entries], now
        )
        return [
            Column(
                shelf,
                page.total,
                due.get(OVERDUE, 0),
                due.get(DUE, 0),
                [*_cards(page.entries, told, now)],
            )
            for shelf, page, due in found
        ]

    async def listed(
        self, shelf: Shelf, asked: Filters, now: datetime, cursor: str | None
    ) -> Listed:
        """Return a part of a shelf, from a cursor on. Raises RejectedError for one that is none."""
        question = repr((shelf.name, asked.county, asked.text))
        after = place_at(cursor, question) if cursor else None
        page = await self._store.index.find(
            shelf.query(now, asked), limit=LIST_MAX + 1, after=after, order=shelf.order
        )
        shown = page.entries[:LIST_MAX]
        has_more = len(page.entries) > LIST_MAX
        told = await self._waits.of(shown, now)
        following = cursor_at(shelf.place_of(shown[-1]), question) if has_more else None
        return Listed(shelf, page.total, [*_cards(shown, told, now)], following)

    async def county_map(self, asked: Filters) -> TexasMap:
        """Return the map of the open tickets that hold this text, the chosen county marked."""
        counts = await self._store.index.count(
            TicketQuery(status=OPEN, text=asked.text), lambda entry: entry.county or ""
        )
        by_county: dict[str, int] = {}
        for name, count in counts.items():
            key = county_key(name)
            by_county[key] = by_county.get(key, 0) + count
        chosen = county_key(asked.county) if asked.county else None
        # The first one draws all outlines, which takes a while.
        return await asyncio.to_thread(texas_map, by_county, chosen)

    async def _due(self, shelf: Shelf, asked: Filters, now: datetime) -> Mapping[str, int]:
        """Return how many tickets of a column are overdue, and how many are due within a day."""
        now_us = microseconds(now)
        query = replace(shelf.query(now, asked), due_before=now + TODAY)
        return await self._store.index.count(
            query, lambda entry: OVERDUE if entry.due_us < now_us else DUE
        )


def _card(entry: Entry, now: datetime, told: Told = NOT_TOLD) -> Card:
    nearest = countdowns_of(entry, now)[:COUNTDOWNS_MAX]
    return Card(entry, why_urgent(entry, now), nearest, told.words)


def _cards(entries: Sequence[Entry], told: Mapping[str, Told], now: datetime) -> Iterator[Card]:
    return (_card(entry, now, told.get(entry.id, NOT_TOLD)) for entry in entries)


def _held(card: Card, told: Mapping[str, Told]) -> Card:
    """Return the card with what the ticket itself says of a damage."""
    held = told.get(card.entry.id, NOT_TOLD).held
    return replace(card, why=held) if held else card

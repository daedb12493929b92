"""Tickets without history, as other programs write them: each becomes a draft, or is here already.

Written by `Store.commit`, as any other creation. A ticket that says otherwise is not touched.
"""

import asyncio
from collections.abc import Iterator, Sequence

from domain.audit import Author, Change
from domain.errors import ConflictError, Texas811Error
from domain.importing import Brought, differing, imported
from domain.replay import every_version
from domain.ticket import Ticket
from storage.arrivals import Answer, Arrived
from storage.clock import Clock
from storage.layout import checked_name
from storage.store import Store


class Twins:
    """Tells in a dry run, which writes nothing, of a ticket that stood in the file before."""

    def __init__(self, *, is_kept: bool) -> None:
        self._is_kept = is_kept
        self._seen: dict[str, int] = {}
        self._owners: dict[str, str] = {}

    def answer(self, ticket_id: str, said: object, number: str | None) -> Answer | None:
        """Return what becomes of a ticket that, or whose number, stood there before; else None."""
        if not self._is_kept:
            return None
        if number and (owner := self._owners.setdefault(number, ticket_id)) != ticket_id:
            return ConflictError(
                f"The number {number} belongs to ticket {owner}, which stands in the file before.",
                field="texas811_ticket_number",
                remedy="Correct the number, or take out the one that is wrong.",
            )
        digest = hash(repr(said))
        if ticket_id not in self._seen:
            self._seen[ticket_id] = digest
            return None
        if self._seen[ticket_id] == digest:
            return Arrived.THERE
        return ConflictError(
            f"Another ticket {ticket_id} stands in the file before.",
            field="id",
            remedy="Take out the one that is wrong.",
        )


class DraftArrivals:
    """Makes drafts of what was brought; with `is_dry` it only says what would become of it."""

    def __init__(self, store: Store, *, by: Author, clock: Clock, is_dry: bool) -> None:
        self._store = store
        self._by = by
        self._clock = clock
        self._is_dry = is_dry
        self._twins = Twins(is_kept=is_dry)

    async def take(self, lines: Sequence[tuple[int, Brought]], name: str) -> list[Answer]:
        """Make a draft of each line, given by its number, for which there is no ticket yet."""
        planned = [await self._planned(found, f"{name}, line {n}") for n, found in lines]
        if self._is_dry:
            return [Arrived.WRITTEN if isinstance(one, Change) else one for one in planned]
        changes = [one for one in planned if isinstance(one, Change)]
        commits = (self._store.commit(one) for one in changes)
        made = iter(await asyncio.gather(*commits, return_exceptions=True))
        return [_made(made) if isinstance(one, Change) else one for one in planned]

    async def _planned(self, found: Brought, origin: str) -> Answer | Change:
        """Return the creation of a draft, or what stands against it."""
        try:
            checked_name("id", found.id)
            change = imported(found, origin=origin, now=self._clock(), by=self._by)
            ticket = await self._here(found)
            if ticket is None:
                if self._is_dry:
                    self._store.numbers.expect_free(found.id, found.number)
                said = (found.facts, found.beside)
                return self._twins.answer(found.id, said, found.number) or change
            return await self._compared(found, change.ticket, ticket)
        except Texas811Error as error:
            return error

    async def _here(self, found: Brought) -> Ticket | None:
        """Return the ticket that this is about: by its id, else by the center's number."""
        ticket = await self._store.tickets.find(found.id)
        if ticket or found.ticket_id or not found.number:
            return ticket
        owner = await self._store.numbers.owner(found.number)
        return await self._store.tickets.find(owner) if owner else None

    async def _compared(self, found: Brought, draft: Ticket, ticket: Ticket) -> Answer:
        """Return whether a ticket says the same, or has said it in an earlier version."""
        fields = differing(found, draft, ticket)
        if not fields:
            return Arrived.THERE
        events = (await self._store.history(ticket.id)).events
        if any(not differing(found, draft, earlier) for earlier in every_version(events)):
            return Arrived.NEWER
        return ConflictError(
            f"Ticket {ticket.id} is here and says otherwise: {', '.join(fields)[:200]}.",
            field=fields[0],
            remedy="Edit the ticket if the file is right. It has not been touched.",
        )


def _made(results: Iterator[Ticket | BaseException]) -> Answer:
    """Return what became of the next creation. Raises what is no refusal."""
    result = next(results)
    if isinstance(result, Texas811Error):
        return result
    if isinstance(result, BaseException):
        raise result
    return Arrived.WRITTEN

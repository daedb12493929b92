"""Tickets found for whoever lists or exports them: by what they say, and by why nobody may dig.

What a ticket says stands in the index. Why nobody may dig depends on the moment, so that the
tickets themselves are read for it: those that can be dug on at all, beside the loop, some hundreds
at a time. It costs about 1.5 ms a ticket.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from domain.conditions import ConditionName
from domain.lifecycle import DAMAGED, IN_FORCE
from domain.moving import as_of
from domain.readiness import why_not_ready
from domain.ticket import Ticket
from storage.index import IndexPage
from storage.queries import Place, TicketQuery
from storage.store import Store
from storage.tickets import BATCH_TICKETS

# Where nothing else is asked, these are looked at: the others wait for something else.
FOLLOWED = tuple(sorted(IN_FORCE | {DAMAGED}))


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked of tickets: what they say, and a condition of digging that they do not meet."""

    query: TicketQuery
    not_ready_because: ConditionName | None = None


async def find_tickets(  # noqa: PLR0913 - which part of the list, beside what is asked
    store: Store,
    search: Search,
    now: datetime,
    *,
    limit: int | None = None,
    offset: int = 0,
    after: Place | None = None,
) -> IndexPage:
    """Return a part of the tickets that are searched for, the latest change first.

    Raises NotFoundError if there is no directory of tickets, UnavailableError if the disk does not
    give it.
    """
    query, because = search.query, search.not_ready_because
    if because is None:
        return await store.index.find(query, limit=limit, offset=offset, after=after)
    asked = query if query.statuses else replace(query, status=FOLLOWED)
    page = await store.index.find(asked)

    def is_held_by_it(ticket: Ticket) -> bool:
        missing = why_not_ready(as_of(ticket, now), now)
        return any(one.condition == because for one in missing)

    held: set[str] = set()
    for ids in _parts([entry.id for entry in page.entries], BATCH_TICKETS):
        batch = await store.tickets.select(ids, is_held_by_it)
        held |= {ticket.id for ticket in batch.tickets}
    found = [entry for entry in page.entries if entry.id in held]
    following = (entry for entry in found if after is None or entry.place < after)
    stop = None if limit is None else offset + limit
    return replace(page, entries=list(islice(following, offset, stop)), total=len(found))


async def read_in_parts(
    store: Store, ids: Sequence[str], tickets_max: int
) -> AsyncIterator[list[Ticket]]:
    """Yield these tickets in their order, so many at a time; what is gone meanwhile is left out."""
    for part in _parts(ids, tickets_max):
        yield (await store.tickets.select(part, lambda _ticket: True)).tickets


def _parts(ids: Sequence[str], size: int) -> list[Sequence[str]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]

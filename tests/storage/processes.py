"""What other processes do in the tests; they import it anew."""

import asyncio
from contextlib import suppress
from pathlib import Path

from domain.errors import ConflictError
from domain.ticket import Ticket
from storage.store import Store
from tests.builders import LATER, make_change


async def dig_deeper(store: Store, ticket_id: str) -> Ticket:
    """Add an inch to the depth, as often as it takes until nobody was faster."""
    while True:
        ticket = await store.tickets.get(ticket_id)
        deeper = (ticket.depth_inches or 0) + 1
        with suppress(ConflictError):
            return await store.commit(make_change(ticket, now=LATER, depth_inches=deeper))


def dig(root: Path, ticket_id: str, inches: int) -> None:
    """Add inches one by one, in a process of its own."""

    async def work() -> None:
        store = Store(root)
        for _inch in range(inches):
            await dig_deeper(store, ticket_id)

    asyncio.run(work())

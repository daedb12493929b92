"""Work orders without a ticket: found by two listings, and remembered until another order comes."""

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from domain.work_order import ticket_id_for
from storage.layout import NAME, TICK_NS, TICKET_FILE, Layout
from storage.tombstones import retired_ids


class Unticketed:
    """Tells which orders have no ticket. Blocks.

    To ask is the heartbeat of the recovery: with 200,000 orders two listings take 0.4 s, a look
    at every file of a ticket takes 2.5 s. An order that has had its ticket is looked at no more,
    because it is never owed another, also when that was removed because its time was over.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        # One value, because several threads may look at once: what the directory's time was,
        # and which orders had no ticket then.
        self._known: tuple[int, tuple[str, ...]] = (-1, ())

    def orders(self) -> dict[str, str]:
        """Return each order that has no ticket, and the id that its ticket will have.

        Raises NotFoundError if this is no data directory, OSError if it cannot be read.
        """
        directory = self._layout.existing(self._layout.work_orders)
        looked_at, changed_at = time.time_ns(), directory.stat().st_mtime_ns
        known_at, known = self._known
        found = (
            {order: ticket_id_for(order) for order in self._still(known)}
            if changed_at == known_at
            else self._listed(directory)
        )
        if changed_at + TICK_NS < looked_at:
            self._known = (changed_at, tuple(found))
        return found

    def _still(self, orders: Iterable[str]) -> Iterator[str]:
        return (order for order in orders if not self._ticket(order).exists())

    def _listed(self, directory: Path) -> dict[str, str]:
        # The orders first: whoever has a ticket by then has one in the second listing, too.
        orders = os.listdir(directory)  # noqa: PTH208 - names are enough, and half as slow
        tickets = {
            found[1]
            for name in os.listdir(self._layout.tickets)  # noqa: PTH208 - as above
            if (found := TICKET_FILE.fullmatch(name))
        }
        # Behind that listing: what is removed meanwhile has its tombstone by then.
        tickets |= retired_ids(self._layout)
        return {
            order: ticket
            for order in orders
            if NAME.fullmatch(order) and (ticket := ticket_id_for(order)) not in tickets
        }

    def _ticket(self, order: str) -> Path:
        return self._layout.ticket(ticket_id_for(order))

"""What was read last from tickets' files, as long as the files are the ones that were read."""

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

from storage.files import Identity
from storage.performance import Performance

Read = TypeVar("Read")


class TicketCache(Generic[Read]):
    """Keeps so many whole tickets, and lets go of the one that was longest not asked for.

    Absence is never kept: a ticket that is not there may come at any moment.
    """

    def __init__(self, performance: Performance) -> None:
        self._count_max = performance.max_cached_tickets
        self._kept: OrderedDict[str, tuple[Identity, Read]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, ticket_id: str, identity: Identity) -> Read | None:
        """Return what was read from this file, or None if that was another one."""
        with self._lock:
            kept = self._kept.get(ticket_id)
            if kept is None or kept[0] != identity:
                return None
            self._kept.move_to_end(ticket_id)
            return kept[1]

    def put(self, ticket_id: str, identity: Identity, read: Read) -> None:
        """Keep what was read from the file of this identity."""
        with self._lock:
            self._kept[ticket_id] = identity, read
            self._kept.move_to_end(ticket_id)
            while len(self._kept) > self._count_max:
                self._kept.popitem(last=False)

"""The index: tickets found by what they say, without reading their files.

It is derived: every entry can be made again from its ticket's file, and is believed only as long
as that file is the one that it was made from. The bell is the news of the processes that commit
(`storage/changes.py`), read before every query. The net is the directory itself, looked at when
news was missed and every now and then, for what other tools do there.
"""

import logging
import math
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import aiofiles.os

from domain.errors import UnavailableError
from storage.changes import Changes, Follower
from storage.entries import Entries
from storage.entry import Entry, entry_of
from storage.failures import DamagedFileError, NewerFormatError, unreadable
from storage.files import NO_FILE, Identity, identity_at
from storage.index_file import read_snapshot, write_snapshot
from storage.layout import TICKET_FILE, Layout
from storage.performance import Performance
from storage.plain_files import read_plain
from storage.quarantine import Quarantine
from storage.queries import Order, Place, TicketQuery
from storage.ticket_files import opened
from storage.tickets import Tickets

__all__ = ["Index", "IndexPage", "TicketQuery"]

LOOKS_MAX = 3  # while tickets change faster than a page of them can be looked at
REBUILT_AT_ONCE_MAX = 500  # so that no query waits for long

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IndexPage:
    """A part of what was found, the latest change first, and how much was found in all.

    `damaged` names the files that cannot be read, whatever was asked: nobody knows what they say.
    """

    entries: list[Entry]
    total: int
    damaged: list[str] = field(default_factory=list)


class Index:
    """Finds tickets. One for each process; opened by the first query if not by `load`.

    `changed` are the tickets whose files were not the ones that the snapshot had seen, and
    `audit_ends` says how long the audit log was then: UTC day -> bytes.
    """

    def __init__(
        self, layout: Layout, tickets: Tickets, changes: Changes, performance: Performance
    ) -> None:
        self._layout = layout
        self._tickets = tickets
        self._changes = changes
        self._performance = performance
        self._quarantine = Quarantine(layout)
        self._follower: Follower | None = None
        self._entries = Entries()
        # Files that cannot be read, as they were then; None: worth another try at any time.
        self._unread: dict[str, Identity | None] = {}
        self._to_rebuild: list[str] = []
        self._looked_at = 0.0  # on the clock that only measures
        self._changing = threading.RLock()
        self._looking = threading.Lock()
        self.changed: set[str] = set()
        self.audit_ends: dict[str, int] = {}
        self.find = aiofiles.os.wrap(self._find)
        self.count = aiofiles.os.wrap(self._count)

    def load(self) -> None:
        """Open the index: believe the snapshot where the files are as it says. Blocks.

        Raises NotFoundError if there is no directory of tickets.
        """
        with self._changing:
            self._layout.existing(self._layout.tickets)
            # From here on the news is heard; what was told before is seen in the directory.
            follower = self._changes.follower()
            looked_at = time.monotonic()
            snapshot = read_snapshot(self._layout.index)
            self._entries, self._unread = Entries(), {}
            self._entries.put(snapshot.entries)
            self.audit_ends = snapshot.audit_ends
            self.changed = self._suspects()
            self._look_at(self.changed)
            self._follower, self._looked_at = follower, looked_at

    def save(self, audit_ends: Mapping[str, int]) -> None:
        """Save the snapshot, for the next opening. Blocks. Raises OSError.

        The event of every entry must stand in the audit log, durably, before `audit_ends`: what
        the snapshot has seen is not looked at again after a crash.
        """
        with self._changing:
            entries = list(self._entries)
        write_snapshot(self._layout.index, entries, audit_ends)

    def _find(
        self,
        query: TicketQuery,
        *,
        limit: int | None = None,
        offset: int = 0,
        after: Place | None = None,
        order: Order = Order.LATEST_CHANGE,
    ) -> IndexPage:
        """Return a page of the tickets that a query asks for, in this order.

        Whatever was committed and answered before is seen. `after` is the place of the last one
        on the page before: a walk from place to place meets no ticket twice, and misses only those
        that were changed since it began. Raises NotFoundError if there is no directory of tickets,
        UnavailableError if the disk does not give it.
        """
        with unreadable(self._layout.tickets):
            self._layout.existing(self._layout.tickets)
            self._look_around_if_due()
            with self._changing:
                self._hear_the_news()
                return self._page(query, limit, offset, after, order)

    def _count(self, query: TicketQuery, key: Callable[[Entry], str]) -> Counter[str]:
        """Return how many of the tickets that a query asks for are alike in this.

        Raises what `find` raises.
        """
        with unreadable(self._layout.tickets):
            self._layout.existing(self._layout.tickets)
            with self._changing:
                self._hear_the_news()
                return self._entries.counts(query, key)

    def _hear_the_news(self) -> None:
        follower, self._follower = self._follower, None
        if follower is None:
            self.load()
            return
        news = follower.news()
        self._look_at(self._suspects() if news is None else news)
        # Not before now: news that was heard and came to nothing must not be lost.
        self._follower = follower

    def _look_around_if_due(self) -> None:
        """Look at the whole directory if that is due and nobody is at it."""
        now = time.monotonic()
        seconds = now - self._looked_at
        if self._follower is None or seconds < self._performance.cache_duration_seconds:
            return
        if not self._looking.acquire(blocking=False):
            return
        try:
            suspects = self._suspects()
            with self._changing:
                self._look_at(suspects | self._due_for_rebuilding(seconds))
            self._looked_at = now
        finally:
            self._looking.release()

    def _due_for_rebuilding(self, seconds: float) -> set[str]:
        """Return the tickets to be read again though nothing speaks for it.

        A whole rebuild, spread over its interval: each time the part that falls to these seconds.
        """
        interval = timedelta(hours=self._performance.index_rebuild_interval_hours)
        share = math.ceil(len(self._entries) * timedelta(seconds=seconds) / interval)
        share = min(share, REBUILT_AT_ONCE_MAX)
        if not self._to_rebuild:
            self._to_rebuild = list(self._entries.ids())
        due, self._to_rebuild = self._to_rebuild[:share], self._to_rebuild[share:]
        return set(due)

    def _page(
        self,
        query: TicketQuery,
        limit: int | None,
        offset: int,
        after: Place | None,
        order: Order,
    ) -> IndexPage:
        """Return a page whose entries tell what their files do, as far as these stand still."""
        self._look_at([one for one, seen in self._unread.items() if not self._is_at(one, seen)])
        for _look in range(LOOKS_MAX):
            page, total = self._entries.find(
                query, offset=offset, limit=limit, after=after, order=order
            )
            stale = [entry.id for entry in page if not self._is_at(entry.id, entry.identity)]
            if not stale:
                break
            self._look_at(stale)
        damaged = sorted(self._layout.ticket(ticket_id).name for ticket_id in self._unread)
        return IndexPage(page, total, damaged)

    def _suspects(self) -> set[str]:
        """Return the tickets whose files are not as they are known: changed, new or gone."""
        suspects: set[str] = set()
        seen: set[str] = set()
        for ticket_id, identity in self._files():
            seen.add(ticket_id)
            entry = self._entries.get(ticket_id)
            if identity != (entry.identity if entry else self._unread.get(ticket_id)):
                suspects.add(ticket_id)
        lost = self._quarantine.of_tickets().keys()
        gone = (self._entries.ids() | self._unread.keys() | lost) - seen
        known_as_lost = {one for one in lost if self._unread.get(one) == NO_FILE}
        return suspects | (gone - known_as_lost)

    def _files(self) -> Iterator[tuple[str, Identity]]:
        """Yield every ticket that has a file."""
        with os.scandir(self._layout.tickets) as files:
            for file in files:
                match = TICKET_FILE.fullmatch(file.name)
                if match is None:
                    continue
                try:
                    identity = Identity.of(file.stat())
                except FileNotFoundError:
                    continue
                yield match[1], identity

    def _look_at(self, ids: Iterable[str]) -> None:
        """Bring what is known of these tickets up to their files."""
        found: list[Entry] = []
        for ticket_id in ids:
            identity = None
            try:
                # Before the file is read: if it is replaced meanwhile, the next look will tell.
                identity = self._identity_at(ticket_id)
                entry = self._read(ticket_id, identity)
            except UnavailableError as error:
                self._give_up(ticket_id, identity, error)
            else:
                self._unread.pop(ticket_id, None)
                if entry:
                    found.append(entry)
                else:
                    self._entries.drop(ticket_id)
        self._entries.put(found)

    def _read(self, ticket_id: str, identity: Identity) -> Entry | None:
        """Return the entry of a ticket, or None if there is none.

        Raises DamagedFileError, having had the file set aside, and UnavailableError.
        """
        path = self._layout.ticket(ticket_id)
        # What is wrong is found out below: there the file is read as a `Ticket`, or set aside.
        with suppress(OSError, DamagedFileError, LookupError, TypeError, ValueError):
            file = opened(read_plain(path), name=path.name)
            if file.is_proven and file.raw.get("id") == ticket_id:
                return entry_of(file.raw, version=file.meta.version, identity=identity)
        stored = self._tickets.read(ticket_id)
        if stored is None:
            return None
        ticket = stored.ticket
        return entry_of(
            ticket.model_dump(mode="json"), version=ticket.version, identity=identity
        )

    def _give_up(
        self, ticket_id: str, identity: Identity | None, error: UnavailableError
    ) -> None:
        """Keep in mind that a file cannot be read as it is; that hides no other."""
        is_lasting = isinstance(error, DamagedFileError | NewerFormatError)
        if ticket_id not in self._unread and not isinstance(error, DamagedFileError):
            log.warning(error.problem, extra={"ticket_id": ticket_id})
        self._entries.drop(ticket_id)
        self._unread[ticket_id] = identity if is_lasting else None

    def _is_at(self, ticket_id: str, identity: Identity | None) -> bool:
        """Is the file of this ticket still the one that was seen?"""
        with suppress(UnavailableError):
            return self._identity_at(ticket_id) == identity
        return False

    def _identity_at(self, ticket_id: str) -> Identity:
        path = self._layout.ticket(ticket_id)
        with unreadable(path):
            return identity_at(path)

"""Tickets as they lie on the disk: read one by one, in batches, or all.

A damaged file is set aside as soon as somebody reads it, see `storage/quarantine.py`.
"""

import asyncio
import logging
import os
import stat
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import aiofiles.os

from domain.ticket import Ticket
from storage.cache import TicketCache
from storage.failures import DamagedFileError, MissingFileError, NewerFormatError, unreadable
from storage.file_locks import locked_if_free
from storage.files import Identity
from storage.layout import TICKET_FILE, Layout
from storage.performance import Performance
from storage.plain_files import read_identified, strange_name
from storage.quarantine import Quarantine
from storage.ticket_files import StoredTicket, decode
from storage.ticket_locks import noted_version
from storage.tombstones import no_ticket, tombstone_of

BATCH_TICKETS = 500  # as many as are held in memory at a time
MEBIBYTE = 1024 * 1024


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TicketBatch:
    """Of so many tickets that were looked at, those that were wanted."""

    seen: int
    tickets: list[Ticket]


class Tickets:
    """Reads tickets. They are written by the committer alone."""

    def __init__(self, layout: Layout, performance: Performance) -> None:
        self._layout = layout
        self._performance = performance
        self._quarantine = Quarantine(layout)
        self._cache: TicketCache[StoredTicket] = TicketCache(performance)
        self.find = aiofiles.os.wrap(self._find)
        self.get = aiofiles.os.wrap(self._get)
        self._sorted_ids = aiofiles.os.wrap(self._all_ids)
        self.select = aiofiles.os.wrap(self._select)
        self._find_all_in_thread = aiofiles.os.wrap(self._find_all)

    async def batch(self, ids: Sequence[str]) -> dict[str, Ticket | None]:
        """Return these tickets by id; None for one that is not there.

        So many to a hop, and so many hops at a time, as `Performance` says. Raises
        DamagedFileError for the first that cannot be believed.
        """
        size = self._performance.batch_size_limit
        free = asyncio.Semaphore(self._performance.concurrent_file_limit)

        async def find_all(some: Sequence[str]) -> dict[str, Ticket | None]:
            async with free:
                return await self._find_all_in_thread(some)

        parts = [ids[start : start + size] for start in range(0, len(ids), size)]
        found = await asyncio.gather(*map(find_all, parts))
        return {ticket_id: ticket for part in found for ticket_id, ticket in part.items()}

    async def batches(self, wanted: Callable[[Ticket], bool]) -> AsyncIterator[TicketBatch]:
        """Yield all tickets that are wanted, a batch at a time; `wanted` runs beside the loop.

        A damaged file is logged and passed by: it must not stop the others.
        """
        ids = await self._sorted_ids()
        for start in range(0, len(ids), BATCH_TICKETS):
            yield await self.select(ids[start : start + BATCH_TICKETS], wanted)

    def read(self, ticket_id: str, *, is_locked: bool = False) -> StoredTicket | None:
        """Return the stored ticket, or None if there is none. Blocks.

        A damaged file is set aside; from then on the ticket is damaged, and never absent, until
        a person has restored it. Raises RejectedError for an id that cannot be one,
        DamagedFileError, and NewerFormatError for a file that is left alone. `is_locked` says
        that the caller holds the ticket's lock.
        """
        path = self._layout.ticket(ticket_id)
        try:
            with unreadable(path):
                return self._read(path, ticket_id)
        except DamagedFileError as error:
            self._set_aside(path, ticket_id, error, is_locked=is_locked)
            raise

    def _read(self, path: Path, ticket_id: str) -> StoredTicket | None:
        try:
            status = path.stat()
            if stored := self._cache.get(ticket_id, Identity.of(status)):
                return stored
            _expect_no_folder(path, status)
            content, identity = read_identified(path)
        except FileNotFoundError:
            if lost := self._quarantine.of_ticket(ticket_id):
                raise DamagedFileError(
                    f"Ticket {ticket_id} was damaged and set aside: {lost.problem}",
                    field="ticket_id",
                    remedy=f"Run `texas811 check --restore {ticket_id}`.",
                ) from None
            if version := noted_version(self._layout.ticket_lock(ticket_id)):
                return self._read_taken_away(path, ticket_id, version)
            return None
        if len(content) > self._performance.file_size_warning_mb * MEBIBYTE:
            log.warning("%s has %d bytes", path.name, len(content))
        stored = decode(content, name=path.name)
        if stored.ticket.id != ticket_id:
            raise DamagedFileError(
                f"The file {path.name} holds the ticket {stored.ticket.id}.",
                remedy="Give the file back its name, or restore it from a backup.",
            )
        self._cache.put(ticket_id, identity, stored)
        return stored

    def _read_taken_away(self, path: Path, ticket_id: str, version: int) -> StoredTicket | None:
        """Return a ticket whose file was not there, though it was written; None for one that is over.

        Raises MissingFileError if it was not removed by us.
        """
        if path.exists():  # it was written just now
            return self._read(path, ticket_id)
        stone = tombstone_of(self._layout, ticket_id)
        if stone and version <= stone.version:
            return None
        raise MissingFileError(
            f"The file {path.name} is gone; its version {version} was written.",
            field="ticket_id",
            remedy=f"Put it back, or run `texas811 check --restore {ticket_id}`.",
        ) from None

    def _set_aside(
        self, path: Path, ticket_id: str, error: DamagedFileError, *, is_locked: bool
    ) -> None:
        """Bring a damaged file to the quarantine, if it is still what was read.

        A ticket that is being written is left to its writer, who will find the damage himself.
        """
        with (
            suppress(OSError),
            locked_if_free(
                None if is_locked else self._layout.ticket_lock(ticket_id)
            ) as is_ours,
        ):
            if not is_ours or strange_name(path.lstat().st_mode):
                return
            try:
                self._read(path, ticket_id)
            except DamagedFileError:
                # The sentence says it all; a traceback would only hide it.
                log.error(error.problem, extra={"ticket_id": ticket_id})  # noqa: TRY400 - it says it all
                self._quarantine.set_aside(path, error.problem)

    def ids(self) -> Iterator[str]:
        """Yield the id of every ticket that has a file. Blocks.

        Raises NotFoundError if there is no such directory: that is not the same as no tickets.
        """
        for path in self._layout.existing(self._layout.tickets).iterdir():
            if match := TICKET_FILE.fullmatch(path.name):
                yield match[1]

    def _find(self, ticket_id: str) -> Ticket | None:
        stored = self.read(ticket_id)
        return stored.ticket if stored else None

    def _get(self, ticket_id: str) -> Ticket:
        ticket = self._find(ticket_id)
        if ticket is None:
            raise no_ticket(self._layout, ticket_id)
        return ticket

    def _find_all(self, ids: Sequence[str]) -> dict[str, Ticket | None]:
        return {ticket_id: self._find(ticket_id) for ticket_id in ids}

    def _all_ids(self) -> list[str]:
        return sorted(self.ids())

    def _select(self, ids: Sequence[str], wanted: Callable[[Ticket], bool]) -> TicketBatch:
        """Return of these tickets those that are wanted, in the order of their ids here.

        One that is gone is passed by, and so is a damaged one, which is logged.
        """
        read = [ticket for id_ in ids if (ticket := self._whole(id_))]
        return TicketBatch(len(read), [ticket for ticket in read if wanted(ticket)])

    def _whole(self, ticket_id: str) -> Ticket | None:
        """Return a ticket, or None for one that is gone or damaged; the damage is logged."""
        try:
            return self._find(ticket_id)
        except (DamagedFileError, NewerFormatError) as error:
            # The sentence says it all; a traceback would only hide it.
            log.error(error.problem, extra={"ticket_id": ticket_id})  # noqa: TRY400 - it says it all
            return None


def _expect_no_folder(path: Path, status: os.stat_result) -> None:
    """Raise DamagedFileError for a folder at the place of a ticket, as other tools make one."""
    if stat.S_ISDIR(status.st_mode):
        raise DamagedFileError(
            f"{path.name} is a folder and not the file of a ticket.",
            remedy="Move it out of the data directory, and look what lies in it: it may be the "
            "newest save of the ticket. Then run `texas811 check`.",
        )

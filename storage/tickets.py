"""Tickets: one file each, with the event that made its version inside.

The file is the ticket's JSON as the specification names it, flat, and `_meta` beside it: format,
version, the event of that version as it stands in the audit log, and a digest of all the rest.
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiofiles.os
import pydantic_core
from pydantic import BaseModel, ConfigDict, Field

from domain.audit import AuditEvent
from domain.errors import NotFoundError
from domain.facts import LEGAL_STATEMENTS
from domain.texas import county_key
from domain.ticket import Ticket, TicketStatus
from storage.cache import TicketCache
from storage.files import (
    DamagedFileError,
    Identity,
    NewerFormatError,
    damage_in,
    locked_if_free,
    read_identified,
    unreadable,
)
from storage.layout import TICKET_FILE, Layout
from storage.performance import Performance
from storage.quarantine import Quarantine

FORMAT = 2
FIRST_PROVEN_FORMAT = 2  # from here on a file carries its digest, and always will
NO_META: dict[str, Any] = {}
BATCH_TICKETS = 500  # as many as are held in memory at a time
MEBIBYTE = 1024 * 1024

# How every file ends from FIRST_PROVEN_FORMAT on: the digest is over all that stands before it.
DIGEST_FIELD = b', "sha256": "'
FILE_TAIL = b'"}\n}\n'
DIGEST_CHARACTERS = 64
END_BYTES = len(DIGEST_FIELD) + DIGEST_CHARACTERS + len(FILE_TAIL)

log = logging.getLogger(__name__)


class TicketMeta(BaseModel):
    """What the file knows beside the ticket.

    A file in the customer's own shape has no `_meta`: it counts as version 1, without event.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = Field(default=1, ge=1)
    version: int = Field(default=1, ge=1)
    event: AuditEvent | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class StoredTicket:
    """A ticket as it lies on the disk, and the event that made it so."""

    ticket: Ticket
    event: AuditEvent | None


@dataclass(frozen=True, slots=True)
class TicketListing:
    """Tickets, the latest change first, and the names of files that could not be read."""

    tickets: list[Ticket]
    damaged: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TicketBatch:
    """Of so many tickets that were looked at, those that were wanted."""

    seen: int
    tickets: list[Ticket]


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A ticket's file that is what was written: its fields as they stand there, and `_meta`.

    A proven one fitted the schema when it was written. One that carries no digest, as other tools
    and earlier releases write it, must be read as a `Ticket` before it can be believed.
    """

    raw: dict[str, Any]
    meta: TicketMeta

    @property
    def is_proven(self) -> bool:
        return self.meta.sha256 is not None


def encode(ticket: Ticket, event: AuditEvent) -> bytes:
    """Return the bytes of a ticket's file; `ticket.version` is the version being written."""
    return assembled(ticket, event.model_dump_json())


def assembled(ticket: Ticket, event: str) -> bytes:
    """Return the bytes of a ticket's file, from its event as JSON in one line."""
    head = ticket.model_dump_json(indent=2).removesuffix("\n}")
    meta = f'"format": {FORMAT}, "version": {ticket.version}, "event": {event}'
    content = f'{head},\n  "_meta": {{{meta}'.encode()
    return content + _end_of(content)


def opened(content: bytes, *, name: str) -> OpenedFile:
    """Return what stands in a ticket's file, having compared its digest.

    Raises DamagedFileError, naming file and fault, and NewerFormatError.
    """
    is_whole = content[-END_BYTES:] == _end_of(content[:-END_BYTES])
    with damage_in(name, "a ticket"):
        raw = pydantic_core.from_json(content)
        given = raw.pop("_meta", NO_META)
        if given is NO_META:
            # The customer's own model writes False where nobody has said anything.
            raw = {k: v for k, v in raw.items() if v is not False or k not in LEGAL_STATEMENTS}
        elif is_whole and given["format"] > FORMAT:
            raise NewerFormatError(
                f"The file {name} has format {given['format']}; this release reads up to {FORMAT}.",
                remedy="Run the release that wrote it. It has not been touched.",
            )
        meta = TicketMeta.model_validate(given)
        if not is_whole and (meta.format >= FIRST_PROVEN_FORMAT or meta.sha256):
            problem = "it is not what its digest says"
            raise ValueError(problem)
    return OpenedFile(raw, meta)


def decode(content: bytes, *, name: str) -> StoredTicket:
    """Return what a ticket's file says.

    Raises DamagedFileError, naming file and fault, and NewerFormatError.
    """
    file = opened(content, name=name)
    with damage_in(name, "a ticket"):
        ticket = Ticket.model_validate({**file.raw, "version": file.meta.version})
    return StoredTicket(ticket=ticket, event=file.meta.event)


def _end_of(content: bytes) -> bytes:
    return DIGEST_FIELD + hashlib.sha256(content).hexdigest().encode() + FILE_TAIL


class Tickets:
    """Reads tickets. They are written by the committer alone."""

    def __init__(self, layout: Layout, performance: Performance) -> None:
        self._layout = layout
        self._performance = performance
        self._quarantine = Quarantine(layout)
        self._cache: TicketCache[StoredTicket] = TicketCache(performance)
        self.find = aiofiles.os.wrap(self._find)
        self.get = aiofiles.os.wrap(self._get)
        self.list = aiofiles.os.wrap(self._list)
        self._sorted_ids = aiofiles.os.wrap(self._all_ids)
        self._select_in_thread = aiofiles.os.wrap(self._select)
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
            yield await self._select_in_thread(ids[start : start + BATCH_TICKETS], wanted)

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
            if stored := self._cache.get(ticket_id, Identity.of(path.stat())):
                return stored
            content, identity = read_identified(path)
        except FileNotFoundError:
            if lost := self._quarantine.of_ticket(ticket_id):
                raise DamagedFileError(
                    f"Ticket {ticket_id} was damaged and set aside: {lost.problem}",
                    field="ticket_id",
                    remedy=f"Run `texas811 check --restore {ticket_id}`.",
                ) from None
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
            if not is_ours or not path.exists():
                return
            try:
                self._read(path, ticket_id)
            except DamagedFileError:
                # The sentence says it all; a traceback would only hide it.
                log.error(error.problem, extra={"ticket_id": ticket_id})  # noqa: TRY400
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
            raise NotFoundError(
                f"There is no ticket {ticket_id}.",
                field="ticket_id",
                remedy="List the tickets to see which there are.",
            )
        return ticket

    def _find_all(self, ids: Sequence[str]) -> dict[str, Ticket | None]:
        return {ticket_id: self._find(ticket_id) for ticket_id in ids}

    def _all_ids(self) -> list[str]:
        return sorted(self.ids())

    def _select(self, ids: Sequence[str], wanted: Callable[[Ticket], bool]) -> TicketBatch:
        read = [ticket for id_ in ids if (ticket := self._whole(id_))]
        return TicketBatch(len(read), [ticket for ticket in read if wanted(ticket)])

    def _whole(self, ticket_id: str) -> Ticket | None:
        """Return a ticket, or None for one that is gone or damaged; the damage is logged."""
        try:
            return self._find(ticket_id)
        except DamagedFileError as error:
            # The sentence says it all; a traceback would only hide it.
            log.error(error.problem, extra={"ticket_id": ticket_id})  # noqa: TRY400
            return None

    def _list(
        self, *, status: TicketStatus | None = None, county: str | None = None
    ) -> TicketListing:
        tickets: list[Ticket] = []
        damaged: list[str] = []
        for ticket_id in self.ids():
            try:
                ticket = self._find(ticket_id)
            except DamagedFileError as error:
                # The sentence says it all; a traceback would only hide it.
                log.error(error.problem, extra={"ticket_id": ticket_id})  # noqa: TRY400
                damaged.append(f"ticket_{ticket_id}.json")
                continue
            if ticket and _fits(ticket, status, county):
                tickets.append(ticket)
        tickets.sort(key=lambda ticket: (ticket.updated_at, ticket.id), reverse=True)
        return TicketListing(tickets, sorted(damaged))


def _fits(ticket: Ticket, status: TicketStatus | None, county: str | None) -> bool:
    wanted_county = county is None or county_key(ticket.county or "") == county_key(county)
    return wanted_county and (status is None or ticket.status is status)

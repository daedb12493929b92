"""Tickets: one file each, with the event that made its version inside.

The file is the ticket's JSON as the specification names it, flat, and `_meta` beside it:
format, version, and the event of that version.
"""

import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field

import aiofiles.os
import pydantic_core
from pydantic import BaseModel, ConfigDict, Field

from domain.audit import AuditEvent
from domain.errors import NotFoundError
from domain.facts import LEGAL_STATEMENTS
from domain.texas import county_key
from domain.ticket import Ticket, TicketStatus
from storage.files import DamagedFileError, damage_in
from storage.layout import TICKET_FILE, Layout

FORMAT = 1
BATCH_TICKETS = 500  # as many as are held in memory at a time

log = logging.getLogger(__name__)


class TicketMeta(BaseModel):
    """What the file knows beside the ticket.

    A file in the customer's own shape has no `_meta`: it counts as version 1, without event.
    """

    model_config = ConfigDict(frozen=True)

    format: int = Field(default=FORMAT, le=FORMAT)
    version: int = Field(default=1, ge=1)
    event: AuditEvent | None = None


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


def encode(ticket: Ticket, event: AuditEvent) -> bytes:
    """Return the bytes of a ticket's file; `ticket.version` is the version being written."""
    meta = TicketMeta(version=ticket.version, event=event)
    content = {**ticket.model_dump(mode="json"), "_meta": meta.model_dump(mode="json")}
    return pydantic_core.to_json(content, indent=2) + b"\n"


def decode(content: bytes, *, name: str) -> StoredTicket:
    """Return what a ticket's file says. Raises DamagedFileError, naming file and fault."""
    with damage_in(name, "a ticket"):
        raw = pydantic_core.from_json(content)
        if "_meta" not in raw:
            # The customer's own model writes False where nobody has said anything.
            raw = {k: v for k, v in raw.items() if v is not False or k not in LEGAL_STATEMENTS}
        meta = TicketMeta.model_validate(raw.pop("_meta", {}))
        ticket = Ticket.model_validate({**raw, "version": meta.version})
    return StoredTicket(ticket=ticket, event=meta.event)


class Tickets:
    """Reads tickets. They are written by `Store.commit` alone."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.find = aiofiles.os.wrap(self._find)
        self.get = aiofiles.os.wrap(self._get)
        self.list = aiofiles.os.wrap(self._list)
        self._sorted_ids = aiofiles.os.wrap(self._all_ids)
        self._select_in_thread = aiofiles.os.wrap(self._select)

    async def batches(self, wanted: Callable[[Ticket], bool]) -> AsyncIterator[TicketBatch]:
        """Yield all tickets that are wanted, a batch at a time; `wanted` runs beside the loop.

        A damaged file is logged and passed by: it must not stop the others.
        """
        ids = await self._sorted_ids()
        for start in range(0, len(ids), BATCH_TICKETS):
            yield await self._select_in_thread(ids[start : start + BATCH_TICKETS], wanted)

    def read(self, ticket_id: str) -> StoredTicket | None:
        """Return the stored ticket, or None if there is none. Blocks.

        Raises RejectedError for an id that cannot be one, DamagedFileError for a bad file.
        """
        path = self._layout.ticket(ticket_id)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        stored = decode(content, name=path.name)
        if stored.ticket.id != ticket_id:
            raise DamagedFileError(
                f"The file {path.name} holds the ticket {stored.ticket.id}.",
                remedy="Give the file back its name, or restore it from a backup.",
            )
        return stored

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

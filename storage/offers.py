"""Offers: the newest good version of a damaged ticket, and where it comes from.

The audit trail tells every version of a ticket; a backup holds its file. Both are a `Source`, and
the highest version of all is offered, as the bytes that the ticket's file had.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import aiofiles.os

from domain.audit import AuditEvent
from domain.errors import NotFoundError, RejectedError, Texas811Error
from domain.extraction import Extraction
from domain.replay import replayed, versions_in
from storage.layout import Layout
from storage.quarantine import Quarantine
from storage.ticket_files import StoredTicket, decode, encode
from storage.ticket_locks import Note
from storage.trail import histories
from storage.work_orders import WorkOrders

# Where a ticket's file says which version it holds; a damaged one may still say it.
VERSION = re.compile(rb'"version":\s*(\d{1,9})\b')

Found = bytes | Texas811Error
"""The content of a ticket's file, or why there is none."""


class Source(Protocol):
    """Where good versions come from."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    async def newest(self, ticket_ids: Collection[str]) -> Mapping[str, Found]:
        """Return the newest version of each of these tickets, as its file held it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A version that can be put back.

    `newest_known` is the highest version that is known to have been. Where it is higher, what
    was changed since this one is lost.
    """

    content: bytes
    stored: StoredTicket
    source: str
    newest_known: int

    @property
    def version(self) -> int:
        return self.stored.ticket.version

    @property
    def is_newest(self) -> bool:
        return self.version >= self.newest_known


class AuditTrail:
    """Makes tickets again from all that was told of them."""

    name = "audit trail"

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._work_orders = WorkOrders(layout)
        self._histories = aiofiles.os.wrap(histories)

    async def newest(self, ticket_ids: Collection[str]) -> Mapping[str, Found]:
        told = await self._histories(self._layout, ticket_ids)
        return {ticket_id: await self._made_again(told[ticket_id]) for ticket_id in ticket_ids}

    async def _made_again(self, events: Sequence[AuditEvent]) -> Found:
        if not events:
            return NotFoundError("The audit log tells nothing of this ticket.")
        try:
            ticket = replayed(events)
            if extraction := await self._read_from(ticket.work_order_id):
                ticket = replayed(events, extraction)
        except RejectedError as why:
            return why
        return encode(ticket, versions_in(events)[-1])

    async def _read_from(self, work_order_id: str | None) -> Extraction | None:
        """Return what was read from a work order; nothing if that is damaged too.

        Only gaps follow from it, and the next validation finds them.
        """
        if work_order_id is not None:
            with suppress(Texas811Error):
                return await self._work_orders.extraction(work_order_id)
        return None


class Offers:
    """Finds the best that any source has."""

    def __init__(self, quarantine: Quarantine, sources: Sequence[Source] | None = None) -> None:
        self._layout = quarantine.layout
        self._quarantine = quarantine
        self._sources = sources or [AuditTrail(self._layout)]
        self._known = aiofiles.os.wrap(self._newest_known)

    async def of(self, ticket_ids: Collection[str]) -> dict[str, Offer | Texas811Error]:
        """Return the newest good version of each ticket, or why there is none.

        Of one version that of the first source; where none has any, what the first one says.
        """
        known = {ticket_id: await self._known(ticket_id) for ticket_id in ticket_ids}
        best: dict[str, Offer | Texas811Error] = {}
        for source in self._sources if ticket_ids else ():
            for ticket_id, found in (await source.newest(ticket_ids)).items():
                offer = _offered(ticket_id, found, source.name, known[ticket_id])
                if ticket_id not in best or _version(offer) > _version(best[ticket_id]):
                    best[ticket_id] = offer
        return best

    def _newest_known(self, ticket_id: str) -> int:
        """Return the highest version that anything here speaks of; 0 if nothing does.

        The lock's note is that of the last commit; a damaged file may still say its version.
        """
        said = [
            int(version)
            for entry in self._quarantine.entries_of(self._layout.ticket(ticket_id))
            for version in VERSION.findall(self._quarantine.content(entry))
        ]
        with suppress(FileNotFoundError):
            note = Note.parsed(self._layout.ticket_lock(ticket_id).read_bytes())
            said += [note.version] if note else []
        return max(said, default=0)


def _offered(
    ticket_id: str, found: Found, source: str, newest_known: int
) -> Offer | Texas811Error:
    """Return what a source found as an offer: nothing is put back that cannot be read."""
    if isinstance(found, Texas811Error):
        return found
    try:
        stored = decode(found, name=f"ticket_{ticket_id}.json")
    except Texas811Error as error:
        return error
    if stored.ticket.id != ticket_id:
        return RejectedError(f"The {source} has ticket {stored.ticket.id} in its place.")
    return Offer(found, stored, source, newest_known)


def _version(offer: Offer | Texas811Error) -> int:
    return offer.version if isinstance(offer, Offer) else 0

"""Offers: the newest good version of a damaged ticket, and where it comes from.

The audit trail tells every version of a ticket; a backup holds its file. Both are a `Source`, and
the highest version of all is offered, as the bytes that the ticket's file had. Archives are large:
they are looked through, the newest first, only for what is not found before.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import aiofiles.os

from domain.audit import SYSTEM, AuditEvent, event_id
from domain.errors import NotFoundError, RejectedError, Texas811Error
from domain.extraction import Extraction
from domain.replay import newest_told, replayed, versions_in
from storage.backup_source import Found, backup_sources
from storage.layout import Layout
from storage.quarantine import Quarantine
from storage.ticket_files import StoredTicket, decode, encode
from storage.ticket_locks import Note
from storage.trail import histories
from storage.work_orders import WorkOrders

# Where a ticket's file says which version it holds; a damaged one may still say it.
VERSION = re.compile(rb'"version":\s*(\d{1,9})\b')

__all__ = ["AuditTrail", "Found", "Offer", "Offers", "Source", "renumbered"]


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
    was changed since this one is lost. `newest_told` is the highest that the audit log tells of:
    what is put back must not be told to be one of those that it is not.
    """

    content: bytes
    stored: StoredTicket
    source: str
    newest_known: int
    newest_told: int = 0

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
        self._sources = sources
        self._histories = aiofiles.os.wrap(histories)
        self._known = aiofiles.os.wrap(self._newest_known)
        self._backups = aiofiles.os.wrap(backup_sources if sources is None else _no_backups)

    async def of(
        self, ticket_ids: Collection[str], *, is_thorough: bool = False
    ) -> dict[str, Offer | Texas811Error]:
        """Return the newest good version of each ticket, or why there is none.

        Of one version that of the first source; where none has any, what the first one says. The
        backups are asked about what the audit trail does not tell to its end; if this shall be
        thorough, also about the rest: a log that has lost its end does not know that.
        """
        best = _Best({ticket_id: await self._known(ticket_id) for ticket_id in ticket_ids})
        if is_thorough and ticket_ids:
            best.hear(await self._histories(self._layout, ticket_ids))
        for source in self._sources or [AuditTrail(self._layout)] if ticket_ids else ():
            await best.ask(source, ticket_ids)
        wanting = {one for one in ticket_ids if is_thorough or not best.is_newest(one)}
        backups = await self._backups(self._layout) if wanting else ()
        if backups and not is_thorough:
            best.hear(await self._histories(self._layout, wanting))
        for backup in backups:
            # What a newer backup has, an older one has not in a later version.
            wanting -= await best.ask(backup, wanting)
            if not wanting:
                break
        return best.offers

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


class _Best:
    """The best of what was found so far, of each ticket; `known` is its newest known version."""

    def __init__(self, known: Mapping[str, int]) -> None:
        self._known = known
        self._told: dict[str, int] = {}
        self.offers: dict[str, Offer | Texas811Error] = {}

    def hear(self, told: Mapping[str, Sequence[AuditEvent]]) -> None:
        """Take note of what the log tells, be it complete or not."""
        self._told = {ticket_id: newest_told(events) for ticket_id, events in told.items()}

    async def ask(self, source: Source, about: Collection[str]) -> set[str]:
        """Ask a source about some tickets; return those that it has."""
        having = set[str]()
        for ticket_id, found in (await source.newest(about)).items():
            told = self._told.get(ticket_id, 0)
            known = max(self._known[ticket_id], told)
            offer = _offered(ticket_id, found, source.name, known)
            if isinstance(offer, Offer):
                offer = replace(offer, newest_told=told)
            before = self.offers.setdefault(ticket_id, offer)
            if _version(offer) > _version(before):
                self.offers[ticket_id] = offer
            if isinstance(offer, Offer):
                having.add(ticket_id)
        return having

    def is_newest(self, ticket_id: str) -> bool:
        offer = self.offers.get(ticket_id)
        return isinstance(offer, Offer) and offer.is_newest


def renumbered(offer: Offer, now: datetime) -> Offer:
    """Return an offer under a version that the log does not tell of yet, if it is an older one.

    Its next change would else be told under the id of another, and versions only grow.
    """
    if offer.version >= offer.newest_told:
        return offer
    version = offer.newest_told + 1
    ticket = offer.stored.ticket.model_copy(update={"version": version, "updated_at": now})
    event = AuditEvent(
        id=event_id(ticket.id, version),
        ticket_id=ticket.id,
        timestamp=now,
        actor=SYSTEM.actor,
        action="ticket_restored",
        to_status=ticket.status,
        notes=f"As it was in version {offer.version}, from the {offer.source}.",
        compliance_relevant=True,
    )
    stored = StoredTicket(ticket, event)
    return replace(offer, content=encode(ticket, event), stored=stored)


def _no_backups(_layout: Layout) -> Sequence[Source]:
    return ()


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

"""Restoring: a damaged ticket gets its newest good version back, exactly as it was written.

The same version with the same event, under the ticket's lock, by one rename. Then an event of its
own says that it was restored, and the damaged bytes stay in the quarantine, marked as seen to.
Stopped anywhere in between and done again, it goes on from there.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid5

import aiofiles.os
from pydantic import BaseModel, ConfigDict

from domain.audit import EVENT_NAMESPACE, SYSTEM, AuditEvent, Author
from domain.errors import NotFoundError, RejectedError, Texas811Error
from domain.moment import Moment
from domain.ticket import Ticket
from storage.chain import entry
from storage.changes import Changes
from storage.clock import Clock, system_clock
from storage.failures import DamagedFileError, disk_trouble
from storage.files import remove_file, write_atomic
from storage.offers import Offer, Offers, Source, renumbered
from storage.quarantine import Quarantined
from storage.restore_gate import RestoreGate
from storage.store import Store
from storage.ticket_files import StoredTicket
from storage.ticket_locks import TicketLock
from storage.tombstones import is_retired, tombstone_of, tombstone_path
from storage.trail import histories

WHOLE = "whole file that lay in its place"  # put there by a person, or by us before a crash


class DamagedFile(BaseModel):
    """A file in the quarantine that somebody must see to, and what mends it.

    Of a ticket: the version that can be restored, and where it comes from. `is_newest` is false
    where a later version is known to have been; what it changed is lost then.
    """

    model_config = ConfigDict(frozen=True)

    file: str
    kept_as: str
    problem: str
    found_at: Moment
    remedy: str
    ticket_id: str | None = None
    version: int | None = None
    source: str | None = None
    is_newest: bool | None = None


class Damage(BaseModel):
    """The files that somebody must see to, the latest first; `total` counts those left out too."""

    model_config = ConfigDict(frozen=True)

    damaged: list[DamagedFile]
    total: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A ticket that lies whole in its place again, where it comes from, and what was damaged."""

    ticket: Ticket
    source: str
    damage: Quarantined | None


class Restoring:
    """Tells what is damaged, and puts tickets back.

    With `brings_back` also one that was removed because its time was over.
    """

    def __init__(
        self,
        store: Store,
        *,
        sources: Sequence[Source] | None = None,
        clock: Clock = system_clock,
        brings_back: bool = False,
    ) -> None:
        self._store = store
        self._brings_back = brings_back
        self._quarantine = store.quarantine
        self._layout = store.quarantine.layout
        self._changes = Changes(self._layout)
        self._offers = Offers(store.quarantine, sources)
        self._clock = clock
        self._entries = aiofiles.os.wrap(self._quarantine.entries)
        self._resolve = aiofiles.os.wrap(self._quarantine.resolve)
        self._histories = aiofiles.os.wrap(histories)
        self._restore_in_thread = aiofiles.os.wrap(self._restore)

    async def damage(self, *, limit: int | None = None) -> Damage:
        """Return what is damaged, the latest `limit` files of it, and what mends each."""
        entries = [entry for entry in await self._entries() if entry.is_open]
        shown = entries[:limit]
        offers = await self._offers.of({one.ticket_id for one in shown if one.ticket_id})
        told = [_told(entry, offers.get(entry.ticket_id or "")) for entry in shown]
        return Damage(damaged=told, total=len(entries))

    async def restore(
        self, ticket_id: str, *, by: Author = SYSTEM, accepts_older: bool = False
    ) -> Restored:
        """Put the newest good version of a ticket back, and say so in the audit log.

        Raises RejectedError if the ticket is not damaged, if there is no good version, and unless
        `accepts_older` if a later one is known to have been. Raises NotFoundError for a ticket
        that there never was, and UnavailableError if the disk does not take it.
        """
        with suppress(DamagedFileError):
            # What is damaged is set aside by this.
            found = await self._store.tickets.find(ticket_id)
            if found is None and not self._brings_back:
                self._refuse_removed(ticket_id)
        offer = (await self._offers.of([ticket_id], is_thorough=True))[ticket_id]
        return await self._restore_in_thread(ticket_id, offer, by, accepts_older=accepts_older)

    async def dismiss(self, file: str, *, by: Author = SYSTEM) -> None:
        """Mark a file in the quarantine as seen to: nothing is missing without it.

        `file` is where it was, or where it lies now. Raises NotFoundError if there is none, and
        RejectedError for a ticket that there was: that is restored, and never forgotten.
        """
        entries = [entry for entry in await self._entries() if entry.is_open]
        entry = next((one for one in entries if file in {one.file, one.kept_as}), None)
        if entry is None:
            raise NotFoundError(
                f"Nothing in the quarantine is called {file[:100]}.",
                field="file",
                remedy="See `texas811 check` for what there is.",
            )
        ticket_id = entry.ticket_id
        if ticket_id and (await self._histories(self._layout, [ticket_id]))[ticket_id]:
            raise RejectedError(
                f"The audit log tells of ticket {ticket_id}: it is not to be forgotten.",
                field="file",
                remedy=f"Run `{restore_command(ticket_id)}`.",
            )
        await self._resolve(self._layout.root / entry.file, f"{_who(by)} dismissed it.")

    def _restore(
        self, ticket_id: str, offer: Offer | Texas811Error, by: Author, *, accepts_older: bool
    ) -> Restored:
        path = self._layout.ticket(ticket_id)
        lock = TicketLock(self._layout.ticket_lock(ticket_id))
        with disk_trouble(path), RestoreGate(self._layout), lock:
            restored = self._put_back(ticket_id, offer, accepts_older=accepts_older)
            if self._brings_back and is_retired(self._layout, ticket_id):
                remove_file(tombstone_path(self._layout, ticket_id))
            self._changes.tell([ticket_id])
            event = _event(restored, by, self._clock)
            self._log(event)
            self._quarantine.resolve(path, str(event.notes))
        return restored

    def _put_back(
        self, ticket_id: str, offer: Offer | Texas811Error, *, accepts_older: bool
    ) -> Restored:
        """Write the offered version, unless one that is as new lies in its place."""
        path = self._layout.ticket(ticket_id)
        stored = self._stored(ticket_id)
        version = stored.ticket.version if stored else 0
        if stored and not (isinstance(offer, Offer) and offer.version > version):
            return self._whole(stored.ticket)
        damage = self._quarantine.of_ticket(ticket_id)
        offer = _accepted(ticket_id, offer, accepts_older=accepts_older, is_known=bool(damage))
        if stored:
            problem = f"It holds version {version}, and there was a later one."
            damage = self._quarantine.set_aside(path, problem)
        offer = renumbered(offer, self._clock())
        write_atomic(path, offer.content)
        return Restored(offer.stored.ticket, offer.source, damage)

    def _stored(self, ticket_id: str) -> StoredTicket | None:
        """Return what lies in the place of this ticket and can be believed, if anything does."""
        with suppress(DamagedFileError):
            return self._store.tickets.read(ticket_id, is_locked=True)
        return None

    def _refuse_removed(self, ticket_id: str) -> None:
        if tombstone := tombstone_of(self._layout, ticket_id):
            archive = Path(tombstone.archive).name
            raise RejectedError(
                tombstone.as_error().problem,
                field="ticket_id",
                remedy=f"Bring it back: `texas811 tickets restore {ticket_id} --from {archive} "
                "--by NAME --reason WHY`.",
            )

    def _whole(self, ticket: Ticket) -> Restored:
        damage = self._quarantine.of_ticket(ticket.id)
        if damage is None and not (self._brings_back and is_retired(self._layout, ticket.id)):
            raise RejectedError(
                f"Ticket {ticket.id} is whole, at version {ticket.version}.",
                field="ticket_id",
                remedy="There is nothing to restore.",
            )
        return Restored(ticket, WHOLE, damage)

    def _log(self, event: AuditEvent) -> None:
        """Tell of a restoration, durably; a crash may have come after it was told."""
        ticket_id, audit = str(event.ticket_id), self._store.audit
        if event.id not in {one.id for one in histories(self._layout, [ticket_id])[ticket_id]}:
            audit.renew()
            audit.append_durably(entry(event, audit.find_last(ticket_id)))


def restore_command(ticket_id: str) -> str:
    """Return what a person types to have a ticket restored."""
    return f"texas811 check --restore {ticket_id}"


def _accepted(
    ticket_id: str, offer: Offer | Texas811Error, *, accepts_older: bool, is_known: bool
) -> Offer:
    """Return the offer if it may be put back. Raises what stands against it."""
    if isinstance(offer, Texas811Error):
        if not is_known:
            raise NotFoundError(f"There was no ticket {ticket_id}.", field="ticket_id")
        raise offer
    if not offer.is_newest and not accepts_older:
        raise RejectedError(
            f"The {offer.source} has version {offer.version}, and there was version "
            f"{offer.newest_known}: what was changed since would be lost.",
            field="ticket_id",
            remedy="Look for a newer one in a backup, or add --accept-older.",
        )
    return offer


def _told(entry: Quarantined, offer: Offer | Texas811Error | None) -> DamagedFile:
    told = entry.model_dump(include={"file", "kept_as", "problem", "found_at"})
    if isinstance(offer, Offer):
        told |= {
            "version": offer.version,
            "source": offer.source,
            "is_newest": offer.is_newest,
            "remedy": _remedy(offer),
        }
    elif offer and not isinstance(offer, NotFoundError):
        told["remedy"] = f"{offer.problem} {offer.remedy or ''}".strip()
    else:
        told["remedy"] = (
            f"Look at {entry.kept_as}. If nothing is missing without it, run "
            f"`texas811 check --dismiss {entry.file}`."
        )
    return DamagedFile(ticket_id=entry.ticket_id, **told)


def _remedy(offer: Offer) -> str:
    command = restore_command(offer.stored.ticket.id)
    if offer.is_newest:
        return f"The {offer.source} has version {offer.version}. Run `{command}`."
    return (
        f"The {offer.source} has version {offer.version}, and there was version "
        f"{offer.newest_known}. Look for that in a backup, or run `{command} --accept-older`."
    )


def _event(restored: Restored, by: Author, clock: Clock) -> AuditEvent:
    """Return what is told of a restoration; done again after a crash, it has the same id."""
    ticket, damage = restored.ticket, restored.damage
    which = f"{ticket.id}/{ticket.version}/restored/{damage.kept_as if damage else ''}"
    was = f"{damage.file} was damaged: {damage.problem}" if damage else "There was no file."
    return AuditEvent(
        id=str(uuid5(EVENT_NAMESPACE, which)),
        ticket_id=ticket.id,
        timestamp=clock(),
        actor=by.actor,
        action="ticket_restored",
        notes=f"{_who(by)} restored version {ticket.version} from the {restored.source}. {was}",
        compliance_relevant=True,
        **by.way,
    )


def _who(by: Author) -> str:
    return by.name or str(by.actor)

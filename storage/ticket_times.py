"""A ticket as it was: at a moment, in a version, or in a backup.

Its history is asked first. Where that is not complete, it is said which backup holds the ticket
as it was about then.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

import aiofiles.os

from domain.audit import AuditEvent
from domain.errors import NotFoundError, RejectedError, Texas811Error
from domain.extraction import Extraction
from domain.replay import Then, as_of, as_of_version
from storage.backup_notes import BackupNotes
from storage.backup_source import BackupSource, archive_named
from storage.failures import DamagedFileError
from storage.store import Store
from storage.ticket_files import StoredTicket, decode
from storage.trail import histories

Replay = Callable[[Sequence[AuditEvent], Extraction | None], Then]


class TicketTimes:
    """Tells how tickets were."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._layout = store.quarantine.layout
        self._notes = BackupNotes(self._layout)
        self._told = aiofiles.os.wrap(histories)
        self._archive = aiofiles.os.wrap(archive_named)

    async def at(self, ticket_id: str, moment: datetime) -> Then:
        """Return a ticket as it was stored at a moment (UTC), and what had made it so.

        Raises NotFoundError if there was none, RejectedError if its history does not tell,
        UnavailableError.
        """
        return await self._then(
            ticket_id, lambda events, read: as_of(events, moment, read), moment
        )

    async def in_version(self, ticket_id: str, version: int) -> Then:
        """Return a ticket in one of its versions.

        Raises NotFoundError if there is none, RejectedError if its history does not tell,
        UnavailableError.
        """
        return await self._then(
            ticket_id, lambda events, read: as_of_version(events, version, read)
        )

    async def in_backup(self, ticket_id: str, filename: str) -> StoredTicket:
        """Return a ticket as a backup holds it.

        Raises NotFoundError if there is no such backup, or no such ticket in it, RejectedError,
        DamagedFileError, UnavailableError.
        """
        path = self._layout.ticket(ticket_id)
        source = BackupSource(await self._archive(self._layout, filename))
        found = (await source.newest([ticket_id]))[ticket_id]
        if isinstance(found, Texas811Error):
            raise found
        return decode(found, name=f"{path.name} of {filename}")

    async def _then(
        self, ticket_id: str, replay: Replay, moment: datetime | None = None
    ) -> Then:
        try:
            return await self._replayed(ticket_id, replay)
        except RejectedError as failure:
            raise await self._with_backup(failure, ticket_id, moment) from None

    async def _replayed(self, ticket_id: str, replay: Replay) -> Then:
        events = await self._history(ticket_id)
        then = replay(events, None)
        order = then.ticket.work_order_id
        # Only gaps follow from what was read, and the next validation finds them.
        with suppress(Texas811Error):
            if order and (read := await self._store.work_orders.extraction(order)):
                return replay(events, read)
        return then

    async def _history(self, ticket_id: str) -> Sequence[AuditEvent]:
        """Return what is told of a ticket, also of one that is damaged, lost or removed."""
        with suppress(NotFoundError, DamagedFileError):
            return (await self._store.history(ticket_id)).events
        events = (await self._told(self._layout, [ticket_id]))[ticket_id]
        if not events:
            raise NotFoundError(
                f"Nothing is told of a ticket {ticket_id}.",
                field="ticket_id",
                remedy="Give the whole id, or see `texas811 tickets list`.",
            )
        return events

    async def _with_backup(
        self, failure: RejectedError, ticket_id: str, moment: datetime | None
    ) -> RejectedError:
        """Return a failure whose remedy names the backup that tells more, where there is one."""
        notes = [note for note in await self._notes.list() if note.verified_at]
        until = [note for note in notes if moment is None or note.created <= moment]
        remedy = "No backup that was made until then is listed."
        if until:
            last = until[-1]
            remedy = (
                f"The backup of {last.created:%Y-%m-%d %H:%M} UTC may hold it: "
                f"`texas811 tickets at {ticket_id} --from {last.filename}`."
            )
        return RejectedError(
            f"The history is not complete. {failure.problem}", field="ticket_id", remedy=remedy
        )

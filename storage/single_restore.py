"""One ticket put back from a named backup, with its work order where that is missing.

What lies whole in its place is not touched here: that is changed like any ticket, by a version
more. A ticket that was removed because its time was over comes back with its order, and its
tombstone goes last: cut off in between and done again, it goes on from there.
"""

from dataclasses import dataclass
from pathlib import Path

import aiofiles.os

from domain.audit import Author
from domain.ticket import Ticket
from storage.backup_proof import expect_known
from storage.backup_source import BackupSource, archive_named, files_in
from storage.clock import Clock, system_clock
from storage.failures import DamagedFileError, disk_trouble
from storage.files import create_directory_with, write_atomic
from storage.layout import Layout
from storage.offers import AuditTrail
from storage.restoring import Restored, Restoring
from storage.store import Store
from storage.threads import in_writers_thread
from storage.ticket_times import TicketTimes
from storage.tombstones import is_retired
from storage.work_orders import DOCUMENT_FILE, EXTRACTION_FILE, ORDER_FILE

# Whether an order was cancelled is decided by a file, too: that is never put back.
ORDER_FILES = (ORDER_FILE, DOCUMENT_FILE, EXTRACTION_FILE)


@dataclass(frozen=True, slots=True)
class PutBack:
    """A ticket as a backup holds it, and what was put back: the ticket's file, its work order.

    `was_removed`: its time was over, and will be at the next run of the retention, too.
    """

    held: Ticket
    restored: Restored | None
    has_order_back: bool
    was_removed: bool


class SingleRestore:
    """Puts single tickets back."""

    def __init__(self, store: Store, clock: Clock = system_clock) -> None:
        self._store = store
        self._clock = clock
        self._layout = store.quarantine.layout
        self._times = TicketTimes(store)
        self._archive = aiofiles.os.wrap(_known_archive)
        self._put_order_back = in_writers_thread(_put_order_back)

    async def put_back(self, ticket_id: str, filename: str, *, by: Author) -> PutBack:
        """Put back what is missing of a ticket: its work order, and its file.

        A file that is damaged or gone is restored to the newest version that this backup or the
        audit trail has. Raises NotFoundError if there is no such backup or it does not hold the
        ticket, DamagedFileError if it is not the one that was made under this name, RejectedError
        if a later version is known to have been, and UnavailableError.
        """
        path = await self._archive(self._layout, filename)
        held = (await self._times.in_backup(ticket_id, filename)).ticket
        order = held.work_order_id
        has_order_back = await self._put_order_back(self._layout, path, order)
        was_removed = is_retired(self._layout, ticket_id)
        restored = None
        if not await self._is_in_its_place(ticket_id):
            restoring = Restoring(
                self._store,
                sources=[AuditTrail(self._layout), BackupSource(path)],
                clock=self._clock,
                brings_back=True,
            )
            restored = await restoring.restore(ticket_id, by=by)
        return PutBack(held, restored, has_order_back, was_removed)

    async def _is_in_its_place(self, ticket_id: str) -> bool:
        """Is there a file that can be believed, and that nobody was about to remove?"""
        try:
            found = await self._store.tickets.find(ticket_id)
        except DamagedFileError:
            return False
        return found is not None and not is_retired(self._layout, ticket_id)


def _known_archive(layout: Layout, filename: str) -> Path:
    path = archive_named(layout, filename)
    expect_known(layout, path)
    return path


def _put_order_back(layout: Layout, archive: Path, order: str | None) -> bool:
    """Put back what is missing of a work order; return whether anything was. Blocks.

    What is there stays as it is, and so does all of an order that is another than in the archive.
    """
    if order is None:
        return False
    folder = layout.work_order(order)
    missing = {name for name in ORDER_FILES if not (folder / name).exists()}
    if not missing:
        return False
    start = f"{folder.relative_to(layout.root).as_posix()}/"
    wanted = {start + name for name in ORDER_FILES}
    files = files_in(archive, wanted.__contains__)
    held = {name.removeprefix(start): content for name, content in files.items()}
    back = {name: content for name, content in held.items() if name in missing}
    with disk_trouble(folder):
        if ORDER_FILE not in held or not back:
            return False
        if not folder.exists():
            return create_directory_with(folder, back)
        if ORDER_FILE not in missing and (folder / ORDER_FILE).read_bytes() != held[ORDER_FILE]:
            return False
        for name, content in back.items():
            write_atomic(folder / name, content)
    return True

"""The files of one ticket for its bundle: as they lie in the store, or out of the archive of what is over.

A ticket whose time was over is removed from the store and kept in `backups/retired/`: the archive
is believed only if it is the one that the ticket's tombstone names, byte for byte.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.errors import NotFoundError
from domain.ticket import Ticket
from storage.archive_members import REMEDY_DAMAGED
from storage.backup_source import files_in
from storage.failures import DamagedFileError, unreadable
from storage.layout import Layout
from storage.portability import content_of
from storage.retired_archive import RETIRED_FILE, digest_of
from storage.store import Store
from storage.ticket_files import decode
from storage.tombstones import Tombstone, tombstone_of
from storage.work_orders import DOCUMENT_FILE, EXTRACTION_FILE


@dataclass(frozen=True, slots=True)
class TicketFiles:
    """A ticket, the bytes of its own file, and where its other files are found.

    `tombstone` is None for a ticket that lies in the store.
    """

    ticket: Ticket
    raw: bytes
    layout: Layout
    tombstone: Tombstone | None = None
    archived: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def archived_lines(self) -> list[bytes]:
        """The lines of the log about it that were put into the archive."""
        return self.archived.get(_lines_file(self.ticket.id), b"").splitlines()

    def of_order(self, name: str) -> bytes | None:
        """Return a file of its work order, None if there is none. Raises UnavailableError."""
        order_id = self.ticket.work_order_id
        if order_id is None:
            return None
        found = self.archived.get(f"work_orders/{order_id}/{name}")
        return found or content_of(self.layout.work_order(order_id) / name)


def ticket_files(store: Store, ticket_id: str, *, is_alone: bool = False) -> TicketFiles | None:
    """Return a ticket and its files, None if there never was one; `is_alone` without its order.

    Blocks. Raises DamagedFileError for what cannot be believed, NotFoundError for one whose
    archive is not here, and UnavailableError.
    """
    layout = store.quarantine.layout
    if stored := store.tickets.read(ticket_id):
        return TicketFiles(stored.ticket, content_of(layout.ticket(ticket_id)) or b"", layout)
    tombstone = tombstone_of(layout, ticket_id)
    return _from_archive(layout, tombstone, is_alone=is_alone) if tombstone else None


def _from_archive(layout: Layout, tombstone: Tombstone, *, is_alone: bool) -> TicketFiles:
    name = tombstone.archive.rpartition("/")[2]
    path = layout.retired / name
    with unreadable(path):
        digest = digest_of(path) if RETIRED_FILE.fullmatch(name) else None
    if digest is None:
        raise NotFoundError(
            f"Ticket {tombstone.ticket_id} was removed on {tombstone.retired_at:%Y-%m-%d}, and "
            f"{tombstone.archive}, which holds it, is not here.",
            field="ticket_id",
            remedy=f"Bring the archive back to {tombstone.archive}, from the bucket for instance.",
        )
    if digest != tombstone.archive_sha256:
        raise DamagedFileError(
            f"{tombstone.archive} is not the archive that ticket {tombstone.ticket_id} was put into.",
            remedy=f"Find the one with the SHA-256 {tombstone.archive_sha256}. {REMEDY_DAMAGED}",
        )
    file = f"tickets/ticket_{tombstone.ticket_id}.json"
    wanted = {file}
    if not is_alone:
        wanted |= {_lines_file(tombstone.ticket_id)} | {
            f"work_orders/{tombstone.work_order_id}/{one}"
            for one in (DOCUMENT_FILE, EXTRACTION_FILE)
        }
    found = files_in(path, wanted.__contains__, at_most=len(wanted))
    if file not in found:
        raise DamagedFileError(f"{tombstone.archive} does not hold {file}.")
    ticket = decode(found[file], name=f"{file} of {name}").ticket
    return TicketFiles(ticket, found[file], layout, tombstone, found)


def _lines_file(ticket_id: str) -> str:
    return f"audit/events/ticket_{ticket_id}.jsonl"

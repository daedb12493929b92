"""Tombstones: of each ticket that was removed because its time was over, what it was and where it is.

One lies in `tickets/retired/` before the ticket's file is removed, and stays: the ticket is gone,
and neither damaged nor owed again. Where the ticket's file is there, the file counts, and the
tombstone is that of a removal that was not finished.
"""

import os
from pathlib import Path
from uuid import uuid5

from pydantic import BaseModel, ConfigDict, JsonValue

from domain.audit import EVENT_NAMESPACE, Actor, AuditEvent
from domain.errors import ConflictError, NotFoundError
from domain.moment import Moment
from domain.ticket import Ticket
from storage.failures import DamagedFileError, damage_in, unreadable
from storage.layout import TICKET_FILE, Layout
from storage.plain_files import read_plain


class Tombstone(BaseModel):
    """A ticket that was removed: the version it had, and the archive that holds it.

    `over_since` is when its life had ended, `sha256` (hex) that of its file. `archive` is a path
    below the data directory, `archive_sha256` that of the archive itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ticket_id: str
    version: int
    sha256: str
    work_order_id: str | None = None
    texas811_ticket_number: str | None = None
    over_since: Moment
    retired_at: Moment
    by: str
    actor: Actor
    archive: str
    archive_sha256: str

    def event(self) -> AuditEvent:
        """Return the event that tells of it, under the same id each time."""
        told: dict[str, JsonValue] = {"before": None, "after": self.model_dump(mode="json")}
        order = f" and work_orders/{self.work_order_id}" if self.work_order_id else ""
        return AuditEvent(
            id=str(uuid5(EVENT_NAMESPACE, f"{self.ticket_id}/{self.version}/retired")),
            ticket_id=self.ticket_id,
            timestamp=self.retired_at,
            actor=self.actor,
            action="ticket_retired",
            changed_fields=["retired"],
            field_changes={"retired": told},
            notes=f"{self.by}: over since {self.over_since:%Y-%m-%d %H:%M} UTC. Removed from "
            f"tickets/ticket_{self.ticket_id}.json{order}; kept in {self.archive} "
            f"(SHA-256 {self.archive_sha256}).",
            compliance_relevant=True,
        )

    def as_error(self) -> NotFoundError:
        """Return the answer to whoever asks for the ticket."""
        return NotFoundError(
            f"Ticket {self.ticket_id} was removed on {self.retired_at:%Y-%m-%d}: it was over "
            f"since {self.over_since:%Y-%m-%d}.",
            field="ticket_id",
            remedy=f"It is kept in {self.archive}, as tickets/ticket_{self.ticket_id}.json.",
        )


def tombstone_path(layout: Layout, ticket_id: str) -> Path:
    """Return where the tombstone of a ticket lies. Raises RejectedError for no such id."""
    return layout.retired_tickets / layout.ticket(ticket_id).name


def is_retired(layout: Layout, ticket_id: str) -> bool:
    """Has this ticket a tombstone? One look, too quick to need a thread."""
    return os.path.lexists(tombstone_path(layout, ticket_id))


def tombstone_of(layout: Layout, ticket_id: str) -> Tombstone | None:
    """Return the tombstone of a ticket, None if it has none. Blocks.

    Raises DamagedFileError if nobody can tell what it was, and UnavailableError.
    """
    path = tombstone_path(layout, ticket_id)
    with unreadable(path):
        try:
            content = read_plain(path)
        except FileNotFoundError:
            return None
    return decode(content, path)


def decode(content: bytes, path: Path) -> Tombstone:
    """Return what stands in this file. Raises DamagedFileError."""
    try:
        with damage_in(f"{path.parent.name}/{path.name}", "a tombstone"):
            found = Tombstone.model_validate_json(content)
            if f"ticket_{found.ticket_id}.json" != path.name:
                problem = f"it is the tombstone of {found.ticket_id}"
                raise ValueError(problem)
            return found
    except DamagedFileError as error:
        error.remedy = f"Restore {path.parent.name}/{path.name} from a backup."
        raise


def retired_ids(layout: Layout) -> set[str]:
    """Return the id of every ticket that has a tombstone. Blocks. Raises OSError."""
    try:
        names = os.listdir(layout.retired_tickets)  # noqa: PTH208 - names are enough, and half as slow
    except FileNotFoundError:
        return set()
    return {found[1] for name in names if (found := TICKET_FILE.fullmatch(name))}


def no_ticket(layout: Layout, ticket_id: str) -> NotFoundError:
    """Return the answer to whoever asks for a ticket that is not there. Blocks."""
    if tombstone := tombstone_of(layout, ticket_id):
        return tombstone.as_error()
    return NotFoundError(
        f"There is no ticket {ticket_id}.",
        field="ticket_id",
        remedy="List the tickets to see which there are.",
    )


def refuse_retired(layout: Layout, ticket: Ticket) -> None:
    """Raise ConflictError for the creation of a ticket that was removed: it is over.

    The caller holds the ticket's lock.
    """
    if is_retired(layout, ticket.id):
        raise ConflictError(
            f"Ticket {ticket.id} was there, and was removed when its time was over.",
            field="work_order_id",
            remedy="Hand the work in as a new work order, if it shall be done again.",
        )

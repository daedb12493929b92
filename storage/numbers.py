"""The center's numbers: one number, one ticket, whoever writes at the same time.

A claim is a small file named after the number. It is believed only as long as the ticket that
it names has that number, so a claim that a crash left behind, or a number that was corrected,
stands in nobody's way.
"""

import hashlib
from pathlib import Path

import aiofiles.os
import pydantic_core
from pydantic import BaseModel, ConfigDict, Field

from domain.errors import ConflictError
from domain.ticket import Ticket
from storage.failures import DamagedFileError, damage_in, unreadable
from storage.file_locks import FileLock
from storage.files import write_atomic
from storage.layout import NAME, Layout
from storage.plain_files import read_plain
from storage.tickets import Tickets
from storage.tombstones import retired_ids, tombstone_of


class Claim(BaseModel):
    """What stands in the file of a claim: which ticket has, or is about to have, the number."""

    model_config = ConfigDict(frozen=True, strict=True)

    number: str
    ticket_id: str = Field(pattern=rf"^{NAME.pattern}$")

    def is_at(self, path: Path) -> bool:
        """Is this the claim that lies under this name?"""
        return _digest(self.number) == path.stem


class Numbers:
    """Claims numbers for tickets."""

    def __init__(self, layout: Layout, tickets: Tickets) -> None:
        self._layout = layout
        self._tickets = tickets
        self.owner = aiofiles.os.wrap(self._find_owner)

    def path_of(self, number: str) -> Path:
        """Return the file in which this number is claimed."""
        return self._layout.number(_digest(number))

    def lock(self) -> FileLock:
        """Return the lock of all numbers, to be held from a claim until its ticket is written."""
        return FileLock(self._layout.locks / "numbers.lock")

    def claim(self, ticket: Ticket) -> None:
        """Claim the number of this ticket; the caller holds the lock. Blocks.

        Raises ConflictError if another ticket has the number.
        """
        self.claim_for(ticket.id, ticket.texas811_ticket_number)

    def claim_for(self, ticket_id: str, number: str | None) -> None:
        """Claim a number for a ticket, also for one that is gone; else as `claim`."""
        if number:
            self._expect_free(ticket_id, number)
            self._claim(number, ticket_id)

    def expect_free(self, ticket_id: str, number: str | None) -> None:
        """Raise ConflictError if another ticket has this number, UnavailableError. Blocks."""
        if number:
            with unreadable(self.path_of(number)):
                self._expect_free(ticket_id, number)

    def _expect_free(self, ticket_id: str, number: str) -> None:
        owner = self._owner(number)
        if owner and owner != ticket_id:
            raise ConflictError(
                f"The number {number} belongs to ticket {owner}.",
                field="texas811_ticket_number",
                remedy="Correct the number, or look at that ticket.",
            )

    def restore(self, ticket: Ticket) -> None:
        """Claim the number of this ticket again where the claim is gone. Blocks."""
        self._restore(ticket.texas811_ticket_number, ticket.id)

    def restore_retired(self) -> None:
        """Claim the numbers of the tickets that were removed where a claim is gone. Blocks.

        What the center has given once is no other ticket's, ever.
        """
        for ticket_id in sorted(retired_ids(self._layout)):
            if tombstone := tombstone_of(self._layout, ticket_id):
                self._restore(tombstone.texas811_ticket_number, ticket_id)

    def _restore(self, number: str | None, ticket_id: str) -> None:
        if not number or self.path_of(number).exists():
            return
        with self.lock():
            if self._owner(number) is None:
                self._claim(number, ticket_id)

    def _find_owner(self, number: str) -> str | None:
        """Return the id of the ticket that has this number, or None.

        Raises DamagedFileError for a claim or a ticket that cannot be read, UnavailableError.
        """
        with unreadable(self.path_of(number)):
            return self._owner(number)

    def _claim(self, number: str, ticket_id: str) -> None:
        claim = {"number": number, "ticket_id": ticket_id}
        path = self.path_of(number)
        write_atomic(path, pydantic_core.to_json(claim, indent=2) + b"\n")

    def _owner(self, number: str) -> str | None:
        """Return the id of the ticket that has this number, or None."""
        path = self.path_of(number)
        try:
            content = read_plain(path)
        except FileNotFoundError:
            return None
        with damage_in(path.name, "a claim of a number"):
            owner = Claim.model_validate_json(content).ticket_id
        try:
            # Takes the lock of that ticket only if it is free: its holder may wait for this one.
            stored = self._tickets.read(owner)
        except DamagedFileError:
            return owner  # it may have the number: a person must look first
        known = stored.ticket if stored else tombstone_of(self._layout, owner)
        return owner if known and known.texas811_ticket_number == number else None


def _digest(number: str) -> str:
    """Return a number, which may hold any character, as the name of a file."""
    return hashlib.sha256(number.encode()).hexdigest()

"""The check of a whole store, also of one that is in use: what is wrong, and what mends it.

It changes nothing, but that a ticket's file which cannot be believed is set aside, as whoever
reads it sets it aside.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import aiofiles.os
import pydantic_core
from pydantic import BaseModel, ConfigDict

from domain.errors import UnavailableError
from domain.ticket import Ticket
from storage import orphans
from storage.agreement import Agreement
from storage.backup_checking import backups
from storage.clock import Clock, system_clock
from storage.entry import Entry, entry_of
from storage.failures import NewerFormatError
from storage.files import identity_at
from storage.findings import Finding, Kind
from storage.folders import CLAIMED_AGAIN, cancellations, folders, work_orders
from storage.index_file import is_believed, read_snapshot
from storage.log_ends import day_ends
from storage.performance import Performance
from storage.restoring import DamagedFile, Restoring
from storage.store import Store
from storage.tickets import MEBIBYTE

LOG_DAMAGED = "Restore the file from a backup; the other lines are read all the same."
CUT = "Run `texas811 check --repair`, or start the service: it is cut off."
MADE_AGAIN = "Run `texas811 check --repair`: it is made again."
CORRECT = "Correct the number of one of them."
TOO_LARGE = "It is read all the same. Look why it is so large."


class CheckReport(BaseModel):
    """What was found, in the quarantine and elsewhere, how much was looked at, and for how long."""

    model_config = ConfigDict(frozen=True)

    damaged: list[DamagedFile]
    findings: list[Finding]
    tickets: int
    seconds: float

    @property
    def is_clean(self) -> bool:
        return not (self.damaged or self.findings)


class StoreCheck:
    """Looks at everything under a data directory.

    `reads_documents` says whether the documents of all work orders are read too.
    """

    def __init__(
        self,
        store: Store,
        *,
        performance: Performance | None = None,
        clock: Clock = system_clock,
        reads_documents: bool = False,
    ) -> None:
        self._store = store
        self._layout = store.quarantine.layout
        self._root = self._layout.root
        self._size_max = (performance or Performance()).file_size_warning_mb * MEBIBYTE
        self._clock = clock
        self._reads_documents = reads_documents
        self._agreement = Agreement(self._layout, store.tickets)
        self._entries: dict[str, Entry] = {}
        self._owners: dict[str, str] = {}  # number of the center -> ticket
        self._look_in_thread = aiofiles.os.wrap(lambda: list(self._look()))

    async def run(self) -> CheckReport:
        """Look at everything once.

        Raises NotFoundError if this is no data directory, UnavailableError if the disk fails.
        """
        started = time.monotonic()
        findings = await self._look_in_thread()
        return CheckReport(
            # Last, because what could not be believed has come there meanwhile.
            damaged=(await Restoring(self._store).damage()).damaged,
            findings=findings,
            tickets=len(self._agreement),
            seconds=time.monotonic() - started,
        )

    def _look(self) -> Iterator[Finding]:
        for directory in (self._layout.tickets, self._layout.audit, self._layout.locks):
            self._layout.existing(directory)
        self._entries = {entry.id: entry for entry in read_snapshot(self._layout.index).entries}
        now = self._clock()
        yield from self._index()
        for ticket_id in sorted(self._store.tickets.ids()):
            yield from self.look_at_ticket(ticket_id)
        yield from self._log()
        yield from self._agreement.disagreements()
        yield from work_orders(self._root, reads_documents=self._reads_documents, now=now)
        is_told = self._store.audit.has_told
        yield from cancellations(self._root, is_told=is_told, now=now)
        yield from folders(self._root, now=now)
        yield from orphans.sessions(self._layout, now=now)
        yield from orphans.claims(self._layout)
        yield from backups(self._layout, now=now)

    def look_at_ticket(self, ticket_id: str) -> Iterator[Finding]:
        """Yield what is wrong with one ticket by itself, and keep it for the agreement. Blocks."""
        path = self._layout.ticket(ticket_id)
        try:
            stored = self._agreement.see(ticket_id)
            if stored:
                yield from self._number(stored.ticket)
                yield from self._entry(stored.ticket)
                yield from orphans.without_order(self._layout, stored.ticket)
            if path.stat().st_size > self._size_max:
                problem = f"It has {path.stat().st_size / MEBIBYTE:.1f} MiB."
                yield Finding.at(path, self._root, problem, TOO_LARGE, Kind.TOO_LARGE)
        except FileNotFoundError:
            return  # set aside just now
        except UnavailableError as error:
            # One that was set aside is told of with the quarantine.
            if path.exists():
                is_newer = isinstance(error, NewerFormatError)
                kind = Kind.NEWER_FORMAT if is_newer else Kind.DAMAGED
                yield Finding.at(path, self._root, error.problem, error.remedy or "", kind)

    def _number(self, ticket: Ticket) -> Iterator[Finding]:
        """Yield that the number of a ticket is another one's too, or is not claimed for it."""
        number = ticket.texas811_ticket_number
        if not number:
            return
        path = self._layout.ticket(ticket.id)
        claim = self._layout.number(hashlib.sha256(number.encode()).hexdigest())
        owner = self._owners.setdefault(number, ticket.id)
        if owner != ticket.id and self._has(owner, number):
            problem = f"It has the number {number}, and so has ticket {owner}."
            yield Finding.at(path, self._root, problem, CORRECT, Kind.NUMBER_TWICE)
        elif _claimed_for(claim) != ticket.id and self._has(ticket.id, number):
            problem = f"It should claim a number for ticket {ticket.id}, and does not."
            yield Finding.at(claim, self._root, problem, CLAIMED_AGAIN, Kind.NUMBER_UNCLAIMED)

    def _entry(self, ticket: Ticket) -> Iterator[Finding]:
        """Yield that the index would tell something else of this ticket than its file does."""
        path = self._layout.ticket(ticket.id)
        entry = self._entries.get(ticket.id)
        # Of a file that was replaced since, the index would believe nothing.
        if entry is None or entry.identity != identity_at(path):
            return
        told = ticket.model_dump(mode="json")
        if entry != entry_of(told, version=ticket.version, identity=entry.identity):
            problem = f"It does not tell of ticket {ticket.id} what its file does."
            yield self._stale(problem)

    def _index(self) -> Iterator[Finding]:
        if not is_believed(self._layout.index):
            yield self._stale("It is not as it was saved: all tickets are read instead.")

    def _stale(self, problem: str) -> Finding:
        index = self._layout.index
        return Finding.at(index, self._root, problem, MADE_AGAIN, Kind.INDEX_STALE)

    def _has(self, ticket_id: str, number: str) -> bool:
        """Has this ticket the number now? It may have been corrected since it was seen."""
        stored = self._store.tickets.read(ticket_id)
        return stored is not None and stored.ticket.texas811_ticket_number == number

    def _log(self) -> Iterator[Finding]:
        # Where no lock can be had, on a full or a read-only volume, nobody knows who is writing.
        with suppress(OSError):
            for end in day_ends(self._layout).values():
                if end.is_torn:
                    problem = f"{end.size - end.whole} bytes follow its last whole line."
                    yield Finding.at(end.path, self._root, problem, CUT, Kind.LOG_TORN)
        for line in self._store.audit.verify_all():
            day = line.file.removeprefix("audit_")
            yield Finding(
                file=f"audit/{day[:4]}-{day[4:6]}/{line.file}",
                problem=f"Line {line.number}: {line.problem}.",
                remedy=LOG_DAMAGED,
                kind=Kind.LOG_BROKEN,
            )


def _claimed_for(claim: Path) -> str | None:
    """Return the id of the ticket that a claim names, None if it cannot be read."""
    with suppress(ValueError, KeyError, TypeError, OSError):
        return str(pydantic_core.from_json(claim.read_bytes())["ticket_id"])
    return None

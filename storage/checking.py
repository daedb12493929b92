"""The check of a whole store, also of one that is in use: what is wrong, and what mends it.

It changes nothing, but that a ticket's file which cannot be believed is set aside, as whoever
reads it sets it aside.
"""

import hashlib
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from stat import S_ISLNK

import aiofiles.os
from pydantic import BaseModel, ConfigDict

from domain.errors import RejectedError, Texas811Error, UnavailableError
from domain.ticket import Ticket
from storage import orphans, templates
from storage.agreement import Agreement
from storage.backup_checking import backups
from storage.clock import Clock, system_clock
from storage.entry import Entry, entry_of
from storage.failures import NewerFormatError
from storage.files import identity_at
from storage.findings import Finding, Kind
from storage.folders import ANCHOR_AGAIN, CLAIMED_AGAIN, folders
from storage.index_file import is_believed, read_snapshot
from storage.log_ends import day_ends
from storage.log_lines import days_ahead
from storage.numbers import Claim
from storage.order_checking import cancellations, work_orders
from storage.out_of_place import at_root
from storage.performance import Performance
from storage.plain_files import is_strange, read_plain
from storage.restoring import DamagedFile, Restoring
from storage.retired_lines import ArchiveTold, archive_told, lost_archives
from storage.store import Store
from storage.tickets import MEBIBYTE
from storage.told_names import refusal_of

LOG_DAMAGED = "Restore the file from a backup; the other lines are read all the same."
CUT = "Run `texas811 check --repair`, or start the service: it is cut off."
MADE_AGAIN = "Run `texas811 check --repair`: it is made again."
CORRECT = "Correct the number of one of them."
NOT_YET = "It is of a day that has not come yet: somebody's clock was wrong."
SET_CLOCK = "Set the clock right. Nothing is removed from the log; see when the lines came."
FETCH = "Bring it back: out of the bucket, or from where you keep copies of this volume."
LOOK = "Look at what it names, and check again. All else was looked at all the same."
FEWER_TEMPLATES = "Run `texas811 templates remove` for those that no document needs any more."
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
        for name, look in self._looks(self._clock()):
            # What one stumbles over is told, and keeps none of the others from looking.
            try:
                yield from look
            except (OSError, Texas811Error) as error:
                yield Finding(
                    file=name, problem=_said_by(error), remedy=LOOK, kind=Kind.UNCHECKED
                )

    def _looks(self, now: datetime) -> Iterator[tuple[str, Iterable[Finding]]]:
        """Yield each look at the store, and at what it looks, in the order in which they follow."""
        root, layout = self._root, self._layout
        yield "tickets/index.json", self._index()
        yield "tickets", self._tickets()
        yield "audit", self._log()
        yield "audit", self._agreement.disagreements()
        documents = self._reads_documents
        yield "work_orders", work_orders(root, reads_documents=documents, now=now)
        is_told = self._store.audit.has_told
        yield "work_orders", cancellations(root, is_told=is_told, now=now)
        yield ".", folders(root, now=now)
        yield ".", at_root(layout, now=now)
        yield "templates", self._templates()
        yield "sessions", orphans.sessions(layout, now=now)
        yield "numbers", orphans.claims(layout)
        yield "backups", backups(layout, now=now)

    def _templates(self) -> Iterator[Finding]:
        if beyond := self._store.templates.shelf_now().beyond:
            problem = (
                f"{beyond} of the templates are left out: more than {templates.TEMPLATES_MAX}."
            )
            yield Finding.at(
                self._layout.templates, self._root, problem, FEWER_TEMPLATES, Kind.TOO_LARGE
            )

    def _tickets(self) -> Iterator[Finding]:
        for ticket_id in sorted(self._store.tickets.ids()):
            yield from self.look_at_ticket(ticket_id)

    def look_at_ticket(self, ticket_id: str) -> Iterator[Finding]:
        """Yield what is wrong with one ticket by itself, and keep it for the agreement. Blocks.

        What is a link, or neither file nor folder, is told with the folder and not read.
        """
        path = self._layout.ticket(ticket_id)
        try:
            mode = path.lstat().st_mode
            if S_ISLNK(mode) or is_strange(mode):
                return
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
        except (OSError, RejectedError) as error:
            yield Finding.at(path, self._root, _said_by(error), LOOK, Kind.UNCHECKED)

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
        self._entries = {entry.id: entry for entry in read_snapshot(self._layout.index).entries}
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
        told: set[ArchiveTold] = set()
        for line in self._store.audit.verify_all(
            lambda _day, line: told.update(filter(None, [archive_told(line.event)]))
        ):
            is_anchor = line.file == self._layout.audit_anchor.name
            yield Finding(
                file=line.path,
                problem=f"{f'Line {line.number}: ' * (not is_anchor)}{line.problem}.",
                remedy=ANCHOR_AGAIN if is_anchor else LOG_DAMAGED,
                kind=Kind.LOG_ANCHOR if is_anchor else Kind.LOG_BROKEN,
            )
        for day in days_ahead(self._layout, self._clock()):
            path = self._layout.audit_file(day)
            yield Finding.at(path, self._root, NOT_YET, SET_CLOCK, Kind.LOG_AHEAD)
        for lost in lost_archives(self._layout, told):
            path = self._root / lost.name
            yield Finding.at(path, self._root, lost.problem, FETCH, Kind.ARCHIVE_LOST)


def _said_by(error: OSError | Texas811Error) -> str:
    """Return why something could not be looked at."""
    said = error.problem if isinstance(error, Texas811Error) else refusal_of(error)
    return f"It could not be looked at: {said}"


def _claimed_for(claim: Path) -> str | None:
    """Return the id of the ticket that a claim names, None if it cannot be read."""
    with suppress(ValueError, OSError, UnavailableError):
        return Claim.model_validate_json(read_plain(claim)).ticket_id
    return None

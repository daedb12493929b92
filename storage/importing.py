"""An import: line by line, each taken whole or refused, and done twice it is done once.

What is here already is never overwritten. A ticket is written before its order, so that no worker
makes a ticket of the order meanwhile, and its events last. Tickets without history become drafts.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import BinaryIO
from uuid import uuid5

from domain.audit import EVENT_NAMESPACE, AuditEvent, Author
from domain.errors import (
    ConflictError,
    MalformedError,
    RejectedError,
    Texas811Error,
    UnavailableError,
)
from domain.importing import Brought
from domain.work_order import plain_filename
from storage.arrivals import Answer, Arrivals, Arrived
from storage.clock import Clock, system_clock
from storage.draft_arrivals import DraftArrivals, Twins
from storage.event_arrivals import EventArrivals
from storage.export_proof import ExportProof
from storage.failures import DamagedFileError
from storage.file_locks import sole_owner
from storage.import_batches import batches
from storage.import_items import ImportFormat, Item, items_of
from storage.incoming import opened_file
from storage.layout import checked_name
from storage.portable import (
    DeadLetterRecord,
    EventRecord,
    Head,
    LeftOut,
    SessionRecord,
    TicketRecord,
    TombstoneRecord,
    WorkOrderRecord,
    checked_head,
)
from storage.restore_gate import RestoreGate
from storage.store import Store
from storage.ticket_arrivals import TicketArrivals

DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class LineProblem:
    """Why what stands on a line was not taken."""

    line: int
    failure: Texas811Error


@dataclass(slots=True)
class ImportReport:
    """How many of each kind were written, were there already, were refused."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: int = 0

    @property
    def written(self) -> int:
        return sum(n for (_kind, what), n in self.counts.items() if what == Arrived.WRITTEN)


Tell = Callable[[LineProblem], None]


class Importing:
    """Takes a file into a store. `on_problem` hears of each line that is refused.

    A file that is not what was exported is taken only with `accepts_changed`, and then each line
    by itself.
    """

    def __init__(  # noqa: PLR0913 - who, when, how, and who hears of it
        self,
        store: Store,
        *,
        by: Author,
        clock: Clock = system_clock,
        is_dry: bool = False,
        accepts_changed: bool = False,
        on_problem: Tell = lambda _problem: None,
        on_line: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._by = by
        self._clock = clock
        self._is_dry = is_dry
        self._accepts_changed = accepts_changed
        self._on_problem = on_problem
        self._on_line = on_line
        self._arrivals = Arrivals(store, is_dry=is_dry)
        self._ticket_arrivals = TicketArrivals(store, by=by, is_dry=is_dry)
        self._events = EventArrivals(store, is_dry=is_dry)
        self._drafts = DraftArrivals(store, by=by, clock=clock, is_dry=is_dry)
        self._refused: set[str] = set()  # tickets, whose orders and events stay out too
        self._twins = Twins(is_kept=is_dry)
        self._proof = ExportProof()
        self._report = ImportReport()

    async def run(self, path: Path, written_as: ImportFormat) -> ImportReport:
        """Import a file, and say in the log who did; return what became of its lines.

        Raises NotFoundError if there is no such file, RejectedError for one of a newer format, of
        none, or that is not what was exported, ConflictError if another import is under way, and
        UnavailableError if the disk fails: what was taken until then is whole.
        """
        layout = self._store.quarantine.layout
        name = plain_filename(str(path)) or "a file"
        # Through the gate until it has ended: half an import would be in no state at all.
        with RestoreGate(layout), sole_owner(layout.locks / "import.lock") as is_alone:
            if not is_alone:
                raise ConflictError(
                    "Another import is under way.", remedy="Wait until it has ended."
                )
            try:
                with opened_file(path) as file:
                    self._prove(file, written_as)
                    for batch in batches(items_of(file, written_as)):
                        await self._take(batch, name)
                        for _item in batch:
                            self._on_line()
            finally:
                if not self._is_dry:
                    await self._close(name)
        return self._report

    def _prove(self, file: BinaryIO, written_as: ImportFormat) -> None:
        """Read a file of JSON once beforehand, if it is one that can be read twice.

        Raises MalformedError if it is not what was exported, and nothing of it was taken.
        """
        if written_as not in (ImportFormat.NDJSON, ImportFormat.JSON) or not file.seekable():
            return
        start = file.tell()
        self._proof.read(file, written_as)
        file.seek(start)
        if (fault := self._proof.fault) and not self._accepts_changed:
            raise MalformedError(
                fault.problem,
                field=fault.field,
                remedy="Nothing was taken. Export again; or, if you know who changed the file and "
                "why, import it with --accept-changed.",
            )

    async def _close(self, name: str) -> None:
        """Make durable what was taken, and tell of it if it was anything."""
        self._events.finish()
        if not self._report.written:
            return
        now = self._clock()
        counted = ", ".join(
            f"{number} {kind.replace('_', ' ')}s"
            for (kind, what), number in sorted(self._report.counts.items())
            if what == Arrived.WRITTEN
        )
        await self._store.note(
            AuditEvent(
                id=str(uuid5(EVENT_NAMESPACE, f"import/{name}/{now.astimezone(UTC)}")),
                timestamp=now,
                actor=self._by.actor,
                action="data_imported",
                notes=f"{self._by.name or self._by.actor} imported {name}: {counted}.",
                compliance_relevant=True,
                **self._by.way,
            )
        )

    async def _take(self, batch: Sequence[Item], name: str) -> None:
        """Take what stands on some lines, all of one kind."""
        first = batch[0].what
        match first:
            case Texas811Error() | LeftOut() | Head():
                for item in batch:
                    self._pass_by(item)
            case TicketRecord():
                self._told(batch, self._tickets(batch))
            case EventRecord():
                self._told(batch, self._take_events(batch))
            case Brought():
                said = [(one.line, one.what) for one in batch if isinstance(one.what, Brought)]
                self._told(batch, await self._drafts.take(said, name))
            case _:
                self._told(batch, [self._other(item) for item in batch])

    def _pass_by(self, item: Item) -> None:
        """Refuse a line; one that tells what was left out says it again.

        Raises RejectedError for a file of a newer format.
        """
        match item.what:
            case Head() as head:
                checked_head(head)
            case LeftOut() as left_out:
                problem = f"It was not exported: {left_out.what}. {left_out.problem}"
                self._refuse(item.line, RejectedError(problem[:500]))
            case Texas811Error() as failure:
                self._refused |= {item.ticket_id} if item.ticket_id else set()
                self._refuse(item.line, failure)

    def _refuse(self, line: int, failure: Texas811Error) -> None:
        self._report.refused += 1
        self._on_problem(LineProblem(line, failure))

    def _told(self, batch: Sequence[Item], answers: Sequence[Answer]) -> None:
        for item, answer in zip(batch, answers, strict=True):
            if isinstance(answer, Texas811Error):
                # The disk is not the line's fault; a damaged file is one of many.
                if isinstance(answer, UnavailableError) and not isinstance(
                    answer, DamagedFileError
                ):
                    raise answer
                self._refuse(item.line, answer)
            else:
                self._report.counts[_kind_of(item.what), answer.value] += 1

    def _tickets(self, batch: Sequence[Item]) -> list[Answer]:
        records = [item.what for item in batch if isinstance(item.what, TicketRecord)]
        known = [
            _unfit(record.ticket.id)
            or self._proof.refusal(record)
            or self._twins.answer(
                record.ticket.id, record, record.ticket.texas811_ticket_number
            )
            for record in records
        ]
        good = [one for one, answer in zip(records, known, strict=True) if answer is None]
        taken = iter(self._ticket_arrivals.take(good))
        answers = [answer or next(taken) for answer in known]
        for record, answer in zip(records, answers, strict=True):
            if isinstance(answer, Texas811Error):
                self._refused.add(record.ticket.id)
        return answers

    def _take_events(self, batch: Sequence[Item]) -> list[Answer]:
        events = [item.what.event for item in batch if isinstance(item.what, EventRecord)]
        good = [event for event in events if self._may_come(event.ticket_id) is None]
        taken = iter(self._events.take(good))
        return [self._may_come(event.ticket_id) or next(taken) for event in events]

    def _may_come(self, ticket_id: str | None) -> Texas811Error | None:
        """Return why what belongs to this ticket stays out with it."""
        if ticket_id is None:
            return None
        if ticket_id in self._refused:
            return RejectedError(f"It belongs to ticket {ticket_id}, which was refused.")
        return _unfit(ticket_id)

    def _other(self, item: Item) -> Answer:
        try:
            match item.what:
                case WorkOrderRecord() as record:
                    return self._may_come(record.order.ticket_id) or self._arrivals.take_order(
                        record
                    )
                case SessionRecord() as record:
                    return self._arrivals.take_session(record)
                case TombstoneRecord() as record:
                    return self._arrivals.take_tombstone(record.tombstone)
                case DeadLetterRecord() as record:
                    return self._arrivals.take_letter(record.letter)
        except Texas811Error as error:
            return error
        return RejectedError("Nothing is known of such a line.")


def _unfit(ticket_id: str) -> RejectedError | None:
    """Return why no file can have the name of this ticket."""
    try:
        checked_name("ticket_id", ticket_id)
    except RejectedError as error:
        return error
    return None


def _kind_of(what: object) -> str:
    return DRAFT if isinstance(what, Brought) else str(getattr(what, "kind", ""))

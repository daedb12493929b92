"""Everything in the store as a stream of records, while others write.

In memory are the names of what there is and one record. The lengths of the audit log are noted
first, then the tickets are listed; work orders are listed later, so that every ticket has its
order, and the log is read last, so that it tells every version. Of what was made meanwhile it
tells nothing, and an event that is later than its ticket is passed over by whoever imports it.
"""

import base64
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from domain.errors import NotFoundError, Texas811Error
from domain.extraction import Extraction
from domain.ticket import Ticket
from domain.work_order import WorkOrder
from storage.audit_reading import days_of
from storage.cancellations import read_cancellation
from storage.chain import BrokenLineError, parsed
from storage.clock import Clock, system_clock
from storage.dead_letters import read_letter
from storage.failures import DamagedFileError, damage_in, unreadable
from storage.layout import NAME, SESSION_FILE, Layout
from storage.portable import (
    Content,
    DeadLetterRecord,
    EventRecord,
    Head,
    LeftOut,
    Record,
    SessionRecord,
    TicketRecord,
    TombstoneRecord,
    WorkOrderRecord,
)
from storage.sessions import decode as decode_session
from storage.store import Store
from storage.tombstones import is_retired, retired_ids, tombstone_of
from storage.work_orders import DOCUMENT_FILE, EXTRACTION_FILE, ORDER_FILE

Step = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which tickets are exported: these, and those changed at or after `since`; else all.

    With some tickets go their orders and their events, and nothing else.
    """

    ticket_ids: Sequence[str] = ()
    since: datetime | None = None

    @property
    def is_everything(self) -> bool:
        return not self.ticket_ids and self.since is None


class Portability:
    """Tells all that a store holds. Everything here blocks."""

    def __init__(self, store: Store, *, clock: Clock = system_clock) -> None:
        self._store = store
        self._layout = store.quarantine.layout
        self._clock = clock

    def records(
        self, wanted: Selection | None = None, *, on_ticket: Step = lambda: None
    ) -> Iterator[Record]:
        """Yield the records of an export, but for its tail; `on_ticket` is called after each ticket.

        Raises NotFoundError if this is no data directory, and for a ticket asked for by its id
        that is not there. Raises UnavailableError if the disk does not give something.
        """
        wanted = wanted or Selection()
        with unreadable(self._layout.audit):
            before = {day: path.stat().st_size for day, path in days_of(self._layout)}
        ids = sorted(wanted.ticket_ids or self._store.tickets.ids())
        yield Head(
            made_at=self._clock(), made_by=version("texas811"), is_whole=wanted.is_everything
        )
        if not wanted.is_everything:
            yield from self._some(ids, wanted, on_ticket)
            return
        lost: set[str] = set()
        for ticket_id in ids:
            if record := self._ticket(ticket_id, wanted):
                lost |= {record.what} if isinstance(record, LeftOut) else set()
                yield record
            on_ticket()
        yield from self._set_aside(lost)
        yield from self._tombstones()
        yield from self._work_orders(self._order_ids())
        yield from self._events(ids, before)
        yield from self._sessions()
        yield from self._dead_letters()

    def _some(
        self, ids: Sequence[str], wanted: Selection, on_ticket: Step
    ) -> Iterator[Content]:
        """Yield those of these tickets that are wanted, with their orders and their events."""
        told: list[str] = []
        orders: set[str] = set()
        for ticket_id in ids:
            if record := self._ticket(ticket_id, wanted):
                yield record
                if isinstance(record, TicketRecord):
                    told.append(ticket_id)
                    orders.add(record.ticket.work_order_id or "")
            on_ticket()
        yield from self._work_orders(sorted(orders - {""}))
        yield from self._events(told)

    def tickets(
        self, wanted: Selection, *, on_ticket: Step = lambda: None
    ) -> Iterator[Ticket | LeftOut]:
        """Yield the tickets that are wanted, in the order of their ids. Raises as `records`."""
        for ticket_id in sorted(wanted.ticket_ids or self._store.tickets.ids()):
            record = self._ticket(ticket_id, wanted)
            if record:
                yield record.ticket if isinstance(record, TicketRecord) else record
            on_ticket()

    def _ticket(self, ticket_id: str, wanted: Selection) -> TicketRecord | LeftOut | None:
        """Return a ticket that is wanted; None for one that is not, or is gone meanwhile."""
        try:
            stored = self._store.tickets.read(ticket_id)
        except DamagedFileError as error:
            return LeftOut(what=f"ticket {ticket_id}", problem=error.problem)
        if stored is None:
            if ticket_id in wanted.ticket_ids:
                raise NotFoundError(f"There is no ticket {ticket_id}.", field="ticket_id")
            return None
        if wanted.since and stored.ticket.updated_at < wanted.since:
            return None
        return TicketRecord(
            ticket=stored.ticket, version=stored.ticket.version, event=stored.event
        )

    def _set_aside(self, told: set[str]) -> Iterator[Content]:
        """Tell of the tickets that were damaged and lie in the quarantine, if it was not told."""
        for ticket_id, entry in sorted(self._store.quarantine.of_tickets().items()):
            if (what := f"ticket {ticket_id}") not in told:
                yield LeftOut(what=what, problem=entry.problem)

    def _tombstones(self) -> Iterator[Content]:
        for ticket_id in sorted(retired_ids(self._layout)):
            try:
                if tombstone := tombstone_of(self._layout, ticket_id):
                    yield TombstoneRecord(tombstone=tombstone)
            except DamagedFileError as error:
                yield LeftOut(what=f"tombstone of {ticket_id}", problem=error.problem)

    def _order_ids(self) -> list[str]:
        folder = self._layout.existing(self._layout.work_orders)
        with unreadable(folder):
            return sorted(one.name for one in folder.iterdir() if NAME.fullmatch(one.name))

    def _work_orders(self, ids: Sequence[str]) -> Iterator[Content]:
        for order_id in ids:
            try:
                if record := work_order_in(self._layout, order_id):
                    yield record
            except DamagedFileError as error:
                yield LeftOut(what=f"work order {order_id}", problem=error.problem)

    def _events(
        self, ids: Sequence[str], before: dict[str, int] | None = None
    ) -> Iterator[Content]:
        """Yield the events of these tickets; with all that the log told up to these lengths.

        Behind them also what is told of no ticket.
        """
        for day, path in days_of(self._layout):
            with unreadable(path), path.open("rb") as lines:
                end, offset = path.stat().st_size, 0
                for number, raw in enumerate(lines, start=1):
                    offset += len(raw)
                    if offset > end or not raw.endswith(b"\n"):
                        break
                    try:
                        event = parsed(raw[:-1], number=number).event
                    except BrokenLineError as error:
                        what = f"line {number} of {path.name}"
                        yield LeftOut(what=what, problem=f"{error}.")
                        continue
                    about = event.ticket_id
                    is_told = before is not None and (
                        about is None or offset <= before.get(day, 0)
                    )
                    if is_told or (about and _holds(ids, about)):
                        yield EventRecord(event=event)

    def _sessions(self) -> Iterator[Content]:
        for folder, is_ended in (
            (self._layout.sessions, False),
            (self._layout.expired_sessions, True),
        ):
            for path in _files(folder):
                if match := SESSION_FILE.fullmatch(path.name):
                    try:
                        # One that is gone meanwhile has ended, and stands among those.
                        with unreadable(path), suppress(FileNotFoundError):
                            session = decode_session(
                                path.read_bytes(), name=path.name, key=match[1]
                            )
                            yield SessionRecord(session=session, is_ended=is_ended)
                    except DamagedFileError as error:
                        yield LeftOut(what=path.name, problem=error.problem)

    def _dead_letters(self) -> Iterator[Content]:
        for path in _files(self._layout.dead_letters):
            if path.suffix == ".json" and not path.name.startswith("."):
                try:
                    with unreadable(path), suppress(FileNotFoundError):
                        yield DeadLetterRecord(letter=read_letter(path))
                except Texas811Error as error:
                    yield LeftOut(what=path.name, problem=error.problem)


def work_order_in(layout: Layout, order_id: str) -> WorkOrderRecord | None:
    """Return all that lies in the folder of an order; None if no order lies there. Blocks.

    Raises DamagedFileError and UnavailableError.
    """
    folder = layout.work_order(order_id)
    content = content_of(folder / ORDER_FILE)
    if content is None:
        return None
    document = content_of(folder / DOCUMENT_FILE)
    read = content_of(folder / EXTRACTION_FILE)
    with damage_in(f"{order_id}/{ORDER_FILE}", "a work order"):
        order = WorkOrder.model_validate_json(content)
    with damage_in(f"{order_id}/{EXTRACTION_FILE}", "an extraction"):
        extraction = Extraction.model_validate_json(read) if read else None
    with damage_in(f"{order_id}/{DOCUMENT_FILE}", "the document of its order"):
        return WorkOrderRecord(
            order=order,
            document=base64.b64encode(document) if document else None,
            extraction=extraction,
            cancelled=read_cancellation(layout, order_id),
            is_over=not document and is_retired(layout, order.ticket_id),
        )


def content_of(path: Path) -> bytes | None:
    """Return what stands in a file, None if there is none. Blocks. Raises UnavailableError."""
    with unreadable(path):
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None


def _files(folder: Path) -> list[Path]:
    with unreadable(folder):
        return sorted(folder.iterdir())


def _holds(ordered: Sequence[str], name: str) -> bool:
    at = bisect_left(ordered, name)
    return at < len(ordered) and ordered[at] == name

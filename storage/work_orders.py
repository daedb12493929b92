"""Work orders: the inbox. A folder each, written once and never changed.

`order.json` says who sent what and when; `document` holds the bytes exactly as received.
What was read from them is added later as `extraction.json`, the same bytes in every rerun: where
a language model was asked, because its first word stands. An order that a person has cancelled
before it was a ticket has `cancelled.json`, for good.
"""

import os
from contextlib import suppress
from pathlib import Path

import aiofiles.os

from domain.cancellation import OrderCancellation
from domain.errors import ConflictError, NotFoundError
from domain.extraction import Extraction
from domain.work_order import WorkOrder, ticket_id_for
from storage.cancellations import is_cancelled, read_cancellation, write_cancellation
from storage.failures import DamagedFileError, damage_in, disk_trouble, unreadable
from storage.files import create_directory_with, write_atomic
from storage.layout import NAME, Layout
from storage.plain_files import read_plain
from storage.quarantine import Quarantine
from storage.restorations import Restoration, restoration_without
from storage.restore_gate import RestoreGate
from storage.threads import in_writers_thread
from storage.ticket_locks import TicketLock, noted_version
from storage.tombstones import Tombstone, tombstone_of
from storage.unticketed import Unticketed

ORDER_FILE = "order.json"
DOCUMENT_FILE = "document"
EXTRACTION_FILE = "extraction.json"


class WorkOrders:
    """Accepts work orders and gives them back."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._quarantine = Quarantine(layout)
        self._unticketed = Unticketed(layout)
        self._gate = RestoreGate(layout)
        self.accept = in_writers_thread(self._accept)
        self.get = aiofiles.os.wrap(self._get)
        self.document = aiofiles.os.wrap(self._document)
        self.keep_extraction = in_writers_thread(self._keep_extraction)
        self.keep_first = in_writers_thread(self._keep_first)
        self.extraction = aiofiles.os.wrap(self._extraction)
        self.cancel = in_writers_thread(self._cancel)
        self.cancellation = aiofiles.os.wrap(self._cancellation)
        self.retired = aiofiles.os.wrap(self._retired)
        self.left_behind = aiofiles.os.wrap(self._left_behind)
        self.owed = aiofiles.os.wrap(self._owed)
        self.latest = aiofiles.os.wrap(self._latest)

    def is_cancelled(self, work_order_id: str) -> bool:
        """Was this order cancelled? One look, too quick to need a thread."""
        return is_cancelled(self._layout, work_order_id)

    def _accept(self, order: WorkOrder, document: bytes) -> WorkOrder:
        """Make the order durable; from here on it takes effect exactly once.

        Returns the order as stored: an earlier one, if the same was accepted before.
        Raises ConflictError if another request was accepted under this id.
        """
        contents = {ORDER_FILE: order.model_dump_json(indent=2).encode() + b"\n"}
        if document:
            contents[DOCUMENT_FILE] = document
        folder = self._layout.work_order(order.id)
        with disk_trouble(folder), self._gate:
            if create_directory_with(folder, contents):
                return order
        earlier = self._get(order.id)
        if earlier.fingerprint != order.fingerprint:
            raise ConflictError(
                "This Idempotency-Key was used before, for another request.",
                field="Idempotency-Key",
                remedy="Use a new key for a new work order.",
            )
        return earlier

    def _get(self, work_order_id: str) -> WorkOrder:
        path = self._layout.work_order(work_order_id) / ORDER_FILE
        content = _content(path)
        if content is None:
            raise NotFoundError(
                f"There is no work order {work_order_id}.",
                field="work_order_id",
                remedy="Use the id from the answer that accepted the work order.",
            )
        with damage_in(f"{work_order_id}/{ORDER_FILE}", "a work order"):
            return WorkOrder.model_validate_json(content)

    def _document(self, work_order_id: str) -> bytes:
        """Return the document as received; empty if the order came as stated facts alone."""
        return _content(self._layout.work_order(work_order_id) / DOCUMENT_FILE) or b""

    def _keep_extraction(self, work_order_id: str, extraction: Extraction) -> None:
        """Keep what was read from an order beside it. Raises UnavailableError."""
        path = self._layout.work_order(work_order_id) / EXTRACTION_FILE
        with disk_trouble(path), self._gate:
            write_atomic(path, extraction.model_dump_json(indent=2).encode() + b"\n")

    def _keep_first(self, work_order_id: str, extraction: Extraction) -> Extraction:
        """Keep what a reader read that may say otherwise next time; return what is kept.

        That is what the same version of it has left here before, if it can be read. Raises
        UnavailableError.
        """
        path = self._layout.work_order(work_order_id) / EXTRACTION_FILE
        lock = self._layout.ticket_lock(ticket_id_for(work_order_id))
        with disk_trouble(path), self._gate, TicketLock(lock):
            with suppress(DamagedFileError):
                earlier = self._extraction(work_order_id)
                if earlier and earlier.reader_version == extraction.reader_version:
                    return earlier
            write_atomic(path, extraction.model_dump_json(indent=2).encode() + b"\n")
        return extraction

    def _extraction(self, work_order_id: str) -> Extraction | None:
        """Return what was read from the order, or None while nobody has read it."""
        path = self._layout.work_order(work_order_id) / EXTRACTION_FILE
        content = _content(path)
        if content is None:
            return None
        with damage_in(f"{work_order_id}/{EXTRACTION_FILE}", "an extraction"):
            return Extraction.model_validate_json(content)

    def _cancel(self, decided: OrderCancellation) -> OrderCancellation:
        """Cancel an order that is no ticket yet; return the decision that stands, the first.

        Raises ConflictError if the ticket exists, NotFoundError, DamagedFileError and
        UnavailableError.
        """
        self._get(decided.work_order_id)
        with disk_trouble(self._layout.work_orders), self._gate:
            return write_cancellation(self._layout, decided)

    def _cancellation(self, work_order_id: str) -> OrderCancellation | None:
        """Return who has cancelled the order, and why; None if nobody has."""
        return read_cancellation(self._layout, work_order_id)

    def _retired(self, work_order_id: str) -> Tombstone | None:
        """Return the tombstone of the ticket, if it was removed because its time was over.

        Raises DamagedFileError, UnavailableError.
        """
        ticket = ticket_id_for(work_order_id)
        is_there = self._layout.ticket(ticket).exists()
        return None if is_there else tombstone_of(self._layout, ticket)

    def _left_behind(self, work_order_id: str) -> Restoration | None:
        """Return the restore of everything that has left this order in its restore point alone.

        An order that is missing without one was taken away, and is missed.
        """
        return restoration_without(self._layout, work_order_id)

    def _latest(self, at_most: int | None = None) -> list[str]:
        """Return the ids of the orders, those first to whose folder something came last.

        Raises NotFoundError if this is no data directory, UnavailableError if it cannot be read.
        """
        directory = self._layout.existing(self._layout.work_orders)
        with unreadable(directory), os.scandir(directory) as found:
            changed = {
                one.name: one.stat().st_mtime_ns for one in found if NAME.fullmatch(one.name)
            }
        return sorted(changed, key=lambda name: (-changed[name], name))[:at_most]

    def _owed(self) -> list[str]:
        """Return the ids of the orders that have no ticket yet and were not cancelled.

        A ticket that was damaged and set aside, or whose file is gone, is not owed: made again
        from its order, it would have lost all that happened since.
        """
        without = self._unticketed.orders()
        damaged = self._quarantine.of_tickets() if without else {}
        return [
            order
            for order, ticket in without.items()
            if ticket not in damaged
            and not noted_version(self._layout.ticket_lock(ticket))
            and not self.is_cancelled(order)
        ]


def _content(path: Path) -> bytes | None:
    """Return what stands in a file, None if it is not there. Raises UnavailableError."""
    with unreadable(path):
        try:
            return read_plain(path)
        except FileNotFoundError:
            return None

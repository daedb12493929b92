"""Work orders: the inbox. A folder each, written once and never changed.

`order.json` says who sent what and when; `document` holds the bytes exactly as received.
What was read from them is added later as `extraction.json`, the same bytes in every rerun.
"""

from pathlib import Path

import aiofiles.os

from domain.errors import ConflictError, NotFoundError
from domain.extraction import Extraction
from domain.work_order import WorkOrder, ticket_id_for
from storage.failures import damage_in, disk_trouble, unreadable
from storage.files import create_directory_with, write_atomic
from storage.layout import NAME, Layout
from storage.quarantine import Quarantine
from storage.threads import in_writers_thread
from storage.ticket_locks import noted_version

ORDER_FILE = "order.json"
DOCUMENT_FILE = "document"
EXTRACTION_FILE = "extraction.json"


class WorkOrders:
    """Accepts work orders and gives them back."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._quarantine = Quarantine(layout)
        self.accept = in_writers_thread(self._accept)
        self.get = aiofiles.os.wrap(self._get)
        self.document = aiofiles.os.wrap(self._document)
        self.keep_extraction = in_writers_thread(self._keep_extraction)
        self.extraction = aiofiles.os.wrap(self._extraction)
        self.owed = aiofiles.os.wrap(self._owed)

    def _accept(self, order: WorkOrder, document: bytes) -> WorkOrder:
        """Make the order durable; from here on it takes effect exactly once.

        Returns the order as stored: an earlier one, if the same was accepted before.
        Raises ConflictError if another request was accepted under this id.
        """
        contents = {ORDER_FILE: order.model_dump_json(indent=2).encode() + b"\n"}
        if document:
            contents[DOCUMENT_FILE] = document
        folder = self._layout.work_order(order.id)
        with disk_trouble(folder):
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
        with disk_trouble(path):
            write_atomic(path, extraction.model_dump_json(indent=2).encode() + b"\n")

    def _extraction(self, work_order_id: str) -> Extraction | None:
        """Return what was read from the order, or None while nobody has read it."""
        path = self._layout.work_order(work_order_id) / EXTRACTION_FILE
        content = _content(path)
        if content is None:
            return None
        with damage_in(f"{work_order_id}/{EXTRACTION_FILE}", "an extraction"):
            return Extraction.model_validate_json(content)

    def _owed(self) -> list[str]:
        """Return the ids of the orders that have no ticket yet, whatever the reason.

        A ticket that was damaged and set aside, or whose file is gone, is not owed: made again
        from its order, it would have lost all that happened since.
        """
        ids = (path.name for path in self._layout.existing(self._layout.work_orders).iterdir())
        without = {
            work_order_id: ticket_id_for(work_order_id)
            for work_order_id in ids
            if NAME.fullmatch(work_order_id)
            and not self._layout.ticket(ticket_id_for(work_order_id)).exists()
        }
        damaged = self._quarantine.of_tickets() if without else {}
        return [
            order
            for order, ticket in without.items()
            if ticket not in damaged and not noted_version(self._layout.ticket_lock(ticket))
        ]


def _content(path: Path) -> bytes | None:
    """Return what stands in a file, None if it is not there. Raises UnavailableError."""
    with unreadable(path):
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None

"""Cancellations of work orders: `cancelled.json` in the order's folder.

Whether an order becomes its ticket or is cancelled is decided under the lock of that ticket: who
writes the one looks there for the other. That the file is there decides, whatever stands in it.
"""

import os
from pathlib import Path

from domain.cancellation import OrderCancellation, order_is_cancelled, ticket_exists
from domain.ticket import Ticket
from domain.work_order import ticket_id_for
from storage.failures import damage_in, disk_trouble, unreadable
from storage.files import sync_directory, write_atomic
from storage.layout import Layout
from storage.plain_files import read_plain
from storage.quarantine import Quarantine
from storage.ticket_locks import TicketLock, noted_version
from storage.tombstones import is_retired, refuse_retired

CANCELLED_FILE = "cancelled.json"


def is_cancelled(layout: Layout, work_order_id: str) -> bool:
    """Was this order cancelled? One look, too quick to need a thread."""
    return os.path.lexists(layout.work_order(work_order_id) / CANCELLED_FILE)


def refuse_cancelled(layout: Layout, ticket: Ticket) -> None:
    """Raise ConflictError for the creation of a ticket whose order was cancelled.

    The caller holds the ticket's lock. A further ticket of the order's has another id, and was
    asked for by a person: it is made. Neither is a ticket made again that was removed.
    """
    refuse_retired(layout, ticket)
    order = ticket.work_order_id
    if order and ticket_id_for(order) == ticket.id and is_cancelled(layout, order):
        raise order_is_cancelled(order)


def read_cancellation(layout: Layout, work_order_id: str) -> OrderCancellation | None:
    """Return the decision, None if there is none. Blocks. Raises DamagedFileError."""
    path = layout.work_order(work_order_id) / CANCELLED_FILE
    with unreadable(path):
        try:
            content = read_plain(path)
        except FileNotFoundError:
            return None
    return decode_cancellation(content, path)


def decode_cancellation(content: bytes, path: Path) -> OrderCancellation:
    """Return what stands in this file. Raises DamagedFileError if it is not the order's."""
    order = path.parent.name
    with damage_in(f"{order}/{path.name}", "a cancellation"):
        decided = OrderCancellation.model_validate_json(content)
        if decided.work_order_id != order:
            problem = f"it is the cancellation of {decided.work_order_id}"
            raise ValueError(problem)
        return decided


def write_cancellation(layout: Layout, decided: OrderCancellation) -> OrderCancellation:
    """Make this decision durable and return it, or the one that was made before. Blocks.

    The order must be there. Raises ConflictError if it has become a ticket, be it damaged or
    taken away, and UnavailableError.
    """
    order, ticket = decided.work_order_id, decided.ticket_id
    folder, lock = layout.work_order(order), layout.ticket_lock(ticket)
    with disk_trouble(folder / CANCELLED_FILE), TicketLock(lock):
        if earlier := read_cancellation(layout, order):
            # Whoever wrote it may have been cut off before its name was durable.
            sync_directory(folder)
            return earlier
        if (
            layout.ticket(ticket).exists()
            or noted_version(lock)
            or is_retired(layout, ticket)
            or Quarantine(layout).of_ticket(ticket)
        ):
            raise ticket_exists(order)
        content = decided.model_dump_json(indent=2).encode() + b"\n"
        write_atomic(folder / CANCELLED_FILE, content)
    return decided

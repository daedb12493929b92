"""The work orders as a check sees them: each as it was received, each decision once and told."""

import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from domain.audit import AuditEvent
from domain.errors import UnavailableError
from domain.work_order import Submission, WorkOrder
from storage.cancellations import CANCELLED_FILE, decode_cancellation
from storage.failures import damage_in, unreadable
from storage.files import TEMPORARY_SUFFIX
from storage.findings import Finding, Kind
from storage.folders import BACKUP, EXTRACTION, RETIRED, damaged, mode_at
from storage.layout import NAME
from storage.out_of_place import foreign, left_over
from storage.plain_files import is_strange, read_plain
from storage.work_orders import DOCUMENT_FILE, EXTRACTION_FILE, ORDER_FILE

UNTOLD_AGE = timedelta(minutes=1)  # the line follows the decision at once

BOTH = "Cancel the ticket if the decision stands; else remove this file."
UNTOLD = "Run `texas811 check --repair`, or cancel the order once more: the line is written."

ORDER_FILES = frozenset({ORDER_FILE, DOCUMENT_FILE, EXTRACTION_FILE, CANCELLED_FILE})


def work_orders(root: Path, *, reads_documents: bool, now: datetime) -> Iterator[Finding]:
    """Yield each work order that is not as it was received, and what lies there besides. Blocks.

    With `reads_documents` each document is held against the fingerprint of its order, without
    only its size is.
    """
    for path in sorted(root.glob("work_orders/*/")):
        if NAME.fullmatch(path.name):
            # One that is removed just now, because its time is over, is none.
            with suppress(FileNotFoundError):
                yield from _order(path, root, reads=reads_documents)
                yield from _what_is_beside(path, root, now)


def cancellations(
    root: Path, *, is_told: Callable[[AuditEvent], object], now: datetime
) -> Iterator[Finding]:
    """Yield each cancellation that is damaged, has a ticket beside it, or is not logged. Blocks."""
    for path in sorted(root.glob(f"work_orders/*/{CANCELLED_FILE}")):
        if not NAME.fullmatch(path.parent.name):
            continue
        try:
            with unreadable(path):
                decided = decode_cancellation(read_plain(path), path)
        except UnavailableError as error:
            yield Finding.at(path, root, error.problem, BACKUP)
            continue
        if (root / "tickets" / f"ticket_{decided.ticket_id}.json").exists():
            problem = f"The order was cancelled, and ticket {decided.ticket_id} is there."
            yield Finding.at(path, root, problem, BOTH, Kind.ORDER_UNDECIDED)
        if now - decided.at > UNTOLD_AGE and not is_told(decided.event()):
            problem = "The audit log does not tell of it."
            yield Finding.at(path, root, problem, UNTOLD, Kind.UNTOLD)


def _order(path: Path, root: Path, *, reads: bool) -> Iterator[Finding]:
    order = _read_order(path / ORDER_FILE)
    if isinstance(order, UnavailableError):
        if path.exists():
            yield Finding.at(path / ORDER_FILE, root, order.problem, BACKUP)
    elif problem := _document_problem(order, path / DOCUMENT_FILE, reads=reads):
        yield Finding.at(path / DOCUMENT_FILE, root, problem, BACKUP)
    yield from damaged(path / EXTRACTION_FILE, root, EXTRACTION)


def _what_is_beside(path: Path, root: Path, now: datetime) -> Iterator[Finding]:
    for inside in sorted(path.iterdir()):
        if inside.name.endswith(TEMPORARY_SUFFIX):
            yield from left_over(inside, root, now)
        elif inside.name not in ORDER_FILES or not _may_stay(inside):
            yield from foreign(inside, root)


def _may_stay(path: Path) -> bool:
    """Is this a file of a work order, or something in the place of one that is missed?"""
    mode = mode_at(path)
    is_missed = path.name in {ORDER_FILE, CANCELLED_FILE} and is_strange(mode)
    return is_missed or stat.S_ISREG(mode)


def _read_order(path: Path) -> WorkOrder | UnavailableError:
    try:
        with unreadable(path), damage_in(path.name, "a work order"):
            order = WorkOrder.model_validate_json(read_plain(path))
            if order.id != path.parent.name:
                problem = f"it holds the work order {order.id}"
                raise ValueError(problem)
    except UnavailableError as error:
        return error
    return order


def _document_problem(order: WorkOrder, path: Path, *, reads: bool) -> str | None:
    """Return why a document is not the one that was received, None if it is.

    None also for one that was removed with its ticket: the tombstone names the archive.
    """
    if (path.parents[2] / RETIRED / f"ticket_{order.ticket_id}.json").exists():
        return None
    try:
        size = path.stat().st_size if order.size_bytes or path.exists() else 0
        if size != order.size_bytes:
            return f"It has {size} bytes; {order.size_bytes} were received."
        if not reads:
            return None
        document = read_plain(path) if size else b""
    except UnavailableError as error:
        return error.problem
    except OSError as error:
        return f"The document cannot be read: {error.strerror}."
    sent = Submission(document=document, stated=order.stated)
    # What asked for no time of its own has that of its arrival.
    asked = sent.model_copy(update={"requested_at": order.requested_at})
    is_as_sent = order.fingerprint in {sent.fingerprint(), asked.fingerprint()}
    return None if is_as_sent else "It is not what was received: its fingerprint differs."

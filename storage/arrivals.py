"""What lies beside the tickets of another store, put into this one: created, never overwritten.

Orders, conversations and dead letters, each at once. What is here already is left alone. Stopped
anywhere and done again, it goes on from there.
"""

from enum import StrEnum

from domain.errors import ConflictError, Texas811Error
from domain.session import TicketSession
from storage import files
from storage.cancellations import CANCELLED_FILE, write_cancellation
from storage.dead_letters import DeadLetter, read_letter
from storage.failures import disk_trouble
from storage.portability import content_of, work_order_in
from storage.portable import SessionRecord, WorkOrderRecord
from storage.sessions import decode as decode_session
from storage.sessions import encode as encode_session
from storage.store import Store
from storage.ticket_locks import TicketLock
from storage.tombstones import Tombstone, tombstone_of, tombstone_path
from storage.work_orders import DOCUMENT_FILE, EXTRACTION_FILE, ORDER_FILE

LETTER_REMEDY = "Replay or drop the one that is here, if the other is to be looked at."


class Arrived(StrEnum):
    """What became of a record.

    Newer: here it has gone on from what the file says. Later: an event of a version that the
    ticket does not have, because it changed while it was exported.
    """

    WRITTEN = "written"
    THERE = "there already"
    NEWER = "newer here"
    LATER = "later than its ticket"


Answer = Arrived | Texas811Error


class Arrivals:
    """Takes records in; with `is_dry` it only says what would become of them. All of it blocks."""

    def __init__(self, store: Store, *, is_dry: bool = False) -> None:
        self._store = store
        self._layout = store.quarantine.layout
        self._is_dry = is_dry

    def take_order(self, record: WorkOrderRecord) -> Answer:
        """Take a work order in with all that lies in its folder, at once.

        Of one that is here what is missing is added: what was read from it, and who cancelled it.
        Raises ConflictError for another order under this id, DamagedFileError, UnavailableError.
        """
        order = record.order
        here = work_order_in(self._layout, order.id)
        if here is None:
            return self._create_order(record)
        if (here.order, here.document) != (order, record.document):
            raise ConflictError(
                f"Another work order {order.id} is here.",
                field="id",
                remedy="Compare the two. The one here has not been touched.",
            )
        answer = Arrived.THERE
        path = self._layout.work_order(order.id) / EXTRACTION_FILE
        if record.extraction and not here.extraction:
            answer = Arrived.WRITTEN
            if not self._is_dry:
                with disk_trouble(path):
                    files.write_atomic(path, _json(record.extraction.model_dump_json(indent=2)))
        if record.cancelled and not here.cancelled:
            answer = Arrived.WRITTEN
            if not self._is_dry:
                write_cancellation(self._layout, record.cancelled)
        return answer

    def _create_order(self, record: WorkOrderRecord) -> Answer:
        order = record.order
        contents = {ORDER_FILE: _json(order.model_dump_json(indent=2))}
        if record.document:
            contents[DOCUMENT_FILE] = record.document
        if record.extraction:
            contents[EXTRACTION_FILE] = _json(record.extraction.model_dump_json(indent=2))
        folder, lock = (
            self._layout.work_order(order.id),
            self._layout.ticket_lock(order.ticket_id),
        )
        with disk_trouble(folder), TicketLock(lock):
            if record.cancelled:
                # A cancelled order has no ticket: the two are decided under this lock.
                if self._store.tickets.read(order.ticket_id, is_locked=True):
                    raise ConflictError(
                        f"The file says that order {order.id} was cancelled, and its ticket is here.",
                        field="cancelled",
                        remedy="Compare the two stores.",
                    )
                contents[CANCELLED_FILE] = _json(record.cancelled.model_dump_json(indent=2))
            if not self._is_dry:
                files.create_directory_with(folder, contents)
        return Arrived.WRITTEN

    def take_tombstone(self, tombstone: Tombstone) -> Answer:
        """Take in that a ticket was removed, and that its number stays its own.

        Raises ConflictError if it is here, or another ticket has its number, and UnavailableError.
        """
        ticket_id = tombstone.ticket_id
        path = tombstone_path(self._layout, ticket_id)
        with disk_trouble(path), TicketLock(self._layout.ticket_lock(ticket_id)):
            here = tombstone_of(self._layout, ticket_id)
            if here != tombstone and (here or self._layout.ticket(ticket_id).exists()):
                raise ConflictError(
                    f"The file says that ticket {ticket_id} was removed; here that is not so.",
                    field="ticket_id",
                    remedy="Compare the two stores. The one here has not been touched.",
                )
            number = tombstone.texas811_ticket_number
            self._store.numbers.expect_free(ticket_id, number)
            if not self._is_dry:
                with self._store.numbers.lock():
                    self._store.numbers.claim_for(ticket_id, number)
                    if not here:
                        files.make_directory(path.parent)
                        files.write_atomic(path, _json(tombstone.model_dump_json(indent=2)))
        return Arrived.THERE if here else Arrived.WRITTEN

    def take_session(self, record: SessionRecord) -> Answer:
        """Take a conversation in. Raises ConflictError, DamagedFileError, UnavailableError."""
        session = record.session
        place = self._layout.expired_session if record.is_ended else self._layout.session
        path = place(session.session_key)
        if (content := content_of(path)) is not None:
            here = decode_session(content, name=path.name, key=session.session_key)
            return _newer(here, session)
        if not self._is_dry:
            with disk_trouble(path):
                files.write_atomic(path, encode_session(session))
        return Arrived.WRITTEN

    def take_letter(self, letter: DeadLetter) -> Answer:
        """Take a dead letter in. Raises ConflictError, RejectedError, UnavailableError."""
        path = self._layout.dead_letter(letter.job, letter.key).with_name(letter.file_name)
        if content_of(path) is not None:
            if read_letter(path) == letter:
                return Arrived.THERE
            raise ConflictError(
                f"Another letter of {letter.job} {letter.key} is here.",
                field="key",
                remedy=LETTER_REMEDY,
            )
        if not self._is_dry:
            with disk_trouble(path):
                content = letter.model_dump_json(indent=2, exclude_none=True)
                files.write_atomic(path, _json(content))
        return Arrived.WRITTEN


def _newer(here: TicketSession, said: TicketSession) -> Answer:
    if here == said:
        return Arrived.THERE
    if here.created_at == said.created_at and here.version > said.version:
        return Arrived.NEWER
    raise ConflictError(
        "Another conversation is here under this key.",
        field="session_key",
        remedy="Compare the two. The one here has not been touched.",
    )


def _json(text: str) -> bytes:
    return text.encode() + b"\n"

"""The records of an export of everything: a JSON object each, the first a head, the last a tail.

As NDJSON a record is a line; as JSON they are the elements of one array. The tail counts the
records before it and has the SHA-256 of their lines, so that a file that was cut off or changed is
noticed. Of a record in JSON the line is what it is in NDJSON, however the file was laid out.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator
from pydantic.types import Base64Bytes
from pydantic_core import to_json

from domain.audit import AuditEvent, event_id
from domain.cancellation import OrderCancellation
from domain.errors import RejectedError
from domain.extraction import Extraction
from domain.moment import Moment
from domain.session import TicketSession
from domain.ticket import Ticket
from domain.work_order import WorkOrder
from storage.dead_letters import DeadLetter
from storage.tombstones import Tombstone

FORMAT_NAME = "texas811-export"
FORMAT = 1
# A document of the largest size that can be allowed, in base64, and what was read from it.
RECORD_BYTES_MAX = 160 * 1024 * 1024


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Head(_Record):
    """What the file is. `is_whole` says whether everything was asked for, or some tickets."""

    kind: Literal["head"] = "head"
    format: Literal["texas811-export"] = "texas811-export"
    version: int = FORMAT
    made_at: Moment
    made_by: str
    is_whole: bool = True


class TicketRecord(_Record):
    """A ticket as it lies on the disk. `event` is None where another program has made the file."""

    kind: Literal["ticket"] = "ticket"
    ticket: Ticket
    version: int = Field(ge=1)
    event: AuditEvent | None = None

    @model_validator(mode="after")
    def _hang_together(self) -> Self:
        event = self.event
        if event is None and self.version > 1:
            problem = f"the event of version {self.version} is missing"
            raise ValueError(problem)
        if event and event.id != event_id(self.ticket.id, self.version):
            problem = f"the event is not that of version {self.version} of this ticket"
            raise ValueError(problem)
        if event and event.ticket_id != self.ticket.id:
            problem = f"the event is about {str(event.ticket_id)[:80]}"
            raise ValueError(problem)
        return self


class WorkOrderRecord(_Record):
    """A work order, its document exactly as received, what was read from it, who cancelled it.

    Of one that `is_over` the document was archived with its ticket, and is not in the file.
    """

    kind: Literal["work_order"] = "work_order"
    order: WorkOrder
    document: Base64Bytes | None = None
    extraction: Extraction | None = None
    cancelled: OrderCancellation | None = None
    is_over: bool = False

    @model_validator(mode="after")
    def _hang_together(self) -> Self:
        is_archived = self.is_over and self.document is None
        if len(self.document or b"") != self.order.size_bytes and not is_archived:
            problem = f"the document has {len(self.document or b'')} bytes, not {self.order.size_bytes}"
            raise ValueError(problem)
        if self.cancelled and self.cancelled.work_order_id != self.order.id:
            problem = f"it is the cancellation of {self.cancelled.work_order_id[:80]}"
            raise ValueError(problem)
        return self


class EventRecord(_Record):
    """A line of the audit log, without its place in the chain."""

    kind: Literal["event"] = "event"
    event: AuditEvent


class SessionRecord(_Record):
    """A conversation: under way, or ended and put aside."""

    kind: Literal["session"] = "session"
    session: TicketSession
    is_ended: bool = False


class DeadLetterRecord(_Record):
    """A job that was given up, or that somebody has decided not to do."""

    kind: Literal["dead_letter"] = "dead_letter"
    letter: DeadLetter


class TombstoneRecord(_Record):
    """A ticket that was removed because its time was over; the archive is not in the file."""

    kind: Literal["tombstone"] = "tombstone"
    tombstone: Tombstone


class LeftOut(_Record):
    """What could not be exported, and why."""

    kind: Literal["left_out"] = "left_out"
    what: str
    problem: str


class Tail(_Record):
    """How many records of each kind stand before it, and the SHA-256 (hex) of their lines."""

    kind: Literal["tail"] = "tail"
    counts: dict[str, int]
    sha256: str


Content = (
    TicketRecord
    | WorkOrderRecord
    | EventRecord
    | SessionRecord
    | DeadLetterRecord
    | TombstoneRecord
    | LeftOut
)
Record = Head | Content | Tail
READ: TypeAdapter[Record] = TypeAdapter(Annotated[Record, Field(discriminator="kind")])


class Seal:
    """Counts records and digests their lines, for the tail and against it."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._counts: Counter[str] = Counter()

    def add(self, kind: str, line: bytes) -> None:
        """Take a line, without its end."""
        self._counts[kind] += 1
        self._digest.update(line + b"\n")

    def tail(self) -> Tail:
        """Return the tail that belongs behind these lines."""
        return Tail(counts=dict(sorted(self._counts.items())), sha256=self._digest.hexdigest())


def sealed(records: Iterable[Record]) -> Iterator[bytes]:
    """Yield each record as its line, without the end of the line, and the tail."""
    seal = Seal()
    for record in records:
        line = line_of(record)
        seal.add(record.kind, line)
        yield line
    yield line_of(seal.tail())


def line_of(record: Record) -> bytes:
    """Return a record as one line of JSON, without its end."""
    return record.model_dump_json().encode()


def line_of_value(value: object) -> bytes:
    """Return the line of a record that was read from JSON, as `line_of` has written it."""
    return to_json(value)


def checked_head(head: Head) -> Head:
    """Return a head. Raises RejectedError for a format of a newer release."""
    if head.version > FORMAT:
        raise RejectedError(
            f"The file has format {head.version}; this release reads up to {FORMAT}.",
            field="version",
            remedy=f"Import it with the release that wrote it ({head.made_by[:40]}), or a later one.",
        )
    return head

"""The hash chain of the audit log: what a line looks like, and whether it can be believed.

Each line says its number in the file of its day, the digest of the line before, and its own.
The first line of a day names the last line of the day before it, so the chain runs on across
days. A line of an earlier release has no chain; such lines may only stand at the start.

A line about a ticket names where the line before it about the same ticket begins, so that a
history is read without reading the days.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from domain.audit import AuditEvent
from domain.moment import as_utc

GENESIS = "0" * 64
UNKNOWN = "unknown"  # the digest of a line that cannot be read
CHAIN_FIELD = b',"_chain":'
DIGEST_FIELD = b',"sha256":"'
LINE_TAIL = b'"}}'
TAIL_BYTES = len(DIGEST_FIELD) + len(GENESIS) + len(LINE_TAIL)


class Position(NamedTuple):
    """Where a line begins: the UTC day of its file, written YYYYMMDD, and the offset in it."""

    day: str
    offset: int

    @classmethod
    def parsed(cls, text: str) -> Self:
        day, _, offset = text.partition("@")
        return cls(day, int(offset))

    def __str__(self) -> str:
        return f"{self.day}@{self.offset}"


NOWHERE = Position("", -1)  # where a line lay that is gone


class Entry(NamedTuple):
    """An event on its way into the log, as JSON in one line.

    `day` is the UTC day to which it belongs, written YYYYMMDD; `same_ticket` is where the last
    line about its ticket begins.
    """

    content: str
    day: str
    same_ticket: Position | None = None


class Link(BaseModel):
    """How a line hangs on the one before it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    number: int
    previous: str
    after: str | None = None
    same_ticket: str | None = None
    sha256: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a file of lines: how many there are, and the digest of the last."""

    number: int = 0
    sha256: str = GENESIS
    is_chained: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is what was written: its event, and its link if it has one."""

    event: AuditEvent
    link: Link | None
    head: Head

    @property
    def same_ticket(self) -> Position | None:
        """Where the line before it about the same ticket begins."""
        return same_ticket(self.link)


@dataclass(frozen=True, slots=True)
class Seal:
    """A line that is what was written, whatever its event says: the event as JSON, and its link."""

    event: str
    link: Link | None
    head: Head


def same_ticket(link: Link | None) -> Position | None:
    """Return where the line before it about the same ticket begins."""
    return Position.parsed(link.same_ticket) if link and link.same_ticket else None


class BrokenLineError(ValueError):
    """A line is not what was written."""


class UnknownLineError(BrokenLineError):
    """A line is what was written, and its event is none that this release knows."""

    def __init__(self, seal: Seal) -> None:
        super().__init__("it is whole, and written by another release")
        self.seal = seal


def day_of(moment: datetime) -> str:
    """Return the UTC day of a moment as YYYYMMDD."""
    utc = as_utc(moment)
    return f"{utc.year:04}{utc.month:02}{utc.day:02}"


def entry(event: AuditEvent, same_ticket: Position | None = None) -> Entry:
    """Return an event as the log takes it."""
    return Entry(event.model_dump_json(), day_of(event.timestamp), same_ticket)


def chained(
    event: str, head: Head, *, after: str | None = None, same_ticket: Position | None = None
) -> tuple[bytes, Head]:
    """Return the line that puts this event (JSON) behind `head`, and the new head."""
    link = f'"number":{head.number + 1},"previous":"{head.sha256}"'
    if after:
        link += f',"after":"{after}"'
    if same_ticket:
        link += f',"same_ticket":"{same_ticket}"'
    line = f'{event[:-1]},"_chain":{{{link}'.encode()
    digest = hashlib.sha256(line).hexdigest()
    whole = line + DIGEST_FIELD + digest.encode() + LINE_TAIL
    return whole, Head(head.number + 1, digest, is_chained=True)


def seal_of(line: bytes, *, number: int) -> Seal:
    """Return a line that is what was written, its digest compared.

    `number` is what it would have if it had no chain. Raises BrokenLineError.
    """
    body, end = line[:-TAIL_BYTES], line[-TAIL_BYTES:]
    try:
        if not end.startswith(DIGEST_FIELD):
            return _unchained(line, number)
        digest = hashlib.sha256(body).hexdigest()
        if end != DIGEST_FIELD + digest.encode() + LINE_TAIL:
            raise BrokenLineError("it is not what its digest says")
        event, found, _chain = line.rpartition(CHAIN_FIELD)
        link = Link.model_validate_json(line[len(event) + len(found) : -1])
        head = Head(link.number, digest, is_chained=True)
        return Seal(event.decode() + "}", link, head)
    except (ValidationError, UnicodeDecodeError) as error:
        raise BrokenLineError("it cannot be read as an audit event") from error


def _unchained(line: bytes, number: int) -> Seal:
    """Return a line of an earlier release, which is believed if it is an event."""
    AuditEvent.model_validate_json(line)
    return Seal(line.decode(), None, Head(number, hashlib.sha256(line).hexdigest()))


def parsed(line: bytes, *, number: int) -> Line:
    """Return what a line says, its digest compared.

    Raises BrokenLineError, and UnknownLineError for an event of another release.
    """
    seal = seal_of(line, number=number)
    try:
        event = AuditEvent.model_validate_json(seal.event)
    except ValidationError as error:
        raise UnknownLineError(seal) from error
    return Line(event, seal.link, seal.head)


def fault_in_chain(line: Line | Seal, before: Head) -> str | None:
    """Return why this line cannot be the one behind `before`, None if it can.

    What the first line of a day hangs on lies in another file: see `Link.after`.
    """
    link = line.link
    if link is None:
        return "it has no chain, and the line before it has one" if before.is_chained else None
    if link.number != before.number + 1:
        return f"it says that it is line {link.number}, not {before.number + 1}"
    if before.number and before.sha256 not in (link.previous, UNKNOWN):
        return "the line before it is not the one that it was written behind"
    return None

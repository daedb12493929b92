"""What a ticket's file looks like, and whether it can be believed.

It is the ticket's JSON as the specification names it, flat, and `_meta` beside it: format,
version, the event of that version as it stands in the audit log, and a digest of all the rest.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import pydantic_core
from pydantic import BaseModel, ConfigDict, Field

from domain.audit import AuditEvent
from domain.facts import LEGAL_STATEMENTS
from domain.ticket import Ticket
from storage.failures import NewerFormatError, damage_in

FORMAT = 3


FIRST_PROVEN_FORMAT = 2  # from here on a file carries its digest, and always will


NO_META: dict[str, Any] = {}
NO_OBJECT = "it is JSON, and no object"


# How every file ends from FIRST_PROVEN_FORMAT on: the digest is over all that stands before it.
DIGEST_FIELD = b', "sha256": "'


FILE_TAIL = b'"}\n}\n'


DIGEST_CHARACTERS = 64


END_BYTES = len(DIGEST_FIELD) + DIGEST_CHARACTERS + len(FILE_TAIL)


class TicketMeta(BaseModel):
    """What the file knows beside the ticket.

    A file in the customer's own shape has no `_meta`: it counts as version 1, without event.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = Field(default=1, ge=1)
    version: int = Field(default=1, ge=1)
    event: dict[str, Any] | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class StoredTicket:
    """A ticket as it lies on the disk, and the event that made it so."""

    ticket: Ticket
    event: AuditEvent | None


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A ticket's file that is what was written: its fields as they stand there, and `_meta`.

    A proven one fitted the schema when it was written. One that carries no digest, as other tools
    and earlier releases write it, must be read as a `Ticket` before it can be believed.
    """

    raw: dict[str, Any]
    meta: TicketMeta

    @property
    def is_proven(self) -> bool:
        return self.meta.sha256 is not None


def encode(ticket: Ticket, event: AuditEvent) -> bytes:
    """Return the bytes of a ticket's file; `ticket.version` is the version being written."""
    return assembled(ticket, event.model_dump_json())


def assembled(ticket: Ticket, event: str) -> bytes:
    """Return the bytes of a ticket's file, from its event as JSON in one line."""
    head = ticket.model_dump_json(indent=2).removesuffix("\n}")
    meta = f'"format": {FORMAT}, "version": {ticket.version}, "event": {event}'
    content = f'{head},\n  "_meta": {{{meta}'.encode()
    return content + _end_of(content)


def opened(content: bytes, *, name: str) -> OpenedFile:
    """Return what stands in a ticket's file, having compared its digest.

    Raises DamagedFileError, naming file and fault, and NewerFormatError.
    """
    end = content[-END_BYTES:]
    is_whole = end == _end_of(content[:-END_BYTES])
    is_ours = end.startswith(DIGEST_FIELD)  # a file of a later format may end otherwise
    with damage_in(name, "a ticket"):
        raw = pydantic_core.from_json(content)
        if not isinstance(raw, dict):
            raise ValueError(NO_OBJECT)  # noqa: TRY004 - a fault of the file
        given = raw.pop("_meta", NO_META)
        if given is NO_META:
            raw = said_by(raw)
        elif (newer := _newer_format(given)) and (is_whole or not is_ours):
            raise NewerFormatError(
                f"The file {name} has format {newer}; this release reads up to {FORMAT}.",
                remedy="Run the release that wrote it. It has not been touched.",
            )
        meta = TicketMeta.model_validate(given)
        if not is_whole and (meta.format >= FIRST_PROVEN_FORMAT or meta.sha256):
            problem = "it is not what its digest says"
            raise ValueError(problem)
    return OpenedFile(raw, meta)


def said_by(raw: dict[str, Any]) -> dict[str, Any]:
    """Return what a ticket in the customer's own shape says.

    The customer's own model writes False where nobody has said anything.
    """
    return {k: v for k, v in raw.items() if v is not False or k not in LEGAL_STATEMENTS}


def _newer_format(meta: object) -> int | None:
    """Return the format that `_meta` names, if it is one of a later release."""
    named = meta.get("format") if isinstance(meta, dict) else None
    return named if isinstance(named, int) and named > FORMAT else None


def decode(content: bytes, *, name: str) -> StoredTicket:
    """Return what a ticket's file says.

    Raises DamagedFileError, naming file and fault, and NewerFormatError.
    """
    return as_stored(opened(content, name=name), name=name)


def as_stored(file: OpenedFile, *, name: str) -> StoredTicket:
    """Return the ticket that an opened file holds. Raises DamagedFileError, naming file and fault."""
    with damage_in(name, "a ticket"):
        ticket = Ticket.model_validate({**file.raw, "version": file.meta.version})
        event = file.meta.event and AuditEvent.model_validate(file.meta.event)
    return StoredTicket(ticket=ticket, event=event or None)


def _end_of(content: bytes) -> bytes:
    return DIGEST_FIELD + hashlib.sha256(content).hexdigest().encode() + FILE_TAIL

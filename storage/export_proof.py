"""A file of an export read once before anything is taken of it: is it whole, and what do its events tell?

Of each ticket is kept what its events tell last of each field, up to the version that the file has
of it, as a digest: so a file with a million tickets fits into memory.
"""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import BinaryIO

from pydantic import JsonValue, ValidationError

from domain.audit import AuditEvent, event_id, field_changes
from domain.errors import MalformedError, RejectedError, TooLargeError
from domain.replay import FOUND_AGAIN
from domain.ticket import Ticket
from storage.import_items import ImportFormat, TailCheck, Value, values_of
from storage.portable import Head, TicketRecord, checked_head

DIGEST_BYTES = 8
UNTOLD = bytes(DIGEST_BYTES)
FIELDS = sorted({*Ticket.model_fields, *Ticket.model_computed_fields} - FOUND_AGAIN)
PLACES = {name: DIGEST_BYTES * number for number, name in enumerate(FIELDS)}


@dataclass(slots=True)
class _Story:
    """What the events of a ticket tell: its version so far, and each field's last value.

    `until` is the version that the file has of the ticket; later events do not count.
    """

    version: int = 0
    until: int | None = None
    digests: bytearray = field(default_factory=lambda: bytearray(DIGEST_BYTES * len(FIELDS)))

    def tell(self, changes: dict[str, JsonValue]) -> None:
        self.version += 1
        for name, told in changes.items():
            if (at := PLACES.get(name)) is not None and isinstance(told, dict):
                self.digests[at : at + DIGEST_BYTES] = _digest(told.get("after"))

    def differing(self, ticket: Ticket) -> str | None:
        """Return the first field of which the ticket says other than its story."""
        said = ticket.model_dump(mode="json")
        stated = field_changes(None, ticket)
        for name, at in PLACES.items():
            told = bytes(self.digests[at : at + DIGEST_BYTES])
            if name in stated if told == UNTOLD else told != _digest(said.get(name)):
                return name
        return None


class ExportProof:
    """What a first reading of a file tells. `fault` says why it is not what was exported."""

    def __init__(self) -> None:
        self.fault: RejectedError | None = None
        self._stories: dict[str, _Story] = {}

    def read(self, file: BinaryIO, written_as: ImportFormat) -> None:
        """Read a file to its end.

        Raises RejectedError for a file of a newer format, and UnavailableError.
        """
        check = TailCheck()
        try:
            for value in values_of(file, written_as):
                self.fault = check.take(value) or self.fault
                self._take(value)
        except (MalformedError, TooLargeError) as error:
            self.fault = error
            return
        self.fault = self.fault or check.end()

    def refusal(self, record: TicketRecord) -> RejectedError | None:
        """Return why a ticket is not what its own event, and the file's events, tell of it.

        Where these do not tell its whole life, because days of the log are over, its own counts.
        """
        if record.event is None:
            return None
        name = _contradicted(record.ticket, record.event)
        story = self._stories.get(record.ticket.id)
        if name is None and story and story.version == record.version:
            name = story.differing(record.ticket)
        if name is None:
            return None
        return RejectedError(
            f"Its events tell other of {name} than ticket {record.ticket.id} says.",
            field=name,
            remedy="One of the two was changed: export again. Nothing of this ticket was taken.",
        )

    def _take(self, value: Value) -> None:
        match value.value:
            case {"kind": "head"}:
                with suppress(ValidationError):  # refused when it is its turn
                    checked_head(Head.model_validate(value.value))
            case {"kind": "ticket", "ticket": {"id": str(ticket_id)}, "version": int(version)}:
                self._stories.setdefault(ticket_id, _Story()).until = version
            case {
                "kind": "event",
                "event": {
                    "id": str(id_),
                    "ticket_id": str(ticket_id),
                    "to_status": str(),
                    "field_changes": dict(changes),
                },
            }:
                story = self._stories.setdefault(ticket_id, _Story())
                is_over = story.until is not None and story.version >= story.until
                if not is_over and id_ == event_id(ticket_id, story.version + 1):
                    story.tell(changes)


def _contradicted(ticket: Ticket, event: AuditEvent) -> str | None:
    """Return a field of which an event tells other than the ticket that it has made says."""
    if event.timestamp != ticket.updated_at:
        return "updated_at"
    if event.to_status not in (None, ticket.status):
        return "status"
    said = ticket.model_dump(mode="json")
    for name, told in event.field_changes.items():
        after = told.get("after") if isinstance(told, dict) else told
        if name not in FOUND_AGAIN and said.get(name) != after:
            return name
    return None


def _digest(value: JsonValue) -> bytes:
    content = json.dumps(value, sort_keys=True).encode()
    return blake2b(content, digest_size=DIGEST_BYTES).digest()

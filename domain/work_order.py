"""A work order: what was handed to us, exactly as it was received.

It is accepted once and never changed. The ticket's id is derived from the work order's, so
the client knows the address of the ticket before the ticket exists, and doing the work twice
finds the ticket there.
"""

import hashlib
from datetime import datetime
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field

from domain.audit import Actor
from domain.facts import TicketFacts
from domain.moment import Moment

WORK_ORDER_NAMESPACE = UUID("b5f3f1d4-0a57-5b6c-a1a4-3c6c07dd5b19")
TICKET_NAMESPACE = UUID("93c9d2e5-1d0f-5d66-8ad0-6f6f4e8a5d02")

FILENAME_CHARACTERS_MAX = 255
IDEMPOTENCY_KEY_CHARACTERS_MAX = 255


class WorkOrder(BaseModel):
    """The order: who sent what, when, and the facts that were stated with it by name.

    `requested_at` is when the work was asked for, `received_at` when we accepted the order.
    `fingerprint` is the SHA-256 of everything the client said; a repeated request is the
    same request only if its fingerprint is the same. `request_id` and `key_id` are those of the
    first of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1, max_length=64)
    received_at: Moment
    actor: Actor
    filename: str | None = Field(default=None, max_length=FILENAME_CHARACTERS_MAX)
    media_type: str | None = None
    size_bytes: int = Field(default=0, ge=0)
    stated: TicketFacts = Field(default_factory=TicketFacts)
    # What was said in a form that has no place among the facts; shown as a warning.
    left_out: tuple[str, ...] = ()
    requested_at: Moment
    idempotency_key: str | None = Field(default=None, max_length=IDEMPOTENCY_KEY_CHARACTERS_MAX)
    fingerprint: str
    request_id: str | None = None
    key_id: str | None = None

    @property
    def ticket_id(self) -> str:
        return ticket_id_for(self.id)


class Submission(BaseModel):
    """What a client hands in, before it has an id: a document, stated facts, or both."""

    model_config = ConfigDict(frozen=True)

    document: bytes = b""
    filename: str | None = Field(default=None, max_length=FILENAME_CHARACTERS_MAX)
    media_type: str | None = None
    stated: TicketFacts = Field(default_factory=TicketFacts)
    left_out: tuple[str, ...] = ()
    requested_at: Moment | None = None
    actor: Actor = Actor.USER
    idempotency_key: str | None = Field(default=None, max_length=IDEMPOTENCY_KEY_CHARACTERS_MAX)
    request_id: str | None = None
    key_id: str | None = None

    def fingerprint(self) -> str:
        """Return the SHA-256 (hex) of the document and the stated facts.

        The file's name is not part of it: the same document under another name is the same.
        """
        digest = hashlib.sha256(self.document)
        digest.update(b"\0")
        digest.update(self.stated.model_dump_json(exclude_none=True).encode())
        digest.update(f"\0{self.requested_at or ''}".encode())
        return digest.hexdigest()

    def as_work_order(self, *, work_order_id: str, now: datetime) -> WorkOrder:
        """Return the order under its id, received at `now`."""
        return WorkOrder(
            id=work_order_id,
            received_at=now,
            actor=self.actor,
            filename=self.filename,
            media_type=self.media_type,
            size_bytes=len(self.document),
            stated=self.stated,
            left_out=self.left_out,
            requested_at=self.requested_at or now,
            idempotency_key=self.idempotency_key,
            fingerprint=self.fingerprint(),
            request_id=self.request_id,
            key_id=self.key_id,
        )


def plain_filename(name: str | None) -> str | None:
    """Return the last part of a file's name, without a path or control characters.

    It is cut to FILENAME_CHARACTERS_MAX, its end is kept; None if nothing is left of it.
    """
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    return "".join(filter(str.isprintable, last))[-FILENAME_CHARACTERS_MAX:] or None


def work_order_id_for(idempotency_key: str) -> str:
    """Return the id of the order with this key: one key, one place on the disk."""
    return str(uuid5(WORK_ORDER_NAMESPACE, idempotency_key))


def ticket_id_for(work_order_id: str) -> str:
    """Return the id of the ticket that this work order becomes."""
    return str(uuid5(TICKET_NAMESPACE, work_order_id))

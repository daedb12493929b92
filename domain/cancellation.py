"""The cancellation of a work order: a person's decision that it shall become no ticket.

It can be made until the ticket exists, and then no more: of the two exactly one comes true. A
ticket is cancelled in its own way, see `domain/submitting.py`.
"""

from datetime import datetime
from typing import Self
from uuid import uuid5

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from domain.audit import EVENT_NAMESPACE, Actor, AuditEvent, Author, named
from domain.errors import ConflictError, RejectedError
from domain.moment import Moment
from domain.work_order import ticket_id_for


class OrderCancellation(BaseModel):
    """Who has cancelled which work order, when and why; written once and never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    work_order_id: str
    by: str = Field(min_length=1)
    actor: Actor
    reason: str = Field(min_length=1)
    at: Moment

    @classmethod
    def made(cls, work_order_id: str, *, by: Author, reason: str, now: datetime) -> Self:
        """Return this decision. Raises RejectedError if nobody is named, or nothing said."""
        if not reason.strip():
            raise RejectedError(
                "There is no reason.", field="reason", remedy="Say why it shall not be done."
            )
        return cls(
            work_order_id=work_order_id,
            by=named(by),
            actor=by.actor,
            reason=reason.strip(),
            at=now,
        )

    @property
    def ticket_id(self) -> str:
        """The id of the ticket that will not be made."""
        return ticket_id_for(self.work_order_id)

    def event(self, *, given_up: JsonValue = None) -> AuditEvent:
        """Return the event that tells of it, under the same id each time.

        `given_up` is the dead letter that the order had, and that goes with the decision.
        """
        changes: dict[str, JsonValue] = {
            "work_order": {"before": None, "after": self.model_dump(mode="json")}
        }
        if given_up is not None:
            changes["dead_letter"] = {"before": given_up, "after": None}
        return AuditEvent(
            id=str(uuid5(EVENT_NAMESPACE, f"work_order/{self.work_order_id}/cancelled")),
            timestamp=self.at,
            actor=self.actor,
            action="work_order_cancelled",
            changed_fields=list(changes),
            field_changes=changes,
            notes=f"{self.by}: {self.reason}",
            compliance_relevant=True,
        )


def order_is_cancelled(work_order_id: str) -> ConflictError:
    """Return the refusal of a ticket whose order was cancelled."""
    return ConflictError(
        f"The work order {work_order_id} was cancelled.",
        field="work_order_id",
        remedy="Hand the work in as a new work order, if it shall be done after all.",
    )


def ticket_exists(work_order_id: str) -> ConflictError:
    """Return the refusal to cancel an order that has become a ticket."""
    ticket_id = ticket_id_for(work_order_id)
    return ConflictError(
        f"The work order {work_order_id} has become ticket {ticket_id}.",
        field="work_order_id",
        remedy=f"Cancel the ticket: POST /tickets/{ticket_id}/cancel.",
    )

"""Reverting: what a ticket said in an earlier version is made its newest version.

History is never written anew: a reverted ticket has one version more, with an event that tells
who has reverted it, why, and each field before and after.
"""

from datetime import datetime

from domain.audit import Author, Change, change, named
from domain.drafting import VALIDATES, placed, refuse_locked
from domain.errors import RejectedError
from domain.extraction import Extraction
from domain.facts import TicketFacts
from domain.lifecycle import CANCELLED, READY, VALIDATING, advance
from domain.packet import packet_of
from domain.ticket import Ticket
from domain.validation import validated

REMEDIES = {
    True: "Reopen it, revert it, and confirm it again.",
    False: "If place, scope or marking are wrong: cancel it and make a new ticket.",
}


def revert(
    ticket: Ticket,
    earlier: Ticket,
    extraction: Extraction | None,
    *,
    now: datetime,
    by: Author,
) -> Change:
    """Return the ticket with the facts that it stated in an earlier version of it.

    Only the facts (sections A to E) come back, and which of them a person had confirmed. What
    happened stays, because it did happen: the number, the notice and its dates, the members and
    their answers, and what named persons stated. A status never comes back either. While the
    fields are open, validation puts the ticket where its gaps are; a ticket that is confirmed keeps
    its status, and is reverted only to facts that make the very packet that was confirmed: notice
    is given for these, and for no others (Tex. Util. Code 251.152).

    Raises RejectedError if nobody is named, for another ticket, for one whose fields are locked,
    and if it says the same already.
    """
    name = named(by)
    if earlier.id != ticket.id:
        raise RejectedError(
            f"That is ticket {earlier.id}.", field="ticket_id", remedy="Name the right one."
        )
    facts = {field: getattr(earlier, field) for field in TicketFacts.model_fields}
    facts["confirmed_fields"] = earlier.confirmed_fields
    if all(getattr(ticket, field) == value for field, value in facts.items()):
        raise RejectedError(
            f"It says what it said in version {earlier.version}.",
            field="version",
            remedy="There is nothing to revert.",
        )
    if ticket.status in VALIDATES:
        opened = ticket if ticket.status is VALIDATING else advance(ticket, VALIDATING, now=now)
        after = placed(opened.revised(now=now, edited_at=now, **facts), extraction, now)
    else:
        after = validated(_still_confirmed(ticket, facts, now), extraction, now=now)
    return change(
        ticket,
        after,
        by=by,
        action="ticket_reverted",
        notes=f"{name} reverted it to what it said in version {earlier.version}.",
    )


def _still_confirmed(ticket: Ticket, facts: dict[str, object], now: datetime) -> Ticket:
    """Return a locked ticket with other facts. Raises RejectedError if its packet changes."""
    if ticket.confirmation is None or ticket.status is CANCELLED:
        refuse_locked(ticket)
    after = ticket.revised(now=now, **facts)
    if (
        ticket.confirmation
        and packet_of(after).fingerprint != ticket.confirmation.packet_fingerprint
    ):
        raise RejectedError(
            "What it said then is not what was confirmed: the packet would be another.",
            field="version",
            remedy=REMEDIES[ticket.status is READY],
        )
    return after

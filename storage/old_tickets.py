"""A ticket's file as the specification's program wrote it, as a ticket of ours.

Nothing is invented. What it does not say stays unsaid, what does not fit is named among the
ticket's warnings, and the gaps are found anew. A status before the submission follows from the gaps;
one after it is what the center knows, and stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.lifecycle import DRAFT, EXTRACTING, IN_FORCE, PENDING, READY, VALIDATING
from domain.ticket import Ticket, TicketStatus
from domain.validation import validated
from storage.failures import damage_in
from storage.old_json import object_of
from storage.old_values import Refused, fitted, shown, written_time
from storage.ticket_files import said_by

BEFORE_SUBMISSION = frozenset({DRAFT, EXTRACTING, VALIDATING, PENDING, READY})
FOUND_ANEW = "found_anew"  # how a gap of the earlier program ended: by the rules of today
CONFIRM_AGAIN = str(
    Refused(
        "status", '"Ready"', "nobody is named who confirmed it: a named person must confirm it"
    )
)


@dataclass(frozen=True, slots=True)
class OldTicket:
    """A ticket that was never stored in our form, and what is to be known of it.

    `status` is the one that it had, `changed_at` when it was last changed there (UTC).
    """

    ticket: Ticket
    status: TicketStatus
    changed_at: datetime
    noted: list[str]

    @property
    def is_in_force(self) -> bool:
        return self.ticket.status in IN_FORCE


def ticket_from(content: bytes, *, name: str, ticket_id: str, now: datetime) -> OldTicket:
    """Return what an old ticket's file says, as it is at `now` by the rules of today.

    Raises DamagedFileError, naming file and fault, if it is no ticket or another one.
    """
    with damage_in(name, "a ticket"):
        read = object_of(content)
        raw = said_by(read.value)
        if raw.setdefault("id", ticket_id) != ticket_id:
            problem = f"it holds the ticket {str(raw['id'])[:80]}"
            raise ValueError(problem)
        ticket, refused = fitted(Ticket, {**raw, **_times(raw, now), "version": 0})
    noted = read.noted + [str(one) for one in refused + _timeless(raw)]
    present = _present(ticket, noted, now)
    return OldTicket(present, ticket.status, ticket.updated_at, noted)


def _times(raw: Mapping[str, Any], now: datetime) -> dict[str, object]:
    """Return the three times that a ticket must have; a missing one is that of another, or now."""
    names = ("created_at", "updated_at", "requested_at")
    said = {name: raw[name] for name in names if _is_time(raw.get(name))}
    other = next(iter(said.values()), now)
    return {name: said.get(name, other) for name in names}


def _timeless(raw: Mapping[str, Any]) -> list[Refused]:
    return [
        Refused(name, shown(raw[name]), "it is no time")
        for name in ("created_at", "updated_at", "requested_at")
        if raw.get(name) is not None and not _is_time(raw[name])
    ]


def _is_time(value: object) -> bool:
    """Can this be read as a time? What its numbers say is seen when it is."""
    try:
        written_time(value)
    except ValueError:
        return False
    return True


def _present(ticket: Ticket, noted: list[str], now: datetime) -> Ticket:
    """Return the ticket with today's gaps, its warnings, and the status that follows from them."""
    if ticket.status is READY and ticket.confirmation is None:
        noted.append(CONFIRM_AGAIN)
    old_gaps = [
        gap.model_copy(update={"resolved_at": now, "resolution_method": FOUND_ANEW})
        if gap.is_open
        else gap
        for gap in ticket.validation_gaps
    ]
    warned = ticket.revised(
        now=now,
        validation_gaps=old_gaps,
        extraction_warnings=[*ticket.extraction_warnings, *noted],
    )
    looked_at = validated(warned, None, now=now)
    if ticket.status not in BEFORE_SUBMISSION:
        return looked_at
    status = DRAFT if looked_at.has_required_gap else PENDING
    return looked_at.revised(now=now, status=status)

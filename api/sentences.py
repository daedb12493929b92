"""What to tell a user about a ticket: a few sentences, by its status and by what stops the dig."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from api.dates import DateLine
from domain.audit import Actor, Author
from domain.errors import RejectedError
from domain.facts import TicketType
from domain.gaps import GapSeverity
from domain.moment import spoken
from domain.questions import label
from domain.readiness import (
    NO_DIGGING,
    Missing,
    county_of,
    is_justified_emergency,
    why_not_ready,
)
from domain.submitting import confirm
from domain.texas import CENTER_ZONE, zone_named
from domain.ticket import Ticket, TicketStatus

LABELS_MAX = 6
NOT_KNOWN = "a date that is not known yet"
SOMEBODY = Author(actor=Actor.USER, name="Robin Rivera")  # any whole name
START_IS_AHEAD = "lawful_start_reached"


@dataclass(frozen=True)
class View:
    """A ticket and its dates at a moment; what follows from them is computed once."""

    ticket: Ticket
    dates: list[DateLine]
    now: datetime

    def date(self, name: str) -> str:
        """Return a date in words, by the clocks of the center."""
        return next((line.in_chicago for line in self.dates if line.name == name), NOT_KNOWN)

    @cached_property
    def refusal(self) -> RejectedError | None:
        """Why the word of a person, who attests what has to be attested, would be refused."""
        try:
            confirm(self.ticket, now=self.now, by=SOMEBODY, emergency_attested=True)
        except RejectedError as refusal:
            return refusal
        return None

    @cached_property
    def conditions(self) -> list[Missing]:
        """What is missing for digging."""
        return list(why_not_ready(self.ticket, self.now))

    @property
    def missing(self) -> list[Missing]:
        """What is missing for digging, beside a start that is still ahead."""
        if not self.is_before_start:
            return self.conditions
        return [one for one in self.conditions if one.condition != START_IS_AHEAD]

    @property
    def is_before_start(self) -> bool:
        start = self.ticket.earliest_lawful_start
        return start is not None and self.now < start


def sentence_for(view: View) -> str:
    """Return what a user should be told first."""
    ticket = view.ticket
    if ticket.status in OVER:
        return SENTENCES[ticket.status](view)
    if ticket.superseded_by_number:
        return (
            f"The center has ticket {ticket.superseded_by_number} in the place of this one: "
            "nobody may dig on this one."
        )
    if ticket.closed_at:
        return "The work was closed as finished: nobody may dig on this ticket any more."
    return SENTENCES[ticket.status](view)


def by_both_clocks(moment: datetime, ticket: Ticket) -> str:
    """Return a moment in words by the clocks of the site, and by those of the center if they differ."""
    zone, center = zone_named(county_of(ticket).timezone), zone_named(CENTER_ZONE)
    told = spoken(moment, zone)
    return told if zone == center else f"{told} ({spoken(moment, center)})"


def _draft(view: View) -> str:
    gaps = view.ticket.open_gaps
    required = (gap.field for gap in gaps if gap.severity is GapSeverity.REQUIRED)
    needed = list(dict.fromkeys(map(label, required)))
    if not needed:
        return "This ticket is a draft. Validate it to see what it needs."
    listed = ", ".join(needed[:LABELS_MAX])
    more = f", and {len(needed) - LABELS_MAX} more" if len(needed) > LABELS_MAX else ""
    return f"Missing or not right yet, all can be said at once: {listed}{more}."


def _pending(view: View) -> str:
    ticket = view.ticket
    if refusal := view.refusal:
        return f"It cannot be confirmed as it is now. {refusal.problem} {refusal.remedy or ''}".strip()
    asked = " Some questions are open that it can go without." if ticket.open_gaps else ""
    attested = ""
    if ticket.ticket_type is TicketType.EMERGENCY:
        attested = " The same person must attest the emergency (emergency_attested)."
    return (
        "All that the notice needs is there. Read the packet back; once a named person says that it "
        f"is right, confirm it.{attested}{asked} {_if_sent_now(view)}"
    )


def _if_sent_now(view: View) -> str:
    ticket = view.ticket
    if ticket.ticket_type in NO_DIGGING:
        return (
            f"A {ticket.ticket_type} ticket permits no digging, whenever the notice is given."
        )
    if is_justified_emergency(ticket):
        return "An emergency waits for no lawful start: give the notice as soon as you can."
    return f"A notice given now allows digging from {view.date('earliest_lawful_start')}."


def _ready(view: View) -> str:
    confirmation = view.ticket.confirmation
    by = confirmation.confirmed_by if confirmation else "A person"
    return (
        f"{by} has confirmed the packet and its fields are locked. It is not sent yet: key it into "
        "the Texas811 portal, then record the center's number and the time of the notice."
    )


def _submitted(view: View) -> str:
    ticket = view.ticket
    given = f"The notice was given {_at(ticket.notice_at, ticket)}."
    if ticket.ticket_type in NO_DIGGING:
        return f"{given} A {ticket.ticket_type} ticket permits no digging."
    start = f" Nobody may dig before {view.date('earliest_lawful_start')}."
    return given + (start if view.is_before_start else "") + _what_is_missing(view)


def _what_is_missing(view: View) -> str:
    missing = view.missing
    if missing:
        more = f" And {len(missing) - 1} more." if len(missing) > 1 else ""
        return f" Still missing for digging: {missing[0].problem}{more}"
    if is_justified_emergency(view.ticket):
        return (
            " Nothing is missing for the emergency work; that it begins is to be recorded, "
            "outside of this conversation."
        )
    return "" if view.is_before_start else " Nothing else is missing."


def _digging(view: View) -> str:
    if view.missing or view.is_before_start:
        return f"Nobody may dig now.{_what_is_missing(view)}"
    return f"Digging may begin. The ticket ends {view.date('expires')}."


def _expiring(view: View) -> str:
    if view.missing:
        return f"Nobody may dig now.{_what_is_missing(view)}"
    return (
        f"The ticket ends {view.date('expires')}. If digging goes on after that, refresh it by "
        f"{view.date('refresh_by')}."
    )


def _plain(text: str) -> Callable[[View], str]:
    return lambda _view: text


def _at(moment: datetime | None, ticket: Ticket) -> str:
    return by_both_clocks(moment, ticket) if moment else "at a time that is not recorded"


# Here nothing else counts any more.
OVER = frozenset({TicketStatus.EXPIRED, TicketStatus.CANCELLED, TicketStatus.DAMAGED})
SENTENCES: dict[TicketStatus, Callable[[View], str]] = {
    TicketStatus.DRAFT: _draft,
    TicketStatus.EXTRACTING: _plain("The work order is being read. Ask again in a moment."),
    TicketStatus.VALIDATING_FIELDS: _plain("The ticket is being validated."),
    TicketStatus.VALID_PENDING_CONFIRM: _pending,
    TicketStatus.READY: _ready,
    TicketStatus.SUBMITTED: _submitted,
    TicketStatus.RESPONSES_IN: _submitted,
    TicketStatus.READY_TO_DIG: _digging,
    TicketStatus.EXPIRING: _expiring,
    TicketStatus.EXPIRED: _plain("The ticket has expired: nobody may dig on it."),
    TicketStatus.CANCELLED: _plain("The ticket was cancelled: nobody may dig on it."),
    TicketStatus.DAMAGED: _plain(
        "A damage was reported: digging stops until the operator has released the site."
    ),
}

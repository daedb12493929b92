"""What to tell a user about a ticket: one or two sentences, by its status."""

from collections.abc import Callable, Sequence

from api.dates import DateLine
from domain.gaps import GapSeverity
from domain.questions import label
from domain.ticket import Ticket, TicketStatus

LABELS_MAX = 6
NOT_KNOWN = "a date that is not known yet"

Dates = Sequence[DateLine]


def sentence_for(ticket: Ticket, dates: Dates) -> str:
    """Return what a user should be told first."""
    return SENTENCES[ticket.status](ticket, dates)


def _draft(ticket: Ticket, _dates: Dates) -> str:
    needed = list(
        dict.fromkeys(
            label(gap.field) for gap in ticket.open_gaps if gap.severity is GapSeverity.REQUIRED
        )
    )
    if not needed:
        return "This ticket is a draft. Validate it to see what it needs."
    listed = ", ".join(needed[:LABELS_MAX])
    more = f", and {len(needed) - LABELS_MAX} more" if len(needed) > LABELS_MAX else ""
    return f"Missing or not right yet, all can be said at once: {listed}{more}."


def _pending(ticket: Ticket, dates: Dates) -> str:
    asked = "Some recommended questions are open. " if ticket.open_gaps else ""
    return (
        "All that the notice needs is there. Read the packet back; once a named person says that it "
        f"is right, confirm it. {asked}A notice given now allows digging from {_at(dates, 'earliest_lawful_start')}."
    )


def _ready(ticket: Ticket, _dates: Dates) -> str:
    by = ticket.confirmation.confirmed_by if ticket.confirmation else "a person"
    return (
        f"{by} has confirmed the packet and its fields are locked. It is not sent yet: key it into "
        "the Texas811 portal, then record the center's number and the time of the notice."
    )


def _submitted(_ticket: Ticket, dates: Dates) -> str:
    return (
        "The notice was given. Nobody may dig before "
        f"{_at(dates, 'earliest_lawful_start')}, nor before every operator has answered."
    )


def _ready_to_dig(_ticket: Ticket, dates: Dates) -> str:
    return f"Digging may begin. The ticket ends {_at(dates, 'expires')}."


def _expiring(_ticket: Ticket, dates: Dates) -> str:
    return (
        f"The ticket ends {_at(dates, 'expires')}. If digging goes on after that, refresh it by "
        f"{_at(dates, 'refresh_by')}."
    )


def _plain(text: str) -> Callable[[Ticket, Dates], str]:
    return lambda _ticket, _dates: text


def _at(dates: Dates, name: str) -> str:
    return next((line.in_chicago for line in dates if line.name == name), NOT_KNOWN)


SENTENCES: dict[TicketStatus, Callable[[Ticket, Dates], str]] = {
    TicketStatus.DRAFT: _draft,
    TicketStatus.EXTRACTING: _plain("The work order is being read. Ask again in a moment."),
    TicketStatus.VALIDATING_FIELDS: _plain("The ticket is being validated."),
    TicketStatus.VALID_PENDING_CONFIRM: _pending,
    TicketStatus.READY: _ready,
    TicketStatus.SUBMITTED: _submitted,
    TicketStatus.RESPONSES_IN: _submitted,
    TicketStatus.READY_TO_DIG: _ready_to_dig,
    TicketStatus.EXPIRING: _expiring,
    TicketStatus.EXPIRED: _plain("The ticket has expired: nobody may dig on it."),
    TicketStatus.CANCELLED: _plain("The ticket was cancelled: nobody may dig on it."),
    TicketStatus.DAMAGED: _plain(
        "A damage was reported: digging stops until the operator has released the site."
    ),
}

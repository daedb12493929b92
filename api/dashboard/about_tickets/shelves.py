"""Shelves: the named lists of tickets that the tickets page shows, and what each asks of the index.

The columns follow the life of a ticket; each ticket is in one. What needs attention today goes
across them: a ticket may be on several of those shelves, and is shown on the gravest.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from api.dashboard.about_tickets.plain_words import in_words
from domain.facts import TicketType
from domain.lifecycle import IN_FORCE
from domain.ticket import TicketStatus
from domain.urgency import BEFORE_NOTICE, HURRIED, OPEN
from storage.entry import Entry
from storage.queries import Order, Place, TicketQuery

TODAY = timedelta(hours=24)
AT_ONCE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person asks of all columns at once."""

    county: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """One list: its name in addresses, its title, and what its tickets have in common.

    `due_within` and `ends_within` count from now.
    """

    name: str
    title: str
    said: str
    statuses: tuple[TicketStatus, ...]
    ticket_type: TicketType | None = None
    due_within: timedelta | None = None
    ends_within: timedelta | None = None
    order: Order = Order.URGENCY

    def place_of(self, entry: Entry) -> Place:
        """Return where a ticket stands in this list."""
        return entry.urgency if self.order is Order.URGENCY else entry.place

    def query(self, now: datetime, asked: Filters) -> TicketQuery:
        """Return what the index is asked."""
        return TicketQuery(
            status=self.statuses,
            ticket_type=self.ticket_type,
            county=asked.county,
            text=asked.text,
            due_before=None if self.due_within is None else now + self.due_within,
            expiring_before=None if self.ends_within is None else now + self.ends_within,
        )


COLUMNS = (
    Shelf(
        "drafts",
        "Drafts",
        "Questions are open",
        (TicketStatus.DRAFT, TicketStatus.EXTRACTING, TicketStatus.VALIDATING_FIELDS),
    ),
    Shelf(
        "to-submit",
        "Ready to submit",
        "To be confirmed and keyed in",
        (TicketStatus.VALID_PENDING_CONFIRM, TicketStatus.READY),
    ),
    Shelf(
        "waiting",
        "Waiting for answers",
        "The center knows; members answer",
        (TicketStatus.SUBMITTED,),
    ),
    Shelf(
        "answered",
        "Answers in",
        "Waiting for the start or the site check",
        (TicketStatus.RESPONSES_IN,),
    ),
    Shelf(
        "digging",
        "Ready to dig",
        "Digging is lawful",
        (TicketStatus.READY_TO_DIG, TicketStatus.EXPIRING),
    ),
    Shelf(
        "damaged", "Held by damage", "Nobody digs until the release", (TicketStatus.DAMAGED,)
    ),
    Shelf(
        "ended",
        "Ended",
        "Expired or cancelled",
        (TicketStatus.EXPIRED, TicketStatus.CANCELLED),
        order=Order.LATEST_CHANGE,
    ),
)
ATTENTION = (
    Shelf("damage-open", "Damage", "Site held", (TicketStatus.DAMAGED,), due_within=TODAY),
    Shelf(
        "emergency",
        "Emergency",
        "Waits for nobody",
        tuple(HURRIED),
        ticket_type=TicketType.EMERGENCY,
        due_within=TODAY,
    ),
    Shelf(
        "expires-today",
        "Expires within 24 h",
        "Life ends",
        tuple(IN_FORCE),
        due_within=TODAY,
        ends_within=TODAY,
    ),
    Shelf(
        "update-due",
        "Update due or missed",
        "A gap follows its end",
        (TicketStatus.READY_TO_DIG, TicketStatus.EXPIRING),
        due_within=TODAY,
    ),
    Shelf(
        "overdue",
        "Answers overdue",
        "A second notice is due",
        (TicketStatus.SUBMITTED,),
        due_within=AT_ONCE,
    ),
    Shelf(
        "start-reached",
        "Start reached, not ready",
        "Something is missing",
        (TicketStatus.RESPONSES_IN,),
        due_within=AT_ONCE,
    ),
    Shelf(
        "notice-due",
        "Notice due or too late",
        "The planned start needs it",
        BEFORE_NOTICE,
        due_within=TODAY,
    ),
    Shelf("due-today", "All due within 24 h", "By date", OPEN, due_within=TODAY),
)
# Each status by itself, for who looks for one.
BY_STATUS = tuple(
    Shelf(
        f"status-{status.value}", f"Status: {in_words(status.value)}", "One status", (status,)
    )
    for status in TicketStatus
)
SHELVES = {shelf.name: shelf for shelf in (*COLUMNS, *ATTENTION, *BY_STATUS)}

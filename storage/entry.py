"""One entry of the index: what lists show of a ticket, taken from its file."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

from domain.facts import TicketFacts, TicketType
from domain.moment import as_utc
from domain.ticket import TicketStatus
from domain.urgency import due_at
from storage.files import Identity
from storage.queries import Place
from storage.words import words_in

# What a free text is sought in: whatever is text, and the names by which others know the ticket.
TEXT_FIELDS = (
    *(
        name
        for name, field in TicketFacts.model_fields.items()
        if field.annotation == str | None
    ),
    "work_order_filename",
    "texas811_ticket_number",
    "submission_confirmation",
    "superseded_by_number",
)
SITE_FIELDS = ("address", "work_area_description")  # the first that is said shows the place
SITE_CHARACTERS_MAX = 80

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# After every date that a ticket can have, also when the time of a change is taken off.
NEVER_US = 10**16


@dataclass(slots=True)
class Entry:
    """What lists show of a ticket, read from the file of this identity. Never changed.

    Moments are microseconds since 1970. `due_us` is by when somebody must do something
    (`domain.urgency`): where nothing is due, after every date, the latest change first. `number` is
    that of the center. `words` are those of all its texts, spaces between them.
    """

    id: str
    version: int
    identity: Identity
    status: str
    validation_status: str
    ticket_type: str
    gap_count: int
    extraction_confidence: float
    company: str | None
    county: str | None
    city: str | None
    type_of_work: str | None
    work_order_ref: str | None
    work_order_filename: str | None
    number: str | None
    site: str | None
    response_status: str
    is_closed: bool
    updated_us: int
    expires_us: int | None
    due_us: int
    planned_us: int | None
    start_us: int | None
    response_due_us: int | None
    refresh_us: int | None
    words: str

    @property
    def updated_at(self) -> datetime:
        return EPOCH + self.updated_us * MICROSECOND

    @property
    def place(self) -> Place:
        """Where the ticket stands in the list."""
        return (self.updated_us, self.id)

    @property
    def urgency(self) -> Place:
        """Where the ticket stands among the most urgent ones, the earliest due first."""
        return (self.due_us, self.id)


COLUMNS = tuple(field.name for field in fields(Entry))
row_of = attrgetter(*COLUMNS)
_SHARED = (
    "status",
    "validation_status",
    "ticket_type",
    "company",
    "county",
    "city",
    "type_of_work",
    "response_status",
)
_SHARED_PLACES = tuple(map(COLUMNS.index, _SHARED))
_IDENTITY_PLACE = COLUMNS.index("identity")


def entry_of(raw: Mapping[str, Any], *, version: int, identity: Identity) -> Entry:
    """Return the entry of a ticket whose fields are given as they stand in its file."""
    is_closed = raw.get("closed_at") is not None
    due = due_at(
        TicketStatus(raw["status"]),
        TicketType(raw["ticket_type"]),
        raw.get("county"),
        lambda name: datetime.fromisoformat(text) if (text := raw.get(name)) else None,
        is_closed=is_closed,
    )
    updated_us = microseconds(datetime.fromisoformat(raw["updated_at"]))
    site = next((text for name in SITE_FIELDS if (text := raw.get(name))), None)
    texts = (text for name in TEXT_FIELDS if (text := raw.get(name)))
    return Entry(
        id=raw["id"],
        version=version,
        identity=identity,
        status=sys.intern(raw["status"]),
        validation_status=sys.intern(raw["validation_status"]),
        ticket_type=sys.intern(raw["ticket_type"]),
        company=_shared(raw.get("company")),
        county=_shared(raw.get("county")),
        city=_shared(raw.get("city")),
        type_of_work=_shared(raw.get("type_of_work")),
        gap_count=raw["gap_count"],
        extraction_confidence=raw["extraction_confidence"],
        work_order_ref=raw.get("work_order_ref"),
        work_order_filename=raw.get("work_order_filename"),
        number=raw.get("texas811_ticket_number"),
        site=site[:SITE_CHARACTERS_MAX] if site else None,
        response_status=sys.intern(raw["response_status"]),
        is_closed=is_closed,
        updated_us=updated_us,
        expires_us=_moment(raw, "expires_at"),
        due_us=microseconds(due) if due else NEVER_US - updated_us,
        planned_us=_moment(raw, "planned_start_at"),
        start_us=_moment(raw, "earliest_lawful_start"),
        response_due_us=_moment(raw, "response_due_at"),
        refresh_us=_moment(raw, "refresh_by_at"),
        words=" ".join(words_in("\n".join(texts))),
    )


def entry_from(row: list[Any]) -> Entry:
    """Return the entry that `row_of` made this row of; the row is used up."""
    row[_IDENTITY_PLACE] = Identity(*row[_IDENTITY_PLACE])
    for place in _SHARED_PLACES:
        row[place] = _shared(row[place])
    return Entry(*row)


def microseconds(moment: datetime) -> int:
    """Return a moment as entries keep it."""
    return (as_utc(moment) - EPOCH) // MICROSECOND


def moment_of(us: int) -> datetime:
    """Return what an entry keeps as a moment (UTC)."""
    return EPOCH + us * MICROSECOND


def _moment(raw: Mapping[str, Any], name: str) -> int | None:
    text = raw.get(name)
    return microseconds(datetime.fromisoformat(text)) if text else None


def _shared(text: str | None) -> str | None:
    """Return this text, the same object for all tickets: most say the same in these fields."""
    return None if text is None else sys.intern(text)

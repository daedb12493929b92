"""What can be asked of the index, and where a ticket stands in the answer."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from domain.errors import RejectedError
from domain.facts import TicketType
from domain.ticket import TicketStatus, ValidationStatus

SHOWN_CHARACTERS_MAX = 80
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")

Place = tuple[int, str]
"""When a ticket was changed last, in microseconds since 1970, and its id: by that lists are sorted."""


class Order(Enum):
    """Which ticket comes first: the one that was changed last, or the one that is due first.

    The places of a walk belong to one order.
    """

    LATEST_CHANGE = auto()
    URGENCY = auto()


@dataclass(frozen=True, slots=True)
class TicketQuery:
    """What is asked of a ticket; what is None is not asked.

    `status` is one, or several of which it has one. `county` and `company` in any case and
    spacing. `month` is that of the last change, in UTC, written YYYY-MM. `expiring_before` is the
    moment before which the ticket's life ends, also where it ended long ago; `due_before` that
    before which somebody must do something (`domain.urgency`). `text`: every word of it stands in a text of the ticket; a word of three letters or more may be a part of a longer
    one.

    Raises RejectedError for a month that is written in another way.
    """

    status: TicketStatus | tuple[TicketStatus, ...] | None = None
    county: str | None = None
    company: str | None = None
    month: str | None = None
    expiring_before: datetime | None = None
    text: str | None = None
    validation_status: ValidationStatus | None = None
    ticket_type: TicketType | None = None
    due_before: datetime | None = None

    def __post_init__(self) -> None:
        if self.month is not None and not _MONTH.fullmatch(self.month):
            raise RejectedError(
                f"{self.month[:SHOWN_CHARACTERS_MAX]!r} is not a month.",
                field="month",
                remedy="Write year and month, as in 2026-11.",
            )

    @property
    def statuses(self) -> tuple[TicketStatus, ...]:
        """The statuses of which a ticket must have one; none if that is not asked."""
        if isinstance(self.status, tuple):
            return self.status
        return () if self.status is None else (self.status,)

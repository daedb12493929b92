"""By when somebody must do something about a ticket, as its own dates say it.

A ticket has one such moment at a time, which changes with its status: a notice for its planned
start, an answer that is due, a lawful start, a refresh, an end. What is overdue stays due. The
index keeps it: whoever changes what is due when, raises `FORMAT` in `storage/index_file.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from domain.facts import TicketType
from domain.lifecycle import DRAFT, EXTRACTING, PENDING, READY, VALIDATING
from domain.start import notice_needed_by
from domain.texas import find_county
from domain.ticket import TicketStatus

# The center does not know it yet.
BEFORE_NOTICE = (DRAFT, EXTRACTING, VALIDATING, PENDING, READY)
# Nobody has given it up, and its life has not ended.
OPEN = tuple(
    status
    for status in TicketStatus
    if status not in {TicketStatus.CANCELLED, TicketStatus.EXPIRED}
)

PLANNED = "planned_start_at"

# The first of these fields that is set says when; of the planned start it is the notice for it.
DUE_BY: Mapping[TicketStatus, Sequence[str]] = {
    **dict.fromkeys(BEFORE_NOTICE, (PLANNED,)),
    TicketStatus.SUBMITTED: ("response_due_at", "earliest_lawful_start", "expires_at"),
    TicketStatus.RESPONSES_IN: ("earliest_lawful_start", "expires_at"),
    TicketStatus.READY_TO_DIG: ("refresh_by_at", "expires_at"),
    # It is missed already; every day more lengthens the gap after the end.
    TicketStatus.EXPIRING: ("refresh_by_at", "expires_at"),
    # The center has to be told within the hour, and nobody digs.
    TicketStatus.DAMAGED: ("updated_at",),
}
# An emergency waits for nobody: the notice is given, and the digging begun, at once (251.155).
AT_ONCE = ("requested_at",)
HURRIED = frozenset({*BEFORE_NOTICE, TicketStatus.SUBMITTED})


def due_at(
    status: TicketStatus,
    ticket_type: TicketType,
    county: str | None,
    moment: Callable[[str], datetime | None],
    *,
    is_closed: bool,
) -> datetime | None:
    """Return by when somebody must do something; `moment` gives the ticket's moments by name.

    None for what has ended. Finished work is reminded of nothing but an open damage.
    """
    if is_closed and status is not TicketStatus.DAMAGED:
        return None
    names = DUE_BY.get(status, ())
    if ticket_type is TicketType.EMERGENCY and status in HURRIED:
        names = AT_ONCE
    for name in names:
        if at := moment(name):
            site = find_county(county or "") if name == PLANNED else None
            return notice_needed_by(at, site, ticket_type) if site else at
    return None

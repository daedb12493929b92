"""By when somebody must do something about a ticket, as its own dates say it.

A ticket has one such moment at a time, which changes with its status: a start to give notice for,
an answer that is due, a lawful start, a refresh, an end. What is overdue stays due. The index keeps
it: whoever changes what is due when, raises `FORMAT` in `storage/index_file.py`.
"""

from collections.abc import Mapping, Sequence

from domain.facts import TicketType
from domain.lifecycle import DRAFT, EXTRACTING, PENDING, READY, VALIDATING
from domain.ticket import TicketStatus

# The center does not know it yet.
BEFORE_NOTICE = (DRAFT, EXTRACTING, VALIDATING, PENDING, READY)
# Nobody has given it up, and its life has not ended.
OPEN = tuple(
    status
    for status in TicketStatus
    if status not in {TicketStatus.CANCELLED, TicketStatus.EXPIRED}
)

# The first of these fields that is set says when.
DUE_BY: Mapping[TicketStatus, Sequence[str]] = {
    **dict.fromkeys(BEFORE_NOTICE, ("planned_start_at",)),
    TicketStatus.SUBMITTED: ("response_due_at", "earliest_lawful_start", "expires_at"),
    TicketStatus.RESPONSES_IN: ("earliest_lawful_start", "expires_at"),
    TicketStatus.READY_TO_DIG: ("refresh_by_at", "expires_at"),
    TicketStatus.EXPIRING: ("expires_at",),
    # The center has to be told within the hour, and nobody digs.
    TicketStatus.DAMAGED: ("updated_at",),
}
# An emergency waits for nobody: the notice is given, and the digging begun, at once (251.155).
AT_ONCE = ("requested_at",)
HURRIED = frozenset({*BEFORE_NOTICE, TicketStatus.SUBMITTED})


def due_fields(
    status: TicketStatus, ticket_type: TicketType, *, is_closed: bool
) -> Sequence[str]:
    """Return the names of the ticket's moments of which the first that is set is when it is due.

    None for what has ended. Finished work is reminded of nothing but an open damage.
    """
    if is_closed and status is not TicketStatus.DAMAGED:
        return ()
    if ticket_type is TicketType.EMERGENCY and status in HURRIED:
        return AT_ONCE
    return DUE_BY.get(status, ())

"""What a job is about: under which ids its work order and its ticket are found."""

from collections.abc import Sequence

from domain.errors import RejectedError, UnavailableError
from domain.work_order import ticket_id_for
from jobs.job import Env


async def subjects_of(env: Env, about: str) -> Sequence[str | None]:
    """Return the ids under which jobs about this are found: of a ticket also its work order's.

    Of a work order also its ticket's, whether it is there yet or not.
    """
    try:
        ticket = await env.store.tickets.find(about)
    except (RejectedError, UnavailableError):
        ticket = None  # no id of ours, or damaged: what was attempted is found all the same
    if ticket is None:
        return [about, ticket_id_for(about)]
    return [about, ticket.work_order_id] if ticket.work_order_id else [about]

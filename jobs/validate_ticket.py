"""Validate a ticket by the rules of today, with what was read from its work order at hand."""

from typing import ClassVar

from domain.lifecycle import revalidate
from jobs.job import Cancel, Done, Env, Job, Outcome


class ValidateTicket(Job):
    """Find the gaps of one ticket again; commits only what is new."""

    name: ClassVar[str] = "validate_ticket"

    ticket_id: str

    @property
    def key(self) -> str:
        return self.ticket_id

    async def run(self, env: Env) -> Outcome:
        ticket = await env.store.tickets.get(self.ticket_id)
        read = ticket.work_order_id and await env.store.work_orders.extraction(
            ticket.work_order_id
        )
        change = revalidate(ticket, read or None, now=env.clock())
        if change is None:
            return Cancel("validation finds nothing new")
        after = await env.store.commit(change)
        return Done(f"ticket {after.id} is {after.status} with {after.gap_count} gaps")

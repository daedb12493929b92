"""Validate a ticket by the rules of today, with what was read from its work order at hand."""

from typing import ClassVar

from domain.drafting import revalidate
from jobs.job import Cancel, Done, Env, Job, Outcome
from jobs.turning import extraction_of


class ValidateTicket(Job):
    """Find the gaps of one ticket again; commits only what is new."""

    name: ClassVar[str] = "validate_ticket"
    limited_by: ClassVar[str | None] = "ticket_id"

    ticket_id: str

    @property
    def key(self) -> str:
        return self.ticket_id

    async def run(self, env: Env) -> Outcome:
        ticket = await env.store.tickets.get(self.ticket_id)
        change = revalidate(ticket, await extraction_of(env, ticket), now=env.clock())
        if change is None:
            return Cancel("validation finds nothing new")
        after = await env.store.commit(change)
        return Done(f"ticket {after.id} is {after.status} with {after.gap_count} gaps")

"""Turn a work order into a ticket: read it, validate what was read, commit it once."""

from typing import ClassVar

from domain.drafting import open_ticket
from domain.errors import ConflictError
from domain.extraction import STATED, DocumentKind, Extraction
from domain.work_order import WorkOrder
from jobs.job import Cancel, Done, Env, Job, Outcome


class ExtractTicket(Job):
    """Read one work order and create its ticket."""

    name: ClassVar[str] = "extract_ticket"
    # A job may wait while those before it read their documents, each to its own limit.
    seconds_max: ClassVar[float] = 240.0

    work_order_id: str

    @property
    def key(self) -> str:
        return self.work_order_id

    async def run(self, env: Env) -> Outcome:
        order = await env.store.work_orders.get(self.work_order_id)
        if await env.store.tickets.find(order.ticket_id):
            return Cancel("the ticket exists already")
        extraction = await self._read(order, env)
        await env.store.work_orders.keep_extraction(order.id, extraction)
        try:
            ticket = await env.store.commit(open_ticket(order, extraction, now=env.clock()))
        except ConflictError:
            return Cancel("another attempt was faster")
        await env.store.dead_letters.forget(self.name, self.key)
        return Done(f"ticket {ticket.id} is {ticket.status} with {ticket.gap_count} gaps")

    async def _read(self, order: WorkOrder, env: Env) -> Extraction:
        document = await env.store.work_orders.document(order.id)
        if not document:
            return Extraction(reader_version=STATED, kind=DocumentKind.FIELDS).with_stated(
                order.stated
            )
        extraction = await env.read(document, order.filename, order.media_type)
        return extraction.with_stated(order.stated)

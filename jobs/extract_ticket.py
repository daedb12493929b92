"""Turn a work order into a ticket: read it, validate what was read, commit it once.

Between the stages, and while it reads, it looks whether a person has cancelled the order.
"""

from contextlib import suppress
from enum import StrEnum
from typing import ClassVar

from domain.cancellation import order_is_cancelled
from domain.drafting import open_ticket
from domain.errors import ConflictError, NotFoundError
from domain.extraction import STATED, DocumentKind, Extraction
from domain.work_order import WorkOrder
from extraction.llm import ASKED_VERSION
from jobs.job import Cancel, Done, Env, Job, Outcome
from jobs.stopping import unless_cancelled
from logs import bind
from storage.failures import DamagedFileError


class Stage(StrEnum):
    """Where an order is on its way. Waiting: an attempt has failed, another one is due.

    What is said beyond the commit is for those who listen, that they look at the store at once.
    """

    QUEUED = "queued"
    WAITING = "waiting"
    READING = "reading"
    VALIDATING = "validating"
    COMMITTING = "committing"
    DONE = "done"
    CANCELLED = "cancelled"


# What is at least behind it when a stage begins. The reading of a page of text is a third of the
# work, that of a long document nine tenths.
PERCENT_AT = {
    Stage.QUEUED: 0,
    Stage.WAITING: 0,
    Stage.READING: 0,
    Stage.VALIDATING: 30,
    Stage.COMMITTING: 55,
    Stage.DONE: 100,
}


class ExtractTicket(Job):
    """Read one work order and create its ticket."""

    name: ClassVar[str] = "extract_ticket"
    # A reader may die late and be given a second try, and the model asked after it; others may
    # be read before. Still it ends within the time that a worker has to stop.
    seconds_max: ClassVar[float] = 400.0

    work_order_id: str

    @property
    def key(self) -> str:
        return self.work_order_id

    async def run(self, env: Env) -> Outcome:
        try:
            order = await env.store.work_orders.get(self.work_order_id)
        except NotFoundError:
            if left := await env.store.work_orders.left_behind(self.work_order_id):
                return Cancel(
                    f"everything was restored from {left.filename}, and the order, which came "
                    f"later, is in {left.restore_point} alone"
                )
            raise
        bind(request_id=order.request_id)
        if await env.store.tickets.find(order.ticket_id):
            return Cancel("the ticket exists already")
        if await env.store.work_orders.retired(order.id):
            return Cancel("the ticket was removed, its time being over")
        try:
            return await self._make(order, env)
        except ConflictError:
            if env.store.work_orders.is_cancelled(order.id):
                return Cancel("the work order was cancelled")
            return Cancel("another attempt was faster")
        except BaseException:
            self._report(env, Stage.WAITING)
            raise

    async def _make(self, order: WorkOrder, env: Env) -> Outcome:
        """Make the ticket. Raises ConflictError if it is there, or the order was cancelled."""
        self._enter(env, Stage.READING)
        extraction = await unless_cancelled(
            env.store.work_orders, order.id, self._read(order, env)
        )
        self._enter(env, Stage.VALIDATING)
        if extraction.reader_version == ASKED_VERSION:
            # Two attempts may have been told two things: the first of them counts for both.
            extraction = await env.store.work_orders.keep_first(order.id, extraction)
        else:
            await env.store.work_orders.keep_extraction(order.id, extraction)
        change = open_ticket(order, extraction, now=env.clock())
        self._enter(env, Stage.COMMITTING)
        ticket = await env.store.commit(change)
        self._report(env, Stage.DONE)
        return Done(f"ticket {ticket.id} is {ticket.status} with {ticket.gap_count} gaps")

    def _enter(self, env: Env, stage: Stage) -> None:
        """Begin a stage. Raises ConflictError if the order was cancelled."""
        if env.store.work_orders.is_cancelled(self.work_order_id):
            raise order_is_cancelled(self.work_order_id)
        self._report(env, stage)

    def _report(self, env: Env, stage: Stage) -> None:
        env.board.report(self.id, stage, PERCENT_AT[stage])

    async def _read(self, order: WorkOrder, env: Env) -> Extraction:
        document = await env.store.work_orders.document(order.id)
        if not document:
            return Extraction(reader_version=STATED, kind=DocumentKind.FIELDS).with_stated(
                order.stated
            )
        if env.read_helped is None:
            extraction = await env.read(document, order.filename, order.media_type)
            return extraction.with_stated(order.stated)
        with suppress(DamagedFileError):
            kept = await env.store.work_orders.extraction(order.id)
            if kept and kept.reader_version == ASKED_VERSION:
                return kept  # an earlier attempt has asked, and what was stated is in it
        stated = order.stated.stated()
        extraction = await env.read_helped(document, order.filename, order.media_type, stated)
        return extraction.with_stated(order.stated)

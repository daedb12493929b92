"""How a work order stands: what was decided, from the store, and how far its job is, from the board.

The store alone says that it is over. So whoever follows an order hears of every step while Redis
is there, and of its end at any time.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from enum import StrEnum

from domain.cancellation import OrderCancellation
from domain.ticket import Ticket
from domain.work_order import WorkOrder
from jobs.extract_ticket import ExtractTicket, Stage
from jobs.job import Env
from jobs.progress import Progress

LOOK_SECONDS = 1.0  # between two looks at the store, where nothing was heard


class WorkOrderState(StrEnum):
    """Accepted: the ticket is on its way. Extracted: it is there. Buried: a person must look.

    Cancelled: a person has decided that there will be none. Retired: it was there, and was
    removed when its time was over.
    """

    ACCEPTED = "accepted"
    EXTRACTED = "extracted"
    BURIED = "buried"
    CANCELLED = "cancelled"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of an order, and while it is on its way the stage and percent that are known."""

    state: WorkOrderState
    stage: str | None = None
    percent: int | None = None
    reason: str | None = None
    ticket: Ticket | None = None
    cancellation: OrderCancellation | None = None

    @property
    def is_over(self) -> bool:
        return self.state is not WorkOrderState.ACCEPTED


async def standing(env: Env, order: WorkOrder, progress: Progress | None = None) -> Standing:
    """Return how an order stands; `progress` is what is known of its job.

    Raises DamagedFileError, UnavailableError.
    """
    if ticket := await env.store.tickets.find(order.ticket_id):
        return Standing(WorkOrderState.EXTRACTED, Stage.DONE, 100, ticket=ticket)
    if cancelled := await env.store.work_orders.cancellation(order.id):
        reason = cancelled.reason
        return Standing(WorkOrderState.CANCELLED, reason=reason, cancellation=cancelled)
    if stone := await env.store.work_orders.retired(order.id):
        failure = stone.as_error()
        reason = f"{failure.problem} {failure.remedy}"
        return Standing(WorkOrderState.RETIRED, reason=reason)
    if letter := await env.store.dead_letters.find(ExtractTicket.name, order.id):
        return Standing(WorkOrderState.BURIED, reason=letter.reason)
    if progress is None:
        return Standing(WorkOrderState.ACCEPTED, Stage.QUEUED, 0)
    return Standing(WorkOrderState.ACCEPTED, progress.stage, progress.percent)


async def standing_now(env: Env, order: WorkOrder) -> Standing:
    """Return how an order stands, and how far its job is if that is known."""
    return await standing(env, order, await env.board.read(_job_id(order)))


async def follow(env: Env, order: WorkOrder) -> AsyncGenerator[Standing, None]:
    """Yield how an order stands, at once, at each report, at least once a second, until it is over.

    Raises DamagedFileError, UnavailableError.
    """
    with env.board.listening(_job_id(order)) as listener:
        while True:
            now = await standing(env, order, await listener.next(LOOK_SECONDS))
            yield now
            if now.is_over:
                return


def _job_id(order: WorkOrder) -> str:
    return ExtractTicket(work_order_id=order.id).id

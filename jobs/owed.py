"""What work is owed: the difference between what was accepted and what is finished.

It is read from the store alone, so it is right whatever happened to the queue.
"""

from jobs.extract_ticket import ExtractTicket
from jobs.job import Job
from storage.store import Store


async def owed_work(store: Store) -> list[Job]:
    """Return a job for every accepted work order that has no ticket, and was not cancelled or buried.

    A letter that a person has dropped holds its job down like any other. One of which nobody
    knows what it was does not: what was owed is still owed.
    """
    buried = await store.dead_letters.keys(ExtractTicket.name)
    owed = await store.work_orders.owed()
    return [work_on(id_) for id_ in owed if id_ not in buried]


def work_on(work_order_id: str) -> Job:
    """Return the job that makes this order a ticket."""
    return ExtractTicket(work_order_id=work_order_id)

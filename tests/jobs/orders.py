"""Work orders, accepted as a client's would be."""

from datetime import timedelta
from itertools import count
from typing import Any

from domain.work_order import Submission, WorkOrder
from jobs.inbox import accept
from jobs.job import Env
from jobs.lanes import QUEUES
from storage.dead_letters import DeadLetter
from tests.builders import NOW

DOCUMENT = b"""WORK ORDER 48211
Contractor: Caprock Line Builders
Foreman: Dana Ruiz
Phone: 512-555-0142
Type of work: Replace pole
County: Travis
City: Austin
Job site: 410 Bluebonnet Ln
Work area: Dig within 10 ft of the pole in the rear easement
Explosives: No
"""

_serial = count()


async def accepted(env: Env, document: bytes = b"", **stated: Any) -> WorkOrder:
    """Return an order that is on the disk, and for which the bell was rung."""
    facts = stated or ({} if document else {"company": "Lone Star Boring"})
    submission = Submission.model_validate(
        {"document": document, "filename": "order.txt" if document else None, "stated": facts}
    )
    return await accept(env, submission, work_order_id=f"order-{next(_serial)}")


async def bury(env: Env, order: WorkOrder, reason: str = "ValueError: it is cursed") -> None:
    """Give up on an order as a worker would after its last attempt."""
    await env.store.dead_letters.bury(
        DeadLetter(
            job="extract_ticket",
            key=order.id,
            arguments={"work_order_id": order.id},
            reason=reason,
            attempts=5,
            buried_at=NOW + timedelta(minutes=1),
        )
    )


async def queued(env: Env) -> set[str]:
    """Return the ids of the jobs that are queued."""
    redis = env.queue._redis
    return {
        job_id.decode()
        for queue in QUEUES.values()
        for job_id in await redis.zrange(queue, 0, -1)
    }


async def forget_the_queue(env: Env) -> None:
    """Lose everything that Redis knows, as its restart would."""
    await env.queue._redis.flushall()

"""A store with what is over and what is not, as retention finds it after a hundred days."""

from datetime import datetime, timedelta
from typing import Any

from domain.audit import SYSTEM, Actor, AuditEvent, Author
from domain.keeping import Keeping
from domain.ticket import Ticket, TicketStatus
from domain.work_order import Submission, ticket_id_for, work_order_id_for
from storage.checking import StoreCheck
from storage.retiring import Retired, Retiring
from storage.store import Store
from tests.builders import NOW, make_change, make_ticket

MUCH_LATER = NOW + timedelta(days=100)
KEEPING = Keeping(data_days=90, audit_months=12)
DOCUMENT = b"WORK ORDER: dig a hole\n"
ANN = Author(actor="User", name="Ann")


class OfAnIdleStore(Retiring):
    """Retiring where a person has said that the clock is right."""

    def retire_now(self, by: Author = SYSTEM, *, although_idle: bool = True) -> Retired:
        return super().retire_now(by, although_idle=although_idle)


def retiring(store: Store, now: datetime = MUCH_LATER, keeping: Keeping = KEEPING) -> Retiring:
    return OfAnIdleStore(store, keeping, clock=lambda: now)


async def ordered(store: Store, key: str) -> str:
    """Accept a work order with a document, and return the id that its ticket will have."""
    submission = Submission(document=DOCUMENT, idempotency_key=key)
    order = submission.as_work_order(work_order_id=work_order_id_for(key), now=NOW)
    await store.work_orders.accept(order, DOCUMENT)
    return order.ticket_id


async def stored(store: Store, ticket_id: str, **fields: Any) -> Ticket:
    """Return a ticket that is on the disk, made and then edited once."""
    made = await store.commit(make_change(make_ticket(ticket_id, **fields)))
    return await store.commit(make_change(made, now=made.updated_at, county="Hays"))


async def over(store: Store, key: str, **fields: Any) -> str:
    """Return the id of a ticket that is over, made from the work order of this key."""
    ticket_id = await ordered(store, key)
    given = {"status": TicketStatus.EXPIRED, "work_order_id": work_order_id_for(key), **fields}
    await stored(store, ticket_id, **given)
    return ticket_id


def id_for(key: str) -> str:
    return ticket_id_for(work_order_id_for(key))


async def lived(store: Store, at: datetime) -> None:
    """Have something written into the log at this moment."""
    event = AuditEvent(id=f"e-{at:%Y%m%d}", timestamp=at, actor=Actor.USER, action="seen")
    await store.note(event)


async def findings(store: Store, now: datetime = MUCH_LATER) -> list[str]:
    """Return all that the check of a store started anew finds."""
    again = Store(store.quarantine.layout.root)
    await again.open()
    await again.recover()
    report = await StoreCheck(again, clock=lambda: now).run()
    return [f"{one.file}: {one.problem}" for one in (*report.findings, *report.damaged)]

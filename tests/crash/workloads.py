"""What is done to the store while a crash may come: each a short story, told to a client.

A story has preparations, up to `client.begin()`, in which no crash is looked at.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.audit import Actor, AuditEvent
from domain.errors import ConflictError
from domain.ticket import Ticket
from tests.builders import LATER, NOW, make_change, make_extraction, make_order, make_ticket
from tests.crash.client import Client
from tests.crash.examples import conversation, letter
from tests.crash.recording import Script

BATCH_TICKETS = 4
MIDNIGHT = datetime(2026, 3, 3, tzinfo=UTC)


@dataclass(frozen=True)
class Workload:
    """A story; its successor, if the process that tells it is killed at every step; and whether
    the recovery from its crashes is itself recorded, and crashed again.
    """

    script: Script
    successor: Script | None = None
    is_recovered: bool = False

    @property
    def has_aftermath(self) -> bool:
        return self.successor is not None or self.is_recovered


async def opened(client: Client, *ticket_ids: str) -> list[Ticket]:
    """Prepare an open store with these tickets in it."""
    await client.store.open()
    await client.store.recover()
    return [await client.commit(make_change(make_ticket(id_))) for id_ in ticket_ids]


async def first_start(client: Client) -> None:
    """A data directory is made, and its first ticket."""
    await opened(client, "first")


async def create(client: Client) -> None:
    await opened(client)
    client.begin()
    for number in range(3):
        await client.commit(make_change(make_ticket(f"ticket-{number}")))


async def update(client: Client) -> None:
    (ticket,) = await opened(client, "ticket-1")
    client.begin()
    await client.commit(make_change(ticket, now=LATER, city="Waco"))


async def updates(client: Client) -> None:
    """The same ticket again and again: each change must find the event before it settled."""
    ticket, other = await opened(client, "ticket-1", "other")
    client.begin()
    for number in range(5):
        ticket = await client.commit(make_change(ticket, now=LATER, city=f"City {number}"))
    await client.commit(make_change(other, now=LATER, city="Waco"))


async def batch(client: Client) -> None:
    """Changes that wait together share their syncs; each is answered only when it is durable."""
    tickets = await opened(client, *(f"ticket-{number}" for number in range(BATCH_TICKETS)))
    client.begin()
    for city in ("Waco", "Lubbock"):
        changes = [make_change(ticket, now=LATER, city=city) for ticket in tickets]
        tickets = await asyncio.gather(*map(client.commit, changes))


async def rivals(client: Client) -> None:
    """Several change the same ticket at once: one is answered, the others read again."""
    (ticket,) = await opened(client, "ticket-1")
    client.begin()

    async def insist(city: str) -> None:
        while True:
            newest = await client.store.tickets.get(ticket.id)
            with suppress(ConflictError):
                await client.commit(make_change(newest, now=LATER, city=city))
                return

    await asyncio.gather(*map(insist, ("Waco", "Hays", "Lubbock")))


async def neighbours(client: Client) -> None:
    """Two processes change the same tickets in turn, and others at once."""
    tickets = await opened(client, "ticket-1", "ticket-2")
    client.begin()
    neighbour = client.neighbour()
    for number, who in enumerate((neighbour, client, client, neighbour)):
        change = make_change(tickets[0], now=LATER, city=f"City {number}")
        other = client if who is neighbour else neighbour
        new = make_change(make_ticket(f"new-{number}"))
        tickets[0], _new = await asyncio.gather(who.commit(change), other.commit(new))
    await neighbour.commit(make_change(tickets[1], now=LATER, city="Waco"))


async def midnight(client: Client) -> None:
    """Events on both sides of midnight, and late ones for the day that is over.

    The new day hangs on lines of the old one that are not durable yet, and would come back in
    another order.
    """
    early, late = MIDNIGHT - timedelta(minutes=1), MIDNIGHT + timedelta(minutes=1)
    first, second = await opened(client, "first", "second")
    client.begin()
    first = await client.commit(make_change(first, now=early, city="Waco"))
    for ticket_id in ("zebra", "armadillo"):
        await client.commit(make_change(make_ticket(ticket_id), now=early))
    await client.note(refusal("on-time", at=late))
    first = await client.commit(make_change(first, now=late, city="Hays"))
    await client.commit(make_change(second, now=early, city="Lubbock"))
    await client.commit(make_change(first, now=late, city="Austin"))
    await client.note(refusal("late", at=early))


async def refusals(client: Client) -> None:
    """An event that changes no ticket stands in the log alone."""
    (ticket,) = await opened(client, "ticket-1")
    client.begin()
    await client.note(refusal("one", ticket_id=ticket.id))
    ticket = await client.commit(make_change(ticket, now=LATER, city="Waco"))
    await client.note(refusal("two"))
    await client.note(refusal("three", ticket_id=ticket.id))
    await client.commit(make_change(ticket, now=LATER, city="Hays"))


async def sessions(client: Client) -> None:
    await opened(client)
    client.begin()
    for step in ("asked", "answered"):
        await client.save_session(conversation("one", step))
    await client.save_session(conversation("two", "asked"))
    await client.expire_session("one", now=LATER)
    await client.save_session(conversation("one", "asked again"))
    await client.expire_session("one", now=LATER)


async def dead_letters(client: Client) -> None:
    await opened(client)
    client.begin()
    await client.bury(letter("one", attempts=1))
    await client.bury(letter("two", attempts=1))
    await client.bury(letter("one", attempts=2))
    await client.forget("extract_ticket", "one")
    await client.bury(letter("one", attempts=3))


async def work_orders(client: Client) -> None:
    """Accepted, read, accepted once more, read again."""
    await opened(client)
    document = b"%PDF-1.7 a document that takes more than a word to say"
    client.begin()
    await client.accept(make_order("order-1", document=document), document)
    await client.keep_extraction("order-1", make_extraction())
    await client.accept(make_order("order-2"), b"")
    await client.accept(make_order("order-1", document=document), document)
    await client.keep_extraction("order-1", make_extraction(city="Waco"))


async def index(client: Client) -> None:
    """A snapshot is taken between changes, and must not hide what a crash then loses."""
    first, second = await opened(client, "first", "second")
    client.begin()
    for city in ("Waco", "Hays"):
        first = await client.commit(make_change(first, now=LATER, city=city))
        await client.store.recover()
        second = await client.commit(make_change(second, now=LATER, city=city))


async def numbers(client: Client) -> None:
    """The center's number is claimed, corrected, and claimed by the next."""
    first, second = await opened(client, "first", "second")
    client.begin()
    first = await client.commit(make_change(first, now=LATER, texas811_ticket_number="1001"))
    with suppress(ConflictError):
        await client.commit(make_change(second, now=LATER, texas811_ticket_number="1001"))
    await client.commit(make_change(first, now=LATER, texas811_ticket_number="1002"))
    await client.commit(make_change(second, now=LATER, texas811_ticket_number="1001"))


async def busy(client: Client) -> None:
    """Some of everything that changes tickets, short enough to be killed at every step."""
    first, second = await opened(client, "first", "second")
    client.begin()
    first = await client.commit(make_change(first, now=LATER, city="Waco"))
    changes = [make_change(one, now=LATER, city="Hays") for one in (first, second)]
    await asyncio.gather(*map(client.commit, [*changes, make_change(make_ticket("third"))]))


async def forgetting(client: Client) -> None:
    await opened(client)
    await client.bury(letter("one", attempts=1))
    client.begin()
    await client.forget("extract_ticket", "one")


async def forget_again(client: Client) -> None:
    """Whoever had no answer asks again; what looks done may not be durable."""
    client.begin()
    await client.forget("extract_ticket", "one")


async def handing_in(client: Client) -> None:
    await opened(client)
    client.begin()
    await client.accept(make_order("order-1"), b"")


async def hand_in_again(client: Client) -> None:
    """The same for a work order."""
    client.begin()
    await client.accept(make_order("order-1"), b"")


async def take_over(client: Client) -> None:
    """The next process, under the same kernel: it sees what may not be durable yet."""
    client.begin()
    await client.store.open()
    await client.store.recover()
    await change_all(client)


async def barge_in(client: Client) -> None:
    """A process that opens the store and changes tickets, as the API does: nobody has recovered."""
    client.begin()
    await client.store.open()
    await change_all(client)


async def change_all(client: Client) -> None:
    for ticket_id in sorted(client.store.tickets.ids()):
        ticket = await client.store.tickets.get(ticket_id)
        await client.commit(make_change(ticket, now=LATER, city="Lubbock"))


async def recovery(client: Client) -> None:
    """What a worker does at its start."""
    client.begin()
    await client.store.open()
    await client.store.recover()


WORKLOADS: Mapping[str, Workload] = {
    "first_start": Workload(first_start),
    "create": Workload(create),
    "update": Workload(update),
    "updates": Workload(updates),
    "batch": Workload(batch),
    "rivals": Workload(rivals),
    "neighbours": Workload(neighbours),
    "midnight": Workload(midnight),
    "refusals": Workload(refusals),
    "sessions": Workload(sessions),
    "dead_letters": Workload(dead_letters),
    "work_orders": Workload(work_orders),
    "index": Workload(index),
    "numbers": Workload(numbers),
    "killed": Workload(busy, successor=take_over),
    "killed_and_not_recovered": Workload(busy, successor=barge_in),
    "killed_while_forgetting": Workload(forgetting, successor=forget_again),
    "killed_while_handing_in": Workload(handing_in, successor=hand_in_again),
    "recovery": Workload(midnight, is_recovered=True),
    "recovery_of_a_batch": Workload(busy, is_recovered=True),
}


def refusal(name: str, *, ticket_id: str | None = None, at: datetime = NOW) -> AuditEvent:
    """Return an event that changes no ticket."""
    return AuditEvent(
        id=f"refusal-{name}",
        ticket_id=ticket_id,
        timestamp=at,
        actor=Actor.USER,
        action="release_refused",
        notes="Not every member has answered.",
    )

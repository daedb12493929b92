"""What any store must do, whatever it is made of. It never looks at files, tables or memory.

A store passes if a subclass of `StoreConformance` gives the fixture `opener` and is green. What
it must be able to do at all is written down in `any_store.py`.
"""

import asyncio
import multiprocessing
from collections.abc import Iterable
from contextlib import suppress
from multiprocessing.connection import Connection

import pytest

from domain.errors import ConflictError, NotFoundError, RejectedError
from domain.ticket import Ticket
from tests.builders import LATER, make_change, make_order
from tests.builders import make_ticket as whole_ticket
from tests.saving import save_session
from tests.storage.any_store import AnyStore, Opener
from tests.storage.conformance_keeping import (
    TODAY,
    KeepingConformance,
    changed,
    found,
    make_refusal,
    make_session,
)

EVIL = ("../x", "a/b", "", "x" * 65, "a b", "ü", "x\0")
SECONDS_MAX = 60


async def dig_deeper(store: AnyStore, ticket_id: str) -> Ticket:
    """Add an inch to the depth, as often as it takes until nobody was faster."""
    while True:
        ticket = await store.tickets.get(ticket_id)
        with suppress(ConflictError):
            return await changed(store, ticket, depth_inches=(ticket.depth_inches or 0) + 1)


async def assert_one_event_a_version(store: AnyStore, ids: Iterable[str]) -> None:
    for ticket_id in ids:
        history = await store.history(ticket_id)
        assert len({event.id for event in history.events}) == len(history.events)
        assert len(history.events) == (await store.tickets.get(ticket_id)).version
        assert history.damaged == []


def dig_until_killed(opener: Opener, ids: list[str], told: Connection) -> None:
    """Deepen holes in a process of its own, and tell which version each answer was."""

    async def dig(store: AnyStore, ticket_id: str) -> None:
        while True:
            told.send((ticket_id, (await dig_deeper(store, ticket_id)).version))

    async def work() -> None:
        store = await opener()
        await asyncio.gather(*(dig(store, ticket_id) for ticket_id in ids))

    asyncio.run(work())


def kill_a_digger(opener: Opener, ids: list[str]) -> dict[str, int]:
    """Kill a process that digs, without warning; return the last versions it was told."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe(duplex=False)
    digger = spawn.Process(target=dig_until_killed, args=(opener, ids, there))
    digger.start()
    there.close()
    answered: dict[str, int] = {}
    with suppress(EOFError):  # all that it said before it died has been heard
        while here.poll(SECONDS_MAX):
            ticket_id, version = here.recv()
            answered[ticket_id] = version
            if len(answered) == len(ids):
                digger.kill()
    digger.join(SECONDS_MAX)
    digger.close()
    return answered


class StoreConformance(KeepingConformance):
    """The tests; each begins with a store that is empty."""

    # Find and commit.

    async def test_a_committed_ticket_is_found_as_it_was_answered(
        self, opened: Opener, store: AnyStore
    ) -> None:
        """By this handle and by any other, from the answer on."""
        ticket = whole_ticket(work_area_description="Junto al muro de la Sra. Peña\n🚧 «sur»")

        created = await store.commit(make_change(ticket))
        edited = await changed(store, created, city="Waco")

        assert created == ticket.model_copy(update={"version": 1})
        assert (edited.version, edited.city, edited.updated_at) == (2, "Waco", LATER)
        assert await store.tickets.get("ticket-1") == edited
        assert await (await opened()).tickets.find("ticket-1") == edited

    async def test_a_ticket_that_is_not_there_is_absent_and_no_error(
        self, store: AnyStore
    ) -> None:
        """Only who insists on it is told that it is not there."""
        here = await store.commit(make_change(whole_ticket("here")))

        assert await store.tickets.find("gone") is None
        assert await store.tickets.batch(["gone", "here"]) == {"gone": None, "here": here}
        for asked in (store.tickets.get("gone"), store.history("gone")):
            with pytest.raises(NotFoundError):
                await asked

    async def test_tickets_are_read_many_at_once(self, store: AnyStore) -> None:
        """As many as a page shows, and more."""
        ids = [f"t{number}" for number in range(45)]
        written = [await store.commit(make_change(whole_ticket(one))) for one in ids]

        read = await store.tickets.batch(ids)

        assert list(read) == ids
        assert list(read.values()) == written

    @pytest.mark.parametrize("name", EVIL, ids=ascii)
    async def test_a_name_that_cannot_be_one_is_refused(
        self, store: AnyStore, name: str
    ) -> None:
        """Every store takes the same names, so that a ticket can move from one to the other."""
        asked = [store.tickets.find(name), store.sessions.find(name)]
        if 0 < len(name) <= 64:  # else it is no ticket at all
            asked.append(store.commit(make_change(whole_ticket(name))))

        for one in asked:
            with pytest.raises(RejectedError):
                await one

    @pytest.mark.parametrize(("stored", "made_from"), [(0, 1), (1, 0), (2, 1), (2, 3)])
    async def test_a_change_from_another_version_is_a_conflict_and_changes_nothing(
        self, store: AnyStore, stored: int, made_from: int
    ) -> None:
        """Whoever was slower must read again; else the faster one's answer is lost."""
        ticket = whole_ticket()
        for number in range(stored):
            ticket = await changed(store, ticket, city=f"City {number}")
        events = (await store.audit.on(TODAY)).events

        with pytest.raises(ConflictError, match=f"at version {stored}") as refused:
            await changed(store, whole_ticket(version=made_from), city="Waco")

        assert refused.value.field == "version"
        assert await store.tickets.find("ticket-1") == (ticket if stored else None)
        assert (await store.audit.on(TODAY)).events == events

    async def test_a_number_of_the_center_belongs_to_one_ticket(self, store: AnyStore) -> None:
        """The center's answers come by the number; a corrected one is free again."""
        first = await store.commit(make_change(whole_ticket("a", texas811_ticket_number="7")))
        second = await store.commit(make_change(whole_ticket("b")))

        with pytest.raises(ConflictError):
            await changed(store, second, texas811_ticket_number="7")
        await changed(store, first, texas811_ticket_number="8")

        assert (await changed(store, second, texas811_ticket_number="7")).version == 2

    async def test_of_many_who_change_the_same_version_one_succeeds(
        self, opened: Opener
    ) -> None:
        """Also where each has a handle of his own."""
        handles = [await opened() for _one in range(4)]
        changes = [make_change(whole_ticket(city=f"City {number}")) for number in range(12)]

        answers = await asyncio.gather(
            *(handles[n % 4].commit(change) for n, change in enumerate(changes)),
            return_exceptions=True,
        )

        tickets = [answer for answer in answers if isinstance(answer, Ticket)]
        conflicts = [answer for answer in answers if isinstance(answer, ConflictError)]
        assert (len(tickets), len(conflicts)) == (1, 11)
        assert await handles[0].tickets.get("ticket-1") == tickets[0]
        await assert_one_event_a_version(handles[1], ["ticket-1"])

    async def test_nothing_is_lost_of_what_many_do_to_the_same_tickets(
        self, opened: Opener
    ) -> None:
        """The sum is exact."""
        handles = [await opened() for _one in range(3)]
        ids = ["a", "b", "c", "d", "e"]
        for ticket_id in ids:
            await handles[0].commit(make_change(whole_ticket(ticket_id, depth_inches=0)))

        await asyncio.gather(*(dig_deeper(handles[n % 3], ids[n % 5]) for n in range(60)))

        deep = (await handles[2].tickets.batch(ids)).values()
        assert [(one.depth_inches, one.version) for one in deep if one] == [(12, 13)] * 5
        await assert_one_event_a_version(handles[1], ids)

    async def test_a_commit_that_is_cancelled_is_whole_or_nothing(
        self, store: AnyStore
    ) -> None:
        """Wherever a time limit strikes, ticket and event stay together."""
        ids = [f"t{number}" for number in range(20)]
        tasks = [
            asyncio.ensure_future(store.commit(make_change(whole_ticket(one)))) for one in ids
        ]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for ticket_id in ids:
            with suppress(ConflictError):  # then it was done, cancelled or not
                await store.commit(make_change(whole_ticket(ticket_id)))

        there = await store.tickets.batch(ids)

        assert [ticket and ticket.version for ticket in there.values()] == [1] * 20
        await assert_one_event_a_version(store, ids)

    # Settle and recover.

    async def test_a_store_that_is_whole_has_nothing_to_recover(self, store: AnyStore) -> None:
        """A start after a clean end is as quick as it can be, and changes nothing."""
        ticket = await changed(store, await store.commit(make_change(whole_ticket())), city="X")
        events = (await store.audit.on(TODAY)).events

        assert [await store.recover(), await store.recover()] == [0, 0]

        assert await store.tickets.get("ticket-1") == ticket
        assert (await store.audit.on(TODAY)).events == events

    async def test_what_was_answered_needs_no_farewell(
        self, opener: Opener, opened: Opener
    ) -> None:
        """A handle that is never closed has kept its promises already."""
        left = await opener()
        await left.work_orders.accept(make_order(), b"")
        await save_session(left.sessions, make_session())
        ticket = await left.commit(make_change(whole_ticket()))
        await left.note(make_refusal("ticket-1"))
        del left

        store = await opened()
        await store.recover()

        assert await store.work_orders.owed() == ["order-1"]
        assert await store.sessions.find("talk-1") == make_session()
        assert await store.tickets.get("ticket-1") == ticket
        assert await found(store, text="pole") == ["ticket-1"]
        history = (await store.history("ticket-1")).events
        assert [event.action for event in history] == ["ticket_created", "refused"]

    @pytest.mark.slow
    async def test_what_a_killed_process_was_told_is_true(
        self, opener: Opener, opened: Opener
    ) -> None:
        """No answer is lost, nothing is there twice, and whoever lives on can go on at once."""
        ids = ["a", "b", "c"]
        store = await opened()
        for ticket_id in ids:
            await store.commit(make_change(whole_ticket(ticket_id, depth_inches=0)))
        for _life in range(3):
            answered = await asyncio.to_thread(kill_a_digger, opener, ids)
            await store.recover()

            tickets = await store.tickets.batch(ids)
            for ticket_id, ticket in tickets.items():
                assert ticket
                assert ticket.version >= answered.get(ticket_id, 1)
                assert ticket.version == (ticket.depth_inches or 0) + 1
            await assert_one_event_a_version(store, ids)
        for ticket_id in ids:
            await dig_deeper(store, ticket_id)

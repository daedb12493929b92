"""What any store must keep beside its tickets, and how they are found: a part of the whole.

See `conformance.py`. Nothing here looks at files, tables or memory.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from domain.audit import AuditEvent
from domain.errors import ConflictError, NotFoundError
from domain.session import TicketSession
from domain.ticket import Ticket, TicketStatus
from domain.work_order import ticket_id_for
from storage.index import TicketQuery
from tests.builders import LATER, NOW, make_change, make_extraction, make_order
from tests.builders import make_ticket as whole_ticket
from tests.saving import save_session
from tests.storage.any_store import AnyStore, Opener

TODAY, TOMORROW = NOW.date(), (NOW + timedelta(days=1)).date()


def make_session(key: str = "talk-1", **fields: Any) -> TicketSession:
    """Return a conversation that lapses an hour after it began."""
    times = {"created_at": NOW, "updated_at": NOW, "last_activity_at": NOW}
    return TicketSession.model_validate(
        {"session_key": key, **times, "expires_at": LATER, **fields}
    )


def make_refusal(ticket_id: str | None, key: str = "refusal-1") -> AuditEvent:
    """Return an event that changes nothing."""
    refused = {"id": key, "ticket_id": ticket_id, "timestamp": LATER, "actor": "System"}
    return AuditEvent.model_validate({**refused, "action": "refused", "notes": "¿por qué? 🚧"})


async def changed(store: AnyStore, ticket: Ticket, **edits: Any) -> Ticket:
    return await store.commit(make_change(ticket, now=LATER, **edits))


async def found(store: AnyStore, **wanted: Any) -> list[str]:
    """Return the ids that a query finds."""
    page = await store.index.find(TicketQuery(**wanted), limit=100)
    assert page.total == len(page.entries)
    return [entry.id for entry in page.entries]


class KeepingConformance:
    """Work orders, audit, index and sessions; each test begins with a store that is empty."""

    @pytest.fixture
    def opener(self) -> Opener:
        """What opens a handle on this test's data, as another process would."""
        raise NotImplementedError

    @pytest.fixture
    async def opened(self, opener: Opener) -> AsyncIterator[Opener]:
        """The same, and the handles are closed after the test."""
        handles: list[AnyStore] = []

        async def open_one() -> AnyStore:
            handles.append(await opener())
            return handles[-1]

        yield open_one
        for handle in handles:
            await handle.close()

    @pytest.fixture
    async def store(self, opened: Opener) -> AnyStore:
        return await opened()

    # Accept.

    async def test_an_accepted_order_is_given_back_as_it_came(self, store: AnyStore) -> None:
        """The document is evidence: not a byte of it may change."""
        document = bytes(range(256)) + b"\r\n\0"
        order = make_order(document=document)

        assert await store.work_orders.accept(order, document) == order
        assert await store.work_orders.get("order-1") == order
        assert await store.work_orders.document("order-1") == document
        with pytest.raises(NotFoundError):
            await store.work_orders.get("order-2")

    async def test_an_order_accepted_twice_is_that_of_the_first_time(
        self, store: AnyStore
    ) -> None:
        """A client that lost our answer asks again; with another request it is refused."""
        first = make_order(document=b"one")
        again = make_order(document=b"one", now=LATER, filename="copy.pdf")

        answers = [await store.work_orders.accept(one, b"one") for one in (first, again)]

        assert answers == [first, first]
        with pytest.raises(ConflictError):
            await store.work_orders.accept(make_order(document=b"two"), b"two")
        assert await store.work_orders.document("order-1") == b"one"

    async def test_an_order_is_owed_until_its_ticket_is_there(self, store: AnyStore) -> None:
        """Work to do is the difference between what was accepted and what is done."""
        for key in ("order-1", "order-2"):
            await store.work_orders.accept(make_order(key), b"")
        before = await store.work_orders.owed()

        await store.commit(make_change(whole_ticket(ticket_id_for("order-1"))))

        assert sorted(before) == ["order-1", "order-2"]
        assert await store.work_orders.owed() == ["order-2"]

    async def test_what_was_read_from_an_order_is_kept_beside_it(self, store: AnyStore) -> None:
        """Nobody reads a document twice."""
        await store.work_orders.accept(make_order(), b"")
        unread = await store.work_orders.extraction("order-1")
        extraction = make_extraction()

        await store.work_orders.keep_extraction("order-1", extraction)

        assert unread is None
        assert await store.work_orders.extraction("order-1") == extraction

    # Audit.

    async def test_an_event_is_in_the_log_of_its_day_as_it_was_committed(
        self, store: AnyStore
    ) -> None:
        """By UTC, and in the order in which they were written."""
        creation = make_change(whole_ticket(city="Peña"))
        edit = make_change(
            await store.commit(creation), now=NOW + timedelta(days=1), city="Waco"
        )
        await store.commit(edit)
        late = make_change(whole_ticket("ticket-2"))
        await store.commit(late)

        assert (await store.audit.on(TODAY)).events == [creation.event, late.event]
        assert (await store.audit.on(TOMORROW)).events == [edit.event]
        assert (await store.audit.on(TOMORROW + timedelta(days=1))).events == []

    async def test_events_are_found_over_a_range_of_days(self, store: AnyStore) -> None:
        """Both ends belong to it."""
        days = [NOW + timedelta(days=number) for number in range(4)]
        for number, day in enumerate(days):
            await store.note(
                make_refusal(None, f"refusal-{number}").model_copy(update={"timestamp": day})
            )

        history = await store.audit.between(days[1].date(), days[2].date())

        assert [event.id for event in history.events] == ["refusal-1", "refusal-2"]
        assert history.damaged == []

    async def test_a_history_tells_what_became_of_a_ticket_from_the_first_day_on(
        self, store: AnyStore
    ) -> None:
        """With what was refused meanwhile, and nothing of other tickets."""
        creation = make_change(whole_ticket(work_area_description="see ticket-2"))
        created = await store.commit(creation)
        await store.commit(make_change(whole_ticket("ticket-2")))
        await store.note(make_refusal("ticket-1"))
        await store.note(make_refusal(None, "refusal-2"))
        edit = make_change(created, now=LATER + timedelta(days=40), city="Waco")
        await store.commit(edit)

        history = (await store.history("ticket-1")).events

        assert history == [creation.event, make_refusal("ticket-1"), edit.event]

    # Index.

    async def test_tickets_are_found_by_each_thing_that_is_asked(self, store: AnyStore) -> None:
        """And by several at once."""
        soon, april = NOW + timedelta(days=3), NOW + timedelta(days=40)
        here = {"county": "El Paso", "company": "Caprock  Line Builders", "expires_at": soon}
        await store.commit(make_change(whole_ticket("a", **here)))
        there = {"county": "Travis", "company": "Other", "status": "Submitted"}
        await store.commit(make_change(whole_ticket("b", **there), now=april))

        assert await found(store) == ["b", "a"]
        assert await found(store, status=TicketStatus.SUBMITTED) == ["b"]
        assert await found(store, county=" el  PASO ") == ["a"]
        assert await found(store, company="caprock line BUILDERS") == ["a"]
        assert await found(store, month=f"{april:%Y-%m}") == ["b"]
        assert await found(store, expiring_before=soon + timedelta(seconds=1)) == ["a"]
        assert await found(store, expiring_before=soon) == []
        assert await found(store, county="Travis", company="other") == ["b"]
        assert await found(store, county="Travis", status=TicketStatus.DRAFT) == []

    async def test_tickets_are_found_by_words_in_any_of_their_texts(
        self, store: AnyStore
    ) -> None:
        """However they are written, and all of them must be there."""
        await store.commit(make_change(whole_ticket("a", work_for="Compañía Peña")))
        await store.commit(make_change(whole_ticket("b", address="7 Juniper Way")))

        assert await found(store, text="juniper WAY") == ["b"]
        assert await found(store, text="peña pole") == ["a"]
        assert await found(store, text="peña juniper") == []
        assert sorted(await found(store, text="pole")) == ["a", "b"]

    async def test_the_latest_change_is_listed_first_a_page_at_a_time(
        self, store: AnyStore
    ) -> None:
        """The total counts all of them."""
        for number in range(7):
            moment = NOW + timedelta(minutes=number % 4, seconds=number)
            await store.commit(make_change(whole_ticket(f"t{number}"), now=moment))

        pages = [
            await store.index.find(TicketQuery(), limit=3, offset=offset)
            for offset in (0, 3, 6, 9)
        ]

        ids = [[entry.id for entry in page.entries] for page in pages]
        assert ids == [["t3", "t6", "t2"], ["t5", "t1", "t4"], ["t0"], []]
        assert [page.total for page in pages] == [7] * 4

    async def test_a_change_is_found_from_its_answer_on(
        self, opened: Opener, store: AnyStore
    ) -> None:
        """By whoever asks, through whichever handle."""
        other = await opened()
        ticket = await store.commit(make_change(whole_ticket()))
        seen = [await found(other, county="Travis"), await found(store, county="Travis")]

        for handle in (store, other) * 3:
            county = "Waller" if ticket.county == "Travis" else "Travis"
            ticket = await changed(handle, ticket, county=county)
            for reader in (other, store):
                assert await found(reader, county=county) == ["ticket-1"]
                assert (
                    await found(reader, county={"Travis", "Waller"}.difference({county}).pop())
                    == []
                )

        assert seen == [["ticket-1"]] * 2

    # Sessions.

    async def test_a_conversation_is_kept_until_it_is_put_aside(
        self, opened: Opener, store: AnyStore
    ) -> None:
        """Each turn replaces the one before; the one that was active last is listed first."""
        first = make_session(messages=[{"role": "user", "content": "¿Sí? 🚧"}])
        longer = make_session(current_step="county", last_activity_at=LATER)
        for session in (first, make_session("talk-2", last_activity_at=NOW), longer):
            await save_session(store.sessions, session)

        other = await opened()
        assert await other.sessions.find("talk-1") == longer
        assert await other.sessions.find("talk-3") is None
        assert [one.session_key for one in (await other.sessions.survey()).sessions] == [
            "talk-1",
            "talk-2",
        ]
        assert await other.sessions.expire("talk-1")
        assert await store.sessions.find("talk-1") is None
        assert not await store.sessions.expire("talk-1")
        assert [one.session_key for one in (await store.sessions.survey()).sessions] == [
            "talk-2"
        ]

    async def test_a_conversation_lapses_at_its_hour_and_not_for_who_comes_back(
        self, store: AnyStore
    ) -> None:
        """Between the look and the deed it may have gone on."""
        await save_session(store.sessions, make_session())
        early = await store.sessions.lapsed(now=LATER - timedelta(microseconds=1))
        lapsed = await store.sessions.lapsed(now=LATER)
        await save_session(store.sessions, make_session(expires_at=LATER + timedelta(hours=1)))

        assert (early, lapsed) == ([], ["talk-1"])
        assert not await store.sessions.expire("talk-1", now=LATER)
        assert await store.sessions.find("talk-1")

"""The inbox: an order is accepted once, and nothing of it is ever changed."""

import asyncio
import errno

import pytest

from domain.drafting import open_ticket
from domain.errors import ConflictError, NotFoundError, UnavailableError
from domain.facts import TicketFacts
from storage.failures import DamagedFileError
from storage.layout import Layout
from storage.store import Store
from tests.builders import LATER, NOW, make_extraction, make_facts, make_order
from tests.storage.trouble import fail

# Not UTF-8, with every kind of line end and a NUL: as bad as a scan can be.
DOCUMENT = bytes(range(256)) + b"\r\n\r\n\0\xff"


async def test_an_accepted_order_is_given_back_as_it_came(store: Store) -> None:
    """The document is evidence: not a byte of it may change."""
    order = make_order(document=DOCUMENT, stated=make_facts(), idempotency_key="key")

    accepted = await store.work_orders.accept(order, DOCUMENT)

    assert accepted == order
    assert await store.work_orders.get("order-1") == order
    assert await store.work_orders.document("order-1") == DOCUMENT


async def test_an_order_of_stated_facts_alone_has_no_document(
    store: Store, layout: Layout
) -> None:
    """Nothing was sent, so nothing is stored."""
    await store.work_orders.accept(make_order(), b"")

    assert await store.work_orders.document("order-1") == b""
    assert [path.name for path in layout.work_order("order-1").iterdir()] == ["order.json"]


async def test_an_order_sent_twice_is_the_order_of_the_first_time(store: Store) -> None:
    """A client that lost our answer will ask again; that must be harmless."""
    first = make_order(document=DOCUMENT)
    await store.work_orders.accept(first, DOCUMENT)

    again = await store.work_orders.accept(
        make_order(document=DOCUMENT, now=LATER, filename="copy.pdf"), DOCUMENT
    )

    assert again == first
    assert (await store.work_orders.get("order-1")).received_at == NOW


@pytest.mark.parametrize("field", ["document", "stated"])
async def test_another_request_under_the_same_id_is_a_conflict(
    store: Store, field: str
) -> None:
    """To answer with the first ticket would lose the second order in silence."""
    await store.work_orders.accept(make_order(document=b"one"), b"one")
    other = {"document": {"document": b"two"}, "stated": {"stated": TicketFacts(city="Waco")}}

    with pytest.raises(ConflictError) as refused:
        await store.work_orders.accept(make_order(**other[field]), b"two")

    assert refused.value.field == "Idempotency-Key"
    assert await store.work_orders.document("order-1") == b"one"


async def test_an_order_sent_many_times_at_once_is_accepted_once(
    store: Store, layout: Layout
) -> None:
    """A proxy that retries does not wait for the first answer."""
    orders = [make_order(document=DOCUMENT, filename=f"{number}.pdf") for number in range(30)]

    answers = await asyncio.gather(
        *(store.work_orders.accept(order, DOCUMENT) for order in orders)
    )

    assert all(answer == answers[0] for answer in answers)
    assert await store.work_orders.get("order-1") == answers[0]
    assert [path.name for path in layout.work_orders.iterdir()] == ["order-1"]


async def test_of_different_requests_at_once_one_is_accepted_and_all_others_told(
    store: Store,
) -> None:
    """Nobody may believe that his order was taken when it was not."""
    bodies = [str(number).encode() for number in range(20)]

    answers = await asyncio.gather(
        *(store.work_orders.accept(make_order(document=body), body) for body in bodies),
        return_exceptions=True,
    )

    refused = [answer for answer in answers if isinstance(answer, ConflictError)]
    (winner,) = [answer for answer in answers if not isinstance(answer, ConflictError)]
    assert len(refused) == 19
    assert await store.work_orders.get("order-1") == winner
    assert await store.work_orders.document("order-1") == bodies[answers.index(winner)]


@pytest.mark.parametrize("call", ["mkdir", "write", "rename"])
async def test_a_full_disk_refuses_the_order_and_keeps_nothing_of_it(
    store: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """The client is told to wait, and its next attempt finds nothing in its way."""
    with monkeypatch.context() as patch:
        fail(patch, call, errno.ENOSPC, at=lambda path: "order-1" in path)
        with pytest.raises(UnavailableError, match="No space left"):
            await store.work_orders.accept(make_order(), DOCUMENT)
    left = list(layout.work_orders.iterdir())

    await store.work_orders.accept(make_order(), DOCUMENT)

    assert left == []
    assert await store.work_orders.document("order-1") == DOCUMENT


async def test_an_order_that_nobody_sent_is_not_found(store: Store) -> None:
    """The answer says which id it was."""
    with pytest.raises(NotFoundError, match="no work order order-9") as missing:
        await store.work_orders.get("order-9")

    assert missing.value.field == "work_order_id"
    assert missing.value.remedy


async def test_what_was_read_is_kept_beside_the_order(store: Store, layout: Layout) -> None:
    """It is shown with the ticket, and the same bytes are written in every rerun."""
    await store.work_orders.accept(make_order(), DOCUMENT)
    path = layout.work_order("order-1") / "extraction.json"
    unread = await store.work_orders.extraction("order-1")

    await store.work_orders.keep_extraction("order-1", make_extraction())
    once = path.read_bytes()
    await store.work_orders.keep_extraction("order-1", make_extraction())

    assert unread is None
    assert path.read_bytes() == once
    assert await store.work_orders.extraction("order-1") == make_extraction()


async def test_an_order_is_owed_a_ticket_until_that_ticket_is_written(store: Store) -> None:
    """What was accepted and is not done is the difference of two folders: no queue is asked."""
    for name in ("order-1", "order-2"):
        await store.work_orders.accept(make_order(name), b"")
    before = await store.work_orders.owed()

    await store.commit(open_ticket(make_order("order-1"), make_extraction(), now=NOW))

    assert sorted(before) == ["order-1", "order-2"]
    assert await store.work_orders.owed() == ["order-2"]


async def test_what_a_dead_writer_left_is_owed_nothing(store: Store, layout: Layout) -> None:
    """Its client saw no answer; half an order is no order."""
    (layout.work_orders / ".order-1.123.0.tmp").mkdir()
    (layout.work_orders / "notes.txt").write_bytes(b"by hand")

    assert await store.work_orders.owed() == []


@pytest.mark.parametrize("file", ["order.json", "extraction.json"])
async def test_a_damaged_file_of_an_order_is_named(
    store: Store, layout: Layout, file: str
) -> None:
    """A person must be told which file to look at."""
    await store.work_orders.accept(make_order(), b"")
    (layout.work_order("order-1") / file).write_bytes(b'{"id": "ord')
    read = {
        "order.json": store.work_orders.get,
        "extraction.json": store.work_orders.extraction,
    }

    with pytest.raises(DamagedFileError, match=f"order-1/{file}"):
        await read[file]("order-1")

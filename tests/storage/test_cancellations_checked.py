"""What the check of a store says about cancelled work orders."""

import pytest

from domain.drafting import open_ticket
from storage.layout import Layout
from storage.store import Store
from tests.builders import NOW, make_extraction, make_order
from tests.storage.damage import checked, the_finding
from tests.storage.rivals import cancellation

FILE = "work_orders/order-1/cancelled.json"


@pytest.fixture
async def cancelled(store: Store) -> Store:
    """A store with a cancelled order, and the event that tells of it."""
    await store.work_orders.accept(make_order(), b"")
    decided = await store.work_orders.cancel(cancellation())
    await store.note(decided.event())
    await store.recover()
    return store


async def test_a_cancelled_order_without_a_ticket_is_as_it_should_be(cancelled: Store) -> None:
    """Nothing is missing where nothing is owed."""
    assert (await checked(cancelled)).is_clean


@pytest.mark.parametrize(
    ("content", "said"), [(b"{", "EOF"), (b"", "EOF"), (b'{"by": "Dana"}', "work_order_id")]
)
async def test_a_damaged_decision_is_told_and_still_decides(
    cancelled: Store, layout: Layout, content: bytes, said: str
) -> None:
    """Who has decided is lost; that it was decided is not."""
    (layout.root / FILE).write_bytes(content)

    file, problem = await the_finding(cancelled)

    assert file == FILE
    assert said in problem
    assert await cancelled.work_orders.owed() == []


async def test_the_decision_about_another_order_is_told(
    cancelled: Store, layout: Layout
) -> None:
    """Somebody copied it."""
    other = cancellation("order-2")
    (layout.root / FILE).write_text(other.model_dump_json())

    _file, problem = await the_finding(cancelled)

    assert "the cancellation of order-2" in problem


async def test_an_order_that_is_cancelled_and_a_ticket_is_told(
    cancelled: Store, layout: Layout
) -> None:
    """No way of ours leads there; a person must say which of the two holds."""
    path = layout.root / FILE
    decided = path.read_bytes()
    path.unlink()
    await cancelled.commit(open_ticket(make_order(), make_extraction(), now=NOW))
    path.write_bytes(decided)

    file, problem = await the_finding(cancelled)

    assert file == FILE
    assert "was cancelled, and ticket" in problem


async def test_a_decision_that_the_log_does_not_tell_is_told(store: Store) -> None:
    """A crash came between them, and nobody has asked again since."""
    await store.work_orders.accept(make_order(), b"")
    await store.work_orders.cancel(cancellation())

    file, problem = await the_finding(store)

    assert file == FILE
    assert "audit log does not tell" in problem

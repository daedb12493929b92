"""What was read by a reader that may say otherwise the next time: its first word is kept."""

import asyncio

from domain.extraction import Extraction
from storage.layout import Layout
from storage.store import Store
from tests.builders import make_extraction, make_order

VERSION = "1+llm1"


def told(city: str, version: str = VERSION) -> Extraction:
    return make_extraction(city=city).model_copy(update={"reader_version": version})


async def test_the_first_word_of_a_reader_is_kept_and_given_to_who_comes_later(
    store: Store,
) -> None:
    """However many come at once."""
    orders = store.work_orders
    await orders.accept(make_order(), b"")
    given = await asyncio.gather(
        *(orders.keep_first("order-1", told(city)) for city in ("Austin", "Waco", "Luling"))
    )

    later = await orders.keep_first("order-1", told("Tyler"))

    assert len({one.fields["city"].value for one in (*given, later)}) == 1
    assert await orders.extraction("order-1") == later


async def test_another_reader_has_the_last_word(store: Store) -> None:
    """A release that reads better is not held to what the one before has read."""
    await store.work_orders.accept(make_order(), b"")
    await store.work_orders.keep_first("order-1", told("Austin", "1"))

    assert await store.work_orders.keep_first("order-1", told("Waco")) == told("Waco")
    assert await store.work_orders.extraction("order-1") == told("Waco")


async def test_what_cannot_be_read_any_more_is_written_anew(
    store: Store, layout: Layout
) -> None:
    """The order must become a ticket, whatever a disk has made of the first reading."""
    await store.work_orders.accept(make_order(), b"")
    await store.work_orders.keep_first("order-1", told("Austin"))
    (layout.work_order("order-1") / "extraction.json").write_bytes(b"\0" * 100)

    assert await store.work_orders.keep_first("order-1", told("Waco")) == told("Waco")
    assert await store.work_orders.extraction("order-1") == told("Waco")

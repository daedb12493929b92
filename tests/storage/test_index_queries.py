"""What can be asked of the index, and in which order it answers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.errors import RejectedError
from domain.ticket import TicketStatus
from storage import entries
from storage.index import IndexPage, TicketQuery
from storage.layout import Layout
from storage.store import Store
from tests.builders import LATER, NOW, make_change, make_draft, make_ticket

HERE = "Travis"


async def found(store: Store, **asked: Any) -> list[str]:
    """Return the ids that a query finds."""
    return ids(await store.index.find(TicketQuery(**asked)))


def ids(page: IndexPage) -> list[str]:
    return [entry.id for entry in page.entries]


@pytest.mark.parametrize(
    ("asked", "are_found"),
    [
        ({}, "abc"),
        ({"status": TicketStatus.READY}, "bc"),
        ({"status": TicketStatus.EXPIRED}, ""),
        ({"county": " travis  COUNTY"}, "ac"),
        ({"county": ""}, "b"),
        ({"county": "Nowhere"}, ""),
        ({"company": "caprock linebuilders"}, "ab"),
        ({"month": "2026-03"}, "ab"),
        ({"month": "2026-04"}, "c"),
        ({"expiring_before": NOW + timedelta(days=3)}, "a"),
        ({"expiring_before": NOW + timedelta(days=3, microseconds=1)}, "ab"),
        ({"expiring_before": datetime(2026, 3, 5, 15, 0, 0, 1)}, "ab"),  # noqa: DTZ001 - UTC
        ({"status": TicketStatus.READY, "county": "Travis"}, "c"),
        ({"company": "Caprock Line Builders", "expiring_before": LATER}, "a"),
    ],
)
async def test_tickets_are_found_by_all_that_is_asked(
    store: Store, asked: dict[str, Any], are_found: str
) -> None:
    """Several questions narrow each other down."""
    ends = NOW + timedelta(days=3)
    april = datetime(2026, 4, 1, tzinfo=UTC)
    ready = {"status": "Ready"}
    await store.commit(make_change(make_ticket("a", county="TRAVIS", expires_at=NOW)))
    await store.commit(make_change(make_ticket("b", county=None, expires_at=ends, **ready)))
    await store.commit(make_change(make_ticket("c", company="Other", **ready), now=april))

    assert sorted(await found(store, **asked)) == list(are_found)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("", True),
        ("  -- ", True),
        ("POLE power", True),
        ("bluebon", True),
        ("ebonne pec", True),
        ("ln", True),
        ("l", False),
        ("bluebonnet zebra", False),
        ("512-555-0142", True),
        ("5550142", False),
        ("order_17", True),
        ("TX-26-0001", True),
        ("peña", True),
        ("PEN\u0303A", True),  # the tilde as a letter of its own
        ("pena", False),
        ("stra\u00dfe", True),
        ("STRASSE", True),
        ("draft", False),
        ("lnpecan", False),
    ],
)
async def test_a_text_is_found_by_its_words_and_their_parts(
    store: Store, text: str, *, is_found: bool
) -> None:
    """People remember a piece of a name; one or two letters must be a word by themselves."""
    told = {"work_order_filename": "Order_17.pdf", "texas811_ticket_number": "TX-26-0001"}
    ticket = make_ticket(**told, work_for="Peña", address="Hauptstraße 1")
    await store.commit(make_change(ticket))
    await store.commit(make_change(make_draft("says-nothing")))

    assert ("ticket-1" in await found(store, text=text)) is is_found


@pytest.mark.parametrize("month", ["2026", "2026-3", "2026-13", "March", "2026-03-02"])
def test_a_month_is_written_in_one_way(month: str) -> None:
    """Else a query would find nothing, and nobody would know why."""
    with pytest.raises(RejectedError, match="is not a month") as refused:
        TicketQuery(month=month)

    assert refused.value.field == "month"


async def test_pages_hold_every_ticket_once_the_latest_change_first(
    store: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether there are many of those that are asked for, or few; heard of one by one or read."""
    monkeypatch.setattr(entries, "BULK_TICKETS", 10)
    await store.index.find(TicketQuery())
    for number in range(40):
        moment = NOW + timedelta(minutes=number % 7)
        county = "Hays" if number % 20 == 3 else HERE
        await store.commit(make_change(make_ticket(f"t{number:02}", county=county), now=moment))

    for asked in ({}, {"county": HERE}, {"county": "hays"}):
        query = TicketQuery(**asked)
        pages = [
            await store.index.find(query, limit=6, offset=start) for start in range(0, 48, 6)
        ]
        whole = await store.index.find(query)
        found = [entry for page in pages for entry in page.entries]
        order = [(entry.updated_at, entry.id) for entry in found]
        assert order == sorted(order, reverse=True)
        assert found == whole.entries
        assert {page.total for page in pages} == {len(found)}
        assert await Store(layout.root).index.find(query) == whole
    assert ids(whole) == ["t03", "t23"]

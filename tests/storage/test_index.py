"""The index: whoever asks finds what is true, whoever wrote it and however."""

import asyncio
import errno
import itertools
import json
import os
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from domain.errors import NotFoundError, UnavailableError
from domain.ticket import Ticket
from storage.files import write_atomic
from storage.index import TicketQuery
from storage.layout import Layout
from storage.performance import Performance
from storage.store import Store
from storage.ticket_files import encode
from tests.builders import LATER, customer_json, make_change, make_event, make_ticket
from tests.storage.trouble import fail

HERE = "Travis"
WATCHFUL = Performance(cache_duration_seconds=0)  # looks at the directory before every answer


@pytest.fixture
async def stored(store: Store) -> Ticket:
    """A ticket in the store whose index is open."""
    await store.index.find(TicketQuery())
    return await store.commit(make_change(make_ticket()))


@pytest.fixture
def watchful(store: Store, layout: Layout) -> Store:
    """Another process, one that always looks."""
    return Store(layout.root, WATCHFUL)


async def found(store: Store, **asked: Any) -> list[str]:
    """Return the ids that a query finds."""
    page = await store.index.find(TicketQuery(**asked))
    assert page.total == len(page.entries)
    return [entry.id for entry in page.entries]


def written(ticket: Ticket) -> bytes:
    """Return the file of a ticket as the committer would have written it."""
    ticket = ticket.model_copy(update={"version": ticket.version or 1})
    return encode(ticket, make_event(ticket))


async def test_a_change_is_found_from_its_answer_on_and_where_it_was_no_more(
    store: Store, stored: Ticket, layout: Layout
) -> None:
    """In this process and in every other."""
    other = Store(layout.root)
    before = [await found(one, county=HERE, text="pole") for one in (store, other)]

    await other.commit(make_change(stored, now=LATER, county="Hays", type_of_work="Trench"))

    assert before == [["ticket-1"]] * 2
    for one in (store, other):
        assert await found(one, county=HERE) == []
        assert await found(one, county="Hays", text="renc") == ["ticket-1"]
        assert await found(one, text="replace") == []


async def test_many_who_commit_and_ask_at_once_each_find_their_own(
    store: Store, layout: Layout
) -> None:
    """Nobody may read an older version than the one he was told of."""
    stores = [store, Store(layout.root), Store(layout.root, WATCHFUL)]

    async def work(number: int) -> list[tuple[int, list[int]]]:
        ticket, seen = make_ticket(f"t{number}"), []
        for edit in range(6):
            company = f"Number {number} of {edit}"
            ticket = await stores[edit % 3].commit(make_change(ticket, company=company))
            pages = [await one.index.find(TicketQuery(company=company)) for one in stores]
            seen += [(ticket.version, [one.version for one in page.entries]) for page in pages]
        return seen

    seen = await asyncio.gather(*map(work, range(8)))

    assert all(found == [version] for of_one in seen for version, found in of_one)


async def test_a_change_of_which_nobody_was_told_is_never_shown_wrongly(
    store: Store, stored: Ticket, layout: Layout
) -> None:
    """A process may die between its rename and its news; a line that is shown is looked at."""
    moved = stored.revised(now=LATER, city="Waco")
    write_atomic(layout.ticket("ticket-1"), written(moved))

    page = await store.index.find(TicketQuery())

    assert [entry.city for entry in page.entries] == ["Waco"]


async def test_a_ticket_that_changes_faster_than_it_is_looked_at_is_shown_all_the_same(
    store: Store, stored: Ticket, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it was a moment ago; the question must not go round for ever."""
    real, times = os.stat, itertools.count(1)

    def never_the_same(path: Any, **options: Any) -> Any:
        status = real(path, **options)
        if path != layout.ticket("ticket-1"):
            return status
        return SimpleNamespace(st_ino=1, st_size=1, st_mtime_ns=next(times))

    monkeypatch.setattr(os, "stat", never_the_same)

    assert await found(store) == ["ticket-1"]


async def test_what_other_tools_put_there_take_away_or_edit_is_found(
    stored: Ticket, layout: Layout, watchful: Store
) -> None:
    """Restored from a backup, deleted, written by the customer's own program."""
    await found(watchful)
    path = layout.ticket(customer_json()["id"])
    path.write_text(json.dumps(customer_json()))
    added = await found(watchful, text="caprock")
    path.write_text(json.dumps({**customer_json(), "county": "Hays"}))
    edited = await found(watchful, county="Hays")
    path.unlink()
    layout.ticket("ticket-1").unlink()

    assert added == ["ticket-1", customer_json()["id"]]
    assert edited == [customer_json()["id"]]
    assert await found(watchful) == await found(watchful, text="caprock") == []


async def test_what_is_committed_while_the_index_opens_is_found(
    store: Store, stored: Ticket, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new file may come just behind the eye that goes along the directory."""
    real = os.scandir

    def overtaken(path: Any) -> Any:
        files = list(real(path))
        if path == layout.tickets:
            monkeypatch.setattr(os, "scandir", real)
            store.commit_now(make_change(make_ticket("late")))
        return nullcontext(files)

    opening = Store(layout.root, Performance(cache_duration_seconds=3600))
    monkeypatch.setattr(os, "scandir", overtaken)
    await found(opening)

    assert await found(opening) == ["ticket-1", "late"]


async def test_the_directory_is_looked_at_again_when_it_is_time(
    stored: Ticket, layout: Layout
) -> None:
    """Not for each query, and not never."""
    at_rest = Store(layout.root, Performance(cache_duration_seconds=3600))
    hourly = Store(layout.root, Performance(cache_duration_seconds=0.2))
    for one in (at_rest, hourly):
        await found(one)
    write_atomic(layout.ticket("new"), written(make_ticket("new", county="Hays")))
    await asyncio.sleep(0.25)

    assert await found(hourly, county="Hays") == ["new"]
    assert await found(at_rest, county="Hays") == []


async def test_news_that_were_missed_are_made_good_by_a_look_at_everything(
    store: Store, stored: Ticket, layout: Layout
) -> None:
    """The file of news may be gone; the tickets are not."""
    await found(store)
    await Store(layout.root).commit(make_change(stored, now=LATER, county="Hays"))
    layout.changes.unlink()

    assert await found(store, county="Hays") == ["ticket-1"]


async def test_news_that_came_to_nothing_are_not_lost(
    store: Store, stored: Ticket, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too many open files at one moment must not make a ticket unseen for an hour."""
    await found(store)
    await Store(layout.root).commit(make_change(stored, now=LATER, county="Hays"))
    layout.changes.unlink()
    with monkeypatch.context() as patch:
        fail(patch, "scandir", errno.EMFILE)
        with pytest.raises(UnavailableError, match="Too many open files"):
            await found(store)

    assert await found(store, county="Hays") == ["ticket-1"]


async def test_a_place_without_tickets_is_not_an_empty_list(
    store: Store, stored: Ticket, layout: Layout
) -> None:
    """A volume that is gone must not look as if all tickets were lost."""
    await found(store)
    layout.tickets.rename(layout.root / "elsewhere")

    for one in (store, Store(layout.root)):
        with pytest.raises(NotFoundError, match="not a data directory"):
            await found(one)


async def test_everything_is_read_again_within_the_interval(
    stored: Ticket, layout: Layout
) -> None:
    """Also a file that looks as it did: a bad block changes neither size nor time."""
    at_once = Performance(cache_duration_seconds=0, index_rebuild_interval_hours=1e-9)
    one = Store(layout.root, at_once)
    before = await one.index.find(TicketQuery())
    path = layout.ticket("ticket-1")
    status = path.stat()
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\0")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    after = await one.index.find(TicketQuery(county="Hays"))

    assert (before.total, before.damaged) == (1, [])
    assert after.damaged == ["ticket_ticket-1.json"]
    assert await found(one) == []

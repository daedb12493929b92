"""The index by urgency: what is due first comes first, and a walk along it meets each once."""

from datetime import timedelta

import pytest

from domain.ticket import TicketStatus
from storage.queries import Order, TicketQuery
from storage.store import Store
from tests.builders import LATER, NOW, make_change, make_ticket
from tests.domain.lives import START, make_life

HOUR = timedelta(hours=1)


@pytest.fixture
async def waiting(store: Store) -> Store:
    """A store with drafts that are due one after the other, one without a date, and an ended one.

    A design waits for no lawful start, so it is due when it is planned.
    """
    for number in (3, 1, 2):
        planned = {"ticket_type": "Survey/Design", "planned_start_at": NOW + number * HOUR}
        ticket = make_ticket(f"due-{number}", **planned)
        await store.commit(make_change(ticket))
    await store.commit(make_change(make_ticket("undated", planned_start_at=None)))
    await store.commit(
        make_change(make_life(TicketStatus.CANCELLED, id="ended", texas811_ticket_number="1"))
    )
    return store


async def test_the_earliest_due_comes_first_and_what_is_never_due_last(waiting: Store) -> None:
    page = await waiting.index.find(TicketQuery(), order=Order.URGENCY)
    assert [one.id for one in page.entries] == ["due-1", "due-2", "due-3", "ended", "undated"]
    assert page.total == 5


async def test_a_walk_by_urgency_meets_each_ticket_once_even_if_one_becomes_more_urgent(
    waiting: Store,
) -> None:
    first = await waiting.index.find(TicketQuery(), limit=2, order=Order.URGENCY)
    later = await waiting.tickets.get("due-3")
    await waiting.commit(make_change(later, now=LATER, planned_start_at=NOW))
    rest = await waiting.index.find(
        TicketQuery(), after=first.entries[-1].urgency, order=Order.URGENCY
    )
    assert [one.id for one in rest.entries] == ["ended", "undated"]
    again = await waiting.index.find(TicketQuery(), limit=1, order=Order.URGENCY)
    assert [one.id for one in again.entries] == ["due-3"]


async def test_what_is_due_before_a_moment_is_found_and_what_has_ended_is_not(
    waiting: Store,
) -> None:
    query = TicketQuery(due_before=NOW + 2 * HOUR)
    assert [one.id for one in (await waiting.index.find(query)).entries] == ["due-1"]
    everything = TicketQuery(due_before=NOW + timedelta(days=20_000))
    assert (await waiting.index.find(everything)).total == 3


async def test_tickets_that_are_alike_are_counted_as_they_are_now(waiting: Store) -> None:
    before = await waiting.index.count(TicketQuery(), lambda entry: entry.status)
    assert before == {"Draft": 4, "Cancelled": 1}
    await waiting.commit(make_change(make_life(TicketStatus.SUBMITTED, id="told")))
    counted = await waiting.index.count(TicketQuery(), lambda entry: entry.status)
    assert counted == {"Draft": 4, "Cancelled": 1, "Submitted": 1}


async def test_what_a_snapshot_has_seen_is_due_when_it_was(waiting: Store) -> None:
    await waiting.commit(make_change(make_life(TicketStatus.RESPONSES_IN, id="answered")))
    await waiting.index.find(TicketQuery())
    waiting.index.save({})
    other = Store(waiting._layout.root)
    page = await other.index.find(TicketQuery(due_before=START + HOUR), order=Order.URGENCY)
    assert [one.id for one in page.entries] == ["due-1", "due-2", "due-3", "answered"]


async def test_what_is_due_later_now_or_says_something_else_is_found_no_more_as_it_was(
    waiting: Store,
) -> None:
    due, said = TicketQuery(due_before=NOW + 4 * HOUR), TicketQuery(text="lattice")
    first = await waiting.tickets.get("due-1")
    named = await waiting.commit(make_change(first, now=LATER, company="Lattice Works"))
    assert (await waiting.index.find(due)).total == 3
    assert (await waiting.index.find(said)).total == 1
    moved = make_change(
        named, now=LATER + HOUR, planned_start_at=NOW + 9 * HOUR, company="Frontier"
    )
    await waiting.commit(moved)
    assert [one.id for one in (await waiting.index.find(due)).entries] == ["due-3", "due-2"]
    assert (await waiting.index.find(said)).total == 0

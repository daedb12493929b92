"""The cache of tickets: exact, because every ticket is believed by its file alone."""

import json

import pytest

from storage.cache import TicketCache
from storage.files import Identity, write_atomic
from storage.layout import Layout
from storage.performance import Performance
from storage.store import Store
from tests.builders import LATER, make_change, make_ticket

FILE = Identity(inode=7, size=4096, mtime_ns=1_000_000_007)


@pytest.fixture
def cache() -> TicketCache[str]:
    """A cache of two."""
    return TicketCache(Performance(max_cached_tickets=2))


def test_the_figures_are_those_of_the_specification() -> None:
    """Its PERFORMANCE_CONFIG, name for name."""
    names = {name: getattr(Performance(), name) for name in Performance.__dataclass_fields__}

    assert names == {
        "cache_duration_seconds": 60,
        "max_cached_tickets": 50,
        "batch_size_limit": 20,
        "file_size_warning_mb": 1,
        "index_rebuild_interval_hours": 24,
        "concurrent_file_limit": 10,
    }


@pytest.mark.parametrize(
    "other", [FILE._replace(inode=8), FILE._replace(size=4097), FILE._replace(mtime_ns=1)]
)
def test_a_ticket_is_given_back_for_the_file_that_it_was_read_from_only(
    cache: TicketCache[str], other: Identity
) -> None:
    """Another inode, size or time of change is another content."""
    cache.put("a", FILE, "read")

    assert cache.get("a", FILE) == "read"
    assert cache.get("a", other) is None
    assert cache.get("b", FILE) is None


def test_a_ticket_that_was_read_anew_takes_the_place_of_the_old_one(
    cache: TicketCache[str],
) -> None:
    """There is one truth for each ticket."""
    newer = FILE._replace(mtime_ns=2)
    cache.put("a", FILE, "old")

    cache.put("a", newer, "new")

    assert cache.get("a", newer) == "new"
    assert cache.get("a", FILE) is None


def test_the_one_that_was_longest_not_asked_for_has_to_go(cache: TicketCache[str]) -> None:
    """So that what people work on stays."""
    cache.put("a", FILE, "a")
    cache.put("b", FILE, "b")
    cache.get("a", FILE)

    cache.put("c", FILE, "c")

    assert [cache.get(name, FILE) for name in "abc"] == ["a", None, "c"]


async def test_a_ticket_that_is_read_twice_is_the_same_until_somebody_changes_it(
    store: Store, layout: Layout
) -> None:
    """By whatever means: another process's commit, or a person's editor."""
    ticket = await store.commit(make_change(make_ticket()))
    first = await store.tickets.get("ticket-1")
    again = await store.tickets.get("ticket-1")

    await Store(layout.root).commit(make_change(ticket, now=LATER, city="Waco"))
    changed = await store.tickets.get("ticket-1")
    write_atomic(
        layout.ticket("ticket-1"),
        json.dumps(make_ticket(city="Hutto").model_dump(mode="json")).encode(),
    )
    edited = await store.tickets.get("ticket-1")

    assert again is first
    assert (changed.city, changed.version) == ("Waco", 2)
    assert edited.city == "Hutto"

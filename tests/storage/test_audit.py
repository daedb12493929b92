"""The audit log: what happened, in the order in which it happened."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from domain.audit import Actor, AuditEvent
from storage.chain import entry
from storage.layout import Layout
from storage.store import Store
from tests.builders import LATER, NOW

TODAY = NOW.date()


def make_event(number: int = 0, ticket_id: str = "ticket-1", **fields: Any) -> AuditEvent:
    """Return an event of its own id."""
    about = {"id": f"event-{number}", "ticket_id": ticket_id, "timestamp": NOW}
    return AuditEvent.model_validate({**about, "actor": Actor.USER, "action": "a", **fields})


async def test_events_are_read_in_the_order_they_were_written(store: Store) -> None:
    """A history out of order explains nothing."""
    events = [make_event(number) for number in range(5)]

    for event in events:
        store.audit.append([entry(event)])

    assert (await store.audit.on(TODAY)).events == events


async def test_an_event_belongs_to_its_day_in_greenwich(store: Store, layout: Layout) -> None:
    """Half past six in Texas on the last of October is November there."""
    evening = datetime(2026, 10, 31, 18, 30, tzinfo=timezone(timedelta(hours=-6)))
    event = make_event(timestamp=evening)

    store.audit.append([entry(event)])

    assert (layout.audit / "2026-11" / "audit_20261101.jsonl").is_file()
    assert (await store.audit.on(date(2026, 11, 1))).events == [event]
    assert (await store.audit.on(date(2026, 10, 31))).events == []


async def test_a_day_on_which_nothing_happened_has_no_events(store: Store) -> None:
    """That is an answer and not a failure."""
    assert (await store.audit.on(TODAY)).events == []
    assert store.audit.read_about("ticket-1").events == []


async def test_a_tickets_history_goes_over_days_and_months(store: Store) -> None:
    """The oldest event comes first, whoever else was busy meanwhile."""
    days = [datetime(2026, month, day, tzinfo=UTC) for month in (1, 2) for day in (9, 10)]
    mine = [make_event(number, timestamp=day) for number, day in enumerate(days)]
    for event in mine:
        store.audit.append([entry(make_event(9, "ticket-10", timestamp=event.timestamp))])
        store.audit.append([entry(event, store.audit.find_last("ticket-1"))])

    history = store.audit.read_about("ticket-1").events

    assert history == mine


async def test_a_ticket_is_not_told_what_others_say_of_it(store: Store) -> None:
    """GeoJSON is the client's: it may hold any name and any id."""
    words = {"geometry": {"after": {"id": "event-1", "ticket_id": "ticket-1"}}}
    store.audit.append([entry(make_event(2, "ticket-2", field_changes=words))])

    history = store.audit.read_about("ticket-1").events

    assert history == []
    assert not store.audit.find(make_event(1))


async def test_a_torn_last_line_is_not_an_event(store: Store, layout: Layout) -> None:
    """It was never acknowledged; its ticket will write it again."""
    store.audit.append([entry(make_event(1))])
    path = layout.audit_day(NOW)
    whole = path.read_bytes()

    for end in range(len(whole)):
        path.write_bytes(whole + whole[:end].replace(b"event-1", b"event-2"))

        assert (await store.audit.on(TODAY)).events == [make_event(1)]
        assert not store.audit.find(make_event(2))


async def test_the_event_after_a_torn_line_is_whole(store: Store, layout: Layout) -> None:
    """The torn line goes, the next one must not be glued to it."""
    store.audit.append([entry(make_event(1))])
    path = layout.audit_day(NOW)
    path.write_bytes(path.read_bytes() + b'{"id":"event-2","tick')

    store.audit.append([entry(make_event(3))])

    assert (await store.audit.on(TODAY)).events == [make_event(1), make_event(3)]


def test_the_log_knows_which_events_it_holds(store: Store) -> None:
    """An event is written once, however often it is brought."""
    store.audit.append([entry(make_event(1))])

    assert store.audit.find(make_event(1))
    assert not store.audit.find(make_event(11))
    assert not store.audit.find(make_event(1, timestamp=LATER + timedelta(days=1)))


async def test_a_damaged_line_is_named_and_not_passed_over(
    store: Store, layout: Layout
) -> None:
    """A hole in the history must not look like a quiet day."""
    store.audit.append([entry(make_event(1))])
    path = layout.audit_day(NOW)
    path.write_bytes(path.read_bytes() + b'{"ticket_id":"ticket-1"}\n')

    for history in (await store.audit.on(TODAY), store.audit.search_about("ticket-1")):
        assert history.events == [make_event(1)]
        assert [(line.file, line.number) for line in history.damaged] == [(path.name, 2)]


async def test_a_damaged_line_about_another_ticket_is_not_in_the_way(
    store: Store, layout: Layout
) -> None:
    """One bad line must not hide every history."""
    store.audit.append([entry(make_event(1))])
    path = layout.audit_day(NOW)
    path.write_bytes(path.read_bytes() + b'{"ticket_id":"ticket-2"}\n')

    assert store.audit.read_about("ticket-1").events == [make_event(1)]


def test_the_log_is_one_json_object_a_line(store: Store, layout: Layout) -> None:
    """It can be read with `cat`, `grep` and `jq`, whatever was noted."""
    events = [make_event(1, notes='line\nend and "quote"'), make_event(2, notes="\u2028")]

    for event in events:
        store.audit.append([entry(event)])

    lines = layout.audit_day(NOW).read_bytes().split(b"\n")
    raw = [json.loads(line) for line in lines[:-1]]
    assert [line.pop("_chain")["number"] for line in raw] == [1, 2]
    assert [AuditEvent.model_validate(line) for line in raw] == events
    assert lines[-1] == b""

"""The chain of the audit log: nobody changes, removes, puts in or swaps a line unseen."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from domain.audit import AuditEvent
from storage.audit import AuditLog
from storage.chain import GENESIS, Head, chained, entry
from storage.files import write_atomic
from storage.layout import Layout
from storage.store import Store
from tests.builders import NOW
from tests.storage.test_audit import make_event

TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def log(store: Store) -> AuditLog:
    """A log of two days, five lines each."""
    for number in range(10):
        moment = NOW if number < 5 else TOMORROW
        store.audit.append([entry(make_event(number, timestamp=moment))])
    return store.audit


def faults(log: AuditLog) -> list[tuple[str, int]]:
    """Return where the log cannot be believed: day and number of the line."""
    return [(line.file[-8:-6], line.number) for line in log.verify_all()]


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


async def test_each_line_names_the_one_before_it_over_days_too(
    log: AuditLog, layout: Layout
) -> None:
    """A whole day that vanishes is missed by the next one."""
    first, second = (
        [json.loads(line)["_chain"] for line in lines_of(layout.audit_day(day))]
        for day in (NOW, TOMORROW)
    )

    assert [link["number"] for link in first] == [1, 2, 3, 4, 5]
    assert [link["previous"] for link in first] == [
        GENESIS,
        *(link["sha256"] for link in first[:-1]),
    ]
    assert "after" not in first[0]
    assert second[0]["after"] == "20260302/5"
    assert second[0]["previous"] == first[-1]["sha256"]
    assert faults(log) == []


@pytest.mark.parametrize("mask", [0x01, 0x20, 0x80])
async def test_every_byte_that_changes_is_noticed(
    log: AuditLog, layout: Layout, mask: int
) -> None:
    """Also a line end, a digest, a number; and the lines around it are still believed."""
    path = layout.audit_day(NOW)
    content = path.read_bytes()
    start, end = len(b"".join(lines_of(path)[:2])), len(b"".join(lines_of(path)[:3]))

    for at in range(start, end):
        spoilt = bytearray(content)
        spoilt[at] ^= mask
        path.write_bytes(spoilt)

        assert ("02", 3) in faults(log)
        ids = {event.id for event in (await log.on(NOW.date())).events}
        assert {"event-0", "event-1", "event-4"} <= ids

    path.write_bytes(content)
    assert faults(log) == []


@pytest.mark.parametrize(
    ("tamper", "bad"),
    [
        (lambda lines: lines[:1] + lines[2:], 2),
        (lambda lines: lines[1:], 1),
        (lambda lines: [*lines[:2], lines[0], *lines[2:]], 3),
        (lambda lines: [lines[1], lines[0], *lines[2:]], 1),
        (lambda lines: [forged(lines[0], "another"), *lines[1:]], 2),
        (lambda lines: [forged(lines[0], "another"), *lines[1:]][:1] + lines[1:], 2),
        (lambda lines: [*lines[:2], unchained(lines[2]), *lines[3:]], 3),
    ],
    ids=[
        "removed",
        "first removed",
        "put in",
        "swapped",
        "forged",
        "forged again",
        "unchained",
    ],
)
async def test_a_line_that_was_tampered_with_is_named(
    log: AuditLog, layout: Layout, tamper: Callable[[list[bytes]], list[bytes]], bad: int
) -> None:
    """Even one who makes a line with a digest of its own cannot make the next one fit."""
    path = layout.audit_day(NOW)

    path.write_bytes(b"".join(tamper(lines_of(path))))

    assert faults(log)[0] == ("02", bad)


async def test_a_day_that_is_gone_and_an_end_that_is_gone_are_missed(
    log: AuditLog, layout: Layout
) -> None:
    """The next day hangs on the last line of the one before."""
    path = layout.audit_day(NOW)
    content = lines_of(path)

    path.write_bytes(b"".join(content[:-1]))
    cut = faults(log)
    path.unlink()
    gone = faults(log)

    assert cut == gone == [("03", 1)]


async def test_a_late_event_extends_its_day_and_breaks_nothing(
    log: AuditLog, layout: Layout
) -> None:
    """A clock that was set back, or an event that a crash kept from the log until today."""
    log.append([entry(make_event(20, timestamp=NOW))])
    log.append([entry(make_event(21, timestamp=NOW - timedelta(days=40)))])
    log.append([entry(make_event(22, timestamp=TOMORROW + timedelta(days=1)))])

    assert faults(log) == []
    assert len((await log.on(NOW.date())).events) == 6
    history = await log.between(NOW.date() - timedelta(days=50), NOW.date())
    assert [event.id for event in history.events][:2] == ["event-21", "event-0"]
    assert history.damaged == []


async def test_lines_of_an_earlier_release_stay_and_the_chain_goes_on_from_them(
    store: Store, layout: Layout
) -> None:
    """They have no chain; the first line behind them holds the last of them fast."""
    path = layout.audit_day(NOW)
    path.parent.mkdir()
    old = [make_event(number).model_dump_json().encode() + b"\n" for number in range(3)]
    path.write_bytes(b"".join(old))

    store.audit.append([entry(make_event(3), store.audit.find_last("ticket-1"))])
    whole = faults(store.audit)
    path.write_bytes(path.read_bytes().replace(b"event-2", b"event-9"))

    assert whole == []
    assert faults(store.audit) == [("02", 4)]
    assert store.audit.read_about("ticket-1").events[0].id == "event-0"


async def test_a_history_is_walked_from_line_to_line(log: AuditLog, layout: Layout) -> None:
    """Not read from days: at a million events a day that would take a second."""
    mine: list[AuditEvent] = []
    last = None
    for number in range(30, 36):
        event = make_event(number, "mine", timestamp=NOW + timedelta(days=number % 3))
        (last,) = log.append([entry(event, last)])
        mine.append(event)
    others = layout.audit_day(NOW)
    others.write_bytes(others.read_bytes().replace(b'"event-3"', b'"event-X"'))

    walked = log.read_about("mine", last)
    searched = log.search_about("mine")

    assert walked.events == mine
    assert walked.damaged == []
    assert {event.id for event in searched.events} == {event.id for event in mine}
    assert [line.number for line in searched.damaged] == [4]


async def test_a_history_whose_lines_do_not_hang_together_is_searched(
    log: AuditLog, layout: Layout
) -> None:
    """A pointer that leads astray costs time, and no event."""
    first, astray = make_event(40, "mine"), make_event(41, "mine")
    log.append([entry(first)])
    elsewhere = log.find(make_event(0))
    log.append([entry(astray, elsewhere)])

    assert log.read_about("mine", log.find(astray)).events == [first, astray]
    assert log.read_about("mine").events == [first, astray]


async def test_lines_that_hang_on_themselves_are_searched_and_not_followed_for_ever(
    store: Store, layout: Layout
) -> None:
    """A restored file may be shorter than the pointers into it."""
    store.audit.append([entry(make_event(1))])
    start = store.audit.find(make_event(1))
    path = layout.audit_day(NOW)
    line, _head = chained(make_event(1).model_dump_json(), Head(), same_ticket=start)
    write_atomic(path, line + b"\n")

    assert store.audit.read_about("ticket-1").events == [make_event(1)]


def forged(line: bytes, event_id: str) -> bytes:
    """Return a line with another event, and a digest that fits it."""
    raw = json.loads(line)
    link = raw.pop("_chain")
    event = AuditEvent.model_validate({**raw, "id": event_id})
    made, _head = chained(
        event.model_dump_json(),
        Head(link["number"] - 1, link["previous"]),
        after=link.get("after"),
    )
    return made + b"\n"


def unchained(line: bytes) -> bytes:
    """Return a line as an earlier release wrote it."""
    raw = json.loads(line)
    del raw["_chain"]
    return AuditEvent.model_validate(raw).model_dump_json().encode() + b"\n"

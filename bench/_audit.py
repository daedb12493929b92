"""Audit appends: what one more event costs on a day that has had none, and one that has had many.

The store appends a line to the day's file; the specification rewrites the day's array.
"""

import os
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from _material import NOW, filed
from _rivals import Specification

from domain.audit import Actor, AuditEvent
from storage.chain import Head, chained, entry
from storage.layout import Layout
from storage.store import Store

SIZES = (0, 10_000, 1_000_000)
ARRAYS = {0: 20, 20: 20, 4_000: 3}  # events of the day: appends measured
ROUNDS = 9
APPENDS, NOTES = 200, 10  # in a round
CHUNK = 10_000  # lines that are written at once while a day is prepared
WORDS = "The work area is larger than the center takes in one ticket."


class AuditCost(NamedTuple):
    """What one more event costs on a day with so many, in microseconds; to a day with none."""

    events: int
    append_us: float
    append_ratio: float
    note_us: float | None = None
    note_ratio: float | None = None


async def audit_costs(root: Path, sizes: Sequence[int]) -> list[AuditCost]:
    """Return what an append costs at each size, in interleaved rounds."""
    stores = [await _prepared(root / str(size), size) for size in sizes]
    appends: list[list[float]] = [[] for _size in sizes]
    notes: list[list[float]] = [[] for _size in sizes]
    for number in range(-1, ROUNDS):  # the first round warms up
        for place, store in enumerate(stores):
            made = [_event(f"r{number}-{one}") for one in range(APPENDS + NOTES)]
            seconds = await _each(made[:APPENDS], _append_to(store))
            appends[place].append(seconds)
            notes[place].append(await _each(made[APPENDS:], store.note))
    for store in stores:
        await store.close()
    return [
        AuditCost(
            size,
            1e6 * median(appends[place][1:]),
            _ratio(appends[place], appends[0]),
            1e6 * median(notes[place][1:]),
            _ratio(notes[place], notes[0]),
        )
        for place, size in enumerate(sizes)
    ]


def array_costs(root: Path) -> list[AuditCost]:
    """Return what an append costs the specification's way."""
    costs: list[AuditCost] = []
    for size, appends in ARRAYS.items():
        rival = Specification(root / f"array-{size}")
        rival.write_day([_event(f"old-{number}").model_dump() for number in range(size)])
        taken = []
        for number in range(appends):
            event = _event(f"new-{number}").model_dump()
            began = time.perf_counter()
            rival.append(event)
            taken.append(1e6 * (time.perf_counter() - began))
        costs.append(AuditCost(size, median(taken), median(taken) / _first(costs, taken)))
    return costs


def _first(costs: Sequence[AuditCost], taken: Sequence[float]) -> float:
    return costs[0].append_us if costs else median(taken)


def _ratio(taken: Sequence[float], to: Sequence[float]) -> float:
    return median(one / other for one, other in zip(taken[1:], to[1:], strict=True))


def _append_to(store: Store) -> Callable[[AuditEvent], Awaitable[None]]:
    async def append(event: AuditEvent) -> None:
        store.audit.append([entry(event)])

    return append


async def _each(
    events: Sequence[AuditEvent], take: Callable[[AuditEvent], Awaitable[None]]
) -> float:
    """Return the seconds that one event takes."""
    began = time.perf_counter()
    for event in events:
        await take(event)
    return (time.perf_counter() - began) / len(events)


async def _prepared(root: Path, events: int) -> Store:
    """Return a store whose day has had so many events, in a valid chain, durable."""
    store = Store(root)
    await store.open()
    path = Layout(root).audit_day(NOW)
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        for chunk in _chain(events):
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    await store.commit(filed(0).change)
    return store


def _chain(events: int) -> Iterator[bytes]:
    """Yield the lines of a day, many at a time."""
    head = Head()
    before, _, behind = _event("@").model_dump_json().partition("@")
    for start in range(0, events, CHUNK):
        lines = []
        for number in range(start, min(events, start + CHUNK)):
            line, head = chained(f"{before}old-{number}{behind}", head)
            lines.append(line + b"\n")
        yield b"".join(lines)


def _event(key: str) -> AuditEvent:
    return AuditEvent(
        id=key,
        ticket_id="ticket-000000",
        timestamp=NOW,
        actor=Actor.SYSTEM,
        action="change_refused",
        notes=WORDS,
    )

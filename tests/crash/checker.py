"""Whether the store keeps its promises on what a crash has left.

The checker opens the store as the next process would, and compares what it finds with what
clients were answered. It reads the log and the files with its own eyes where it can.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from domain.audit import event_id
from domain.errors import ConflictError, NotFoundError, Texas811Error
from domain.ticket import Ticket
from storage.index import TicketQuery
from storage.layout import Layout
from storage.sessions import decode
from storage.store import Store
from tests.builders import LATER, make_change, make_ticket
from tests.crash.client import Ledger
from tests.crash.eyes import events_in, untidy_in
from tests.crash.states import State

Observed = dict[tuple[str, str], Any]


async def faults_of(state: State, ledger: Ledger, root: Path) -> list[str]:
    """Return which promises are broken on this state, which lies at `root`. None may be."""
    try:
        check = Check(root, ledger)
        await check.reopen()
        found = [*await check.faults_now()]
        found += (
            fault for stop in distinct(state.stops, ledger) for fault in check.broken(stop)
        )
        await check.go_on()
        found += (f"afterwards: {fault}" for fault in await check.faults_now())
    except (Texas811Error, OSError, ValueError) as error:
        found = [f"{type(error).__name__}: {error}"]
    return sorted(set(found))


def distinct(stops: list[int], ledger: Ledger) -> list[int]:
    """Return of the stops those that differ in what had been answered."""
    return list({ledger.answered(stop): stop for stop in stops}.values())


class Check:
    """The store reopened, and what is found in it."""

    def __init__(self, root: Path, ledger: Ledger) -> None:
        self._root = root
        self._layout = Layout(root)
        self._ledger = ledger
        self._store = Store(root)
        self._sent = {key: list(events) for key, events in ledger.events.items()}
        self._observed: Observed = {}
        self._tickets: dict[str, Ticket] = {}

    async def reopen(self) -> None:
        """Start as the service does after a crash, and look at everything."""
        with self._store.owned():
            await self._store.open()
            await self._store.recover()
        ids = sorted(self._store.tickets.ids())
        self._tickets = {id_: await self._store.tickets.get(id_) for id_ in ids}
        for kind, key in {(claim.kind, claim.key) for claim in self._ledger.claims}:
            self._observed[kind, key] = await self._look_at(kind, key)

    def broken(self, stop: int) -> Iterator[str]:
        """Yield what was promised after so many steps, and is not there."""
        for about, values in self._ledger.expected(stop).items():
            found = self._observed[about]
            if found not in values:
                kind, key = about
                yield f"{kind} {key}: expected {_brief(values)}, found {_brief([found])}"

    async def faults_now(self) -> list[str]:
        """Return what is wrong whatever was promised."""
        return [
            *self._faults_in_the_log(),
            *await self._faults_in_histories(),
            *untidy_in(self._root),
            *await self._faults_in_the_index(),
        ]

    async def go_on(self) -> None:
        """Change every ticket that is there, and make a new one. Raises what the store does."""
        new = make_change(make_ticket("after-the-crash"))
        changes = [
            new,
            *(make_change(ticket, now=LATER, city="Waco") for ticket in self._tickets.values()),
        ]
        for change in changes:
            self._sent.setdefault(change.event.id, []).append(change.event)
        written = await asyncio.gather(*map(self._store.commit, changes))
        self._tickets = {ticket.id: ticket for ticket in written}
        for ticket in written:
            await self._steal_number(ticket)

    async def _steal_number(self, ticket: Ticket) -> None:
        """Try to give the number of a ticket to another one: it must be refused."""
        number = ticket.texas811_ticket_number
        if number is None:
            return
        thief = make_change(make_ticket("thief", texas811_ticket_number=number))
        with suppress(ConflictError):
            await self._store.commit(thief)
            raise NotFoundError(f"Nobody had the number {number}.")

    async def _look_at(self, kind: str, key: str) -> Any:
        store = self._store
        match kind:
            case "ticket":
                found: Any = self._tickets.get(key)
            case "event":
                found = next(
                    (event for event in events_in(self._root) if event.id == key), None
                )
            case "letter":
                found = await store.dead_letters.find(*key.split("/"))
            case "extraction":
                found = await store.work_orders.extraction(key)
            case "session":
                found = await store.sessions.find(key) or self._put_aside(key)
            case _:
                found = await self._order(key)
        return found

    async def _order(self, key: str) -> Any:
        orders = self._store.work_orders
        try:
            return await orders.get(key), await orders.document(key)
        except NotFoundError:
            return None

    def _put_aside(self, key: str) -> Any:
        path = self._layout.expired_session(key)
        if not path.exists():
            return None
        return "put aside", decode(path.read_bytes(), name=path.name, key=key)

    def _faults_in_the_log(self) -> Iterator[str]:
        """Yield where it has not one event for every version, one that nobody sent, a bad line."""
        events = list(events_in(self._root))
        yield from self._miscounted(Counter(event.id for event in events))
        for event in events:
            if event not in self._sent.get(event.id, []):
                yield f"log: nobody sent this event: {event}"
        for line in self._store.audit.verify_all():
            yield f"chain: {line.file}, line {line.number}: {line.problem}"

    def _miscounted(self, counts: Counter[str]) -> Iterator[str]:
        for ticket in self._tickets.values():
            for version in range(1, ticket.version + 1):
                if (count := counts.pop(event_id(ticket.id, version), 0)) != 1:
                    yield f"log: {count} events of version {version} of {ticket.id}"
        for key, count in counts.items():
            if ("event", key) not in self._observed or count != 1:
                yield f"log: {count} events of something that did not happen: {key}"

    async def _faults_in_histories(self) -> list[str]:
        """Return where a ticket's history is not all its versions in their order."""
        faults = []
        for ticket in self._tickets.values():
            history = await self._store.history(ticket.id)
            found = [event.id for event in history.events if event.to_status]
            expected = [event_id(ticket.id, number + 1) for number in range(ticket.version)]
            if history.damaged or found != expected:
                faults.append(
                    f"history of {ticket.id}: {len(found)} of {ticket.version} events"
                )
        return faults

    async def _faults_in_the_index(self) -> list[str]:
        page = await self._store.index.find(TicketQuery(), limit=1_000, offset=0)
        listed = {entry.id: entry.version for entry in page.entries}
        stored = {ticket.id: ticket.version for ticket in self._tickets.values()}
        return [f"index: {listed} instead of {stored}"] if listed != stored else []


def _brief(values: list[Any]) -> str:
    return " or ".join(
        f"version {value.version}" if isinstance(value, Ticket) else repr(value)[:100]
        for value in values
    )

"""The history checker: it knows the clients' receipts and the final store, and nothing else."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from domain.audit import AuditEvent, event_id
from domain.errors import Texas811Error
from domain.ticket import Ticket
from jobs.owed import owed_work
from storage.checking import StoreCheck
from storage.store import Store
from tests.chaos.clients import MARKED_FIELD
from tests.chaos.receipts import Receipts
from tests.crash.eyes import events_in

# An action that changes no ticket, or all of them at once, leaves an event that belongs to no version.
WITHOUT_VERSION = frozenset({"data_restored", "step_refused", "validation_asked"})


@dataclass
class Verdict:
    """What was lost, what was done twice, and what is wrong otherwise."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        return [*self.lost, *self.doubled, *self.wrong]


async def verdict_on(
    root: Path, receipts: Receipts, poison: frozenset[str] | set[str] = frozenset()
) -> Verdict:
    """Compare what was acknowledged with what is there. The service must have ended.

    `poison` names the jobs that were meant to be buried.
    """
    checker = Checker(root, receipts)
    await checker.look()
    checker.check_orders()
    checker.check_versions()
    checker.check_edits()
    await checker.check_store(poison)
    return checker.verdict


class Checker:
    """The final store, held against the receipts."""

    def __init__(self, root: Path, receipts: Receipts) -> None:
        self._root = root
        self._receipts = receipts
        self._store = Store(root)
        self._tickets: dict[str, Ticket] = {}
        self._events: list[AuditEvent] = []
        self._counts: Counter[str] = Counter()
        self.verdict = Verdict(wrong=list(receipts.broken))

    async def look(self) -> None:
        """Read every ticket and every event."""
        for ticket_id in sorted(self._store.tickets.ids()):
            try:
                self._tickets[ticket_id] = await self._store.tickets.get(ticket_id)
            except Texas811Error as error:
                self.verdict.wrong.append(f"ticket {ticket_id}: {error.problem}")
        self._events = list(events_in(self._root))
        self._counts = Counter(event.id for event in self._events)

    def check_orders(self) -> None:
        """Every accepted order has one ticket, and was created once; nobody else has one."""
        created = Counter(
            event.ticket_id for event in self._events if event.action == "ticket_created"
        )
        for key, told in self._receipts.accepted.items():
            if told.ticket_id not in self._tickets:
                self.verdict.lost.append(f"order {key}: there is no ticket {told.ticket_id}")
        for ticket_id in self._tickets:
            self._expect_one(created[ticket_id], f"creation of ticket {ticket_id}")
        made = [ticket.work_order_id for ticket in self._tickets.values()]
        for order, count in Counter(made).items():
            if count > 1:
                self.verdict.doubled.append(f"order {order} has {count} tickets")
        for ticket_id in self._tickets.keys() - self._receipts.possible_tickets:
            self.verdict.wrong.append(f"nobody asked for ticket {ticket_id}")

    def check_versions(self) -> None:
        """Every version has one event, every event its version, and no version went back."""
        known: set[str] = set()
        for ticket in self._tickets.values():
            for version in range(1, ticket.version + 1):
                name = event_id(ticket.id, version)
                known.add(name)
                self._expect_one(
                    self._counts[name], f"event of version {version} of {ticket.id}"
                )
        for event in self._events:
            if event.id not in known and event.action not in WITHOUT_VERSION:
                self.verdict.wrong.append(f"an event of no version: {event.id} {event.action}")
        for ticket_id, shown in self._receipts.versions.items():
            ticket = self._tickets.get(ticket_id)
            if ticket is None or ticket.version < shown:
                self.verdict.lost.append(f"version {shown} of {ticket_id}, which was shown")

    def check_edits(self) -> None:
        """Every acknowledged edit is in the history once, at the version that was told."""
        written = dict(self._marks())
        times = Counter(mark for _event, mark in self._marks())
        for edit in self._receipts.edited:
            if written.get(event_id(edit.ticket_id, edit.version)) != edit.mark:
                self.verdict.lost.append(f"{edit}")
        for mark, count in times.items():
            if mark in self._receipts.tried and count > 1:
                self.verdict.doubled.append(f"{mark!r} was written {count} times")

    async def check_store(self, poison: frozenset[str] | set[str]) -> None:
        """The chain holds, the store is clean, nothing is owed, nobody is buried by mistake."""
        wrong = self.verdict.wrong
        wrong += (
            f"chain: {line.file}, line {line.number}: {line.problem}"
            for line in self._store.audit.verify_all()
        )
        report = await StoreCheck(self._store, reads_documents=True).run()
        wrong += (f"{found.file}: {found.problem}" for found in report.findings)
        wrong += (f"damaged: {found.file}" for found in report.damaged)
        wrong += (f"still owed: {job.id}" for job in await owed_work(self._store))
        wrong += (
            f"buried: {letter.job} {letter.key}: {letter.reason}"
            for letter in await self._store.dead_letters.list()
            if letter.key not in poison
        )

    def _expect_one(self, count: int, what: str) -> None:
        if count == 0:
            self.verdict.lost.append(f"no {what}")
        elif count > 1:
            self.verdict.doubled.append(f"{count} times: {what}")

    def _marks(self) -> Iterator[tuple[str, str]]:
        """Yield which event wrote what into the marked field."""
        for event in self._events:
            change = event.field_changes.get(MARKED_FIELD)
            if isinstance(change, dict) and isinstance(after := change.get("after"), str):
                yield event.id, after

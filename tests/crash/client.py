"""A client of the store that remembers what it asked for and what it was answered.

That is all that the checker knows: a promise is what was answered, and nothing else.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from domain.audit import AuditEvent, Change
from domain.errors import ConflictError
from domain.extraction import Extraction
from domain.session import TicketSession
from domain.ticket import Ticket
from domain.work_order import WorkOrder
from storage.dead_letters import DeadLetter
from storage.store import Store
from tests.saving import save_session

T = TypeVar("T")


@dataclass
class Claim:
    """Something that shall be true: of what kind and about what, and after how many steps of
    the disk the client was told that it is. None as a value means that it shall be gone.

    Of two claims about one thing the one of the higher rank is the newer.
    """

    kind: str
    key: str
    rank: int
    value: Any
    answered_at: int | None = None
    is_refused: bool = False


@dataclass
class Ledger:
    """All claims, and every event that was sent with one, by its id."""

    claims: list[Claim] = field(default_factory=list)
    events: dict[str, list[AuditEvent]] = field(default_factory=dict)

    def expected(self, stop: int) -> dict[tuple[str, str], list[Any]]:
        """Return what may be found after so many steps: the newest answered, or a newer one."""
        found: dict[tuple[str, str], list[Claim]] = {}
        for claim in self.claims:
            found.setdefault((claim.kind, claim.key), []).append(claim)
        return {about: _possible(claims, stop) for about, claims in found.items()}

    def answered(self, stop: int) -> int:
        """Return how many answers had been given after so many steps."""
        return sum(_is_answered(claim, stop) for claim in self.claims)


@dataclass
class Client:
    """Asks a store for things; `steps` counts what the disk has done so far."""

    root: Path
    steps: Callable[[], int]
    ledger: Ledger
    began_at: int

    def __post_init__(self) -> None:
        self.store = Store(self.root)

    def neighbour(self) -> "Client":
        """Return the client of another process: its store knows nothing of what this one does."""
        return replace(self)

    def begin(self) -> None:
        """Say that what was done so far was preparation: no crash is looked at before this."""
        self.began_at = self.steps()

    async def commit(self, change: Change) -> Ticket:
        ticket = change.ticket.model_copy(update={"version": change.ticket.version + 1})
        self._send(change.event)
        claim = Claim("ticket", ticket.id, ticket.version, ticket)
        return await self._claimed(claim, self.store.commit(change))

    async def note(self, event: AuditEvent) -> None:
        self._send(event)
        await self._claimed(Claim("event", event.id, 0, event), self.store.note(event))

    async def save_session(self, session: TicketSession) -> None:
        claim = self._claim("session", session.session_key, session)
        await self._claimed(claim, save_session(self.store.sessions, session))

    async def expire_session(self, key: str, *, now: datetime) -> None:
        session = await self.store.sessions.find(key)
        claim = self._claim("session", key, ("put aside", session))
        await self._claimed(claim, self.store.sessions.expire(key, now=now))

    async def bury(self, letter: DeadLetter) -> None:
        claim = self._claim("letter", f"{letter.job}/{letter.key}", letter)
        await self._claimed(claim, self.store.dead_letters.bury(letter))

    async def forget(self, job: str, key: str) -> None:
        claim = self._claim("letter", f"{job}/{key}", None)
        await self._claimed(claim, self.store.dead_letters.forget(job, key))

    async def accept(self, order: WorkOrder, document: bytes) -> None:
        claim = self._claim("order", order.id, (order, document))
        await self._claimed(claim, self.store.work_orders.accept(order, document))

    async def keep_extraction(self, work_order_id: str, extraction: Extraction) -> None:
        claim = self._claim("extraction", work_order_id, extraction)
        await self._claimed(
            claim, self.store.work_orders.keep_extraction(work_order_id, extraction)
        )

    def _claim(self, kind: str, key: str, value: Any) -> Claim:
        return Claim(kind, key, len(self.ledger.claims), value)

    def _send(self, event: AuditEvent) -> None:
        self.ledger.events.setdefault(event.id, []).append(event)

    async def _claimed(self, claim: Claim, operation: Awaitable[T]) -> T:
        self.ledger.claims.append(claim)
        try:
            result = await operation
        except ConflictError:
            claim.is_refused = True
            raise
        claim.answered_at = self.steps()
        return result


def _is_answered(claim: Claim, stop: int) -> bool:
    return claim.answered_at is not None and claim.answered_at <= stop


def _possible(claims: list[Claim], stop: int) -> list[Any]:
    answered = [claim for claim in claims if _is_answered(claim, stop)]
    newest = max(answered, key=lambda claim: claim.rank, default=None)
    values = [newest.value if newest else None]
    values += [
        claim.value
        for claim in claims
        if not _is_answered(claim, stop)
        and not claim.is_refused
        and (newest is None or claim.rank > newest.rank)
    ]
    return values

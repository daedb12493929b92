"""Which tickets are to be removed: whole chains, all of them over for long enough, none of them held.

Nothing is changed here, but that a ticket's file which cannot be believed is set aside, as whoever
reads it sets it aside.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from domain.audit import AuditEvent
from domain.retention import KIN_FIELDS, chains, kin_of, kin_said, over_since
from domain.work_order import ticket_id_for
from storage.dead_letters import DROPPED, read_letter
from storage.failures import DamagedFileError, NewerFormatError
from storage.layout import Layout
from storage.manifest import MEMBER_NAME
from storage.retention_plan import Draft, Going, Kind, Why, told_of
from storage.store import Store
from storage.trail import histories


@dataclass(slots=True)
class _Seen:
    """A ticket as it was seen; of one that is damaged only what the log tells is known."""

    kin: frozenset[str]
    over_since: datetime | None = None
    work_order_id: str | None = None
    is_damaged: bool = False


def plan_tickets(store: Store, draft: Draft) -> int:
    """Plan which tickets go; return how many there are. Blocks.

    Raises NotFoundError if this is no data directory, and UnavailableError.
    """
    judging = _Judging(store.quarantine.layout, draft, _seen(store))
    judging.judge_all()
    return len(judging.seen)


def _seen(store: Store) -> dict[str, _Seen]:
    seen: dict[str, _Seen] = {}
    damaged = set(store.quarantine.of_tickets())
    for ticket_id in sorted(store.tickets.ids()):
        try:
            stored = store.tickets.read(ticket_id)
        except (DamagedFileError, NewerFormatError):
            damaged.add(ticket_id)
            continue
        if stored:
            ticket = stored.ticket
            seen[ticket_id] = _Seen(kin_of(ticket), over_since(ticket), ticket.work_order_id)
    for ticket_id, events in histories(store.quarantine.layout, damaged).items():
        seen[ticket_id] = _Seen(_kin_told(ticket_id, events), is_damaged=True)
    return seen


class _Judging:
    """Has chains go, or keeps them back."""

    def __init__(self, layout: Layout, draft: Draft, seen: Mapping[str, _Seen]) -> None:
        self._layout = layout
        self._draft = draft
        self.seen = seen
        self._waiting = set(_waiting(layout))

    def judge_all(self) -> None:
        for ticket_ids in chains({id_: one.kin for id_, one in self.seen.items()}):
            self._judge(ticket_ids)

    def _judge(self, ticket_ids: Sequence[str]) -> None:
        """Have a chain go, or keep those of it back that are old enough."""
        before = self._draft.before
        ends = {id_: self.seen[id_].over_since for id_ in ticket_ids}
        old = {id_: at for id_, at in ends.items() if at and at < before}
        if not old:
            return
        against = next(self._against(ticket_ids), None)
        for ticket_id, over_at in old.items():
            if against:
                self._draft.keep(Kind.TICKET, ticket_id, *against)
            else:
                self._draft.going.append(self._going(ticket_id, over_at, ticket_ids[0]))

    def _going(self, ticket_id: str, over_at: datetime, chain_id: str) -> Going:
        order = self.seen[ticket_id].work_order_id
        return Going(
            kind=Kind.TICKET,
            name=ticket_id,
            over_since=over_at,
            chain=chain_id,
            work_order_id=order,
            files=(f"tickets/ticket_{ticket_id}.json", *self._files_of(order)),
        )

    def _against(self, ticket_ids: Sequence[str]) -> Iterator[tuple[Why, str]]:
        """Yield what speaks against the removal of a chain."""
        holds, there = self._draft.holds, {*ticket_ids, *self._draft.retired}
        for ticket_id in ticket_ids:
            one = self.seen[ticket_id]
            if ticket_id in holds:
                yield Why.HELD, told_of(holds[ticket_id])
            if one.is_damaged:
                yield Why.DAMAGED, f"Ticket {ticket_id} of its chain is damaged."
            elif one.over_since is None:
                yield Why.CHAIN, f"Ticket {ticket_id} of its chain is not over."
            elif one.over_since >= self._draft.before:
                since = f"{one.over_since:%Y-%m-%d}"
                yield Why.CHAIN, f"Ticket {ticket_id} of its chain is over only since {since}."
            if self._waiting & {ticket_id, one.work_order_id}:
                yield Why.WAITS, f"A dead letter about ticket {ticket_id} waits for a person."
            if one.work_order_id and ticket_id_for(one.work_order_id) not in there:
                problem = f"The first ticket of work order {one.work_order_id} is not there."
                yield Why.DAMAGED, problem

    def _files_of(self, work_order_id: str | None) -> list[str]:
        """Return the files of a work order, below the data directory."""
        if work_order_id is None:
            return []
        folder = self._layout.work_order(work_order_id)
        names = [f"work_orders/{folder.name}/{path.name}" for path in sorted(folder.glob("*"))]
        return [name for name in names if MEMBER_NAME.fullmatch(name)]


def _waiting(layout: Layout) -> Iterator[str]:
    """Yield the ids that dead letters name which wait for a person."""
    for path in layout.dead_letters.glob("*.json"):
        if path.name.startswith(f"{DROPPED}-"):
            continue
        yield path.stem.partition("-")[2]  # also of one that cannot be read
        with suppress(FileNotFoundError, DamagedFileError):
            given = read_letter(path).arguments.values()
            yield from (value for value in given if isinstance(value, str))


def _kin_told(ticket_id: str, events: Sequence[AuditEvent]) -> frozenset[str]:
    """Return what a damaged ticket shares with others, by all that was ever told of it."""
    told = [{name: _after(event, name) for name in KIN_FIELDS} for event in events]
    return frozenset(chain.from_iterable(kin_said(ticket_id, said) for said in [{}, *told]))


def _after(event: AuditEvent, name: str) -> object:
    changed = event.field_changes.get(name)
    return changed.get("after") if isinstance(changed, dict) else None

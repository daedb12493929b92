"""What is to be removed beside the tickets: conversations, dropped dead letters, days of the log."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from domain.session import session_fingerprint
from domain.work_order import ticket_id_for
from storage.audit_anchor import believed_anchor
from storage.dead_letters import DROPPED, read_letter
from storage.failures import DamagedFileError
from storage.layout import NAME, SESSION_FILE
from storage.legal_holds import DAY_HELD
from storage.log_lines import DamagedLine, days_of, links_between, read_lines
from storage.retention_plan import Draft, Going, Kind, Why, told_of
from storage.sessions import decode
from storage.store import Store
from storage.ticket_locks import noted_version
from storage.unticketed import Unticketed


def plan_conversations(store: Store, draft: Draft) -> None:
    """Have those go that were put aside long ago. Blocks. Raises OSError."""
    folder = store.quarantine.layout.expired_sessions
    for path in sorted(folder.glob("session_*.json")):
        found = SESSION_FILE.fullmatch(path.name)
        if found is None:
            continue
        try:
            session = decode(path.read_bytes(), name=path.name, key=found[1])
        except (FileNotFoundError, DamagedFileError):
            continue  # nobody knows how old it is
        name, ended_at = session_fingerprint(found[1]), session.last_activity_at
        if ended_at >= draft.before:
            continue
        draft.go_unless_held(
            Going(
                kind=Kind.CONVERSATION,
                name=name,
                over_since=ended_at,
                about=session.ticket_id,
                files=(f"sessions/expired/{path.name}",),
            )
        )


def plan_dead_letters(store: Store, draft: Draft) -> None:
    """Have those go that a person has dropped long ago; the others wait for one. Blocks.

    Raises OSError.
    """
    layout = store.quarantine.layout
    owed = Unticketed(layout).orders()
    for path in sorted(layout.dead_letters.glob(f"{DROPPED}-*.json")):
        try:
            letter = read_letter(path)
        except (FileNotFoundError, DamagedFileError):
            continue
        if letter.dropped is None or letter.dropped.at >= draft.before:
            continue
        order = str(letter.arguments.get("work_order_id") or "")
        if order in owed and not store.work_orders.is_cancelled(order):
            problem = f"It keeps work order {order} from being worked on again."
            draft.keep(Kind.DEAD_LETTER, letter.id, Why.NEEDED, problem)
            continue
        ticket = str(letter.arguments.get("ticket_id") or "")
        draft.go_unless_held(
            Going(
                kind=Kind.DEAD_LETTER,
                name=letter.id,
                over_since=letter.dropped.at,
                about=ticket or (ticket_id_for(order) if order else None),
                files=(f"dead_letters/{path.name}",),
            )
        )


def plan_audit_days(store: Store, draft: Draft, first_kept: str) -> None:
    """Have whole days before that UTC day (YYYYMMDD) go, the oldest first; never the last. Blocks.

    The first that is needed keeps all behind it: what is left is one chain. Raises OSError.
    """
    layout = store.quarantine.layout
    days = days_of(layout)
    old = [(day, path) for day, path in days[:-1] if day < first_kept]
    judging = _JudgingDays(store, draft, old)
    for day, path in old:
        against = next(judging.against(day, path), None)
        if against:
            draft.keep(Kind.AUDIT_DAY, day, *against)
            return
        began_at = datetime.strptime(f"{day}+0000", "%Y%m%d%z")
        draft.go(Kind.AUDIT_DAY, day, began_at, path.relative_to(layout.root).as_posix())


class _JudgingDays:
    """Says what speaks against the removal of each of some days, asked in their order."""

    def __init__(self, store: Store, draft: Draft, days: Sequence[tuple[str, Path]]) -> None:
        self._layout, self._draft = store.quarantine.layout, draft
        self._there = {*store.tickets.ids(), *store.quarantine.of_tickets()}
        self._links = dict(links_between(days))
        self._wanted = {str(link.after) for link in self._links.values()}
        self._seen: set[tuple[str, str]] = set()
        self._anchor = believed_anchor(self._layout)
        self._is_forged = self._anchor is None and self._layout.audit_anchor.exists()

    def against(self, day: str, path: Path) -> Iterator[tuple[Why, str]]:
        """Yield what speaks against the removal of a day."""
        if self._is_forged:
            yield Why.DAMAGED, "The anchor of the log is not as the log tells it."
        if held := self._draft.holds.get(DAY_HELD.format(day)):
            yield Why.HELD, told_of(held)
        if self._hangs_on_nothing(day):
            # Once it is gone, nobody would miss any more what was there before it.
            yield (
                Why.DAMAGED,
                f"Line 1: what it was written behind, {self._links[day].after}, is missing.",
            )
        for line in read_lines(path):
            if isinstance(line, DamagedLine):
                yield Why.DAMAGED, f"Line {line.number}: {line.problem}."
                continue
            place = f"{day}/{line.head.number}"
            if place in self._wanted:
                self._seen.add((place, line.head.sha256))
            yield from self._against_line(line.event.ticket_id)

    def _against_line(self, ticket_id: str | None) -> Iterator[tuple[Why, str]]:
        draft = self._draft
        if ticket_id is None or not NAME.fullmatch(ticket_id):
            return
        if ticket_id in draft.holds:
            yield Why.HELD, told_of(draft.holds[ticket_id])
        elif ticket_id in self._there:
            yield Why.NEEDED, f"It tells of ticket {ticket_id}, which is there."
        elif ticket_id not in draft.retired and noted_version(
            self._layout.ticket_lock(ticket_id)
        ):
            yield Why.DAMAGED, f"Ticket {ticket_id} was there, and its file is gone."

    def _hangs_on_nothing(self, day: str) -> bool:
        link = self._links.get(day)
        if link is None or (link.after, link.previous) in self._seen:
            return False
        anchor = self._anchor
        return not (anchor and anchor.covers(day, str(link.after), link.previous))

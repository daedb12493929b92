"""What is to be removed beside the tickets: conversations, dropped dead letters, days of the log."""

from collections.abc import Iterator
from datetime import datetime

from domain.session import session_fingerprint
from domain.work_order import ticket_id_for
from storage.audit_reading import DamagedLine, days_of, read_lines
from storage.dead_letters import DROPPED, read_letter
from storage.failures import DamagedFileError
from storage.layout import NAME, SESSION_FILE
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
    there = {*store.tickets.ids(), *store.quarantine.of_tickets()}
    for day, path in days_of(layout)[:-1]:
        if day >= first_kept:
            return
        against = next(_against_day(store, day, there, draft), None)
        if against:
            draft.keep(Kind.AUDIT_DAY, day, *against)
            return
        began_at = datetime.strptime(f"{day}+0000", "%Y%m%d%z")
        draft.go(Kind.AUDIT_DAY, day, began_at, path.relative_to(layout.root).as_posix())


def _against_day(
    store: Store, day: str, there: set[str], draft: Draft
) -> Iterator[tuple[Why, str]]:
    """Yield what speaks against the removal of a day."""
    layout = store.quarantine.layout
    for line in read_lines(layout.audit_file(day)):
        if isinstance(line, DamagedLine):
            yield Why.DAMAGED, f"Line {line.number}: {line.problem}."
            continue
        ticket_id = line.event.ticket_id
        if ticket_id is None or not NAME.fullmatch(ticket_id):
            continue
        if ticket_id in draft.holds:
            yield Why.HELD, told_of(draft.holds[ticket_id])
        elif ticket_id in there:
            yield Why.NEEDED, f"It tells of ticket {ticket_id}, which is there."
        elif ticket_id not in draft.retired and noted_version(layout.ticket_lock(ticket_id)):
            yield Why.DAMAGED, f"Ticket {ticket_id} was there, and its file is gone."

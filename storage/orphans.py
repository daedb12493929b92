"""What names something that is not there.

A ticket names its work order, a conversation its ticket, a claim the ticket that has the number.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from domain.errors import UnavailableError
from domain.ticket import Ticket
from storage.file_locks import FileLock
from storage.findings import Finding, Kind
from storage.layout import SESSION_FILE, Layout
from storage.numbers import Claim
from storage.plain_files import read_plain
from storage.quarantine import Quarantine
from storage.sessions import decode
from storage.ticket_locks import noted_version
from storage.tombstones import is_retired
from storage.unticketed import Unticketed

FROM_BACKUP = (
    "Put it back: `texas811 tickets restore {} --from BACKUP`; `texas811 backups` lists them."
)
LAPSES = "Ask the person to begin anew, or wait: the conversation lapses by itself."
CLAIM_SWEPT = "Run `texas811 check --repair`: it is removed."


def without_order(layout: Layout, ticket: Ticket) -> Iterator[Finding]:
    """Yield that the work order of a ticket is not there: what was sent is lost. Blocks."""
    order = ticket.work_order_id
    if order is None or layout.work_order(order).is_dir():
        return
    yield Finding.at(
        layout.work_order(order),
        layout.root,
        f"Ticket {ticket.id} was made from it, and it is not there.",
        FROM_BACKUP.format(ticket.id),
        Kind.ORDER_MISSING,
    )


def sessions(layout: Layout, *, now: datetime) -> Iterator[Finding]:
    """Yield each conversation under way about a ticket that there is not and will not be. Blocks."""
    spoken_of = {
        path: ticket_id
        for path in sorted(layout.sessions.glob("session_*.json"))
        if (ticket_id := _spoken_of(path, now)) and not _is_known(layout, ticket_id)
    }
    # Asked last: the order of a conversation that was there by then was there, too.
    coming = set(Unticketed(layout).orders().values()) if spoken_of else ()
    for path, ticket_id in spoken_of.items():
        if ticket_id not in coming and not layout.ticket(ticket_id).exists():
            problem = f"It is about ticket {ticket_id[:80]}, and there is none."
            yield Finding.at(path, layout.root, problem, LAPSES, Kind.SESSION_ORPHANED)


def claims(layout: Layout) -> Iterator[Finding]:
    """Yield each claim of a number for a ticket that there is not. Blocks.

    A claim whose ticket has another number by now stands in nobody's way, and is none.
    """
    for path in sorted(layout.numbers.glob("*.json")):
        if is_orphaned(layout, path):
            # Whoever claims a number holds this until the ticket is there.
            with suppress(OSError), FileLock(layout.locks / "numbers.lock"):
                if not is_orphaned(layout, path):
                    continue
            problem = "It claims a number for a ticket that was never written."
            yield Finding.at(path, layout.root, problem, CLAIM_SWEPT, Kind.CLAIM_ORPHANED)


def is_orphaned(layout: Layout, claim: Path) -> bool:
    """Return whether a claim names a ticket of which nothing is known; a damaged one names none."""
    with suppress(OSError, ValueError, UnavailableError):
        said = Claim.model_validate_json(read_plain(claim))
        return said.is_at(claim) and not _is_known(layout, said.ticket_id)
    return False


def _is_known(layout: Layout, ticket_id: str) -> bool:
    """Is there such a ticket, be it damaged or taken away?"""
    path = layout.ticket(ticket_id)
    return (
        path.exists()
        or is_retired(layout, ticket_id)
        or bool(noted_version(layout.ticket_lock(ticket_id)))
        or Quarantine(layout).of_ticket(ticket_id) is not None
    )


def _spoken_of(path: Path, now: datetime) -> str | None:
    """Return the ticket that a conversation under way is about; None of one that is damaged."""
    match = SESSION_FILE.fullmatch(path.name)
    with suppress(OSError, UnavailableError):
        session = decode(read_plain(path), name=path.name, key=match[1] if match else "")
        return None if session.is_lapsed(now=now) else session.ticket_id
    return None

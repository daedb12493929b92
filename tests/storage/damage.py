"""Stores to be damaged, the damage, and who finds it."""

from datetime import timedelta
from pathlib import Path

import pytest

from domain.audit import Actor, AuditEvent
from domain.drafting import edit, open_ticket
from domain.session import TicketSession
from domain.ticket import Ticket
from storage.checking import CheckReport, StoreCheck
from storage.dead_letters import DeadLetter
from storage.failures import DamagedFileError
from storage.findings import Finding
from storage.layout import Layout
from storage.restoring import DamagedFile
from storage.store import Store
from tests.builders import LATER, NOW, make_change, make_extraction, make_order, make_ticket
from tests.domain.lives import DANA
from tests.saving import save_session

READ = make_extraction(0.7, county=None)
DOCUMENT = b"%PDF-1.4 replace the pole"
NUMBER = "2606100001"

# The making.


async def lived(store: Store) -> Ticket:
    """Bring a ticket from its work order to its third version; it has gaps, open and closed."""
    order = await store.work_orders.accept(make_order(), b"")
    await store.work_orders.keep_extraction(order.id, READ)
    ticket = await store.commit(open_ticket(order, READ, now=NOW))
    for city in ("Waco", "Läufer\N{COLLISION SYMBOL}"):
        stated = {"county": "Travis", "city": city}
        ticket = await store.commit(edit(ticket, stated, READ, now=LATER, by=DANA))
    return ticket


async def filled(store: Store) -> Store:
    """Put something of everything into a store."""
    extraction = make_extraction()
    order = await store.work_orders.accept(make_order(document=DOCUMENT), DOCUMENT)
    await store.work_orders.keep_extraction(order.id, extraction)
    ticket = await store.commit(open_ticket(order, extraction, now=NOW))
    for day in range(3):
        later = LATER + timedelta(days=day)
        ticket = await store.commit(make_change(ticket, now=later, depth_inches=day))
    await store.commit(make_change(make_ticket("numbered", texas811_ticket_number=NUMBER)))
    session = TicketSession(
        session_key="s1",
        expires_at=LATER,
        created_at=NOW,
        updated_at=NOW,
        last_activity_at=NOW,
    )
    await save_session(store.sessions, session)
    await save_session(store.sessions, session.model_copy(update={"session_key": "s2"}))
    await store.sessions.expire("s2")
    letter = DeadLetter(
        job="extract_ticket", key="k", arguments={}, reason="r", attempts=5, buried_at=NOW
    )
    await store.dead_letters.bury(letter)
    await store.note(
        AuditEvent(id="e1", timestamp=NOW, actor=Actor.SYSTEM, action="backup_made")
    )
    await store.recover()
    return store


# The damage.


def spoil(path: Path, content: bytes) -> None:
    path.write_bytes(content)


async def damaged(store: Store, path: Path, content: bytes = b"{") -> None:
    """Spoil a file, and let somebody find it."""
    spoil(path, content)
    with pytest.raises(DamagedFileError):
        await store.tickets.get(path.stem.removeprefix("ticket_"))


async def events(store: Store, ticket_id: str) -> list[AuditEvent]:
    return (await store.history(ticket_id)).events


def without_last_line(layout: Layout) -> None:
    """Take the last line off the log, as a power cut may."""
    path = max(layout.audit.glob("*/*.jsonl"))
    *lines, _last, _end = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines, b""]))


# The finding.


async def checked(store: Store, *, reads_documents: bool = False) -> CheckReport:
    """Check a store as a process of its own would: nothing is remembered."""
    again = Store(store.quarantine.layout.root)
    return await StoreCheck(again, reads_documents=reads_documents).run()


async def the_finding(store: Store, *, reads_documents: bool = False) -> tuple[str, str]:
    """Return file and problem of the one finding that there is."""
    report = await checked(store, reads_documents=reads_documents)
    found: list[Finding | DamagedFile] = [*report.findings, *report.damaged]
    assert len(found) == 1, found
    (finding,) = found
    assert finding.remedy
    return finding.file, finding.problem


def log_of(layout: Layout, day: str = "20260302") -> Path:
    return layout.audit_file(day)

"""How a chain of tickets goes: tombstones, events, then the files, all under the tickets' locks."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from domain.retention import kin_of, over_since
from storage.chain import entry
from storage.changes import Changes
from storage.failures import DamagedFileError, NewerFormatError
from storage.files import identity_at, make_directory, sync_directory, unlink, write_atomic
from storage.layout import Layout
from storage.retention_plan import Going
from storage.retired_archive import Removal, RetiredArchive
from storage.store import Store
from storage.ticket_files import StoredTicket
from storage.ticket_locks import TicketLock
from storage.tombstones import Tombstone, tombstone_of, tombstone_path
from storage.trail import trail
from storage.work_orders import DOCUMENT_FILE, EXTRACTION_FILE

# The order itself stays: whoever sends it again gets the answer that he got.
GONE_WITH_TICKET = (DOCUMENT_FILE, EXTRACTION_FILE)


def retire_chain(store: Store, chain: Sequence[Going], removal: Removal) -> Sequence[Going]:
    """Remove a chain and return it; nothing of it goes if one is not as it was planned. Blocks.

    Raises OSError; the next run goes on from wherever it stopped.
    """
    layout = store.quarantine.layout
    ids = sorted(one.name for one in chain)
    store.audit.renew()
    with ExitStack() as held:
        locks = {id_: held.enter_context(TicketLock(layout.ticket_lock(id_))) for id_ in ids}
        held.enter_context(store.legal_holds.lock())
        tickets = _as_planned(store, chain, removal.archive)
        if tickets is None or _has_new_kin(store, tickets, removal.plan.log_ends):
            return ()
        earlier = [_left_by_a_killed_run(layout, one, removal) for one in chain]
        stones = [
            stone or _bury(layout, one, tickets[one.name], removal)
            for one, stone in zip(chain, earlier, strict=True)
        ]
        for stone in stones:
            # Of one that was made just now nobody can have told.
            if stone not in earlier or not store.audit.find(stone.event()):
                _tell(store, stone, locks[stone.ticket_id])
        _remove(layout, stones)
    Changes(layout).tell(ids)
    return chain


def _as_planned(
    store: Store, chain: Sequence[Going], archive: RetiredArchive
) -> Mapping[str, StoredTicket] | None:
    """Return the tickets of a chain; None if one was changed or held since the plan was made."""
    layout = store.quarantine.layout
    holds = store.legal_holds.kept_now()
    if {one.name for one in chain} & {hold.ticket_id for hold in holds if hold.is_open}:
        return None
    tickets: dict[str, StoredTicket] = {}
    for one in chain:
        with suppress(DamagedFileError):
            if stored := store.tickets.read(one.name, is_locked=True):
                tickets[one.name] = stored
        if one.name not in tickets or over_since(tickets[one.name].ticket) != one.over_since:
            return None
        if not all(archive.holds(layout.root, file) for file in one.files):
            return None
    return tickets


def _has_new_kin(
    store: Store, tickets: Mapping[str, StoredTicket], since: Mapping[str, int]
) -> bool:
    """Return whether a ticket that was written since the plan was made belongs to this chain.

    `since` says how long each day of the log was (bytes) then.
    """
    kin = {name for stored in tickets.values() for name in kin_of(stored.ticket)}
    lines = trail(store.quarantine.layout, since)
    for ticket_id in {line.ticket_id for line in lines if line.made_version} - tickets.keys():
        try:
            stored = store.tickets.read(ticket_id)
        except (DamagedFileError, NewerFormatError):
            return True  # nobody knows what it names
        if stored and kin & kin_of(stored.ticket):
            return True
    return False


def _left_by_a_killed_run(layout: Layout, going: Going, removal: Removal) -> Tombstone | None:
    """Return the tombstone that this very ticket has already, if its archive is still there."""
    digest = removal.archive.digests[f"tickets/ticket_{going.name}.json"]
    with suppress(DamagedFileError):
        stone = tombstone_of(layout, going.name)
        if stone and stone.sha256 == digest and (layout.root / stone.archive).exists():
            return stone
    return None


def _bury(layout: Layout, going: Going, stored: StoredTicket, removal: Removal) -> Tombstone:
    """Return the tombstone of a ticket, written durably."""
    archive = removal.archive
    stone = Tombstone(
        ticket_id=going.name,
        version=stored.ticket.version,
        sha256=archive.digests[f"tickets/ticket_{going.name}.json"],
        work_order_id=going.work_order_id,
        texas811_ticket_number=stored.ticket.texas811_ticket_number,
        over_since=going.over_since,
        retired_at=removal.plan.made_at,
        by=removal.who,
        actor=removal.by.actor,
        archive=archive.name,
        archive_sha256=archive.sha256,
    )
    path = tombstone_path(layout, going.name)
    make_directory(path.parent)
    write_atomic(path, stone.model_dump_json(indent=2, exclude_none=True).encode() + b"\n")
    return stone


def _tell(store: Store, stone: Tombstone, lock: TicketLock) -> None:
    """Log that a ticket is removed, durably."""
    path = store.quarantine.layout.ticket(stone.ticket_id)
    note = lock.note_for(identity_at(path))
    last = note.last if note else store.audit.find_last(stone.ticket_id)
    line = store.audit.append_durably(entry(stone.event(), last))
    if note:
        with suppress(OSError):  # it is a hint
            lock.leave(note._replace(last=line))


def _remove(layout: Layout, stones: Sequence[Tombstone]) -> None:
    """Remove the files, durably; the tickets last, because by them a run finds its work."""
    orders = sorted({stone.work_order_id for stone in stones if stone.work_order_id})
    for order in orders:
        folder = layout.work_order(order)
        if _remove_from(folder):
            sync_directory(folder)
    for stone in stones:
        unlink(layout.ticket(stone.ticket_id))
    sync_directory(layout.tickets)


def _remove_from(folder: Path) -> bool:
    """Remove what goes with a ticket from the folder of its order; was there anything?"""
    there = [folder / name for name in GONE_WITH_TICKET if (folder / name).exists()]
    for path in there:
        unlink(path)
    return bool(there)

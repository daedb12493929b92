"""The state that is restored, aside: unpacked, proved, and given what shall not be lost.

What the service is set to stays as it is: a key that was revoked since the backup must not open
the door again, one that was issued must not fail, nobody may be let in who was sent away, and a
legal hold or a pause that was put since must hold. So `config/` is not replaced: only what is not
there, or cannot be read, comes from the backup. `templates/` is: nobody is let in by one, and the
log, which says who added it, goes back too. `migrated/` stays too: what lies in it was
written once, and is proof of what was taken over.
"""

import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from domain.errors import RejectedError
from domain.work_order import ticket_id_for
from storage.archive_reading import unpack
from storage.audit import AuditLog
from storage.cancellations import CANCELLED_FILE, read_cancellation
from storage.chain import entry
from storage.failures import DamagedFileError, damage_in, disk_trouble
from storage.files import (
    make_directory,
    rename,
    sync_directory,
    write_atomic,
)
from storage.folders import FOLDERS
from storage.layout import NAME, Layout
from storage.manifest import KEPT_FOLDERS, Manifest
from storage.restore_proof import prove
from storage.work_orders import DOCUMENT_FILE, ORDER_FILE

# The claims of numbers are derived, and come with the tickets that they name.
STAYING_FOLDERS = frozenset({"config", "migrated"})
EXCHANGED_FOLDERS = (
    *(name for name in KEPT_FOLDERS if name not in STAYING_FOLDERS),
    "numbers",
)
CARRIED_FILES = (ORDER_FILE, DOCUMENT_FILE)


class Unpacked(NamedTuple):
    """What was unpacked, how many tickets it has, and how many events were missing in the log."""

    manifest: Manifest
    tickets: int
    settled: int


class FaultyBackupError(RejectedError):
    """A backup that is byte for byte what was made, of something that was not good then."""


def unpack_aside(
    archive: Path,
    aside: Path,
    *,
    accepts_faults: bool,
    look: Callable[[], None] = lambda: None,
    on_unpacked: Callable[[], None] = lambda: None,
) -> Unpacked:
    """Unpack a backup and prove it: recovered, its tickets and its log held against each other.

    `look` is called for each file; what it raises ends this. Blocks. Raises what `unpack` raises, and
    FaultyBackupError if there is a ticket or a line of the log that cannot be believed, unless
    `accepts_faults`.
    """
    manifest = unpack(archive, aside, on_member=lambda _member: look())
    on_unpacked()
    with disk_trouble(aside):
        proof = prove(Layout(aside), look=look)
    look()
    fault = proof.fault
    if proof.tickets < manifest.tickets:
        missing = manifest.tickets - proof.tickets
        fault = fault or f"{missing} of its tickets cannot be read."
    if fault and not accepts_faults:
        raise FaultyBackupError(
            f"The backup {archive.name} has faults that it was made with: {fault}",
            field="filename",
            remedy="Take an earlier backup, or accept the faults (--accept-faults).",
        )
    return Unpacked(manifest, proof.tickets, proof.settled)


def fill_in_settings(layout: Layout, aside: Layout) -> None:
    """Take from the backup what nobody has set today, as often as is needed. Blocks.

    So it is with the originals of a migration: what is kept here stays, what is not comes back.

    Raises OSError.
    """
    for path in sorted(aside.config.iterdir()):
        today = layout.config / path.name
        if not _can_be_read(today):
            rename(path, today)
    sync_directory(layout.config)
    _fill_in_originals(layout, aside)


def _fill_in_originals(layout: Layout, aside: Layout) -> None:
    """Take from the backup the originals of each migration of which none are here."""
    for folder in sorted(aside.migrated.glob("*/")):
        kept = layout.migrated / folder.name
        if not kept.exists():
            make_directory(kept.parent)
            rename(folder, kept)
            sync_directory(kept.parent)


def _can_be_read(path: Path) -> bool:
    kind = FOLDERS["config"].file
    try:
        with damage_in(path.name, "what was set"):
            if kind:
                kind.decode(path.read_bytes(), path)
    except (FileNotFoundError, DamagedFileError):
        return False
    return True


def orders_since(layout: Layout, aside: Layout) -> list[str]:
    """Return the ids of the orders that the new state does not have. Blocks. Raises OSError."""
    known = set(os.listdir(aside.work_orders))  # noqa: PTH208 - names are enough
    found = os.listdir(layout.work_orders)  # noqa: PTH208 - names are enough
    return sorted(name for name in found if NAME.fullmatch(name) and name not in known)


def carry_orders(layout: Layout, aside: Layout, orders: list[str]) -> None:
    """Take these orders over as they were received, and which were cancelled. Blocks.

    Also of those that the backup has: who was told that his order is cancelled must not find it
    done. Raises OSError, UnavailableError.
    """
    for order in orders:
        _copy(layout.work_order(order), aside.work_order(order), CARRIED_FILES)
    audit = AuditLog(aside)
    for path in sorted(layout.work_orders.glob(f"*/{CANCELLED_FILE}")):
        if NAME.fullmatch(order := path.parent.name) and not _is_done(aside, order):
            _copy(path.parent, aside.work_order(order), [CANCELLED_FILE])
            with suppress(DamagedFileError):
                decided = read_cancellation(aside, order)
                if decided and audit.find(decided.event()) is None:
                    audit.append_durably(entry(decided.event()))
    sync_directory(aside.work_orders)


def remove_tree(path: Path) -> None:
    """Remove a directory with all that is in it, as far as that is possible. Blocks."""
    shutil.rmtree(path, ignore_errors=True)


def _is_done(aside: Layout, order: str) -> bool:
    """Is there nothing to be cancelled in the new state?"""
    folder = aside.work_order(order)
    is_there, ticket = folder.is_dir(), aside.ticket(ticket_id_for(order))
    return not is_there or ticket.exists() or (folder / CANCELLED_FILE).exists()


def _copy(source: Path, to: Path, names: Iterable[str]) -> None:
    make_directory(to)
    for name in names:
        if (source / name).is_file() and not (to / name).exists():
            write_atomic(to / name, (source / name).read_bytes())

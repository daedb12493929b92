"""Data directories with something in them, told apart byte for byte, and restores of them."""

import asyncio
import hashlib
from collections.abc import Coroutine, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from domain.audit import Actor, Author
from storage.backup import Backups
from storage.checking import StoreCheck
from storage.layout import Layout
from storage.manifest import DERIVED_MEMBERS, KEPT_FOLDERS
from storage.store import Store
from storage.whole_restore import WholeRestore
from tests.builders import make_change, make_draft, make_order

DANA = Author(actor=Actor.USER, name="Dana Ruiz")
REASON = "A wrong import"
# `config/` is what is set today, and no part of what is restored.
COMPARED = tuple(name for name in KEPT_FOLDERS if name != "config")
ASKED_AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)

T = TypeVar("T")


def clock() -> datetime:
    return ASKED_AT


async def add(root: Path, *names: str) -> None:
    """Add an accepted order for each name, and a ticket of its own with two versions."""
    store = Store(root)
    await store.open()
    for name in names:
        await store.work_orders.accept(
            make_order(f"order-{name}", document=b"x" * 500), b"x" * 500
        )
        number = {"texas811_ticket_number": f"2684{name}"}
        ticket = await store.commit(make_change(make_draft(f"ticket-{name}", **number)))
        await store.commit(make_change(ticket, city="Marfa"))
    await store.recover()
    await store.close()


def backed_up(root: Path) -> str:
    """Make a backup and return its name."""
    return Backups(Layout(root), clock=clock).make_now("asked").filename


def state_of(root: Path) -> Mapping[str, str]:
    """Return the digest of each file that counts, by its path."""
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in COMPARED
        for path in sorted((root / folder).rglob("*"))
        if path.is_file() and (name := path.relative_to(root).as_posix()) not in DERIVED_MEMBERS
    }


def without_day(state: Mapping[str, str], day: str = "20261129") -> Mapping[str, str]:
    """Return a state without the day of the log in which the restore is told."""
    return {name: digest for name, digest in state.items() if f"audit_{day}" not in name}


def restored(root: Path, filename: str, *, keeps_orders: bool = False) -> WholeRestore:
    """Ask for a restore, and return who does it."""
    restoring = WholeRestore(Layout(root), clock)
    restoring.ask_now(filename, by=DANA, reason=REASON, keeps_orders=keeps_orders)
    return restoring


def run(work: Coroutine[Any, Any, T]) -> T:
    """Whoever restores blocks, and has no loop."""
    return asyncio.run(work)


def expect_clean(root: Path) -> Store:
    """Open it as the next start does; nothing is damaged, late or unknown."""
    store = Store(root)
    run(store.open())
    assert run(store.recover()) == 0
    report = run(StoreCheck(store, clock=clock).run())
    assert (report.findings, report.damaged) == ([], [])
    return store

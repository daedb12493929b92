"""Exports made and taken in, and what lies in a store then."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from domain.audit import Actor, Author
from domain.exporting import Export, ExportFormat
from domain.ticket import Ticket
from storage.arrivals import Arrived
from storage.import_items import ImportFormat
from storage.importing import Importing, ImportReport, LineProblem
from storage.portability import Portability, Selection
from storage.portable import EventRecord, sealed
from storage.store import Store
from tests.builders import LATER

BY = Author(actor=Actor.USER, name="Lee Park")
THERE = Arrived.THERE


def exported(store: Store, wanted: Selection | None = None, *, is_array: bool = False) -> bytes:
    """Return an export of everything, as NDJSON or as JSON that somebody has laid out anew."""
    lines = list(sealed(Portability(store, clock=lambda: LATER).records(wanted)))
    if is_array:
        return json.dumps([json.loads(line) for line in lines], indent=2).encode()
    return b"".join(line + b"\n" for line in lines)


async def take(
    store: Store, content: bytes, name: str = "all.ndjson", **how: Any
) -> tuple[ImportReport, list[LineProblem]]:
    """Import a file of this content; return what became of it, and what was refused."""
    path = store.quarantine.layout.root.parent / name
    path.write_bytes(content)
    problems: list[LineProblem] = []
    importing = Importing(store, by=BY, clock=lambda: LATER, on_problem=problems.append, **how)
    written_as = ImportFormat(name.rpartition(".")[2])
    return await importing.run(path, written_as), problems


async def opened(root: Path) -> Store:
    store = Store(root)
    await store.open()
    return store


def files_in(store: Store) -> dict[str, bytes]:
    """Return every file that is not derived and no log, with what stands in it."""
    layout = store.quarantine.layout
    folders = (layout.tickets, layout.work_orders, layout.sessions, layout.dead_letters)
    return {
        str(path.relative_to(layout.root)): path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and path != layout.index
    }


def told_in(store: Store) -> list[str]:
    """Return every event of the log but that of an import, in its order."""
    records = Portability(store).records()
    events = [record.event for record in records if isinstance(record, EventRecord)]
    return [one.model_dump_json() for one in events if one.action != "data_imported"]


def written(
    tickets: Iterable[Ticket], written_as: ExportFormat, now: datetime = LATER
) -> bytes:
    export = Export(written_as, now)
    return (export.begin() + export.part(tickets) + export.end()).encode()

"""What the store is measured beside: other ways to keep the same tickets, each written afresh.

`Raw` is the limit of its kind: nothing but the calls that make one file durable. The other
ways keep an event with each ticket, as the store does, and differ in what they promise. Those that
write files do so in the directory of the store, under names of their own: what a new file costs
hangs on the directory, and on how many files were replaced there a moment ago.
"""

import asyncio
import fcntl
import itertools
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import aiofiles
import aiofiles.os

from domain.audit import Change
from domain.texas import county_key
from domain.ticket import Ticket

PAGE = 50  # tickets on the first page of a list


class Work(NamedTuple):
    """A change, and the bytes of the file that it makes: prepared before anybody's clock runs."""

    change: Change
    content: bytes

    @property
    def name(self) -> str:
        return f"ticket_{self.change.ticket.id}.json"


class Raw:
    """Write, fsync, rename, fsync of the directory (which stays open): the limit."""

    def __init__(self, folder: Path) -> None:
        self._folder = os.fspath(folder)
        self._directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)

    async def commit(self, work: Work) -> None:
        path = f"{self._folder}/raw-{work.name}"
        temporary = path + ".tmp"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        os.write(descriptor, work.content)
        os.fsync(descriptor)
        os.close(descriptor)
        os.replace(temporary, path)  # noqa: PTH105 - the limit spends nothing on a Path
        os.fsync(self._directory)


class ChainedHops:
    """The same calls through aiofiles, each a hop to the executor; any number of writers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._serial = itertools.count()
        self._fsync = aiofiles.os.wrap(os.fsync)
        self._open = aiofiles.os.wrap(os.open)
        self._close = aiofiles.os.wrap(os.close)

    async def commit(self, work: Work) -> None:
        path = self._folder / f"hops-{work.name}"
        temporary = path.with_suffix(f".{next(self._serial)}.tmp")
        async with aiofiles.open(temporary, "wb") as file:
            await file.write(work.content)
            await file.flush()
            await self._fsync(file.fileno())
        await aiofiles.os.replace(temporary, path)
        directory = await self._open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        await self._fsync(directory)
        await self._close(directory)


class Specification:
    """The specification's own recipe: a temporary file and shutil.move, without the directory's
    fsync; the events of a day in one JSON array that is read and written whole each time; a
    list reads every file.
    """  # noqa: D205 - one sentence after the other

    def __init__(self, root: Path) -> None:
        self.tickets = root / "tickets"
        self.tickets.mkdir(parents=True, exist_ok=True)
        self.audit = root / "array.json"

    async def commit(self, work: Work) -> None:
        ticket = work.change.ticket.model_dump()
        self._atomic_write(self.tickets / f"plain-{work.name}", ticket)
        self.append(work.change.event.model_dump())

    def append(self, event: dict[str, Any]) -> None:
        """Add an event to the day's array."""
        events = []
        if self.audit.exists():
            with self.audit.open() as file:
                fcntl.flock(file.fileno(), fcntl.LOCK_EX)
                with suppress(json.JSONDecodeError):
                    events = json.load(file)
                fcntl.flock(file.fileno(), fcntl.LOCK_UN)
        events.append(event)
        self._atomic_write(self.audit, events)

    def write_day(self, events: Sequence[dict[str, Any]]) -> None:
        self._atomic_write(self.audit, events)

    def read(self, ticket_id: str) -> Ticket:
        with (self.tickets / f"ticket_{ticket_id}.json").open() as file:
            fcntl.flock(file.fileno(), fcntl.LOCK_SH)
            content = json.load(file)
            fcntl.flock(file.fileno(), fcntl.LOCK_UN)
        content.pop("_meta", None)
        return Ticket.model_validate(content)

    def list(self) -> list[dict[str, Any]]:
        """Return a line for each ticket, the latest change first; a filter is a comprehension."""
        return sorted(self._lines(), key=lambda line: line["updated_at"], reverse=True)

    def _lines(self) -> Iterator[dict[str, Any]]:
        for name in os.listdir(self.tickets):  # noqa: PTH208 - as it is written there
            if name.startswith("ticket_") and name.endswith(".json"):
                path = self.tickets / name
                size = path.stat().st_size
                with path.open() as file:
                    content = json.load(file)
                yield {
                    "id": name.replace("ticket_", "").replace(".json", ""),
                    "status": content.get("status", "Unknown"),
                    "company": content.get("company", "Unknown"),
                    "county": content.get("county", "Unknown"),
                    "updated_at": content.get("updated_at"),
                    "file_size": size,
                }

    def _atomic_write(self, path: Path, content: object) -> None:
        with tempfile.NamedTemporaryFile(
            mode="w", dir=path.parent, delete=False, suffix=".tmp"
        ) as file:
            json.dump(content, file, indent=2, default=str)
            file.flush()
            os.fsync(file.fileno())
        shutil.move(file.name, path)  # noqa: TID251 - it is the rival's way


TABLES = """
pragma journal_mode = wal;
pragma synchronous = full;
create table if not exists ticket (
    id text primary key, version integer, status text, county text, company text,
    updated_at text, expires_at text, words text, body blob);
create table if not exists event (id text primary key, ticket_id text, at text, body text);
create index if not exists by_status on ticket (status, updated_at);
create index if not exists by_county on ticket (county, updated_at);
create index if not exists by_company on ticket (company, updated_at);
create index if not exists by_change on ticket (updated_at);
create index if not exists by_expiry on ticket (expires_at);
"""
INSERT = "insert or replace into ticket values (?, ?, ?, ?, ?, ?, ?, ?, ?)"
LINE = "select id, status, county, company, updated_at from ticket where "
LATEST = f" order by updated_at desc limit {PAGE}"
FILTERS = {
    "status": "status = ?",
    "county": "county = ?",
    "company": "company = ?",
    "month": "updated_at >= ? and updated_at < ?",
    "expiring": "expires_at < ?",
    "text": "words like ?",
}


class Sqlite:
    """SQLite, WAL, synchronous=FULL, with an index for each filter: tickets and events in tables.

    `commit` puts one change into a transaction; `commit_grouped` hands all that are waiting to
    one thread, which puts them into one.
    """

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.executescript(TABLES)
        self._waiting: list[tuple[Work, asyncio.Future[None]]] = []
        self._thread: asyncio.Task[None] | None = None
        self._commit_in_thread = aiofiles.os.wrap(self._commit)

    async def commit(self, work: Work) -> None:
        self._commit([work])

    async def commit_grouped(self, work: Work) -> None:
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, written))
        if self._thread is None or self._thread.done():
            self._thread = asyncio.create_task(self._drain())
        await written

    def fill(self, works: Sequence[Work]) -> None:
        """Put tickets in that were never there, unsynced."""
        with self._database:
            self._database.execute("begin")
            self._database.executemany(INSERT, map(_row, works))

    def read(self, ticket_id: str) -> Ticket:
        row = self._database.execute("select body from ticket where id = ?", (ticket_id,))
        content = json.loads(row.fetchone()[0])
        content.pop("_meta", None)
        return Ticket.model_validate(content)

    def page(self, name: str, values: Sequence[str]) -> list[tuple[str, ...]]:
        """Return the latest lines that a filter lets through, and count them all."""
        condition = FILTERS[name]
        count = f"select count(*) from ticket where {condition}"  # noqa: S608 - our own table
        self._database.execute(count, values).fetchone()
        return self._database.execute(LINE + condition + LATEST, values).fetchall()

    def latest(self) -> list[tuple[str, ...]]:
        self._database.execute("select count(*) from ticket").fetchone()
        return self._database.execute(LINE + "true" + LATEST).fetchall()

    def close(self) -> None:
        self._database.close()

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            await self._commit_in_thread([work for work, _written in batch])
            for _work, written in batch:
                written.set_result(None)

    def _commit(self, works: Sequence[Work]) -> None:
        execute = self._database.execute
        execute("begin immediate")
        for work in works:
            event = work.change.event
            execute("select version from ticket where id = ?", (event.ticket_id,)).fetchone()
            execute(INSERT, _row(work))
            body = event.model_dump_json()
            moment = event.timestamp.isoformat()
            execute(
                "insert or replace into event values (?, ?, ?, ?)",
                (event.id, event.ticket_id, moment, body),
            )
        execute("commit")


def _row(work: Work) -> tuple[str | int | bytes | None, ...]:
    ticket = work.change.ticket
    words = (ticket.company, ticket.county, ticket.address, ticket.work_area_description)
    return (
        ticket.id,
        ticket.version + 1,
        ticket.status,
        county_key(ticket.county or ""),
        (ticket.company or "").casefold(),
        ticket.updated_at.isoformat(),
        ticket.expires_at.isoformat() if ticket.expires_at else None,
        " ".join(filter(None, words)).casefold(),
        work.content,
    )

"""Make a backup once a night, and remove those whose time is over."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import ClassVar

import anyio
import anyio.to_process
from anyio import BrokenWorkerProcess

from domain.errors import UnavailableError
from jobs.backup_apart import make_apart
from jobs.health.said import count, size
from jobs.job import Cancel, Done, Env, HouseJob, Outcome
from storage.backup_notes import BackupNote
from storage.backup_retention import RESTORE_POINT

LOOK_EVERY = timedelta(milliseconds=500)

log = logging.getLogger(__name__)


class NightlyBackup(HouseJob):
    """See that there is a backup that is no older than `due_at`; `copy_backups` carries it away.

    It is made in a process apart, which holds up no other job and steps back behind them. Tried
    again, it does what is left to do: a backup that is there counts, whatever becomes of its copy.
    """

    name: ClassVar[str] = "nightly_backup"

    async def run(self, env: Env) -> Outcome:
        if not env.keeping.makes_backups:
            return Cancel("no backups are made: BACKUP_ENABLED is false")
        earlier = await self._made_already(env)
        note = earlier or await self._made(env)
        removed = await env.store.backups.prune(env.clock())
        env.board.report(self.id, "made", 100)
        if earlier and not removed:
            return Cancel(f"{earlier.filename} is there")
        return Done(_told(note, removed))

    async def _made_already(self, env: Env) -> BackupNote | None:
        """Return the good backup that an earlier attempt has made."""
        if self.due_at is None:
            return None
        for note in await env.store.backups.notes():
            is_of_this_night = note.created >= self.due_at and note.why != RESTORE_POINT
            if note.verified_at and is_of_this_night:
                return note
        return None

    async def _made(self, env: Env) -> BackupNote:
        """Return the backup that a process apart makes; it ends when we are cancelled.

        Raises what `Backups.make_now` does, and UnavailableError if somebody has killed it.
        """
        # A limit of its own: the shared one counts the readers, whom nobody must wait for.
        alone = anyio.CapacityLimiter(1)
        async with self._telling(env):
            try:
                return await anyio.to_process.run_sync(
                    make_apart,
                    env.store.quarantine.layout.root,
                    cancellable=True,
                    limiter=alone,
                )
            except BrokenWorkerProcess:
                problem = "The process that made the backup has died."
                raise UnavailableError(problem) from None

    @asynccontextmanager
    async def _telling(self, env: Env) -> AsyncIterator[None]:
        """Post how far the backup is that is made while the block runs."""

        async def tell() -> None:
            while True:
                await asyncio.sleep(LOOK_EVERY.total_seconds())
                with suppress(UnavailableError):  # it is news; whoever makes it hears the rest
                    if step := await env.store.backups.under_way():
                        env.board.report(self.id, step.stage, step.percent)

        env.board.report(self.id, "beginning", 0)
        telling = asyncio.create_task(tell())
        try:
            yield
        finally:
            telling.cancel()
            await asyncio.wait([telling])


def _told(note: BackupNote, removed: Sequence[str]) -> str:
    """Return what came of it, in one line."""
    held = f"{count(note.tickets, 'ticket')}, {count(note.files, 'file')}"
    told = f"{note.filename}: {held}, {size(note.size_bytes)}, read back"
    return f"{told}, {len(removed)} removed" if removed else told

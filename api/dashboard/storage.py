"""The storage page: the volume, what lies in it, what is damaged, the backups; the store checked."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from api.auth import needs
from api.dashboard.desk import Desk
from api.dashboard.forms import Deed, deed, done
from api.dashboard.plots.charts import Recorded, sync_plot
from api.dashboard.plots.gallery import POINTS_MAX, over_of
from api.dashboard.plots.svg import draw
from api.dashboard.rendering import page
from api.edge import DASHBOARD
from api.routing import Router
from domain.access import Permission
from domain.errors import UnavailableError
from domain.timetable import Entry
from jobs.health.parts import Part
from jobs.health.seeing import MAKES_BACKUPS
from jobs.health.store_rules import (
    NO_BACKUP,
    NO_BACKUP_REMEDY,
    is_nearly_full,
    takes_nothing,
)
from jobs.job import Env
from jobs.mending import dismiss_file, restore_ticket
from jobs.queue_state import Trouble
from jobs.ringing import due_for_hand, job_of, run_now
from jobs.timetable import TIMETABLE
from storage.backup_notes import BackupNote, BackupNotes
from storage.examining import Contents, Volume, contents_of, volume_at
from storage.restoring import Damage, Restoring
from storage.telemetry_records import AttemptRecord
from storage.telemetry_size import TelemetrySize, telemetry_size
from storage.threads import in_writers_thread

PATH = f"{DASHBOARD}/storage"
LOOK_SECONDS = 60.0  # a look lists every ticket, and reads the index
PATIENCE_SECONDS = 0.5
DAMAGED_SHOWN = 20
BACKUPS_SHOWN = 30
SYNCS_OVER = timedelta(hours=24)
CHECK = "check_store"


@dataclass(frozen=True, slots=True)
class Disk:
    """What was seen at one look at the disk."""

    volume: Volume
    contents: Contents
    damage: Damage
    telemetry: TelemetrySize
    seen_at: datetime


class DiskWatch:
    """Looks at what lies on the disk once a minute for all who ask, and not while nobody does.

    How much is free, and whether it takes writes, is told by the watch of the whole service.
    """

    def __init__(self, env: Env) -> None:
        self._env = env
        self._layout = env.store.quarantine.layout
        self._restoring = Restoring(env.store, clock=env.clock)
        self._notes = BackupNotes(self._layout)
        self.look_again()

    def look_again(self) -> None:
        """Forget what was seen: something has been mended."""
        self._disk = Part("The disk", self._look, every_seconds=LOOK_SECONDS)

    async def disk(self) -> tuple[Disk | None, Trouble | None]:
        """Return what was seen last, or why nothing was."""
        return await self._disk.answer(PATIENCE_SECONDS), self._disk.trouble

    async def backups(self) -> tuple[Sequence[BackupNote], str | None]:
        """Return the latest backups, the newest first, and why nobody can tell."""
        try:
            notes = await self._notes.list()
        except UnavailableError as error:
            return (), f"{error.problem} {error.remedy or ''}".strip()
        return notes[: -BACKUPS_SHOWN - 1 : -1], None

    async def _look(self) -> Disk:
        root = self._layout.root
        volume, contents, damage, telemetry = await asyncio.gather(
            in_writers_thread(volume_at)(root),
            in_writers_thread(contents_of)(root),
            self._restoring.damage(limit=DAMAGED_SHOWN),
            in_writers_thread(telemetry_size)(self._env.store.telemetry.path),
        )
        return Disk(volume, contents, damage, telemetry, self._env.clock())


def routes(desk: Desk) -> APIRouter:
    """Return the routes of the storage page."""
    router = Router(include_in_schema=False, dependencies=[needs(Permission.READ)])
    operate = [needs(Permission.OPERATE)]
    env, watch = desk.env, DiskWatch(desk.env)

    @router.get(PATH)
    async def show(request: Request) -> HTMLResponse:
        seen = await desk.watch.look()
        return page(
            request,
            "storage.html",
            seen=seen,
            refuses=seen.disk is not None and takes_nothing(seen.disk),
            nearly_full=seen.disk is not None and is_nearly_full(seen.disk),
            no_backup=NO_BACKUP,
            no_backup_remedy=NO_BACKUP_REMEDY,
            **await _shown(env, watch),
        )

    @router.post(f"{PATH}/check", dependencies=operate)
    async def check(request: Request, deed: Annotated[Deed, Depends(deed)]) -> Response:
        rung = await check_now(env, deed)
        said = "is queued" if rung else "waits or runs already"
        return done(request, PATH, f"The check of the store {said}; it ends within minutes.")

    @router.post(f"{PATH}/restore", dependencies=operate)
    async def restore(request: Request, deed: Annotated[Deed, Depends(deed)]) -> Response:
        said = await _restored(env, deed)
        watch.look_again()
        return done(request, PATH, said)

    @router.post(f"{PATH}/dismiss", dependencies=operate)
    async def dismiss(request: Request, deed: Annotated[Deed, Depends(deed)]) -> Response:
        file = deed.fields.get("file", "")
        await dismiss_file(env, file, by=deed.by, reason=deed.reason)
        watch.look_again()
        return done(
            request, PATH, f"{file} counts as seen to. Its bytes stay in the quarantine."
        )

    return router


async def _shown(env: Env, watch: DiskWatch) -> Mapping[str, Any]:
    """Return what the page shows of the disk."""
    (disk, trouble), (backups, untold) = await watch.disk(), await watch.backups()
    return {
        "disk": disk,
        "trouble": trouble,
        "backups": backups,
        "backups_untold": untold,
        "next_backup_at": (
            next_due(MAKES_BACKUPS, env.clock()) if env.keeping.makes_backups else None
        ),
        "next_check_at": next_due(CHECK, env.clock()),
        "check": await last_check(env),
        "syncs": await drawn_syncs(env),
    }


async def _restored(env: Env, deed: Deed) -> str:
    """Put a ticket back, and return what is said of it."""
    restored = await restore_ticket(
        env,
        deed.fields.get("ticket_id", ""),
        by=deed.by,
        reason=deed.reason,
        accepts_older=deed.fields.get("accepts_older") == "yes",
    )
    ticket = restored.ticket
    said = f"Ticket {ticket.id} has version {ticket.version} again."
    return f"{said} It came from the {restored.source}."


def next_due(job: str, now: datetime) -> datetime | None:
    """Return when the schedule rings for a job next; None if it never does."""
    entry = entry_of(job)
    return entry.when.next_after(now) if entry else None


def entry_of(job: str) -> Entry | None:
    """Return the entry of the schedule for a job."""
    return next((entry for entry in TIMETABLE if entry.job == job), None)


async def last_check(env: Env) -> AttemptRecord | None:
    """Return the last attempt at a check of the store; None if none is remembered."""
    try:
        found = await env.store.telemetry.attempts(kind=CHECK, limit=1)
    except UnavailableError:
        return None
    return found[0] if found else None


async def check_now(env: Env, deed: Deed) -> bool:
    """Have the store checked; return whether it was not to be checked already."""
    entry = next(entry for entry in TIMETABLE if entry.job == CHECK)
    known = (await env.store.schedule.dated.read()).get(CHECK)
    job = job_of(entry, due_for_hand(entry, known, env.clock()))
    return (await run_now(env, job, by=deed.by, reason=deed.reason)).is_new


async def drawn_syncs(env: Env) -> Markup | None:
    """Return the plot of how long a write waits for the disk, over a day; None if it is away."""
    now = env.clock()
    try:
        window = await env.store.telemetry.window(now - SYNCS_OVER, now, points_max=POINTS_MAX)
    except UnavailableError:
        return None
    over = over_of(window, until=now)
    return draw(sync_plot(Recorded(window.series, over.count)), over)

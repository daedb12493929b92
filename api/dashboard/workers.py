"""The workers page: every process of the service, what it does now, and what ended lately."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from api.auth import needs
from api.dashboard.desk import Desk
from api.dashboard.forms import Deed, deed, done
from api.dashboard.plots.gallery import gallery_of
from api.dashboard.rendering import fragment, page
from api.routing import Router
from domain.access import Permission
from domain.errors import Texas811Error, UnavailableError
from jobs.draining import drain
from jobs.job import Env
from storage.telemetry_records import ProcessKind, ProcessRecord

PATH = "/dashboard/workers"
ENDED_SHOWN_MAX = 50
LATELY = timedelta(days=1)
SILENT_AFTER = timedelta(seconds=10)  # it tells of itself each second
LAGGING_MS = 250.0  # from here on what it answers or begins is noticeably late
MEBIBYTE = 1_048_576
# Workers first: they are what an admin looks for at night.
ORDER: Sequence[ProcessKind] = (
    ProcessKind.WORKER,
    ProcessKind.API,
    ProcessKind.REDIS,
    ProcessKind.SUPERVISOR,
)


@dataclass(frozen=True, slots=True)
class Seat:
    """A process as the page shows it, at `now`."""

    record: ProcessRecord
    now: datetime

    @property
    def state(self) -> tuple[str, str]:
        """How it is, in a word, and the tone of it."""
        if self.now - self.record.told_at > SILENT_AFTER:
            return "silent", "bad"
        if self.record.is_draining:
            return "draining", "warn"
        if self.record.loop_lag_ms >= LAGGING_MS:
            return "slow", "warn"
        return "lives", "ok"

    @property
    def memory_mib(self) -> int:
        return round(self.record.rss_bytes / MEBIBYTE)


@dataclass(frozen=True, slots=True)
class Floor:
    """All processes: those that live, those that ended within the last day; or why nobody knows.

    `restarts` counts by its name how often a process that lives was started anew in that time.
    """

    living: Sequence[Seat] = ()
    ended: Sequence[ProcessRecord] = ()
    restarts: Mapping[str, int] = field(default_factory=dict)
    trouble: Texas811Error | None = None

    @classmethod
    def of(cls, records: Sequence[ProcessRecord], now: datetime) -> Self:
        living = [Seat(one, now) for one in records if one.ended_at is None]
        living.sort(key=lambda seat: (ORDER.index(seat.record.kind), seat.record.name))
        ended = [one for one in records if one.ended_at]
        # A worker that ended, and of whose name another lives, was started anew.
        names = {seat.record.name for seat in living}
        restarts = Counter(one.name for one in ended if one.name in names)
        return cls(living, sorted(ended, key=_when_ended, reverse=True), restarts)

    @property
    def workers(self) -> Sequence[Seat]:
        return [seat for seat in self.living if seat.record.kind is ProcessKind.WORKER]

    @property
    def slots(self) -> int:
        return sum(seat.record.slots for seat in self.workers)

    @property
    def slots_by_name(self) -> Mapping[str, int]:
        """The places of each worker."""
        return {seat.record.name: seat.record.slots for seat in self.workers}

    @property
    def busy(self) -> int:
        return sum(len(seat.record.running) for seat in self.workers)

    @property
    def is_redis_told_of(self) -> bool:
        return any(seat.record.kind is ProcessKind.REDIS for seat in self.living)


async def floor_of(env: Env) -> Floor:
    """Return all processes as they told of themselves last."""
    now = env.clock()
    try:
        return Floor.of(await env.store.telemetry.processes(ended_since=now - LATELY), now)
    except UnavailableError as error:
        return Floor(trouble=error)


async def live(desk: Desk) -> Mapping[str, str]:
    """Return the regions of the page that change by themselves."""
    values = await _values(desk)
    return {
        "floor": fragment("_floor.html", **values),
        "ended": fragment("_ended.html", **values),
    }


def routes(desk: Desk) -> APIRouter:
    """Return the routes of the workers page."""
    router = Router(include_in_schema=False, dependencies=[needs(Permission.READ)])

    @router.get(PATH)
    async def show(request: Request) -> HTMLResponse:
        values = await _values(desk)
        used = await _used(desk, values["floor"])
        return page(request, "workers.html", used=used, **values)

    @router.post(f"{PATH}/{{worker:path}}/drain", dependencies=[needs(Permission.OPERATE)])
    async def drain_worker(
        request: Request, worker: str, deed: Annotated[Deed, Depends(deed)]
    ) -> Response:
        drained = await drain(desk.env, worker, by=deed.by, reason=deed.reason)
        return done(request, PATH, f"{drained.name} takes no more jobs, and is started anew.")

    return router


async def _values(desk: Desk) -> dict[str, Any]:
    return {
        "floor": await floor_of(desk.env),
        "now": desk.env.clock(),
        "version": desk.version,
        "shown_max": ENDED_SHOWN_MAX,
    }


async def _used(desk: Desk, floor: Floor) -> Markup | None:
    """Return the drawing of how much of its places each worker has used, if it can be made."""
    if not floor.workers:
        return None
    try:
        return await gallery_of(desk).show_workers(floor.slots_by_name)
    except UnavailableError:
        return None


def _when_ended(record: ProcessRecord) -> datetime:
    return record.ended_at or record.told_at

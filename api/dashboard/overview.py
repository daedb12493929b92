"""The overview: how things stand and why, lane by lane; what is paused; and the plots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, Response

from api.auth import needs
from api.dashboard.about_tickets.shelves import SHELVES, Filters
from api.dashboard.desk import Desk
from api.dashboard.forms import Deed, deed, done
from api.dashboard.plots.gallery import PERIODS, gallery_of
from api.dashboard.rendering import fragment, page
from api.edge import DASHBOARD
from api.routing import Router
from domain.access import Permission
from domain.errors import NotFoundError, RejectedError, UnavailableError
from jobs import LANE_OF
from jobs.health.seen import Seen
from jobs.job import Env
from jobs.lanes import LANES, Lane
from jobs.pausing import NEVER_PAUSED, also_held, pause, resume
from storage.pauses import Pause, What

FIRST_PERIOD = "1h"
LIVE_PERIODS = ("10min", FIRST_PERIOD)  # of all lanes; those of a longer time stand still
LIVE_SHORT = "overview-10min"  # as which whoever looks at the ten minutes is sent what changes


@dataclass(frozen=True, slots=True)
class Held:
    """A lane or kind of job that can be paused, or is; `never` says why it must not be.

    `lane_pause` is that of the lane of a kind, which holds it, too.
    """

    what: What
    name: str
    lane: str
    pause: Pause | None = None
    never: str | None = None
    lane_pause: Pause | None = None

    @property
    def path(self) -> str:
        """Where its forms are sent, but for the last word."""
        return f"{DASHBOARD}/{'lanes' if self.what == 'lane' else 'kinds'}/{self.name}"


def routes(desk: Desk) -> APIRouter:
    """Return the routes of the overview."""
    router = Router(include_in_schema=False, dependencies=[needs(Permission.READ)])
    operate = [needs(Permission.OPERATE)]
    env = desk.env

    @router.get(DASHBOARD)
    async def show(
        request: Request,
        period: Annotated[str, Query()] = FIRST_PERIOD,
        lane: Annotated[str, Query()] = "",
    ) -> HTMLResponse:
        chosen = _chosen(period, lane)
        return page(
            request,
            "overview.html",
            periods=PERIODS,
            period=period,
            lanes=("", *LANES),
            lane=lane,
            is_standing=bool(chosen) or period not in LIVE_PERIODS,
            page=LIVE_SHORT if period == LIVE_PERIODS[0] else "overview",
            **await _queue(desk),
            **await _plots(desk, period, chosen),
        )

    @router.post(f"{DASHBOARD}/lanes/{{name}}/{{wish}}", dependencies=operate)
    async def hold_lane(
        request: Request, name: str, wish: str, deed: Annotated[Deed, Depends(deed)]
    ) -> Response:
        return done(request, DASHBOARD, await _hold(env, "lane", name, wish, deed))

    @router.post(f"{DASHBOARD}/kinds/{{name}}/{{wish}}", dependencies=operate)
    async def hold_kind(
        request: Request, name: str, wish: str, deed: Annotated[Deed, Depends(deed)]
    ) -> Response:
        return done(request, DASHBOARD, await _hold(env, "job", name, wish, deed))

    return router


async def live(desk: Desk) -> Mapping[str, str]:
    """Return the regions that change by themselves. The plots of a lane or a day stand still."""
    return await _live(desk, FIRST_PERIOD)


async def live_short(desk: Desk) -> Mapping[str, str]:
    """Return the regions that change by themselves for whoever looks at the last ten minutes."""
    return await _live(desk, LIVE_PERIODS[0])


async def _live(desk: Desk, period: str) -> Mapping[str, str]:
    seen, now = await desk.watch.look(), desk.env.clock()
    plots = await _plots(desk, period, None)
    return {
        "causes": fragment("_causes.html", verdict=await desk.watch.verdict(), now=now),
        "lanes": fragment(
            "_lanes.html",
            seen=seen,
            pauses=await _pauses(desk.env, seen),
            also_held=also_held,
            now=now,
        ),
        f"plots-{period}": fragment("_plots.html", now=now, **plots),
    }


def held(pauses: Sequence[Pause]) -> Sequence[Held]:
    """Return what can be paused or is, the lanes first; also what this release no longer knows."""
    paused = {(one.what, one.name): one for one in pauses}
    known: list[tuple[What, str, str]] = [("lane", lane, lane) for lane in LANES]
    known += [("job", kind, lane) for kind, lane in LANE_OF.items()]
    strangers = paused.keys() - {(what, name) for what, name, _lane in known}
    known += [(what, name, "") for what, name in sorted(strangers)]
    return [
        Held(
            what,
            name,
            lane,
            pause=paused.get((what, name)),
            never=NEVER_PAUSED.get(name),
            lane_pause=paused.get(("lane", lane)) if what == "job" else None,
        )
        for what, name, lane in known
    ]


async def attention(env: Env) -> int | None:
    """Return how many tickets somebody must see to today; None if nobody can tell now."""
    query = SHELVES["due-today"].query(env.clock(), Filters())
    try:
        counts = await env.store.index.count(query, lambda entry: entry.status)
    except UnavailableError:
        return None
    return sum(counts.values())


async def _queue(desk: Desk) -> Mapping[str, Any]:
    """Return what the page shows but for the plots."""
    seen = await desk.watch.look()
    pauses = await _pauses(desk.env, seen)
    due = await attention(desk.env)
    return {
        "seen": seen,
        "pauses": pauses,
        "held": held(pauses),
        "also_held": also_held,
        "attention": due,
    }


async def _pauses(env: Env, seen: Seen) -> Sequence[Pause]:
    """Return what is paused at this moment: whoever has paused it comes back to see it."""
    try:
        return await env.store.pauses.list()
    except UnavailableError:
        return seen.pauses


async def _hold(env: Env, what: What, name: str, wish: str, deed: Deed) -> str:
    """Pause or resume a lane or a kind of job, and return what is said of it."""
    if wish == "pause":
        paused = await pause(env, what, name, by=deed.by, reason=deed.reason)
        said = f"{paused.name} is paused. What runs goes on, what waits keeps its place."
        held = f" {also}" if (also := also_held(paused)) else ""
        return f"{said}{held}"
    if wish == "resume":
        ended = await resume(env, what, name, by=deed.by, reason=deed.reason)
        return f"{ended.name} goes on. {ended.by} had paused it."
    raise NotFoundError(
        "There is nothing here.", field="path", remedy="Use the overview's forms."
    )


async def _plots(desk: Desk, period: str, lane: Lane | None) -> Mapping[str, Any]:
    """Return what `_plots.html` shows: the drawings, or why there are none."""
    try:
        drawn = await gallery_of(desk).show(period, lane)
    except UnavailableError as error:
        return {"drawn": None, "trouble": error}
    return {"drawn": drawn, "trouble": None}


def _chosen(period: str, lane: str) -> Lane | None:
    """Return the lane that was asked for, None for all. Raises RejectedError for no such thing."""
    if period not in PERIODS:
        raise RejectedError(
            "There is no such period.", field="period", suggested_values=list(PERIODS)
        )
    if lane and lane not in LANES:
        raise RejectedError(
            "There is no such lane.", field="lane", suggested_values=list(LANES)
        )
    return next((one for one in LANES if one == lane), None)

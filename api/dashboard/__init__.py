"""The dashboard: pages for people, rendered here, that say what is wrong and let it be mended."""

from fastapi import APIRouter, FastAPI

from api.callers import Callers
from api.dashboard import (
    assets,
    broadcast,
    dead_letters,
    job,
    jobs,
    overview,
    schedules,
    signing_in,
    storage,
    tickets,
    workers,
)
from api.dashboard.desk import Desk
from api.routing import Router

# A module of pages has `routes(desk)`, and if regions of its page stay live, `live(desk)`.
PAGES = (overview, jobs, job, dead_letters, workers, schedules, tickets, storage)
LIVE = {
    one.__name__.rpartition(".")[2]: one.live for one in PAGES if hasattr(one, "live")
}  # by the names of their templates
LIVE[overview.LIVE_SHORT] = overview.live_short


def routes(app: FastAPI, desk: Desk, callers: Callers) -> APIRouter:
    """Return the routes of all pages; the application has the desk from here on."""
    app.state.desk, app.state.live = desk, frozenset(LIVE)
    router = Router()
    for part in (
        assets.routes(),
        signing_in.routes(desk, callers),
        broadcast.routes(desk, LIVE),
        *(one.routes(desk) for one in PAGES),
    ):
        router.include_router(part)
    return router

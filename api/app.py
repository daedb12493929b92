"""The application: routes over an `Env`, with one shape of error and a limit on bodies."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from pydantic import BaseModel
from starlette.types import ASGIApp

from api import (
    actions,
    conversation,
    dashboard,
    deciding,
    exports,
    gpt_document,
    health,
    keys,
    listing,
    metrics,
    past,
    problems,
    queue,
    responses,
    rulebook,
    sessions,
    storage,
    tickets,
    work_orders,
)
from api.auth import Gate, unguarded, with_refusals
from api.callers import Callers
from api.dashboard.desk import Desk
from api.dashboard.pages import Pages
from api.door import Door
from api.edge import Edge
from api.figures import Figures
from api.file_references import FILE_HOSTS, Downloader
from api.json_bodies import StrictJson
from api.latency import Latencies
from api.limits import BodyLimit
from api.progress import SYNC_WAIT_SECONDS, streams_of
from api.rate_limits import RateLimits
from api.visits import Visits
from domain.boundaries import boundaries
from domain.errors import Texas811Error
from jobs.health.watching import Watch
from jobs.job import Env
from jobs.sampling import sampling
from jobs.telling import Teller, telling
from storage.telemetry_records import ProcessKind


class Health(BaseModel):
    """That this process answers; it says nothing about Redis or the workers."""

    status: str
    version: str


class Application(FastAPI):
    """FastAPI with our edge round everything, its own answer to an accident included."""

    is_behind_proxy = False

    def __init__(self, **settings: Any) -> None:
        self.latencies = Latencies()
        super().__init__(**settings)

    def build_middleware_stack(self) -> ASGIApp:
        """Return all of it, at the start. Raises RuntimeError for a route that is open to all."""
        if unmeant := list(unguarded(self)):
            raise RuntimeError(f"name the permission that these need: {', '.join(unmeant)}")
        shown = Pages(super().build_middleware_stack())
        return Edge(shown, is_behind_proxy=self.is_behind_proxy, latencies=self.latencies)

    def openapi(self) -> dict[str, Any]:
        return problems.documented(with_refusals(super().openapi()))


@asynccontextmanager
async def _opened(env: Env, limits: RateLimits, figures: Figures) -> AsyncIterator[None]:
    await env.store.open()
    boundaries()  # or the first edit with a point would wait for the polygons
    warming = asyncio.create_task(asyncio.to_thread(env.store.index.load))
    async with (
        telling(env.store.telemetry, [Teller(env.clock, ProcessKind.API)]),
        sampling(env, also=figures),
    ):
        yield
    with suppress(Texas811Error):  # the first list will say what was wrong
        await warming
    await env.store.close()
    await env.queue.close()
    await limits.counter.close()


def _watching(
    app: Application, env: Env, callers: Callers, visits: Visits
) -> tuple[APIRouter, ...]:
    """Return the routes by which people and machines see how the service stands."""
    watch = Watch(env)
    return (
        dashboard.routes(app, Desk(env, watch, visits, app.version), callers),
        health.routes(watch),
        metrics.routes(env, watch, app.latencies, version=app.version),
    )


def create_app(  # noqa: PLR0913 - each is a setting of the process
    env: Env,
    *,
    document_bytes_max: int,
    is_behind_proxy: bool = False,
    limits: RateLimits | None = None,
    public_url: str | None = None,
    files: Downloader | None = None,
    sync_wait_seconds: float = SYNC_WAIT_SECONDS,
) -> FastAPI:
    """Return the application over this store and queue.

    Without `limits` they are the usual ones, counted in this process alone. `files` fetches what
    is attached in a conversation; without it, from the hosts of ChatGPT. No request is kept
    waiting for work longer than `sync_wait_seconds`.
    """
    limits = limits or RateLimits()
    app = Application(
        title="Texas 811 work orders",
        summary="Turns utility work orders into lawful Texas 811 locate tickets.",
        version=version("texas811"),
        lifespan=lambda app: _opened(env, limits, Figures(app.latencies)),
        redirect_slashes=False,  # it would lead to whatever host the request names
        responses=problems.RESPONSES,
    )
    app.is_behind_proxy = is_behind_proxy
    streams_of(app).seconds_max = sync_wait_seconds
    problems.install(app)
    callers, visits = Callers(env, limits), Visits(env, is_https=is_behind_proxy)
    for router in (
        work_orders.routes(env, document_bytes_max=document_bytes_max),
        actions.routes(env),
        rulebook.routes(env),
        responses.routes(env),
        exports.routes(env),
        listing.routes(env),
        past.routes(env),
        tickets.routes(env),
        storage.routes(env),
        queue.routes(env),
        keys.routes(env),
        sessions.routes(env),
        conversation.routes(env, files=files or Downloader(FILE_HOSTS, document_bytes_max)),
        deciding.routes(env),
        gpt_document.routes(app, public_url=public_url),
        *_watching(app, env, callers, visits),
    ):
        app.router.routes.extend(router.routes)  # as they are: see `api.routing`
    app.add_middleware(StrictJson)
    app.add_middleware(BodyLimit, document_bytes_max=document_bytes_max)
    app.add_middleware(Gate, routed=app)
    app.add_middleware(Door, callers=callers, visits=visits, limits=limits)
    app.add_api_route("/healthz", _healthz, name="healthz", tags=["health"])
    return app


async def _healthz(request: Request) -> Health:
    """Tell that this process answers."""
    return Health(status="ok", version=request.app.version)

"""The application: routes over an `Env`, with one shape of error and a limit on bodies."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version

from fastapi import FastAPI
from pydantic import BaseModel

from api import actions, problems, queue, rulebook, storage, tickets, work_orders
from api.limits import BodyLimit
from domain.boundaries import boundaries
from domain.errors import Texas811Error
from jobs.job import Env


class Health(BaseModel):
    """That this process answers; it says nothing about Redis or the workers."""

    status: str
    version: str


def create_app(env: Env, *, document_bytes_max: int) -> FastAPI:
    """Return the application over this store and queue."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await env.store.open()
        boundaries()  # or the first edit with a point would wait for the polygons
        warming = asyncio.create_task(asyncio.to_thread(env.store.index.load))
        yield
        with suppress(Texas811Error):  # the first list will say what was wrong
            await warming
        await env.store.close()
        await env.queue.close()

    app = FastAPI(
        title="Texas 811 work orders",
        summary="Turns utility work orders into lawful Texas 811 locate tickets.",
        version=version("texas811"),
        lifespan=lifespan,
        responses={"4XX": {"model": problems.Problem}},
    )
    problems.install(app)
    app.include_router(work_orders.routes(env, document_bytes_max=document_bytes_max))
    app.include_router(actions.routes(env))
    app.include_router(rulebook.routes(env))
    app.include_router(tickets.routes(env))
    app.include_router(storage.routes(env))
    app.include_router(queue.routes(env))
    app.add_middleware(BodyLimit, document_bytes_max=document_bytes_max)

    @app.get("/healthz", tags=["health"])
    async def healthz() -> Health:
        """Tell that this process answers."""
        return Health(status="ok", version=app.version)

    return app

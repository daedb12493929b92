"""How far a work order is: asked for, waited for, or followed as a stream of events.

The stream is Server-Sent Events, for `EventSource` and for curl: it begins with how the order
stands, and ends with its end.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Header, Query, Request, Response, status
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send

from api.auth import needs
from api.routing import Router
from domain.access import Permission
from domain.errors import UnavailableError
from domain.work_order import WorkOrder
from jobs.job import Env
from jobs.standing import Standing, WorkOrderState, follow, standing_now

WAIT_SECONDS_MAX = 25.0
SYNC_WAIT_SECONDS = 20.0  # for whoever says nothing else, as `Config` does
STREAMS_MAX = 200  # in one process; each looks at the store once a second
HEARTBEAT_SECONDS = 15.0  # less than any proxy takes for the end of a connection
RETRY_MS = 2_000  # after which a client that was cut off comes back
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

log = logging.getLogger(__name__)


class WorkOrderProgress(BaseModel):
    """How far a work order is.

    `state` is what was decided. While it is accepted, `stage` and `percent` are what its job
    has last told: queued, waiting (for another attempt), reading, validating, committing.
    `ticket_id` is there once the ticket is.
    """

    work_order_id: str
    state: WorkOrderState
    stage: str | None = None
    percent: int | None = None
    ticket_id: str | None = None
    reason: str | None = None

    @property
    def event_id(self) -> str:
        """What tells it from others of this order, for whoever comes back."""
        return f"{self.state}-{self.stage or ''}-{self.percent or 0}".replace(" ", "_")


Wait = Annotated[
    float,
    Query(ge=0, le=WAIT_SECONDS_MAX, description="Seconds to wait for the next change."),
]
LastEventId = Annotated[str | None, Header(description="Sent by a client that comes back.")]
EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {}}, "description": "Events until it is over."},
    204: {"description": "It is over, and the client that comes back knows."},
}


def routes(env: Env) -> APIRouter:
    """Return the routes that tell how far a work order is."""
    router = Router(tags=["work orders"], dependencies=[needs(Permission.READ)])

    @router.get("/work-orders/{work_order_id:path}/progress")
    async def get_progress(
        work_order_id: str, request: Request, response: Response, wait: Wait = 0
    ) -> WorkOrderProgress:
        """Tell how far a work order is; with `wait`, as soon as that has changed or it is over."""
        order = await env.store.work_orders.get(work_order_id)
        response.headers["Cache-Control"] = HEADERS["Cache-Control"]
        if wait:
            return await _changed(env, order, streams_of(request.app), seconds=wait)
        return shown(order, await standing_now(env, order))

    @router.get(
        "/work-orders/{work_order_id:path}/events",
        response_class=StreamingResponse,
        responses=EVENTS,
    )
    async def follow_progress(
        work_order_id: str, request: Request, last_event_id: LastEventId = None
    ) -> Response:
        """Follow a work order: an event for each change, until it is over."""
        order = await env.store.work_orders.get(work_order_id)
        first = shown(order, await standing_now(env, order))
        if first.state is not WorkOrderState.ACCEPTED and first.event_id == last_event_id:
            return Response(status_code=status.HTTP_204_NO_CONTENT, headers=HEADERS)
        streams = streams_of(request.app)
        return EventStream(streams, _events(env, order, streams, last_event_id))

    return router


def shown(order: WorkOrder, now: Standing) -> WorkOrderProgress:
    """Return how an order stands, for a client."""
    return WorkOrderProgress(
        work_order_id=order.id,
        state=now.state,
        stage=now.stage,
        percent=now.percent,
        ticket_id=now.ticket.id if now.ticket else None,
        reason=now.reason,
    )


async def _changed(
    env: Env, order: WorkOrder, streams: "Streams", *, seconds: float
) -> WorkOrderProgress:
    """Return how an order stands once that has changed, or it is over, or when time is up."""
    first = now = shown(order, await standing_now(env, order))
    async with streams.waiting(seconds), aclosing(follow(env, order)) as standings:
        async for standing in standings:
            now = shown(order, standing)
            if standing.is_over or now != first:
                break
    return now


class Streams:
    """The streams that are open in this process: not too many, and none when it stops.

    Nor does anybody else wait then for what may never come; and never longer than `seconds_max`.
    """

    def __init__(self) -> None:
        self.open = 0
        self.seconds_max = SYNC_WAIT_SECONDS
        self.is_ending = False
        self._waits: set[asyncio.Timeout] = set()

    @asynccontextmanager
    async def waiting(self, seconds: float) -> AsyncGenerator[None, None]:
        """Cut the block short, without a word, when time is up or the process is to stop."""
        with suppress(TimeoutError):
            seconds = 0 if self.is_ending else min(seconds, self.seconds_max)
            async with asyncio.timeout(seconds) as limit:
                self._waits.add(limit)
                try:
                    yield
                finally:
                    self._waits.discard(limit)

    def end(self) -> None:
        """End all waits now, and the streams as soon as each looks again."""
        self.is_ending = True
        for limit in self._waits:
            if not limit.expired():
                limit.reschedule(asyncio.get_running_loop().time())

    def admit(self) -> None:
        """Raise UnavailableError if there is no room for another one."""
        if self.is_ending or self.open >= STREAMS_MAX:
            raise UnavailableError(
                f"There are {self.open} streams of events open.",
                remedy="Come back in a moment, or GET the order's progress with ?wait= instead.",
            )


def streams_of(app: FastAPI) -> Streams:
    """Return the streams of this application."""
    if not hasattr(app.state, "streams"):
        app.state.streams = Streams()
    streams: Streams = app.state.streams
    return streams


def end_streams(app: FastAPI) -> None:
    """Have all streams end within two seconds: a server that stops would wait for their clients.

    Requests that only wait for a change are answered at once, with what is known.
    """
    streams_of(app).end()


class EventStream(StreamingResponse):
    """A stream of events, counted as long as its client is there."""

    media_type = "text/event-stream"

    def __init__(self, streams: Streams, events: AsyncGenerator[bytes, None]) -> None:
        streams.admit()
        super().__init__(events, headers=HEADERS)
        self._streams = streams
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._streams.open += 1
        try:
            async with aclosing(self._events):
                await super().__call__(scope, receive, send)
        finally:
            self._streams.open -= 1


async def _events(
    env: Env, order: WorkOrder, streams: Streams, known: str | None
) -> AsyncGenerator[bytes, None]:
    """Yield each change as it goes over the wire, and a comment where there was none for long."""
    loop = asyncio.get_running_loop()
    yield format_sse_event(retry=RETRY_MS)
    said_at = loop.time()
    async with aclosing(_standings(env, order)) as standings:
        async for now in standings:
            told = shown(order, now) if now else None
            if told and told.event_id != known:
                known, said_at = told.event_id, loop.time()
                data = told.model_dump_json(exclude_none=True)
                yield format_sse_event(event="progress", id=known, data_str=data)
            elif loop.time() - said_at >= HEARTBEAT_SECONDS:
                said_at = loop.time()
                yield format_sse_event(comment="still on its way")
            if streams.is_ending:
                return


async def _standings(env: Env, order: WorkOrder) -> AsyncGenerator[Standing | None, None]:
    """Yield how an order stands until it is over; None while the disk does not say."""
    while True:
        try:
            async with aclosing(follow(env, order)) as standings:
                async for now in standings:
                    yield now
        except UnavailableError as error:
            log.warning("looking again: %s", error.problem, extra={"work_order": order.id})
        else:
            return
        yield None
        await asyncio.sleep(RETRY_MS / 1000)

"""The pages live: one look a second at what a page shows, however many watch it.

Everybody is sent the same bytes: at first all regions of the page, then those that have changed.
"""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager, suppress
from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from starlette.types import Receive, Scope, Send

from api.auth import needs
from api.dashboard.desk import Desk
from api.dashboard.rendering import fragment
from api.edge import DASHBOARD
from api.problems import answer
from api.progress import HEADERS, HEARTBEAT_SECONDS, RETRY_MS, Streams, streams_of
from api.routing import Router
from api.visits import Visit
from domain.access import Permission
from domain.errors import Texas811Error, UnavailableError

LIVE_PATH = f"{DASHBOARD}/live"
LOOK_SECONDS = 1.0
VIEWERS_MAX = 200  # in one process, beside the streams of work orders
VIEWERS_OF_KEY_MAX = 50  # so that nobody takes the places of all
LATE_SECONDS = 0.5
KEY_LOOK_SECONDS = 5.0  # so long may who was shut out go on to watch

Regions = Mapping[str, str]
Look = Callable[[], Awaitable[Regions]]
Live = Callable[[Desk], Awaitable[Regions]]

log = logging.getLogger(__name__)


class Broadcast:
    """One page for all who watch it; nobody looks while nobody watches."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._looking: asyncio.Task[None] | None = None
        self._turn = asyncio.Event()
        self._regions: Regions = {}
        self._edition = 0  # goes up with each change
        self._changes = b""  # of the last edition
        self._whole: tuple[int, bytes] = (0, b"")
        self.viewers = 0

    async def editions(self) -> AsyncGenerator[bytes | None, None]:
        """Yield all regions, then each change; None after a second without one.

        Raises what went wrong where a page could not be looked at for a reason without a name.
        """
        self.viewers += 1
        if self._looking is None:
            self._regions, self._edition, self._whole = {}, 0, (0, b"")
            self._looking = asyncio.create_task(self._watch())
        seen = 0
        try:
            while True:
                if self._edition == seen:
                    await self._next_turn()
                told = self._since(seen)
                seen = self._edition
                yield told
        finally:
            self.viewers -= 1
            if not self.viewers and self._looking:
                self._looking.cancel()
                self._looking = None

    async def _next_turn(self) -> None:
        """Wait until the page was looked at again, or should have been."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS + LATE_SECONDS):
                await self._turn.wait()
        if self._looking and self._looking.done():
            self._looking.result()

    def _since(self, seen: int) -> bytes | None:
        if seen == self._edition:
            return None
        if seen and seen == self._edition - 1:
            return self._changes
        if self._whole[0] != self._edition:  # once for all who begin now
            self._whole = self._edition, _event(self._regions)
        return self._whole[1]

    async def _watch(self) -> None:
        try:
            while True:
                await self._look_once()
                self._end_turn()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        """Wake who waits; who comes next waits for the next turn."""
        turn, self._turn = self._turn, asyncio.Event()
        turn.set()

    async def _look_once(self) -> None:
        try:
            regions = await self._look()
        except (
            Texas811Error
        ) as trouble:  # the regions stay as they were, and the verdict says it
            log.warning("the page was not looked at: %s", trouble.problem)
            return
        changed = {
            name: shown for name, shown in regions.items() if self._regions.get(name) != shown
        }
        if changed:
            self._regions, self._changes = regions, _event(changed)
            self._edition += 1


class Broadcasts:
    """The pages that can be watched, each with a broadcast of its own; all show the verdict."""

    def __init__(self, desk: Desk, live: Mapping[str, Live]) -> None:
        self._desk = desk
        self._of_page = {
            name: Broadcast(partial(self._regions, one)) for name, one in live.items()
        }
        self._of_others = Broadcast(self._verdict)

    def of(self, name: str) -> Broadcast:
        """Return the broadcast of a page."""
        return self._of_page.get(name, self._of_others)

    async def _regions(self, live: Live) -> Regions:
        return {**await self._verdict(), **await live(self._desk)}

    async def _verdict(self) -> Regions:
        verdict = await self._desk.watch.verdict()
        return {"verdict": fragment("verdict.html", verdict=verdict)}


class Places:
    """The places of those who watch, so many in all and so many with one key."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    @contextmanager
    def taken(self, key_id: str) -> Iterator[None]:
        """Have a place while the block runs. Raises UnavailableError if there is none."""
        if self._taken[key_id] >= VIEWERS_OF_KEY_MAX:
            raise _no_place(f"{VIEWERS_OF_KEY_MAX} pages are open and watched with this key.")
        if self._taken.total() >= VIEWERS_MAX:
            raise _no_place(f"{VIEWERS_MAX} pages are open and watched.")
        self._taken[key_id] += 1
        try:
            yield
        finally:
            self._taken[key_id] -= 1
            if not self._taken[key_id]:
                del self._taken[key_id]


def _no_place(problem: str) -> UnavailableError:
    remedy = "Close some, or load this one again from time to time."
    return UnavailableError(problem, remedy=remedy)


class LiveStream(StreamingResponse):
    """What somebody watches; it has its place from before its first byte until it has ended."""

    media_type = "text/event-stream"

    def __init__(
        self, places: Places, visit: Visit, events: AsyncGenerator[bytes, None]
    ) -> None:
        super().__init__(events, headers=HEADERS)
        self._places = places
        self._visit = visit
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self._events):
            try:
                with self._places.taken(self._visit.key.id):
                    await super().__call__(scope, receive, send)
            except UnavailableError as refusal:
                await answer(refusal)(scope, receive, send)


def routes(desk: Desk, live: Mapping[str, Live]) -> APIRouter:
    """Return the route by which a page stays live."""
    router = Router(include_in_schema=False, dependencies=[needs(Permission.READ)])
    broadcasts, places = Broadcasts(desk, live), Places()

    @router.get(LIVE_PATH)
    async def get_live(request: Request, page: str = "") -> Response:
        """Follow a page: its regions by their ids, all at first and then what has changed."""
        visit: Visit = request.state.visit
        events = _events(desk, visit, broadcasts.of(page), streams_of(request.app))
        return LiveStream(places, visit, events)

    return router


async def _events(
    desk: Desk, visit: Visit, broadcast: Broadcast, streams: Streams
) -> AsyncGenerator[bytes, None]:
    """Yield what goes over the wire until the visit ends, or the process."""
    loop = asyncio.get_running_loop()
    looked_at = said_at = loop.time()
    yield format_sse_event(retry=RETRY_MS)
    async with aclosing(broadcast.editions()) as editions:
        async for told in editions:
            now = loop.time()
            if streams.is_ending:
                return
            if now - looked_at >= KEY_LOOK_SECONDS:
                looked_at = now
                if not await desk.visits.is_on(visit):
                    yield format_sse_event(event="ended", data_str="{}")
                    return
            if told:
                said_at = now
                yield told
            elif now - said_at >= HEARTBEAT_SECONDS:
                said_at = now
                yield format_sse_event(comment="nothing new")


def _event(regions: Regions) -> bytes:
    return format_sse_event(event="regions", data_str=json.dumps(dict(regions)))

"""`GET /metrics`: what is known of the service, for Prometheus."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib import import_module

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import needs
from api.known import Kinds, Known
from api.latency import Latencies
from api.routing import Router
from domain.access import Permission
from domain.errors import UnavailableError
from jobs.health.verdict import judge
from jobs.health.watching import Watch
from jobs.job import Env
from storage.queries import TicketQuery
from storage.telemetry_records import AttemptEnding
from storage.timings import Timings

MINUTE = timedelta(minutes=1)
# What ended is told within seconds; a minute that is so long past changes no more.
SETTLED_AFTER = timedelta(minutes=2)
# From what a person waits for to a job that takes an hour.
BOUNDS_SECONDS = (
    0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0, 3600.0,
)  # fmt: skip


class JobCounters:
    """Counts attempts since the minute of its making; nothing is counted down or twice."""

    def __init__(self, env: Env) -> None:
        self._env = env
        self._settled: Counter[tuple[str, AttemptEnding]] = Counter()
        self._since = self._settled_until = env.clock().replace(second=0, microsecond=0)
        self._told: Counter[tuple[str, AttemptEnding]] = Counter()
        self._place = 0
        self.waits: dict[str, Timings] = defaultdict(_timings)
        self.runs: dict[str, Timings] = defaultdict(_timings)
        self._alone = asyncio.Lock()

    async def count(self) -> Kinds | None:
        """Return how many attempts have ended, by kind and ending; None if nobody can tell."""
        async with self._alone:
            try:
                await self._time()
                return await self._count(self._env.clock().replace(second=0, microsecond=0))
            except UnavailableError:  # the verdict says so; what was told before stands
                return None

    async def _count(self, minute: datetime) -> Kinds:
        if (settled := minute - SETTLED_AFTER) > self._settled_until:
            self._settled += await self._between(self._settled_until, settled)
            self._settled_until = settled
        # Should the clock be put back, or the telemetry begin anew, nothing is counted down.
        self._told |= self._settled + await self._between(self._settled_until, minute + MINUTE)
        return dict(self._told)

    async def _between(
        self, since: datetime, until: datetime
    ) -> Counter[tuple[str, AttemptEnding]]:
        step = max(MINUTE, until - since)
        told = await self._env.store.telemetry.tallies(since, since + step, step)
        return Counter({one: sum(counts) for one, counts in told.items()})

    async def _time(self) -> None:
        self._place, ended = await self._env.store.telemetry.ended_after(self._place)
        for one in ended:
            if one.ending and one.at >= self._since:
                self.waits[one.lane].note(one.wait_ms / 1000)
                self.runs[one.lane].note(one.run_ms / 1000)


def _timings() -> Timings:
    return Timings(BOUNDS_SECONDS, kept=0)


async def ticket_counts(env: Env) -> Mapping[str, int] | None:
    """Return how many tickets have each status; None if the disk does not tell."""
    try:
        return await env.store.index.count(TicketQuery(), lambda entry: entry.status)
    except UnavailableError:
        return None


def routes(env: Env, watch: Watch, latencies: Latencies, *, version: str) -> APIRouter:
    """Return the route of the metrics."""
    router = Router(tags=["health"])
    counters = JobCounters(env)

    @router.get("/metrics", dependencies=[needs(Permission.READ)], response_class=Response)
    async def metrics(request: Request) -> Response:
        """Tell everything that is known, in the format of Prometheus.

        What is not known is left out. Counters begin anew when the API is started. Of requests and
        writes only those of the process that is asked are counted.
        """
        seen, jobs, tickets = await asyncio.gather(
            watch.look(), counters.count(), ticket_counts(env)
        )
        known = Known(
            version=version,
            seen=seen,
            verdict=judge(seen),
            latencies=latencies,
            jobs=jobs,
            waits=counters.waits,
            runs=counters.runs,
            tickets=tickets,
        )
        # Imported by whoever asks first, in a thread: it takes a tenth of a second.
        exposition = await asyncio.to_thread(import_module, "api.exposition")
        content, media_type = exposition.written(known, request.headers.get("accept", ""))
        return Response(content, media_type=media_type)

    return router

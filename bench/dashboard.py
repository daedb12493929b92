"""The dashboard with a past: what each page costs, and what it costs to keep it live.

    python bench/dashboard.py [--quick] [--tickets 10000] [--jobs 100000] [--directory DIR]

A real API process with its Redis; an hour of samples behind it. Each page is asked for --requests
times over one connection, in turns with GET /healthz, which is the measure. Then 50 viewers watch
the overview for 10 seconds, while an order comes in each fifth of a second, beside as many who load
the page once a second. The processor time is that of the API, less what it spends with the orders
alone. At the end stands what it must show.
"""

import argparse
import asyncio
import gzip
import math
import os
import re
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import httpx2
from _past import make_past
from _served import PORT, ROOT, WITH_STORE

from worker.children import spawn
from worker.redis_server import start_server

PAGES = {
    "overview": "/dashboard",
    "overview, 24 h": "/dashboard?period=24h",
    "jobs": "/dashboard/jobs",
    "jobs, failed": "/dashboard/jobs?ending=retry",
    "one job": "/dashboard/jobs/validate_ticket:ticket-000001-1",
    "dead letters": "/dashboard/dead-letters",
    "workers": "/dashboard/workers",
    "schedules": "/dashboard/schedules",
    "tickets": "/dashboard/tickets",
    "one ticket": "/dashboard/tickets/ticket-000002",
    "storage": "/dashboard/storage",
}
SET = frozenset(PAGES) - {"overview, 24 h", "jobs, failed"}  # each page once
DRESS = r'(?:href|src)="(/dashboard/static/[^"]+)"'
VIEWERS = 50
WATCH_SECONDS = 10.0
ORDER_SECONDS = 0.2
START_SECONDS_MAX = 60.0
P99_MS_MAX = 50.0
SHARE_MAX = 0.05
BYTES_MAX = 60 * 1024


class Cost(NamedTuple):
    """What a page costs: its time, that of the processor, its size as it is sent (bytes)."""

    name: str
    p50_ms: float
    p99_ms: float
    to_health: float
    processor_ms: float
    packed: int
    plain: int


class Service(NamedTuple):
    """A running API, a client that is signed in, and the process."""

    client: httpx2.AsyncClient
    key: str
    pid: int

    def processor_seconds(self) -> float:
        """Return how much of a processor the API has had so far."""
        after_name = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        user, system = after_name[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def serving(folder: Path, key: str) -> AsyncIterator[Service]:
    """Run Redis and the API over a data directory, with a client that is signed in."""
    socket = folder / "redis.sock"
    environ = {
        **os.environ,
        "DATA_DIR": str(folder / "data"),
        "REDIS_URL": f"unix://{socket}",
        "PORT": str(PORT),
        "PYTHONPATH": str(ROOT),
    }
    children = [await start_server(socket)]
    base = f"http://127.0.0.1:{PORT}"
    try:
        with (folder / "log").open("wb") as log:
            children.append(await spawn(WITH_STORE, environ=environ, output=log.fileno()))
        async with httpx2.AsyncClient(base_url=base, timeout=60, trust_env=False) as client:
            await is_up(client)
            name = {"key": key, "name": "bench"}
            answer = await client.post("/dashboard/sign-in", data=name)
            if answer.status_code != httpx2.codes.SEE_OTHER:
                raise RuntimeError(f"nobody can sign in: {answer.text[:500]}")
            yield Service(client, key, children[1].pid)
    finally:
        for child in reversed(children):
            if child.returncode is None:
                child.kill()
            await child.wait()


async def is_up(client: httpx2.AsyncClient) -> None:
    """Wait until the API answers."""
    async with asyncio.timeout(START_SECONDS_MAX):
        while True:
            try:
                await client.get("/healthz")
            except httpx2.TransportError:
                await asyncio.sleep(0.1)
            else:
                return


async def page_costs(service: Service, requests: int) -> list[Cost]:
    """Measure each page in turns with the health check, the first times of both apart."""
    costs = []
    for name, path in PAGES.items():
        times, health = [], []
        for _time in range(requests + 3):
            times.append(await timed(service.client, path))
            health.append(await timed(service.client, "/healthz"))
        before = service.processor_seconds()
        for _time in range(requests):
            await service.client.get(path)
        spent_ms = (service.processor_seconds() - before) * 1000 / requests
        answer = await service.client.get(path)
        if answer.status_code != httpx2.codes.OK:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:500]}")
        times = sorted(times[3:])
        p99 = times[math.ceil(len(times) * 0.99) - 1]
        ratio = median(times) / median(health[3:])
        packed = len(gzip.compress(answer.content, 6))
        costs.append(
            Cost(name, median(times), p99, ratio, spent_ms, packed, len(answer.content))
        )
    return costs


async def dress_bytes(service: Service) -> int:
    """Return how large style and script are as they are sent."""
    html = (await service.client.get("/dashboard")).text
    answers = [await service.client.get(one) for one in re.findall(DRESS, html)]
    return sum(int(answer.headers["content-length"]) for answer in answers)


async def timed(client: httpx2.AsyncClient, path: str) -> float:
    """Return how long an answer takes (ms)."""
    began = time.perf_counter()
    await client.get(path)
    return (time.perf_counter() - began) * 1000


async def share(
    service: Service, watch: Callable[[], Coroutine[Any, Any, int]]
) -> tuple[float, int]:
    """Return what part of a core the API had while these watched, and how often they were told."""
    async with asyncio.TaskGroup() as group:
        orders = group.create_task(order_on(service))
        watching = [group.create_task(watch()) for _viewer in range(VIEWERS)]
        await asyncio.sleep(1.5)  # the first look, and the first answer for all
        before, began = service.processor_seconds(), time.monotonic()
        await asyncio.sleep(WATCH_SECONDS)
        spent = service.processor_seconds() - before
        spent /= time.monotonic() - began
        orders.cancel()
        told = sum([await one for one in watching])
    return spent, told


async def order_on(service: Service) -> None:
    """Hand in an order each fifth of a second: so each second there is something to tell."""
    headers = {"Authorization": f"Bearer {service.key}"}
    while True:
        body = {"company": "Caprock Line Builders", "county": "Travis"}
        await service.client.post("/work-orders", json=body, headers=headers)
        await asyncio.sleep(ORDER_SECONDS)


async def nobody() -> int:
    """Watch nothing."""
    return 0


async def live(service: Service) -> int:
    """Watch the overview by its events; return how many came."""
    events = 0
    with_end = asyncio.timeout(WATCH_SECONDS + 2)
    try:
        async with (
            with_end,
            service.client.stream("GET", "/dashboard/live?page=overview") as answer,
        ):
            async for line in answer.aiter_lines():
                events += line.startswith("event: regions")
    except TimeoutError:
        return events
    raise RuntimeError(f"the stream has ended: {answer.status_code}")


async def loading(service: Service) -> int:
    """Load the overview once a second; return how often that was."""
    loads, until = 0, time.monotonic() + WATCH_SECONDS + 2
    while time.monotonic() < until:
        began = time.monotonic()
        await service.client.get("/dashboard")
        loads += 1
        await asyncio.sleep(max(0.0, 1.0 - (time.monotonic() - began)))
    return loads


def print_costs(costs: list[Cost]) -> None:
    """Print what the pages cost."""
    print(
        f"{'page':24}{'p50 ms':>9}{'p99 ms':>9}{'to health':>11}"
        f"{'processor ms':>14}{'packed':>10}{'plain':>10}"
    )
    for cost in costs:
        print(
            f"{cost.name:24}{cost.p50_ms:9.2f}{cost.p99_ms:9.2f}{cost.to_health:11.1f}"
            f"{cost.processor_ms:14.1f}{cost.packed:10,}{cost.plain:10,}"
        )


async def measured(args: argparse.Namespace) -> None:
    """Measure everything, and print it."""
    with tempfile.TemporaryDirectory(dir=args.directory, prefix="bench-") as name:
        folder = Path(name)
        key = await make_past(
            folder / "data", tickets=args.tickets, jobs=args.jobs, seconds=args.seconds
        )
        async with serving(folder, key) as service:
            costs = await page_costs(service, args.requests)
            print_costs(costs)
            dress = await dress_bytes(service)
            alone, _told = await share(service, nobody)
            watched, told = await share(service, lambda: live(service))
            loaded, loads = await share(service, lambda: loading(service))
    print(f"\n{VIEWERS} viewers of the overview, {WATCH_SECONDS:.0f} s: parts of a core")
    print(f"  orders alone                    {alone:8.1%}")
    print(f"  live, one look for all          {watched - alone:8.1%}   {told:6} events")
    print(f"  each loads it once a second     {loaded - alone:8.1%}   {loads:6} loads")
    total = sum(cost.packed for cost in costs if cost.name in SET)
    total += dress
    worst = max(costs, key=lambda cost: cost.p99_ms)
    print(f"\n{'It must show':44}{'bound':>16}{'measured':>11}")
    for what, value, most in (
        (f"slowest page ({worst.name}), p99 ms", worst.p99_ms, P99_MS_MAX),
        (f"live, {VIEWERS} viewers, part of a core", watched - alone, SHARE_MAX),
        ("all pages, style and script, packed, KB", total / 1024, BYTES_MAX / 1024),
    ):
        verdict = "met" if value < most else "NOT MET"
        print(f"  {what:42}{most:16.2f}{value:11.2f}  {verdict}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=3_600, help="of samples")
    parser.add_argument("--requests", type=int, default=50)
    parser.add_argument("--directory", type=Path)
    asked = parser.parse_args()
    if asked.quick:
        asked.tickets, asked.jobs, asked.seconds = 1_000, 10_000, 600
    asyncio.run(measured(asked))

"""From 202 to a visible ticket: our engine beside a stock arq worker, in one run, as ratios.

    python bench/first_ticket.py [--orders 60]

Both run the same jobs on the same Redis, store and reader; only the engine differs. Printed:
median and 95th percentile of the time from the answer to the moment the ticket can be read,
for a JSON and a text work order, and the memory of an idle worker.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
from arq.worker import Worker, func

from config import Config
from domain.access import Role
from domain.audit import SYSTEM
from jobs import JOBS
from jobs.issuing import issue, terms_of
from jobs.queue import QUEUE_NAME, connect, decode, encode
from jobs.wiring import make_env
from storage.api_keys import REQUESTS_PER_MINUTE_MAX
from worker.children import spawn
from worker.redis_server import start_server
from worker.run import runner

PORT = 18_111
TICKET_SECONDS_MAX = 30.0
FIELDS = {"company": "Caprock Line Builders", "county": "Travis", "city": "Austin"}
TEXT = (Path(__file__).parents[1] / "samples" / "pole_replacement.txt").read_bytes()
ENGINES = ("ours", "stock arq")
KINDS = ("json", "text")


async def stock_worker(config: Config) -> None:
    """Run arq's own worker, with its defaults, over the same jobs."""
    env = make_env(config)
    await env.store.open()
    await env.read(b"Work order: none", "warm_up.txt", "text/plain")
    worker = Worker(
        functions=[func(runner(kind), name=kind.name, keep_result=0) for kind in JOBS],
        queue_name=QUEUE_NAME,
        redis_pool=connect(config.redis_address),
        ctx={"env": env},
        job_serializer=encode,
        job_deserializer=decode,
    )
    await worker.async_run()


@asynccontextmanager
async def service(engine: str, socket: Path, data: Path) -> AsyncIterator[int]:
    """Run the API and one worker; yields the worker's pid."""
    environ = {
        **os.environ,
        "DATA_DIR": str(data),
        "REDIS_URL": f"unix://{socket}",
        "PORT": str(PORT),
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    stock = [sys.executable, __file__, "--be-stock-worker"]
    work = [sys.executable, "-m", "worker"] if engine == ENGINES[0] else stock
    children = [
        await spawn([sys.executable, "-m", "api"], environ=environ),
        await spawn(work, environ=environ),
    ]
    try:
        yield children[1].pid
    finally:
        for child in children:
            child.kill()
            await child.wait()


async def seconds_to_ticket(client: httpx2.AsyncClient, kind: str, data: Path) -> float:
    """Hand in one work order; return the time from its 202 until its ticket's file is there."""
    asked = {"json": FIELDS} if kind == "json" else {"files": {"file": ("order.txt", TEXT)}}
    answer = await client.post("/work-orders", **asked)
    answered = time.perf_counter()
    ticket = data / "tickets" / f"ticket_{answer.json()['ticket_id']}.json"
    async with asyncio.timeout(TICKET_SECONDS_MAX):
        while not ticket.exists():
            await asyncio.sleep(0.001)
    return time.perf_counter() - answered


async def measure(engine: str, orders: int) -> dict[str, list[float] | float]:
    """Return the seconds per order of each kind with this engine, and its idle memory."""
    with tempfile.TemporaryDirectory() as directory:
        socket, data = Path(directory) / "redis.sock", Path(directory) / "data"
        redis = await start_server(socket)
        async with (
            service(engine, socket, data) as pid,
            httpx2.AsyncClient(base_url=f"http://127.0.0.1:{PORT}", trust_env=False) as client,
        ):
            await until_up(client)
            client.headers["Authorization"] = f"Bearer {await key_in(data)}"
            await asyncio.sleep(3)  # let the worker finish its own start
            idle_mb = resident_mb(pid)
            times: dict[str, list[float] | float] = {"idle MB": idle_mb}
            for kind in KINDS:
                await seconds_to_ticket(client, kind, data)
                spent = []
                for _order in range(orders):
                    spent.append(await seconds_to_ticket(client, kind, data))
                    await asyncio.sleep(0.05)
                times[kind] = spent
        redis.kill()
        await redis.wait()
        return times


async def until_up(client: httpx2.AsyncClient) -> None:
    """Wait until the API answers."""
    while True:
        try:
            await client.get("/healthz")
        except httpx2.TransportError:
            await asyncio.sleep(0.05)
        else:
            return


async def key_in(data: Path) -> str:
    """Return a key that may ask as often as any."""
    env = make_env(Config(data_dir=data))
    terms = terms_of(
        name="bench",
        role=Role.CLIENT,
        created_at=env.clock(),
        created_by="bench",
        requests_per_minute=REQUESTS_PER_MINUTE_MAX,
    )
    _key, text = await issue(env, terms, by=SYSTEM)
    return text


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process, in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


def percentile(values: list[float], share: float) -> float:
    """Return the value below which this share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


async def main(orders: int) -> None:
    """Measure both engines and print them side by side."""
    measured = {engine: await measure(engine, orders) for engine in ENGINES}
    print(f"202 -> ticket, ms, {orders} orders each, one worker")
    print(f"{'':12}{'kind':8}{'p50':>8}{'p95':>8}{'idle MB':>9}")
    for engine, times in measured.items():
        for kind in KINDS:
            p50 = statistics.median(times[kind]) * 1000
            p95 = percentile(times[kind], 0.95) * 1000
            print(f"{engine:12}{kind:8}{p50:8.1f}{p95:8.1f}{times['idle MB']:9.0f}")
    for kind in KINDS:
        ours, stock = (statistics.median(measured[engine][kind]) for engine in ENGINES)
        print(f"{kind}: ours is {stock / ours:.1f} times as fast as stock arq at the median")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=60)
    parser.add_argument("--be-stock-worker", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.be_stock_worker:
        asyncio.run(stock_worker(Config.from_env(os.environ)))
    else:
        asyncio.run(main(asked.orders))

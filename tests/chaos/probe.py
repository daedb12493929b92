"""Recovery measured in quiet: a worker that holds a job is killed, or frozen, and nothing else."""

import asyncio
import signal
from pathlib import Path

import httpx2

from tests.chaos.clients import text_order
from tests.chaos.faults import held, now, redis_of
from tests.chaos.host import WORKERS, Host
from tests.chaos.recovery import KILLED, STOPPED, Interruption, Recovery, recoveries
from worker.engine import LEASE_SECONDS

KILLED_SECONDS_MAX = 1.0  # half of them
BEYOND_LEASE_SECONDS_MAX = 1.5  # a look at the queue, and a slow machine
LINES = 12_000  # takes long enough to be caught in the middle
CATCH_SECONDS_MAX = 20.0
READY_SECONDS_MAX = 30.0


async def probe(place: Path, *, kills: int, stops: int) -> list[Recovery]:
    """Interrupt a job so often in each way and return how long each waited."""
    found = []
    async with (
        Host(place) as host,
        httpx2.AsyncClient(base_url=host.config.url, timeout=30, trust_env=False) as client,
    ):
        client.headers.update(host.headers)
        for number in range(kills + stops):
            how = STOPPED if number < stops else KILLED
            await _until_ready(host)
            found += await _one(host, client, f"probe-{number}", how)
        await host.stop()
    return found


def limits_broken(found: list[Recovery]) -> list[str]:
    """Return which bound was not kept."""
    broken = []
    killed = sorted(one.seconds for one in found if one.how == KILLED)
    stopped = [one.seconds for one in found if one.how == STOPPED]
    if killed and killed[len(killed) // 2] >= KILLED_SECONDS_MAX:
        broken.append(
            f"half of the killed jobs waited {killed[len(killed) // 2]:.2f} s or more"
        )
    limit = LEASE_SECONDS + BEYOND_LEASE_SECONDS_MAX
    broken += [
        f"a frozen job waited {one:.2f} s of {limit:g}" for one in stopped if one > limit
    ]
    return broken


async def _one(
    host: Host, client: httpx2.AsyncClient, company: str, how: str
) -> list[Recovery]:
    """Hand in one order, catch the worker that reads it, interrupt it, wait for the rerun."""
    document = ("order.txt", text_order(company, LINES))
    answer = await client.post("/work-orders", files={"file": document})
    job = f"extract_ticket:{answer.raise_for_status().json()['work_order_id']}"
    worker = await _holder(host, job)
    pid = host.pids()[worker]
    broken = Interruption(how, worker, job, now())
    host.signal(pid, signal.SIGKILL if how == KILLED else signal.SIGSTOP)
    limit = KILLED_SECONDS_MAX * 10 + LEASE_SECONDS + BEYOND_LEASE_SECONDS_MAX
    found: list[Recovery] = []
    try:
        async with asyncio.timeout(limit):
            while not found:
                await asyncio.sleep(0.02)
                host.log.read()
                found = recoveries([broken], host.log.runs, [])
    except TimeoutError:
        return [Recovery(how, limit, is_disturbed=False)]
    finally:
        host.signal(pid, signal.SIGCONT)
    return found


async def _holder(host: Host, job: str) -> str:
    async with asyncio.timeout(CATCH_SECONDS_MAX), redis_of(host) as redis:
        while True:
            host.log.read()
            for worker, jobs in (await held(redis, host.log)).items():
                if job in jobs:
                    return worker
            await asyncio.sleep(0.002)


async def _until_ready(host: Host) -> None:
    """Wait until every worker has begun to work: one that still starts takes no job."""
    async with asyncio.timeout(READY_SECONDS_MAX), redis_of(host) as redis:
        while True:
            pids = host.log.workers()
            clients = (await redis.execute_command("CLIENT", "LIST", "TYPE", "normal")).decode()
            waiting = clients.count("cmd=blpop")
            if len(pids) == WORKERS and waiting >= WORKERS:
                return
            await asyncio.sleep(0.05)
            host.log.read()

"""A restore of everything under a service that runs: it makes way, restores, and starts anew."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from config import Config
from domain.errors import ConflictError
from jobs.job import Env
from jobs.lanes import LANES
from jobs.pausing import pause, resume
from jobs.whole_restoring import restore_everything
from jobs.wiring import make_env
from storage.backup import Backups
from storage.layout import Layout
from tests.flows.service import Service, free_port
from tests.storage.restores import DANA, REASON, add, backed_up, restored

pytestmark = pytest.mark.slow


async def handed_in(service: Service, name: str) -> str:
    """Hand in an order and return its id, when its ticket is made."""
    answer = await service.client.post(
        "/work-orders", json={"company": name}, params={"wait": 25}
    )
    told = answer.raise_for_status().json()
    assert told["state"] == "extracted"
    return str(told["work_order_id"])


async def companies(service: Service) -> set[str]:
    listed = (await service.client.get("/tickets")).raise_for_status().json()
    return {one["company"] for one in listed["tickets"]} - {None}


@asynccontextmanager
async def running(data: Path) -> AsyncIterator[tuple[Service, Env]]:
    """A whole service, and what a command has that is given beside it."""
    service = await Service.up(data, port=free_port())
    env = make_env(Config(data_dir=data))
    try:
        async with asyncio.timeout(90):
            await service.until_started("worker-1")
            yield service, env
    finally:
        await env.queue.close()
        status = await service.stop()
    assert status == 0


async def test_a_service_restores_everything_at_its_start_and_while_it_runs(
    tmp_path: Path,
) -> None:
    """One command inside the container; only a service that has nothing to do takes it."""
    data = tmp_path / "data"
    await add(data, "a")
    filename = backed_up(data)
    await add(data, "b")
    restored(data, filename)  # asked for, and begun by nobody yet
    async with running(data) as (service, env):
        assert Layout(data).ticket("ticket-a").exists()
        assert not Layout(data).ticket("ticket-b").exists()
        await handed_in(service, "Before")
        filename = (await Backups(Layout(data)).make("asked")).filename
        after = await handed_in(service, "After")
        with pytest.raises(ConflictError, match="not paused"):
            await restore_everything(env, filename, by=DANA, reason=REASON)

        await each_lane(pause, env)
        ended = await restore_everything(
            env, filename, by=DANA, reason=REASON, keeps_orders=True
        )
        await service.until_started("worker-1", 2)
        while not await service.is_healthy():
            await asyncio.sleep(0.05)

        assert (ended.problem, ended.newer_orders) == (None, [after])
        assert await companies(service) == {"Before"}
        # The lanes are as they are set today, and what was kept is done again.
        await each_lane(resume, env)
        while await companies(service) != {"Before", "After"}:
            await asyncio.sleep(0.1)
        await handed_in(service, "Again")


async def each_lane(what: Callable[..., Awaitable[object]], env: Env) -> None:
    for lane in LANES:
        await what(env, "lane", lane, by=DANA, **({"reason": REASON} if what is pause else {}))

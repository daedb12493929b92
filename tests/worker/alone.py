"""One worker in a process of its own, and a Redis that a test starts and ends."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from config import Config
from jobs.job import Env
from jobs.wiring import make_env
from worker.redis_server import start_server

LASTING = "tests.worker.lasting"


@asynccontextmanager
async def opened(config: Config) -> AsyncIterator[Env]:
    env = make_env(config)
    await env.store.open()
    yield env
    await env.queue.close()


@asynccontextmanager
async def worker(config: Config, *module: str, errors: int = DEVNULL) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *(module or ("worker",))),
        env={**os.environ, "DATA_DIR": str(config.root), "REDIS_URL": config.redis_address},
        stdout=PIPE,
        stderr=errors,
        cwd=Path(__file__).parents[2],
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@asynccontextmanager
async def redis_at(config: Config) -> AsyncIterator[None]:
    server = await start_server(Path(config.redis_address.removeprefix("unix://")))
    yield
    server.kill()
    await server.wait()


async def until_it_waits(process: Process) -> None:
    await until_it_says(process, "waiting for Redis")


async def until_it_says(process: Process, words: str) -> str:
    """Read what it says up to a line with these words; return that line."""
    assert process.stdout
    async with asyncio.timeout(20):
        while words not in (line := (await process.stdout.readline()).decode()):
            assert line, f"it has ended with {process.returncode}"
    return line

"""How the engine is set up, from the settings."""

import asyncio
from contextlib import suppress
from typing import Any

from arq.worker import func

from config import Config
from jobs import JOBS
from jobs.queue import PAYLOAD_SECONDS_MAX, QUEUE_NAME, connect, decode, encode
from jobs.reader import warm_up
from jobs.wiring import make_env
from worker.engine import Engine
from worker.run import runner
from worker.schedule import keep_schedule

JOBS_AT_ONCE = 8
DRAIN_SECONDS = 20
# The wrapper counts attempts and keeps time by each job's own limits; arq's are further out,
# so that they strike only if the wrapper itself hangs.
ARQ_TRIES_MAX = 1_000
ARQ_SECONDS_BEYOND = 30


def make_engine(config: Config, *, name: str, handle_signals: bool = True) -> Engine:
    """Return an engine that runs every job there is; it connects when it is run."""
    env = make_env(config)
    keeping: list[asyncio.Task[None]] = []

    async def start(_ctx: dict[str, Any]) -> None:
        await env.store.open()
        await env.store.settle_all()
        await warm_up()
        keeping.append(asyncio.create_task(keep_schedule(env)))

    async def stop(_ctx: dict[str, Any]) -> None:
        for task in keeping:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await env.queue.close()

    return Engine(
        name=name,
        waker=connect(config.redis_address, answer_seconds_max=None),
        functions=[
            func(
                runner(kind),
                name=kind.name,
                timeout=kind.seconds_max + ARQ_SECONDS_BEYOND,
                max_tries=ARQ_TRIES_MAX,
                keep_result=0,
            )
            for kind in JOBS
        ],
        queue_name=QUEUE_NAME,
        redis_pool=connect(config.redis_address),
        ctx={"env": env},
        on_startup=start,
        on_shutdown=stop,
        handle_signals=handle_signals,
        max_jobs=JOBS_AT_ONCE,
        keep_result=0,
        job_completion_wait=DRAIN_SECONDS,
        health_check_interval=10,
        job_serializer=encode,
        job_deserializer=decode,
        expires_extra_ms=PAYLOAD_SECONDS_MAX * 1000,
    )

"""Ours, run by our own interpreter: `python ours.py ask`, or `work`, or `work-alone`.

`work` is the engine with the wrapper of production round a real job, the store open beside it, and
each attempt recorded in the telemetry, as wherever it is installed; the documents' reader and the
schedule, which have nothing to do with a queue, are left out. `work-alone` is the engine with a
bare arq function, of which nobody is told, as a peer has.
"""

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from _shared import PLACES, URL, answer_async, note
from arq.worker import Function, func

from config import Config
from jobs.job import Done, Env, Job, Outcome
from jobs.queue import ArqQueue, connect, connect_blocking, decode, encode
from jobs.telling import Teller
from jobs.wiring import make_env
from logs import write_logs
from storage.clock import system_clock
from storage.layout import Layout
from storage.pauses import Pauses
from storage.telemetry_records import ProcessKind
from worker.attempt_notes import NOBODY
from worker.engine import LEASE_SECONDS, RENEW_SECONDS, Engine
from worker.leasing import LeaseKeeper
from worker.recording import Recorder
from worker.run import runner
from worker.settings import ARQ_SECONDS_BEYOND, ARQ_TRIES_MAX, HEALTH_SECONDS

NAME = "worker-1"


class Append(Job):
    """Notes that it runs."""

    name: ClassVar[str] = "append"

    number: int

    @property
    def key(self) -> str:
        return f"{self.number:06}"

    async def run(self, env: Env) -> Outcome:
        del env
        note()
        return Done()


async def append(ctx: dict[Any, Any], *arguments: Any, **named: Any) -> None:
    """Note that this job runs."""
    del ctx, arguments, named
    note()


async def ask() -> None:
    """Enqueue what is asked for."""
    queue = ArqQueue(connect(URL), system_clock)

    async def one(number: int) -> None:
        await queue.put(Append(number=number))

    async def batch(count: int) -> None:
        await queue.put(*(Append(number=number) for number in range(count)))

    await answer_async(one, batch)


async def work(*, is_alone: bool) -> None:
    """Run an engine until a signal comes."""
    config = Config(data_dir=Path(os.environ["BENCH_DATA"]), redis_url=URL)
    env = make_env(config)
    await env.store.open()
    recorder = Recorder(
        env.store.telemetry,
        Teller(env.clock, ProcessKind.WORKER, name=NAME, id=NAME, slots=PLACES),
    )
    engine = Engine(
        name=NAME,
        waker=connect(URL, answer_seconds_max=None),
        keeper=LeaseKeeper(
            connect_blocking(URL),
            NAME,
            lease_seconds=LEASE_SECONDS,
            renew_seconds=RENEW_SECONDS,
        ),
        pauses=Pauses(Layout(config.root)),
        watcher=NOBODY if is_alone else recorder,
        functions=[func(append, keep_result=0) if is_alone else wrapped()],
        redis_pool=connect(URL),
        queue_name=None,
        ctx={"env": env},
        max_jobs=PLACES,
        keep_result=0,
        health_check_interval=HEALTH_SECONDS,
        job_serializer=encode,
        job_deserializer=decode,
    )
    if not is_alone:
        recorder.start()
    with suppress(asyncio.CancelledError):
        await engine.async_run()
    await engine.close()
    await asyncio.to_thread(recorder.stop)
    await env.queue.close()
    await env.store.close()


def wrapped() -> Function:
    """Return the job as `worker.settings` hands it to arq."""
    return func(
        runner(Append),
        name=Append.name,
        timeout=Append.seconds_max + ARQ_SECONDS_BEYOND,
        max_tries=ARQ_TRIES_MAX,
        keep_result=0,
    )


if __name__ == "__main__":
    write_logs(os.environ.get("BENCH_LOG_LEVEL", "WARNING"))
    asked = sys.argv[1]
    asyncio.run(ask() if asked == "ask" else work(is_alone=asked == "work-alone"))

"""How the engine is set up, from the settings."""

import asyncio
import logging
import math
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from typing import Any

from arq.connections import ArqRedis
from arq.worker import Function, func

from config import Config
from domain.boundaries import boundaries
from domain.errors import Texas811Error, UnavailableError
from jobs import JOBS
from jobs.job import Env, Job
from jobs.lanes import QUEUE_NAME
from jobs.queue import PAYLOAD_SECONDS_MAX, connect, connect_blocking, decode, encode
from jobs.recover_work import RecoverWork
from jobs.telling import STOP_SECONDS_MAX, STOPPED, Teller
from jobs.wiring import make_env
from storage.incarnations import new_incarnation, plain_name
from storage.telemetry_records import ProcessKind
from worker import engine
from worker.burying import bury_unrun
from worker.claiming import Limit
from worker.engine import Engine
from worker.leasing import LeaseKeeper, release
from worker.recording import Recorder
from worker.run import runner
from worker.schedule import keep_schedule
from worker.tending import for_ever

JOBS_AT_ONCE = 8
# Loads the reader, and what it needs to judge a telephone number.
WARM_UP = (b"Work order: none\nPhone: 512-555-0142", "warm_up.txt", "text/plain")
DIED = "it died, and nobody saw how"
HEALTH_SECONDS = 30
# The wrapper counts attempts and keeps time by each job's own limits; arq's are further out,
# so that they strike only if the wrapper itself hangs.
ARQ_TRIES_MAX = 1_000
ARQ_SECONDS_BEYOND = 30

log = logging.getLogger(__name__)


class Upkeep:
    """What a worker does beside its jobs: it opens the store and keeps the schedule.

    `on_begun` is called once all is well, and the first job can be begun; by then the `recorder`
    tells of what is done.
    """

    def __init__(
        self,
        env: Env,
        incarnation: str,
        on_begun: Callable[[], None] = lambda: None,
        recorder: Recorder | None = None,
    ) -> None:
        self._env = env
        self._incarnation = incarnation
        self._on_begun = on_begun
        self._recorder = recorder
        self._life = ExitStack()
        self._keeping: asyncio.Task[None] | None = None

    async def start(self, ctx: dict[str, Any]) -> None:
        """Put right what a crash left, warm the reader, begin to keep the schedule."""
        store = self._env.store
        await store.open()
        self._life.enter_context(store.incarnations.alive(self._incarnation))
        if self._recorder:
            self._recorder.start()
        await self._release_the_dead(ctx["redis"])
        await store.recover()
        await self._env.read(*WARM_UP)
        boundaries()  # or the first point to be validated would wait for the polygons
        self._keeping = asyncio.create_task(
            for_ever("the schedule", partial(keep_schedule, self._env))
        )
        self._on_begun()

    async def _release_the_dead(self, redis: ArqRedis) -> None:
        """Let go of what the dead held: their supervisor may have died with them.

        And of what an earlier engine of this very process held, when it lost its Redis.
        """
        with self._env.store.incarnations.dead() as dead:
            for incarnation in (*dead, self._incarnation):
                if released := await release(redis, incarnation):
                    name = plain_name(incarnation)
                    log.info("%d jobs of a dead %s run again", released, name)
            if dead:
                await self._note_ends(dead, DIED)

    async def _note_ends(self, workers: Sequence[str], ended_by: str) -> None:
        """Note that these have ended; what their supervisor has noted stays."""
        telemetry = self._env.store.telemetry
        try:
            async with asyncio.timeout(STOP_SECONDS_MAX):
                for one in await telemetry.processes():
                    if one.id in workers:
                        await telemetry.note_end(one.id, self._env.clock(), ended_by)
        except Texas811Error as error:
            log.warning("not noted how workers ended: %s", error.problem)
        except TimeoutError:
            log.warning("not noted how workers ended: it took too long")

    async def ring_for_owed(self) -> None:
        """Ring for what is owed, at once: Redis has lost its memory of it."""
        try:
            await self._env.queue.put(RecoverWork())
        except UnavailableError as error:
            log.warning("recovery not rung: %s", error.problem)

    async def stop(self, _ctx: dict[str, Any]) -> None:
        """End the schedule and let go of the connections."""
        if self._keeping:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping
        if self._recorder and self._recorder.is_at_work:
            with suppress(TimeoutError):
                async with asyncio.timeout(STOP_SECONDS_MAX):
                    await asyncio.to_thread(self._recorder.stop)
                    await self._note_ends([self._incarnation], STOPPED)
        with self._life:
            await self._env.queue.close()
            await self._env.store.close()


def make_engine(
    config: Config,
    *,
    name: str,
    incarnation: str | None = None,
    on_begun: Callable[[], None] = lambda: None,
    handle_signals: bool = True,
) -> Engine:
    """Return an engine that runs every job there is; it connects when it is run.

    It claims under its incarnation, and not under the name that others may have, too. Raises
    RejectedError for a name, or a URL of Redis, that cannot be used.
    """
    incarnation = incarnation or new_incarnation(name)
    env = make_env(config)
    recorder = _recorder(env, incarnation)
    upkeep = Upkeep(env, incarnation, on_begun, recorder)
    made = Engine(
        name=incarnation,
        waker=connect(config.redis_address, answer_seconds_max=None),
        keeper=LeaseKeeper(
            connect_blocking(config.redis_address),
            incarnation,
            lease_seconds=engine.LEASE_SECONDS,
            renew_seconds=engine.RENEW_SECONDS,
            on_dead=_end_at_once,
        ),
        pauses=env.store.pauses,
        on_forgotten=upkeep.ring_for_owed,
        on_unrun=partial(bury_unrun, env),
        watcher=recorder,
        limits={
            kind.name: Limit(kind.limited_by, kind.at_once_max)
            for kind in JOBS
            if kind.limited_by
        },
        functions=[_function(kind) for kind in JOBS],
        queue_name=QUEUE_NAME,
        redis_pool=connect(config.redis_address),
        ctx={"env": env},
        on_startup=upkeep.start,
        on_shutdown=upkeep.stop,
        handle_signals=handle_signals,
        max_jobs=JOBS_AT_ONCE,
        keep_result=0,
        job_completion_wait=math.ceil(config.job_drain_seconds),
        health_check_interval=HEALTH_SECONDS,
        job_serializer=encode,
        job_deserializer=decode,
        expires_extra_ms=PAYLOAD_SECONDS_MAX * 1000,
    )
    recorder.is_draining = lambda: not made.allow_pick_jobs
    return made


def _recorder(env: Env, incarnation: str) -> Recorder:
    teller = Teller(
        env.clock,
        ProcessKind.WORKER,
        name=plain_name(incarnation),
        id=incarnation,
        slots=JOBS_AT_ONCE,
    )
    return Recorder(env.store.telemetry, teller)


def _end_at_once() -> None:
    """End this process: its loop is dead, so nothing in it can be asked to stop.

    What is committed is on the disk, and the jobs are let go of already.
    """
    os._exit(os.EX_SOFTWARE)


def _function(kind: type[Job]) -> Function:
    """Return a kind of job as arq wants it."""
    return func(
        runner(kind),
        name=kind.name,
        timeout=kind.seconds_max + ARQ_SECONDS_BEYOND,
        max_tries=ARQ_TRIES_MAX,
        keep_result=0,
    )

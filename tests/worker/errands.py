"""A job that does what a test tells it to, and an engine that knows such jobs alone."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from inspect import isawaitable
from typing import ClassVar

import pytest

from config import Config
from jobs.job import Done, Env, Job, Outcome
from worker import settings
from worker.engine import Engine

Deed = Callable[[Env], Awaitable[Outcome]]
SECONDS_MAX = 10.0
STOP_SECONDS_MAX = 3.0


class Errand(Job):
    """What it does is given by `errand_that`."""

    name: ClassVar[str] = "errand"
    deed: ClassVar[Deed]

    place: str = "town"

    @property
    def key(self) -> str:
        return self.place

    async def run(self, env: Env) -> Outcome:
        return await type(self).deed(env)


def errand_that(
    deed: Deed,
    *,
    seconds_max: float = SECONDS_MAX,
    attempts_max: int = 5,
    is_buried: bool = True,
) -> type[Errand]:
    """Return a kind of job that does this, within these limits."""
    limits = {
        "seconds_max": seconds_max,
        "attempts_max": attempts_max,
        "is_buried": is_buried,
    }
    return type("SomeErrand", (Errand,), {"deed": staticmethod(deed), **limits})


class Bench:
    """A deed that says when it is being done and goes on when it is told to."""

    def __init__(self) -> None:
        self.times = 0
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()

    async def __call__(self, env: Env) -> Outcome:
        self.times += 1
        self.begun.set()
        await self.go_on.wait()
        return Done("sat")


@asynccontextmanager
async def at_work(
    config: Config, *kinds: type[Job], name: str = "worker-1"
) -> AsyncIterator[Engine]:
    """An engine set up as ever, but with these jobs, no schedule and no reader to warm up.

    Its incarnation is its bare name, by which a test can tell who holds what.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "JOBS", kinds)
        engine = settings.make_engine(config, name=name, incarnation=name, handle_signals=False)
    engine.on_startup = None
    running = asyncio.create_task(engine.async_run())
    await asyncio.sleep(0)  # it has begun, and can be told to stop
    try:
        yield engine
    finally:
        engine.handle_sig(signal.SIGUSR1)  # what a signal comes to when its patience is over
        _stopped, deaf = await asyncio.wait({running}, timeout=STOP_SECONDS_MAX)
        await engine.close()
    assert not deaf, "the engine was told to stop and went on"
    assert running.cancelled() or running.exception() is None


async def until(holds: Callable[[], object], seconds: float = SECONDS_MAX) -> None:
    """Wait until this holds, now or once awaited, and fail if it does not in time."""
    async with asyncio.timeout(seconds):
        while not (await found if isawaitable(found := holds()) else found):
            await asyncio.sleep(0.005)

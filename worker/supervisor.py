"""The supervisor: Redis if there is no other, the API and the workers, kept alive together.

One service owns the disk, so all of them are its children. A child that dies is started
again; the jobs of a dead worker are released at once. Stopping is in order: first the door
and the workers, which finish what they hold, then Redis.
"""

import asyncio
import logging
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx2
from redis.exceptions import RedisError

from config import EXIT_REFUSED, LET_GO_SECONDS, Config
from domain.errors import UnavailableError
from jobs.queue import connect, disconnect
from storage.clock import system_clock
from storage.incarnations import new_incarnation
from storage.store import Store
from storage.telemetry_records import ProcessKind
from worker.children import end, spawn
from worker.chronicle import Chronicle
from worker.leasing import release
from worker.redis_server import find_server, start_server
from worker.welcome import banner, how_to_get_in

RESTARTS_MAX = 10
RESTART_WINDOW_SECONDS = 60.0
RESTART_PAUSE_SECONDS = 0.1
RESTART_PAUSE_SECONDS_MAX = 5.0
STEADY_SECONDS = 3.0  # whoever has lived so long was killed, and does not die of itself
HEALTHY_SECONDS_MAX = 30.0
LOOK_SECONDS = 1.0

REDIS, API, DEMO = "redis", "api", "demo"

log = logging.getLogger(__name__)


class GaveUpError(Exception):
    """A child cannot be kept alive."""


@dataclass(slots=True)
class Child:
    """A process that shall live, and when it was started of late (monotonic seconds).

    `short_lives` is how often in a row it died soon after its start, `incarnation` under which
    name a worker claims. `is_first` is who was started with everything else.
    """

    name: str
    process: asyncio.subprocess.Process
    starts: deque[float] = field(default_factory=deque)
    short_lives: int = 0
    incarnation: str = ""
    is_first: bool = True

    @property
    def told_as(self) -> str:
        """The id under which it is told of."""
        return self.incarnation or f"{self.name}-{self.process.pid}"


class Supervisor:
    """Starts everything, keeps it alive, and stops it in order."""

    def __init__(
        self, config: Config, environ: Mapping[str, str], *, demo: bool = False
    ) -> None:
        self._config = config
        self._environ = {**environ, "DATA_DIR": str(config.root), "PYTHONUNBUFFERED": "1"}
        self._demo = demo
        self._children: dict[str, Child] = {}
        self._stopping = asyncio.Event()
        self.is_asked_to_end = False
        self._chronicle = Chronicle(Store(config.root).telemetry, system_clock)

    async def run(self) -> int:
        """Run until a signal asks to stop; return the exit status.

        Raises UnavailableError if there is no Redis to begin with.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end)
        async with self._chronicle.kept():
            return await self._run()

    def make_way(self) -> None:
        """End as for a signal, though nobody has asked for that."""
        self._stopping.set()

    def _end(self) -> None:
        self.is_asked_to_end = True
        self._stopping.set()

    async def _run(self) -> int:
        failed = False
        try:
            for name in self._names():
                await self._start(name)
            async with asyncio.TaskGroup() as group:
                for name in self._names():
                    group.create_task(self._keep(name))
                group.create_task(self._announce())
        except* GaveUpError as failures:
            failed = True
            log.critical("%s", "; ".join(map(str, failures.exceptions)))
        finally:
            await self._stop()
        return int(failed)

    def _names(self) -> list[str]:
        workers = [f"worker-{number + 1}" for number in range(self._config.workers)]
        redis = [] if self._config.redis_url else [REDIS]
        return [*redis, API, *workers]

    async def _start(self, name: str) -> None:
        earlier = self._children.get(name)
        starts = earlier.starts if earlier else deque()
        short_lives = earlier.short_lives if earlier else 0
        incarnation = "" if name in (REDIS, API) else new_incarnation(name)
        if name == REDIS:
            process = await start_server(self._config.redis_socket)
            self._chronicle.tell_of(ProcessKind.REDIS, process.pid)
        else:
            process = await spawn(self._command(name, incarnation), environ=self._environ)
        starts.append(time.monotonic())
        self._children[name] = Child(
            name, process, starts, short_lives, incarnation, is_first=earlier is None
        )
        told = {"child": name, "pid": process.pid}
        log.info("started", extra=told | ({"incarnation": incarnation} if incarnation else {}))

    def _command(self, name: str, incarnation: str = "") -> list[str]:
        python = [sys.executable, "-m"]
        if name == DEMO:
            return [*python, "cli", "demo"]
        ours = ["--supervisor", str(os.getpid())]
        if name == API:
            return [*python, "api", *ours]
        return [*python, "worker", "--name", name, "--incarnation", incarnation, *ours]

    async def _keep(self, name: str) -> None:
        """Start this child again each time it dies, until we stop."""
        stopped = asyncio.create_task(self._stopping.wait())
        while True:
            ended = asyncio.create_task(self._children[name].process.wait())
            while not (ended.done() or stopped.done()):
                await asyncio.wait(
                    {ended, stopped}, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                self._end_if_out_of_reach(name)
            if stopped.done():
                ended.cancel()
                return
            log.error("died", extra={"child": name, "status": ended.result()})
            self._noted(self._children[name], is_expected=False)
            await self._release(name)
            pause = self._pause_before_restart(name, ended.result())
            await asyncio.wait({stopped}, timeout=pause)
            if not stopped.done():
                await self._start_again(name)

    def _end_if_out_of_reach(self, name: str) -> None:
        """End a Redis whose socket is gone: nobody can reach it any more, and it holds nothing."""
        process = self._children[name].process
        if name != REDIS or process.returncode is not None:
            return
        if not self._config.redis_socket.exists():
            log.error("its socket is gone: it is ended", extra={"child": name})
            with suppress(ProcessLookupError):
                process.kill()

    def _pause_before_restart(self, name: str, status: int) -> float:
        """Return how long to wait (seconds).

        Nothing for one that has lived a while; longer the oftener in a row it has died young.
        Whatever the workers do, the door is kept open: what comes is accepted. Only where one
        declines at its very first start, everything does. Raises GaveUpError.
        """
        child = self._children[name]
        starts = child.starts
        is_steady = time.monotonic() - starts[-1] >= STEADY_SECONDS
        child.short_lives = 0 if is_steady else child.short_lives + 1
        while starts and starts[0] < time.monotonic() - RESTART_WINDOW_SECONDS:
            starts.popleft()
        is_needed = name in (REDIS, API)
        if status == EXIT_REFUSED:
            problem = f"{name} cannot run with these settings; what it said stands above."
            if is_needed or (child.is_first and not is_steady):
                raise GaveUpError(problem)
            log.critical("%s It is tried again.", problem)
            return RESTART_PAUSE_SECONDS_MAX
        if len(starts) >= RESTARTS_MAX and is_needed:
            raise GaveUpError(f"{name} died {len(starts)} times in a minute.")
        pause = RESTART_PAUSE_SECONDS * (2.0**child.short_lives - 1.0)
        return min(RESTART_PAUSE_SECONDS_MAX, pause)

    async def _start_again(self, name: str) -> None:
        """Start a child anew; while the system has no room for it, again and again."""
        while not self._stopping.is_set():
            try:
                await self._start(name)
            except UnavailableError as error:
                raise GaveUpError(error.problem) from error
            except OSError as error:
                log.critical("not started: %s", error, extra={"child": name})
                with suppress(TimeoutError):
                    async with asyncio.timeout(RESTART_PAUSE_SECONDS_MAX):
                        await self._stopping.wait()
            else:
                return

    async def _release(self, name: str) -> None:
        """Let the jobs of a dead worker run again now and not when its lease ends."""
        if not name.startswith("worker"):
            return
        redis = connect(self._config.redis_address)
        try:
            released = await release(redis, self._children[name].incarnation)
        except (RedisError, OSError) as error:
            log.warning("jobs not released: %s", error, extra={"child": name})
        else:
            log.info("released %d jobs", released, extra={"child": name})
        finally:
            await disconnect(redis)

    async def _announce(self) -> None:
        """Say where to look, as soon as the API answers; feed the samples if asked to."""
        url = self._config.url
        if not await self._is_healthy(url):
            return
        keys = await how_to_get_in(self._config, makes_key=self._demo)
        if self._config.is_on_railway:  # where each line is one JSON object
            told = {"redis": self._redis_place(), "keys": keys.strip()}
            log.info("up at %s", self._config.public_url or url, extra=told)
        else:
            sys.stdout.write(banner(self._config, self._redis_place(), keys))
            sys.stdout.flush()
        if self._demo:
            await self._feed()

    async def _feed(self) -> None:
        """Hand in the samples; a stop that comes meanwhile does not wait for them."""
        process = await spawn(self._command(DEMO), environ=self._environ)
        self._children[DEMO] = Child(DEMO, process)
        fed = asyncio.create_task(process.wait())
        stopped = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({fed, stopped}, return_when=asyncio.FIRST_COMPLETED)
        for task in (fed, stopped):
            task.cancel()

    def _redis_place(self) -> str:
        """Return where Redis is, without what is secret in its URL."""
        if self._config.redis_url is None:
            return f"embedded ({find_server().name})"
        place = urlsplit(self._config.redis_url)
        return f"{place.hostname}:{place.port}" if place.hostname else place.path

    async def _is_healthy(self, url: str) -> bool:
        deadline = time.monotonic() + HEALTHY_SECONDS_MAX
        async with httpx2.AsyncClient(trust_env=False) as client:
            while time.monotonic() < deadline and not self._stopping.is_set():
                with suppress(httpx2.TransportError):
                    if (await client.get(f"{url}/healthz")).is_success:
                        return True
                await asyncio.sleep(0.05)
        return False

    async def _stop(self) -> None:
        """Stop the door and the workers, let them finish, then Redis."""
        log.info("stopping")
        redis = self._children.pop(REDIS, None)
        seconds_max = self._config.stop_seconds_max
        await end([child.process for child in self._children.values()], seconds_max)
        if redis:
            await end([redis.process], LET_GO_SECONDS)
        for child in (*self._children.values(), *filter(None, [redis])):
            self._noted(child, is_expected=True)
        log.info("stopped")

    def _noted(self, child: Child, *, is_expected: bool) -> None:
        status = child.process.returncode or 0
        self._chronicle.ended(child.name, child.told_as, status, is_expected=is_expected)

"""What holds for every test, and the real things that tests run against.

Where CI is true, a test that was not really run is a failure. Redis is a real server, started
by our own launcher, one for the whole run and emptied for each test; the store is a real
directory; HTTP goes through a real socket.
"""

import asyncio
import gc
import os
import signal
import socket
import ssl
import tempfile
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
import uvicorn
from anyio._core._eventloop import get_async_backend
from anyio.abc import Process
from anyio.to_process import _process_pool_idle_workers, _process_pool_workers

from api.app import create_app
from api.server import server_of
from config import Config
from domain.access import Role
from jobs.job import Env
from jobs.listening import listen
from jobs.queue import connect, disconnect
from jobs.wiring import make_env
from tests.keys import make_key, sent
from worker.redis_server import start_server
from worker.settings import make_engine

# Slow tests of these start, stop and kill processes and keep time: each has a processor for itself.
WANT_QUIET = {"api", "chaos", "cli", "crash", "flows", "jobs", "worker"}
# Slow tests of these only work hard, or wait long for what is sure to come, and keep no time that
# others could spoil: beside others their waits cost nothing.
BEAR_NOISE = {
    "test_apply_retention",
    "test_backups",
    "test_clients",
    "test_command",
    "test_conversations",
    "test_crashes",
    "test_draining",
    "test_drill_restore",
    "test_exports",
    "test_extract",
    "test_fuzz",
    "test_gpt_operations",
    "test_holds",
    "test_ill_disk",
    "test_incarnations",
    "test_kill",
    "test_kill_backup",
    "test_kill_restore",
    "test_migrate",
    "test_nightly_backup",
    "test_pictures",
    "test_railway",
    "test_reader",
    "test_reader_pictures",
    "test_real_documents",
    "test_real_processes",
    "test_restoring",
    "test_ring",
    "test_run_poison",
    "test_safeguards",
    "test_schedule_nights",
    "test_second_reader",
    "test_service",
    "test_sessions",
    "test_supervisor",
    "test_supervisor_refusals",
    "test_templates",
    "test_templating",
}
# Nobody here speaks TLS, and to read the certificates of the world takes 15 ms, a thousand times.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
# What pytest calls a test that proved nothing.
UNPROVEN = ("skipped", "xfailed", "xpassed")


def unproven(config: pytest.Config) -> int:
    """Return how many tests were left out or excused, where that is forbidden; else zero."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or os.environ.get("CI") != "true":
        return 0
    return sum(len(reporter.stats.get(outcome, [])) for outcome in UNPROVEN)


def pytest_configure() -> None:
    """Thousands of tests are collected, and live to the end: nothing is to be found among them."""
    gc.disable()
    # Who runs the tests in the background has them, and all that they start, ignore the keyboard.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        wants_quiet = item.path.parent.name in WANT_QUIET and item.path.stem not in BEAR_NOISE
        if item.get_closest_marker("slow") and wants_quiet:
            item.add_marker("alone")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the folders that hold no test of those that are asked for: to list all takes long."""
    is_package = collection_path.is_dir() and collection_path.parent == Path(__file__).parent
    wants_quiet = collection_path.name in WANT_QUIET or collection_path.name == "browser"
    return (
        True if config.option.markexpr == "alone" and is_package and not wants_quiet else None
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    if unproven(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if count := unproven(config):
        terminalreporter.write_line(
            f"CI is true and tests that proved nothing: {count}. The run fails.", red=True
        )


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def redis_address() -> AsyncIterator[str]:
    """The URL of a real Redis that lives as long as the test run."""
    with tempfile.TemporaryDirectory(prefix="texas811-") as directory:
        socket = Path(directory) / "redis.sock"
        server = await start_server(socket)
        yield f"unix://{socket}"
        server.kill()
        await server.wait()


@pytest_asyncio.fixture(scope="module", autouse=True)
async def _children() -> None:
    """Let a child that reads documents stay warm for the next test of its module.

    anyio ends the children of a loop with the task in which it has begun the first: that would
    be a test. Here it is a task that begins none; those that are left end with the loop.
    """
    workers: set[Process] = set()
    _process_pool_workers.set(workers)
    _process_pool_idle_workers.set(deque())
    get_async_backend().setup_process_pool_exit_at_shutdown(workers)


@pytest.fixture
async def config(redis_address: str, tmp_path: Path) -> Config:
    """Settings with a data directory of this test's own and an empty Redis."""
    redis = connect(redis_address)
    await redis.flushall()
    await disconnect(redis)
    return Config(data_dir=tmp_path / "data", redis_url=redis_address)


@pytest.fixture
async def env(config: Config) -> AsyncIterator[Env]:
    """The real store, queue, clock and reader."""
    env = make_env(config)
    await env.store.open()
    yield env
    await env.queue.close()


@asynccontextmanager
async def working(config: Config) -> AsyncIterator[None]:
    """A real engine at work while the block runs."""
    engine = make_engine(config, name="worker-1", handle_signals=False)
    running = asyncio.create_task(engine.async_run())
    try:
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await engine.close()


@asynccontextmanager
async def serving(
    config: Config, env: Env, *, key: Role | str | None = Role.ADMIN, **wiring: Any
) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a real server on a port of its own, with this key, or a new one of this role.

    `wiring` is given to the application.
    """
    listening = listen("127.0.0.1", 0)
    app = create_app(env, document_bytes_max=config.document_bytes_max, **wiring)
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with (
        started(server_of(app), listening),
        httpx2.AsyncClient(base_url=base, timeout=30, trust_env=False, verify=NO_TLS) as client,
    ):
        await client.get("/healthz")  # from here on this connection is open
        text = await make_key(env, key) if isinstance(key, Role) else key
        client.headers.update(sent(text))
        yield client


@asynccontextmanager
async def started(server: uvicorn.Server, listening: socket.socket) -> AsyncIterator[None]:
    """Serve while the block runs, as `serve` does, but for what it sleeps at its end.

    That is a fifth of a second, a thousand times. `tests/api/test_stopping.py` tests a real stop.
    """
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup(sockets=[listening])
    await server.on_tick(0)  # the date of the answers
    try:
        yield
    finally:
        for _look in range(50):
            if not (server.server_state.connections or server.server_state.tasks):
                break
            await asyncio.sleep(0.001)
        if server.server_state.connections or server.server_state.tasks:
            await server.shutdown(sockets=[listening])
        else:
            for one in server.servers:
                one.close()
            await server.lifespan.shutdown()
            listening.close()


@pytest.fixture
async def client(config: Config, env: Env) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a server over this test's store, with nobody at work behind it."""
    async with serving(config, env) as client:
        yield client

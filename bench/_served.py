"""A real API process with its Redis, its data directory and a key, for `bench/api.py`."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from domain.access import Role
from storage.api_keys import REQUESTS_PER_MINUTE_MAX, KeyTerms
from storage.clock import system_clock
from storage.store import Store
from worker.children import spawn
from worker.redis_server import start_server

ROOT = Path(__file__).parents[1]
PORT = 18_112
START_SECONDS_MAX = 30.0
LOOK_SECONDS = 0.05
BODY_BYTES = 1024
FACTS = {
    "company": "Caprock Line Builders",
    "contact_name": "Dana Ruiz",
    "county": "Travis",
    "city": "Austin",
}

# Without this folder in the path, or `api` would be bench/api.py.
PYTHON = (sys.executable, "-P")
WITH_STORE: Sequence[str] = (*PYTHON, "-m", "api")
WITHOUT_STORE: Sequence[str] = (
    *PYTHON,
    str(Path(__file__).with_name("_api_without_store.py")),
)
WORKER: Sequence[str] = (*PYTHON, "-m", "worker")


class Served(NamedTuple):
    """Where an API answers, its process, and the headers and the body of a work order."""

    port: int
    pid: int
    headers: dict[str, str]
    body: str

    @property
    def request(self) -> str:
        """One request, as it goes over the wire."""
        lines = [
            "POST /work-orders HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            *(f"{name}: {value}" for name, value in self.headers.items()),
            f"Content-Length: {len(self.body)}",
        ]
        return "\r\n".join([*lines, "", self.body])

    def processor_seconds(self) -> float:
        """Return how much of a processor the API has had so far."""
        after_name = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        user, system = after_name[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def served(
    command: Sequence[str], *beside: Sequence[str], directory: Path | None
) -> AsyncIterator[Served]:
    """Run an API, and others beside it, over an empty Redis and an empty data directory."""
    with TemporaryDirectory(dir=directory, prefix="bench-") as folder:
        socket = Path(folder) / "redis.sock"
        environ = {
            **os.environ,
            "DATA_DIR": f"{folder}/data",
            "REDIS_URL": f"unix://{socket}",
            "PORT": str(PORT),
            "PYTHONPATH": str(ROOT),
        }
        headers = await _headers(Path(folder) / "data")
        log = Path(folder) / "log"
        children = [await start_server(socket)]
        try:
            with log.open("wb") as said:
                for one in (command, *beside):
                    child = await spawn(one, environ=environ, output=said.fileno())
                    children.append(child)
            if not await _is_up(children[1]):
                raise RuntimeError(f"the API did not start: {log.read_text()[-2_000:]}")
            yield Served(PORT, children[1].pid, headers, _body())
        finally:
            for child in reversed(children):
                if child.returncode is None:
                    child.kill()
                await child.wait()


async def _headers(data: Path) -> dict[str, str]:
    """Return the headers of a client with a key that may ask as often as any."""
    store = Store(data)
    await store.open()
    terms = KeyTerms(
        name="bench",
        role=Role.CLIENT,
        created_at=system_clock(),
        created_by="bench",
        requests_per_minute=REQUESTS_PER_MINUTE_MAX,
    )
    key, text = await store.api_keys.make(terms)
    await store.api_keys.add(key, now=system_clock())
    await store.close()
    return {"Authorization": f"Bearer {text}", "Content-Type": "application/json"}


def _body() -> str:
    """Return a work order in JSON, of one kilobyte."""
    told = "Replace the pole in the rear easement; dig within ten feet of it. "

    def body(length: int) -> str:
        return json.dumps(FACTS | {"work_area_description": (told * 20)[:length]})

    return body(BODY_BYTES - len(body(0)))


async def _is_up(api: asyncio.subprocess.Process) -> bool:
    """Wait until the API answers; does it?"""
    for _ in range(round(START_SECONDS_MAX / LOOK_SECONDS)):
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        except OSError:
            await asyncio.sleep(LOOK_SECONDS)
        else:
            writer.close()
            return True
        if api.returncode is not None:
            break
    return False

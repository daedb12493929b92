"""A real API in a process of its own, and requests written to its socket byte by byte."""

import asyncio
import json
import os
import re
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

from config import Config
from domain.access import Role
from jobs.wiring import make_env
from tests.builders import make_change, make_ticket
from tests.flows.service import free_port
from tests.keys import make_key

ANSWER_SECONDS_MAX = 20
TICKET = "ticket-1"
PROBLEM = "application/problem+json"
FORM = "multipart/form-data; boundary=x"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def problem(self) -> dict[str, Any]:
        """The problem in the one shape."""
        assert self.headers["content-type"] == PROBLEM, (self.status, self.headers)
        problem: dict[str, Any] = json.loads(self.content)
        assert problem["status"] == self.status
        assert problem["problem"]
        assert problem["remedy"]
        assert problem["errors"][0]["problem"] == problem["problem"]
        assert len(self.content) < 16_384
        return problem


@dataclass
class Target:
    """The process under attack."""

    port: int
    key: str
    pid: int
    log: Path
    data: Path
    beside: tuple[Path, ...] = field(default=())

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=ANSWER_SECONDS_MAX)

    def ask(self, raw: bytes) -> Answer:
        """Send these bytes and return the first answer."""
        with self.connect() as line:
            with suppress(ConnectionError):  # it may answer, and hang up, before all is sent
                line.sendall(raw)
            return read_answer(line, raw.partition(b" ")[0].decode("latin-1"))

    def head(self, target: str | bytes, *more: str | bytes, method: str = "GET") -> bytes:
        """Return the head of a request with a good key."""
        first = b" ".join([method.encode(), _bytes(target), b"HTTP/1.1"])
        usual = [b"Host: localhost", f"Authorization: Bearer {self.key}".encode()]
        return b"\r\n".join([first, *usual, *map(_bytes, more)]) + b"\r\n\r\n"

    def post(
        self,
        target: str,
        content: bytes,
        *more: str | bytes,
        media_type: str = "application/json",
        method: str = "POST",
    ) -> bytes:
        """Return a whole request with a body."""
        about = (f"Content-Type: {media_type}", f"Content-Length: {len(content)}")
        return self.head(target, *about, *more, method=method) + content

    def resident_bytes(self) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found
        return int(found[1]) * 1024

    def is_alive(self) -> bool:
        return self.ask(self.head("/healthz")).status == 200

    def everything(self) -> list[str]:
        """What lies on the disk, apart from the keys and from what is only news."""
        paths = map(str, self.data.rglob("*"))
        news = "api_keys|telemetry|sampler.lock"  # the sampler may wake at any time
        return sorted(path for path in paths if not re.search(news, path))

    def accidents(self) -> list[str]:
        """What the log says of exceptions, and of anything that it calls an error."""
        lines = self.log.read_text().splitlines()
        return [line for line in lines if "Traceback" in line or '"level": "error"' in line]

    def strays(self) -> list[str]:
        """Files that it wrote where nothing of ours belongs."""
        return [str(path) for place in self.beside for path in place.rglob("*")]


def read_answer(line: socket.socket, method: str = "GET") -> Answer:
    answer = HTTPResponse(line, method=method)
    answer.begin()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    return Answer(answer.status, headers, answer.read())


def a_part(name: str, content: bytes, filename: bytes | None = None) -> bytes:
    named = b'; filename="' + filename + b'"' if filename is not None else b""
    about = f'--x\r\nContent-Disposition: form-data; name="{name}"'.encode()
    return about + named + b"\r\n\r\n" + content + b"\r\n"


def a_form(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--x--\r\n"


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


@asynccontextmanager
async def attacked(place: Path, redis_address: str) -> AsyncIterator[Target]:
    """A real `python -m api` over a store with one ticket, in a directory where it may write nothing."""
    work, spool, data = place / "work", place / "spool", place / "data"
    for directory in (work, spool):
        directory.mkdir()
    env = make_env(Config(data_dir=data, redis_url=redis_address))
    await env.store.open()
    await env.store.commit(make_change(make_ticket(TICKET)))
    key, port, log = await make_key(env, Role.ADMIN), free_port(), place / "log"
    await make_key(env, Role.VIEWER)
    await env.store.close()
    await env.queue.close()
    with log.open("wb") as written:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "api"),
            cwd=work,
            env={
                **os.environ,
                "DATA_DIR": str(data),
                "PORT": str(port),
                "PYTHONPATH": str(Path(__file__).parents[2]),
                "REDIS_URL": redis_address,
                "TMPDIR": str(spool),
            },
            stdout=written,
            stderr=written,
        )
    target = Target(port, key, process.pid, log, data, (work, spool))
    try:
        await _until_it_answers(target, process)
        yield target
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _until_it_answers(target: Target, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(60):
        while True:
            if process.returncode is not None:
                raise RuntimeError(target.log.read_text())
            with suppress(ConnectionError):
                if await asyncio.to_thread(target.is_alive):
                    return
            await asyncio.sleep(0.05)

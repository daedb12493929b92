"""A load generator for `bench/api.py`, run in a process of its own: a plan in, figures out.

    python bench/_load.py '{"port": 8000, "request": "...", "rate": 50, "seconds": 30, ...}'

The loop is open: each request has its time, whatever became of those before, and its latency
counts from that time, not from when a connection was free for it. So a server that stalls is
charged for all who would have come meanwhile. A rate of 0 closes the loop: each connection sends
the next as soon as it was answered.
"""

import asyncio
import gc
import itertools
import json
import sys
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

GRACE_SECONDS = 2.0  # after the end, for those who are late
ANSWER_SECONDS_MAX = 10.0
ACCEPTED = 202


class Plan(NamedTuple):
    """What is sent, where, how often a second, and for how long."""

    port: int
    request: str
    rate: float
    seconds: float
    connections: int = 16

    @property
    def count(self) -> int | None:
        return round(self.rate * self.seconds) if self.rate else None


class Load(NamedTuple):
    """What came of it: how many were accepted, in what time, and what the others were told."""

    rate: float
    seconds: float
    accepted: int
    errors: dict[str, int]
    p50_ms: float
    p90_ms: float
    p99_ms: float
    max_ms: float

    @property
    def error_count(self) -> int:
        return sum(self.errors.values())

    @property
    def accepted_per_s(self) -> float:
        return self.accepted / self.seconds if self.seconds else 0.0


class Generator:
    """Sends what a plan says, over connections that stay open."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._request = plan.request.encode()
        self._numbers = itertools.count()
        self._latencies: list[float] = []
        self._errors: Counter[str] = Counter()
        self._last = 0.0

    async def run(self) -> Load:
        """Send it all, and return what came of it."""
        gc.disable()
        loop = asyncio.get_running_loop()
        begins = loop.time() + 0.2
        ends = begins + self._plan.seconds
        await asyncio.gather(
            *(self._connection(begins, ends) for _ in range(self._plan.connections))
        )
        return self._load(max(self._last, ends if self._plan.rate else 0) - begins)

    async def _connection(self, begins: float, ends: float) -> None:
        """Send one request after the other, each when it is due."""
        loop = asyncio.get_running_loop()
        line = await self._connected()
        while (due := self._due(begins, ends)) is not None:
            if (early := due - loop.time()) > 0:
                await asyncio.sleep(early)
            if loop.time() > ends + GRACE_SECONDS:
                self._errors["not sent: too late"] += 1
                continue
            try:
                status = await self._sent(*line)
            except (OSError, EOFError, TimeoutError) as error:
                self._errors[type(error).__name__] += 1
                line[1].close()
                line = await self._connected()
                continue
            self._last = loop.time()
            if status == ACCEPTED:
                self._latencies.append(self._last - due)
            else:
                self._errors[str(status)] += 1
        line[1].close()

    def _due(self, begins: float, ends: float) -> float | None:
        """Return when the next request is due; None if there is none."""
        if self._plan.count is None:
            now = max(begins, asyncio.get_running_loop().time())
            return now if now < ends else None
        number = next(self._numbers)
        return begins + number / self._plan.rate if number < self._plan.count else None

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self._plan.port)

    async def _sent(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            writer.write(self._request)
            return await answered(reader)

    def _load(self, seconds: float) -> Load:
        found = sorted(self._latencies)
        return Load(
            self._plan.rate,
            seconds,
            len(found),
            dict(self._errors),
            *(_percentile_ms(found, share) for share in (0.5, 0.9, 0.99, 1.0)),
        )


async def answered(reader: asyncio.StreamReader) -> int:
    """Read one answer and return its status. Raises EOFError if the connection ends before."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    await reader.readexactly(int(length))
    return int(head[9:12])


async def load(plan: Plan) -> Load:
    """Run a plan in a process of its own, and return what came of it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, __file__, json.dumps(plan._asdict())), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the load generator failed: does the API still run?")
    return Load(**json.loads(out))


def _percentile_ms(found: Sequence[float], share: float) -> float:
    if not found:
        return float("nan")
    return found[min(len(found) - 1, int(share * len(found)))] * 1000


if __name__ == "__main__":
    made = asyncio.run(Generator(Plan(**json.loads(sys.argv[1]))).run())
    sys.stdout.write(json.dumps(made._asdict()))

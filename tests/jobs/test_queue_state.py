"""The state of the queue: two round trips to Redis, and a count that is made rarely."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from config import Config
from domain.errors import UnavailableError
from jobs import queue_state
from jobs.job import Env, Job
from jobs.queue import ArqQueue, connect
from jobs.queue_state import QueueWatch
from storage.clock import system_clock
from tests.jobs.orders import accepted

SECONDS_MAX = 5.0


@dataclass
class Relay:
    """Stands between a client and a Redis, and notes each time that the client has spoken.

    What he says at once, before he has heard the answer, is one round trip.
    """

    server: str
    trips: list[int] = field(default_factory=list)
    has_heard: bool = True
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(
        self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter
    ) -> None:
        from_server, to_server = await asyncio.open_unix_connection(self.server)
        with suppress(ConnectionError):
            await asyncio.gather(
                self._forth(from_client, to_server), self._back(from_server, to_client)
            )
            await to_server.wait_closed()
        self.closed.set()

    async def _forth(self, client: asyncio.StreamReader, server: asyncio.StreamWriter) -> None:
        while said := await client.read(65_536):
            if self.has_heard:
                self.trips.append(len(said))
            self.has_heard = False
            server.write(said)
        server.close()

    async def _back(self, server: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        while said := await server.read(65_536):
            self.has_heard = True
            client.write(said)
        client.close()


@asynccontextmanager
async def through_relay(
    config: Config, env: Env, folder: Path
) -> AsyncIterator[tuple[Env, Relay]]:
    """The same queue, reached through a relay."""
    relay = Relay(config.redis_address.removeprefix("unix://"))
    listening = await asyncio.start_unix_server(relay.serve, folder / "relay.sock")
    queue = ArqQueue(connect(f"unix://{folder}/relay.sock"), system_clock)
    try:
        yield replace(env, queue=queue), relay
    finally:
        await queue.close()
        await relay.closed.wait()
        listening.close()


async def test_a_look_at_the_queue_costs_redis_two_round_trips(
    config: Config, env: Env, tmp_path: Path
) -> None:
    """A dashboard asks every second, and Redis may be across a network."""
    async with through_relay(config, env, tmp_path) as (far, relay):
        watch = QueueWatch(far)
        await watch.look()  # the connection is made
        relay.trips.clear()
        state = await watch.look()

    assert state.queue == "answers"
    assert len(relay.trips) == 2


async def test_what_is_owed_is_counted_rarely_however_often_it_is_asked(
    env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To count lists every work order; with 200,000 that takes a core for seconds."""
    counts = []

    async def owed() -> Sequence[Job]:
        counts.append(1)
        await asyncio.sleep(0.02)
        return await env.owed()

    watch = QueueWatch(replace(env, owed=owed))
    first, *_others = await asyncio.gather(*(watch.look() for _ in range(20)))
    await accepted(env)
    soon = await watch.look()
    monkeypatch.setattr(queue_state, "COUNT_SECONDS_MIN", 0.0)
    watch._count_again_at = 0.0
    later = await watch.look()

    assert len(counts) == 2
    assert (first.owed, soon.owed, later.owed) == (0, 0, 1)
    assert soon.counted_at == first.counted_at < later.counted_at
    assert soon.waiting == 1
    # It may take a tenth of a core, and no more.
    assert watch._count_again_at - asyncio.get_running_loop().time() > 0.02 * 8


async def test_who_asks_while_it_is_counted_is_told_the_last_count_soon(env: Env) -> None:
    """A dashboard must not hang for the seconds that a great store takes."""
    gate = asyncio.Event()

    async def owed() -> Sequence[Job]:
        await gate.wait()
        return await env.owed()

    await accepted(env)
    watch = QueueWatch(replace(env, owed=owed), patience_seconds=0.05)
    async with asyncio.timeout(SECONDS_MAX):
        unknown = await watch.look()
    gate.set()
    known = await watch.look()
    gate.clear()
    watch._count_again_at = 0.0
    async with asyncio.timeout(SECONDS_MAX):
        old = await watch.look()
    gate.set()

    assert (unknown.owed, unknown.counted_at, unknown.troubles) == (None, None, [])
    assert known.owed == old.owed == 1
    assert old.counted_at == known.counted_at


async def test_a_disk_that_does_not_tell_what_is_owed_hides_nothing_else(env: Env) -> None:
    """And when it tells again, so do we."""
    ill = True

    async def owed() -> Sequence[Job]:
        if ill:
            raise UnavailableError("The disk did not give work_orders.", remedy="Repair it.")
        return await env.owed()

    watch = QueueWatch(replace(env, owed=owed))
    during = await watch.look()
    ill = False
    watch._count_again_at = 0.0
    after = await watch.look()

    assert (during.queue, during.waiting, during.owed) == ("answers", 0, None)
    assert [one.problem for one in during.troubles] == ["The disk did not give work_orders."]
    assert (after.owed, after.troubles) == (0, [])

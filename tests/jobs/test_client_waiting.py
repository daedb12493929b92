"""Waiting for an order to be received: in vain, too long, in a crowd, and while Redis comes and goes."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config import Config
from domain.errors import UnavailableError
from domain.facts import TicketFacts
from jobs import client as clients
from jobs.client import Client
from jobs.job import Env
from jobs.receive_work_order import ReceiveWorkOrder
from jobs.wiring import make_env
from tests.jobs.orders import forget_the_queue, queued
from tests.worker.errands import at_work, until
from worker.redis_server import start_server

FACTS = TicketFacts(company="Lone Star Boring", county="Travis")
ORDER = ReceiveWorkOrder(idempotency_key="WO-48211", stated=FACTS)


@pytest.fixture
async def client(config: Config) -> AsyncIterator[Client]:
    async with Client(config.redis_address) as client:
        yield client


async def test_an_order_that_redis_has_forgotten_is_handed_in_again(
    client: Client, config: Config, env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FLUSHALL while nobody works, and whoever waits goes on waiting."""
    monkeypatch.setattr(clients, "LISTEN_SECONDS", 0.2)
    waiting = asyncio.create_task(client.receive(ORDER))
    await until(lambda: queued(env))
    await forget_the_queue(env)

    async with at_work(config, ReceiveWorkOrder):
        received = await waiting

    assert await env.store.work_orders.get(received.work_order_id)


async def test_a_redis_that_is_restarted_is_handed_the_order_again(tmp_path: Path) -> None:
    """It keeps nothing, as ours: what it held is gone, and whoever waits rings anew."""
    socket = tmp_path / "redis.sock"
    config = Config(data_dir=tmp_path / "data", redis_url=f"unix://{socket}")
    env = make_env(config)
    await env.store.open()
    server = await start_server(socket)
    async with Client(config.redis_address) as client:
        waiting = asyncio.create_task(client.receive(ORDER))
        await until(lambda: queued(env))
        server.kill()
        await server.wait()
        server = await start_server(socket)
        async with at_work(config, ReceiveWorkOrder):
            received = await waiting
    await env.queue.close()
    server.kill()
    await server.wait()

    assert await env.store.work_orders.get(received.work_order_id)


async def test_what_is_not_received_in_time_stays_queued(client: Client, env: Env) -> None:
    """Nobody works; to hand it in again is to go on waiting."""
    with pytest.raises(UnavailableError, match="was not received within"):
        await client.receive(ORDER, wait_seconds=0.2)

    assert await queued(env) == {ORDER.id}


async def test_a_wait_that_is_cancelled_leaves_the_order_queued_and_the_client_whole(
    client: Client, config: Config, env: Env
) -> None:
    """A request to the thin API was given up by whoever made it."""
    for _ in range(20):
        waiting = asyncio.create_task(client.receive(ORDER))
        await until(lambda: queued(env))
        waiting.cancel()
        assert isinstance(
            (await asyncio.gather(waiting, return_exceptions=True))[0], asyncio.CancelledError
        )

    async with at_work(config, ReceiveWorkOrder):
        assert (await client.receive(ORDER)).work_order_id == ORDER.work_order_id


async def test_more_may_wait_than_there_are_connections(
    client: Client, config: Config, env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them takes its turn to listen."""
    monkeypatch.setattr(clients, "CROWDED_SECONDS", 0.05)
    orders = [
        ReceiveWorkOrder(idempotency_key=f"WO-{number}", stated=FACTS) for number in range(100)
    ]
    waiting = [asyncio.create_task(client.receive(order)) for order in orders]
    await asyncio.sleep(0.3)

    async with at_work(config, ReceiveWorkOrder):
        received = await asyncio.gather(*waiting)

    assert [one.work_order_id for one in received] == [order.work_order_id for order in orders]


async def test_a_redis_that_is_away_is_told_of_with_what_to_do() -> None:
    """To hand it in again is harmless."""
    async with Client("redis://127.0.0.1:1") as client:
        with pytest.raises(UnavailableError, match="does not answer") as refused:
            await client.receive(ORDER, wait_seconds=0.3)

    assert refused.value.field == "REDIS_URL"

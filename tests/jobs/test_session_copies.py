"""Copies in a Redis that is away, silent, full or back: conversations go on."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from config import Config
from domain.errors import NotFoundError
from domain.session import SessionUpdate
from jobs.job import Env
from jobs.queue import connect, disconnect
from jobs.session_copies import PREFIX, RedisCopies
from jobs.wiring import make_env
from tests.builders import NOW
from worker.redis_server import start_server

KEY = "talk-1"


@asynccontextmanager
async def installation(tmp_path: Path, address: str) -> AsyncIterator[Env]:
    """A store of this test's own, with Redis at this address."""
    env = make_env(Config(data_dir=tmp_path / "data", redis_url=address))
    await env.store.open()
    yield env
    await env.queue.close()


async def whole_life(env: Env, key: str) -> None:
    """Everything that can be done to a conversation."""
    await env.sessions.create(key, ticket_id=None, now=NOW)
    after = await env.sessions.update(key, SessionUpdate(messages=[{"text": "a"}]), now=NOW)
    assert await env.sessions.get(key, now=NOW) == after
    assert (await env.sessions.extend(key, now=NOW)).version == 3
    assert (await env.sessions.delete(key, now=NOW)).messages == after.messages
    with pytest.raises(NotFoundError):
        await env.sessions.get(key, now=NOW)


@asynccontextmanager
async def deaf_server(socket: Path) -> AsyncIterator[list[int]]:
    """A server that takes everything and answers nothing; yields who has come."""
    came: list[int] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(len(came))
        try:
            await reader.read(-1)
        finally:
            writer.close()

    server = await asyncio.start_unix_server(take, socket)
    try:
        yield came
    finally:
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize("address", ["unix:///nowhere.sock", "redis://127.0.0.1:1"])
async def test_a_conversation_lives_its_whole_life_without_redis(
    tmp_path: Path, address: str
) -> None:
    """Begun, continued, extended, ended: from the files alone."""
    async with installation(tmp_path, address) as env:
        for number in range(5):
            await whole_life(env, f"talk-{number}")


async def test_a_redis_that_is_silent_is_asked_once_and_not_by_each(tmp_path: Path) -> None:
    """Each who waited for it would wait in vain; a second later one looks again."""
    socket = tmp_path / "deaf.sock"
    async with deaf_server(socket) as came, installation(tmp_path, f"unix://{socket}") as env:
        copies = env.sessions._copies
        assert isinstance(copies, RedisCopies)
        for number in range(5):
            await whole_life(env, f"talk-{number}")
        asked_at_first = len(came)

        copies._breaker._away_until = time.monotonic()  # a second has passed
        await asyncio.gather(*(whole_life(env, f"again-{number}") for number in range(5)))

    assert (asked_at_first, len(came)) == (1, 2)


async def test_an_answer_of_any_kind_is_a_redis_that_is_there(env: Env) -> None:
    """A key of another type is no reason to leave Redis alone for a second."""
    copies = env.sessions._copies
    assert isinstance(copies, RedisCopies)
    await env.sessions.create(KEY, ticket_id=None, now=NOW)
    redis = env.queue._redis
    await redis.delete(PREFIX + KEY)
    await redis.rpush(PREFIX + KEY, "a")

    assert await copies.get(KEY) is None
    assert copies._breaker._away_until is None


async def test_what_has_no_time_left_gets_no_copy(env: Env) -> None:
    """Redis refuses a life of zero, and for ever would be wrong."""
    session = await env.sessions.create(KEY, ticket_id=None, now=NOW)
    kept = await env.store.sessions.current(KEY)
    assert kept
    await env.sessions._copies.drop(KEY)

    await env.sessions._copies.put(kept, now=session.expires_at)

    assert await env.queue._redis.exists(PREFIX + KEY) == 0


async def test_whoever_stops_waiting_is_not_held_by_redis(env: Env) -> None:
    """A cancellation gets through."""
    asking = asyncio.create_task(env.sessions._copies.get(KEY))
    await asyncio.sleep(0)
    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking


@pytest.mark.slow
async def test_copies_are_kept_again_when_redis_is_back(tmp_path: Path) -> None:
    """Killed, stopped and started again between turns: the conversation is the same."""
    socket = tmp_path / "own" / "redis.sock"
    server = await start_server(socket)
    redis = connect(f"unix://{socket}")
    async with installation(tmp_path, f"unix://{socket}") as env:
        await env.sessions.create(KEY, ticket_id=None, now=NOW)
        assert await redis.exists(PREFIX + KEY)
        server.kill()
        await server.wait()
        first = await env.sessions.update(KEY, SessionUpdate(messages=[{"text": "a"}]), now=NOW)
        server = await start_server(socket)

        async with asyncio.timeout(10):
            while not await redis.exists(PREFIX + KEY):
                assert await env.sessions.get(KEY, now=NOW) == first
                await asyncio.sleep(0.05)
        os.kill(server.pid, signal.SIGSTOP)
        second = await env.sessions.update(
            KEY, SessionUpdate(messages=[{"text": "b"}]), now=NOW
        )
        os.kill(server.pid, signal.SIGCONT)

        assert await env.sessions.get(KEY, now=NOW) == second
        assert [said["text"] for said in second.messages] == ["a", "b"]
    server.kill()
    await server.wait()
    await disconnect(redis)

"""Progress: told while Redis is there, and no burden to a job where it is not."""

import asyncio
import logging
import os
import signal
import time
from pathlib import Path

import pytest

from config import Config
from jobs.job import Env
from jobs.progress import Progress
from jobs.progress_board import PREFIX, PROGRESS_SECONDS, RedisBoard
from jobs.queue import connect, disconnect
from jobs.wiring import make_env
from storage.clock import system_clock
from worker.redis_server import start_server

JOB = "errand:town"


async def told(env: Env, job_id: str = JOB) -> Progress:
    """Return what the board says of a job, as soon as it says something."""
    async with asyncio.timeout(5):
        while not (found := await env.board.read(job_id)):
            await asyncio.sleep(0.005)
    return found


async def test_what_was_reported_is_read_by_others(env: Env, config: Config) -> None:
    """Job and reader are in different processes."""
    other = RedisBoard(redis := connect(config.redis_address), system_clock)
    before = env.clock()

    env.board.report(JOB, "reading", 40)
    await told(env)
    found = await other.read(JOB)
    await disconnect(redis)

    assert found
    assert (found.stage, found.percent) == ("reading", 40)
    assert before <= found.at <= env.clock()


async def test_what_nobody_reported_is_not_known(env: Env) -> None:
    """Unknown is not zero."""
    assert await env.board.read("errand:nowhere") is None


@pytest.mark.parametrize("garbage", [b"", b"{", b"[]", b'{"stage": "x"}', b"7", b"\xff"])
async def test_what_is_no_report_is_not_known(env: Env, garbage: bytes) -> None:
    """Whoever can write to Redis must not be able to break a follower."""
    await env.queue._redis.set(PREFIX + JOB, garbage)

    assert await env.board.read(JOB) is None


async def test_a_report_is_forgotten_after_a_while(env: Env) -> None:
    """It is news; a Redis must not fill with that of years."""
    env.board.report(JOB, "reading", 40)
    await told(env)

    left = await env.queue._redis.ttl(PREFIX + JOB)

    assert 0 < left <= PROGRESS_SECONDS


async def test_who_listens_hears_each_report_as_it_comes(env: Env) -> None:
    """In milliseconds, and the last one wins."""
    heard = []
    with env.board.listening(JOB) as listener:
        assert await listener.next(0) is None
        await asyncio.sleep(0.2)  # the subscription stands
        for percent in (10, 20, 30):
            started = time.monotonic()
            env.board.report(JOB, "walking", percent)
            env.board.report("errand:elsewhere", "walking", 99)
            while not heard or heard[-1].percent != percent:
                if progress := await listener.next(2):
                    heard.append(progress)
            assert time.monotonic() - started < 0.5

    assert [one.percent for one in heard] == sorted(one.percent for one in heard)
    assert {one.stage for one in heard} == {"walking"}


async def test_who_comes_later_hears_what_was_said_before_him(env: Env) -> None:
    """He need not wait for the next report."""
    env.board.report(JOB, "walking", 50)
    await told(env)

    with env.board.listening(JOB) as listener:
        found = await listener.next(0.5)

    assert found
    assert found.percent == 50


async def test_who_waits_in_vain_is_told_what_is_known(env: Env) -> None:
    """A follower looks at the store meanwhile."""
    with env.board.listening(JOB) as listener:
        await listener.next(0)
        await listener.next(0.5)  # the subscription stands, which is news too
        started = time.monotonic()
        found = await listener.next(0.3)

    assert found is None
    assert 0.25 < time.monotonic() - started < 1


async def test_many_who_listen_share_one_subscription_that_ends_with_them(env: Env) -> None:
    """Two hundred streams must not be two hundred connections."""
    redis = env.queue._redis
    listening = [env.board.listening(f"errand:{number}") for number in range(20)]
    ears = [each.__enter__() for each in listening]
    await asyncio.sleep(0.2)
    while_open = await redis.pubsub_numpat()
    for each in listening:
        each.__exit__(None, None, None)

    async with asyncio.timeout(5):
        while await redis.pubsub_numpat():
            await asyncio.sleep(0.02)

    assert (len(ears), while_open) == (20, 1)


async def test_a_redis_that_is_away_costs_a_job_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nobody will read it; the job goes on, and no log fills with it."""
    board = RedisBoard(connect("unix:///nowhere.sock"), system_clock)
    started = time.monotonic()
    with caplog.at_level(logging.INFO):
        for percent in range(100):
            board.report(JOB, "reading", percent)
            await asyncio.sleep(0)
        spent = time.monotonic() - started
        unknown = await board.read(JOB)
        with board.listening(JOB) as listener:
            heard = await listener.next(0.1)

    assert spent < 0.2
    assert unknown is heard is None
    assert caplog.records == []


async def test_a_redis_that_does_not_answer_costs_a_job_nothing(tmp_path: Path) -> None:
    """Stopped, not dead: the socket takes everything and gives nothing."""
    server = await start_server(tmp_path / "redis.sock")
    redis = connect(f"unix://{tmp_path}/redis.sock")
    board = RedisBoard(redis, system_clock)
    board.report(JOB, "reading", 1)
    await asyncio.sleep(0.1)
    os.kill(server.pid, signal.SIGSTOP)
    try:
        started = time.monotonic()
        for percent in range(100):
            board.report(JOB, "reading", percent)
            await asyncio.sleep(0)
        spent = time.monotonic() - started
        unknown = await board.read(JOB)
        read_after = time.monotonic() - started
    finally:
        os.kill(server.pid, signal.SIGCONT)

    board.report(JOB, "reading", 100)
    async with asyncio.timeout(5):
        while (found := await board.read(JOB)) is None or found.percent != 100:
            await asyncio.sleep(0.02)
    server.kill()
    await server.wait()
    await disconnect(redis)
    assert spent < 0.2
    assert (unknown, read_after < 0.7) == (None, True)


async def test_who_listens_hears_again_when_redis_is_back(tmp_path: Path) -> None:
    """A restart must not leave a follower deaf, nor what was said meanwhile unheard."""
    socket = tmp_path / "redis.sock"
    server = await start_server(socket)
    redis = connect(f"unix://{socket}")
    board = RedisBoard(redis, system_clock)
    with board.listening(JOB) as listener:
        await listener.next(0)
        await listener.next(1)
        server.kill()
        await server.wait()
        server = await start_server(socket)
        board.report(JOB, "walking", 70)

        async with asyncio.timeout(10):
            while (found := await listener.next(1)) is None:
                pass
    server.kill()
    await server.wait()
    await disconnect(redis)

    assert found.percent == 70


async def test_what_was_reported_last_is_on_the_board_when_the_connections_close(
    env: Env, config: Config
) -> None:
    """No task of the board is left to meet closed connections, which would be said in the log."""
    earlier = asyncio.all_tasks()
    other = make_env(config)
    with other.board.listening(JOB) as listener:
        await listener.next(0)
        for percent in range(50):
            other.board.report(JOB, "walking", percent)
        await other.queue.close()

    found = await env.board.read(JOB)
    since = asyncio.all_tasks() - earlier
    left = [one for one in since if "RedisBoard" in repr(one.get_coro())]

    assert found
    assert found.percent == 49
    assert left == []


async def test_to_close_waits_for_no_redis_that_does_not_answer(tmp_path: Path) -> None:
    """A process that is to stop stops."""
    server = await start_server(tmp_path / "redis.sock")
    redis = connect(f"unix://{tmp_path}/redis.sock")
    board = RedisBoard(redis, system_clock)
    await redis.ping()
    os.kill(server.pid, signal.SIGSTOP)
    try:
        board.report(JOB, "reading", 1)
        async with asyncio.timeout(10):
            await board.close()
    finally:
        os.kill(server.pid, signal.SIGCONT)
    server.kill()
    await server.wait()
    await disconnect(redis)
    assert not [one for one in asyncio.all_tasks() if "RedisBoard" in repr(one.get_coro())]


async def test_a_board_on_which_nothing_was_ever_posted_is_closed(config: Config) -> None:
    """Most commands of the command line post nothing."""
    board = RedisBoard(redis := connect(config.redis_address), system_clock)

    await board.close()
    found = await board.read(JOB)
    await disconnect(redis)

    assert found is None

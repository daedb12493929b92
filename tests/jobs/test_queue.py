"""The queue: a bell that is rung once for each job, and that says so when nobody answers."""

import asyncio
import math
import pickle
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import Config
from domain.errors import RejectedError, UnavailableError
from jobs.extract_ticket import ExtractTicket
from jobs.queue import (
    ANSWER_SECONDS_MAX,
    BATCH_JOBS_MAX,
    QUEUE_NAME,
    RUNNING_KEY,
    WAKE_KEY,
    ArqQueue,
    QueueDepth,
    connect,
    decode,
    encode,
)
from storage.clock import system_clock
from tests.builders import NOW

TOKENS_MAX = 64


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def queue(config: Config, clock: Clock) -> AsyncIterator[ArqQueue]:
    queue = ArqQueue(connect(config.redis_address), clock)
    yield queue
    await queue.close()


async def put_at(queue: ArqQueue, at: datetime, *given: ExtractTicket) -> None:
    """Queue these as if it had been done then, by a clock that is not Redis's own."""
    await queue.put(*given)
    due = {job.id: int(at.timestamp() * 1000) for job in given}
    await queue._redis.zadd(QUEUE_NAME, due)


def jobs(count: int, *, start: int = 0) -> list[ExtractTicket]:
    return [ExtractTicket(work_order_id=f"order-{start + n}") for n in range(count)]


@asynccontextmanager
async def server_that_never_answers(socket: Path) -> AsyncIterator[str]:
    async def listen_and_say_nothing(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while await reader.read(4096):
            pass
        writer.close()

    async with await asyncio.start_unix_server(listen_and_say_nothing, socket):
        yield f"unix://{socket}"


async def test_a_job_is_queued_once_however_often_it_is_rung_for(queue: ArqQueue) -> None:
    """Recovery rings for all that is owed, every few seconds; that must add nothing."""
    first = await queue.put(*jobs(3))
    again = await queue.put(*jobs(3))
    more = await queue.put(*jobs(2, start=2))

    assert (first, again, more) == (3, 0, 1)
    assert await queue._redis.zcard(QUEUE_NAME) == 4


async def test_a_job_that_is_named_twice_in_one_breath_counts_once(queue: ArqQueue) -> None:
    """The number is shown to people, who will compare it with the orders."""
    assert await queue.put(*jobs(2), *jobs(2)) == 2


async def test_each_new_job_wakes_one_worker(queue: ArqQueue) -> None:
    """A token too few leaves a worker asleep, one too many wakes it for nothing."""
    await queue.put(*jobs(3))
    await queue.put(*jobs(3))

    assert await queue._redis.llen(WAKE_KEY) == 3


async def test_a_large_backlog_is_rung_in_batches_with_few_tokens(queue: ArqQueue) -> None:
    """After a day without Redis there may be thousands; tokens beyond the workers are waste."""
    count = 2 * BATCH_JOBS_MAX + 1

    assert await queue.put(*jobs(count)) == count

    assert await queue._redis.zcard(QUEUE_NAME) == count
    assert await queue._redis.llen(WAKE_KEY) == TOKENS_MAX


async def test_a_job_that_redis_half_forgot_is_rung_for_again(queue: ArqQueue) -> None:
    """A payload without its place in the queue would else keep the job out for four weeks."""
    await queue.put(*jobs(1))
    await queue._redis.delete(QUEUE_NAME)

    assert await queue.put(*jobs(1)) == 1

    assert await queue._redis.zcard(QUEUE_NAME) == 1


async def test_ringing_for_nothing_asks_nothing_of_redis() -> None:
    """What is owed is mostly nothing; that must not depend on Redis."""
    queue = ArqQueue(connect("unix:///nowhere.sock"), system_clock)

    assert await queue.put() == 0


async def test_a_queued_job_lies_there_as_json_for_weeks(queue: ArqQueue) -> None:
    """A long outage of the workers must not turn the backlog into failures."""
    await queue.put(*jobs(1))

    payload = await queue._redis.get("arq:job:extract_ticket:order-0")
    life = timedelta(milliseconds=await queue._redis.pttl("arq:job:extract_ticket:order-0"))
    assert decode(payload) == {
        "t": None,
        "f": "extract_ticket",
        "a": [],
        "k": {"work_order_id": "order-0"},
        "et": int(NOW.timestamp() * 1000),
    }
    assert timedelta(weeks=3) < life <= timedelta(weeks=4)


async def test_the_depth_tells_what_waits_what_runs_and_since_when(
    queue: ArqQueue, clock: Clock
) -> None:
    """A person who looks at a slow morning needs these four numbers."""
    empty = await queue.depth()
    await put_at(queue, clock.now, *jobs(3))
    clock.now += timedelta(seconds=90)
    await put_at(queue, clock.now + timedelta(hours=1), jobs(3)[2])

    before = await queue.depth()
    await queue._redis.hset(RUNNING_KEY, "extract_ticket:order-0", f"worker-1 7 0 {QUEUE_NAME}")
    while_one_runs = await queue.depth()
    await queue._redis.flushall()

    assert empty == QueueDepth(0, 0, 0, 0)
    assert before == QueueDepth(waiting=2, deferred=1, running=0, oldest_seconds=90)
    assert while_one_runs == QueueDepth(waiting=1, deferred=1, running=1, oldest_seconds=90)
    assert await queue.depth() == empty


async def test_the_oldest_is_the_oldest_that_waits(queue: ArqQueue, clock: Clock) -> None:
    """A long job that runs well is no reason to be alarmed about the queue."""
    await put_at(queue, clock.now, *jobs(1))
    clock.now += timedelta(minutes=5)
    await put_at(queue, clock.now, *jobs(1, start=1))
    await queue._redis.hset(RUNNING_KEY, "extract_ticket:order-0", f"worker-1 7 0 {QUEUE_NAME}")
    clock.now += timedelta(seconds=2)

    assert (await queue.depth()).oldest_seconds == 2


async def test_a_redis_that_is_away_is_said_to_be_away_at_once() -> None:
    """Whoever waits for an answer learns what to expect: nothing is lost."""
    queue = ArqQueue(connect("unix:///nowhere.sock"), system_clock)

    with pytest.raises(UnavailableError, match="The queue does not answer") as ringing:
        await queue.put(*jobs(1))
    with pytest.raises(UnavailableError):
        await queue.depth()

    assert "Nothing is lost" in (ringing.value.remedy or "")


@pytest.mark.slow
async def test_a_redis_that_never_answers_is_waited_for_a_second(tmp_path: Path) -> None:
    """A host that hangs is worse than one that is gone: a 202 must not hang with it."""
    async with server_that_never_answers(tmp_path / "deaf.sock") as address:
        queue = ArqQueue(connect(address), system_clock)
        started = time.monotonic()
        with pytest.raises(UnavailableError) as ringing:
            await queue.put(*jobs(1))
        waited = time.monotonic() - started
        with pytest.raises(UnavailableError):
            await queue.depth()
        await queue.close()

    assert waited < 1.5 * ANSWER_SECONDS_MAX
    assert ringing.value.remedy


def test_a_password_is_taken_as_the_url_means_it() -> None:
    """Platforms put escapes in generated passwords; arq's own parser leaves them in."""
    redis = connect("redis://worker:p%40ss%2Fword@example.com:6380/3")

    parts = redis.connection_pool.connection_kwargs
    assert (parts["password"], parts["port"], parts["db"]) == ("p@ss/word", 6380, 3)


def test_options_that_other_clients_understand_are_left_out() -> None:
    """A platform's URL may end in `?family=0`, which redis-py would stumble on."""
    redis = connect("redis://queue:6379?family=0&db=2")

    assert redis.connection_pool.connection_kwargs["db"] == 2
    assert "family" not in redis.connection_pool.connection_kwargs


@pytest.mark.parametrize(
    "address",
    ["queue:6379", "http://queue", "redis://queue:port", "redis://user:hunter2/3@queue"],
)
def test_an_address_that_is_no_redis_url_is_refused(address: str) -> None:
    """Found at the start and named, not as an outage that never ends."""
    with pytest.raises(RejectedError, match="not the URL of a Redis") as refused:
        connect(address)

    assert refused.value.field == "REDIS_URL"
    assert "hunter2" not in refused.value.problem


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(message=st.dictionaries(st.text(), values, max_size=4))
def test_what_is_queued_comes_out_as_it_went_in(message: dict[str, Any]) -> None:
    """Arguments are read back by another process, perhaps of another version."""
    finite = {name: value for name, value in message.items() if _is_finite(value)}

    assert decode(encode(finite)) == finite


def test_an_exception_in_a_message_becomes_its_text() -> None:
    """arq puts the exception itself in; JSON that refused it would hide every failure."""
    message = {"r": ValueError("no such street"), "t": 1}

    assert decode(encode(message)) == {"r": "ValueError('no such street')", "t": 1}


@pytest.mark.parametrize("message", [pickle.dumps({"f": "x"}), b"[]", b"1", b"", b'{"f": '])
def test_what_is_no_json_object_is_refused(message: bytes) -> None:
    """A pickle would run whatever its writer likes; it is not even looked at."""
    with pytest.raises(ValueError, match=r"JSON|EOF|value|line"):
        decode(message)


def _is_finite(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_finite, value.values()))
    if isinstance(value, list):
        return all(map(_is_finite, value))
    return not isinstance(value, float) or math.isfinite(value)

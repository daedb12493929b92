"""The depth is told whatever lies beside the queue: somebody looks at it when all is odd."""

import pytest

from jobs.job import Env
from jobs.lanes import POSTPONED_KEY, QUEUE_NAME, RUNNING_KEY


@pytest.mark.parametrize("due", ["1764000000000.5", "-inf", "inf", "nan", "soon", ""])
async def test_a_job_that_was_put_off_from_an_odd_time_is_one_that_waits(
    env: Env, due: str
) -> None:
    """A stock client may score a job as it likes, and it is put off with the score it had."""
    redis = env.queue._redis
    await redis.zadd(QUEUE_NAME, {"x": 1e14})
    await redis.hset(POSTPONED_KEY, "x", f"{due} {QUEUE_NAME}")

    depth = await env.queue.depth()

    is_time = due[:1].isdigit()
    assert (depth.waiting, depth.deferred, depth.running) == (1, 0, 0)
    assert (depth.oldest_seconds > 0) is is_time
    assert depth.oldest_seconds < 1e9


async def test_a_job_with_a_score_that_is_no_time_has_waited_for_nobody_knows_how_long(
    env: Env,
) -> None:
    """Endless is no number in JSON."""
    await env.queue._redis.zadd(QUEUE_NAME, {"x": float("-inf")})

    depth = await env.queue.depth()

    assert (depth.waiting, depth.oldest_seconds) == (1, 0)


@pytest.mark.parametrize(
    "left",
    [b"worker-1", b"worker-1 texas811:queue", b"worker-1 7 0 another:queue", b"\xff"],
)
async def test_what_an_earlier_release_has_left_does_not_run_for_ever(
    env: Env, left: bytes
) -> None:
    """It named the worker alone, and nobody takes that away."""
    await env.queue._redis.hset(RUNNING_KEY, "extract_ticket:x", left)

    assert (await env.queue.depth()).running == 0

"""What waits, as a look into the queue shows it."""

from datetime import timedelta

from config import Config
from jobs.extract_ticket import ExtractTicket
from jobs.job import Env
from jobs.recompute_timestamps import RecomputeTimestamps
from jobs.validate_ticket import ValidateTicket
from jobs.waiting import QueuedState
from storage.clock import system_clock
from tests.worker.errands import Bench, at_work, errand_that


async def test_the_first_jobs_of_each_lane_are_shown_in_their_order(env: Env) -> None:
    """What was handed in first is due first; a timer is due when it says."""
    later = system_clock() + timedelta(hours=2)
    for key in ("t-1", "t-2", "t-3"):
        await env.queue.put(ValidateTicket(ticket_id=key))
    await env.queue.put(RecomputeTimestamps(ticket_id="t-1", due_at=later), at=later)

    first = await env.queue.first(2)

    assert [job.job_id for job in first[:2]] == ["validate_ticket:t-1", "validate_ticket:t-2"]
    assert [job.state for job in first] == [QueuedState.WAITING] * 2 + [QueuedState.SCHEDULED]
    assert [job.lane for job in first] == ["within_1s", "within_1s", "within_30s"]
    assert abs(first[2].due_at - later) < timedelta(seconds=1)
    assert first[2].kind == "recompute_timestamps"


async def test_one_job_is_found_with_its_arguments_until_it_is_over(env: Env) -> None:
    """Whoever has its id need not know its lane."""
    await env.queue.put(ExtractTicket(work_order_id="order-1"))

    found = await env.queue.find("extract_ticket:order-1")

    assert found
    assert (found.state, found.arguments) == (
        QueuedState.WAITING,
        {"work_order_id": "order-1"},
    )
    assert await env.queue.find("extract_ticket:order-2") is None


async def test_what_runs_says_who_runs_it_and_stands_in_nobodys_way(
    env: Env, config: Config
) -> None:
    """It is still in its queue, where its lease ends, and must not be taken for one that waits."""
    bench = Bench()
    errand = errand_that(bench)
    async with at_work(config, errand, name="worker-7"):
        await env.queue.put(errand(place="town"))
        await bench.begun.wait()
        await env.queue.put(ValidateTicket(ticket_id="t-1"))

        found = await env.queue.find("errand:town")
        waiting = await env.queue.first(1)

        assert found
        assert (found.state, found.holder) == (QueuedState.RUNNING, "worker-7")
        assert [job.job_id for job in waiting] == ["validate_ticket:t-1"]
        bench.go_on.set()


async def test_what_others_have_put_into_redis_is_shown_and_breaks_nothing(env: Env) -> None:
    """A stock client may write any id, any payload and any time."""
    redis = env.queue._redis
    await redis.zadd("texas811:queue", {b"\xff\xfe": 1e300, "plain": float("inf")})
    await redis.set("arq:job:plain", b"not json")

    first = await env.queue.first(10)
    plain = await env.queue.find("plain")

    assert {job.job_id for job in first} == {"��", "plain"}
    assert plain
    assert plain.arguments is None

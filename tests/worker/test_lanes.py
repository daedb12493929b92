"""Lanes: the fast never wait for the slow, the slow do not wait for ever, and pauses hold."""

import asyncio
import time
from typing import get_args

import pytest
from arq.connections import ArqRedis

from config import Config
from jobs.job import Env, Job
from jobs.lanes import LANES, POSTPONED_KEY, QUEUES, Lane
from jobs.queue import encode
from storage.layout import Layout
from storage.pauses import Pause, Pauses
from tests.builders import NOW
from tests.worker.claims import claimed, now_ms, turn
from tests.worker.errands import Bench, at_work, errand_that, until
from worker.lanes import Places
from worker.settings import JOBS_AT_ONCE

HEED_SECONDS_MAX = 1.0


def of_lane(lane: Lane, bench: Bench) -> type[Job]:
    """A kind of job of its own name in this lane."""
    return type("Slow", (errand_that(bench),), {"lane": lane, "name": f"errand_{lane}"})


def paused(what: str, name: str) -> Pause:
    return Pause.model_validate(
        {"what": what, "name": name, "reason": "the portal is down", "by": "Ann", "since": NOW}
    )


@pytest.fixture
async def pauses(config: Config, env: Env) -> Pauses:
    return Pauses(Layout(config.root))


async def queued(redis: ArqRedis, lane: Lane, job_id: str, age_seconds: float) -> None:
    payload = encode({"t": None, "f": "errand", "a": [], "k": {}, "et": 1})
    await redis.set(f"arq:job:{job_id}", payload)
    await redis.zadd(QUEUES[lane], {job_id: now_ms() - int(age_seconds * 1000)})


def test_every_lane_has_a_queue_and_stock_clients_have_the_first() -> None:
    """A stock client knows one queue: what it hands in, somebody waits for."""
    assert list(QUEUES) == list(LANES) == list(get_args(Lane))
    assert QUEUES["within_1s"] == "texas811:queue"
    assert Job.lane == "within_1s"


async def test_a_job_is_queued_in_the_lane_of_its_kind(env: Env, redis: ArqRedis) -> None:
    """One ring may be for jobs of several lanes; each is queued once."""
    kinds = [of_lane(lane, Bench()) for lane in LANES]

    rung = await env.queue.put(*(kind() for kind in kinds))
    again = await env.queue.put(*(kind() for kind in kinds))

    assert (rung, again) == (3, 0)
    assert [await redis.zcard(queue) for queue in QUEUES.values()] == [1, 1, 1]


async def test_the_slow_leave_places_to_the_fast(env: Env, config: Config) -> None:
    """A backup of an hour must never be what a person waits for."""
    slow, fast = Bench(), Bench()
    backup, extraction = of_lane("whenever", slow), of_lane("within_1s", fast)

    async with at_work(config, backup, extraction):
        await env.queue.put(*(backup(place=f"town-{number}") for number in range(20)))
        await until(lambda: slow.times == JOBS_AT_ONCE - 2)
        await asyncio.sleep(0.1)
        begun = slow.times
        rung_at = time.monotonic()
        await env.queue.put(extraction())
        await fast.begun.wait()
        waited = time.monotonic() - rung_at
        slow.go_on.set()
        fast.go_on.set()
        await until(lambda: slow.times == 20)

    assert begun == JOBS_AT_ONCE - 2
    assert waited < 0.5


async def test_two_slow_lanes_together_leave_a_place_too(redis: ArqRedis) -> None:
    """Each by itself would keep to its bound, and both together fill the worker."""
    for number in range(10):
        await queued(redis, "within_30s", f"within_30s-{number}", 10_000)
    for number in range(3):
        await queued(redis, "whenever", f"whenever-{number}", 20_000)

    claims = await claimed(redis, free=8, most=Places(8).most())

    assert [claim.lane for claim in claims] == ["whenever"] * 3 + ["within_30s"] * 4


@pytest.mark.parametrize("places", [1, 2, 3, 8])
def test_every_lane_has_a_place_in_the_smallest_worker(places: int) -> None:
    """A reserve that takes everything would starve the lane for ever."""
    most = Places(places).most()

    assert min(most.values()) >= 1
    assert most["within_1s"] == places


def test_a_place_that_is_given_back_is_free_again() -> None:
    """Also where a lane was over its bound for a while."""
    places = Places(3)
    for lane in ("whenever", "within_1s", "within_1s"):
        places.take(lane)
    full = (places.free, places.most())
    places.give_back("within_1s")

    assert full == (0, {"within_1s": 0, "within_30s": 1, "whenever": 0})
    assert places.free == places.most()["within_1s"] == 1


async def test_the_promise_that_ends_first_is_kept_first(redis: ArqRedis) -> None:
    """Among those that are due; so whoever has waited long enough overtakes every lane."""
    await queued(redis, "whenever", "whenever, new", 0)
    await queued(redis, "within_30s", "within_30s, new", 0)
    await queued(redis, "within_1s", "within_1s, new", 0)
    await queued(redis, "within_30s", "within_30s, 40 s old", 40)
    await queued(redis, "whenever", "whenever, 11 minutes old", 660)

    claims = [(await claimed(redis, free=1))[0].job_id for _ in range(5)]

    assert claims == [
        "whenever, 11 minutes old",
        "within_30s, 40 s old",
        "within_1s, new",
        "within_30s, new",
        "whenever, new",
    ]


async def test_a_flood_of_the_fast_does_not_starve_the_slow(redis: ArqRedis) -> None:
    """As old as its patience, a job of `whenever` goes before all that came after it."""
    await queued(redis, "whenever", "old", 601)
    for number in range(50):
        await queued(redis, "within_1s", f"fast-{number}", 0)

    assert (await claimed(redis, free=1))[0].job_id == "old"


async def test_what_is_put_off_gets_its_turn_by_its_age(redis: ArqRedis) -> None:
    """Paused for an hour, resumed: it has waited, and is not a newcomer."""
    await queued(redis, "within_1s", "old", 3_600)
    await turn(redis, kinds=[], paused_kinds=["errand"])

    depth = await depths_of(redis)

    assert depth["within_1s"].waiting == 1
    assert depth["within_1s"].deferred == 0
    assert depth["within_1s"].oldest_seconds >= 3_600


async def test_a_paused_lane_is_left_alone_and_the_others_go_on(redis: ArqRedis) -> None:
    """A pause holds what it names, and nothing else."""
    for lane in LANES:
        await queued(redis, lane, f"job of {lane}", 1)

    claims = await claimed(redis, paused_lanes={"within_1s", "whenever"})

    assert [claim.lane for claim in claims] == ["within_30s"]


@pytest.mark.parametrize("what", ["lane", "job"])
async def test_a_pause_holds_within_a_second_and_ends_within_a_second(
    what: str, config: Config, env: Env, pauses: Pauses
) -> None:
    """Somebody has seen something go wrong and wants it to stop now."""
    bench, other = Bench(), Bench()
    bench.go_on.set()
    other.go_on.set()
    kind, free = of_lane("within_30s", bench), of_lane("within_1s", other)
    name = {"lane": "within_30s", "job": kind.name}[what]

    async with at_work(config, kind, free):
        await pauses.pause(paused(what, name))
        await asyncio.sleep(HEED_SECONDS_MAX)
        await env.queue.put(kind(), free())
        await until(lambda: other.times)
        await asyncio.sleep(0.2)
        while_paused = bench.times
        await pauses.resume(what, name)
        await until(lambda: bench.times, seconds=HEED_SECONDS_MAX)

    assert while_paused == 0


async def test_a_pause_outlives_redis_and_the_worker(
    config: Config, env: Env, redis: ArqRedis, pauses: Pauses
) -> None:
    """It stands in a file: a deploy or a flush is no reason to begin."""
    bench = Bench()
    kind = errand_that(bench)
    await pauses.pause(paused("job", "errand"))
    await redis.flushall()
    await env.queue.put(kind())

    async with at_work(config, kind):
        await until(lambda: redis.exists(POSTPONED_KEY))
        await asyncio.sleep(0.2)

    assert bench.times == 0
    assert await redis.zcard(QUEUES["within_1s"]) == 1


async def test_a_pause_that_cannot_be_read_holds_as_it_was(
    config: Config, env: Env, pauses: Pauses, caplog: pytest.LogCaptureFixture
) -> None:
    """What a person has paused must not begin because a disk is ill; nor does the worker stop."""
    bench = Bench()
    kind = errand_that(bench)
    await pauses.pause(paused("job", "errand"))

    async with at_work(config, kind) as worker:
        await asyncio.sleep(0.1)
        Layout(config.root).pauses.write_text("{")
        await asyncio.sleep(HEED_SECONDS_MAX + 0.5)
        await env.queue.put(kind())
        await asyncio.sleep(0.2)
        is_working = not worker.main_task.done()

    assert bench.times == 0
    assert is_working
    assert caplog.text.count("the pauses are as they were") == 1


async def test_a_worker_that_cannot_tell_what_is_paused_begins_nothing(
    config: Config, env: Env, caplog: pytest.LogCaptureFixture
) -> None:
    """What a person has paused must not begin because a worker is new; and no longer than that."""
    bench = Bench()
    bench.go_on.set()
    kind = errand_that(bench)
    Layout(config.root).pauses.write_text("{")
    await env.queue.put(kind())

    async with at_work(config, kind):
        await asyncio.sleep(0.5)
        while_unknown = bench.times
        Layout(config.root).pauses.unlink()
        await asyncio.wait_for(bench.begun.wait(), HEED_SECONDS_MAX + 1)

    assert while_unknown == 0
    assert "nothing is begun until the pauses can be read" in caplog.text


async def test_the_depth_is_told_lane_by_lane(env: Env, redis: ArqRedis) -> None:
    """An old job of `whenever` is no alarm; one of `within_1s` is."""
    await queued(redis, "whenever", "slow", 100)
    await queued(redis, "within_1s", "later", -100)
    await queued(redis, "within_1s", "fast", 0)
    await claimed(redis, free=1)

    depths, together = await env.queue.depths(), await env.queue.depth()

    assert (depths["whenever"].waiting, depths["whenever"].running) == (1, 0)
    assert depths["whenever"].oldest_seconds >= 100
    assert (depths["within_1s"].waiting, depths["within_1s"].running) == (0, 1)
    assert depths["within_1s"].deferred == 1
    assert (together.waiting, together.deferred, together.running) == (1, 1, 1)
    assert together.oldest_seconds >= 100


async def depths_of(redis: ArqRedis) -> dict:
    from jobs.depth import depths

    return await depths(redis, now_ms())

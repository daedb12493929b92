"""Claims: one call, and each job has one holder, its place and its turn."""

import asyncio

import pytest
from arq.connections import ArqRedis

from config import Config
from jobs.job import Env
from jobs.lanes import FENCE_KEY, LEASES_KEY, POSTPONED_KEY, QUEUE_NAME, RUNNING_KEY, WAKE_KEY
from jobs.queue import encode
from tests.worker.claims import claimed, now_ms, turn
from tests.worker.errands import Bench, Errand, errand_that
from worker import claiming
from worker.claiming import Disposition
from worker.leasing import recall

kind: type[Errand] = errand_that(Bench())


async def queued(redis: ArqRedis, job_id: str, due_ms: int, name: str = "errand") -> None:
    """Lay a job down as arq does."""
    payload = encode({"t": None, "f": name, "a": [], "k": {}, "et": due_ms})
    await redis.set(f"arq:job:{job_id}", payload)
    await redis.zadd(QUEUE_NAME, {job_id: due_ms})


async def waiting(redis: ArqRedis) -> list[str]:
    return [job_id.decode() for job_id in await redis.zrange(QUEUE_NAME, 0, -1)]


async def test_as_many_are_claimed_as_have_room_and_the_oldest_first(redis: ArqRedis) -> None:
    """One call for all of them; and who came first is served first."""
    for number in (3, 1, 2, 5, 4):
        await queued(redis, f"job-{number}", 1_000 * number)

    first = await claimed(redis, free=3)
    rest = await claimed(redis)

    assert [claim.job_id for claim in first] == ["job-1", "job-2", "job-3"]
    assert [claim.job_id for claim in rest] == ["job-4", "job-5"]


async def test_no_job_is_claimed_by_two(env: Env, redis: ArqRedis) -> None:
    """Many workers ask in the same moment; each job is given to one of them."""
    await env.queue.put(*(kind(place=f"town-{number}") for number in range(60)))

    all_claimed = await asyncio.gather(
        *(claimed(redis, f"worker-{number}", free=7) for number in range(12))
    )

    ids = [claim.job_id for claims in all_claimed for claim in claims]
    assert len(ids) == len(set(ids)) == 60


async def test_a_claim_says_who_holds_it_and_by_which_token(redis: ArqRedis) -> None:
    """Whatever looks at Redis, ours or arq's, can see that the job is in progress."""
    await queued(redis, "job", 1_000)

    [claim] = await claimed(redis, "worker-7", lease_seconds=30)

    assert await redis.get("arq:in-progress:job") == f"worker-7 {claim.token}".encode()
    assert 29_000 < await redis.pttl("arq:in-progress:job") <= 30_000
    assert await redis.hget(RUNNING_KEY, "job") == (
        f"worker-7 {claim.token} 1000 {QUEUE_NAME}".encode()
    )
    assert claim.tries == 1
    assert await redis.get("arq:retry:job") == b"1"
    assert 80_000 < await redis.ttl("arq:retry:job") <= 88_400


async def test_tokens_only_grow_even_if_redis_forgets(redis: ArqRedis) -> None:
    """A token given out twice would let a zombie speak for the living."""
    tokens = []
    for number in range(6):
        await queued(redis, f"job-{number}", 1_000)
        tokens += [int(claim.token) for claim in await claimed(redis)]
        if number == 2:
            await redis.flushall()
        await asyncio.sleep(0.002)

    assert tokens == sorted(set(tokens))
    assert len(tokens) == 6


async def test_a_stock_worker_s_job_is_left_to_it(redis: ArqRedis) -> None:
    """It leaves what it runs in the queue, under a marker of its own: we look past it."""
    for number in range(4):
        await queued(redis, f"job-{number}", 1_000 + number)
    for number in range(3):
        await redis.set(f"arq:in-progress:job-{number}", b"1", ex=60)

    assert [claim.job_id for claim in await claimed(redis, free=1)] == ["job-3"]


async def test_what_is_over_leaves_nothing_behind(redis: ArqRedis) -> None:
    """A queue that never forgets fills the memory of Redis within weeks."""
    await queued(redis, "job", 1_000)
    [claim] = await claimed(redis)

    await turn(redis, ended=[Disposition(claim)])

    assert sorted(await redis.keys()) == sorted([FENCE_KEY.encode(), LEASES_KEY.encode()])
    assert await redis.zcard(LEASES_KEY) == 1  # the sentinel


async def test_what_ends_makes_room_in_the_same_call(redis: ArqRedis) -> None:
    """One round trip for the end of some and the beginning of others."""
    await queued(redis, "first", 1_000)
    await queued(redis, "second", 2_000)
    [first] = await claimed(redis, free=1)

    after = await turn(redis, ended=[Disposition(first)], free=1)

    assert [claim.job_id for claim in after.claimed] == ["second"]


async def test_a_job_for_later_is_due_at_its_time_and_counts_its_tries(redis: ArqRedis) -> None:
    """A retry is absolute: the place in the queue says when, whatever happened meanwhile."""
    await queued(redis, "job", 1_000)
    [claim] = await claimed(redis)
    due_ms = now_ms() + 80

    at_once = await turn(redis, ended=[Disposition(claim, "later", due_ms)])
    await asyncio.sleep(0.1)
    [again] = await claimed(redis)

    assert at_once.claimed == []
    assert at_once.wait_seconds is not None
    assert 0 < at_once.wait_seconds <= 0.08
    assert (again.tries, again.due_ms) == (2, due_ms)


async def test_a_job_handed_back_has_its_place_and_has_spent_no_try(redis: ArqRedis) -> None:
    """A deploy is not the job's fault; it must not lose its turn, nor a try."""
    await queued(redis, "job", 1_000)
    [claim] = await claimed(redis)

    await turn(redis, ended=[Disposition(claim, "back")], free=0)
    [again] = await claimed(redis)

    assert (again.tries, again.due_ms) == (1, 1_000)


async def test_what_another_has_taken_is_not_ended_by_who_had_it(redis: ArqRedis) -> None:
    """A zombie that wakes must not delete the job that a living worker holds."""
    await queued(redis, "job", 1_000)
    [zombie] = await claimed(redis, "zombie", lease_seconds=0.01)
    await asyncio.sleep(0.02)
    [living] = await claimed(redis, "living")

    told = await turn(redis, "zombie", [Disposition(zombie)])

    assert list(told.lost) == ["job"]
    assert await redis.hkeys(RUNNING_KEY) == [b"job"]
    assert await redis.exists("arq:job:job") == 1
    assert living.token != zombie.token


async def test_to_say_twice_that_a_job_has_ended_is_harmless(redis: ArqRedis) -> None:
    """The answer to the first may have been lost, and the job rung for anew since."""
    await queued(redis, "job", 1_000)
    [claim] = await claimed(redis)
    await turn(redis, ended=[Disposition(claim)])
    await queued(redis, "job", 2_000)

    told = await turn(redis, ended=[Disposition(claim)], free=0)

    assert list(told.lost) == ["job"]
    assert await waiting(redis) == ["job"]


async def test_the_turn_tells_when_the_next_is_due(redis: ArqRedis) -> None:
    """So that nobody has to look in between, or sleeps through it."""
    await queued(redis, "now", 1_000)
    await queued(redis, "soon", now_ms() + 500)
    await queued(redis, "late", now_ms() + 5_000)

    told = await turn(redis)

    assert [claim.job_id for claim in told.claimed] == ["now"]
    assert told.wait_seconds is not None
    assert 0.3 < told.wait_seconds <= 0.5


async def test_the_end_of_a_lease_is_something_to_wait_for(redis: ArqRedis) -> None:
    """The job of a dead worker runs again at that moment, and not at the next look."""
    await queued(redis, "job", 1_000)
    await claimed(redis, "dead", lease_seconds=0.2)

    before = await turn(redis)
    await asyncio.sleep(0.21)
    after = await turn(redis)

    assert before.claimed == []
    assert before.wait_seconds is not None
    assert 0.1 < before.wait_seconds <= 0.2
    assert list(after.recovered) == ["job"]
    assert [(claim.due_ms, claim.tries) for claim in after.claimed] == [(1_000, 2)]


async def test_an_unknown_kind_stays_queued_and_stands_in_nobody_s_way(
    redis: ArqRedis,
) -> None:
    """A deploy brings kinds that the old worker does not know: they wait for the new one."""
    for number in range(20):
        await queued(redis, f"new-{number}", 1_000 + number, name="mow_the_lawn")
    await queued(redis, "known", 2_000)

    old = await turn(redis, free=1)
    await recall(redis)
    new = await claimed(redis, kinds=["mow_the_lawn"])

    assert [claim.job_id for claim in old.claimed] == ["known"]
    assert set(old.unknown) == {"mow_the_lawn"}
    assert [(claim.due_ms, claim.tries) for claim in new] == [(1_000 + n, 1) for n in range(20)]
    assert not await redis.exists(POSTPONED_KEY)


async def test_an_unknown_kind_is_looked_at_again_by_itself(
    redis: ArqRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker that knows it may have been there all along."""
    monkeypatch.setattr(claiming, "UNKNOWN_POSTPONED_MS", 50)
    await queued(redis, "new", 1_000, name="mow_the_lawn")

    await turn(redis)
    await asyncio.sleep(0.06)
    [claim] = await claimed(redis, kinds=["mow_the_lawn"])

    assert claim.due_ms == 1_000


async def test_a_name_is_read_however_the_json_is_written(redis: ArqRedis) -> None:
    """Stock clients have encoders of their own: order and spaces differ."""
    forms = [
        '{"f": "errand", "t": null, "a": [], "k": {}, "et": 1}',
        '{"k":{"f":"other"},"a":[],"et":1,"t":1,"f":"errand"}',
        '{ "t" : 1, "f" : "errand", "a": [], "k": {}, "et": 1}',
        '{"t": null, "f": "err\\u0061nd", "a": [], "k": {}, "et": 1}',
    ]
    for number, form in enumerate(forms):
        await redis.set(f"arq:job:job-{number}", form)
        await redis.zadd(QUEUE_NAME, {f"job-{number}": 1_000})

    assert len(await claimed(redis)) == len(forms)


async def test_a_place_that_is_no_time_is_no_reason_to_stop(redis: ArqRedis) -> None:
    """Whoever writes minus infinity wants it first."""
    await queued(redis, "job", 1_000)
    await redis.zadd(QUEUE_NAME, {"job": "-inf"})

    [claim] = await claimed(redis)
    await turn(redis, ended=[Disposition(claim, "back")], free=0)

    assert claim.due_ms == 0
    assert await waiting(redis) == ["job"]


async def test_a_redis_that_has_forgotten_is_told_from_an_idle_one(redis: ArqRedis) -> None:
    """What was rung for is gone with it: somebody has to ring again."""
    first, second = await turn(redis), await turn(redis)
    await redis.flushall()

    assert (first.forgot, second.forgot) == (True, False)
    assert (await turn(redis)).forgot


async def test_tokens_are_left_for_those_who_shall_have_the_rest(
    env: Env, redis: ArqRedis
) -> None:
    """Too many wake siblings for nothing, too few leave jobs waiting for a look."""
    await env.queue.put(*(kind(place=f"town-{number}") for number in range(9)))
    await redis.lpop(WAKE_KEY)  # whoever was woken

    await claimed(redis, free=8)

    assert await redis.llen(WAKE_KEY) == 1


async def test_a_job_that_runs_is_not_rung_for_again(env: Env, redis: ArqRedis) -> None:
    """Recovery rings for all that is owed, and what runs is owed until it has ended."""
    await env.queue.put(kind())
    await claimed(redis)

    assert await env.queue.put(kind()) == 0
    assert await redis.zcount(QUEUE_NAME, "-inf", now_ms()) == 0


async def test_what_a_payload_weighs_does_not_matter(config: Config, redis: ArqRedis) -> None:
    """arq sets no bound: a large one is claimed like any other."""
    large = encode({"t": None, "f": "errand", "a": [], "k": {"p": "x" * 3_000_000}, "et": 1})
    await redis.set("arq:job:large", large)
    await redis.zadd(QUEUE_NAME, {"large": 1})

    [claim] = await claimed(redis)

    assert claim.payload == large

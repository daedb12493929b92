"""A dated run is made once, whoever rings; and whoever waits for a job hears how it ended."""

import asyncio
from datetime import timedelta

import pytest
from arq.connections import ArqRedis

from config import Config
from domain.errors import UnavailableError
from domain.runs import EntryState
from jobs.awaiting import Ended, outcome_key, ring, ring_for
from jobs.job import Env
from jobs.lanes import QUEUES, RUNNING_KEY
from jobs.queue import decode
from tests.worker.dated import KINDS, Clock, Ledger, rung
from tests.worker.errands import at_work, until
from tests.worker.ringing import (
    DATED,
    LAST,
    NOW,
    TEN_MINUTES,
    no_job_is_queued,
    rings,
    run_of_the_last_date,
)
from worker.schedule import ScheduleKeeper

SHORTLY_AFTER = Clock(LAST + timedelta(seconds=30))  # the next date must not come meanwhile


pytestmark = pytest.mark.usefixtures("empty_ledger")


async def test_whoever_waits_hears_of_success(scheduled: Env, config: Config) -> None:
    """The status of a command of cron depends on it."""
    async with at_work(config, *KINDS):
        ended = await rings(config, NOW)

    assert ended == Ended(succeeded=True, said="done: run 1")
    assert Ledger.dates == [None]


async def test_whoever_waits_hears_of_failure(
    scheduled: Env, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And of what it was; the letter lies where it always does."""
    monkeypatch.setattr(Ledger, "failure", ZeroDivisionError("no such page"))

    async with at_work(config, *KINDS):
        ended = await rings(config, DATED)

    assert not ended.succeeded
    assert "no such page" in ended.said
    assert await scheduled.store.dead_letters.count() == 1
    run = await run_of_the_last_date(scheduled)
    assert run
    assert run.finished_at
    assert run.succeeded is False


async def test_an_attempt_that_is_tried_again_is_not_the_end(
    scheduled: Env, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full for a moment: what counts is how it ends."""
    monkeypatch.setattr(Ledger, "failure", UnavailableError("The disk is full."))

    async with at_work(config, *KINDS):
        waiting = asyncio.create_task(rings(config, DATED))
        await until(lambda: Ledger.dates)
        assert not waiting.done()
        monkeypatch.setattr(Ledger, "failure", None)
        ended = await waiting

    assert ended.succeeded
    assert len(Ledger.dates) >= 2


async def test_a_dated_run_is_refused_after_it_has_ended_and_left_the_queue(
    scheduled: Env, config: Config, redis: ArqRedis
) -> None:
    """A clock beside ours comes minutes late: it is told how the run has ended."""
    async with at_work(config, *KINDS):
        first = await rings(config, DATED)
        await until(lambda: no_job_is_queued(redis))
        await redis.delete(outcome_key(DATED.id))
        second = await rings(config, DATED)
        await until(lambda: no_job_is_queued(redis))

    assert Ledger.dates == [LAST]
    assert second == first == Ended(succeeded=True, said="done: run 1")


async def test_two_schedulers_and_a_clock_beside_them_run_it_once(
    scheduled: Env, config: Config
) -> None:
    """All of them ring at the same moment, and the clock beside ours goes on ringing."""
    due = {"ledger": EntryState(decided_until=LAST - timedelta(minutes=10))}
    await scheduled.store.schedule.dated.change(lambda _known: due)
    keepers = [
        ScheduleKeeper(SHORTLY_AFTER.of(scheduled), [TEN_MINUTES], KINDS) for _ in range(2)
    ]

    async with (
        at_work(config, *KINDS, name="worker-1"),
        at_work(config, *KINDS, name="worker-2"),
    ):
        ends, *_ = await asyncio.gather(rings(config, DATED), *(k.look() for k in keepers))
        again = [await rings(config, DATED) for _ in range(3)]
        for keeper in keepers:
            await keeper.look()

    assert [one.succeeded for one in (ends, *again)] == [True] * 4
    assert Ledger.dates == [LAST]


async def test_the_schedule_does_not_ring_for_what_was_rung_for_from_outside(
    scheduled: Env, config: Config, redis: ArqRedis
) -> None:
    """The clock beside ours was faster by a second, and the run has ended since."""
    due = {"ledger": EntryState(decided_until=LAST - timedelta(minutes=10))}
    await scheduled.store.schedule.dated.change(lambda _known: due)
    async with at_work(config, *KINDS):
        await rings(config, DATED)
        await until(lambda: no_job_is_queued(redis))

    await ScheduleKeeper(SHORTLY_AFTER.of(scheduled), [TEN_MINUTES], KINDS).look()

    assert await rung(redis) == []
    assert Ledger.dates == [LAST]


async def test_a_job_that_redis_has_forgotten_is_rung_for_again_by_who_waits(
    scheduled: Env, config: Config, redis: ArqRedis
) -> None:
    """FLUSHALL while nobody works: a moment later it is queued anew."""
    waiting = asyncio.create_task(rings(config, NOW))
    await until(lambda: rung(redis))
    await redis.flushall()

    async with at_work(config, *KINDS):
        assert (await waiting).succeeded


async def test_a_job_for_which_nobody_waits_leaves_no_outcome(
    scheduled: Env, config: Config, redis: ArqRedis
) -> None:
    """Redis holds a bell, no archive."""
    async with at_work(config, *KINDS):
        await scheduled.queue.put(Ledger())
        await until(lambda: Ledger.dates)
        await until(lambda: no_job_is_queued(redis))

    assert await redis.keys("texas811:outcome:*") == []


async def test_an_outcome_is_kept_for_an_hour_and_for_all_who_ask(
    scheduled: Env, config: Config, redis: ArqRedis
) -> None:
    """Two who wait hear the same."""
    async with at_work(config, *KINDS):
        ends = await asyncio.gather(rings(config, NOW), rings(config, NOW))
        remaining = await redis.ttl(outcome_key(NOW.id))

    assert ends[0] == ends[1]
    assert 3500 < remaining <= 3600
    assert Ledger.dates == [None]


async def test_what_is_rung_for_from_outside_is_due_by_the_clock_of_redis(
    config: Config, redis: ArqRedis
) -> None:
    """The container of cron has a clock of its own."""
    seconds, _micros = await redis.time()
    ring(config.redis_address, DATED)

    due_ms = await redis.zscore(QUEUES["whenever"], DATED.id)
    payload = decode(await redis.get(f"arq:job:{DATED.id}"))
    assert payload["et"] == due_ms
    assert seconds * 1000 <= payload["et"] < (seconds + 5) * 1000


async def test_a_job_that_does_not_end_in_time_is_told_so(config: Config) -> None:
    """Nobody works; it stays rung for."""
    with pytest.raises(UnavailableError, match="has not ended within"):
        await rings(config, NOW, seconds=0.3)


async def test_it_is_rung_for_once_while_it_is_queued(config: Config, redis: ArqRedis) -> None:
    """The second time there is nothing new to say."""
    assert ring(config.redis_address, DATED)
    assert not ring(config.redis_address, DATED)
    assert await rung(redis) == [DATED.id]


async def test_it_is_not_rung_for_while_it_runs_or_where_it_has_just_ended(
    config: Config, redis: ArqRedis
) -> None:
    """Who waits rings again every two seconds: between its end and his question, too."""
    await redis.hset(RUNNING_KEY, NOW.id, "worker-1")
    await redis.rpush(outcome_key(DATED.id), bytes(Ended(succeeded=True, said="done: ")))

    assert not ring(config.redis_address, NOW)
    assert not ring(config.redis_address, DATED)
    assert await rung(redis) == []


async def test_what_is_rung_for_from_outside_is_laid_down_as_the_queue_does(
    env: Env, config: Config, redis: ArqRedis
) -> None:
    """Same lane, same payload, same life: no worker can tell the one from the other."""
    job = Ledger(due_at=LAST)
    await env.queue.put(job)
    theirs = await _laid_down(redis)
    await redis.flushall()

    ring(
        config.redis_address,
        ring_for("ledger", None, timetable=[TEN_MINUTES], now=LAST),
    )

    assert await _laid_down(redis) == theirs


async def _laid_down(redis: ArqRedis) -> object:
    import json

    [job_id] = await rung(redis)
    payload = json.loads(await redis.get(f"arq:job:{job_id}"))
    payload.pop("et")
    due_at = payload["k"].pop("due_at").replace("+00:00", "Z")
    days = round(await redis.pttl(f"arq:job:{job_id}") / 86_400_000)
    tokens = await redis.llen("texas811:queue:wake")
    return job_id, payload, due_at, days, tokens, sorted(await redis.keys("*"))

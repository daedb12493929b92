"""How a run ends is known for certain: noted while the disk is away, and told to who waits."""

import asyncio
from pathlib import Path

import pytest
from arq import Retry
from arq.connections import ArqRedis

from config import Config
from jobs import awaiting
from jobs.awaiting import Ended, Ring, outcome_key, ring, ring_for
from jobs.job import Env, Outcome
from jobs.lanes import QUEUES
from jobs.queue import encode
from tests.worker.attempts import attempt, next_token, redis_of
from tests.worker.dated import KINDS, Chore, Ledger, rung
from tests.worker.errands import at_work, until
from tests.worker.ringing import (
    DATED,
    LAST,
    NOW,
    no_job_is_queued,
    rings,
    run_of_the_last_date,
)
from worker import outcomes
from worker.settings import ARQ_TRIES_MAX
from worker.tries import Tries

pytestmark = pytest.mark.usefixtures("empty_ledger")


def refuse_notes(env: Env) -> Path:
    """Let the disk take no note of the schedule: nobody can lock what is no file."""
    lock = env.store.quarantine.layout.schedule_lock
    lock.unlink(missing_ok=True)
    lock.mkdir()
    return lock


async def test_a_run_that_cannot_be_noted_is_not_begun_until_it_can(
    scheduled: Env,
    config: Config,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It may have been made already; nobody knows while the disk does not answer.

    However long that takes, nobody has died under it.
    """
    monkeypatch.setattr(outcomes, "UNNOTED_SECONDS", 0.05)
    lock = refuse_notes(scheduled)

    async with at_work(config, *KINDS):
        waiting = asyncio.create_task(rings(config, DATED))
        await until(lambda: caplog.text.count("the run waits") > Ledger.lost_workers_max)
        assert Ledger.dates == []
        lock.rmdir()
        ended = await waiting

    assert ended == Ended(succeeded=True, said="done: run 1")
    assert Ledger.dates == [LAST]


async def test_a_run_that_waits_for_the_disk_costs_no_worker(scheduled: Env) -> None:
    """A start that ended without a word is taken for one whose process died."""
    refuse_notes(scheduled)
    for number in (1, 2):
        with pytest.raises(Retry):
            await attempt(Ledger, scheduled, number=number, job_id=DATED.id)

    tries = Tries(redis_of(scheduled), DATED.id, start=3, token=next_token())
    await tries.recall()
    assert tries.lost_workers == 0


async def test_a_run_whose_end_cannot_be_noted_is_made_once_and_its_end_noted_later(
    scheduled: Env,
    config: Config,
    redis: ArqRedis,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The queue does not let go of it before; and whoever waits hears no earlier."""
    monkeypatch.setattr(outcomes, "UNNOTED_SECONDS", 0.1)

    async with at_work(config, Breaking):
        waiting = asyncio.create_task(rings(config, DATED))
        await until(lambda: "the end of the run is not noted yet" in caplog.text)
        await until(lambda: caplog.text.count("the run waits") >= 2)
        assert not waiting.done()
        scheduled.store.quarantine.layout.schedule_lock.rmdir()
        ended = await waiting
        await until(lambda: no_job_is_queued(redis))

    run = await run_of_the_last_date(scheduled)
    assert ended == Ended(succeeded=True, said="done: run 1")
    assert Ledger.dates == [LAST]
    assert run
    assert (run.succeeded, run.said) == (True, "done: run 1")
    assert await redis.keys("*:tries:*") == []


class Breaking(Ledger):
    """Breaks the disk as it is run."""

    async def run(self, env: Env) -> Outcome:
        refuse_notes(env)
        return await super().run(env)


class Spoiling(Ledger):
    """Spoils what is known of the schedule as it is run."""

    async def run(self, env: Env) -> Outcome:
        env.store.quarantine.layout.schedule.write_bytes(b"{")
        return await super().run(env)


async def test_the_end_is_noted_though_what_was_known_was_set_aside_meanwhile(
    scheduled: Env, config: Config, redis: ArqRedis
) -> None:
    """The entry begins anew; that this date was run is known from the start."""
    async with at_work(config, Spoiling):
        first = await rings(config, DATED)
        await until(lambda: no_job_is_queued(redis))
        await redis.delete(outcome_key(DATED.id))
        second = await rings(config, DATED)

    run = await run_of_the_last_date(scheduled)
    assert first == second == Ended(succeeded=True, said="done: run 1")
    assert run
    assert run.finished_at
    assert Ledger.dates == [LAST]


@pytest.mark.parametrize("what", [NOW, DATED], ids=["now", "dated"])
async def test_whoever_waits_hears_that_the_engine_has_given_a_job_up(
    scheduled: Env, config: Config, redis: ArqRedis, what: Ring
) -> None:
    """Else it would be rung for again every two seconds, to no end."""
    payload = {"t": ARQ_TRIES_MAX + 1, "f": "ledger", "a": [], "k": {**what.arguments}, "et": 1}
    await redis.set(f"arq:job:{what.id}", encode(payload))
    await redis.zadd(QUEUES["whenever"], {what.id: 1})

    async with at_work(config, *KINDS):
        ended = await rings(config, what)
        await until(lambda: no_job_is_queued(redis))

    run = await run_of_the_last_date(scheduled)
    assert not ended.succeeded
    assert "begun 1000 times" in ended.said
    assert Ledger.dates == []
    assert await scheduled.store.dead_letters.count() == 1
    assert (run and run.succeeded) is (False if what is DATED else None)


@pytest.fixture
def _chore_is_shared(empty_ledger: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The chore has no date and needs no arguments."""
    monkeypatch.setattr(awaiting, "LANE_OF", {"chore": Chore.lane})
    monkeypatch.setattr(awaiting, "KEY_OF", {"chore": "all"})
    monkeypatch.setattr(awaiting, "SHARED", {"chore:all"})


@pytest.mark.usefixtures("_chore_is_shared")
async def test_whoever_rings_for_what_the_schedule_rings_for_hears_of_a_run_since_then(
    scheduled: Env, config: Config, redis: ArqRedis
) -> None:
    """What was told of an earlier run is not the answer, and none is kept for long."""
    what = ring_for("chore", None, timetable=[], now=LAST)
    earlier = Ended(succeeded=False, said="buried: boom")
    await redis.rpush(outcome_key(what.id), bytes(earlier))

    async with at_work(config, *KINDS):
        first = await rings(config, what)
        remaining = await redis.ttl(outcome_key(what.id))
        second = await rings(config, what)

    assert what.id == Chore().id
    assert first == second == Ended(succeeded=True, said="done: ")
    assert 0 < remaining <= outcomes.SHARED_OUTCOME_SECONDS


@pytest.mark.usefixtures("_chore_is_shared")
async def test_two_who_ring_for_what_the_schedule_rings_for_run_it_once(
    scheduled: Env, config: Config, redis: ArqRedis
) -> None:
    """Two sweeps at once would do everything twice."""
    what = ring_for("chore", None, timetable=[], now=LAST)

    assert await scheduled.queue.put(Chore()) == 1
    assert not ring(config.redis_address, what)
    waiting = asyncio.create_task(rings(config, what))
    await asyncio.sleep(0.1)
    assert await rung(redis) == [what.id]

    async with at_work(config, *KINDS):
        assert (await waiting).succeeded

"""Who says nothing of itself any more: a worker that stands still, an API that is not there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jobs.health.watching import Watch
from jobs.job import Env
from jobs.sampling import COUNT_EVERY, Sampler
from storage.incarnations import new_incarnation
from storage.telemetry_records import ProcessKind
from tests.jobs.processes import a_worker

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


async def test_a_worker_that_stands_still_is_not_at_work(env: Env) -> None:
    """It holds its lock, and takes no job: its places are none."""
    still, at_work, now = new_incarnation("worker-1"), new_incarnation("worker-2"), env.clock()
    telemetry = env.store.telemetry
    await telemetry.tell_process(a_worker(still, now - 12 * SECOND))
    await telemetry.tell_process(a_worker(at_work, now))
    alive = env.store.incarnations.alive

    with alive(still), alive(at_work):
        one = await Watch(env).look()
        await telemetry.tell_process(a_worker(at_work, now - 11 * SECOND))
        none_told = await Watch(env).look()

    assert one.alive == [at_work]
    assert [silent.id for silent in one.silent] == [still]
    assert one.lanes["within_1s"].slots == 8
    assert none_told.alive == sorted([still, at_work]), (
        "it is the telemetry that is not written"
    )
    assert none_told.silent == []


async def test_from_outside_it_is_seen_that_there_is_no_api(env: Env) -> None:
    """The API itself cannot miss itself, whatever the telemetry lacks."""
    worker, now = new_incarnation("worker-1"), env.clock()
    early = replace(a_worker(worker, now), started_at=now - timedelta(minutes=2))
    await env.store.telemetry.tell_process(early)

    never = await Watch(env, is_outside=True).look()
    api = replace(early, id="api-7", kind=ProcessKind.API, told_at=now - 35 * SECOND)
    await env.store.telemetry.tell_process(api)
    silent = await Watch(env, is_outside=True).look()
    inside = await Watch(env).look()
    await env.store.telemetry.tell_process(replace(api, told_at=now - 25 * SECOND))
    restarted = await Watch(env, is_outside=True).look()

    assert (never.is_unserved, never.unserved_since) == (True, None)
    assert silent.is_unserved
    assert silent.unserved_since == pytest.approx(api.told_at, abs=SECOND)
    assert not inside.is_unserved
    assert not restarted.is_unserved


async def test_who_holds_its_lock_has_not_ended_however_silent(env: Env) -> None:
    """It stands still, and its attempts run on when it goes on; nor has who was not asked in time."""
    still = new_incarnation("worker-1")
    worker = a_worker(still, NOON - timedelta(minutes=5))
    api = replace(worker, id="api-7", kind=ProcessKind.API, told_at=NOON)
    now = NOON
    telemetry, sampler = env.store.telemetry, Sampler(replace(env, clock=lambda: now))
    for one in (worker, api):
        await telemetry.tell_process(one)

    with env.store.incarnations.alive(still):
        await sampler.look()
        now += timedelta(minutes=9)  # nine minutes in no time: the clock was put on
        for _look in range(COUNT_EVERY):
            await sampler.look()

    assert {one.id for one in await telemetry.processes()} == {still, "api-7"}

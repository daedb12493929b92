"""The schedule: each tick is rung for once, whoever keeps it, and no outage ends it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from arq.connections import ArqRedis

from config import Config
from domain.recurrence import Every
from domain.runs import Run
from domain.timetable import Entry, Missed
from jobs.job import Env
from jobs.queue import connect, disconnect
from jobs.wiring import make_env
from storage.schedule_state import Known
from tests.builders import NOW
from tests.worker.dated import CHORE, HOURLY, KINDS, Clock, ledger, rung, take
from tests.worker.errands import until
from worker.redis_server import start_server
from worker.schedule import (
    LOOK_SECONDS_MAX,
    LOST_AFTER,
    RETRY_SECONDS,
    ScheduleKeeper,
    keep_schedule,
)

SECOND = timedelta(seconds=1)


@asynccontextmanager
async def keeping(env: Env, times: int = 1) -> AsyncIterator[None]:
    """The schedule, kept by so many workers while the block runs."""
    tasks = [asyncio.create_task(keep_schedule(env)) for _ in range(times)]
    yield
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def end_all(env: Env) -> None:
    """Note that every run has ended, as its worker would."""

    def step(known: Known) -> Known:
        progress = known["ledger"]
        for run in progress.unfinished:
            progress = progress.with_run(run.ended(succeeded=True, said="done: ", now=NOW))
        return {**known, "ledger": progress}

    await env.store.schedule.dated.change(step)


async def runs(env: Env) -> tuple[Run, ...]:
    return (await env.store.schedule.dated.read())["ledger"].runs


async def test_every_entry_of_a_short_period_is_rung_for_at_the_start(
    env: Env, redis: ArqRedis
) -> None:
    """What a crash has left, what has lapsed and what time has changed is seen to at once."""
    async with keeping(env, times=4):
        await until(lambda: rung(redis))
        await asyncio.sleep(0.2)

    assert await rung(redis) == [
        "copy_backups:all",
        "expire_sessions:all",
        "recompute_timestamps:all",
        "recover_work:owed",
    ]


async def test_of_several_workers_one_rings_for_a_tick(env: Env, redis: ArqRedis) -> None:
    """A sweep over all tickets takes minutes: four of them would take the others' time."""
    clock = Clock(NOW)
    keepers = [ScheduleKeeper(clock.of(env), [CHORE, ledger()], KINDS) for _ in range(4)]
    found: list[str] = []

    for seconds in range(0, 3 * 3600, 60):
        clock.now = NOW + seconds * SECOND
        for keeper in keepers:
            await keeper.look()
            found += await take(redis)
        await end_all(env)

    assert found.count("chore:all") == 180
    assert [one for one in found if "ledger" in one] == [
        "ledger:20260302T1600Z",
        "ledger:20260302T1700Z",
    ]


async def test_a_backlog_holds_one_of_each_and_not_one_a_tick(
    env: Env, redis: ArqRedis
) -> None:
    """After an hour without workers the first of them must not find hundreds."""
    clock = Clock(NOW)
    keeper = ScheduleKeeper(clock.of(env), [CHORE, ledger()], KINDS)

    for minutes in range(300):
        clock.now = NOW + minutes * timedelta(minutes=1)
        await keeper.look()

    assert await rung(redis) == ["chore:all", "ledger:20260302T1600Z"]


async def test_a_worker_that_starts_anew_remembers_what_was_run(
    env: Env, redis: ArqRedis
) -> None:
    """A deploy over the full hour neither repeats a run nor loses it."""
    clock = Clock(NOW)
    await ScheduleKeeper(clock.of(env), [ledger()], KINDS).look()
    clock.now = NOW + HOURLY + SECOND

    await ScheduleKeeper(clock.of(env), [ledger()], KINDS).look()
    first = await take(redis)
    await end_all(env)
    await ScheduleKeeper(clock.of(env), [ledger()], KINDS).look()

    assert first == ["ledger:20260302T1600Z"]
    assert await take(redis) == []


async def test_a_run_that_was_written_down_and_not_rung_for_is_rung_for_by_another(
    env: Env, redis: ArqRedis
) -> None:
    """A worker was killed in between, or Redis has forgotten everything."""
    clock = Clock(NOW)
    keeper = ScheduleKeeper(clock.of(env), [ledger()], KINDS)
    await keeper.look()
    clock.now = NOW + HOURLY
    await keeper.look()
    await take(redis)

    clock.now += LOST_AFTER
    await ScheduleKeeper(clock.of(env), [ledger()], KINDS).look()

    assert await take(redis) == ["ledger:20260302T1600Z"]
    assert [run.rings for run in await runs(env)] == [2]


async def test_a_run_that_takes_long_is_not_rung_for_twice(env: Env, redis: ArqRedis) -> None:
    """The queue has it still: to ring again changes nothing, and is not counted."""
    clock = Clock(NOW)
    keeper = ScheduleKeeper(clock.of(env), [ledger()], KINDS)
    await keeper.look()

    for minutes in range(55, 110):
        clock.now = NOW + minutes * timedelta(minutes=1)
        await keeper.look()

    assert await rung(redis) == ["ledger:20260302T1600Z"]
    assert [run.rings for run in await runs(env)] == [1]


async def test_runs_that_wait_are_rung_for_in_turn_within_seconds(
    env: Env, redis: ArqRedis
) -> None:
    """Three hours were missed: each has its run when the one before has ended."""
    clock = Clock(NOW)
    keeper = ScheduleKeeper(clock.of(env), [ledger(missed=Missed.ALL)], KINDS)
    await keeper.look()
    found = []

    for seconds in range(60):
        clock.now = NOW + 3.5 * HOURLY + seconds * SECOND
        await keeper.look()
        if ids := await take(redis):
            found += ids
            await end_all(env)

    assert found == [f"ledger:20260302T{hour}00Z" for hour in (16, 17, 18)]


async def test_a_clock_that_steps_back_does_not_ring_twice(
    env: Env, redis: ArqRedis, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said, and the instants that come again are known."""
    clock = Clock(NOW)
    keepers = [ScheduleKeeper(clock.of(env), [ledger()], KINDS) for _ in range(2)]
    found = []

    for minutes in [*range(75), *range(30, 75)]:
        clock.now = NOW + minutes * timedelta(minutes=1)
        for keeper in keepers:
            await keeper.look()
        if ids := await take(redis):
            found += ids
            await end_all(env)

    assert found == ["ledger:20260302T1600Z"]
    assert "the clock has stepped back" in caplog.text


async def test_the_next_look_is_when_something_is_due_and_soon(env: Env) -> None:
    """Soon enough to see a step of the clock, and no busy loop."""
    clock = Clock(NOW + 4.6 * SECOND)
    keeper = ScheduleKeeper(clock.of(env), [CHORE], KINDS)

    assert await keeper.look() == pytest.approx(0.4)
    clock.now = NOW + 5 * SECOND
    assert await keeper.look() == LOOK_SECONDS_MAX


async def test_what_could_not_be_rung_for_is_rung_for_as_soon_as_redis_is_back(
    config: Config, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """An outage over the full hour costs no run, and is told of once."""
    caplog.set_level(logging.INFO)
    address = f"unix://{tmp_path / 'redis.sock'}"
    env = make_env(config.model_copy(update={"redis_url": address}))
    await env.store.open()
    clock = Clock(NOW)
    keeper = ScheduleKeeper(clock.of(env), [CHORE, ledger()], KINDS)
    for minutes in range(65):
        clock.now = NOW + minutes * timedelta(minutes=1)
        assert await keeper.look() == RETRY_SECONDS

    server = await start_server(tmp_path / "redis.sock")
    redis = connect(address)
    await keeper.look()

    assert await rung(redis) == ["chore:all", "ledger:20260302T1600Z"]
    assert caplog.text.count("the schedule waits") == 1
    assert caplog.text.count("the schedule goes on") == 1
    await env.queue.close()
    await disconnect(redis)
    server.kill()
    await server.wait()


async def test_a_disk_that_takes_nothing_costs_the_dated_runs_alone(
    env: Env, redis: ArqRedis, config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    """Work is recovered all the same; the dated run is rung for when the disk takes its note."""
    (config.root / "config").rmdir()
    clock = Clock(NOW)
    keeper = ScheduleKeeper(clock.of(env), [CHORE, ledger()], KINDS)
    await keeper.look()

    assert await take(redis) == ["chore:all"]
    clock.now += 5 * SECOND
    await keeper.look()
    assert await take(redis) == ["chore:all"]
    assert caplog.text.count("the schedule waits") == 1
    (config.root / "config").mkdir()
    clock.now += SECOND
    await keeper.look()
    clock.now = NOW + HOURLY
    await keeper.look()
    assert await take(redis) == ["chore:all", "ledger:20260302T1600Z"]


async def test_an_entry_that_is_new_in_the_timetable_begins_with_its_next_date(
    env: Env, redis: ArqRedis
) -> None:
    """A deploy that brings the nightly backup does not make one at noon."""
    clock = Clock(NOW + 30 * SECOND)
    keeper = ScheduleKeeper(clock.of(env), [Entry("ledger", Every(HOURLY))], KINDS)

    await keeper.look()

    assert await rung(redis) == []


async def test_the_schedule_stops_when_it_is_told_to(env: Env) -> None:
    """A worker that ends waits for it; each turn of the loop is a moment to stop at."""
    for turns in range(40):
        task = asyncio.create_task(keep_schedule(env))
        for _turn in range(turns):
            await asyncio.sleep(0)

        task.cancel()

        stopped, _deaf = await asyncio.wait({task}, timeout=1)
        assert stopped

"""Sampling: what one second of the real queue and the real telemetry amounts to."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from config import Config
from domain.errors import UnavailableError
from jobs import second
from jobs.job import Env
from jobs.queue import ArqQueue, connect
from jobs.recover_work import RecoverWork
from jobs.run_times import LENGTHS, series_of
from jobs.sampling import Sampler
from jobs.second import FailureClasses, Look, rates
from storage.attempts_asked import Ended
from storage.clock import system_clock
from storage.telemetry_records import (
    AttemptEnding,
    AttemptRecord,
)
from tests.conftest import serving
from tests.jobs.processes import a_worker

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SECONDS_MAX = 10.0
LANE = "within_1s"
DONE, RETRY, LOST = AttemptEnding.DONE, AttemptEnding.RETRY, AttemptEnding.LOST


class Clock:
    """A clock that goes on by a second each time that it is wound."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def attempt(
    token: int, ended_at: datetime, ending: AttemptEnding = DONE, **told: object
) -> AttemptRecord:
    """Return an attempt that waited 0.2 s, ran 0.1 s, and ended then."""
    fields = {
        "job_id": f"recover_work:{token}",
        "kind": "recover_work",
        "lane": LANE,
        "number": 1,
        "worker": "worker-1.a",
        "enqueued_at": None,
        "due_at": ended_at - 0.3 * SECOND,
        "started_at": ended_at - 0.1 * SECOND,
        "ended_at": ended_at,
        "ending": ending,
    }
    return AttemptRecord(token=token, **(fields | told))  # type: ignore[arg-type] - each has its own type


def ended(ending: AttemptEnding | None, error: str | None = None, ms: int = 10) -> Ended:
    """Return what is told of an end."""
    return Ended(NOON, LANE, ending, error, ms, ms)


def seen(seconds: float, present: int = 0) -> Look:
    """Return a look at one lane with so many jobs."""
    return Look(NOON, seconds, {}, {LANE: present})


async def sampled(env: Env) -> dict[str, float]:
    """Return the last sample."""
    latest = await env.store.telemetry.latest()
    assert latest
    return dict(latest[1])


async def test_a_sample_tells_the_depth_of_the_queue_and_what_ended(env: Env) -> None:
    """A second is written when the next one is over: by then its ends are told."""
    clock = Clock()
    env = replace(env, clock=clock)
    sampler, telemetry = Sampler(env), env.store.telemetry
    await sampler.look()
    await env.queue.put(
        RecoverWork(), at=system_clock() + timedelta(hours=1)
    )  # by Redis's clock
    clock.now = NOON + SECOND
    await sampler.look()
    await telemetry.record_attempts(
        [
            attempt(1, NOON + 0.2 * SECOND),
            attempt(2, NOON + 0.3 * SECOND, RETRY, error="ValueError"),
            attempt(3, NOON + 1.5 * SECOND),
        ]
    )
    clock.now = NOON + 2 * SECOND
    await sampler.look()
    first = await sampled(env)
    clock.now = NOON + 3 * SECOND
    await sampler.look()
    second_one = await sampled(env)

    assert await telemetry.latest() == (NOON + 2 * SECOND, second_one)
    assert first[f"scheduled:{LANE}"] == 1
    assert (first[f"ready:{LANE}"], first[f"running:{LANE}"], first[f"retrying:{LANE}"]) == (
        0,
        0,
        0,
    )
    assert first[f"out_per_s:{LANE}"] > 0
    assert first[f"in_per_s:{LANE}"] == pytest.approx(2 * first[f"out_per_s:{LANE}"])
    assert first["failures_per_s:ValueError"] == pytest.approx(first[f"out_per_s:{LANE}"])
    assert (first[f"wait_p50_ms:{LANE}"], first[f"run_p99_ms:{LANE}"]) == (200, 100)
    assert "run_p50_ms:whenever" not in first
    assert (first["owed"], first["dead"], first["redis_away"]) == (0, 0, 0)
    assert 0 < first["disk_used_percent"] <= 100
    assert second_one["failures_per_s:ValueError"] == 0
    assert second_one[f"out_per_s:{LANE}"] > 0


async def test_the_processes_that_live_are_counted_and_the_silent_end(env: Env) -> None:
    """A machine that was switched off takes its workers with it and tells nobody."""
    telemetry = env.store.telemetry
    worker = a_worker(
        "worker-1.a", NOON, slots=4, running=("a", "b"), sync_ms_p50=1.5, sync_ms_p99=9.5
    )
    await telemetry.tell_process(worker)
    await telemetry.tell_process(
        replace(worker, id="worker-2.b", told_at=NOON - timedelta(minutes=5))
    )
    sampler = Sampler(replace(env, clock=lambda: NOON))
    await sampler.look()
    await sampler.look()
    values = await sampled(env)

    assert {name: values[name] for name in ("slots", "busy", "sync_p50_ms", "sync_p99_ms")} == {
        "slots": 4,
        "busy": 2,
        "sync_p50_ms": 1.5,
        "sync_p99_ms": 9.5,
    }
    assert values["worked_s_per_s:worker-1"] == 2
    assert [one.id for one in await telemetry.processes()] == ["worker-1.a"]


async def test_while_redis_is_away_what_it_would_tell_is_left_out(env: Env) -> None:
    """A plot has a gap there, and no zero."""
    queue = ArqQueue(connect("redis://127.0.0.1:1"), env.clock)
    sampler = Sampler(replace(env, queue=queue), also=lambda: {"http_per_s": 3.0})
    for _look in range(3):
        await sampler.look()
    values = await sampled(env)
    await queue.close()

    assert values["redis_away"] == 1
    assert values["http_per_s"] == 3
    assert values["owed"] == 0
    names = {name.partition(":")[0] for name in values}
    assert "out_per_s" in names
    assert not names & {"ready", "running", "in_per_s", "oldest_s"}


async def test_a_count_that_fails_is_left_out(env: Env) -> None:
    """The disk does not give the orders; all else is told."""

    async def owed() -> Sequence[RecoverWork]:
        raise UnavailableError("The disk did not give work_orders.")

    sampler = Sampler(replace(env, owed=owed))
    await sampler.look()
    await sampler.look()
    values = await sampled(env)

    assert "owed" not in values
    assert values[f"ready:{LANE}"] == 0


async def test_one_process_samples_and_the_next_does_when_it_ends(
    config: Config, env: Env
) -> None:
    """By a lock that the kernel lets go."""
    first, second_one = Sampler(env), Sampler(env)
    await first._sample()
    await second_one._sample()
    running = asyncio.create_task(first.run())
    await asyncio.sleep(0)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    looked = (first._looks, second_one._looks)
    await second_one._sample()

    assert looked == (1, 0)
    assert second_one._looks == 1


@pytest.mark.slow
async def test_a_served_application_samples_once_a_second(config: Config, env: Env) -> None:
    """It tells of itself, too; and when it ends, another may."""
    async with serving(config, env), asyncio.timeout(SECONDS_MAX):
        while not (latest := await env.store.telemetry.latest()):
            await asyncio.sleep(0.1)
    values = latest[1]
    next_one = Sampler(env)

    assert values["http_per_s"] > 0
    assert values["api_p99_ms"] > 0
    assert values[f"ready:{LANE}"] == 0
    assert await next_one._has_turn()


def test_rates_are_over_the_time_that_has_passed() -> None:
    """What is in is what is out, and what has become more."""
    told = [*(ended(DONE) for _ in range(6)), ended(RETRY, "OSError"), ended(LOST), ended(None)]

    values = rates(seen(10.0, present=4), seen(12.0, present=6), told, FailureClasses())

    assert values[f"out_per_s:{LANE}"] == 3
    assert values[f"in_per_s:{LANE}"] == 4
    assert values["failures_per_s:OSError"] == 0.5
    assert values["recoveries_per_s"] == 0.5
    assert rates(seen(1, present=9), seen(2), [], FailureClasses())[f"in_per_s:{LANE}"] == 0


def test_what_ended_is_counted_by_how_long_it_ran() -> None:
    """An edge belongs to what is at most so long."""
    told = [ended(DONE, ms=ms) for ms in (0, 10, 11, 10_000, 10_001)]

    values = rates(seen(0), seen(2), told, FailureClasses())

    counts = [values[series_of(LANE, length)] for length in LENGTHS]
    assert counts == [1, 0.5, 0, 0, 0, 0, 0.5, 0.5]


def test_percentiles_are_times_that_were_really_seen() -> None:
    """Of a hundred the 99th; of one that one."""
    told = [ended(DONE, ms=ms) for ms in range(1, 101)]
    many = rates(seen(0), seen(1), told, FailureClasses())
    one = rates(seen(0), seen(1), told[6:7], FailureClasses())

    assert [many[f"run_p{share}_ms:{LANE}"] for share in (50, 95, 99)] == [50, 95, 99]
    assert [one[f"wait_p{share}_ms:{LANE}"] for share in (50, 95, 99)] == [7, 7, 7]


def test_no_more_than_twelve_classes_of_failures_have_a_series() -> None:
    """What comes beyond them is `other`, until one has not been seen for a day."""
    classes = FailureClasses()
    many = classes.counts([f"Error{number}" for number in range(15)], 0.0)
    classes.counts([f"Error{number}" for number in range(1, 12)], second.DAY_SECONDS)
    later = classes.counts(["NewError"], second.DAY_SECONDS)

    assert many["other"] == 3
    assert len(many) == second.CLASSES_MAX + 1
    assert later["NewError"] == 1
    assert "Error0" not in later
    assert later["Error1"] == 0

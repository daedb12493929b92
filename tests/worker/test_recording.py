"""What a worker does is told beside the work: each attempt, however it ends, and the worker itself."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from arq.connections import ArqRedis

from config import Config
from domain.errors import UnavailableError
from jobs.job import Cancel, Done, Env, Job, Outcome
from jobs.lanes import QUEUE_NAME, RUNNING_KEY
from jobs.queue import encode
from storage.telemetry_records import AttemptEnding, AttemptRecord, ProcessKind
from tests.worker.attempts import died_before, only_letter
from tests.worker.diary import emptied
from tests.worker.errands import Bench, Deed, at_work, errand_that, until
from worker import engine as engine_module
from worker import recording
from worker.engine import Engine
from worker.recording import Recorder

JOB_ID = "errand:town"


@asynccontextmanager
async def recorded(config: Config, *kinds: type[Job]) -> AsyncIterator[Engine]:
    """An engine at work whose recorder runs; when the block ends, all is written."""
    async with at_work(config, *kinds) as engine:
        assert isinstance(engine._watcher, Recorder)
        engine._watcher.start()
        yield engine


async def only_attempt(env: Env) -> AttemptRecord:
    [attempt] = await env.store.telemetry.job(JOB_ID)
    return attempt


async def succeed(_env: Env) -> Outcome:
    return Done("bread bought")


async def find_nothing_to_do(_env: Env) -> Outcome:
    return Cancel("there is bread")


async def find_the_shop_shut(_env: Env) -> Outcome:
    raise UnavailableError("The shop is shut; ask 512-555-0142.")


async def stumble(_env: Env) -> Outcome:
    raise ZeroDivisionError("no loaf to share")


class Case(NamedTuple):
    """What a job does, and what is recorded of it."""

    deed: Deed
    ending: AttemptEnding
    said: str
    error: str | None = None
    is_buried: bool = True


CASES = {
    "done": Case(succeed, AttemptEnding.DONE, "bread bought"),
    "idle": Case(find_nothing_to_do, AttemptEnding.NOTHING_TO_DO, "there is bread"),
    "retry": Case(
        find_the_shop_shut,
        AttemptEnding.RETRY,
        "UnavailableError: The shop is shut; ask <phone>.",
        "UnavailableError",
    ),
    "buried": Case(
        stumble,
        AttemptEnding.BURIED,
        "ZeroDivisionError: no loaf to share",
        "ZeroDivisionError",
    ),
    "given up": Case(
        stumble,
        AttemptEnding.GIVEN_UP,
        "ZeroDivisionError: no loaf to share",
        "ZeroDivisionError",
        is_buried=False,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_an_attempt_is_recorded_with_how_it_ended(
    config: Config, env: Env, case: Case
) -> None:
    """At night somebody asks what became of a job, and nobody was there."""
    kind = errand_that(case.deed, is_buried=case.is_buried)
    async with recorded(config, kind) as engine:
        await env.queue.put(kind())
        await until(lambda: engine.jobs_complete + engine.jobs_retried)

    attempt = (await env.store.telemetry.job(JOB_ID))[0]  # a retry may have come already
    assert (attempt.ending, attempt.said, attempt.error) == (
        case.ending,
        case.said,
        case.error,
    )
    assert (attempt.kind, attempt.lane, attempt.number) == ("errand", "within_1s", 1)
    assert (attempt.worker, attempt.arguments) == ("worker-1", '{"place": "town"}')
    assert attempt.enqueued_at
    assert attempt.ended_at
    assert attempt.started_at <= attempt.ended_at
    assert (attempt.retry_at is not None) == (case.ending is AttemptEnding.RETRY)
    if case.ending is AttemptEnding.BURIED:
        assert attempt.fingerprint == (await only_letter(env)).fingerprint


UNREADABLE = {
    "arguments that are not valid": encode(
        {"t": None, "f": "errand", "a": [], "k": {"speed": 9}, "et": 1}
    ),
    "no payload that can be read": b"\x80\x04not JSON",
    "no function of ours": encode({"t": None, "f": 7, "a": [], "k": {}, "et": 1}),
}


@pytest.mark.parametrize("payload", UNREADABLE.values(), ids=UNREADABLE)
async def test_an_attempt_at_what_cannot_be_run_is_recorded_too(
    config: Config, env: Env, redis: ArqRedis, payload: bytes
) -> None:
    """Of these a person wants to know most of all: nothing else will tell."""
    async with recorded(config, errand_that(succeed)):
        await redis.set(f"arq:job:{JOB_ID}", payload)
        await redis.zadd(QUEUE_NAME, {JOB_ID: 1})
        await until(lambda: emptied(redis))

    attempt = await only_attempt(env)
    letter = await only_letter(env)
    assert (attempt.ending, attempt.said) == (AttemptEnding.BURIED, letter.reason)
    assert attempt.fingerprint == letter.fingerprint


async def test_a_job_that_killed_its_workers_is_recorded_as_buried(
    config: Config, env: Env, redis: ArqRedis
) -> None:
    """How many died under it is what tells a poisonous job from one that had bad luck."""
    kind = errand_that(succeed)
    await died_before(env, times=kind.lost_workers_max)
    await redis.set(f"arq:retry:{JOB_ID}", kind.lost_workers_max)
    async with recorded(config, kind):
        await env.queue.put(kind())
        await until(lambda: emptied(redis))

    attempt = await only_attempt(env)
    assert (attempt.ending, attempt.lost_workers) == (
        AttemptEnding.BURIED,
        kind.lost_workers_max,
    )


async def test_what_runs_is_seen_and_what_is_handed_back_is_recorded(
    config: Config, env: Env
) -> None:
    """Whoever wonders what a worker is busy with must not have to wait until it is not."""
    bench = Bench()
    kind = errand_that(bench)
    telemetry = env.store.telemetry
    async with recorded(config, kind):
        await env.queue.put(kind())
        await until(lambda: telemetry.attempts(is_running=True))
        await until(lambda: _running(env))
        [worker] = await telemetry.processes()

    assert (worker.id, worker.kind) == ("worker-1", ProcessKind.WORKER)
    assert list(worker.running) == [JOB_ID]
    assert worker.slots > 0
    assert worker.rss_bytes > 1_000_000
    attempt = await only_attempt(env)
    assert attempt.ending is AttemptEnding.HANDED_BACK
    [ended] = await telemetry.processes(ended_since=worker.started_at)
    assert ended.ended_by == "exit status 0"


async def _running(env: Env) -> bool:
    return any(one.running for one in await env.store.telemetry.processes())


async def test_an_attempt_whose_job_another_worker_has_is_recorded_as_lost(
    config: Config, env: Env, redis: ArqRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was not handed back: two had the job at once, and one of them came too late."""
    monkeypatch.setattr(engine_module, "RENEW_SECONDS", 0.05)
    bench = Bench()
    kind = errand_that(bench)
    async with recorded(config, kind) as engine:
        await env.queue.put(kind())
        await until(bench.begun.is_set)
        await redis.hset(RUNNING_KEY, JOB_ID, f"worker-2 99999 1 {QUEUE_NAME}")
        await until(lambda: engine.jobs_retried)

    assert (await only_attempt(env)).ending is AttemptEnding.LOST


async def test_a_disk_that_takes_no_telemetry_costs_no_job_and_is_written_to_later(
    config: Config,
    env: Env,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is news; the work is what counts."""
    monkeypatch.setattr(recording, "PAUSE_SECONDS", 0.02)
    kind = errand_that(succeed)
    path = env.store.telemetry.path
    put_in_the_way(path)
    async with recorded(config, kind) as engine:
        await env.queue.put(kind())
        await until(lambda: engine.jobs_complete)
        await until(lambda: "not recorded" in caplog.text)
        path.rmdir()

    assert caplog.text.count("what is done here is not recorded") == 1
    assert (await only_attempt(env)).ending is AttemptEnding.DONE


def put_in_the_way(path: Path) -> None:
    """Put a directory where the file would be: no user, not even root, can open that as a file."""
    shutil.rmtree(path.parent, ignore_errors=True)
    path.mkdir(parents=True)

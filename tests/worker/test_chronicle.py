"""What happened to the service itself is marked: its starts and stops, who died, a new version."""

from datetime import timedelta

import pytest

from jobs import telling
from jobs.job import Env
from jobs.telling import Teller
from storage.telemetry_records import AttemptRecord, MarkKind, ProcessKind
from tests.worker.errands import until
from worker import chronicle
from worker.chronicle import Chronicle


async def marks(env: Env) -> list[tuple[MarkKind, str]]:
    until = env.clock() + timedelta(minutes=1)
    found = await env.store.telemetry.marks(until - timedelta(hours=1), until)
    return [(mark.kind, mark.said) for mark in found]


async def test_a_start_with_another_version_is_marked_as_a_deploy(
    env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first question at every bend in a plot: was anything changed then?"""
    for version in ("1.0", "1.0", "2.0"):
        monkeypatch.setattr(chronicle, "version", lambda _name, version=version: version)
        async with Chronicle(env.store.telemetry, env.clock).kept():
            pass

    stop = (MarkKind.STOP, "the service was stopped")
    first = (MarkKind.START, "version 1.0 was started")
    second = (MarkKind.START, "version 2.0 was started")
    deploy = (
        MarkKind.DEPLOY,
        "version 2.0 was started; before it, version 1.0 was started",
    )
    assert await marks(env) == [first, stop, first, stop, deploy, second, stop]


async def test_who_died_is_marked_and_what_he_had_begun_is_lost(env: Env) -> None:
    """And who ended because he was asked to is not."""
    now, telemetry = env.clock(), env.store.telemetry
    for name in ("worker-1", "worker-2", "worker-3"):
        await telemetry.tell_process(
            Teller(env.clock, ProcessKind.WORKER, name=name, id=f"{name}.a").record()
        )
    await telemetry.record_attempts(
        [
            AttemptRecord(
                1, "errand:town", "errand", "within_1s", 1, "worker-1.a", now, now, now
            ),
        ]
    )
    chronicle = Chronicle(telemetry, env.clock)
    async with chronicle.kept():
        chronicle.ended("worker-1", "worker-1.a", -9, is_expected=False)
        chronicle.ended("worker-2", "worker-2.a", 0, is_expected=False)
        chronicle.ended("worker-3", "worker-3.a", -15, is_expected=True)

    told = await telemetry.processes(ended_since=now)
    assert [one.ended_by for one in told] == [
        "killed by signal 9",
        "exit status 0",
        "exit status 0",
    ]
    assert [said for kind, said in await marks(env) if kind is MarkKind.LOST] == [
        "worker-1 ended: killed by signal 9"
    ]
    [attempt] = await telemetry.attempts()
    assert attempt.ending == "lost"


async def test_the_supervisor_and_redis_are_told_of_while_they_live(
    env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis cannot speak for itself there; init stands for it here."""
    monkeypatch.setattr(telling, "TELL_SECONDS", 0.01)
    chronicle = Chronicle(env.store.telemetry, env.clock)

    async def both_are_told_of() -> bool:
        return len(await env.store.telemetry.processes()) == 2

    async with chronicle.kept():
        chronicle.tell_of(ProcessKind.REDIS, 1)
        await until(both_are_told_of)
        redis, supervisor = await env.store.telemetry.processes()

    assert (redis.id, redis.sync_ms_p50) == ("redis-1", None)
    assert supervisor.kind is ProcessKind.SUPERVISOR
    assert supervisor.rss_bytes > 1_000_000
    assert await env.store.telemetry.processes() == []

"""Draining: one worker finishes and is started anew; nobody else ever gets a signal."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from dataclasses import replace

import pytest

from config import Config
from domain.audit import Actor, AuditEvent, Author
from domain.errors import ConflictError, NotFoundError, RejectedError
from jobs.draining import drain
from jobs.job import Env
from jobs.telling import Teller
from storage.clock import system_clock
from storage.incarnations import new_incarnation
from storage.telemetry_records import ProcessKind, ProcessRecord
from tests.worker.errands import until

DANA = Author(actor=Actor.USER, name="Dana Ruiz", key_id="key-7", request_id="req-1")


async def told(env: Env, incarnation: str, **changes: object) -> ProcessRecord:
    """Have a worker tell of itself that is this very process, as far as its id says."""
    teller = Teller(env.clock, ProcessKind.WORKER, name="worker-1", id=incarnation)
    record = replace(teller.record(), **changes)  # type: ignore[arg-type] - each has its own type
    await env.store.telemetry.tell_process(record)
    return record


async def audited(env: Env) -> list[AuditEvent]:
    history = await env.store.audit.on(system_clock().date())
    return [event for event in history.events if event.action == "worker_drained"]


async def test_a_worker_that_nobody_knows_is_not_drained(env: Env) -> None:
    """The message names those that there are."""
    there = await told(env, new_incarnation("worker-1"))

    with pytest.raises(NotFoundError) as refused:
        await drain(env, new_incarnation("worker-1"), by=DANA, reason="it is slow")

    assert list(refused.value.suggested_values) == [there.id]


async def test_a_worker_that_has_died_is_not_drained(env: Env) -> None:
    """Its number belongs to another process by now, perhaps to this one."""
    dead = await told(env, new_incarnation("worker-1"))

    with pytest.raises(ConflictError, match="does not live any more"):
        await drain(env, dead.id, by=DANA, reason="it is slow")

    assert await audited(env) == []


async def test_a_process_that_is_not_that_worker_gets_no_signal(env: Env) -> None:
    """What a worker tells is written in a file; this process would not survive a mistake."""
    incarnation = new_incarnation("worker-1")
    with env.store.incarnations.alive(incarnation):
        await told(env, incarnation, pid=os.getpid())

        with pytest.raises(ConflictError, match="not started by `texas811 up`"):
            await drain(env, incarnation, by=DANA, reason="it is slow")

    assert await audited(env) == []


async def test_a_worker_that_drains_already_is_not_asked_again(env: Env) -> None:
    """A second signal would end it at once."""
    incarnation = new_incarnation("worker-1")
    with env.store.incarnations.alive(incarnation):
        await told(env, incarnation, is_draining=True)

        with pytest.raises(ConflictError, match="draining already"):
            await drain(env, incarnation, by=DANA, reason="it is slow")


@pytest.mark.parametrize("reason", ["", "  ", "...", "a\x1b[2Jb", "x" * 501], ids=ascii)
async def test_a_reason_that_says_nothing_is_refused(env: Env, reason: str) -> None:
    """Whoever reads the audit trail must be able to see why."""
    with pytest.raises(RejectedError) as refused:
        await drain(env, "worker-1.0-0", by=DANA, reason=reason)

    assert refused.value.field == "reason"


@pytest.mark.slow
async def test_a_living_worker_ends_well_and_who_asked_is_audited(
    config: Config, env: Env
) -> None:
    """It is the very stop that a deploy makes, for one worker alone."""
    incarnation = new_incarnation("worker-1")
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "worker", "--incarnation", incarnation),
        env={**os.environ, "DATA_DIR": str(config.root), "REDIS_URL": config.redis_address},
        stdout=PIPE,
    )
    try:
        await until(env.store.telemetry.processes, seconds=30)

        drained = await drain(env, incarnation, by=DANA, reason="it\nis slow")

        async with asyncio.timeout(20):
            assert await worker.wait() == 0
    finally:
        if worker.returncode is None:
            worker.kill()
        await worker.communicate()
    assert drained.pid == worker.pid
    [event] = await audited(env)
    assert event.notes == f"Dana Ruiz drained worker-1 ({incarnation}): it is slow"
    assert event.key_id == "key-7"
    [ended] = await env.store.telemetry.processes(ended_since=drained.started_at)
    assert ended.ended_by == "exit status 0"

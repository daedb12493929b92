"""The check of the store: a child looks, nobody waits for it, and it ends with who asked."""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from domain.errors import UnavailableError
from jobs import check_store
from jobs.check_store import CheckStore
from jobs.job import Done, Env
from tests.builders import NOW
from tests.jobs.orders import accepted
from tests.worker.errands import until
from tests.worker.processes import end_warm_readers

JOB = CheckStore(due_at=NOW)
WITHIN_SECONDS = 20


def children() -> set[int]:
    """Return the processes that this one has begun and that still run."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        found |= {int(pid) for pid in (task / "children").read_text().split()}
    return {pid for pid in found if "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]}


@contextmanager
def held_up(env: Env) -> Iterator[Callable[[], bool]]:
    """Let whoever reads the index wait for as long as the block runs; is somebody there?"""
    index = env.store.quarantine.layout.index
    index.unlink(missing_ok=True)
    os.mkfifo(index)
    writers: list[int] = []

    def is_read() -> bool:
        with suppress(OSError):  # nobody has opened it yet
            writers.append(os.open(index, os.O_WRONLY | os.O_NONBLOCK))
        return bool(writers)

    yield is_read
    for writer in writers:
        os.close(writer)


async def spoiled(env: Env, count: int = 1) -> None:
    for number in range(count):
        (env.store.quarantine.layout.dead_letters / f"x-{number:03}.json").write_bytes(b"{")


async def test_a_store_that_is_whole_is_told_to_be(
    env: Env, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing stands in the log that a person must look at."""
    await accepted(env)

    assert await JOB.run(env) == Done("0 tickets, 0 findings")
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]


async def test_each_finding_is_an_error_in_the_log_and_the_job_has_done_its_work(
    env: Env, caplog: pytest.LogCaptureFixture
) -> None:
    """To try again would find the same."""
    await spoiled(env)

    outcome = await JOB.run(env)

    assert isinstance(outcome, Done)
    assert outcome.note.startswith("0 tickets, 1 findings: dead_letters/x-000.json: ")
    [error] = [one.getMessage() for one in caplog.records if one.levelno == logging.ERROR]
    assert "dead_letters/x-000.json" in error
    assert "Restore the file from a backup" in error


async def test_of_very_many_findings_the_first_are_logged(
    env: Env, caplog: pytest.LogCaptureFixture
) -> None:
    """The log is no place for a hundred thousand lines."""
    await spoiled(env, count=check_store.LOGGED_MAX + 3)

    await JOB.run(env)

    errors = [one.getMessage() for one in caplog.records if one.levelno == logging.ERROR]
    assert len(errors) == check_store.LOGGED_MAX + 1
    assert errors[-1] == "and 3 more: see `texas811 check --json`"


async def test_the_loop_goes_on_and_the_child_ends_when_it_is_cancelled(env: Env) -> None:
    """A worker that is told to stop must not leave somebody behind who reads the disk."""
    await end_warm_readers()
    before = children()

    with held_up(env) as is_read:
        checking = asyncio.create_task(JOB.run(env))
        await until(is_read, WITHIN_SECONDS)  # by a loop that goes on
        assert children() - before
        checking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await checking
        await until(lambda: not children() - before)


async def test_a_child_that_was_killed_is_worth_another_attempt(env: Env) -> None:
    """The kernel takes the largest where memory is short, and that is nobody's fault."""
    await end_warm_readers()
    before = children()

    with held_up(env) as is_read:
        checking = asyncio.create_task(JOB.run(env))
        await until(is_read, WITHIN_SECONDS)
        for pid in children() - before:
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(UnavailableError, match="has died"):
            await checking

    assert UnavailableError in CheckStore.retry_on


async def test_its_id_names_its_date(env: Env) -> None:
    """So it is made once for each night."""
    assert JOB.id == f"check_store:{NOW:%Y%m%dT%H%MZ}"
    assert CheckStore().id == "check_store:now"

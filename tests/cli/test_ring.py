"""`texas811 ring`: what a service of cron runs, which sees Redis and nothing else."""

import asyncio
import os
import resource
import signal
import socket
import sys
import time
from pathlib import Path

import pytest

from config import Config
from domain.timetable import stamp
from jobs.job import Env
from jobs.queue import QUEUE_NAME, connect, disconnect
from tests.cli.commands import ROOT, Said, texas811
from tests.conftest import working
from tests.jobs.orders import accepted

START_SECONDS_MAX = 0.3


async def ring(config: Config, *arguments: str) -> Said:
    """Run the command as Railway would: in a container of its own, without the volume."""
    return await texas811(
        *("ring", *arguments),
        REDIS_URL=config.redis_address,
        RAILWAY_ENVIRONMENT_ID="cron",
    )


async def test_it_ends_with_0_when_the_job_has_succeeded(env: Env, config: Config) -> None:
    """The work of the job is done by then."""
    order = await accepted(env)
    async with working(config):
        said = await ring(
            *(config, "extract_ticket", "--wait", "30"),
            *("--arguments", f'{{"work_order_id": "{order.id}"}}'),
        )

    assert (said.status, said.error) == (0, "")
    # It was rung for as it was accepted, too: one of the two made the ticket.
    assert ": done: ticket" in said.out or ": cancel: " in said.out
    assert await env.store.tickets.find(order.ticket_id)


async def test_it_ends_with_0_when_there_was_nothing_to_do(env: Env, config: Config) -> None:
    """No conversation has lapsed: that is no failure."""
    async with working(config):
        said = await ring(config, "expire_sessions", "--wait", "30")

    assert (said.status, said.error) == (0, "")
    assert "cancel: no conversation has lapsed" in said.out


async def test_the_nightly_check_of_the_store_is_made_once_for_its_latest_date(
    env: Env, config: Config
) -> None:
    """Whoever rings again by day is told what was found, and nothing is looked at anew."""
    async with working(config):
        first = await ring(config, "check_store", "--wait", "60")
        second = await ring(config, "check_store", "--wait", "60")
        again = await ring(config, "check_store", "--again", "--wait", "60")

    [run] = (await env.store.schedule.dated.read())["check_store"].runs
    assert (first.status, first.error) == (0, "")
    assert f"check_store:{stamp(run.due_at)}: done: 0 tickets, 0 findings" in first.out
    assert second.out == first.out
    assert again.out.startswith("check_store:now: done: 0 tickets")
    assert run.succeeded


async def test_it_ends_with_7_when_the_job_has_failed(env: Env, config: Config) -> None:
    """And says why, as the dead letter does."""
    async with working(config):
        said = await ring(config, "validate_ticket", "--wait", "30", "--arguments", "{}")

    assert said.status == 7
    assert "ticket_id" in said.out
    assert "Traceback" not in said.error
    assert await env.store.dead_letters.count() == 1


async def test_without_waiting_it_ends_when_the_job_is_queued(config: Config) -> None:
    """Nobody works yet; whoever comes will find it."""
    said = await ring(config, "recover_work")

    redis = connect(config.redis_address)
    queued = await redis.zrange(QUEUE_NAME, 0, -1)
    await disconnect(redis)
    assert said.status == 0
    assert [job_id.decode() for job_id in queued] == [said.out.partition(": ")[0]]


async def test_it_ends_with_5_when_the_job_has_not_ended_in_time(config: Config) -> None:
    """Nobody works. The next run of cron is the next attempt."""
    started = time.monotonic()

    said = await ring(config, "recover_work", "--wait", "0.5")

    assert said.status == 5
    assert "has not ended within 0.5 s" in said.error
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("recover_wrok",), "recover_wrok"),
        (("recover_work", "--arguments", "{"), "arguments"),
        (("recover_work", "--arguments", "[1]"), "arguments"),
        (("recover_work", "--wait", "soon"), "wait"),
        (("recover_work", "--wait", "inf"), "--wait: inf s cannot be waited for"),
        (("recover_work", "--wait", "nan"), "--wait: nan s cannot be waited for"),
        (("recover_work", "--wait", "1e9"), "Give 0 to 86400 seconds"),
        (("recover_work", "--wait=-1"), "--wait"),
    ],
    ids=[
        *("no such job", "no JSON", "no object", "no number"),
        *("for ever", "not a number", "too long", "too short"),
    ],
)
async def test_it_ends_with_2_where_the_command_is_wrong(
    config: Config, arguments: tuple[str, ...], named: str
) -> None:
    """To run it again would not help."""
    said = await ring(config, *arguments)

    assert said.status == 2
    assert named in said.error
    assert "Traceback" not in said.error


async def test_an_address_that_is_none_is_named(tmp_path: Path) -> None:
    """The one setting that it has."""
    said = await texas811("ring", "recover_work", REDIS_URL="http://example.com")

    assert said.status == 2
    assert said.error.startswith("REDIS_URL: ")


@pytest.mark.slow
async def test_without_an_address_it_rings_the_redis_of_this_directory(tmp_path: Path) -> None:
    """Beside the service, for a person; here nothing listens there."""
    said = await texas811("ring", "recover_work", DATA_DIR=str(tmp_path / "data"))

    assert said.status == 5
    assert "does not answer" in said.error


async def test_it_starts_in_less_than_a_third_of_a_second(config: Config) -> None:
    """A service of cron is paid by the second. Measured by the processor's time: a machine
    that is busy with other things makes no start slower than it is."""
    spent = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert (await ring(config, "recover_work")).status == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)

    assert min(spent) < START_SECONDS_MAX


async def test_it_imports_nothing_that_it_does_not_need(config: Config) -> None:
    """What costs most of a start elsewhere; and not the volume's code either."""
    code = (
        "import sys; sys.argv = ['texas811', 'ring', 'recover_work']\n"
        "import cli.__main__\n"
        "try: cli.__main__.main()\n"
        "except SystemExit as end: assert not end.code\n"
        "print(*sys.modules)"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code),
        env={**os.environ, "REDIS_URL": config.redis_address, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    out, _ = await process.communicate()

    loaded = set(out.decode().split())
    assert process.returncode == 0
    heavy = {"redis", "arq", "asyncio", "config", "jobs.job", "storage.store", "domain.ticket"}
    assert loaded & heavy == set()
    assert "jobs.awaiting" in loaded


@pytest.mark.slow
async def test_a_server_that_lets_it_hang_cannot_hold_it(tmp_path: Path) -> None:
    """It has a limit of its own, whatever hangs."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        started = time.monotonic()

        said = await texas811("ring", "recover_work", REDIS_URL=f"redis://127.0.0.1:{port}")

    assert said.status == 5
    assert time.monotonic() - started < 10


async def test_the_kernel_ends_it_at_last(tmp_path: Path) -> None:
    """Where not even a signal's handler would run, such as in a lookup of names."""
    code = "import time; from cli.ring import _end_at_last; _end_at_last(0.2); time.sleep(30)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, cwd=ROOT)

    assert await asyncio.wait_for(process.wait(), 10) == -signal.SIGALRM


async def test_what_became_of_a_job_is_told_to_a_program(env: Env, config: Config) -> None:
    """Whether it succeeded is known only of one that was waited for."""
    rung = await ring(config, "recover_work", "--json")
    async with working(config):
        waited = await ring(config, "expire_sessions", "--wait", "30", "--json")

    assert rung.json == {"job": "recover_work:owed", "said": "rung", "succeeded": None}
    assert waited.json["succeeded"] is True
    assert waited.json["said"].startswith("cancel: ")

"""The workers page: what lives, what it does, what has ended and how; and a drain, audited."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from api.dashboard.workers import Floor, Seat
from config import Config
from domain.access import Role
from domain.errors import UnavailableError
from jobs.job import Env
from storage.clock import system_clock
from storage.telemetry_records import ProcessKind, ProcessRecord
from tests.api.dashboard.signing import Browser, signed_in
from tests.builders import NOW

PAGE = "/dashboard/workers"


def process(name: str, **said: Any) -> ProcessRecord:
    """Return a worker that tells of itself now, and began an hour ago."""
    now = said.pop("now", None) or system_clock()
    told: dict[str, Any] = {
        "id": f"{name}.60bdaf02-ff6d89e1",
        "kind": ProcessKind.WORKER,
        "name": name,
        "pid": 4711,
        "host": "pier",
        "version": "0.1.0",
        "started_at": now - timedelta(hours=1),
        "told_at": now,
        "slots": 8,
    }
    return ProcessRecord(**{**told, **said})


@pytest.fixture
async def browser(config: Config, env: Env) -> AsyncIterator[Browser]:
    async with signed_in(config, env) as browser:
        yield browser


async def test_each_process_says_what_it_runs_and_each_that_ended_says_how(
    env: Env, browser: Browser
) -> None:
    """An admin at night asks first whether anybody works at all."""
    now = system_clock()
    works = process("worker-1", running=("extract_ticket:o-1",), rss_bytes=90 * 2**20)
    await env.store.telemetry.tell_process(works)
    await env.store.telemetry.tell_process(process("worker-2"))
    await env.store.telemetry.note_end("worker-2.60bdaf02-ff6d89e1", now, "killed by signal 9")

    text = await browser.text(PAGE)

    assert "1 worker with 8 places, 1 in use." in text
    assert "/dashboard/jobs/extract_ticket:o-1" in text
    assert "90 MB" in text
    assert "killed by signal 9" in text


async def test_a_worker_says_how_often_it_was_started_anew_and_how_busy_it_was(
    env: Env, browser: Browser
) -> None:
    """One that dies every hour lives whenever somebody looks."""
    now, telemetry = system_clock(), env.store.telemetry
    await telemetry.tell_process(process("worker-1"))
    for life in ("a", "b"):
        await telemetry.tell_process(process("worker-1", id=f"worker-1.{life}"))
        await telemetry.note_end(f"worker-1.{life}", now, "killed by signal 9")
    await telemetry.sample(now - timedelta(minutes=5), {"worked_s_per_s:worker-1": 4.0})

    text = await browser.text(PAGE)

    assert '<span class="warn">2</span>' in text
    assert "worker-1: 50%, most at" in text


async def test_where_nothing_works_the_page_says_so(browser: Browser) -> None:
    """An empty table could be a page that failed to load."""
    assert "Nothing is being worked on." in await browser.text(PAGE)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({}, "lives"),
        ({"is_draining": True}, "draining"),
        ({"loop_lag_ms": 900.0}, "slow"),
        ({"told_at": NOW - timedelta(minutes=1)}, "silent"),
    ],
    ids=["lives", "draining", "slow", "silent"],
)
def test_a_process_is_told_in_one_word(said: dict[str, Any], state: str) -> None:
    """What is silent may hang, whatever it said of itself before."""
    assert Seat(process("worker-1", now=NOW, **said), NOW).state[0] == state


def test_workers_are_listed_before_what_serves_them() -> None:
    """They are what somebody looks for."""
    api = process("api", kind=ProcessKind.API, slots=0)
    floor = Floor.of([api, process("worker-2"), process("worker-1")], system_clock())

    assert [seat.record.name for seat in floor.living] == ["worker-1", "worker-2", "api"]
    assert floor.slots == 16
    assert Floor(trouble=UnavailableError("the disk is full")).workers == []


async def test_only_a_worker_that_lives_here_is_drained(env: Env, browser: Browser) -> None:
    """A signal to what only has its number would end a stranger."""
    await env.store.telemetry.tell_process(process("worker-1"))

    told_of = await browser.act(f"{PAGE}/worker-1.60bdaf02-ff6d89e1/drain")
    unknown = await browser.act(f"{PAGE}/worker-9.60bdaf02-ff6d89e1/drain")

    assert (told_of.status_code, unknown.status_code) == (409, 404)


async def test_who_may_only_look_can_drain_nobody(config: Config, env: Env) -> None:
    """A viewer's key must not stop anything."""
    await env.store.telemetry.tell_process(process("worker-1"))
    async with signed_in(config, env, Role.VIEWER) as viewer:
        assert "Drain" not in await viewer.text(PAGE)
        answer = await viewer.act(f"{PAGE}/worker-1.60bdaf02-ff6d89e1/drain")

    assert answer.status_code == 403

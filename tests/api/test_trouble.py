"""When something that we need is away: a plain answer, soon, and nothing left half done."""

import errno
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import httpx2
import pytest

from config import Config
from jobs.job import Env
from jobs.queue import ANSWER_SECONDS_MAX, ArqQueue, connect
from jobs.wiring import make_env
from storage.clock import system_clock
from tests.builders import make_change, make_ticket
from tests.conftest import serving

FACTS = {"company": "Lone Star Boring"}


def everything_in(data: Path) -> list[str]:
    """What lies on the disk, but for the lock of the sampler, which may wake at any time."""
    paths = (str(path.relative_to(data)) for path in data.rglob("*"))
    return sorted(path for path in paths if not path.endswith("sampler.lock"))


@asynccontextmanager
async def serving_without_redis(
    config: Config, env: Env, address: str
) -> AsyncIterator[httpx2.AsyncClient]:
    away = replace(env, queue=ArqQueue(connect(address), system_clock))
    async with serving(config, away) as client:
        yield client


@pytest.mark.parametrize("trouble", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
async def test_an_order_that_the_disk_does_not_take_is_not_accepted(
    client: httpx2.AsyncClient,
    config: Config,
    env: Env,
    trouble: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A 202 for what is not durable would be the one lie that we must never tell."""
    before = everything_in(config.root)

    def fsync_on_a_full_disk(_descriptor: int) -> None:
        raise OSError(trouble, os.strerror(trouble))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync_on_a_full_disk)
        refused = await client.post("/work-orders", json=FACTS)
        left = everything_in(config.root)
    later = await client.post("/work-orders", json=FACTS)

    problem = refused.json()
    assert refused.status_code == 503
    assert refused.headers["content-type"] == "application/problem+json"
    assert int(refused.headers["Retry-After"]) > 0
    assert os.strerror(trouble) in problem["problem"]
    assert "send the same request again" in problem["remedy"]
    assert [name for name in left if name != "locks/restore.lock"] == before
    assert later.status_code == 202
    assert len(await env.owed()) == 1


@pytest.mark.parametrize("address", ["unix:///nowhere.sock", "redis://127.0.0.1:1"])
async def test_an_order_is_accepted_while_the_queue_is_away(
    config: Config, env: Env, address: str
) -> None:
    """The disk has taken it; that the bell is broken is our trouble and not the client's."""
    async with serving_without_redis(config, env, address) as client:
        started = time.monotonic()
        answer = await client.post("/work-orders", json=FACTS)
        took = time.monotonic() - started

    assert answer.status_code == 202
    assert took < ANSWER_SECONDS_MAX + 1
    assert len(await env.owed()) == 1


async def test_a_ticket_is_validated_while_the_queue_is_away(config: Config, env: Env) -> None:
    """A validation needs the ticket and the rules, and no worker."""
    await env.store.commit(make_change(make_ticket("ticket-1")))

    async with serving_without_redis(config, env, "unix:///nowhere.sock") as client:
        answer = await client.post("/tickets/ticket-1/validate")

    assert answer.status_code == 200
    assert answer.json()["ticket"]["last_validated_at"]


async def test_tickets_are_shown_while_the_queue_is_away(config: Config, env: Env) -> None:
    """Reading needs the disk alone."""
    await env.store.commit(make_change(make_ticket("ticket-1")))

    async with serving_without_redis(config, env, "unix:///nowhere.sock") as client:
        page = await client.get("/tickets")
        one = await client.get("/tickets/ticket-1")
        health = await client.get("/healthz")

    assert page.json()["total"] == 1
    assert one.status_code == health.status_code == 200


async def test_an_accident_is_answered_in_the_same_shape_and_tells_no_secrets(
    config: Config, env: Env, caplog: pytest.LogCaptureFixture
) -> None:
    """A client can show it, an attacker learns nothing, and the log has it all."""

    is_broken = False

    def clock() -> datetime:
        if is_broken:
            raise RuntimeError("password=hunter2 in /etc/secret")
        return env.clock()

    async with serving(config, replace(env, clock=clock)) as client:
        is_broken = True
        answer = await client.post("/work-orders", json=FACTS)
        health = await client.get("/healthz")

    problem = answer.json()
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == 500
    assert problem["problem"]
    assert problem["errors"][0]["problem"] == problem["problem"]
    assert "Idempotency-Key" in problem["remedy"]
    for secret in ("hunter2", "RuntimeError", "Traceback", "/etc"):
        assert secret not in answer.text
    assert "hunter2" in caplog.text
    assert health.status_code == 200


async def test_a_service_over_an_empty_directory_makes_what_it_needs(config: Config) -> None:
    """The first start: nobody has made the directories."""
    async with serving(config, make_env(config)) as client:
        answer = await client.post("/work-orders", json=FACTS)

    assert answer.status_code == 202
    kept = config.root / "work_orders" / answer.json()["work_order_id"] / "order.json"
    assert json.loads(kept.read_text())["stated"]["company"] == "Lone Star Boring"

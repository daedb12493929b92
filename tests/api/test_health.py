"""Whether the process answers, and whether it can accept: asked by a platform, without a key."""

from dataclasses import replace

import httpx2

from config import Config
from jobs.job import Env
from jobs.queue import ArqQueue, connect
from storage.clock import system_clock
from tests.conftest import serving


async def test_who_answers_is_alive_whatever_else_is_wrong(config: Config, env: Env) -> None:
    """To start it again would mend neither the disk nor Redis."""
    async with serving(config, env, key=None) as stranger:
        config.root.rename(config.root.with_name("gone"))
        answer = await stranger.get("/livez")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_a_service_that_can_accept_is_ready(client: httpx2.AsyncClient) -> None:
    """Nobody needs to be at work for that."""
    answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "notes": []})


async def test_without_redis_it_is_ready_and_says_so(config: Config, env: Env) -> None:
    """What is accepted waits in the inbox. The address of Redis is not for strangers."""
    queue = ArqQueue(connect("unix:///secret/place.sock"), system_clock)
    async with serving(config, replace(env, queue=queue), key=None) as stranger:
        answer = await stranger.get("/readyz")

    assert answer.status_code == 200
    [note] = answer.json()["notes"]
    assert note.startswith("Redis is away: orders are accepted and kept")
    assert "secret" not in answer.text


async def test_without_its_disk_it_is_not_ready_and_says_why(config: Config, env: Env) -> None:
    """The platform sends nobody here, and a person reads what to do."""
    async with serving(config, env, key=None) as stranger:
        config.root.rename(config.root.with_name("gone"))
        answer = await stranger.get("/readyz")

    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert (
        "nothing is accepted: The directory of the data is not there."
        in answer.json()["problem"]
    )
    assert answer.json()["remedy"]
    assert str(config.root) not in answer.text

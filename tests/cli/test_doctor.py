"""`texas811 doctor`: what is wrong with an installation, told also where little works."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from config import Config
from domain.access import Role
from domain.audit import Actor, Author
from jobs.examining import HEARTBEAT_KEY
from jobs.issuing import issue, terms_of
from jobs.job import Env
from jobs.pausing import pause
from jobs.queue import connect, disconnect
from tests.builders import make_change, make_ticket
from tests.cli.commands import Said, names_in, texas811
from tests.cli.test_dead_letters import make_letter
from tests.conftest import serving, working
from tests.flows.service import free_port

NO_REDIS = "redis://127.0.0.1:1"


async def doctor(*options: str, **environ: str) -> Said:
    said = await texas811("doctor", "--json", *options, **environ)
    assert "Traceback" not in said.error
    return said


def named(said: Said, name: str) -> dict[str, Any]:
    """Return what was said of one thing."""
    [found] = [one for one in said.json if one["name"] == name]
    return dict(found)


def states(found: list[dict[str, Any]]) -> dict[str, str]:
    return {one["name"]: one["state"] for one in found}


async def test_of_a_service_that_runs_nothing_is_wrong(env: Env, config: Config) -> None:
    """Each part is seen: disk, Redis, worker, API, store, queue, clock, versions."""
    await env.store.commit(make_change(make_ticket("t")))
    redis = connect(config.redis_address)
    async with working(config), serving(config, env) as client:
        while not await redis.exists(HEARTBEAT_KEY):
            await asyncio.sleep(0.01)
        said = await doctor(
            DATA_DIR=str(config.root),
            REDIS_URL=config.redis_address,
            PORT=str(client.base_url.port),
        )
    await disconnect(redis)

    found = states(said.json)
    assert [one for one in said.json if one["state"] == "wrong"] == []
    assert said.status == 0
    for name in ("writable", "space", "API", "workers", "heartbeat", "server", "eviction"):
        assert found[name] == "ok", name
    for name in ("audit log", "damage", "depth", "now", "America/Denver", "packages"):
        assert found[name] == "ok", name
    assert named(said, "tickets")["seen"].startswith("1, ")


async def test_it_leaves_everything_as_it_was(env: Env, config: Config) -> None:
    """Also the place of the file that it writes to know that it can."""
    before = {path: path.stat().st_mtime_ns for path in config.root.rglob("*")}

    await doctor(DATA_DIR=str(config.root), REDIS_URL=config.redis_address)

    assert {path: path.stat().st_mtime_ns for path in config.root.rglob("*")} == before


async def test_with_redis_away_it_says_so_and_tells_the_rest(env: Env, config: Config) -> None:
    """That is when somebody asks."""
    await env.store.dead_letters.bury(make_letter("a1"))

    said = await doctor(DATA_DIR=str(config.root), REDIS_URL=NO_REDIS)

    assert said.status == 9
    assert named(said, "server")["state"] == "wrong"
    assert "does not answer" in named(said, "server")["seen"]
    assert named(said, "writable")["state"] == "ok"
    assert "dead-letters list" in named(said, "dead letters")["remedy"]


async def test_a_directory_that_is_missing_is_said_to_be_and_not_made(tmp_path: Path) -> None:
    """A look must not make a store where none is wanted."""
    said = await doctor(DATA_DIR=str(tmp_path / "none" / "data"))

    assert "not there yet" in named(said, "data directory")["seen"]
    assert names_in(tmp_path) == []


async def test_every_variable_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """And no secret of any: not of those that can, nor of those that cannot."""
    said = await doctor(
        PORT="http",
        WORKERS="99",
        REDIS_URL="redis://user:pass/word@127.0.0.1:1",
        DATADIR="elsewhere",
        DATA_DIR=str(tmp_path),
    )

    found = states(said.json)
    assert said.status == 9
    assert (found["PORT"], found["WORKERS"], found["DATA_DIR"]) == ("wrong", "wrong", "ok")
    assert named(said, "DATADIR")["remedy"] == "Did you mean DATA_DIR?"
    assert named(said, "server")["seen"] == "This is not the URL of a Redis."
    assert "word" not in said.out + said.error


async def test_on_railway_without_a_volume_that_is_what_is_wrong(tmp_path: Path) -> None:
    """Whatever else there is to say."""
    said = await doctor(RAILWAY_ENVIRONMENT_ID="e", TMPDIR=str(tmp_path))

    assert said.status == 9
    assert named(said, "RAILWAY_VOLUME_MOUNT_PATH")["state"] == "wrong"
    assert named(said, "time to stop")["state"] == "wrong"


async def test_a_person_sees_groups_and_only_what_matters_if_that_is_wanted(
    tmp_path: Path,
) -> None:
    """Nobody reads forty lines for one."""
    said = await texas811("doctor", DATA_DIR=str(tmp_path / "none"))
    brief = await texas811("doctor", "--brief", DATA_DIR=str(tmp_path / "none"), PORT="http")

    assert said.status == 0
    assert "REDIS_URL" in said.out
    assert said.out.splitlines()[-1].startswith("0 wrong, ")
    assert "REDIS_URL  " not in brief.out
    assert "PORT" in brief.out
    assert "\x1b" not in said.out + brief.out


async def test_damage_pauses_and_keys_are_seen(env: Env, config: Config) -> None:
    """What waits for a person."""
    await env.store.commit(make_change(make_ticket("t")))
    (config.root / "tickets" / "ticket_t.json").write_text("{")
    await texas811("tickets", "show", "t", DATA_DIR=str(config.root))  # sets it aside
    dana = Author(actor=Actor.USER, name="Dana")
    await pause(env, "lane", "whenever", by=dana, reason="A move.")
    soon = env.clock() + timedelta(days=3)
    terms = {"role": Role.VIEWER, "created_at": env.clock(), "created_by": "Dana"}
    await issue(env, terms_of(name="dashboard", expires_at=soon, **terms), by=dana)
    *_earlier, log = sorted((config.root / "audit").glob("*/*.jsonl"))
    log.write_bytes(log.read_bytes().replace(b"A move.", b"A cove."))

    said = await doctor(DATA_DIR=str(config.root), REDIS_URL=config.redis_address)

    assert said.status == 9
    assert named(said, "damage")["state"] == "wrong"
    assert "digest" in named(said, "audit log")["seen"]
    assert named(said, "paused")["remedy"] == "End it with `texas811 queue resume whenever`."
    assert named(said, "usable")["seen"] == "1 viewer"
    assert named(said, "ends soon")["seen"].startswith("dashboard (")


async def test_a_port_that_another_service_has_is_wrong(tmp_path: Path) -> None:
    """Ours would not start there."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"220 mail\r\n")
        await writer.drain()
        writer.close()

    port = free_port()
    async with await asyncio.start_server(greet, "127.0.0.1", port):
        said = await doctor(DATA_DIR=str(tmp_path), PORT=str(port))

    assert named(said, "API")["state"] == "wrong"

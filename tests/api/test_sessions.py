"""Conversations at the door: begun, continued, extended, ended, listed."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from api.sessions import EXTENSION_HOURS_MAX, KEY_BEGINS
from config import Config
from domain.access import Role
from jobs.job import Env
from jobs.session_copies import PREFIX
from tests.builders import NOW, make_ticket
from tests.conftest import serving
from tests.jobs.clocks import at, stored
from tests.jobs.orders import forget_the_queue
from tests.saving import save_session
from tests.storage.test_sessions import make_session

Client = httpx2.AsyncClient


async def create(client: Client, **said: Any) -> httpx2.Response:
    return await client.post("/sessions", json=said)


async def patch(client: Client, key: str, **said: Any) -> httpx2.Response:
    return await client.patch(f"/sessions/{key}", json=said)


def problem_of(answer: httpx2.Response, status: int) -> dict[str, Any]:
    """Return what an error says, if it is one of ours with this status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said = dict(answer.json())
    assert said["problem"]
    assert said["remedy"]
    return said


async def test_a_conversation_lives_through_every_turn(client: Client, env: Env) -> None:
    """With Redis emptied between any two: each answer is the whole conversation."""
    await stored(env, make_ticket("ticket-1"))
    first = await create(client, session_key="talk-1")
    await forget_the_queue(env)
    second = await patch(
        client,
        "talk-1",
        session_data={"county": "Travis"},
        messages=[{"role": "user", "text": "¿Sí?"}],
        ticket_id="ticket-1",
        current_step="county",
    )
    await forget_the_queue(env)
    third = await patch(client, "talk-1", session_data={"city": "Austin"}, version=2)
    await forget_the_queue(env)
    seen = await client.get("/sessions/talk-1")

    assert first.status_code == 201
    assert 14_390 <= first.json()["seconds_left"] <= 14_400
    assert (second.status_code, third.status_code) == (200, 200)
    assert third.json()["session_data"] == {"county": "Travis", "city": "Austin"}
    assert third.json()["messages"][0]["text"] == "¿Sí?"
    assert (third.json()["ticket_id"], third.json()["version"]) == ("ticket-1", 3)
    assert seen.json() | {"seconds_left": 0} == third.json() | {"seconds_left": 0}
    assert seen.json()["expires_at"].endswith("Z")


async def test_a_conversation_without_a_key_gets_one_that_nobody_guesses(
    client: Client,
) -> None:
    """And that can be used wherever a key can, a command line included."""
    keys = {(await create(client)).json()["session_key"] for _ in range(5)}

    assert len(keys) == 5
    for key in keys:
        assert key.startswith(KEY_BEGINS)
        assert len(key) > len(KEY_BEGINS) + 30
        assert (await client.get(f"/sessions/{key}")).status_code == 200


async def test_to_begin_the_same_again_is_harmless_and_another_is_a_conflict(
    client: Client,
) -> None:
    """A lost answer is asked for again; what was said is not overwritten."""
    first = await create(client, session_key="talk-1")
    again = await create(client, session_key="talk-1")
    await patch(client, "talk-1", messages=[{"text": "a"}])
    refused = await create(client, session_key="talk-1")

    assert again.status_code == 201
    assert again.json()["created_at"] == first.json()["created_at"]
    assert problem_of(refused, 409)["field"] == "session_key"
    assert len((await client.get("/sessions/talk-1")).json()["messages"]) == 1


async def test_a_ticket_must_be_there_to_be_talked_about(client: Client) -> None:
    """A conversation about nothing would mislead whoever reads it."""
    await create(client, session_key="talk-1")

    begun = await create(client, ticket_id="ticket-9")
    turned = await patch(client, "talk-1", ticket_id="ticket-9")

    for answer in (begun, turned):
        assert "ticket-9" in problem_of(answer, 404)["problem"]
    assert (await client.get("/sessions/talk-1")).json()["version"] == 1


async def test_turns_at_once_are_kept_and_of_those_on_one_version_one(client: Client) -> None:
    """Who names the version he saw is told that somebody was faster."""
    await create(client, session_key="talk-1")
    free = await asyncio.gather(
        *(patch(client, "talk-1", messages=[{"n": n}]) for n in range(8))
    )
    bound = await asyncio.gather(
        *(patch(client, "talk-1", messages=[{"n": n}], version=9) for n in range(4))
    )

    assert {one.status_code for one in free} == {200}
    assert sorted(one.status_code for one in bound) == [200, 409, 409, 409]
    said = (await client.get("/sessions/talk-1")).json()
    assert (len(said["messages"]), said["version"]) == (9, 10)


async def test_a_conversation_is_extended_within_bounds(client: Client) -> None:
    """An hour, a week, as long as any; not for ever, and not into the past."""
    await create(client, session_key="talk-1")

    week = await client.post("/sessions/talk-1/extend", json={"hours": EXTENSION_HOURS_MAX})
    any_ = await client.post("/sessions/talk-1/extend", json={})

    seconds = EXTENSION_HOURS_MAX * 3600
    assert seconds - 10 <= week.json()["seconds_left"] <= seconds
    assert any_.json()["expires_at"] == week.json()["expires_at"]
    for hours in (0, -1, EXTENSION_HOURS_MAX + 0.1, "many", []):
        answer = await client.post("/sessions/talk-1/extend", json={"hours": hours})
        problem_of(answer, 422)


async def test_an_ended_conversation_is_gone_and_kept_aside(client: Client, env: Env) -> None:
    """The answer is the last that is seen of it; a person may still look it up."""
    await create(client, session_key="talk-1")
    await patch(client, "talk-1", messages=[{"text": "a"}])

    ended = await client.delete("/sessions/talk-1")

    assert ended.json()["messages"][0]["text"] == "a"
    for answer in (
        await client.delete("/sessions/talk-1"),
        await client.get("/sessions/talk-1"),
        await patch(client, "talk-1"),
        await client.post("/sessions/talk-1/extend", json={}),
    ):
        assert problem_of(answer, 404)["remedy"] == "Start a new one."
    assert await env.store.sessions.find_ended("talk-1")
    assert not await env.queue._redis.exists(PREFIX + "talk-1")


async def test_a_lapsed_conversation_is_not_found(config: Config, env: Env) -> None:
    """By the clock, whether a worker has swept or not."""
    await save_session(env.store.sessions, make_session("talk-1", expires_at=NOW))
    await save_session(
        env.store.sessions, make_session("talk-2", expires_at=NOW + timedelta(seconds=1))
    )

    async with serving(config, at(env, NOW)) as client:
        listed = (await client.get("/sessions")).json()
        lapsed = await client.get("/sessions/talk-1")
        last = await client.get("/sessions/talk-2")

    assert [one["session_key"] for one in listed["sessions"]] == ["talk-2"]
    assert problem_of(lapsed, 404)["field"] == "session_key"
    assert last.json()["seconds_left"] == 1


async def test_conversations_are_listed_the_latest_first_page_by_page(
    config: Config, env: Env
) -> None:
    """Without what was said; one that is damaged is named beside the others."""
    for minute, key in enumerate("abcde"):
        active_at = NOW + timedelta(minutes=minute)
        session = make_session(key, last_activity_at=active_at, messages=[{"text": "x"}])
        await save_session(env.store.sessions, session)
    (config.root / "sessions" / "session_f.json").write_bytes(b"{")

    async with serving(config, at(env, NOW)) as client:
        pages = [
            (await client.get("/sessions", params={"limit": 2, "offset": offset})).json()
            for offset in (0, 2, 4, 6)
        ]

    keys = [[one["session_key"] for one in page["sessions"]] for page in pages]
    assert keys == [["e", "d"], ["c", "b"], ["a"], []]
    assert {page["total"] for page in pages} == {5}
    assert {tuple(page["damaged"]) for page in pages} == {("session_f.json",)}
    line = pages[0]["sessions"][0]
    assert (line["message_count"], line["seconds_left"]) == (1, 3600)
    assert "messages" not in line


ROUTES = {
    "create": ("POST", "/sessions", {}),
    "show": ("GET", "/sessions/talk-1", None),
    "continue": ("PATCH", "/sessions/talk-1", {}),
    "extend": ("POST", "/sessions/talk-1/extend", {}),
    "end": ("DELETE", "/sessions/talk-1", None),
    "list": ("GET", "/sessions", None),
}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.VIEWER, set()),
        (Role.CLIENT, set(ROUTES) - {"list"}),
        (Role.OPERATOR, set(ROUTES)),
        (Role.ADMIN, set(ROUTES)),
    ],
    ids=["viewer", "client", "operator", "admin"],
)
async def test_each_role_reaches_what_it_may(
    config: Config, env: Env, role: Role, allowed: set[str]
) -> None:
    """Others' conversations are seen by who runs the service."""
    await env.sessions.create("talk-1", ticket_id=None, now=env.clock())

    async with serving(config, env, key=role) as client:
        answers = {
            name: await client.request(method, path, json=body)
            for name, (method, path, body) in ROUTES.items()
        }

    assert {name for name, one in answers.items() if one.is_success} == allowed
    assert {one.status_code for name, one in answers.items() if name not in allowed} <= {403}

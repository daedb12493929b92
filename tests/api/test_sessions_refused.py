"""Conversations at the door: keys, turns and sizes that are refused, and change nothing."""

from typing import Any

import httpx2
import pytest

from config import Config
from domain.session import MESSAGES_PER_TURN_MAX, SESSION_BYTES_MAX
from tests.api.test_sessions import create, patch, problem_of

Client = httpx2.AsyncClient


@pytest.mark.parametrize(
    "key",
    [
        "..%2f..%2fconfig%2fevil",
        "%2e%2e",
        "a%2fb",
        "x" * 65,
        "%C3%BCber",
        "a%00",
        "a%0A",
        "%FF",
    ],
)
async def test_a_key_that_cannot_be_one_is_refused_by_every_route(
    client: Client, config: Config, key: str
) -> None:
    """Nothing outside of the folder is reached, nothing is made."""
    for answer in (
        await client.get(f"/sessions/{key}"),
        await client.patch(f"/sessions/{key}", json={}),
        await client.delete(f"/sessions/{key}"),
        await client.post(f"/sessions/{key}/extend", json={}),
    ):
        assert answer.status_code in (404, 422), answer.text
        assert answer.headers["content-type"] == "application/problem+json"

    assert [path.name for path in (config.root / "sessions").iterdir()] == ["expired"]


@pytest.mark.parametrize(
    "key", ["", "a/b", "../x", "x" * 65, "ü", "a b", 7, True, []], ids=repr
)
async def test_a_key_that_cannot_be_one_begins_nothing(client: Client, key: object) -> None:
    """In a body it may be anything."""
    problem = problem_of(await create(client, session_key=key), 422)

    assert problem["field"] == "session_key"


ODD: dict[str, dict[str, Any]] = {
    "unknown field": {"expires_at": "2030-01-01T00:00:00Z"},
    "own version": {"version": 0},
    "state": {"conversation_state": "asleep"},
    "no state": {"conversation_state": None},
    "text for messages": {"messages": "hello"},
    "texts for messages": {"messages": ["hello"]},
    "too many messages": {"messages": [{}] * (MESSAGES_PER_TURN_MAX + 1)},
    "list for data": {"session_data": []},
    "large number": {"session_data": {"n": 2**63}},
    "deep": {"session_data": {"a": [[[[[[[[[[[[[[[[[[[[{}]]]]]]]]]]]]]]]]]]]]}},
    "long step": {"current_step": "x" * 201},
    "many steps": {"completed_steps": ["x"] * 201},
    "odd ticket": {"ticket_id": "../x"},
}


@pytest.mark.parametrize("name", ODD)
async def test_an_odd_turn_is_refused_and_changes_nothing(client: Client, name: str) -> None:
    """Whatever it is, it is the sender's to mend."""
    await create(client, session_key="talk-1")

    answer = await patch(client, "talk-1", **ODD[name])

    problem_of(answer, 422)
    assert (await client.get("/sessions/talk-1")).json()["version"] == 1


async def test_a_conversation_that_grows_too_large_is_refused(client: Client) -> None:
    """At a named limit, with what was said until then still there."""
    await create(client, session_key="talk-1")
    part = "x" * (SESSION_BYTES_MAX // 3)

    answers = [await patch(client, "talk-1", messages=[{"text": part}]) for _ in range(3)]

    assert [one.status_code for one in answers] == [200, 200, 413]
    assert "256 KB" in problem_of(answers[2], 413)["problem"]
    assert len((await client.get("/sessions/talk-1")).json()["messages"]) == 2

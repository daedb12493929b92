"""The same work order handed in again in a conversation is the same ticket, however it comes."""

from datetime import timedelta
from typing import Any

import httpx2

from config import Config
from jobs.job import Env
from tests.conftest import serving, working
from tests.jobs.clocks import at

DAY = timedelta(days=1)
FIELDS = {
    "company": "Dry Creek Line Builders LLC",
    "county": "washington county",
    "depth_inches": "7 ft",
    "is_blasting": "no",
}


async def created(client: httpx2.AsyncClient, **body: Any) -> httpx2.Response:
    answer = await client.post("/gpt/tickets", json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer


async def test_the_same_in_the_same_session_is_the_same_ticket(
    config: Config, client: httpx2.AsyncClient
) -> None:
    """ChatGPT sends a request again when it has not heard; it sends no key."""
    async with working(config):
        first = await created(client, session_key="talk-1", **FIELDS)
        again = await created(client, session_key="talk-1", **FIELDS)
        other = await created(client, session_key="talk-1", **FIELDS, city="Brenham")
        elsewhere = await created(client, session_key="talk-2", **FIELDS)

    ids = [answer.json()["ticket_id"] for answer in (first, again, other, elsewhere)]
    assert (first.status_code, again.status_code) == (201, 200)
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


async def test_the_same_on_the_same_day_is_the_same_ticket(
    config: Config, env: Env, client: httpx2.AsyncClient
) -> None:
    """Who has not heard the answer knows no session, whatever the words mean by now."""
    said = {**FIELDS, "planned_start_at": "as soon as possible"}
    async with working(config), serving(config, at(env, env.clock() + DAY)) as tomorrow:
        first = await created(client, **said)
        again = await created(client, **said)
        other = await created(client, **said, city="Brenham")
        in_session = await created(client, **said, session_key=first.json()["session_key"])
        next_day = await created(tomorrow, **said)

    answers = [answer.json() for answer in (first, again, other, in_session, next_day)]
    ids = [answer["ticket_id"] for answer in answers]
    assert [one.status_code for one in (first, again, in_session)] == [201, 200, 200]
    assert ids[0] == ids[1] == ids[3]
    assert len(set(ids)) == 3
    assert answers[0]["session_key"] == answers[1]["session_key"] != answers[4]["session_key"]
    assert answers[1]["say"].startswith("The same was handed in before")
    assert not answers[0]["say"].startswith("The same")


async def test_words_that_mean_another_moment_by_now_are_still_the_same(
    config: Config, env: Env
) -> None:
    """An emergency that may start at once starts when it was said first."""
    said = {**FIELDS, "ticket_type": "Emergency", "planned_start_at": "now"}
    now = env.clock()
    async with (
        working(config),
        serving(config, at(env, now)) as client,
        serving(config, at(env, now + timedelta(minutes=1))) as later,
    ):
        first = await created(client, **said, session_key="talk-1")
        again = await created(later, **said, session_key="talk-1")
        named = {**said, "idempotency_key": "order-7"}
        await created(client, **named)
        conflict = await later.post("/gpt/tickets", json=named)

    assert again.status_code == 200
    assert again.json()["ticket_id"] == first.json()["ticket_id"]
    assert (
        again.json()["facts"]["planned_start_at"] == first.json()["facts"]["planned_start_at"]
    )
    assert conflict.status_code == 409


async def test_a_conversation_of_chatgpt_leads_back_to_its_session(
    config: Config, client: httpx2.AsyncClient
) -> None:
    """Its header is a hint, of any form; a key that is given counts more."""
    hint = {"openai-conversation-id": "conversation / \u00fc".encode("latin-1")}
    async with working(config):
        answers = [
            (await client.post("/gpt/tickets", json=body, headers=hint)).json()
            for body in (FIELDS, FIELDS, {**FIELDS, "session_key": "talk-9"})
        ]

    assert answers[0]["session_key"] == answers[1]["session_key"]
    assert answers[0]["ticket_id"] == answers[1]["ticket_id"]
    assert answers[2]["session_key"] == "talk-9"

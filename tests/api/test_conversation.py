"""A ticket made in a conversation: created, told, answered for, one turn after the other."""

from typing import Any

import httpx2
import pytest

from api import conversation
from config import Config
from domain.access import Role
from jobs.job import Env
from tests.builders import NOW, make_draft, make_ticket
from tests.conftest import serving, working
from tests.jobs.clocks import at, stored

FIELDS = {
    "company": "Dry Creek Line Builders LLC",
    "county": "washington county",
    "depth_inches": "7 ft",
    "is_blasting": "no",
}
TEXT = """WORK ORDER 5512
Contractor: Dry Creek Line Builders LLC
Contact: Raymond Tovar
Phone: (979) 555-0142
County: Washington
City: Brenham
Address: 2140 Sandy Hollow Ln
Type of Work: Replace pole
"""


async def created(client: httpx2.AsyncClient, **body: Any) -> httpx2.Response:
    answer = await client.post("/gpt/tickets", json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer


async def test_a_ticket_is_made_of_fields_in_words(
    config: Config, client: httpx2.AsyncClient
) -> None:
    """One request, and the conversation knows what is asked next."""
    async with working(config):
        turn = (await created(client, **FIELDS, planned_start_at="someday")).json()

    assert turn["facts"]["county"] == "Washington"
    assert turn["facts"]["depth_inches"] == 84
    assert turn["facts"]["is_blasting"] is False
    assert [one["field"] for one in turn["refused"]] == ["planned_start_at"]
    assert turn["next_question"] == turn["gaps"][0]["prompt"]
    assert turn["session_key"]


async def test_a_ticket_is_made_of_a_pasted_text(
    config: Config, client: httpx2.AsyncClient
) -> None:
    """The reader reads it like any document; what was stated beside it counts more."""
    async with working(config):
        turn = (await created(client, document_text=TEXT, city="Chappell Hill")).json()

    assert turn["facts"]["company"] == "Dry Creek Line Builders LLC"
    assert turn["facts"]["city"] == "Chappell Hill"


async def test_a_ticket_that_is_still_being_read_is_asked_for_again(
    config: Config, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ChatGPT waits for 45 seconds and asks by itself never; nobody is at work here at first."""
    monkeypatch.setattr(conversation, "WAIT_SECONDS", 0.05)
    made = await client.post("/gpt/tickets", json={**FIELDS, "city": None, "email": ""})
    told = made.json()
    early = await client.get(f"/gpt/tickets/{told['ticket_id']}")
    monkeypatch.undo()
    async with working(config):
        turn = await client.get(f"/gpt/tickets/{told['ticket_id']}")

    assert (made.status_code, early.status_code, turn.status_code) == (202, 202, 200)
    assert told["check_again_in_seconds"] > 0
    assert told["say"]
    assert early.json()["work_order_id"] == told["work_order_id"]
    assert turn.json()["ticket_id"] == told["ticket_id"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"session_key": "talk-1"}, "body"),
        ({"phone": "12"}, "phone"),
        ({"compny": "Acme"}, "compny"),
        ({"city": "Austin", "session_key": "../talk"}, "session_key"),
        ({"document_text": TEXT, "openaiFileIdRefs": ["https://files.example.com/1"]}, "document_text"),
        ({"openaiFileIdRefs": ["https://files.example.com/1"]}, "openaiFileIdRefs"),
        ({"by": " ", "city": "Austin"}, "by"),
        ({"document_text": "x" * 90_001}, "document_text"),
    ],
)  # fmt: skip
async def test_a_ticket_of_nothing_is_not_made(
    env: Env, client: httpx2.AsyncClient, body: dict[str, Any], field: str
) -> None:
    """What is wrong is named, and nothing is kept."""
    answer = await client.post("/gpt/tickets", json=body)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert await env.store.work_orders.owed() == []


async def test_a_ticket_that_there_is_not_is_not_found(client: httpx2.AsyncClient) -> None:
    """Also where it has the form of one."""
    answer = await client.get("/gpt/tickets/93c9d2e5-1d0f-5d66-8ad0-6f6f4e8a5d02")

    assert answer.status_code == 404


async def test_one_turn_takes_fields_and_answers_and_tells_what_it_refused(
    config: Config, env: Env
) -> None:
    """So that nothing has to be said twice but what was not understood."""
    ticket = await stored(env, make_draft("draft"))
    said = {
        "city": "Manor",
        "county": "Travis",
        "email": "nowhere",
        "answers": [
            {"field": "planned_start_at", "answer": "Friday at 8 AM"},
            {"field": "equipment_type", "answer": "not sure"},
            {"field": "location", "answer": "410 Bluebonnet Ln"},
        ],
    }

    async with serving(config, at(env, NOW)) as client:
        answer = await client.patch(f"/gpt/tickets/{ticket.id}", json=said)

    turn = answer.json()
    assert answer.status_code == 200
    assert turn["facts"]["planned_start_at"] == "2026-03-06T08:00:00-06:00"
    assert (turn["facts"]["city"], turn["facts"]["address"]) == ("Manor", "410 Bluebonnet Ln")
    assert {one["field"] for one in turn["refused"]} == {"email"}
    assert turn["left_open"] == ["Left open: equipment. The notice can go without it."]
    assert turn["version"] == 2


async def test_an_answer_that_opens_a_question_is_settled_in_the_next_turn(
    config: Config, env: Env
) -> None:
    """The start is too early; the question says from when on it is lawful."""
    ticket = await stored(env, make_ticket("whole", planned_start_at=None))

    async with serving(config, at(env, NOW)) as client:
        first = await client.patch(
            f"/gpt/tickets/{ticket.id}", json={"planned_start_at": "tomorrow at 8 am"}
        )
        [gap] = [one for one in first.json()["gaps"] if one["severity"] == "required"]
        second = await client.post(
            f"/gpt/tickets/{ticket.id}/answers", json={"gap_id": gap["id"], "answer": "1"}
        )

    assert gap["problem"] == "before_lawful_start"
    assert second.json()["can_be_confirmed"]


async def test_a_corrected_county_asks_for_the_start_again(config: Config, env: Env) -> None:
    """Nobody has said seven by the clocks of El Paso."""
    ticket = await stored(env, make_ticket("whole"))
    url = f"/gpt/tickets/{ticket.id}"

    async with serving(config, at(env, NOW)) as client:
        turn = (await client.patch(url, json={"county": "El Paso"})).json()
        settled = (await client.patch(url, json={"planned_start_at": "3/6/2026 8 am"})).json()

    assert [one["field"] for one in turn["refused"]] == ["planned_start_at"]
    assert not turn["can_be_confirmed"]
    [start] = [line for line in settled["dates"] if line["name"] == "planned_start"]
    assert start["at"] == settled["facts"]["planned_start_at"] == "2026-03-06T08:00:00-07:00"
    assert start["zone"] == "America/Denver"
    assert start["in_chicago"] == "Friday, March 6, 2026 at 9:00 AM CST"


async def test_a_turn_that_says_nothing_usable_is_refused(config: Config, env: Env) -> None:
    """And a turn on a version that is gone; neither changes anything."""
    ticket = await stored(env, make_ticket("whole"))
    url = f"/gpt/tickets/{ticket.id}"

    async with serving(config, at(env, NOW)) as client:
        answers = [
            await client.patch(url, json={}),
            await client.patch(url, json={"phone": "12"}),
            await client.patch(url, json={"city": "Manor", "version": 7}),
            await client.patch(url, json={"city": "Manor"}, headers={"If-Match": '"7"'}),
            await client.post(f"{url}/answers", json={"field": "phone", "answer": "12"}),
            await client.post(f"{url}/answers", json={"answer": "12"}),
            await client.post(f"{url}/answers", json={"gap_id": "gone", "answer": "12"}),
        ]
        seen = await client.get(url)

    assert [one.status_code for one in answers] == [422, 422, 409, 409, 422, 422, 422]
    assert all(one.json()["remedy"] for one in answers)
    assert seen.headers["ETag"] == '"1"'


async def test_null_unsays_a_field_and_a_validation_shows_the_question(
    config: Config, env: Env
) -> None:
    """What was unsaid is asked again."""
    ticket = await stored(env, make_ticket("whole"))
    url = f"/gpt/tickets/{ticket.id}"

    async with serving(config, at(env, NOW)) as client:
        await client.patch(url, json={"email": None})
        turn = (await client.post(f"{url}/validate", json={})).json()

    assert "email" not in turn["facts"]
    assert turn["gaps"][0]["field"] == "email"
    assert turn["validation_status"] == "Invalid"


async def test_each_step_is_remembered_in_its_session(config: Config, env: Env) -> None:
    """So that somebody can go on tomorrow, or after a restart."""
    ticket = await stored(env, make_ticket("whole"))
    url, session = f"/gpt/tickets/{ticket.id}", {"session_key": "talk-1"}

    async with serving(config, at(env, NOW)) as client:
        await client.patch(url, json={"city": "Manor", **session})
        await client.post(f"{url}/validate", json=session)
        found = (await client.get("/gpt/tickets", params=session)).json()
    event = (await env.store.history(ticket.id)).events[-1]
    talked = await env.sessions.get("talk-1", now=NOW)

    assert [one["ticket_id"] for one in found["tickets"]] == [ticket.id]
    assert talked.completed_steps == ["update_ticket", "validate_ticket"]
    assert [one["text"] for one in talked.messages] == ["city: Manor"]
    assert event.actor == "CustomGPT"
    assert (event.session_id or "").startswith("session-")


async def test_the_history_does_not_give_a_session_away(config: Config, env: Env) -> None:
    """Whoever may read it may not speak in the session; one session is told from another."""
    ticket = await stored(env, make_ticket("whole"))
    url, keys = f"/gpt/tickets/{ticket.id}", ("talk-1", "talk-2", "talk-2")

    async with serving(config, at(env, NOW)) as client:
        for city, key in zip(("Manor", "Kyle", "Buda"), keys, strict=True):
            await client.patch(url, json={"city": city, "session_key": key})
        shown = (await client.get(f"/tickets/{ticket.id}/history")).text
    told = [one.session_id for one in (await env.store.history(ticket.id)).events[-3:]]

    assert told[0] != told[1] == told[2]
    assert "session-" in shown
    assert "talk-" not in shown


async def test_a_viewer_may_look_and_not_speak(config: Config, env: Env) -> None:
    """A key that reads does not draft."""
    ticket = await stored(env, make_ticket("whole"))
    url = f"/gpt/tickets/{ticket.id}"

    async with serving(config, env, key=Role.VIEWER) as client:
        seen = [await client.get(url), await client.get("/gpt/tickets")]
        spoken = [
            await client.post("/gpt/tickets", json=FIELDS),
            await client.patch(url, json={"city": "Manor"}),
            await client.post(f"{url}/answers", json={"field": "city", "answer": "Manor"}),
            await client.post(f"{url}/validate", json={}),
            await client.post(f"{url}/confirm", json={"by": "Dana Ruiz", "version": 1}),
            await client.post(f"{url}/cancel", json={"by": "Dana Ruiz", "reason": "Off."}),
            await client.post(f"{url}/submission", json={"by": "Dana Ruiz"}),
            await client.post(f"{url}/responses", json={"by": "Dana Ruiz"}),
        ]

    assert {one.status_code for one in seen} == {200}
    assert {one.status_code for one in spoken} == {403}

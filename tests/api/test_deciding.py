"""What a named person decides in a conversation: once, however often it is sent."""

from typing import Any

import pytest

from config import Config
from jobs.job import Env
from tests.builders import NOW, make_ticket
from tests.conftest import serving
from tests.jobs.clocks import at, stored

VALID: dict[str, Any] = {"status": "ValidPendingConfirm", "last_validated_at": NOW}
DANA = {"by": "Dana Ruiz"}
SEEN = {**DANA, "version": 1}


async def test_a_confirmation_locks_the_fields_and_may_be_sent_again(
    config: Config, env: Env
) -> None:
    """The same person, the same word; another person's is refused, for it would be another."""
    ticket = await stored(env, make_ticket("whole", **VALID))
    url = f"/gpt/tickets/{ticket.id}"

    async with serving(config, at(env, NOW)) as client:
        answers = [
            await client.post(f"{url}/confirm", json={**DANA, "version": 1}) for _ in range(2)
        ]
        other = await client.post(f"{url}/confirm", json={"by": "Lee Ortiz", "version": 2})
        locked = await client.patch(url, json={"city": "Manor"})

    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["confirmed_by"] == "Dana Ruiz"
    assert answers[0].headers["ETag"] == '"2"'
    assert (other.status_code, locked.status_code) == (422, 422)


async def test_a_ticket_with_open_questions_cannot_be_confirmed(
    config: Config, env: Env
) -> None:
    """The refusal names the field and the question."""
    ticket = await stored(env, make_ticket("draft", email=None))

    async with serving(config, at(env, NOW)) as client:
        answer = await client.post(f"/gpt/tickets/{ticket.id}/confirm", json=SEEN)

    assert answer.status_code == 422
    assert answer.json()["remedy"]


async def test_an_emergency_is_confirmed_only_with_its_attestation(
    config: Config, env: Env
) -> None:
    """A false claim costs money, so somebody stands for it."""
    ticket = await stored(
        env,
        make_ticket(
            "gas",
            **VALID,
            ticket_type="Emergency",
            emergency_justification="Gas blows in the street",
        ),
    )
    url = f"/gpt/tickets/{ticket.id}/confirm"

    async with serving(config, at(env, NOW)) as client:
        asked = await client.get(f"/gpt/tickets/{ticket.id}")
        silent = await client.post(url, json=SEEN)
        attested = await client.post(url, json={**SEEN, "emergency_attested": True})

    assert (silent.status_code, attested.status_code) == (422, 200)
    assert "emergency_attested" in asked.json()["say"]
    assert "waits for no lawful start" in asked.json()["say"]


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"version": None}, 422, "version"),
        ({"version": 2}, 409, "version"),
        ({"by": "ChatGPT"}, 422, "by"),
        ({"by": "the user"}, 422, "by"),
    ],
)
async def test_only_a_person_confirms_and_only_what_was_shown(
    config: Config, env: Env, changed: dict[str, Any], status: int, field: str
) -> None:
    """By the API for other clients no machine either; there the version may be left out."""
    ticket = await stored(env, make_ticket("whole", **VALID))
    body = {key: value for key, value in {**SEEN, **changed}.items() if value is not None}

    async with serving(config, at(env, NOW)) as client:
        answer = await client.post(f"/gpt/tickets/{ticket.id}/confirm", json=body)
        elsewhere = await client.post(f"/tickets/{ticket.id}/confirm", json=body)
        shown = (await client.get(f"/gpt/tickets/{ticket.id}")).json()

    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert elsewhere.status_code == (200 if "version" not in body else status)
    assert shown["status"] == ("Ready" if "version" not in body else "ValidPendingConfirm")


async def test_a_cancellation_may_be_sent_again(config: Config, env: Env) -> None:
    """The first one stands."""
    ticket = await stored(env, make_ticket("whole", **VALID))
    body = {**DANA, "reason": "The job is off."}

    async with serving(config, at(env, NOW)) as client:
        url = f"/gpt/tickets/{ticket.id}/cancel"
        answers = [await client.post(url, json=body) for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 200]
    assert [one.json()["version"] for one in answers] == [2, 2]
    assert answers[0].json()["status"] == "Cancelled"


async def test_found_tickets_come_in_small_pages(config: Config, env: Env) -> None:
    """A conversation reads no long lists; the total says how many there are."""
    for number in range(12):
        await stored(
            env, make_ticket(f"ticket-{number:02}", city="Manor" if number else "Austin")
        )

    async with serving(config, env) as client:
        first = (await client.get("/gpt/tickets")).json()
        second = (
            await client.get("/gpt/tickets", params={"offset": first["next_offset"]})
        ).json()
        named = (await client.get("/gpt/tickets", params={"text": "austin"})).json()

    assert (len(first["tickets"]), first["total"], first["next_offset"]) == (10, 12, 10)
    assert (len(second["tickets"]), "next_offset" in second) == (2, False)
    assert "ticket-00" in {one["ticket_id"] for one in named["tickets"]}


@pytest.mark.parametrize(
    ("asked", "status"),
    [({"limit": 11}, 422), ({"session_key": "gone"}, 404), ({"session_key": "a b"}, 422)],
)
async def test_a_search_that_makes_no_sense_is_refused(
    config: Config, env: Env, asked: dict[str, Any], status: int
) -> None:
    """An empty list would look like an answer."""
    async with serving(config, env) as client:
        answer = await client.get("/gpt/tickets", params=asked)

    assert answer.status_code == status

"""Answers of members over HTTP: one, many, by the center's number and by our id; each once."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from config import Config
from domain.responses import Outcome
from domain.ticket import Ticket, TicketStatus
from jobs.job import Env
from tests.conftest import serving
from tests.domain.lives import ANSWERED, GAS, POWER, make_life
from tests.jobs.clocks import at, stored

NUMBER = "2606100001"
GAS_MARKED: dict[str, Any] = {
    "ticketNumber": NUMBER,
    "memberCode": "ATM01",
    "facilityList": ["gas"],
    "action": "MARKED",
}
POWER_CLEAR: dict[str, Any] = {
    **GAS_MARKED,
    "memberCode": "ONC01",
    "facilityList": ["electric", "fiber"],
    "action": "Clear - No Conflict",
}
UNKNOWN_MEMBER = {**GAS_MARKED, "memberCode": "NOBODY"}
UNKNOWN_NUMBER = {**GAS_MARKED, "ticketNumber": "1"}
MALFORMED = {**GAS_MARKED, "ticketnum": "1"}
BATCH = "/positive-responses/batch"


@pytest.fixture
async def client(config: Config, env: Env) -> AsyncIterator[httpx2.AsyncClient]:
    """A client on the day on which the members answer."""
    async with serving(config, at(env, ANSWERED)) as client:
        yield client


@pytest.fixture
async def ticket(env: Env) -> Ticket:
    """A submitted ticket that nobody has answered to."""
    life = make_life(TicketStatus.SUBMITTED, members=[GAS, POWER], member_responses=[])
    return await stored(env, life)


async def recorded(env: Env) -> list[tuple[str, str | None, Outcome]]:
    ticket = await env.store.tickets.get("ticket-1")
    return [(one.member_code, one.facility, one.outcome) for one in ticket.member_responses]


async def test_a_positive_response_is_recorded_for_each_of_its_facilities(
    env: Env, client: httpx2.AsyncClient, ticket: Ticket
) -> None:
    """The center knows its own number, and not our id."""
    answer = await client.post("/positive-responses", json=POWER_CLEAR)

    assert answer.status_code == 201
    said = answer.json()
    assert (said["code"], said["messages"], said["problem"]) == ("TAKEN", [], None)
    assert [one["facility"] for one in said["recorded"]] == ["electric", "fiber"]
    assert await recorded(env) == [
        ("ONC01", "electric", Outcome.CLEAR),
        ("ONC01", "fiber", Outcome.CLEAR),
    ]
    event = (await env.store.history("ticket-1")).events[-1]
    assert (event.action, event.actor) == ("responses_recorded", "Texas811Portal")
    assert (event.notes or "").startswith("ONC01: ONC01 (electric) answered Clear")


@pytest.mark.usefixtures("ticket")
@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (MALFORMED, 400, "ticketnum"),
        ({"ticketNumber": NUMBER}, 400, "memberCode"),
        ([GAS_MARKED], 400, None),
        ({**GAS_MARKED, "comment": "x" * 2_001}, 409, "comment"),
        (UNKNOWN_MEMBER, 422, "member_code"),
        ({**GAS_MARKED, "facilityList": ["sewer"]}, 422, "facility"),
        (UNKNOWN_NUMBER, 422, "ticketNumber"),
    ],
    ids=["unknown field", "missing", "list", "too long", "member", "facility", "number"],
)
async def test_a_positive_response_that_cannot_be_taken_is_told_why_by_its_status(
    env: Env,
    client: httpx2.AsyncClient,
    body: Any,
    status: int,
    field: str | None,
) -> None:
    """As Open Positive Response wants it, in the one shape of our errors."""
    answer = await client.post("/positive-responses", json=body)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["field"] == field
    assert await recorded(env) == []


async def test_a_copy_is_a_conflict_at_every_door_and_changes_nothing(
    env: Env, client: httpx2.AsyncClient, ticket: Ticket
) -> None:
    """A later copy could change whether the member was in time."""
    ours = {"by": "Dana Ruiz", "member_code": "ATM01", "facility": "gas", "outcome": "Marked"}
    await client.post("/positive-responses", json=GAS_MARKED)
    before = await env.store.tickets.get("ticket-1")

    again = await client.post("/positive-responses", json=GAS_MARKED)
    single = await client.post("/tickets/ticket-1/respond", json=ours)
    listed = await client.post(
        "/tickets/ticket-1/responses", json={"by": "Dana Ruiz", "responses": [_answer(ours)]}
    )

    assert [one.status_code for one in (again, single, listed)] == [409, 409, 409]
    assert "is recorded already" in single.json()["problem"]
    assert listed.json()["results"][0]["code"] == "DUPLICATE"
    after = await env.store.tickets.get("ticket-1")
    assert (after, after.version) == (before, before.version)


async def test_what_is_taken_only_in_part_says_so(
    env: Env, client: httpx2.AsyncClient, ticket: Ticket
) -> None:
    """A facility that is not there, pictures that nobody keeps, an action that nobody knows."""
    mixed = {**POWER_CLEAR, "facilityList": ["electric", "steam"]}
    picture = {**POWER_CLEAR, "facilityList": ["fiber"], "attachmentList": [{"name": "Site"}]}
    unknown = {**GAS_MARKED, "action": "ZZ9"}

    answers = [
        await client.post("/positive-responses", json=body)
        for body in (mixed, picture, unknown)
    ]

    assert [one.status_code for one in answers] == [202, 202, 202]
    assert [one.json()["code"] for one in answers] == ["TAKEN_IN_PART"] * 3
    messages = [one.json()["messages"][0] for one in answers]
    assert messages[0] == "ONC01 has no facility steam on this ticket."
    assert messages[1].startswith("Attachments are not kept")
    assert messages[2].startswith("What ZZ9 means is not known here")
    assert (await recorded(env))[-1] == ("ATM01", "gas", Outcome.UNKNOWN)


async def test_a_batch_that_is_taken_whole_is_created_and_sent_again_all_duplicates(
    env: Env, client: httpx2.AsyncClient, ticket: Ticket
) -> None:
    """Whoever got no answer sends the same again, as often as he likes."""
    batch = [GAS_MARKED, POWER_CLEAR]

    first = await client.post(BATCH, json=batch)
    before = await env.store.tickets.get("ticket-1")
    again = [await client.post(BATCH, json=body) for body in (batch, {"responses": batch})]

    assert first.status_code == 201
    assert (first.json()["taken"], first.json()["refused"]) == (2, 0)
    assert before.version == 2  # one change for the whole batch
    for one in again:
        assert one.status_code == 409
        assert [result["code"] for result in one.json()["results"]] == ["DUPLICATE"] * 2
    assert await env.store.tickets.get("ticket-1") == before


async def test_a_mixed_batch_tells_of_each_how_it_fared(
    env: Env, client: httpx2.AsyncClient, ticket: Ticket
) -> None:
    """One that cannot be taken holds up no other, and each has the status of its own."""
    batch = [MALFORMED, GAS_MARKED, GAS_MARKED, UNKNOWN_MEMBER, UNKNOWN_NUMBER, 7, POWER_CLEAR]

    answer = await client.post(BATCH, json=batch)

    assert answer.status_code == 207
    results = answer.json()["results"]
    assert [one["status"] for one in results] == [400, 201, 409, 422, 422, 400, 201]
    assert [one["code"] for one in results] == [
        *("MALFORMED", "TAKEN", "DUPLICATE", "UNPROCESSABLE", "UNPROCESSABLE"),
        *("MALFORMED", "TAKEN"),
    ]
    assert results[3]["suggested_values"] == ["ATM01", "ONC01"]
    assert len(await recorded(env)) == 3
    refused = [one.action for one in (await env.store.history("ticket-1")).events]
    assert refused.count("step_refused") == 1


async def test_a_batch_of_which_none_was_taken_has_their_status_if_it_is_one(
    client: httpx2.AsyncClient, ticket: Ticket
) -> None:
    """Else it is mixed, though nothing was recorded."""
    agreed = await client.post(BATCH, json=[UNKNOWN_MEMBER, UNKNOWN_NUMBER])
    differ = await client.post(BATCH, json=[UNKNOWN_MEMBER, MALFORMED])
    malformed = await client.post(BATCH, json=[MALFORMED])

    assert [one.status_code for one in (agreed, differ, malformed)] == [422, 207, 400]
    assert {one.json()["taken"] for one in (agreed, differ, malformed)} == {0}


@pytest.mark.parametrize(
    ("body", "status"),
    [([], 400), ({"response": []}, 400), ("x", 400), ([7] * 501, 413)],
    ids=["empty", "an object", "text", "too many"],
)
async def test_what_is_no_batch_is_refused_whole(
    client: httpx2.AsyncClient, body: Any, status: int
) -> None:
    """Nothing is looked at that is not within a named limit."""
    assert (await client.post(BATCH, json=body)).status_code == status


async def test_a_batch_may_speak_of_several_tickets(
    env: Env, client: httpx2.AsyncClient, ticket: Ticket
) -> None:
    """A member answers in the evening to all that it was asked in the day."""
    other = make_life(TicketStatus.SUBMITTED, id="ticket-2", texas811_ticket_number="77")
    await stored(env, other.revised(now=other.updated_at, member_responses=[]))
    there = {**GAS_MARKED, "ticketNumber": "77"}

    answer = await client.post(BATCH, json=[GAS_MARKED, there, POWER_CLEAR])

    assert answer.status_code == 201
    assert len(await recorded(env)) == 3
    assert len((await env.store.tickets.get("ticket-2")).member_responses) == 1


async def test_a_damaged_ticket_holds_up_no_other(
    env: Env, client: httpx2.AsyncClient, ticket: Ticket
) -> None:
    """Its responses can be sent again when it is restored; the rest is recorded."""
    other = make_life(TicketStatus.SUBMITTED, id="ticket-2", texas811_ticket_number="77")
    await stored(env, other)
    (env.store.tickets._layout.ticket("ticket-2")).write_bytes(b"{")

    answer = await client.post(BATCH, json=[{**GAS_MARKED, "ticketNumber": "77"}, GAS_MARKED])

    assert answer.status_code == 207
    assert [one["status"] for one in answer.json()["results"]] == [503, 201]
    assert answer.json()["results"][0]["code"] == "UNAVAILABLE"


async def test_the_same_batch_from_two_clients_at_once_is_recorded_once(
    env: Env, client: httpx2.AsyncClient, ticket: Ticket
) -> None:
    """Two machines of one member, or one that was impatient."""
    members = [
        GAS.model_copy(update={"code": f"M{number}", "facilities": []}) for number in range(20)
    ]
    await stored(
        env,
        make_life(
            TicketStatus.SUBMITTED,
            id="busy",
            members=members,
            texas811_ticket_number="88",
            member_responses=[],
        ),
    )
    batch = [
        {**GAS_MARKED, "ticketNumber": "88", "memberCode": f"M{number}"} for number in range(20)
    ]

    answers = await asyncio.gather(*(client.post(BATCH, json=batch) for _client in range(4)))

    statuses = [[result["status"] for result in one.json()["results"]] for one in answers]
    for of_one_item in zip(*statuses, strict=True):
        assert sorted(of_one_item) == [201, 409, 409, 409]
    found = (await env.store.tickets.get("busy")).member_responses
    assert [one.member_code for one in found] == [f"M{number}" for number in range(20)]


def _answer(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "by"}

"""Answers to a ticket that is named by our id, in our words, many in one request."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from config import Config
from domain.ticket import TicketStatus
from jobs.job import Env
from tests.conftest import serving
from tests.domain.lives import ANSWERED, GAS, POWER, make_life
from tests.jobs.clocks import at, stored


@pytest.fixture
async def client(config: Config, env: Env) -> AsyncIterator[httpx2.AsyncClient]:
    """A client on the day of the answers, and a ticket that nobody has answered to."""
    life = make_life(TicketStatus.SUBMITTED, members=[GAS, POWER], member_responses=[])
    await stored(env, life)
    async with serving(config, at(env, ANSWERED)) as client:
        yield client


async def test_answers_to_a_ticket_are_recorded_by_our_own_words(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """A person has read them off the portal: dated, with a name, all in one request."""
    dated = {"outcome": "Marked", "response_date": "2026-03-04T08:00:00-06:00"}
    said = [
        {"member_code": "ATM01", "facility": "gas", **dated},
        {"member_code": "ONC01", "facility": "steam", **dated},
        {"member_code": "ONC01", "facility": "fiber", "center_code": "Clear No Conflict"},
    ]

    answer = await client.post(
        "/tickets/ticket-1/responses", json={"by": "Dana Ruiz", "responses": said}
    )

    assert answer.status_code == 207
    assert [one["status"] for one in answer.json()["results"]] == [201, 422, 201]
    found = (await env.store.tickets.get("ticket-1")).member_responses
    assert [one.facility for one in found] == ["gas", "fiber"]


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"by": ""}, 422, "by"),
        ({"responses": []}, 422, "responses"),
        ({"responses": [{"outcome": "Marked"}]}, 422, "responses.0.member_code"),
        ({"version": 9}, 409, "version"),
    ],
    ids=["nobody", "none", "no member", "another version"],
)
async def test_a_list_of_answers_is_refused_by_the_field_that_is_wrong(
    client: httpx2.AsyncClient, change: Any, status: int, field: str
) -> None:
    """And of a ticket that is not there, it is said."""
    body = {"by": "Dana", "responses": [{"member_code": "ATM01", "outcome": "Marked"}]}

    answer = await client.post("/tickets/ticket-1/responses", json={**body, **change})
    gone = await client.post("/tickets/gone/responses", json=body)

    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert gone.status_code == 404


GAS_SAYS: dict[str, Any] = {
    "ticketNumber": "2606100001",
    "memberCode": "ATM01",
    "facilityList": ["gas"],
}


async def test_a_conflict_that_comes_back_stops_the_digging_again(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """The format has no field for a date, so the remedy for a mark is one it has a field for."""
    statuses, is_closed = [], []
    for action in ("In Conflict", "Located", "In Conflict", "Located"):
        answer = await client.post("/positive-responses", json={**GAS_SAYS, "action": action})
        statuses.append(answer.status_code)
        is_closed.append((await env.store.tickets.get("ticket-1")).standings[0].is_closed)
    remarked = {**GAS_SAYS, "action": "Located", "comment": "Located again at noon."}
    at_last = await client.post("/positive-responses", json=remarked)

    assert statuses == [201, 201, 201, 409]
    assert is_closed == [False, True, False, False]
    assert "comment" in answer.json()["remedy"]
    assert at_last.status_code == 201
    assert (await env.store.tickets.get("ticket-1")).standings[0].is_closed


async def test_a_response_about_some_of_many_like_facilities_closes_no_other(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """They differ in a sign."""
    lines = ["Line 1.1", "Line 11", "main +", "main -"]
    member = GAS.model_copy(update={"facilities": lines})
    life = make_life(
        TicketStatus.SUBMITTED,
        id="ticket-2",
        texas811_ticket_number="77",
        members=[member],
        member_responses=[],
    )
    await stored(env, life)
    named = {"ticketNumber": "77", "facilityList": ["Line 1.1", "main +"], "action": "Located"}

    answer = await client.post("/positive-responses", json={**GAS_SAYS, **named})

    assert answer.status_code == 201
    ticket = await env.store.tickets.get("ticket-2")
    assert [row.facility for row in ticket.standings if row.is_closed] == ["Line 1.1", "main +"]
